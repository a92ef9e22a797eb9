package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/domainname"
)

// parseDomain returns a domain in lower case, without its final dot and with
// U-labels converted. Where something was converted, both forms are shown.
func parseDomain(env *environment, text string) (string, error) {
	domain, err := canonicalDomain(text)
	if err != nil {
		return "", err
	}
	if ascii, _ := domainname.ToASCII(text); ascii != text {
		env.note("domain: %s stands in the DNS as %s", strings.TrimSuffix(text, "."), domain)
	}
	return domain, nil
}

// canonicalDomain is [parseDomain] without a word.
func canonicalDomain(text string) (string, error) { return domainname.Canonical(text) }

// takesDomain says that the argument at this place, from 0, is DOMAIN, which may be left
// out where the configuration names one. The shell completes it from there. It is called
// once the command has its ValidArgsFunction, if any, which completes the others.
func takesDomain(env *environment, cmd *cobra.Command, at int) {
	annotate(cmd, domainPlace, strconv.Itoa(at))
	others := cmd.ValidArgsFunction
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == at:
			return configuredDomains(env), cobra.ShellCompDirectiveNoFileComp
		case others != nil:
			return others(cmd, args, begun)
		case len(args) > at:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

const domainPlace = "drtxt-domain-argument"

// domainArgument is what stands at the place of DOMAIN.
func domainArgument(cmd *cobra.Command, args []string) (text string, given bool) {
	at, err := strconv.Atoi(cmd.Annotations[domainPlace])
	if err != nil || at >= len(args) {
		return "", false
	}
	return args[at], true
}

// requireDomain is the domain that the command is about: the one in the arguments, else
// the only one of the configuration.
func requireDomain(env *environment, cmd *cobra.Command, args []string) (string, error) {
	written, err := requireWritten(env, cmd, args)
	if err != nil {
		return "", err
	}
	return parseDomain(env, written)
}

// requireWritten is [requireDomain] as it is written there, and without a word.
func requireWritten(env *environment, cmd *cobra.Command, args []string) (string, error) {
	if text, given := domainArgument(cmd, args); given {
		return text, nil
	}
	var configured []string
	if file := env.settings.file; file != nil {
		configured = file.Domains()
	}
	switch len(configured) {
	case 0:
		return "", refusal(errors.New("no domain is given"), "usage: `"+cmd.UseLine()+"`; `drtxt config init` writes a configuration that names one")
	case 1:
		return env.settings.file.Written(env.settings.takeOnly()), nil
	}
	return "", refusal(fmt.Errorf("several domains are configured: %s", domainList(env.settings.file)), "say which one is meant, such as "+configured[0])
}

// domainList lists the domains of a configuration.
func domainList(file *configuration.File) string {
	var all []string
	for _, domain := range file.Domains() {
		all = append(all, inBothForms(file, domain))
	}
	return strings.Join(all, ", ")
}

// inBothForms is a domain as it stands in the DNS, and before that with its U-labels, where
// the configuration writes it with some.
func inBothForms(file *configuration.File, domain string) string {
	written := strings.TrimSuffix(file.Written(domain), ".")
	if ascii, err := domainname.ToASCII(written); err != nil || ascii == written {
		return domain
	}
	return written + " (" + domain + ")"
}

// completeDomains offers a flag the domains of the configuration in the shell.
func completeDomains(env *environment, cmd *cobra.Command, flag string) {
	completeLater(cmd, flag, func() []string { return configuredDomains(env) })
}

// configuredDomains are those that the configuration names. It says nothing of what is
// wrong: whoever completes a line is not to be disturbed.
func configuredDomains(env *environment) []string {
	quiet := *env
	quiet.err = io.Discard
	file, _, err := findConfiguration(&quiet, true)
	if err != nil || file == nil {
		return nil
	}
	return file.Domains()
}
