package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// formatOptions are the flags of a command that writes a record set for somebody's DNS.
type formatOptions struct {
	zone, leastTTL, octoDNSEscape string
	// target is what was given, whatever the format heeds of it.
	target export.Target
}

func (o *formatOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.zone, "zone", "", "the `ZONE` that the domain lies in (default: its parent)")
	f.StringVar((*string)(&o.target.Provider), "provider", "", "terraform: the `PROVIDER` "+list(providers())+" (default "+providers()[0]+")")
	f.StringVar(&o.leastTTL, "ttl-min", "", "cloudflare, terraform for it: the least TTL, a `DURATION` (default 60s; 30s only for its enterprise plan)")
	f.StringVar(&o.target.ZoneID, "zone-id", "", "route53, cloudflare, terraform for these: the `ID` of the zone there")
	f.StringVar(&o.target.Project, "project", "", "gcloud, terraform for google: the `ID` of the project")
	f.StringVar(&o.target.ManagedZone, "managed-zone", "", "gcloud, terraform for google: the `NAME` of the managed zone")
	f.StringVar(&o.target.Subscription, "subscription", "", "azure: the `ID` of the subscription")
	f.StringVar(&o.target.ResourceGroup, "resource-group", "", "azure, terraform for azurerm: the `NAME` of the resource group")
	f.StringVar(&o.octoDNSEscape, "octodns-escape", "true", "octodns: a backslash before each semicolon, a `BOOLEAN`: true for version 1, false for version 2")
	completeValues(cmd, "provider", providers())
	completeValues(cmd, "ttl-min", []string{"60s", "30s"})
	completeValues(cmd, "octodns-escape", []string{"true", "false"})
	// What they are stands in the text of the command.
	f.Lookup("format").Usage = "form of the result, a `FORMAT` of those above"
}

// understood is the target, for a format. Flags that it does not heed are refused where
// they were typed; from the environment they are for other formats.
func (o *formatOptions) understood(env *environment, format export.Format) (export.Target, error) {
	t := o.target
	if format.Heeds("provider", "") && t.Provider != "" {
		if err := oneOf("--provider", string(t.Provider), providers()); err != nil {
			return t, err
		}
	}
	if err := refuseUnheeded(env, format, t.Provider); err != nil {
		return t, err
	}
	var err error
	if format.Heeds("octodns-escape", t.Provider) {
		escape, parseErr := strconv.ParseBool(o.octoDNSEscape)
		if parseErr != nil {
			return t, refusal(notBoolean(source(env, "octodns-escape"), o.octoDNSEscape), "give true for octoDNS 1, false for octoDNS 2")
		}
		t.PlainSemicolons = !escape
	}
	if format.Heeds("ttl-min", t.Provider) && o.leastTTL != "" {
		t.LeastTTL, err = parseLeastTTL(o.leastTTL)
	}
	return t, err
}

// refuseUnheeded refuses a typed flag that is for other formats alone, which it would
// mislead to take without a word. A zone is good for every format: as a check.
func refuseUnheeded(env *environment, format export.Format, provider export.Provider) error {
	for _, flag := range slices.Sorted(maps.Keys(env.typed)) {
		if flag == "zone" || format.Heeds(flag, provider) {
			continue
		}
		if users := usersOf(flag); len(users) > 0 {
			return refusal(fmt.Errorf("--%s says nothing to %s", flag, formatInWords(format, provider)), "leave it out; it is for "+list(users))
		}
	}
	return nil
}

func parseLeastTTL(text string) (uint32, error) {
	d, err := duration.ParseTTL(text)
	if err != nil || d != 30*time.Second && d != 60*time.Second {
		return 0, refusal(fmt.Errorf("--ttl-min %q is neither 60s nor 30s", text), "leave it out for 60s, or give 30s if the zone is on Cloudflare's enterprise plan")
	}
	return uint32(d / time.Second), nil
}

// zoneOf is the zone that the name lies in: the one given, else its parent. One from the
// environment counts only where the zone makes a difference.
func (o *formatOptions) zoneOf(env *environment, domain string, heeded bool) (zone string, assumed bool, err error) {
	if o.zone == "" || !heeded && !env.typed["zone"] {
		_, parent, _ := strings.Cut(domain, ".")
		return parent, true, nil
	}
	from := source(env, "zone")
	if zone, err = domainname.CanonicalZone(o.zone); err != nil {
		return "", false, fmt.Errorf("%s: %w", from, err)
	}
	if domain != zone && !strings.HasSuffix(domain, "."+zone) {
		return "", false, refusal(fmt.Errorf("%s does not lie in the zone %s", domain, zone), "check "+from)
	}
	return zone, false, nil
}

// formatSummaries lists the formats, a line each.
func formatSummaries() string {
	lines := make([]string, len(export.Formats))
	for i, f := range export.Formats {
		lines[i] = fmt.Sprintf("  %-13s%s", f.Name, f.Summary)
	}
	return strings.Join(lines, "\n")
}

func formatNames() []string {
	names := make([]string, len(export.Formats))
	for i, f := range export.Formats {
		names[i] = f.Name
	}
	return names
}

// providers are the values of --provider, the default first.
func providers() []string {
	var names []string
	for _, f := range export.Formats {
		for _, form := range f.Providers {
			names = append(names, form.Name)
		}
	}
	return names
}

// usersOf names the formats that heed a flag.
func usersOf(flag string) []string {
	var users []string
	for _, f := range export.Formats {
		switch {
		case len(f.Providers) == 0 || flag == "provider":
			if f.Heeds(flag, "") {
				users = append(users, "--format "+f.Name)
			}
		default:
			for _, form := range f.Providers {
				if slices.Contains(form.Flags, flag) {
					users = append(users, formatInWords(f, export.Provider(form.Name)))
				}
			}
		}
	}
	return users
}

func formatInWords(f export.Format, provider export.Provider) string {
	words := "--format " + f.Name
	if len(f.Providers) > 0 {
		if provider == "" {
			provider = export.Provider(f.Providers[0].Name)
		}
		words += " --provider " + string(provider)
	}
	return words
}
