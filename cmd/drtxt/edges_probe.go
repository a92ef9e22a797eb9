package main

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/reach"
)

// A probed is what came of trying addresses.
type probed struct {
	results []reach.Result
	timeout time.Duration
	// findings say what that means.
	findings []finding.Finding
	// undetermined says that nothing answered, which may be this network's doing.
	undetermined bool
}

// probe tries the addresses, with progress on a terminal.
func (p *probing) probe(ctx context.Context, env *environment, addresses []netip.Addr) (*probed, error) {
	var done atomic.Int64
	stop := showProgress(env, func() string {
		return fmt.Sprintf("tried %d of %d addresses on TCP %d", done.Load(), len(addresses), reach.DefaultPort)
	})
	defer stop()
	result := &probed{timeout: p.prober.Timeout}
	result.results = p.prober.Probe(ctx, addresses, func(reach.Result) { done.Add(1) })
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	result.findings, result.undetermined = reach.Judge(result.results)
	return result, nil
}

// of is the result of an address, if it was tried.
func (p *probed) of(address netip.Addr) (reach.Result, bool) {
	for _, r := range p.results {
		if r.Address == address {
			return r, true
		}
	}
	return reach.Result{}, false
}

// connected is how many addresses take connections.
func (p *probed) connected() int {
	n := 0
	for _, r := range p.results {
		if r.Outcome == reach.Connected {
			n++
		}
	}
	return n
}

// outcomeWords say what came of trying an address.
var outcomeWords = map[reach.Outcome]string{
	reach.Connected:  "connected",
	reach.Refused:    "refused",
	reach.TimedOut:   "no answer",
	reach.Unroutable: "no route",
	reach.Failed:     "not tried",
}
