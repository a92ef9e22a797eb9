package main

import (
	"context"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// waitInterval is the least time from one round to the next, as watch has it.
const waitInterval = 5 * time.Second

// waitFor watches the servers of the delegation, and the resolvers, until all have what
// was published, and returns the last round.
func (o *publishOptions) waitFor(ctx context.Context, env *environment, in *intent, timeout time.Duration) (verify.Round, error) {
	checker, err := o.checker(ctx, env, false)
	if err != nil {
		return verify.Round{}, err
	}
	defer checker.Client.CloseIdle()
	request := in.request
	if request.Resolvers, err = o.parseResolvers(); err != nil {
		return verify.Round{}, err
	}
	voice := &watchVoice{env: env, domain: in.domain, begin: time.Now()}
	shown := newBoard(env, voice.title)
	request.Progress = shown.update
	w := &verify.Watch{Checker: checker, Request: request, Now: env.now, Interval: waitInterval, Timeout: roundTimeout, Amend: o.checkClaims, Each: voice.round}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, timeout)
	}
	defer cancel()
	last, err := w.Run(limited)
	shown.close()
	switch {
	case ctx.Err() != nil:
		voice.interrupted(last)
		return last, verdictStatus(statusInterrupted)
	case last.Number == 0:
		return last, &failure{status: verify.StatusUndetermined, err: fmt.Errorf("it was published, but nothing could be verified within %s", timeout), hint: "give --timeout more time, or run `drtxt watch`"}
	}
	voice.ended(last, err)
	return last, nil
}
