// Package reach finds out whether addresses take connections: one TCP handshake each, closed
// at once. It says that something listens there, not what: no byte is sent, so that a
// Private Service Edge, a balancer before it and a stranger's web server look alike.
package reach

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// An Outcome is what came of trying an address.
type Outcome string

// The outcomes.
const (
	// Connected means that the handshake was completed.
	Connected Outcome = "connected"
	// Refused means that the address answered, and that nothing listens there.
	Refused Outcome = "refused"
	// TimedOut means that nothing came back in time.
	TimedOut Outcome = "timeout"
	// Unroutable means that the network said that there is no way there.
	Unroutable Outcome = "unroutable"
	// Failed means that it could not be tried, because something here prevented it.
	Failed Outcome = "failed"
	// Interrupted means that the context ended before it was known.
	Interrupted Outcome = "interrupted"
)

// A Result is what came of trying one address.
type Result struct {
	Address netip.Addr
	Outcome Outcome
	// Took is the time until it was known, 0 for an address that was not begun.
	Took time.Duration
	// Err is why there is no connection, nil for [Connected].
	Err error
}

// What the zero value of a [Prober] stands for.
const (
	DefaultTimeout = 3 * time.Second
	// DefaultPort is where clients and connectors reach a Private Service Edge.
	DefaultPort = 443
	// DefaultAtOnce is how many addresses are tried at the same time.
	DefaultAtOnce = 64
)

// A Prober tries addresses. The zero value is ready to use.
type Prober struct {
	// Dial opens a connection, as [net.Dialer.DialContext] does, which it is if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout is the limit for one address.
	Timeout time.Duration
	Port    uint16
	// AtOnce bounds the addresses that are tried at the same time.
	AtOnce int
}

// Probe tries every address once and returns the results in their order. progress, unless
// nil, gets each as it comes, one at a time. Once the context ends, Probe returns without
// waiting for what is left, which is [Interrupted]. Where this machine has no more sockets,
// fewer are tried at the same time.
func (p *Prober) Probe(ctx context.Context, addresses []netip.Addr, progress func(Result)) []Result {
	results := make([]Result, len(addresses))
	queue := newQueue(len(addresses), p.atOnce())
	var telling sync.Mutex
	var workers sync.WaitGroup
	for range queue.workers {
		workers.Go(func() {
			gaveUp := false
			for i := range queue.all {
				result, short := p.try(ctx, addresses[i])
				if short && queue.giveBack(i) {
					return
				}
				if short && !gaveUp {
					result, short = p.tryAgain(ctx, addresses[i])
				}
				gaveUp = short
				results[i] = result
				if progress != nil {
					telling.Lock()
					progress(result)
					telling.Unlock()
				}
			}
		})
	}
	workers.Wait()
	return results
}

// pause is between two tries where this machine has no more sockets.
const pause = 50 * time.Millisecond

// tryAgain tries an address for which there was no socket although no other is being tried,
// until others on this machine leave one, for as long as an address may take.
func (p *Prober) tryAgain(ctx context.Context, address netip.Addr) (result Result, short bool) {
	for begin := time.Now(); ; {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		if result, short = p.try(ctx, address); !short || time.Since(begin) >= p.timeout() {
			return result, short
		}
	}
}

// try tries one address. short means that this machine had no socket for it.
func (p *Prober) try(ctx context.Context, address netip.Addr) (result Result, short bool) {
	if err := ctx.Err(); err != nil {
		return Result{Address: address, Outcome: Interrupted, Err: err}, false
	}
	limited, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	begin := time.Now()
	conn, err := p.dial(limited, "tcp", netip.AddrPortFrom(address, cmp.Or(p.Port, DefaultPort)).String())
	result = Result{Address: address, Outcome: Connected, Took: time.Since(begin), Err: err}
	if err == nil {
		conn.Close() // there was nothing to lose in it
		return result, false
	}
	result.Outcome = outcomeOf(err)
	if ctx.Err() != nil && result.Outcome != Refused && result.Outcome != Unroutable {
		result.Outcome = Interrupted
	}
	return result, result.Outcome == Failed && isOne(err, exhausted)
}

func (p *Prober) timeout() time.Duration { return cmp.Or(p.Timeout, DefaultTimeout) }

func (p *Prober) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if p.Dial != nil {
		return p.Dial(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (p *Prober) atOnce() int {
	if p.AtOnce > 0 {
		return p.AtOnce
	}
	return DefaultAtOnce
}
