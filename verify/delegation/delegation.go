// Package delegation finds the zone that a name lies in, and the zone's name servers,
// by following the delegation from the root (RFC 1034 §5.3.3), or, where the root
// cannot be reached, as a recursive resolver tells it.
//
// Nothing is believed beyond its bailiwick: a referral must lead from the zone that
// was asked towards the name, and glue counts only for names in that zone.
package delegation

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A NameServer is a host that a zone is delegated to.
type NameServer struct {
	// Name is absolute and in lower case.
	Name string
	// Glue are the addresses that came with the referral.
	Glue []netip.Addr
}

// A Cut is a zone and the name servers that its parent, or a resolver, names for it.
type Cut struct {
	// Zone is absolute and in lower case.
	Zone string
	// Servers are sorted by name.
	Servers []NameServer
	// Via is the resolver that told; the zero Server where the delegation was followed.
	Via dnsquery.Server

	expires time.Time
}

// Told reports whether a resolver told of the cut, instead of the parent zone.
func (c *Cut) Told() bool { return c.Via != dnsquery.Server{} }

// A Finder follows delegations. Its methods may be called at the same time.
type Finder struct {
	// Client asks the questions.
	Client *dnsquery.Client
	// Roots are the root name servers with their addresses; nil means [RootServers].
	Roots []NameServer

	cache cache
}

// port is that of authoritative servers.
const port = 53

// Limits of one walk from the root: no zone is so deep, and no name server's name
// leads to so many others, that it needs more.
const (
	maxQuestions = 200
	maxDepth     = 5 // name servers whose names have to be looked up to look up a name
	maxCuts      = 24
	maxServers   = 32
)

// An Error says at which zone a delegation could not be followed any further.
type Error struct {
	Zone string
	Err  error
}

func (e *Error) Error() string {
	return fmt.Sprintf("no name server of the zone %q can be asked for the way on: %v", e.Zone, e.Err)
}

// Unwrap returns what the last server was asked in vain for.
func (e *Error) Unwrap() error { return e.Err }

var (
	// ErrLame is the answer of a server that neither knows the zone nor refers on.
	ErrLame = errors.New("the servers do not serve the zone")
	// ErrNoAddress says that a host has no address.
	ErrNoAddress = errors.New("the name has no address")
	// ErrTooLong ends a walk that leads on and on.
	ErrTooLong = errors.New("the delegation leads to too many other names")
)

// Root is where every walk begins.
func (f *Finder) Root() *Cut {
	roots := f.Roots
	if roots == nil {
		roots = RootServers()
	}
	return &Cut{Zone: ".", Servers: roots}
}

// Next returns the next zone cut below the given one on the way to a name, nil if
// there is none: then the name lies in the given cut's zone. Errors are an [*Error] or
// the context's.
func (f *Finder) Next(ctx context.Context, cut *Cut, name string) (*Cut, error) {
	return (&walk{finder: f}).next(ctx, cut, dns.CanonicalName(name), 0)
}

// Find returns the cut of the zone that a name lies in.
func (f *Finder) Find(ctx context.Context, name string) (*Cut, error) {
	return (&walk{finder: f}).find(ctx, dns.CanonicalName(name), 0)
}

// Addresses looks up the addresses of a name server, the way the cut was found.
func (f *Finder) Addresses(ctx context.Context, cut *Cut, host string) ([]netip.Addr, error) {
	host = dns.CanonicalName(host)
	if cut.Told() {
		return f.addressesVia(ctx, cut.Via, host)
	}
	return (&walk{finder: f}).addresses(ctx, host, 0)
}

// A walk is one way from the root, with what it leads to.
type walk struct {
	finder    *Finder
	questions atomic.Int32
}

func (w *walk) find(ctx context.Context, name string, depth int) (*Cut, error) {
	cut := w.finder.Root()
	for range maxCuts {
		next, err := w.next(ctx, cut, name, depth)
		if err != nil || next == nil {
			return cut, err
		}
		cut = next
	}
	return nil, &Error{cut.Zone, ErrTooLong}
}

