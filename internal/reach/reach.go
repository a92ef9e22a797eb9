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
// waiting for what is left, which is [Interrupted].
func (p *Prober) Probe(ctx context.Context, addresses []netip.Addr, progress func(Result)) []Result {
	results := make([]Result, len(addresses))
	places := make(chan struct{}, p.atOnce())
	var telling sync.Mutex
	var probes sync.WaitGroup
	for i, address := range addresses {
		places <- struct{}{}
		probes.Go(func() {
			defer func() { <-places }()
			results[i] = p.try(ctx, address)
			if progress != nil {
				telling.Lock()
				defer telling.Unlock()
				progress(results[i])
			}
		})
	}
	probes.Wait()
	return results
}

// try tries one address.
func (p *Prober) try(ctx context.Context, address netip.Addr) Result {
	if err := ctx.Err(); err != nil {
		return Result{Address: address, Outcome: Interrupted, Err: err}
	}
	limited, cancel := context.WithTimeout(ctx, cmp.Or(p.Timeout, DefaultTimeout))
	defer cancel()
	begin := time.Now()
	conn, err := p.dial(limited, "tcp", netip.AddrPortFrom(address, cmp.Or(p.Port, DefaultPort)).String())
	result := Result{Address: address, Outcome: Connected, Took: time.Since(begin), Err: err}
	if err == nil {
		conn.Close() // there was nothing to lose in it
		return result
	}
	result.Outcome = outcomeOf(err)
	if ctx.Err() != nil && result.Outcome != Refused && result.Outcome != Unroutable {
		result.Outcome = Interrupted
	}
	return result
}

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
