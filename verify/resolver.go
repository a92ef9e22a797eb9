package verify

import (
	"context"
	"fmt"
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
	questions := []dnsquery.Question{
		{Name: domain, Type: dns.TypeTXT, Recursive: true},
		{Name: domain, Type: dns.TypeSOA, Recursive: true},
	}
	for _, rrtype := range r.expectedAddresses() {
		questions = append(questions, dnsquery.Question{Name: domain, Type: rrtype, Recursive: true})
	}
	if address, err := netip.ParseAddr(server.Host); err == nil && !r.checker.Client.Family.Has(address) {
		report.note(reply{err: withoutAddress(r.checker.Client.Family)})
		return
	}
	report.replies = r.askAll(ctx, server, questions)
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

// expectedAddresses are the types of the exact address sets that are expected.
func (r *run) expectedAddresses() []uint16 {
	var types []uint16
	for _, expected := range r.request.Records {
		if expected.Type != "TXT" {
			types = append(types, dns.StringToType[expected.Type])
		}
	}
	return types
}

// lateAddresses says which of the expected addresses a resolver does not have yet, or
// could not be asked for; false for the latter.
func (r *run) lateAddresses(s *ServerReport) (findings []Finding, asked bool) {
	asked = true
	for _, expected := range r.request.Records {
		if expected.Type == "TXT" {
			continue
		}
		addresses, ttls, ok := s.addressesAt(r.policy.Domain, dns.StringToType[expected.Type])
		if !ok {
			asked = false
			finding := newFinding(CodeResolverNotAsked, fmt.Sprintf("%s could not be asked for the %s records that are expected", s.Server, expected.Type))
			finding.Server = s.Server
			findings = append(findings, finding)
		}
		if want := canonicalValues(expected); ok && !slices.Equal(addresses, want) {
			finding := newFinding(CodeResolverLags, fmt.Sprintf("%s does not have the addresses that are expected yet, %s: %s", s.Server, atMost(ttls), inPlaceOf(expected.Type, addresses, want)))
			finding.Server = s.Server
			findings = append(findings, finding)
		}
	}
	return findings, asked
}

// atMost says how long a set may be kept.
func atMost(ttls []uint32) string {
	if len(ttls) == 0 {
		return "for how long it does not say"
	}
	return span(duration(slices.Max(ttls))) + " at most"
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
	before := *report
	report.note(again)
	if report.content != before.content { // what was renewed in between says nothing of its TTL
		report.first = &before
	} else {
		report.before, report.askedAgain = before.remaining()
	}
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
