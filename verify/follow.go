package verify

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// delegated is what was learned of the zone's delegation.
type delegated struct {
	cut *delegation.Cut // the zone's, nil where none was found
	// err is why the delegation could not be followed from the root: the cut is then
	// what a resolver told, or the last whose servers do not answer.
	err error
}

// A glueDifference is a name server whose addresses in the parent zone are not those
// that its own zone gives.
type glueDifference struct {
	name      string
	glue, own []netip.Addr
}

// follow finds the zone's servers from the root on and asks them. While it is made
// certain that the name does not lie below a further cut, the zone's servers are asked
// already: that saves a round trip, and where it does, shows servers that disagree.
func (r *run) follow(ctx context.Context) {
	cut, trial, err := r.checker.finder.Root(), (*wave)(nil), error(nil)
	for {
		var next *delegation.Cut
		next, err = r.nextUnlessProven(ctx, cut, trial)
		if next == nil {
			break
		}
		if trial != nil { // what its servers say may yet contradict
			r.superseded = append(r.superseded, trial)
		}
		trial = nil
		if cut = next; dns.CountLabel(cut.Zone) > 1 { // below a top-level domain
			trial = r.try(ctx, cut)
		}
	}
	if trial == nil && err != nil {
		cut = r.fromResolvers(ctx) // nothing is known of the zone's servers yet
	}
	if trial == nil {
		trial = r.try(ctx, cut)
	}
	r.delegated = &delegated{cut: cut, err: err}
	r.authoritative = trial
	trial.confirm()
}

// nextUnlessProven is the next cut on the way to the domain, nil as soon as one of the
// servers on trial has answered for the domain as part of its zone.
func (r *run) nextUnlessProven(ctx context.Context, cut *delegation.Cut, trial *wave) (*delegation.Cut, error) {
	if trial == nil {
		return r.next(ctx, cut)
	}
	ctx, cancel := context.WithCancel(ctx)
	var next *delegation.Cut
	var err error
	found := make(chan struct{})
	go func() {
		defer close(found)
		next, err = r.next(ctx, cut)
	}()
	select {
	case <-trial.proven:
		cancel()
		<-found
		return nil, nil
	case <-found:
		cancel()
		return next, err
	}
}

// next is the next cut on the way to the domain. Servers that all stay silent cost
// little more than one question's time.
func (r *run) next(ctx context.Context, cut *delegation.Cut) (*delegation.Cut, error) {
	limit := cmp.Or(r.checker.Client.Timeout, dnsquery.DefaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, limit+limit/2)
	defer cancel()
	return r.checker.finder.Next(ctx, cut, r.policy.Domain)
}

// fromResolvers has the resolvers name the zone's servers, where the root cannot be
// reached: the first that can. It returns nil where none can.
func (r *run) fromResolvers(ctx context.Context) *delegation.Cut {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	resolvers := r.allResolvers()
	found := make(chan *delegation.Cut, len(resolvers))
	for _, resolver := range resolvers {
		go func() {
			cut, err := r.checker.finder.FindVia(ctx, resolver, r.policy.Domain)
			if err != nil {
				cut = nil
			}
			found <- cut
		}()
	}
	for range resolvers {
		if cut := <-found; cut != nil {
			return cut
		}
	}
	return nil
}

// try asks the servers of a cut, each at all its addresses.
func (r *run) try(ctx context.Context, cut *delegation.Cut) *wave {
	w, ctx := r.newWave(ctx)
	if w.cut = cut; cut == nil {
		return w
	}
	for place, server := range cut.Servers {
		w.first(server.Name)
		w.wait.Go(func() { w.askNameServer(ctx, cut, place, server) })
	}
	return w
}

// askNameServer asks a name server at the addresses that its glue gives, and at those
// that its own zone gives.
func (w *wave) askNameServer(ctx context.Context, cut *delegation.Cut, place int, server delegation.NameServer) {
	name, family := strings.TrimSuffix(server.Name, "."), w.run.checker.Client.Family
	glue := slices.DeleteFunc(slices.Clone(server.Glue), func(a netip.Addr) bool { return !family.Has(a) })
	w.askAddresses(ctx, place, name, glue)
	own, err := w.run.checker.finder.Addresses(ctx, cut, server.Name)
	if errors.Is(err, delegation.ErrNoAddress) {
		err = withoutAddress(family)
	}
	if err != nil && len(glue) == 0 {
		report := w.add(unknownName(ctx, place, name, err))
		w.tell(report)
	}
	if err == nil {
		w.askAddresses(ctx, place, name, own)
		w.compareGlue(name, glue, own)
	}
}

func (w *wave) askAddresses(ctx context.Context, place int, name string, addresses []netip.Addr) {
	for _, address := range addresses {
		w.ask(ctx, place, name, net.JoinHostPort(address.String(), "53"))
	}
}

// compareGlue notes glue that is not what the name server's own zone says, family by
// family: glue for one alone is common, and does no harm.
func (w *wave) compareGlue(name string, glue, own []netip.Addr) {
	for _, family := range []dnsquery.Family{dnsquery.IPv4, dnsquery.IPv6} {
		other := func(a netip.Addr) bool { return !family.Has(a) }
		theirs, ours := slices.DeleteFunc(slices.Clone(glue), other), slices.DeleteFunc(slices.Clone(own), other)
		slices.SortFunc(theirs, netip.Addr.Compare)
		slices.SortFunc(ours, netip.Addr.Compare)
		if len(theirs) > 0 && !slices.Equal(theirs, slices.Compact(ours)) {
			w.mu.Lock()
			w.glue = append(w.glue, glueDifference{name, theirs, ours})
			w.mu.Unlock()
		}
	}
}

// discover asks the name servers too that the zone itself names and its parent does
// not: resolvers use them (RFC 2181 §5.4.1).
func (w *wave) discover(ctx context.Context, report *ServerReport) {
	if w.cut == nil {
		return
	}
	for _, host := range report.nameServers() {
		if w.first(host) {
			w.wait.Go(func() { w.askNameServer(ctx, w.cut, maxNameServers, delegation.NameServer{Name: host}) })
		}
	}
}
