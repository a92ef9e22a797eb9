package readiness

import (
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const day = 24 * time.Hour

// assessKit says how long the kit will do.
func (a *Assessment) assessKit() {
	if a.Kit == nil {
		a.skip(Kit, "whether a kit is whole, and how long it will do")
		return
	}
	for _, f := range a.Kit.Findings {
		a.add(Kit, finding.Finding{Code: finding.Code(f.Code), Severity: f.Severity, Subject: f.Path, Message: f.Message, Advice: f.Advice})
	}
	at := a.Kit.Policy.At
	left, all, end := windowsForOn(a.Kit.Manifest, at)
	if left == 0 {
		a.conclude(Kit, "%s; all %s for on are over", a.Kit.Verdict(), counted(all, "window"))
		return
	}
	a.conclude(Kit, "%s; %d of %s for on left, the last until %s (%s)", a.Kit.Verdict(), left, counted(all, "window"),
		verify.FormatInstant(end, a.Kit.Policy.Location), timeLeft(end.Sub(at)))
}

// KitEnd is when the last window for on ends, the zero time without a kit.
func (a *Assessment) KitEnd() time.Time {
	if a.Kit == nil {
		return time.Time{}
	}
	_, _, end := windowsForOn(a.Kit.Manifest, a.Kit.Policy.At)
	return end
}

// windowsForOn counts the windows for on that are not over at an instant, and all of them; end
// is that of the last.
func windowsForOn(m *kit.Manifest, at time.Time) (left, all int, end time.Time) {
	for i := range m.Sets {
		s := &m.Sets[i]
		if s.Status != string(txtrecord.On) {
			continue
		}
		all++
		window := s.Window()
		if window.End.Unix() >= at.Unix() {
			left++
		}
		if window.End.After(end) {
			end = window.End
		}
	}
	return left, all, end
}

// timeLeft says how long something is away, in whole days where there are some.
func timeLeft(d time.Duration) string {
	if d >= 2*day {
		d = d.Truncate(day)
	}
	return duration.Words(max(0, d.Truncate(time.Second))) + " left"
}
