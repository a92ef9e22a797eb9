package verify

import (
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
)

// Sentence says in one sentence what clients are told to do, for which product and
// until when, and whether that is what was expected.
func (r *Report) Sentence() string {
	return r.statement() + r.expectation() + "."
}

func (r *Report) statement() string {
	at, of := "", ""
	if r.Policy.Domain != "" {
		at, of = " at "+r.Policy.Domain, " for "+r.Policy.Domain
	}
	switch {
	case r.Verdict == None:
		return "There is no disaster recovery record" + at
	case r.Verdict == Unreachable && r.someAuthoritativeTold():
		return "Not everything that was to be asked" + of + " could be: what all clients are told is not known"
	case r.Verdict == Unreachable:
		return "No name server could be asked" + of + ": what clients are told is not known"
	case r.Verdict == Pending && r.Set == nil:
		return "The name servers have no disaster recovery record" + at + " any more; caches still hold the old answer"
	case r.differ() && !r.someAuthoritativeTold():
		return "The resolvers do not serve the same" + of + ", and no name server could be asked: what clients do depends on which one they ask"
	case r.differ():
		return "The name servers do not serve the same" + of + ": what clients do depends on which one they reach"
	case r.Verdict == Conflict:
		return "What stands" + at + " contradicts itself: what clients do with it is not known"
	case r.Set == nil:
		return "What stands" + at + " is not a valid set: what clients do with it is not known"
	}
	return r.telling() + r.caveat()
}

// differ reports whether servers serve different sets.
func (r *Report) differ() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == CodeServersDiffer })
}

// telling says what the set asks for at the policy's instant.
func (r *Report) telling() string {
	a := r.Set.Activation
	who := "The records"
	if r.Live() {
		who = "The DNS"
	}
	clients := audience(a.Type)
	action := map[txtrecord.Status]string{
		txtrecord.On:   "switch to disaster recovery",
		txtrecord.Off:  "work normally, disaster recovery off",
		txtrecord.Test: "enter disaster recovery's test mode",
	}[a.Status]
	switch stateAt(a, r.Policy.At) {
	case StateScheduled:
		return fmt.Sprintf("%s will tell %s to %s from %s%s; not yet", who, clients, action, r.Policy.instant(a.Start), r.until(a))
	case StateExpired:
		return fmt.Sprintf("%s told %s to %s until %s; that has ended", who, clients, action, r.Policy.instant(a.End))
	}
	return fmt.Sprintf("%s %s %s to %s%s", who, verb(r.Live()), clients, action, r.until(a))
}

func verb(live bool) string {
	if live {
		return "tells"
	}
	return "tell"
}

func (r *Report) until(a txtrecord.Activation) string {
	switch {
	case a.End.IsZero() && a.Status == txtrecord.Off:
		return ""
	case a.End.IsZero():
		return ", with no end"
	case r.Policy.At.Before(a.Start):
		return " until " + r.Policy.instant(a.End)
	}
	return fmt.Sprintf(" until %s (%s left)", r.Policy.instant(a.End), span(a.End.Sub(r.Policy.At)))
}

// audience names the product whose clients a set is for, and the one left out.
func audience(t txtrecord.Type) string {
	switch t {
	case txtrecord.InternetAccess:
		return "Internet Access clients (not Private Access)"
	case txtrecord.PrivateAccess:
		return "Private Access clients (not Internet Access)"
	case txtrecord.AllProducts:
		return "Internet Access and Private Access clients"
	}
	return "clients of a product that is not named"
}

// someAuthoritativeTold reports whether a server of the zone said what stands in it.
func (r *Report) someAuthoritativeTold() bool {
	return slices.ContainsFunc(r.Servers, func(s ServerReport) bool { return s.Role == Authoritative && s.Told() })
}

// caveat is what keeps a set from being proven, or from being seen by everybody.
func (r *Report) caveat() string {
	switch r.Verdict {
	case Pending:
		return "; caches still hold the old answer"
	case Unchecked:
		return "; the signature was not checked"
	case Unsigned:
		return "; nothing is signed"
	}
	return ""
}

func (r *Report) expectation() string {
	switch {
	case r.Policy.Expected == NoExpectation:
		return ""
	case r.AsExpected && hasError(r.Findings):
		return "; that is as expected, but not all is well"
	case r.AsExpected:
		return "; that is as expected"
	case r.Verdict == Pending:
		return fmt.Sprintf("; what is expected (%s) is not everywhere yet", r.Policy.Expected)
	case r.Set == nil && r.Verdict != None:
		return fmt.Sprintf("; expected was %s", r.Policy.Expected)
	}
	return fmt.Sprintf("; that is NOT as expected (%s)", r.Policy.Expected)
}
