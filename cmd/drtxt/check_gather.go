package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// gather reads every file, then asks the name servers, then the edges.
func (o *checkOptions) gather(ctx context.Context, env *environment, domain string) (readiness.Gathered, error) {
	var g readiness.Gathered
	accepted, own, err := splitAcknowledged(o.acknowledge)
	if err != nil {
		return g, err
	}
	verified := o.judged
	verified.acknowledge, g.Acknowledged = accepted, own
	policy, err := o.judgedPolicy(env, &verified, domain)
	if err != nil {
		return g, err
	}
	profiles, err := o.readFiles(ctx, env, &g, domain)
	if err != nil {
		return g, err
	}
	if g.Report, err = o.verify(ctx, env, policy); err != nil {
		return g, err
	}
	if profiles != nil {
		g.Profiles = appprofiles.Judge(profiles, appprofiles.Expected{
			Domain: domain, Type: productsOf(&g), Keys: policy.Keys, Standing: g.StandingKey(), Kit: g.KitKey(), Signed: g.Signed(),
		})
	}
	g.Commands = o.commands(env, domain)
	err = o.probe(ctx, env, &g)
	return g, err
}

// probe tries the addresses of the edges, if that was asked for.
func (o *checkOptions) probe(ctx context.Context, env *environment, g *readiness.Gathered) error {
	if !o.probing.asked || g.Edges == nil {
		return nil
	}
	probed, err := o.probing.probe(ctx, env, g.Edges.Addresses())
	if err != nil {
		return err
	}
	g.Probed, g.Probes = true, probed.results
	return nil
}

// readFiles reads everything that does not come over the network. The profiles are judged
// later, when it is known what stands.
func (o *checkOptions) readFiles(ctx context.Context, env *environment, g *readiness.Gathered, domain string) (profiles *appprofiles.Export, err error) {
	if g.NextTTL, g.Host, err = o.ttls(env); err != nil {
		return nil, err
	}
	if g.Kit, err = o.checkKit(env, domain); err != nil {
		return nil, err
	}
	if o.key != "" {
		g.Key = &readiness.KeyFile{Path: o.key}
		g.Key.Inspection, g.Key.Err = keygen.Inspect(o.key)
	}
	if g.Edges, err = o.readEdges(ctx, env); err != nil {
		return nil, err
	}
	if g.Statuses, err = o.readStatuses(ctx, env); err != nil {
		return nil, err
	}
	if len(o.profiles) == 0 {
		return nil, nil
	}
	pages, err := readPages(ctx, env, o.profiles)
	if err != nil {
		return nil, err
	}
	return appprofiles.Read(pages)
}

// ttls are the TTL of the next records, and the host that it is held against.
func (o *checkOptions) ttls(env *environment) (uint32, *readiness.Host, error) {
	ttl, err := parseTTL(o.ttl)
	if err != nil {
		return 0, nil, err
	}
	next := uint32(ttl / time.Second)
	if o.host == "" {
		return next, nil, nil
	}
	host, err := o.hostOf(env)
	return next, host, err
}

// hostNames are the formats that are somebody's DNS: a list of bare values and our own JSON
// are none.
func hostNames() []string {
	return slices.DeleteFunc(formatNames(), func(name string) bool { return name == "text" || name == "json" })
}

// hostOf is the host that TTLs are held against.
func (o *checkOptions) hostOf(env *environment) (*readiness.Host, error) {
	if err := oneOf("--host", o.host, hostNames()); err != nil {
		return nil, err
	}
	format, _ := export.Lookup(o.host)
	target := export.Target{Provider: export.Provider(o.provider)}
	switch heeds := format.Heeds("provider", ""); {
	case !heeds && env.typedAny("provider"):
		return nil, refusal(fmt.Errorf("--provider says nothing to --host %s", o.host), "leave it out; it is for --host terraform")
	case !heeds:
		target.Provider = ""
	case o.provider != "":
		if err := oneOf("--provider", o.provider, providers()); err != nil {
			return nil, err
		}
	}
	name := o.host
	if target.Provider != "" {
		name += " for " + o.provider
	}
	if !format.Heeds("ttl-min", target.Provider) {
		if env.typedAny("ttl-min") {
			return nil, refusal(fmt.Errorf("--ttl-min says nothing to --host %s", name), "leave it out; it is for --host cloudflare, and terraform with --provider cloudflare")
		}
	} else if o.leastTTL != "" {
		var err error
		if target.LeastTTL, err = parseLeastTTL(o.leastTTL); err != nil {
			return nil, err
		}
	}
	return &readiness.Host{Name: name, CheckTTL: func(ttl uint32) error { return format.CheckTTL(ttl, target) }}, nil
}

// checkKit holds the kit against what the other flags trust.
func (o *checkOptions) checkKit(env *environment, domain string) (*kit.Report, error) {
	if o.kit == "" {
		return nil, nil
	}
	reading := kitReading{trust: o.trust, out: o.out}
	policy, err := reading.prepare(env, []string{o.kit, domain})
	if err != nil {
		return nil, err
	}
	return reading.folder.Check(policy), nil
}

func (o *checkOptions) readEdges(ctx context.Context, env *environment) (*edges.Selection, error) {
	if len(o.edges) == 0 {
		return nil, nil
	}
	pages, err := readPages(ctx, env, o.edges)
	if err != nil {
		return nil, err
	}
	inventory, err := edges.Read(pages)
	if err != nil {
		return nil, err
	}
	return inventory.Select(edges.BothFamilies), nil
}

func (o *checkOptions) readStatuses(ctx context.Context, env *environment) ([]vendorstatus.Status, error) {
	pages, err := readPages(ctx, env, o.statuses)
	if err != nil {
		return nil, err
	}
	var all []vendorstatus.Status
	for _, page := range pages {
		statuses, err := vendorstatus.Parse(page)
		if err != nil {
			return nil, err
		}
		all = append(all, statuses...)
	}
	return all, nil
}

// verify asks the name servers.
func (o *checkOptions) verify(ctx context.Context, env *environment, policy verify.Policy) (*verify.Report, error) {
	timeout, err := parseTimeout("--timeout", o.timeout)
	if err != nil {
		return nil, err
	}
	request, err := o.request(ctx, env, policy)
	if err != nil {
		return nil, err
	}
	checker, err := o.checker(ctx, env)
	if err != nil {
		return nil, err
	}
	report, err := o.verifyOnce(ctx, env, checker, request, timeout)
	return &report, err
}

// productsOf are the products that have to be ready: those that were asked about, else those
// that the records or the kit switch, else both.
func productsOf(g *readiness.Gathered) txtrecord.Type {
	standing, prepared := txtrecord.NoType, txtrecord.NoType
	if set := g.Report.Set; set != nil {
		standing = set.Activation.Type
	}
	if g.Kit != nil {
		prepared = txtrecord.Type(g.Kit.Manifest.Type)
	}
	return cmp.Or(g.Report.Policy.Type, standing, prepared, txtrecord.AllProducts)
}
