package kit

import (
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/txtrecord"
)

// MaxCount is how many windows a kit may have.
const MaxCount = 52

// A Plan says when the sets of a kit are valid.
type Plan struct {
	// Start is when the first window begins.
	Start time.Time
	// Window is how long each is, Overlap how long one and the next are both open; both
	// are whole seconds. Where there is one alone, the overlap does not matter.
	Window, Overlap time.Duration
	// Count is how many there are, from 1 to [MaxCount].
	Count int
}

// A Window is the time in which a set is valid, both ends included.
type Window struct{ Start, End time.Time }

// A PlanError says why windows cannot be as they were asked for.
type PlanError struct {
	// Field is window, overlap, count or start.
	Field  string
	Reason string
}

func (e *PlanError) Error() string { return "the " + e.Field + " " + e.Reason }

// Hint is the way out.
func (e *PlanError) Hint() string {
	return "eight windows of 7d that overlap by 1d cover seven weeks: --window 7d --overlap 1d --count 8"
}

// Windows are those of the plan, in their order. The error is a [*PlanError].
func (p Plan) Windows() ([]Window, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	windows := make([]Window, p.Count)
	for i := range windows {
		start := p.Start.Unix() + int64(i)*p.step()
		windows[i] = Window{time.Unix(start, 0).UTC(), time.Unix(start+int64(p.Window/time.Second), 0).UTC()}
	}
	return windows, nil
}

// step is from the start of a window to that of the next, in seconds.
func (p Plan) step() int64 { return int64((p.Window - p.Overlap) / time.Second) }

func (p Plan) validate() error {
	switch {
	case p.Window < time.Second || p.Window%time.Second != 0:
		return &PlanError{"window", fmt.Sprintf("of %s is not a positive number of whole seconds", duration.Words(p.Window))}
	case p.Overlap < 0 || p.Overlap%time.Second != 0:
		return &PlanError{"overlap", fmt.Sprintf("of %s is not a number of whole seconds", duration.Words(p.Overlap))}
	case p.Overlap >= p.Window && p.Count != 1:
		return &PlanError{"overlap", fmt.Sprintf("of %s is not shorter than the window of %s", duration.Words(p.Overlap), duration.Words(p.Window))}
	case p.Count < 1 || p.Count > MaxCount:
		return &PlanError{"count", fmt.Sprintf("of windows, %d, is not between 1 and %d", p.Count, MaxCount)}
	case p.Start.Nanosecond() != 0 || p.Start.Unix() < 0 || p.Start.Unix() > txtrecord.MaxInstant:
		return &PlanError{"start", "is not a whole second from 1970 to the end of the year 9999"}
	case p.last() > txtrecord.MaxInstant:
		return &PlanError{"count", "of windows reaches beyond the end of the year 9999"}
	}
	return nil
}

// last is the end of the last window. It cannot overflow: a duration has less than 2^34
// seconds.
func (p Plan) last() int64 {
	return p.Start.Unix() + int64(p.Count-1)*p.step() + int64(p.Window/time.Second)
}
