package drill

import (
	"context"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// stepTimeout bounds what publishing and verifying may take on loopback.
const stepTimeout = 5 * time.Second

// A Step is one change, or one look at what stands, and what was seen then.
type Step struct {
	// Title says in a few words what is rehearsed, Parts are those of the runbook in which
	// it stands, by their titles.
	Title string
	Parts []string
	// Status is what is asked of clients.
	Status txtrecord.Status
	// Want is the state that the records must then be in.
	Want verify.State
	// SetName and Window are those of the kit's set that stands; empty without a kit, and
	// Window for off. Over says that the window ended before the rehearsal began.
	SetName string
	Window  kit.Window
	Over    bool

	// At is the instant, on the moved clock.
	At time.Time
	// Set is what was published, without RRSets where nothing was.
	Set export.RecordSet
	// Report is the live verification afterwards.
	Report verify.Report
	// Change is how clients see it, in earnest; zero where nothing was published.
	Change propagation.Change
	// Curve is how simulated clients have seen it, nil where there were none.
	Curve *clients.Curve
	// Took is the time from taking the records to the verdict, on the clock of this machine.
	Took time.Duration
	// Err is why the step could not be carried out, nil otherwise.
	Err error
}

// Published reports whether the step changed the records.
func (s *Step) Published() bool { return s.Set.RRSets != nil }

// Right reports whether the step was carried out, the very set that was published stands,
// verifies and is in the state that it must be in, and simulated clients followed as the
// closed form has it.
func (s *Step) Right() bool {
	return s.Err == nil && s.Report.ExitStatus() == verify.StatusDone && s.stands() && s.Followed()
}

// Followed reports whether simulated clients, where there were any, followed the change as
// the closed form has it, by the TTL that what stood before it was published with.
func (s *Step) Followed() bool {
	return s.Curve == nil || s.Curve.Change == s.Change && s.Curve.Agrees()
}

// stands reports whether the records are signed and in the state that is wanted.
func (s *Step) stands() bool {
	if s.Report.Verdict != verify.Valid || s.Report.Set == nil {
		return false
	}
	state, product := s.Report.State, s.Report.Set.Activation.Type
	zia := product == txtrecord.PrivateAccess || state.InternetAccess == s.Want
	zpa := product == txtrecord.InternetAccess || state.PrivateAccess == s.Want
	return zia && zpa
}

// expected is what a verification is told to expect: that something has expired is not to
// be expected, only seen.
func (s *Step) expected() verify.Expectation {
	if s.Want == verify.StateExpired {
		return verify.NoExpectation
	}
	return verify.Expectation(s.Status)
}

// carryOut carries a planned step out.
func (r *rehearsal) carryOut(ctx context.Context, p *planned) Step {
	s := p.Step
	r.clock.Set(p.at)
	audience, err := r.gather(ctx, p)
	defer audience.close()
	s.At = r.clock.Now()
	if err != nil {
		s.Err = err
		return s
	}
	begin := r.options.Now()
	s.Err = r.publishAndVerify(ctx, p, &s)
	s.Took = r.options.Now().Sub(begin)
	if s.Right() {
		s.Curve, s.Err = audience.follow(ctx, s.Set)
	}
	return s
}

func (r *rehearsal) publishAndVerify(ctx context.Context, p *planned, s *Step) error {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	if !p.looked {
		name, set, err := r.source.take(s.Status, s.At)
		if err != nil {
			return err
		}
		if name != s.SetName {
			return &OtherSetError{Picked: name, Planned: s.SetName}
		}
		memory := r.stage.memory()
		if err := r.stage.publish(ctx, set.RRSets[0]); err != nil {
			return err
		}
		s.Change = propagation.Change{Memory: memory, Interval: verify.PollInterval}
		s.Set, r.standing = set, set.RRSets[:1]
	}
	request := r.request(s.At, s.expected(), r.standing, r.stage.addr())
	s.Report = check(ctx, request, 0)
	return ctx.Err()
}

// An OtherSetError says that a kit has another set for an instant than its windows say.
type OtherSetError struct{ Picked, Planned string }

func (e *OtherSetError) Error() string {
	return fmt.Sprintf("the kit has the set %q for this instant, and %q was to come", e.Picked, e.Planned)
}
