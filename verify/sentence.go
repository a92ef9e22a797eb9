package verify

import (
	"fmt"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// Sentence says in one sentence what clients are told to do, for which product and
// until when, and whether that is what was expected.
func (r *Report) Sentence() string {
	return r.statement() + r.expectation() + "."
}

func (r *Report) statement() string {
	at := ""
	if r.Policy.Domain != "" {
		at = " at " + r.Policy.Domain
	}
	switch {
	case r.Verdict == None:
		return "There is no disaster recovery record" + at
	case r.Verdict == Unreachable:
		return "No name server could be asked" + at + ": what clients are told is not known"
	case r.Verdict == Conflict:
		return "What stands" + at + " contradicts itself: what clients do with it is not known"
	case r.Set == nil:
		return "What stands" + at + " is not a valid set: what clients do with it is not known"
	}
	return r.telling() + r.caveat()
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
		return fmt.Sprintf("%s will tell %s to %s from %s%s; not yet", who, clients, action, instant(a.Start), until(a, r.Policy.At))
	case StateExpired:
		return fmt.Sprintf("%s told %s to %s until %s; that has ended", who, clients, action, instant(a.End))
	}
	return fmt.Sprintf("%s %s %s to %s%s", who, verb(r.Live()), clients, action, until(a, r.Policy.At))
}

func verb(live bool) string {
	if live {
		return "tells"
	}
	return "tell"
}

func until(a txtrecord.Activation, at time.Time) string {
	switch {
	case a.End.IsZero() && a.Status == txtrecord.Off:
		return ""
	case a.End.IsZero():
		return ", with no end"
	case at.Before(a.Start):
		return " until " + instant(a.End)
	}
	return fmt.Sprintf(" until %s (%s left)", instant(a.End), span(a.End.Sub(at)))
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

// caveat is what keeps a set from being proven.
func (r *Report) caveat() string {
	switch r.Verdict {
	case Unchecked:
		return ", but the signature was not checked"
	case Unsigned:
		return ", but nothing is signed"
	}
	return ""
}

func (r *Report) expectation() string {
	switch {
	case r.Policy.Expected == NoExpectation:
		return ""
	case r.AsExpected:
		return "; that is as expected"
	case r.Set == nil && r.Verdict != None:
		return fmt.Sprintf("; expected was %s", r.Policy.Expected)
	}
	return fmt.Sprintf("; that is NOT as expected (%s)", r.Policy.Expected)
}
