package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// formatOptions are the flags of a command that writes a record set for somebody's DNS.
type formatOptions struct {
	zone, provider, leastTTL    string
	zoneID                      string
	project, managedZone        string
	subscription, resourceGroup string
	octoDNSEscape               bool
}

func (o *formatOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.zone, "zone", "", "the `ZONE` that the domain lies in (default: its parent)")
	f.StringVar(&o.provider, "provider", "", "terraform: the `PROVIDER` "+list(providers())+" (default "+providers()[0]+")")
	f.StringVar(&o.leastTTL, "ttl-min", "", "cloudflare, terraform for it: the least TTL, a `DURATION` (default 60s; 30s only for its enterprise plan)")
	f.StringVar(&o.zoneID, "zone-id", "", "route53, cloudflare, terraform for these: the `ID` of the zone there")
	f.StringVar(&o.project, "project", "", "gcloud, terraform for google: the `ID` of the project")
	f.StringVar(&o.managedZone, "managed-zone", "", "gcloud, terraform for google: the `NAME` of the managed zone")
	f.StringVar(&o.subscription, "subscription", "", "azure: the `ID` of the subscription")
	f.StringVar(&o.resourceGroup, "resource-group", "", "azure, terraform for azurerm: the `NAME` of the resource group")
	f.BoolVar(&o.octoDNSEscape, "octodns-escape", true, "octodns: a backslash before each semicolon, for version 1; =false for version 2")
	completeValues(cmd, "provider", providers())
	completeValues(cmd, "ttl-min", []string{"60s", "30s"})
	// What they are stands in the text of the command.
	f.Lookup("format").Usage = "form of the result, a `FORMAT` of those above"
}

// hostFlags are those that make no difference to most formats, where it would mislead
// to take them without a word.
var hostFlags = []string{"provider", "ttl-min", "zone-id", "project", "managed-zone", "subscription", "resource-group", "octodns-escape"}

// target understands the flags for a format. Those that it does not heed are refused
// where they were typed; from the environment they are for other formats.
func (o *formatOptions) target(env *environment, format export.Format) (export.Target, error) {
	var t export.Target
	if format.Heeds("provider", "") {
		if o.provider != "" {
			if err := oneOf("--provider", o.provider, providers()); err != nil {
				return t, err
			}
		}
		t.Provider = export.Provider(o.provider)
	}
	for _, flag := range hostFlags {
		if env.typed[flag] && !format.Heeds(flag, t.Provider) {
			return t, refusal(fmt.Errorf("--%s says nothing to %s", flag, formatInWords(format, t.Provider)), "leave it out; it is for "+list(usersOf(flag)))
		}
	}
	t.PlainSemicolons = !o.octoDNSEscape
	for flag, into := range map[string]struct {
		to    *string
		value string
	}{
		"zone-id": {&t.ZoneID, o.zoneID}, "project": {&t.Project, o.project}, "managed-zone": {&t.ManagedZone, o.managedZone},
		"subscription": {&t.Subscription, o.subscription}, "resource-group": {&t.ResourceGroup, o.resourceGroup},
	} {
		if format.Heeds(flag, t.Provider) {
			*into.to = into.value
		}
	}
	if !format.Heeds("ttl-min", t.Provider) || o.leastTTL == "" {
		return t, nil
	}
	var err error
	t.LeastTTL, err = parseLeastTTL(o.leastTTL)
	return t, err
}

func parseLeastTTL(text string) (uint32, error) {
	d, err := readDuration(text)
	if seconds, ok := digits(text); ok {
		d, err = time.Duration(min(seconds, 1<<31))*time.Second, nil
	}
	if err == nil && d != 30*time.Second && d != 60*time.Second {
		err = errors.New("out of range")
	}
	if err != nil {
		return 0, refusal(fmt.Errorf("--ttl-min %q is neither 60s nor 30s", text), "leave it out for 60s, or give 30s if the zone is on Cloudflare's enterprise plan")
	}
	return uint32(d / time.Second), nil
}

// zoneOf is the zone that the name lies in: the one given, else its parent.
func (o *formatOptions) zoneOf(domain string) (zone string, assumed bool, err error) {
	if o.zone == "" {
		_, parent, _ := strings.Cut(domain, ".")
		return parent, true, nil
	}
	ascii, err := toASCII(o.zone)
	if err != nil {
		return "", false, err
	}
	if zone, err = txtrecord.CanonicalDomain(ascii); err != nil {
		return "", false, err
	}
	if domain != zone && !strings.HasSuffix(domain, "."+zone) {
		return "", false, refusal(fmt.Errorf("%s does not lie in the zone %s", domain, zone), "check --zone")
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
