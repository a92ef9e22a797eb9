package main

import (
	"context"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// waitInterval is the least time from one round to the next, as watch has it.
const waitInterval = 5 * time.Second

// A waiting is what --wait needs, understood before anything is changed.
type waiting struct {
	checker   *verify.Checker
	resolvers []dnsquery.Server
	timeout   time.Duration
	amend     func(*verify.Report)
}

func (o *publishOptions) waiting(ctx context.Context, env *environment) (*waiting, error) {
	w := &waiting{amend: o.checkClaims}
	var err error
	if w.timeout, err = readDuration(o.timeout); err != nil || w.timeout < 0 {
		return nil, refusal(fmt.Errorf("--timeout %q is not a duration", o.timeout), "write 10m or 1h; 0 for no limit")
	}
	if w.resolvers, err = o.parseResolvers(); err != nil {
		return nil, err
	}
	w.checker, err = o.checker(ctx, env, false)
	return w, err
}

// wait watches the servers of the delegation, and the resolvers, until all have what was
// published, and returns the last round.
func (w *waiting) wait(ctx context.Context, env *environment, in *intent) (verify.Round, error) {
	defer w.checker.Client.CloseIdle()
	request := in.request
	request.Resolvers = w.resolvers
	voice := &watchVoice{env: env, domain: in.domain, begin: time.Now()}
	shown := newBoard(env, voice.title)
	request.Progress = shown.update
	watch := &verify.Watch{Checker: w.checker, Request: request, Now: env.now, Interval: waitInterval, Timeout: roundTimeout, Amend: w.amend, Each: voice.round}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if w.timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, w.timeout)
	}
	defer cancel()
	last, err := watch.Run(limited)
	shown.close()
	switch {
	case ctx.Err() != nil:
		voice.interrupted(last)
		return last, verdictStatus(statusInterrupted)
	case last.Number == 0:
		return last, &failure{status: verify.StatusUndetermined, err: fmt.Errorf("it is published, but nothing could be verified elsewhere within %s", w.timeout), hint: "give --timeout more time, or run `drtxt watch`"}
	}
	voice.ended(last, err)
	return last, nil
}
