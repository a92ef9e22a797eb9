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
	"sync"
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

// A Cut is a zone and the name servers that its parent, or a resolver, names for it. It
// may be shared, and must not be changed.
type Cut struct {
	// Zone is absolute and in lower case.
	Zone string
	// Servers are sorted by name.
	Servers []NameServer
	// Via is the resolver that told; the zero Server where the delegation was followed.
	Via dnsquery.Server

	// host has authority for the zone as well as for its parent, if it is valid.
	host    netip.Addr
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
// leads to so many others, that it needs more. What goes beyond them makes others send
// many questions to a victim (NXNSAttack, CVE-2020-12662).
const (
	maxQuestions = 200 // and look-ups of name servers' names, which the cache may answer
	maxDepth     = 5   // name servers whose names have to be looked up to look up a name
	maxCuts      = 24
	maxServers   = 32 // of one zone
	maxNamed     = 13 // of them, looked up by name to ask one question
	maxAddresses = 16 // of one name server
)

// An Error says at which zone a delegation could not be followed any further.
type Error struct {
	Zone string
	Err  error
}

func (e *Error) Error() string {
	return fmt.Sprintf("no name server of the zone %s can be asked for the way on: %v", e.Zone, e.Err)
}

// Unwrap returns [ErrLame] if a server answered at all, otherwise why the last one could
// not be asked.
func (e *Error) Unwrap() error { return e.Err }

var (
	// ErrLame is the answer of a server that neither knows the zone nor refers on.
	ErrLame = errors.New("the servers do not serve the zone")
	// ErrIntercepted is the answer of something that answers in the place of the
	// servers, as a resolver does.
	ErrIntercepted = errors.New("the servers answer as resolvers do")
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
	return (&walk{finder: f}).next(ctx, cut, dns.CanonicalName(name), nil)
}

// Find returns the cut of the zone that a name lies in. Errors are as in [Finder.Next].
func (f *Finder) Find(ctx context.Context, name string) (*Cut, error) {
	return (&walk{finder: f}).find(ctx, dns.CanonicalName(name), nil)
}

// Addresses looks up the addresses of a name server, the way the cut was found.
func (f *Finder) Addresses(ctx context.Context, cut *Cut, host string) ([]netip.Addr, error) {
	host = dns.CanonicalName(host)
	if cut.Told() {
		return f.addressesVia(ctx, cut.Via, host)
	}
	return (&walk{finder: f}).addresses(ctx, host, nil)
}

// A walk is one way from the root, with what it leads to. The path that its methods
// take names the zones whose servers' names are being looked up.
type walk struct {
	finder    *Finder
	questions atomic.Int32
	hosts     sync.Map // the addresses found, []netip.Addr, by name: one is wanted again and again
}

func (w *walk) find(ctx context.Context, name string, path []string) (*Cut, error) {
	cut := w.finder.Root()
	for range maxCuts {
		next, err := w.next(ctx, cut, name, path)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return cut, nil
		}
		cut = next
	}
	return nil, &Error{cut.Zone, ErrTooLong}
}

func (w *walk) next(ctx context.Context, cut *Cut, name string, path []string) (*Cut, error) {
	if name == cut.Zone {
		return nil, nil
	}
	if known := w.finder.cache.next(cut.Zone, name); known != nil {
		return known, nil
	}
	var next *Cut
	var alias bool
	_, err := w.race(ctx, cut, dnsquery.Question{Name: name, Type: dns.TypeSOA}, path, func(answer *dnsquery.Answer) bool {
		var ok bool
		next, ok = readStep(answer, cut.Zone, name)
		alias = answer.CNAME != ""
		return ok
	})
	switch {
	case err != nil:
		return nil, err
	case alias: // an alias is no apex, and its zone that of the name above it
		return w.next(ctx, cut, parent(name), path)
	case next == nil:
		return nil, nil
	case len(next.Servers) == 0:
		if next, err = w.hosted(ctx, cut, next.Zone, path); err != nil {
			return nil, err
		}
	}
	w.finder.cache.add(next)
	return next, nil
}

