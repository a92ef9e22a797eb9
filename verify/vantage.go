package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// conclude makes the report of everything that was asked.
func (r *run) conclude(ctx context.Context) Report {
	authoritative := r.authoritative.sorted()
	report := compare(authoritative, *r.policy)
	told := tellers(authoritative)
	r.unasked = slices.ContainsFunc(authoritative, func(s ServerReport) bool { return s.Outcome == NotAsked })
	if len(told) > 0 {
		r.judgeAuthoritative(ctx, &report, told)
		r.judgeCut(&report, told, authoritative)
	}
	right := len(told) > 0 && !hasError(report.Findings) && (report.Verdict != None || report.AsExpected || r.policy.Expected == NoExpectation && len(r.request.Records) == 0)
	var rightAt time.Time
	if right {
		rightAt = time.Now()
	}
	if r.request.ResolversLast && (right || len(told) == 0) {
		r.askResolvers(ctx)
	}
	r.resolvers.wait.Wait()
	if len(told) > 0 {
		if allEqual(told) && !r.request.ResolversLast { // who asks again and again sees it anyway
			r.askAgain(ctx, told[0].content)
		}
		r.judgeResolvers(&report, told, right)
	} else {
		r.judgeResolversAlone(&report)
	}
	for _, w := range r.superseded {
		w.finish()
	}
	report.live, report.rightAt = true, rightAt
	report.Servers = append(authoritative, r.resolvers.sorted()...)
	report.Findings = distinct(append(report.Findings, r.delegationFindings(authoritative)...))
	acknowledge(report.Findings, r.policy.Acknowledged)
	sortFindings(report.Findings)
	return report
}

