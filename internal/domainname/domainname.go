// Package domainname reads domain names as people type them: in any case, with or without
// a final dot, and with U-labels.
package domainname

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/drtxt/drtxt/txtrecord"
)

// profile converts internationalised names as look-ups do (RFC 5891 §5).
var profile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

// Canonical is the full name of a domain in lower case, without its final dot and with
// U-labels converted. A single label and an address are refused. Errors are a
// [*txtrecord.DomainError].
func Canonical(text string) (string, error) {
	domain, err := CanonicalZone(text)
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

// CanonicalZone is [Canonical] for a zone, which can be a single label.
func CanonicalZone(text string) (string, error) {
	ascii, err := ToASCII(text)
	if err != nil {
		return "", err
	}
	return txtrecord.CanonicalDomain(ascii)
}

// LiesIn reports whether a domain is that of a zone, or below it. Both are in canonical form.
func LiesIn(domain, zone string) bool { return domain == zone || strings.HasSuffix(domain, "."+zone) }

// ToASCII converts U-labels to A-labels (RFC 5890 §2.3.2.1), and leaves a name alone that
// has none. Errors are a [*txtrecord.DomainError].
func ToASCII(text string) (string, error) {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return text, nil
	}
	if !utf8.ValidString(text) {
		return "", &txtrecord.DomainError{Domain: text, Reason: "is not UTF-8 text"}
	}
	ascii, err := profile.ToASCII(text)
	if err != nil {
		return "", &txtrecord.DomainError{Domain: text, Reason: fmt.Sprintf("cannot be converted to a DNS name: %v", err)}
	}
	return ascii, nil
}
