package main

import (
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/verify"
)

// drillJSON is the JSON form of a rehearsal. Values of records do not stand in it.
type drillJSON struct {
	Schema  string           `json:"schema"`
	Domain  string           `json:"domain"`
	Right   bool             `json:"right"`
	Began   int64            `json:"began,omitempty"`
	Took    int64            `json:"took_ms"`
	Kit     *drillKitJSON    `json:"kit,omitempty"`
	Clients int              `json:"clients,omitempty"`
	Steps   []drillStepJSON  `json:"steps"`
	Faults  []drillFaultJSON `json:"faults,omitempty"`
}

type drillKitJSON struct {
	Manifest string `json:"manifest_sha256"`
	Made     int64  `json:"made"`
	Version  string `json:"version"`
	Windows  int    `json:"windows"`
	Over     int    `json:"windows_over"`
	// Findings are what was found in it.
	Findings []kit.Finding `json:"findings,omitempty"`
}

type drillStepJSON struct {
	Title        string   `json:"title,omitempty"`
	Parts        []string `json:"runbook,omitempty"`
	Status       string   `json:"status"`
	State        string   `json:"state,omitempty"`
	Set          string   `json:"set,omitempty"`
	Over         bool     `json:"window_over,omitempty"`
	At           int64    `json:"at,omitempty"`
	Published    bool     `json:"published"`
	Right        bool     `json:"right"`
	Error        string   `json:"error,omitempty"`
	Milliseconds int64    `json:"took_ms"`
	ClientsAfter int64    `json:"clients_switched_within_seconds"`
	// Verification is nil where the step failed before it was verified.
	Verification *verify.Report  `json:"verification,omitempty"`
	Curve        *drillCurveJSON `json:"curve,omitempty"`
}

// drillCurveJSON is how simulated clients saw a change.
type drillCurveJSON struct {
	Clients   int             `json:"clients"`
	Resolvers int             `json:"resolvers"`
	Lookups   int             `json:"lookups"`
	Failed    int             `json:"failed_lookups"`
	Upstream  int             `json:"upstream_questions"`
	Memory    int64           `json:"memory_seconds"`
	Agrees    bool            `json:"agrees"`
	Tells     bool            `json:"tells"`
	Distance  float64         `json:"distance"`
	Allowed   float64         `json:"distance_allowed"`
	Marks     []drillMarkJSON `json:"switched"`
	// Seen are seconds after the change, rising: of each client that saw it, or, of more than
	// mostSeen, as many quantiles.
	Seen []float64 `json:"seen_seconds"`
}

const mostSeen = 1000

type drillMarkJSON struct {
	Share float64 `json:"share"`
	// Measured is nil where the share was not reached.
	Measured *float64 `json:"seconds_measured,omitempty"`
	Computed float64  `json:"seconds_computed"`
}

type drillFaultJSON struct {
	Name   string `json:"fault"`
	Broken string `json:"broken"`
	Mend   string `json:"mend"`
	Right  bool   `json:"right"`
	Error  string `json:"error,omitempty"`
	// Missed are the findings that it should have led to, and did not.
	Missed []verify.Code `json:"not_named,omitempty"`
	// Left are the findings that were still there once it was mended.
	Left         []verify.Code `json:"not_mended,omitempty"`
	Status       int           `json:"exit_status_expected"`
	Milliseconds int64         `json:"took_ms"`
	// Found and Mended are nil where the fault could not be made, or not be mended.
	Found  *verify.Report `json:"verification,omitempty"`
	Mended *verify.Report `json:"mended,omitempty"`
}

func drillAsJSON(r *drill.Rehearsal) ([]byte, error) {
	form := drillJSON{Schema: "drtxt/drill/v1", Domain: r.Domain, Right: r.Right(), Took: r.Took.Milliseconds(), Clients: r.Clients}
	if !r.Began.IsZero() {
		form.Began = r.Began.Unix()
	}
	if k := r.Kit; k != nil {
		form.Kit = &drillKitJSON{k.Digest, k.Made.Unix(), k.Version, k.Windows, k.Over, k.Findings}
	}
	for i := range r.Steps {
		form.Steps = append(form.Steps, drillStepForm(&r.Steps[i]))
	}
	for i := range r.Faults {
		form.Faults = append(form.Faults, drillFaultForm(&r.Faults[i]))
	}
	return encodeJSON(form)
}

func drillStepForm(s *drill.Step) drillStepJSON {
	step := drillStepJSON{
		Title:        s.Title,
		Parts:        s.Parts,
		Status:       string(s.Status),
		State:        string(s.Want),
		Set:          s.SetName,
		Over:         s.Over,
		Published:    s.Published(),
		Right:        s.Right(),
		Milliseconds: s.Took.Milliseconds(),
		ClientsAfter: int64(s.Change.WorstCase() / time.Second),
		Verification: ifMade(&s.Report),
		Curve:        drillCurveForm(s),
	}
	if !s.At.IsZero() {
		step.At = s.At.Unix()
	}
	if s.Err != nil {
		step.Error = s.Err.Error()
	}
	return step
}

// ifMade is a verification, nil where there was none.
func ifMade(r *verify.Report) *verify.Report {
	if !wasMade(r) {
		return nil
	}
	return r
}

func drillCurveForm(s *drill.Step) *drillCurveJSON {
	c := s.Curve
	if c == nil {
		return nil
	}
	form := &drillCurveJSON{
		Clients: c.Clients, Resolvers: c.Resolvers, Lookups: c.Lookups, Failed: c.Failed, Upstream: c.Upstream,
		Memory: int64(c.Change.Memory / time.Second), Agrees: s.Followed(), Tells: c.Telling(),
		Distance: c.Distance(), Allowed: c.Allowed(), Seen: drillSeen(c),
	}
	for _, m := range c.Marks() {
		mark := drillMarkJSON{Share: m.Share, Computed: m.Computed.Seconds()}
		if measured := m.Measured.Seconds(); m.Reached {
			mark.Measured = &measured
		}
		form.Marks = append(form.Marks, mark)
	}
	return form
}

// drillSeen are the times after the change at which it was seen, in seconds.
func drillSeen(c *clients.Curve) []float64 {
	times := c.Seen
	if c.Clients > mostSeen {
		times = nil
		for i := range mostSeen {
			if after, reached := c.When(float64(i+1) / mostSeen); reached {
				times = append(times, after)
			}
		}
	}
	seconds := make([]float64, len(times))
	for i, after := range times {
		seconds[i] = after.Seconds()
	}
	return seconds
}

func drillFaultForm(f *drill.FaultReport) drillFaultJSON {
	form := drillFaultJSON{
		Name: f.Name, Broken: f.Broken, Mend: f.Mend, Right: f.Right(), Milliseconds: f.Took.Milliseconds(),
		Missed: f.Missed(), Status: f.Status, Found: ifMade(&f.Found), Mended: ifMade(&f.Mended),
	}
	if wasMade(&f.Mended) {
		form.Left = f.Left()
	}
	if f.Err != nil {
		form.Error = f.Err.Error()
	}
	return form
}
