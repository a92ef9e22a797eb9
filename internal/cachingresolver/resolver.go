// Package cachingresolver is the caching front of a recursive resolver inside the process,
// on loopback, for rehearsals and tests: it answers over UDP and TCP out of its cache, and
// asks one authoritative server for what is not there. Its clock is whatever it is given;
// its sockets are real.
//
// It holds an RRset for its TTL (RFC 1035 §7.4), that of its record with the least (RFC
// 2181 §5.2), and that there is none for the lesser of the SOA record's TTL and MINIMUM
// (RFC 2308 §5), and hands out what is left of that, in whole seconds. A failure is never
// held. It follows aliases, and does no DNSSEC. All that its clients ask for stays in its
// memory until it is closed.
//
// Every program of this machine can ask it, as its own clients do, and so have it take an
// answer at another time than theirs.
package cachingresolver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/loopback"
)

// DefaultTimeout is how long the authoritative server is asked one question.
const DefaultTimeout = 2 * time.Second

// ErrConfig is the class of every error that [Start] returns because of its [Config].
var ErrConfig = errors.New("caching resolver cannot be set up")

// A Config says what a [Resolver] asks, and how long it holds what it gets.
type Config struct {
	// Upstream is the authoritative server, an address and a port of loopback. It is
	// required.
	Upstream string
	// Now is the clock that TTLs run down by. It is required.
	Now func() time.Time
	// MinTTL and MaxTTL bound how long an answer is held, whatever its TTL is, as the
	// settings of real resolvers do; a MinTTL breaks RFC 1035. Zero is no bound.
	MinTTL, MaxTTL time.Duration
	// MaxNegativeTTL bounds how long it is held that there is nothing. Zero is no bound.
	MaxNegativeTTL time.Duration
	// Timeout is how long the authoritative server is asked one question, in real time;
	// zero is [DefaultTimeout].
	Timeout time.Duration
}

// A Resolver answers until its context ends or it is closed. Its methods may be called at
// the same time.
type Resolver struct {
	config   Config
	udp, tcp *dns.Server
	asked    atomic.Int64

	mu      sync.Mutex // guards what follows
	cache   cache
	under   map[place]*search // the searches that are under way
	failure error

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Start returns a resolver that already takes questions at [Resolver.Addr]. The error is
// of class [ErrConfig], or says why there was no port to listen on.
func Start(ctx context.Context, config Config) (*Resolver, error) {
	upstream, err := netip.ParseAddrPort(config.Upstream)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: upstream: %w", ErrConfig, err)
	case !upstream.Addr().IsLoopback():
		return nil, fmt.Errorf("%w: %s is not on loopback", ErrConfig, upstream)
	case config.Now == nil:
		return nil, fmt.Errorf("%w: no clock", ErrConfig)
	}
	config.Timeout = cmp.Or(config.Timeout, DefaultTimeout)
	r := &Resolver{config: config, cache: cache{}, under: map[place]*search{}}
	if err := r.listen(); err != nil {
		return nil, err
	}
	r.ctx, r.stop = context.WithCancel(ctx)
	if err := errors.Join(r.serve(r.udp), r.serve(r.tcp)); err != nil {
		r.udp.PacketConn.Close()
		r.tcp.Listener.Close()
		r.Close()
		return nil, err
	}
	return r, nil
}

// bufferSize is what is read of a datagram, in octets. Nobody who keeps to what he is told
// sends as many.
const bufferSize = 4096

func (r *Resolver) listen() error {
	tcp, udp, err := loopback.Listen(loopback.IPv4)
	if err != nil {
		return err
	}
	r.udp = &dns.Server{PacketConn: udp, Handler: r, UDPSize: bufferSize}
	r.tcp = &dns.Server{Listener: tcp, Handler: r}
	return nil
}

// serve returns as soon as questions are taken.
func (r *Resolver) serve(server *dns.Server) error {
	begun, failed := make(chan struct{}), make(chan error, 1)
	server.NotifyStartedFunc = func() { close(begun) }
	r.running.Go(func() { failed <- server.ActivateAndServe() })
	select {
	case err := <-failed:
		return err
	case <-begun:
	}
	r.running.Go(func() {
		<-r.ctx.Done()
		_ = server.Shutdown() // it can only have ended by itself already
	})
	return nil
}

// Addr is the resolver's address and port, for instance "127.0.0.1:40053".
func (r *Resolver) Addr() string { return r.tcp.Listener.Addr().String() }

// Asked is how many questions the authoritative server has been asked so far; one that was
// repeated, because nothing came, counts once.
func (r *Resolver) Asked() int { return int(r.asked.Load()) }

// Failure is why it last answered SERVFAIL, nil if it never has.
func (r *Resolver) Failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// Close ends the resolver and returns when nothing of it runs any more. It may be called
// again.
func (r *Resolver) Close() {
	r.stop()
	r.running.Wait()
}
