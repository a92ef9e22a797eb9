package verify

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// Schema names the JSON form of a [Report]; docs/verification.schema.json
// describes it.
const Schema = "drtxt/verification/v1"

// The exit statuses that a verification can end in.
const (
	StatusDone         = 0
	StatusWrong        = 1
	StatusNoRecord     = 3
	StatusUndetermined = 4
	StatusPending      = 5
)

// A Report is a judgement with what it was made of.
type Report struct {
	Judgement
	Policy Policy
	// Servers lists every server asked, failures included; empty offline.
	Servers []ServerReport

	live bool
	// rightAt is when the authoritative servers were found to be as they should be, the
	// zero time where they are not.
	rightAt time.Time
}

// NewReport makes the report of a judgement on records that no server was asked
// for.
func NewReport(judgement Judgement, policy Policy) Report {
	return Report{Judgement: judgement, Policy: policy}
}

// Add puts a finding of the code's usual severity into the report.
func (r *Report) Add(code Code, message string) {
	r.AddFinding(newFinding(code, message))
}

// AddFinding puts a finding that was made elsewhere into the report.
func (r *Report) AddFinding(finding Finding) {
	r.Findings = append(r.Findings, finding)
	acknowledge(r.Findings, r.Policy.Acknowledged)
	sortFindings(r.Findings)
}

// RefuseAlias makes the report one of a name that is an alias: the records must
// stand at the name itself.
func (r *Report) RefuseAlias(target string) {
	r.Judgement = aliasJudgement(target)
}

// Live reports whether name servers were to be asked.
func (r *Report) Live() bool { return r.live }

// ExitStatus is the status that the program ends with.
func (r *Report) ExitStatus() int {
	switch {
	case hasError(r.Findings):
		return StatusWrong
	case r.Verdict == Unreachable:
		return StatusUndetermined
	case r.Verdict == None && !r.AsExpected:
		return StatusNoRecord
	case r.Verdict == Pending:
		return StatusPending
	}
	return StatusDone
}

// Unconfirmed are the tags, of the policy's SchemeOpen, of all records that were judged,
// at whatever server: for these records the scheme is not confirmed.
func (r *Report) Unconfirmed() []string {
	found := slices.Clone(r.OpenTags)
	for i := range r.Servers {
		found = append(found, r.Servers[i].Judgement.OpenTags...)
	}
	return slices.DeleteFunc(slices.Clone(r.Policy.SchemeOpen), func(tag string) bool { return !slices.Contains(found, tag) })
}

// Start is the activation's start, the zero time where there is none.
func (r *Report) Start() time.Time { return r.activation().Start }

// End is the activation's end, the zero time where there is none.
func (r *Report) End() time.Time { return r.activation().End }

func (r *Report) activation() txtrecord.Activation {
	if r.Set == nil {
		return txtrecord.Activation{}
	}
	return r.Set.Activation
}

// reportJSON is the contract's form of a report.
type reportJSON struct {
	Schema          string       `json:"schema"`
	Domain          string       `json:"domain,omitempty"`
	At              int64        `json:"at"`
	Scheme          string       `json:"scheme"`
	SchemeConfirmed bool         `json:"scheme_confirmed"`
	Verdict         Verdict      `json:"verdict"`
	State           Products     `json:"state"`
	Start           *int64       `json:"start,omitempty"`
	End             *int64       `json:"end,omitempty"`
	Key             string       `json:"key,omitempty"`
	Expected        Expectation  `json:"expected,omitempty"`
	AsExpected      *bool        `json:"as_expected,omitempty"`
	ExitStatus      int          `json:"exit_status"`
	Servers         []serverJSON `json:"servers"`
	Findings        []Finding    `json:"findings"`
}

// MarshalJSON writes the report as [Schema] says.
func (r Report) MarshalJSON() ([]byte, error) {
	form := reportJSON{
		Schema:          Schema,
		Domain:          r.Policy.Domain,
		At:              r.Policy.At.Unix(),
		Scheme:          r.Policy.Scheme.String(),
		SchemeConfirmed: r.Policy.SchemeConfirmed != "" && len(r.Unconfirmed()) == 0,
		Verdict:         r.Verdict,
		State:           r.State,
		Start:           unixSeconds(r.Start()),
		End:             unixSeconds(r.End()),
		Key:             r.Key,
		Expected:        r.Policy.Expected,
		ExitStatus:      r.ExitStatus(),
		Servers:         make([]serverJSON, len(r.Servers)),
		Findings:        append([]Finding{}, r.Findings...),
	}
	for i := range r.Servers {
		form.Servers[i] = r.Servers[i].form()
	}
	if r.Policy.Expected != NoExpectation {
		form.AsExpected = &r.AsExpected
	}
	return json.Marshal(form)
}

func unixSeconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	seconds := t.Unix()
	return &seconds
}

// milliseconds rounds to a thousandth of a millisecond.
func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}
