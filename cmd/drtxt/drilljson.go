package main

import (
	"time"

	"github.com/drtxt/drtxt/internal/drill"
)

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