// readStep reads an answer as a step on the way from a zone to a name: nil for the
// end of the way, a cut without servers where the server that answers has authority
// for both sides of it. It reports false for an answer that leads nowhere.
func readStep(answer *dnsquery.Answer, zone, name string) (*Cut, bool) {
	if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
		return nil, false
	}
	apex := apexOf(answer)
	if apex == "" && answer.CNAME == "" && answer.Rcode == dns.RcodeSuccess {
		if cut := readReferral(answer, zone, name); cut != nil { // with AA too, as some servers do
			return cut, true
		}
	}
	switch {
	case !answer.Authoritative: // out of a cache, or a referral astray
		return nil, false
	case answer.CNAME != "" || apex == "" || apex == zone:
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

// readReferral reads the delegation to a zone between the one asked and the name, nil
// if there is none.
func readReferral(answer *dnsquery.Answer, zone, name string) *Cut {
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
	return cut
}

// newCut makes a cut of a zone's own NS records, nil if there are none.
func newCut(zone string, records, additional []dnsquery.Record) *Cut {
	cut := &Cut{Zone: zone}
	for _, r := range records {
		cut.add(r, additional, zone)
	}
	if len(cut.Servers) == 0 {
		return nil
	}
	return cut
}

// add adds a name server, with its glue as far as the referring zone can know it.
func (c *Cut) add(ns dnsquery.Record, additional []dnsquery.Record, bailiwick string) {
	known := slices.ContainsFunc(c.Servers, func(s NameServer) bool { return s.Name == ns.Host })
	if known || len(c.Servers) >= maxServers {
		return
	}
	server := NameServer{Name: ns.Host}
	if dns.IsSubDomain(bailiwick, ns.Host) {
		server.Glue = addressesOf(ns.Host, additional)
	}
	c.Servers = append(c.Servers, server)
	slices.SortFunc(c.Servers, func(a, b NameServer) int { return strings.Compare(a.Name, b.Name) })
	c.setExpiry(ns.TTL)
}

// addressesOf are the distinct addresses that records have for a host.
func addressesOf(host string, records []dnsquery.Record) []netip.Addr {
	var addresses []netip.Addr
	for _, r := range records {
		address := r.Address.Unmap()
		if address.IsValid() && r.Owner == host && len(addresses) < maxAddresses && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// below reports whether a zone lies strictly below another.
func below(zone, parent string) bool { return zone != parent && dns.IsSubDomain(parent, zone) }

// parent is a name without its first label.
func parent(name string) string {
	if at, end := dns.NextLabel(name, 0); !end {
		return name[at:]
	}
	return "."
}

// hosted asks the servers of a zone for the name servers of one below it that they have
// authority for too, at least one of them. That one stays in mind: it need not tell the
// addresses of servers whose names lie in their own zone.
func (w *walk) hosted(ctx context.Context, above *Cut, zone string, path []string) (*Cut, error) {
	var cut *Cut
	var authoritative bool
	host, err := w.race(ctx, above, dnsquery.Question{Name: zone, Type: dns.TypeNS}, path, func(answer *dnsquery.Answer) bool {
		if authoritative = answer.Authoritative; authoritative {
			cut = newCut(zone, answer.Records, answer.Additional)
		} else {
			cut, _ = readStep(answer, above.Zone, zone)
		}
		return cut != nil
	})
	if err != nil {
		return nil, err
	}
	if authoritative {
		cut.host = host
	}
	return cut, nil
}

// reachable reports whether the address of one of the cut's servers is known.
func (c *Cut) reachable() bool {
	return c.host.IsValid() || slices.ContainsFunc(c.Servers, func(s NameServer) bool { return len(s.Glue) > 0 })
}

// lookUp asks a question at a cut that the name is thought to lie in, and goes on where
// it lies below a further one: that takes no round trip to make certain.
func (w *walk) lookUp(ctx context.Context, cut *Cut, question dnsquery.Question, path []string) (*dnsquery.Answer, error) {
	for range maxCuts {
		var next *Cut
		var found *dnsquery.Answer
		_, err := w.race(ctx, cut, question, path, func(answer *dnsquery.Answer) bool {
			step, ok := readStep(answer, cut.Zone, question.Name)
			if next = step; ok && (step == nil || len(step.Servers) == 0) {
				found = answer // with authority, in this zone or one below it on the same server
			}
			return ok
		})
		if err != nil || found != nil {
			return found, err
		}
		w.finder.cache.add(next)
		cut = next
	}
	return nil, &Error{cut.Zone, ErrTooLong}
}

// addresses looks up a host's addresses of both families from the root on.
func (w *walk) addresses(ctx context.Context, host string, path []string) ([]netip.Addr, error) {
	if known, ok := w.hosts.Load(host); ok {
		return known.([]netip.Addr), nil
	}
	if len(path) > maxDepth || w.questions.Add(1) > maxQuestions {
		return nil, ErrTooLong
	}
	cut := w.finder.cache.deepest(".", host)
	if cut == nil || !cut.reachable() { // to find its servers twice at once is a waste
		var err error
		if cut, err = w.find(ctx, host, path); err != nil {
			return nil, err
		}
	}
	addresses, err := bothFamilies(w.finder.Client.Family, host, func(rrtype uint16) (*dnsquery.Answer, error) {
		return w.lookUp(ctx, cut, dnsquery.Question{Name: host, Type: rrtype}, path)
	})
	if err == nil {
		w.hosts.Store(host, addresses)
	}
	return addresses, err
}
