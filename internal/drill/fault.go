package drill

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/virtualclock"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A Fault is something that goes wrong when records are published, made on purpose.
type Fault struct {
	// Name is that of the flag.
	Name string
	// Broken says what was done, Mend what mends it.
	Broken, Mend string
	// Status is what a verification has to end in.
	Status int
	// named are the findings that it has to make, each with its severity.
	named []named
	// breaks and mends act on the name servers, and leave in scene.asked whom a
	// verification asks.
	breaks, mends func(context.Context, *scene) error
}

// A named finding is one that a fault has to lead to.
type named struct {
	code     verify.Code
	severity verify.Severity
}

// Faults are all that can be made.
var Faults = []Fault{
	{
		Name:   "stale-secondary",
		Broken: "The set for on was published at the primary, and the secondary still serves off: the transfer of the zone did not come through.",
		Mend:   "The zone is transferred to the secondary.",
		Status: verify.StatusWrong,
		named:  []named{{verify.CodeServersDiffer, verify.Error}},
		breaks: func(ctx context.Context, s *scene) error { return s.primary.publish(ctx, s.on) },
		mends:  func(ctx context.Context, s *scene) error { return s.secondary.publish(ctx, s.on) },
	},
	{
		Name:   "dead-server",
		Broken: "The set for on is published. Of three name servers one has ended, so that its port refuses, and one is behind something that swallows what is sent to it.",
		Mend:   "The server that had ended is started again (here at another port), and the one that cannot be reached is taken out of the delegation.",
		Status: verify.StatusDone, // the server that answers is right
		named:  []named{{verify.CodeServerUnreachable, verify.Warning}, {verify.CodeServerSilent, verify.Warning}},
		breaks: func(ctx context.Context, s *scene) error { return s.killServers(ctx) },
		mends:  func(ctx context.Context, s *scene) error { return s.restartServer(ctx) },
	},
	{
		Name:   "appending-tool",
		Broken: "The set for on was published with a tool that adds records and removes none: off still stands beside it, at every server.",
		Mend:   "What stands is replaced, as a whole, by the set for on.",
		Status: verify.StatusWrong,
		named:  []named{{verify.Code(txtrecord.SeveralSets.Code()), verify.Error}},
		breaks: func(ctx context.Context, s *scene) error { return s.publish(ctx, appended(s.off, s.on)) },
		mends:  func(ctx context.Context, s *scene) error { return s.publish(ctx, s.on) },
	},
	{
		Name:   "cut-at-semicolon",
		Broken: "The set for on was entered without quotes in a zone file, where a semicolon begins a comment: of each value what stands before it was left.",
		Mend:   "The set for on is published again, each value in quotes.",
		Status: verify.StatusWrong,
		named:  []named{{verify.CodeCutAtSemicolon, verify.Error}},
		breaks: func(ctx context.Context, s *scene) error { return s.publish(ctx, cut(s.on)) },
		mends:  func(ctx context.Context, s *scene) error { return s.publish(ctx, s.on) },
	},
}

// A FaultReport is what was seen of a fault.
type FaultReport struct {
	Fault
	// Found is what a verification says to it, Mended what it says once it is mended.
	Found, Mended verify.Report
	// Took is the time from starting the name servers, on the clock of this machine.
	Took time.Duration
	// Err is why it could not be made, nil otherwise.
	Err error
}

// Missed are the codes that the verification ought to have found, as gravely, and did not.
func (r *FaultReport) Missed() []verify.Code {
	return r.namedUnless(func(n named) bool {
		return slices.ContainsFunc(r.Found.Findings, func(f verify.Finding) bool { return f.Code == n.code && f.Severity == n.severity })
	})
}

// Left are the codes that are still found once the fault is mended.
func (r *FaultReport) Left() []verify.Code {
	return r.namedUnless(func(n named) bool {
		return !slices.ContainsFunc(r.Mended.Findings, func(f verify.Finding) bool { return f.Code == n.code })
	})
}

// namedUnless are the codes of the findings of the fault that are not as they should be.
func (r *FaultReport) namedUnless(right func(named) bool) []verify.Code {
	var codes []verify.Code
	for _, n := range r.named {
		if !right(n) {
			codes = append(codes, n.code)
		}
	}
	return codes
}

// Right reports whether the fault was named, as gravely as it is, and nothing was left of it
// once it was mended.
func (r *FaultReport) Right() bool {
	found := len(r.Missed()) == 0 && r.Found.ExitStatus() == r.Status
	mended := len(r.Left()) == 0 && r.Mended.ExitStatus() == verify.StatusDone && r.Mended.AsExpected
	return r.Err == nil && found && mended
}

