package verify

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// againAfter is how long after the first answer a resolver whose set differs is asked
// once more: TTLs are whole seconds, and one that does not fall tells of stale data.
const againAfter = 1100 * time.Millisecond

// askResolvers asks every resolver, in the background.
func (r *run) askResolvers(ctx context.Context) {
	w := r.resolvers
	w.confirm()
	for place, server := range r.allResolvers() {
		report := w.add(ServerReport{
			place:   place,
			Server:  resolverName(server),
			Address: server.Address(),
			Role:    Recursive,
			named:   slices.Contains(r.request.Resolvers, server),
			asked:   server,
		})
		w.wait.Go(func() {
			w.tell(report)
			r.askResolver(ctx, server, report)
			w.tell(report)
		})
	}
}

// resolverName is a resolver as an operator names it: those of plain DNS by their
// address.
func resolverName(server dnsquery.Server) string {
	return strings.TrimPrefix(server.String(), "udp://")
}

func (r *run) askResolver(ctx context.Context, server dnsquery.Server, report *ServerReport) {
	domain := r.policy.Domain
	report.replies = r.askAll(ctx, server, []dnsquery.Question{
		{Name: domain, Type: dns.TypeTXT, Recursive: true},
		{Name: domain, Type: dns.TypeSOA, Recursive: true},
	})
	report.note(report.replies[0])
	if report.answer != nil {
		if _, err := netip.ParseAddrPort(report.answer.Address); err == nil {
			report.Address = report.answer.Address
		}
	}
	if report.Told() {
		report.Judgement = judgeAnswer(report, *r.policy)
	} else if report.answer != nil && report.answer.Rcode == dns.RcodeServerFailure {
		r.askUnchecked(ctx, server, report)
	}
}

// askUnchecked asks a resolver that fails with checking disabled, and once more without:
// one that recovers meanwhile must not look as if validation were what fails.
func (r *run) askUnchecked(ctx context.Context, server dnsquery.Server, report *ServerReport) {
	question := dnsquery.Question{Name: r.policy.Domain, Type: dns.TypeTXT, Recursive: true, CheckingDisabled: true}
	unchecked := r.ask(ctx, server, question)
	if unchecked.answer == nil || !toldBy(resolverOutcome(unchecked.answer)) {
		return
	}
	question.CheckingDisabled = false
	report.note(r.ask(ctx, server, question))
	if report.Told() {
		report.Judgement = judgeAnswer(report, *r.policy)
	} else {
		report.unchecked = unchecked
	}
}

// askAgain asks those resolvers once more whose sets differ from what the
// authoritative servers have, to see whether their TTL falls.
func (r *run) askAgain(ctx context.Context, content string) {
	w := r.resolvers
	for _, report := range w.reports {
		if report.Told() && report.content != content {
			w.wait.Go(func() { r.askOnceMore(ctx, report) })
		}
	}
	w.wait.Wait()
}

func (r *run) askOnceMore(ctx context.Context, report *ServerReport) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(againAfter):
	}
	again := r.ask(ctx, report.asked, dnsquery.Question{Name: r.policy.Domain, Type: dns.TypeTXT, Recursive: true})
	if again.err != nil || !toldBy(resolverOutcome(again.answer)) {
		return // the first answer stands
	}
	before, content := *report, report.content
	report.note(again)
	// What was renewed in between says nothing about what stood before.
	report.before, report.askedAgain = before.remaining()
	report.askedAgain = report.askedAgain && report.content == content
	report.Judgement = judgeAnswer(report, *r.policy)
}

// remaining is how long a resolver may keep what it answered: the records' TTL, or how
// long it remembers that there are none; false where it does not say.
func (s *ServerReport) remaining() (time.Duration, bool) {
	switch {
	case s.Outcome == Alias:
		return duration(s.answer.CNAMETTL), true
	case s.TTL != nil:
		return duration(*s.TTL), true
	case s.answer.NegativeTTL > 0:
		return s.answer.NegativeTTL, true
	}
	return 0, false
}

// The extended errors of an answer that a resolver knows to be stale (RFC 8914 §4.4,
// §4.20).
const (
	staleAnswer   = 3
	staleNXDOMAIN = 19
)

// saysStale reports whether a resolver says itself that it serves what it should have
// forgotten (RFC 8767).
func (s *ServerReport) saysStale() bool {
	return slices.ContainsFunc(s.answer.ExtendedErrors, func(e dnsquery.ExtendedError) bool {
		return e.Code == staleAnswer || e.Code == staleNXDOMAIN
	})
}

// falling reports whether a TTL fell between two questions, as that of a cached answer
// does.
func (s *ServerReport) falling() bool {
	now, known := s.remaining()
	return s.askedAgain && known && now < s.before
}

// standsStill reports whether it did not.
func (s *ServerReport) standsStill() bool {
	_, known := s.remaining()
	return s.askedAgain && known && !s.falling()
}