func (w *walk) next(ctx context.Context, cut *Cut, name string, depth int) (*Cut, error) {
	if known := w.finder.cache.below(cut.Zone, name); known != nil {
		return known, nil
	}
	var next *Cut
	useful := func(answer *dnsquery.Answer) bool {
		var ok bool
		next, ok = readStep(answer, cut.Zone, name)
		return ok
	}
	from, err := w.race(ctx, cut, dnsquery.Question{Name: name, Type: dns.TypeSOA}, depth, useful)
	if err != nil || next == nil {
		return nil, err
	}
	if len(next.Servers) == 0 { // the same server has authority for the child too
		if next, err = w.hosted(ctx, from, next.Zone); err != nil {
			return nil, &Error{cut.Zone, err}
		}
	}
	w.finder.cache.add(next)
	return next, nil
}

// readStep reads an answer as a step on the way from a zone to a name: nil for the
// end of the way. It reports false for an answer that leads nowhere.
func readStep(answer *dnsquery.Answer, zone, name string) (*Cut, bool) {
	if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
		return nil, false
	}
	if !answer.Authoritative {
		return readReferral(answer, zone, name)
	}
	apex := apexOf(answer)
	switch {
	case apex == "" || apex == zone || answer.CNAME != "":
		return nil, true
	case below(apex, zone) && dns.IsSubDomain(apex, name):
		return &Cut{Zone: apex}, true
	}
	return nil, false
}

// apexOf is the owner of the SOA record in an answer, empty if there is none.
func apexOf(answer *dnsquery.Answer) string {
	for _, r := range append(slices.Clip(answer.Records), answer.Authority...) {
		if r.Type == dns.TypeSOA {
			return r.Owner
		}
	}
	return ""
}

// readReferral reads the delegation to a zone between the one asked and the name.
func readReferral(answer *dnsquery.Answer, zone, name string) (*Cut, bool) {
	var cut *Cut
	for _, r := range answer.Authority {
		if r.Type != dns.TypeNS || !below(r.Owner, zone) || !dns.IsSubDomain(r.Owner, name) {
			continue
		}
		if cut == nil {
			cut = &Cut{Zone: r.Owner}
		}
		if r.Owner == cut.Zone {
			cut.add(r, answer.Additional, zone)
		}
	}
	return cut, cut != nil
}

// add adds a name server, with its glue as far as the referring zone can know it.
func (c *Cut) add(ns dnsquery.Record, additional []dnsquery.Record, bailiwick string) {
	known := slices.ContainsFunc(c.Servers, func(s NameServer) bool { return s.Name == ns.Host })
	if known || len(c.Servers) >= maxServers {
		return
	}
	server := NameServer{Name: ns.Host}
	for _, r := range additional {
		if r.Address.IsValid() && r.Owner == ns.Host && dns.IsSubDomain(bailiwick, ns.Host) {
			server.Glue = append(server.Glue, r.Address.Unmap())
		}
	}
	c.Servers = append(c.Servers, server)
	slices.SortFunc(c.Servers, func(a, b NameServer) int { return strings.Compare(a.Name, b.Name) })
	c.setExpiry(ns.TTL)
}

// below reports whether a zone lies strictly below another.
func below(zone, parent string) bool { return zone != parent && dns.IsSubDomain(parent, zone) }

// hosted asks a server that has authority for both sides of a cut for the lower side's
// name servers.
func (w *walk) hosted(ctx context.Context, from dnsquery.Server, zone string) (*Cut, error) {
	answer, err := w.ask(ctx, from, dnsquery.Question{Name: zone, Type: dns.TypeNS})
	if err != nil {
		return nil, err
	}
	return newCut(answer, zone)
}

// newCut makes a cut of a zone's own NS records.
func newCut(answer *dnsquery.Answer, zone string) (*Cut, error) {
	cut := &Cut{Zone: zone}
	for _, r := range answer.Records {
		cut.add(r, answer.Additional, zone)
	}
	if len(cut.Servers) == 0 {
		return nil, ErrLame
	}
	return cut, nil
}

// addresses looks up a host's addresses of both families from the root on.
func (w *walk) addresses(ctx context.Context, host string, depth int) ([]netip.Addr, error) {
	if depth >= maxDepth {
		return nil, ErrTooLong
	}
	cut, err := w.find(ctx, host, depth)
	if err != nil {
		return nil, err
	}
	return bothFamilies(w.finder.Client.Family, func(rrtype uint16) (*dnsquery.Answer, error) {
		var found *dnsquery.Answer
		_, err := w.race(ctx, cut, dnsquery.Question{Name: host, Type: rrtype}, depth, func(answer *dnsquery.Answer) bool {
			found = answer
			return answer.Authoritative && (answer.Rcode == dns.RcodeSuccess || answer.Rcode == dns.RcodeNameError)
		})
		return found, err
	})
}
