// Package drill rehearses a disaster recovery switch. It goes through a [Plan] step by
// step: it publishes records by DNS update (RFC 2136) on an embedded name server, verifies
// them over real sockets as drtxt verify would, and may follow simulated clients until all
// of them have seen the change. After that it breaks things on purpose, each [Fault] on
// name servers of its own, and looks at what a verification says to it.
//
// The clock is moved, not waited for: whatever judges, signs or checks a time in a
// rehearsal sees the same [virtualclock.Clock]. Nothing outside the process is touched.
// While it runs, programs of this machine can ask the embedded servers, which listen on
// loopback.
package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/drtxt/drtxt/internal/virtualclock"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
)

// Options say how a plan is gone through.
type Options struct {
	// Now is the clock of this machine: it measures how long things take. It is required.
	Now func() time.Time
	// Clients is how many are simulated at each change, 0 for none.
	Clients int
	// Rand is what chance there is in the simulation. It is required where there are
	// clients.
	Rand *rand.Rand
	// Faults are made after the steps, in their order.
	Faults []Fault
	// Progress, where set, is called whenever something has gone on, by one goroutine.
	Progress func(Progress)
}

// Progress says how far a rehearsal is.
type Progress struct {
	// Step is the one under way, from 1, of so many Steps; 0 once faults are made.
	Step, Steps int
	// Switched are the simulated clients that have seen the change of this step.
	Switched int
	// Fault is the name of the one under way.
	Fault string
}

// A Rehearsal is what [Run] did.
type Rehearsal struct {
	Plan
	// Began is the time of this machine at which it did, Took how long it was in all.
	Began time.Time
	Took  time.Duration
	// Server is the embedded name server of the steps, host:port.
	Server string
	// Clients is how many were simulated, 0 for none.
	Clients int
	Steps   []Step
	Faults  []FaultReport

	// asked is how many faults were to be made.
	asked int
}

// Right reports whether every step and every fault of the rehearsal went right.
func (r *Rehearsal) Right() bool {
	for i := range r.Steps {
		if !r.Steps[i].Right() {
			return false
		}
	}
	for i := range r.Faults {
		if !r.Faults[i].Right() {
			return false
		}
	}
	return len(r.Steps) > 0 && len(r.Steps) == len(r.Plan.steps) && len(r.Faults) == r.asked
}

// A NotBegunError says that nothing was rehearsed, because of this machine.
type NotBegunError struct{ Err error }

func (e *NotBegunError) Error() string {
	return "nothing could be rehearsed: " + strings.ReplaceAll(e.Err.Error(), "\n", "; ")
}

// Unwrap returns the cause.
func (e *NotBegunError) Unwrap() error { return e.Err }

// Hint is the way out.
func (e *NotBegunError) Hint() string {
	if hint := Hint(e.Err); hint != "" {
		return hint
	}
	return "see that programs can talk over 127.0.0.1 here (is the loopback interface up?), and may open files enough (ulimit -n)"
}

// Hint is the way out of an error of a step or a fault, empty where there is nothing to say.
func Hint(err error) string {
	hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	switch {
	case ok:
		return hinted.Hint()
	case hasNoFiles(err):
		return "allow more open files (ulimit -n 1024)"
	}
	return ""
}

// hasNoFiles reports whether this machine had no more files or sockets to open.
func hasNoFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// isOfMachine reports whether an error is one of this machine, over whose loopback nothing
// came through.
func isOfMachine(err error) bool {
	_, socket := errors.AsType[*net.OpError](err)
	_, unsent := errors.AsType[*dnsupdate.NotSentError](err)
	_, unknown := errors.AsType[*dnsupdate.OutcomeUnknownError](err)
	return socket || unsent || unknown || hasNoFiles(err)
}

// Run goes through a plan. An error means that it could not begin, a [*NotBegunError] or a
// [*ShortWindowError], or was interrupted; what goes wrong in a step is in the step, and
// ends the steps there. Faults are made all the same.
func Run(ctx context.Context, plan *Plan, o Options) (*Rehearsal, error) {
	if o.Clients > 0 {
		if err := plan.allows(); err != nil {
			return nil, err
		}
	}
	r := &rehearsal{
		Rehearsal: Rehearsal{Plan: *plan, Began: o.Now(), Clients: o.Clients, asked: len(o.Faults)},
		options:   o,
		clock:     virtualclock.New(plan.begin),
	}
	if err := r.goThrough(ctx); err != nil {
		return nil, err
	}
	for _, fault := range o.Faults {
		if ctx.Err() != nil {
			break
		}
		r.tell(Progress{Fault: fault.Name})
		r.Faults = append(r.Faults, plan.try(ctx, fault, o.Now))
	}
	r.Took = o.Now().Sub(r.Began)
	return &r.Rehearsal, ctx.Err()
}

// A rehearsal is one that is under way.
type rehearsal struct {
	Rehearsal
	options Options
	clock   *virtualclock.Clock
	stage   *stage
	// standing is the set that was published last.
	standing []txtrecord.RRSet
}

// goThrough carries the steps out, up to the first that goes wrong.
func (r *rehearsal) goThrough(ctx context.Context) (err error) {
	if r.stage, err = newStage(ctx, &r.Plan, r.clock.Now); err != nil {
		return &NotBegunError{fmt.Errorf("starting the embedded name server: %w", err)}
	}
	defer r.stage.close()
	r.Server = r.stage.addr()
	for i := range r.Plan.steps {
		r.tell(Progress{Step: i + 1})
		step := r.carryOut(ctx, &r.Plan.steps[i])
		if i == 0 && !step.Published() && isOfMachine(step.Err) && ctx.Err() == nil {
			return &NotBegunError{errors.Join(step.Err, r.stage.server.Close())}
		}
		r.Steps = append(r.Steps, step)
		if !step.Right() {
			break
		}
	}
	return nil
}

func (r *rehearsal) tell(p Progress) {
	if r.options.Progress != nil {
		p.Steps = len(r.Plan.steps)
		r.options.Progress(p)
	}
}
