package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify"
)

// A publication is one run of publish, from reading what stands to the last line.
type publication struct {
	env    *environment
	o      *publishOptions
	intent *intent
	target target
	at     time.Time

	plan     *publish.Plan
	detail   []byte // what else shows the change, such as a difference between files
	outcome  publish.Outcome
	undoFile string
	report   *verify.Report // of what was served afterwards, nil where nothing was sent
}

func (p *publication) run(ctx context.Context) error {
	if err := p.read(ctx); err != nil {
		return err
	}
	if p.plan.Empty() {
		return p.unchanged(ctx)
	}
	var err error
	if p.detail, err = p.target.prepare(p.plan); err != nil {
		return err
	}
	if p.o.dryRun {
		p.outcome = publish.Planned
		return p.conclude(ctx, nil)
	}
	for _, line := range p.difference() {
		p.env.note("%s", line)
	}
	if err := p.checkRemoval(); err != nil {
		return err
	}
	if err := confirm(ctx, p.env, p.o.confirm, p.intent.domain); err != nil {
		return err
	}
	if err := p.intent.judgeAt(p.env.now()); err != nil { // the question may have stood for hours
		return err
	}
	return p.carryOut(ctx)
}

// read reads what stands and makes the plan.
func (p *publication) read(ctx context.Context) error {
	stop := showProgress(p.env, func() string { return "reading what stands at " + p.target.location().String() })
	standing, err := p.target.Read(ctx, p.intent.domain, p.intent.types)
	stop()
	if err != nil {
		return err
	}
	p.plan, err = p.intent.plan(standing)
	if conflict, ok := errors.AsType[*publish.ConflictError](err); ok {
		p.outcome = publish.Conflicted
		return p.conclude(ctx, p.conflict(conflict))
	}
	return err
}

// unchanged ends where everything stands already.
func (p *publication) unchanged(ctx context.Context) error {
	p.outcome = publish.Unchanged
	if p.o.wait {
		if err := p.awaitOthers(ctx); err != nil {
			return err
		}
	}
	return p.conclude(ctx, nil)
}

// carryOut leaves the undo file, makes the change, reads back and verifies.
func (p *publication) carryOut(ctx context.Context) error {
	log, err := openAudit(ctx, p.o.audit)
	if err != nil {
		return err
	}
	defer log.close()
	undo := publish.NewUndo(p.plan, p.target.location(), p.at)
	if p.undoFile, err = p.o.writeUndo(ctx, p.env, undo); err != nil {
		return err
	}
	failed := p.replace(ctx)
	if p.untouched() {
		p.removeUndo()
	}
	if err := log.write(p.auditEntry(undo)); err != nil {
		failed = errors.Join(failed, err)
	}
	if failed == nil {
		failed = p.verify(ctx)
	}
	return p.conclude(ctx, failed)
}

// untouched reports whether it is certain that nothing was changed.
func (p *publication) untouched() bool {
	return p.outcome == publish.Conflicted || p.outcome == publish.Refused || p.outcome == publish.NotSent
}

// replace makes the change and finds out what became of it. Success is only what is
// read back (RFC 2136 §3.4.2.2).
func (p *publication) replace(ctx context.Context) error {
	stop := showProgress(p.env, func() string { return "publishing at " + p.target.location().String() })
	defer stop()
	err := p.target.Replace(ctx, p.plan)
	if p.outcome = outcomeOf(err); p.outcome == publish.Conflicted {
		return p.lost(ctx, err)
	}
	if p.outcome != publish.Published && p.outcome != publish.Unknown {
		return err
	}
	return p.readBack(ctx, err)
}

// outcomeOf sorts what came of the attempt; what is unknown has to be read back.
func outcomeOf(err error) publish.Outcome {
	if err == nil {
		return publish.Published
	}
	if _, ok := errors.AsType[*publish.ConflictError](err); ok {
		return publish.Conflicted
	}
	if _, ok := errors.AsType[*dnsupdate.NotSentError](err); ok {
		return publish.NotSent
	}
	if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); ok {
		return publish.Unknown
	}
	if refused, ok := errors.AsType[*dnsupdate.RefusedError](err); ok && !refused.Authenticated {
		return publish.Unknown // what anybody can claim
	}
	return publish.Refused
}

