package main

import (
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/verify"
)

// drillJSON is the JSON form of a rehearsal.
type drillJSON struct {
	Schema string          `json:"schema"`
	Domain string          `json:"domain"`
	Right  bool            `json:"right"`
	Steps  []drillStepJSON `json:"steps"`
}

type drillStepJSON struct {
	Status       string `json:"status"`
	Right        bool   `json:"right"`
	Error        string `json:"error,omitempty"`
	Milliseconds int64  `json:"took_ms"`
	ClientsAfter int64  `json:"clients_switched_within_seconds"`
	// Verification is nil where the step failed before it was verified.
	Verification *verify.Report `json:"verification,omitempty"`
}

func drillAsJSON(r *drill.Rehearsal) ([]byte, error) {
	form := drillJSON{Schema: "drtxt/drill/v1", Domain: drill.Domain, Right: r.Right()}
	for i := range r.Steps {
		s := &r.Steps[i]
		step := drillStepJSON{
			Status:       string(s.Status),
			Right:        s.Right(),
			Milliseconds: s.Took.Milliseconds(),
			ClientsAfter: int64(s.ClientDelay / time.Second),
		}
		if s.Report.Verdict != "" {
			step.Verification = &s.Report
		}
		if s.Err != nil {
			step.Error = s.Err.Error()
		}
		form.Steps = append(form.Steps, step)
	}
	return encodeJSON(form)
}
