package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/miekg/dns"

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
	others *waiting  // nil unless --wait
	at     time.Time // of the start, and then of the confirmation

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
	stop := showProgress(p.env, func() string { return "preparing the change " + p.target.location().String() })
	p.detail, err = p.target.prepare(p.plan)
	stop()
	if err != nil {
		return err
	}
	if p.o.dryRun {
		p.outcome = publish.Planned
		p.warnOfRemoval()
		return p.conclude(ctx, nil)
	}
	p.show(p.difference())
	p.warnOfRemoval()
	if err := p.checkRemoval(); err != nil {
		return err
	}
	if err := confirm(ctx, p.env, p.o.confirm, p.intent.domain); err != nil {
		return err
	}
	p.at = p.env.now() // the question may have stood for hours
	if err := p.intent.judgeAt(p.at); err != nil {
		return err
	}
	if err := p.checkRemoval(); err != nil {
		return err
	}
	return p.carryOut(ctx)
}

// read reads what stands and makes the plan.
func (p *publication) read(ctx context.Context) error {
	stop := showProgress(p.env, func() string { return "reading what stands " + p.target.location().String() })
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

// updateValidity is for how long a signed update can be carried out, in seconds: as far
// as clocks may be apart (RFC 8945 §10).
const updateValidity = 300

// unchanged ends where everything stands already.
func (p *publication) unchanged(ctx context.Context) error {
	p.outcome = publish.Unchanged
	if u := p.intent.undo; u != nil && p.at.Unix()-u.At < updateValidity {
		p.env.note("warning: if it was not known what became of that publication, it may yet be carried out, until %s", bothTimes(time.Unix(u.At+updateValidity, 0)))
	}
	var failed error
	if p.o.wait {
		if failed = p.judge(ctx); failed == nil {
			failed = p.awaitOthers(ctx)
		}
	}
	return p.conclude(ctx, failed)
}

// carryOut leaves the undo file, makes the change, reads back and verifies.
func (p *publication) carryOut(ctx context.Context) error {
	undo := publish.NewUndo(p.plan, p.target.location(), p.at)
	var err error
	if p.undoFile, err = p.o.writeUndo(ctx, p.env, undo); err != nil {
		return err
	}
	log, err := openAudit(ctx, p.o.audit)
	if err != nil {
		p.removeUndo()
		return err
	}
	defer log.close()
	failed := p.replace(ctx)
	if p.untouched() {
		p.removeUndo()
	}
	unlogged := log.write(p.auditEntry(undo))
	if failed == nil {
		failed = p.verify(ctx)
	}
	if failed == nil {
		failed = unlogged
	} else if unlogged != nil {
		p.env.note("drtxt: %v", unlogged)
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
	stop := showProgress(p.env, func() string { return "publishing " + p.target.location().String() })
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
	if refused, ok := errors.AsType[*dnsupdate.RefusedError](err); ok && !(refused.Authenticated && meansUntouched(refused.Rcode)) {
		return publish.Unknown
	}
	return publish.Refused
}

// meansUntouched reports whether a response code, where it is authenticated, says that
// nothing was changed (RFC 2136 §2.2). A failure says nothing: the server may have
// forwarded the update before.
func meansUntouched(rcode int) bool {
	return slices.Contains([]int{dns.RcodeFormatError, dns.RcodeNotImplemented, dns.RcodeRefused, dns.RcodeNotAuth, dns.RcodeNotZone,
		dns.RcodeYXDomain, dns.RcodeYXRrset, dns.RcodeNXRrset, dns.RcodeNameError}, rcode)
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
		if refused, ok := errors.AsType[*dnsupdate.RefusedError](sendErr); ok && meansUntouched(refused.Rcode) && last != nil && p.plan.Untouched(*last) {
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
	p.show(p.standingLines(*last))
	return undetermined(fmt.Errorf("%w; what stands now is neither what stood before nor what was to", sendErr), advice)
}

func undetermined(err error, hint string) error {
	return &failure{status: verify.StatusUndetermined, err: err, hint: hint}
}

// lost shows what another put there meanwhile. A conflict that anybody can have claimed is
// none while it is not known what stands.
func (p *publication) lost(ctx context.Context, err error) error {
	conflict, _ := errors.AsType[*publish.ConflictError](err)
	claim, isClaim := errors.AsType[*dnsupdate.ConflictError](err)
	isClaim = isClaim && !claim.Authenticated
	standing, readErr := p.target.Read(ctx, p.intent.domain, p.intent.types)
	switch {
	case readErr != nil && isClaim:
		return p.notArrived(nil, err, readErr)
	case isClaim && p.plan.Untouched(standing) && !p.plan.Done(standing):
		return p.notArrived(&standing, err, nil)
	case readErr == nil && p.plan.Done(standing): // another put the same there
		return p.arrived(err)
	case readErr == nil:
		conflict.Stands = &standing
	}
	return p.conflict(conflict)
}

// conflict tells a conflict, with what stands now.
func (p *publication) conflict(conflict *publish.ConflictError) error {
	if conflict.Stands != nil {
		p.show(p.standingLines(*conflict.Stands))
	}
	hint := "nothing was changed: look at what stands now, and publish again if yours is still wanted"
	if p.intent.undo != nil {
		hint = "nothing was changed: publish what is to stand with --records instead"
	}
	return &failure{status: verify.StatusWrong, err: conflict, hint: hint}
}

// verify has what is served judged, and with --wait what all others serve.
func (p *publication) verify(ctx context.Context) error {
	if err := p.judge(ctx); err != nil {
		return err
	}
	p.tell()
	if p.o.wait && p.report.ExitStatus() == verify.StatusDone {
		p.tellUndo() // in case the wait does not come to its end
		return p.awaitOthers(ctx)
	}
	return nil
}

// judge has what is served judged.
func (p *publication) judge(ctx context.Context) error {
	report, err := p.target.verify(ctx, p.intent)
	if err != nil {
		return err
	}
	if report.Verdict == verify.None && p.intent.addressesAlone() {
		// No record is no fault of what was published.
		p.intent.policy.Expected, p.intent.request.Policy.Expected = verify.ExpectNone, verify.ExpectNone
		if report, err = p.target.verify(ctx, p.intent); err != nil {
			return err
		}
	}
	p.report = &report
	return nil
}

// awaitOthers waits until the delegation's servers and the resolvers have what was
// published.
func (p *publication) awaitOthers(ctx context.Context) error {
	round, err := p.others.wait(ctx, p.env, p.intent)
	if err != nil {
		return err
	}
	p.report = &round.Report
	return nil
}