const (
	// readBackLimit is how long a change may take to be seen where it was made.
	readBackLimit = 5 * time.Second
	readBackPause = 500 * time.Millisecond
)

// readBack reads until what was to stand does. sendErr is what came of the attempt.
func (p *publication) readBack(ctx context.Context, sendErr error) error {
	// Even after an interruption one has to know what stands.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), readBackLimit)
	defer cancel()
	var last *publish.Standing
	var readErr error
	for {
		standing, err := p.target.Read(limited, p.intent.domain, p.intent.types)
		if err == nil {
			last = &standing
			if p.plan.Done(standing) {
				return p.arrived(sendErr)
			}
		} else if readErr = err; limited.Err() != nil {
			break
		}
		if refused, ok := errors.AsType[*dnsupdate.RefusedError](sendErr); ok && last != nil && p.plan.Untouched(standing) {
			p.outcome = publish.Refused
			return refused
		}
		select {
		case <-limited.Done():
		case <-time.After(readBackPause):
			continue
		}
		break
	}
	return p.notArrived(last, sendErr, readErr)
}

func (p *publication) arrived(sendErr error) error {
	p.outcome = publish.Published
	if sendErr != nil {
		p.env.note("warning: %v; but what was to stand does, as was read back", sendErr)
	}
	return nil
}

// notArrived says what stands instead of what was to.
func (p *publication) notArrived(last *publish.Standing, sendErr, readErr error) error {
	p.outcome = publish.Unknown
	if sendErr == nil {
		sendErr = errors.New("the server reports success")
	}
	advice := "look again with `drtxt verify " + p.intent.domain + "`; the undo file is kept"
	switch {
	case last == nil:
		return undetermined(fmt.Errorf("%w; what stands could not be read back: %w", sendErr, readErr), advice)
	case p.plan.Untouched(*last):
		return undetermined(fmt.Errorf("%w; what stood before still stands, and may yet be replaced", sendErr), advice+"; then publish again")
	}
	for _, line := range p.standingLines(*last) {
		p.env.note("%s", line)
	}
	return undetermined(fmt.Errorf("%w; what stands now is neither what stood before nor what was to", sendErr), advice)
}

func undetermined(err error, hint string) error {
	return &failure{status: verify.StatusUndetermined, err: err, hint: hint}
}

// lost shows what another put there meanwhile. A conflict that anybody can have claimed is
// one only if what stands says so too.
func (p *publication) lost(ctx context.Context, err error) error {
	conflict, _ := errors.AsType[*publish.ConflictError](err)
	claim, isClaim := errors.AsType[*dnsupdate.ConflictError](err)
	isClaim = isClaim && !claim.Authenticated
	standing, readErr := p.target.Read(ctx, p.intent.domain, p.intent.types)
	switch {
	case readErr != nil && isClaim:
		return p.notArrived(nil, err, readErr)
	case readErr == nil && isClaim && p.plan.Done(standing):
		return p.arrived(err)
	case readErr == nil:
		conflict.Stands = &standing
	}
	return p.conflict(conflict)
}

// conflict tells a conflict, with what stands now.
func (p *publication) conflict(conflict *publish.ConflictError) error {
	if conflict.Stands != nil {
		for _, line := range p.standingLines(*conflict.Stands) {
			p.env.note("%s", line)
		}
	}
	hint := "nothing was changed: look at what stands now, and publish again if yours is still wanted"
	if p.intent.undo != nil {
		hint = "nothing was changed: publish what is to stand with --records instead"
	}
	return &failure{status: verify.StatusWrong, err: conflict, hint: hint}
}

// verify has what is served judged, and with --wait what all others serve.
func (p *publication) verify(ctx context.Context) error {
	report, err := p.target.verify(ctx, p.intent)
	if err != nil {
		return err
	}
	p.report = &report
	if p.o.wait && report.ExitStatus() == verify.StatusDone {
		return p.awaitOthers(ctx)
	}
	return nil
}

// awaitOthers waits until the delegation's servers and the resolvers have what was
// published.
func (p *publication) awaitOthers(ctx context.Context) error {
	timeout, err := p.o.waitTimeout()
	if err != nil {
		return err
	}
	round, err := p.o.waitFor(ctx, p.env, p.intent, timeout)
	if err != nil {
		return err
	}
	p.report = &round.Report
	return nil
}
