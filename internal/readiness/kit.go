package readiness

import (
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
)

const day = 24 * time.Hour

// assessKit says how long the kit will do.
func (a *Assessment) assessKit() {
	if a.Kit == nil {
		a.skip(Kit, "whether a kit is whole, and how long it will do")
		return
	}
	a.add(Kit, perCode(a.Kit.Findings)...)
	at := a.Kit.Policy.At
	left, all, end := windowsForOn(a.Kit.Manifest, at)
	if left == 0 {
		a.conclude(Kit, "%s; all %s for on are over", a.Kit.Verdict(), counted(all, "window"))
		return
	}
	a.conclude(Kit, "%s; %d of %s for on left, until %s (%s)", a.Kit.Verdict(), left, counted(all, "window"),
		end.UTC().Format("2006-01-02 15:04Z"), timeLeft(end.Sub(at)))
}

// perCode makes one finding of those that a kit has of a code: one cause, such as another key,
// spoils every set of a kit. They come in the order of the kit's, in which causes are first.
func perCode(findings []kit.Finding) []finding.Finding {
	var codes []kit.Code
	of := map[kit.Code]*finding.Gathering{}
	differ, first := map[kit.Code]bool{}, map[kit.Code]string{}
	for _, f := range findings {
		if of[f.Code] == nil {
			codes = append(codes, f.Code)
			of[f.Code], first[f.Code] = new(finding.Gathering), f.Message
		}
		differ[f.Code] = differ[f.Code] || f.Message != first[f.Code]
		of[f.Code].Add(finding.Finding{Code: finding.Code(f.Code), Severity: f.Severity, Subject: f.Path, Message: first[f.Code], Advice: f.Advice})
	}
	var all []finding.Finding
	for _, code := range codes {
		for _, f := range of[code].Findings() {
			if differ[code] {
				f.Message += " (so the first; `drtxt kit verify` says it of each)"
			}
			all = append(all, f)
		}
	}
	return all
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
