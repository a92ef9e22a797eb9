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

// A trial is what came of a candidate: an answer, or the addresses of one that was
// known by its name alone.
type trial struct {
	from   netip.Addr
	answer *dnsquery.Answer
	found  []candidate
	err    error
}

// race asks the servers of a cut one after the other, the next as soon as one fails or
// takes long, and returns the first whose answer is useful; useful is called by one
// goroutine at a time. So a dead server costs a moment, not a timeout.
func (w *walk) race(ctx context.Context, cut *Cut, question dnsquery.Question, path []string, useful func(*dnsquery.Answer) bool) (netip.Addr, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	waiting, failed := w.candidates(cut, path), ErrNoAddress
	path = append(slices.Clip(path), cut.Zone)
	trials, running := make(chan trial), 0
	next := time.NewTimer(0)
	defer next.Stop()
	for len(waiting) > 0 || running > 0 {
		select {
		case <-ctx.Done():
			return netip.Addr{}, ctx.Err()
		case t := <-trials:
			if t.answer != nil && useful(t.answer) {
				return t.from, nil
			}
			running--
			waiting = append(t.found, waiting...)
			failed = graver(failed, t)
			next.Reset(0)
		case <-next.C:
			if len(waiting) == 0 {
				continue
			}
			go w.try(ctx, waiting[0], question, path, trials)
			waiting = waiting[1:]
			running++
			next.Reset(stagger)
		}
	}
	if ctx.Err() != nil { // which the trials may have seen first
		return netip.Addr{}, ctx.Err()
	}
	return netip.Addr{}, &Error{cut.Zone, failed}
}

// graver is why a race fails, as far as it has got: that servers answer in vain says
// more than that others are not reached.
func graver(failed error, t trial) error {
	answered := failed == ErrLame || failed == ErrIntercepted
	switch {
	case t.answer != nil && (t.answer.Authoritative || !t.answer.RecursionAvailable || failed == ErrLame):
		return ErrLame
	case t.answer != nil:
		return ErrIntercepted
	case t.err != nil && !answered:
		return t.err
	}
	return failed
}

// candidates are the servers of a cut, those whose address is known first, in random
// order, so that not everybody asks the same one. A zone on the path is not asked by
// way of its servers' names: to find their addresses is what it is to be asked for.
func (w *walk) candidates(cut *Cut, path []string) []candidate {
	var at, named []candidate
	if cut.host.IsValid() {
		at = append(at, candidate{address: cut.host})
	}
	for _, server := range cut.Servers {
		usable := false
		for _, address := range server.Glue {
			if w.finder.Client.Family.Has(address) {
				at, usable = append(at, candidate{address: address}), true
			}
		}
		if !usable && !slices.Contains(path, cut.Zone) {
			named = append(named, candidate{name: server.Name})
		}
	}
	shuffle(at)
	shuffle(named)
	// An IPv6 route is what is most often missing.
	slices.SortStableFunc(at, func(a, b candidate) int { return a.address.BitLen() - b.address.BitLen() })
	return append(at, named[:min(len(named), maxNamed)]...)
}

func shuffle(all []candidate) {
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

// try asks one candidate, or looks up its name.
func (w *walk) try(ctx context.Context, c candidate, question dnsquery.Question, path []string, trials chan<- trial) {
	t := trial{from: c.address}
	if c.address.IsValid() {
		t.answer, t.err = w.ask(ctx, c.address, question)
	} else {
		var addresses []netip.Addr
		addresses, t.err = w.addresses(ctx, c.name, path)
		for _, address := range addresses {
			t.found = append(t.found, candidate{address: address})
		}
	}
	select {
	case trials <- t:
	case <-ctx.Done():
	}
}

func (w *walk) ask(ctx context.Context, address netip.Addr, question dnsquery.Question) (*dnsquery.Answer, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // a question on an open connection would still go out
	}
	if w.questions.Add(1) > maxQuestions {
		return nil, ErrTooLong
	}
	return w.finder.Client.Ask(ctx, dnsquery.At(netip.AddrPortFrom(address, port)), question)
}

// bothFamilies asks for A and AAAA records at once, and returns what there is. That
// one of the two fails counts only where the other has nothing.
func bothFamilies(family dnsquery.Family, host string, ask func(rrtype uint16) (*dnsquery.Answer, error)) ([]netip.Addr, error) {
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
		for _, address := range addressesOf(host, answers[i].Records) {
			if family.Has(address) {
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
