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
	// codes are what a verification has to find.
	codes []verify.Code
	// breaks and mends act on the name servers, and leave in scene.asked whom a
	// verification asks.
	breaks, mends func(context.Context, *scene) error
}

// Faults are all that can be made.
var Faults = []Fault{
	{
		Name:   "stale-secondary",
		Broken: "The set for on was published at the primary, and the secondary still serves off: the transfer of the zone did not come through.",
		Mend:   "The zone is transferred to the secondary.",
		codes:  []verify.Code{verify.CodeServersDiffer},
		breaks: func(ctx context.Context, s *scene) error { return s.primary.publish(ctx, s.on) },
		mends:  func(ctx context.Context, s *scene) error { return s.secondary.publish(ctx, s.on) },
	},
	{
		Name:   "dead-server",
		Broken: "The set for on is published. Of three name servers one has ended, so that its port refuses, and one is behind something that swallows what is sent to it.",
		Mend:   "The server that had ended is started again (here at another port), and the one that cannot be reached is taken out of the delegation.",
		codes:  []verify.Code{verify.CodeServerUnreachable, verify.CodeServerSilent},
		breaks: func(ctx context.Context, s *scene) error { return s.killServers(ctx) },
		mends:  func(ctx context.Context, s *scene) error { return s.restartServer(ctx) },
	},
	{
		Name:   "appending-tool",
		Broken: "The set for on was published with a tool that adds records and removes none: off still stands beside it, at every server.",
		Mend:   "What stands is replaced, as a whole, by the set for on.",
		codes:  []verify.Code{verify.Code(txtrecord.SeveralSets.Code())},
		breaks: func(ctx context.Context, s *scene) error { return s.publish(ctx, appended(s.off, s.on)) },
		mends:  func(ctx context.Context, s *scene) error { return s.publish(ctx, s.on) },
	},
	{
		Name:   "cut-at-semicolon",
		Broken: "The set for on was entered without quotes in a zone file, where a semicolon begins a comment: of each value what stands before it was left.",
		Mend:   "The set for on is published again, each value in quotes.",
		codes:  []verify.Code{verify.CodeCutAtSemicolon},
		breaks: func(ctx context.Context, s *scene) error { return s.publish(ctx, cut(s.on)) },
		mends:  func(ctx context.Context, s *scene) error { return s.publish(ctx, s.on) },
	},
}

// LookupFault finds a fault by its name.
func LookupFault(name string) (Fault, bool) {
	i := slices.IndexFunc(Faults, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return Faults[i], true
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

// Missed are the codes that the verification ought to have found, and did not.
func (r *FaultReport) Missed() []verify.Code {
	var missed []verify.Code
	for _, code := range r.codes {
		if !slices.ContainsFunc(r.Found.Findings, func(f verify.Finding) bool { return f.Code == code }) {
			missed = append(missed, code)
		}
	}
	return missed
}

// Right reports whether the fault was named, and nothing left of it once it was mended.
func (r *FaultReport) Right() bool {
	return r.Err == nil && len(r.Missed()) == 0 && r.Mended.ExitStatus() == verify.StatusDone && r.Mended.AsExpected
}

// A scene is where a fault is made: two name servers of a zone, and its records.
type scene struct {
	plan               *Plan
	clock              *virtualclock.Clock
	primary, secondary *stage
	on, off            txtrecord.RRSet
	// asked are the name servers that a verification asks, host:port.
	asked []string
	// closers end what the fault has started besides.
	closers []func()
}

// Limits of a verification of a fault: with a server that says nothing it lasts as long as
// they say.
const (
	faultTimeout    = 10 * time.Second
	questionTimeout = 500 * time.Millisecond
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
	request := s.plan.request(s.clock.Now(), verify.ExpectOn, s.asked...)
	request.Policy.WarnBefore = warnBefore
	return check(ctx, request, questionTimeout)
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
	s.asked = append(s.asked, hole.addr())
	return nil
}

func (s *scene) restartServer(ctx context.Context) (err error) {
	if s.secondary, err = s.start(ctx); err != nil {
		return err
	}
	s.asked = []string{s.primary.addr(), s.secondary.addr()}
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
