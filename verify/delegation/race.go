package delegation

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// stagger is how long one server of a zone may take before another is asked as well.
const stagger = 150 * time.Millisecond

// A candidate is a server that could be asked: at an address, or by a name whose
// address is not known yet.
type candidate struct {
	name    string
	address netip.Addr
}

type raced struct {
	from   dnsquery.Server
	answer *dnsquery.Answer
	err    error
}

// race asks the servers of a cut one after the other, the next as soon as one fails or
// takes long, and returns the first whose answer is useful; useful is called by one
// goroutine at a time. So a dead server costs a moment, not a timeout.
func (w *walk) race(ctx context.Context, cut *Cut, question dnsquery.Question, depth int, useful func(*dnsquery.Answer) bool) (dnsquery.Server, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	waiting := w.candidates(cut)
	results := make(chan raced, len(waiting))
	next, asked := time.NewTimer(0), 0
	defer next.Stop()
	var last error = ErrLame
	for len(waiting) > 0 || asked > 0 {
		select {
		case <-ctx.Done():
			return dnsquery.Server{}, ctx.Err()
		case r := <-results:
			if r.err == nil && useful(r.answer) {
				return r.from, nil
			}
			asked--
			if r.err != nil {
				last = r.err
			}
			next.Reset(0)
		case <-next.C:
			if len(waiting) == 0 {
				continue
			}
			go func(c candidate) { results <- w.try(ctx, c, question, depth) }(waiting[0])
			waiting = waiting[1:]
			asked++
			next.Reset(stagger)
		}
	}
	return dnsquery.Server{}, &Error{cut.Zone, last}
}

// candidates are the servers of a cut, those whose address is known first, in random
// order, so that not everybody asks the same one.
func (w *walk) candidates(cut *Cut) []candidate {
	var at, named []candidate
	for _, server := range cut.Servers {
		for _, address := range server.Glue {
			if w.finder.Client.Family.Has(address) {
				at = append(at, candidate{server.Name, address})
			}
		}
		if len(server.Glue) == 0 {
			named = append(named, candidate{name: server.Name})
		}
	}
	rand.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
	// An IPv6 route is what is most often missing.
	slices.SortStableFunc(at, func(a, b candidate) int { return a.address.BitLen() - b.address.BitLen() })
	return append(at, named...)
}

// try asks one candidate, at its first address that answers.
func (w *walk) try(ctx context.Context, c candidate, question dnsquery.Question, depth int) (r raced) {
	addresses := []netip.Addr{c.address}
	if !c.address.IsValid() {
		if addresses, r.err = w.addresses(ctx, c.name, depth+1); r.err != nil {
			return r
		}
	}
	for _, address := range addresses {
		r.from = dnsquery.At(netip.AddrPortFrom(address, port))
		if r.answer, r.err = w.ask(ctx, r.from, question); r.err == nil {
			return r
		}
	}
	return r
}

func (w *walk) ask(ctx context.Context, server dnsquery.Server, question dnsquery.Question) (*dnsquery.Answer, error) {
	if w.questions.Add(1) > maxQuestions {
		return nil, ErrTooLong
	}
	return w.finder.Client.Ask(ctx, server, question)
}

// bothFamilies asks for A and AAAA records at once, and returns what there is. That
// one of the two fails counts only where the other has nothing.
func bothFamilies(family dnsquery.Family, ask func(rrtype uint16) (*dnsquery.Answer, error)) ([]netip.Addr, error) {
	types := [...]uint16{dns.TypeA, dns.TypeAAAA}
	var answers [len(types)]*dnsquery.Answer
	var errs [len(types)]error
	var wait sync.WaitGroup
	for i, rrtype := range types {
		wait.Go(func() { answers[i], errs[i] = ask(rrtype) })
	}
	wait.Wait()
	var addresses []netip.Addr
	var failed error
	for i := range types {
		if errs[i] != nil {
			failed = errs[i]
			continue
		}
		for _, r := range answers[i].Records {
			if address := r.Address.Unmap(); family.Has(address) {
				addresses = append(addresses, address)
			}
		}
	}
	switch {
	case len(addresses) > 0:
		return addresses, nil
	case failed != nil:
		return nil, failed
	}
	return nil, ErrNoAddress
}
