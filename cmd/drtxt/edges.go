package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// edgesFormats are the forms in which the edges themselves are shown, the default first.
var edgesFormats = []string{"table", "json", "markdown"}

type edgesOptions struct {
	domain     string
	ttl        string
	ipv4, ipv6 bool
	probing    probing
	host       formatOptions
	out        output
	// chosen says that the format was, and is not the default.
	chosen func() bool
}

func newEdgesCommand(env *environment) *cobra.Command { return new(edgesOptions).command(env) }

// command is the command that fills the options in and carries them out.
func (o *edgesOptions) command(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "edges FILE...",
		Short: "Find the Private Service Edges for disaster recovery, and make their address records",
		Long: `Say which Private Service Edges are designated for disaster recovery, which
address each contributes and why; with --domain, make the A and AAAA records of
that name.

Each FILE is a page of what the vendor's API returns as the list of groups
(serviceEdgeGroup), as it was saved; all pages have to be there. Or it is one
inventory of your own in YAML, which docs/edges.md describes. - is standard
input.

Whether an edge is connected is not looked at: in an outage none is. Addresses
that clients cannot reach, such as private ones, are reported and never used.
The vendor documents A records alone: what its clients do with AAAA records is
open.

The FORMAT is table (the default), markdown or json for what the edges are, or
one of these for records, of --domain or of the only domain that is configured.
With --domain the default is text, and json is the record set for publish and
verify:
` + formatSummaries() + `

Exit status: 0 done; 1 nothing to publish, too many addresses, or an edge that
does not take connections; 2 used wrongly, or input that is not whole; 4 with
--probe: nothing answered, or this machine could not try, so that it is not
known.`,
		Example: `  drtxt edges edges.json
  drtxt edges edges-1.json edges-2.json --format markdown --out edges.md
  drtxt edges inventory.yaml --domain dr.example.com --format zone
  drtxt edges edges.json --domain dr.example.com -4 --format json -o dr.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no export or inventory is given")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runEdges(cmd.Context(), env, o, args) },
	}
	o.flags(env, cmd)
	return cmd
}

func (o *edgesOptions) flags(env *environment, cmd *cobra.Command) {
	o.out.flags(env, cmd, slices.Concat(edgesFormats, kitFormats()[1:]))
	f := cmd.Flags()
	f.StringVar(&o.domain, "domain", "", "make the records of this `DOMAIN`")
	f.StringVar(&o.ttl, "ttl", "30s", "time to live, as a `DURATION`")
	f.BoolVarP(&o.ipv4, "ipv4", "4", false, "take IPv4 addresses alone")
	f.BoolVarP(&o.ipv6, "ipv6", "6", false, "take IPv6 addresses alone")
	o.probing.flags(cmd)
	o.host.flags(cmd)
	f.Lookup("format").DefValue = "" // it depends
	completeDomains(env, cmd, "domain")
	o.chosen = func() bool { return f.Changed("format") }
	takesSettingsOf(env, cmd, func(*cobra.Command, []string) (string, error) {
		switch {
		case o.domain != "":
			return canonicalDomain(o.domain)
		case o.makesRecords():
			return env.settings.takeOnly(), nil
		}
		return env.settings.only(), nil
	})
}

// format is the one asked for, or the default.
func (o *edgesOptions) format() string {
	if o.domain != "" && !o.chosen() {
		return export.Formats[0].Name
	}
	return o.out.format
}

// makesRecords reports whether the result is a record set, and not a view of the edges.
func (o *edgesOptions) makesRecords() bool {
	format := o.format()
	return o.domain != "" && format == "json" || !slices.Contains(edgesFormats, format)
}

func runEdges(ctx context.Context, env *environment, o *edgesOptions, paths []string) error {
	if err := o.check(env, paths); err != nil {
		return err
	}
	domain, err := o.domainOf(env)
	if err != nil {
		return err
	}
	if !o.makesRecords() {
		return o.show(ctx, env, paths, domain)
	}
	request, err := o.request(env, domain)
	if err != nil {
		return err
	}
	result, err := o.find(ctx, env, paths, domain)
	if err != nil {
		return err
	}
	return o.writeRecords(ctx, env, request, result)
}

// show writes what the edges are.
func (o *edgesOptions) show(ctx context.Context, env *environment, paths []string, domain string) error {
	result, err := o.find(ctx, env, paths, domain)
	if err != nil {
		return err
	}
	text, err := renderEdges(env, result, o.format())
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, text); err != nil {
		return err
	}
	return endWith(result.exitStatus())
}

// check refuses what does not go together.
func (o *edgesOptions) check(env *environment, paths []string) error {
	if err := o.out.check(paths...); err != nil {
		return err
	}
	if o.ipv4 && o.ipv6 {
		return refusal(errors.New("-4 and -6 exclude each other"), "leave both out to take IPv4 and IPv6 addresses")
	}
	if err := o.probing.check(env); err != nil {
		return err
	}
	if o.makesRecords() {
		return nil
	}
	for _, flag := range recordFlags {
		if env.typed[flag] {
			return refusal(fmt.Errorf("--%s is about records, and --format %s makes none", flag, o.format()), "leave it out, or add --domain DOMAIN and a format of records")
		}
	}
	return nil
}

// recordFlags make a difference to record sets alone.
var recordFlags = []string{"ttl", "zone", "provider", "ttl-min", "zone-id", "project", "managed-zone", "subscription", "resource-group", "octodns-escape"}

// find reads the exports, and finds out what they say and, if that is asked for, which
// addresses take connections.
func (o *edgesOptions) find(ctx context.Context, env *environment, paths []string, domain string) (*edgesResult, error) {
	pages, err := readPages(ctx, env, paths)
	if err != nil {
		return nil, err
	}
	inventory, err := edges.Read(pages)
	if err != nil {
		return nil, err
	}
	result := newEdgesResult(inventory, pages, o.families())
	result.domain = domain
	if !o.probing.asked {
		return result, nil
	}
	probed, err := o.probing.probe(ctx, env, result.selection.Addresses())
	if err != nil {
		return nil, err
	}
	result.addProbe(probed)
	return result, nil
}

// domainOf is the domain that is named, else the only one that is configured, which has to
// be there if records are made; else empty.
func (o *edgesOptions) domainOf(env *environment) (string, error) {
	file := env.settings.file
	switch {
	case o.domain != "":
		return parseDomain(env, o.domain)
	case !o.makesRecords():
		return "", nil
	case env.settings.only() != "":
		return parseDomain(env, file.Written(env.settings.only()))
	case file != nil && len(file.Domains()) > 1:
		return "", refusal(errors.New("several domains are configured: "+domainList(file)), "say which one is meant, such as --domain "+file.Domains()[0])
	}
	return "", refusal(errors.New("no domain is given, and --format "+o.format()+" makes records"), "add --domain DOMAIN; without it the formats are "+list(edgesFormats))
}

func (o *edgesOptions) families() edges.Families {
	switch {
	case o.ipv4:
		return edges.IPv4Alone
	case o.ipv6:
		return edges.IPv6Alone
	}
	return edges.BothFamilies
}

// probing is the part of the flags that says whether addresses are tried.
type probing struct {
	asked   bool
	timeout string
	// prober dials; tests put their own in its place.
	prober reach.Prober
}

func (p *probing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&p.asked, "probe", false, fmt.Sprintf("try TCP %d of each address", reach.DefaultPort))
	f.StringVar(&p.timeout, "probe-timeout", reach.DefaultTimeout.String(), "limit for each, a `DURATION`")
}

// check refuses what says nothing.
func (p *probing) check(env *environment) error {
	if !p.asked && env.typedAny("probe-timeout") {
		return refusal(errors.New("--probe-timeout is about --probe, which is not given"), "leave it out, or add --probe")
	}
	if !p.asked {
		return nil
	}
	timeout, err := parseTimeout("--probe-timeout", p.timeout)
	if err == nil && timeout > time.Minute {
		err = refusal(fmt.Errorf("--probe-timeout %q is longer than a minute", p.timeout), "an edge that clients can use answers within a second")
	}
	p.prober.Timeout = timeout
	return err
}
