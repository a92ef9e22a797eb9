package main

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/net/idna"

	"github.com/drtxt/drtxt/txtrecord"
)

// domainProfile converts internationalised names as look-ups do (RFC 5891 §5).
var domainProfile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

// parseDomain returns a domain in lower case, without its final dot and with
// U-labels converted. Where something was converted, both forms are shown.
func parseDomain(env *environment, text string) (string, error) {
	domain, err := canonicalDomain(text)
	if err != nil {
		return "", err
	}
	if ascii, _ := toASCII(text); ascii != text {
		env.note("domain: %s stands in the DNS as %s", strings.TrimSuffix(text, "."), domain)
	}
	return domain, nil
}

// canonicalDomain is [parseDomain] without a word.
func canonicalDomain(text string) (string, error) {
	ascii, err := toASCII(text)
	if err != nil {
		return "", err
	}
	domain, err := txtrecord.CanonicalDomain(ascii)
	if err != nil {
		return "", err
	}
	if !strings.Contains(domain, ".") {
		return "", &txtrecord.DomainError{Domain: text, Reason: "is a single label; a full name is needed"}
	}
	if _, err := netip.ParseAddr(domain); err == nil {
		return "", &txtrecord.DomainError{Domain: text, Reason: "is an address, not a name"}
	}
	return domain, nil
}

func toASCII(text string) (string, error) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return text, nil
	}
	if !utf8.ValidString(text) {
		return "", &txtrecord.DomainError{Domain: text, Reason: "is not UTF-8 text"}
	}
	ascii, err := domainProfile.ToASCII(text)
	if err != nil {
		return "", &txtrecord.DomainError{Domain: text, Reason: fmt.Sprintf("cannot be converted to a DNS name: %v", err)}
	}
	return ascii, nil
}

// takesDomain says that the argument at this place, from 0, is DOMAIN, which may be left
// out where the configuration names one. The shell completes it from there.
func takesDomain(env *environment, cmd *cobra.Command, at int) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[domainPlace] = strconv.Itoa(at)
}

const domainPlace = "drtxt-domain-argument"

// requireDomain is the domain that the command is about: the one in the arguments, else
// the only one of the configuration.
func requireDomain(env *environment, cmd *cobra.Command, args []string) (string, error) {
	at, err := strconv.Atoi(cmd.Annotations[domainPlace])
	if err != nil || at >= len(args) {
		return "", refusal(errors.New("no domain is given"), "usage: `"+cmd.UseLine()+"`")
	}
	return parseDomain(env, args[at])
}
