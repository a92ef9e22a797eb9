package verify

import (
	"fmt"
	"math"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// judgeTime holds start and end against the policy's instant and returns what that
// means for each product.
func (j *judge) judgeTime() Products {
	switch {
	case j.Verdict == None:
		return Products{StateNone, StateNone}
	case j.Set == nil:
		return undetermined
	}
	state := stateAt(j.Set.Activation, j.policy.At)
	j.noteTime(state)
	return states(j.Set.Activation.Type, state)
}

// stateAt is the state of an activation at an instant. Start and end are whole
// seconds and inclusive.
func stateAt(a txtrecord.Activation, at time.Time) State {
	switch second := at.Unix(); {
	case !a.Start.IsZero() && second < a.Start.Unix():
		return StateScheduled
	case !a.End.IsZero() && second > a.End.Unix():
		return StateExpired
	}
	return State(a.Status)
}

func (j *judge) noteTime(state State) {
	a, at := j.Set.Activation, j.policy.At
	switch {
	case state == StateScheduled:
		j.add(CodeScheduled, fmt.Sprintf("b=%s starts only at %s, in %s", a.Status, j.policy.instant(a.Start), span(a.Start.Sub(at)))).Advice = j.renewal("to start now")
	case state == StateExpired:
		j.add(CodeExpired, fmt.Sprintf("b=%s ended at %s, %s ago", a.Status, j.policy.instant(a.End), span(at.Sub(a.End)))).Advice = j.renewal("to go on")
	case !a.End.IsZero() && a.End.Sub(at) < j.policy.WarnBefore:
		j.add(CodeEndsSoon, fmt.Sprintf("b=%s ends at %s, in %s", a.Status, j.policy.instant(a.End), span(a.End.Sub(at)))).Advice = j.renewal("to go on")
	}
	if !a.Start.IsZero() && a.Start.Sub(at).Abs() <= clockTolerance {
		j.add(CodeClockNearStart, fmt.Sprintf("the start, %s, is at most %s away: clocks that are off see it differently", j.policy.instant(a.Start), clockTolerance))
	}
	if !a.End.IsZero() && a.End.Sub(at).Abs() <= clockTolerance {
		j.add(CodeClockNearEnd, fmt.Sprintf("the end, %s, is at most %s away: clocks that are off see it differently", j.policy.instant(a.End), clockTolerance))
	}
}

// span prints a time that is left or gone. Beyond 292 years a Duration holds only
// its greatest value, and the published sample's end lies beyond.
func span(d time.Duration) string {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	switch {
	case d == math.MaxInt64:
		return "more than 292 years"
	case d >= 2*year:
		return fmt.Sprintf("about %d years", d/year)
	case d >= 2*day:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	}
	return max(d, 0).Round(time.Second).String()
}

// instant prints a time as every message does.
func (p *Policy) instant(t time.Time) string { return FormatInstant(t, p.Location) }

// FormatInstant prints a time in UTC and, where a location is given that is not at
// UTC then, in that location's time too.
func FormatInstant(t time.Time, location *time.Location) string {
	utc := t.UTC().Format(time.RFC3339)
	if location == nil {
		return utc
	}
	local := t.In(location)
	if _, offset := local.Zone(); offset == 0 {
		return utc
	}
	return utc + " (" + local.Format("2006-01-02 15:04:05 -0700") + " here)"
}