// A scene is where a fault is made: two name servers of a zone, and its records.
type scene struct {
	plan               *Plan
	clock              *virtualclock.Clock
	primary, secondary *stage
	on, off            txtrecord.RRSet
	// asked are the name servers that a verification asks, host:port.
	asked []string
	// questionTimeout bounds each question, 0 for as usual.
	questionTimeout time.Duration
	// closers end what the fault has started besides.
	closers []func()
}

const (
	// faultTimeout bounds a verification of a fault.
	faultTimeout = 10 * time.Second
	// silentTimeout bounds a question where a server says nothing: the verification lasts as
	// long.
	silentTimeout = 500 * time.Millisecond
	// warnBefore is verify's --warn-before.
	warnBefore = time.Hour
)

// try makes a fault, looks at it, mends it and looks again.
func (p *Plan) try(ctx context.Context, fault Fault, now func() time.Time) FaultReport {
	r := FaultReport{Fault: fault}
	begin := now()
	s, err := p.newScene(ctx)
	defer s.close()
	r.Err = err
	if r.Err == nil {
		r.Err = fault.breaks(ctx, s)
	}
	if r.Err == nil {
		r.Found = s.verify(ctx)
		r.Err = fault.mends(ctx, s)
	}
	if r.Err == nil {
		r.Mended = s.verify(ctx)
		r.Err = ctx.Err()
	}
	r.Took = now().Sub(begin)
	return r
}

// newScene starts two name servers that serve off. It is to be closed, an error or not.
func (p *Plan) newScene(ctx context.Context) (*scene, error) {
	s := &scene{plan: p, clock: virtualclock.New(p.faultsAt)}
	for _, status := range []struct {
		of   txtrecord.Status
		into *txtrecord.RRSet
	}{{txtrecord.Off, &s.off}, {txtrecord.On, &s.on}} {
		_, set, err := p.source.take(status.of, p.faultsAt)
		if err != nil {
			return s, err
		}
		*status.into = set.RRSets[0]
	}
	for _, server := range []**stage{&s.primary, &s.secondary} {
		started, err := s.start(ctx)
		if err != nil {
			return s, fmt.Errorf("starting an embedded name server: %w", err)
		}
		*server = started
		s.asked = append(s.asked, started.addr())
	}
	return s, s.publish(ctx, s.off)
}

// start starts one more name server.
func (s *scene) start(ctx context.Context) (*stage, error) {
	started, err := newStage(ctx, s.plan, s.clock.Now)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, started.close)
	return started, nil
}

func (s *scene) close() {
	for _, end := range s.closers {
		end()
	}
}

// publish replaces the set at both name servers.
func (s *scene) publish(ctx context.Context, set txtrecord.RRSet) error {
	if err := s.primary.publish(ctx, set); err != nil {
		return err
	}
	return s.secondary.publish(ctx, set)
}

func (s *scene) verify(ctx context.Context) verify.Report {
	ctx, cancel := context.WithTimeout(ctx, faultTimeout)
	defer cancel()
	request := s.plan.request(s.clock.Now(), verify.ExpectOn, nil, s.asked...)
	request.Policy.WarnBefore = warnBefore
	return check(ctx, request, s.questionTimeout)
}

// killServers ends the secondary, and adds a server that takes everything and says nothing.
func (s *scene) killServers(ctx context.Context) error {
	if err := s.publish(ctx, s.on); err != nil {
		return err
	}
	hole, err := newBlackHole()
	if err != nil {
		return err
	}
	s.closers = append(s.closers, hole.close)
	s.secondary.close()
	s.asked, s.questionTimeout = append(s.asked, hole.addr()), silentTimeout
	return nil
}

func (s *scene) restartServer(ctx context.Context) (err error) {
	if s.secondary, err = s.start(ctx); err != nil {
		return err
	}
	s.asked, s.questionTimeout = []string{s.primary.addr(), s.secondary.addr()}, 0
	if err := s.secondary.publish(ctx, s.off); err != nil { // as the primary, to the same serial
		return err
	}
	return s.secondary.publish(ctx, s.on)
}

// appended is a set with the values of another added.
func appended(set, more txtrecord.RRSet) txtrecord.RRSet {
	set.Values = slices.Concat(set.Values, more.Values)
	return set
}

// cut is a set as a zone file has it without quotes: equal records are one.
func cut(set txtrecord.RRSet) txtrecord.RRSet {
	left := make([]string, len(set.Values))
	for i, value := range set.Values {
		left[i], _, _ = strings.Cut(value, ";")
	}
	slices.Sort(left)
	set.Values = slices.Compact(left)
	return set
}