// distinct leaves out what is said twice of the same server.
func distinct(findings []Finding) []Finding {
	if len(findings) < 2 {
		return findings
	}
	type said struct {
		code            Code
		server, message string
	}
	seen := map[said]bool{}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		key := said{f.Code, f.Server, f.Message}
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// tellers are the servers that said what stands in the zone.
func tellers(servers []ServerReport) []ServerReport {
	return slices.DeleteFunc(slices.Clone(servers), func(s ServerReport) bool { return !s.Told() })
}

// judgeAuthoritative adds what the servers serve beside the set, and holds all of it
// against the exact records where those are given.
func (r *run) judgeAuthoritative(ctx context.Context, report *Report, told []ServerReport) {
	findings := slices.Concat(
		r.findMisplaced(ctx, told),
		serialFindings(told, r.policy.Domain),
		wildcardFindings(told),
		r.aliasFindings(told),
		r.addressFindings(report, told),
		r.recordFindings(report, told),
	)
	report.Findings = append(report.Findings, findings...)
}

// judgeCut finds servers that do not agree in which zone the domain lies: who asks the one
// is told what stands there, and who asks the other is sent on.
func (r *run) judgeCut(report *Report, told, authoritative []ServerReport) {
	_, apex := primariesOf(told, r.policy.Domain)
	if apex == "" {
		return
	}
	var cut string
	var referring []string
	for i := range authoritative {
		if zone := authoritative[i].referral(apex, r.policy.Domain); zone != "" && authoritative[i].Outcome == Lame {
			cut, referring = zone, append(referring, authoritative[i].Address)
		}
	}
	var answering []string
	for i := range told {
		answering = append(answering, told[i].Address)
	}
	if len(referring) == 0 {
		cut, referring, answering = apex, answering, r.supersededAnswers(told[0].content, apex)
	}
	if len(referring) == 0 || len(answering) == 0 {
		return
	}
	report.Judgement = Judgement{Verdict: Conflict, State: undetermined, Findings: report.Findings}
	report.Findings = append(report.Findings, newFinding(CodeServersDiffer, fmt.Sprintf("the servers do not agree where %s lies: %s answer for it themselves, by others it is in the zone %s of its own (%s)",
		r.policy.Domain, strings.Join(answering, ", "), quoteBare(cut), strings.Join(referring, ", "))))
}

// supersededAnswers are the servers of zones further up that answered for the domain as if
// it lay in theirs, or that serve other records than the domain's own zone, whatever they
// say of it.
func (r *run) supersededAnswers(content, apex string) []string {
	var addresses []string
	for _, w := range r.superseded {
		w.wait.Wait()
		for _, report := range w.reports {
			view, known := zoneSeenBy(report, r.policy.Domain)
			r.unasked = r.unasked || report.Outcome == NotAsked
			same := known && view.apex == apex // it has the zone too
			other := report.content != "" && report.content != content
			if report.Told() && !same && (other || known && view.apex == w.zone()) {
				addresses = append(addresses, report.Address)
			}
		}
	}
	return addresses
}

// judgeResolvers compares the resolvers with what the authoritative servers have. Those
// that only lag make what is right pending; one that was named and cannot be asked makes
// it unreachable.
func (r *run) judgeResolvers(report *Report, told []ServerReport, right bool) {
	lagging, silent := false, r.unasked
	resolvers := r.resolvers.sorted()
	for i := range resolvers {
		s := &resolvers[i]
		report.Findings = append(report.Findings, resolverFindings(s, told, r.policy.Domain)...)
		if s.Told() {
			late, asked := r.lateAddresses(s)
			report.Findings = append(report.Findings, late...)
			lagging = lagging || slices.ContainsFunc(late, func(f Finding) bool { return f.Code == CodeResolverLags })
			silent = silent || s.named && !asked
		}
		switch {
		case !s.Told():
			silent = silent || s.named
		case s.first != nil && s.content == told[0].content && !r.harmless(s.first, told):
			finding := newFinding(CodeResolverUnsteady, fmt.Sprintf("%s answers right now, and a moment ago it did not: it %s", s.Server, strings.Replace(servesWhat(s.first), "serves", "served", 1)))
			finding.Server = s.Server
			report.Findings = append(report.Findings, finding)
		case allEqual(told) && s.content != told[0].content:
			finding := r.difference(s, told)
			report.Findings = append(report.Findings, finding)
			if finding.Code == CodeResolverLags {
				lagging = true
				report.Findings = append(report.Findings, stillFindings(s)...)
			}
		}
	}
	if hasError(report.Findings) {
		return
	}
	switch {
	case silent:
		report.unreachable()
	case lagging && right:
		report.Verdict, report.AsExpected = Pending, false
	}
}

// unreachable takes the verdict back: what was to be asked could not be.
func (r *Report) unreachable() {
	r.Judgement = Judgement{Verdict: Unreachable, State: undetermined, Findings: r.Findings}
}

// difference says what it means that a resolver does not serve what the authoritative
// servers have. A set that verifies, or the memory that there was none, is what stood
// before and will be forgotten; nothing else has ever been right.
func (r *run) difference(s *ServerReport, told []ServerReport) Finding {
	left, known := s.remaining()
	forHow := "for how long it does not say"
	switch {
	case s.saysStale() || s.standsStill():
		forHow = "for how long is not known, because it is beyond its time already"
	case known:
		forHow = fmt.Sprintf("%s at most", span(left))
	}
	var finding Finding
	if r.harmless(s, told) {
		finding = newFinding(CodeResolverLags, fmt.Sprintf("%s still holds the old answer, %s: it %s", s.Server, forHow, servesWhat(s)))
	} else {
		finding = newFinding(CodeResolverDiffers, fmt.Sprintf("%s has neither what the authoritative servers serve nor what can have stood there before: it %s", s.Server, servesWhat(s)))
		if s.falling() {
			finding.Advice = fmt.Sprintf("this may be what stood before; gone in %s at most: ask again then; if it stays, %s", span(left), finding.Advice)
		}
	}
	finding.Server = s.Server
	return finding
}

// stillFindings says that an old answer is older than it may be.
func stillFindings(s *ServerReport) []Finding {
	if !s.standsStill() || s.saysStale() {
		return nil
	}
	finding := newFinding(CodeServedStale, fmt.Sprintf("the TTL of what %s answers does not fall between two questions: served stale, or by several caches in turn", s.Server))
	finding.Server = s.Server
	return []Finding{finding}
}

// harmless reports whether a resolver's differing answer can have been right before. In
// another zone of the same name it never was.
func (r *run) harmless(s *ServerReport, told []ServerReport) bool {
	if _, other := otherZone(s, told, r.policy.Domain); other {
		return false
	}
	switch s.Judgement.Verdict {
	case Valid:
		return true
	case None:
		return s.Outcome == NameError || s.Outcome == NoData
	case Unsigned:
		return r.policy.AllowUnsigned
	case Unchecked:
		return r.policy.SkipSignature
	}
	return false
}

// judgeResolversAlone makes the best of it where no authoritative server could be
// asked. What the resolvers that were named say counts, since the caller chose them;
// the system's alone may be part of what has failed.
func (r *run) judgeResolversAlone(report *Report) {
	resolvers := r.resolvers.sorted()
	var named []ServerReport
	silent := false
	for i := range resolvers {
		s := &resolvers[i]
		report.Findings = append(report.Findings, resolverFindings(s, nil, r.policy.Domain)...)
		if s.named && s.Told() {
			named = append(named, *s)
		}
		silent = silent || s.named && !s.Told()
	}
	findings := report.Findings
	// Only the zone's own servers are held against exact records; and who names servers
	// wants to know of those.
	silent = silent || r.unasked || len(r.request.Records) > 0 || len(r.request.Servers) > 0
	switch {
	case len(named) > 0 && !silent:
		*report = compare(named, *r.policy)
		report.Findings = append(report.Findings, findings...)
		report.Add(CodeAuthoritativeNotAsked, "no authoritative server could be asked; this is what resolvers say, who may hold what stood before")
	case slices.ContainsFunc(resolvers, func(s ServerReport) bool { return s.Told() }):
		report.Add(CodeAuthoritativeNotAsked, "no authoritative server could be asked; what resolvers say may be what stood before")
	}
}

// resolverFindings says what is to be known of one resolver.
func resolverFindings(s *ServerReport, told []ServerReport, domain string) []Finding {
	var findings []Finding
	add := func(code Code, format string, a ...any) {
		finding := newFinding(code, fmt.Sprintf(format, a...))
		finding.Server, finding.Err = s.Server, s.Err
		findings = append(findings, finding)
	}
	if !s.Told() {
		if bogus := s.unchecked; bogus.err == nil && bogus.answer != nil && toldBy(resolverOutcome(bogus.answer)) {
			add(CodeBogus, "%s refuses the answer, and gives one with checking disabled: DNSSEC validation fails%s", s.Server, extended(s.answer))
			return findings
		}
		code := CodeResolverNotAsked
		if s.Outcome == Untrusted {
			code = CodeCertificate
		}
		add(code, "%s %s", s.Server, failure(s))
		return findings
	}
	if s.saysStale() {
		add(CodeServedStale, "%s says that its answer is stale%s", s.Server, extended(s.answer))
	}
	if s.answer.AuthenticData {
		add(CodeAuthenticated, "%s says that the answer validates (AD)%s", s.Server, trustworthy(s))
	}
	if zones, other := otherZone(s, told, domain); other {
		add(CodeSplitHorizon, "%s sees another zone than the authoritative servers: %s", s.Server, zones)
	}
	return slices.Concat(findings, transportFindings(s), countFindings(s))
}
