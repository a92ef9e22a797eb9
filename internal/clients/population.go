// Package clients plays a population of clients that look a domain's TXT records up from
// time to time, each through a caching resolver, while the records change: how many have
// seen the change, and when.
//
// Time is virtual: the clock goes from look-up to look-up. All else is real: every
// look-up is a DNS question over a socket of loopback to one of the resolvers
// ([github.com/drtxt/drtxt/internal/cachingresolver]), which asks the authoritative
// server whenever what it holds has run out.
//
// What the clients saw, the [Curve], is held against the closed form of
// [github.com/drtxt/drtxt/internal/propagation]. That takes for granted that nobody else
// asks the resolvers: another program of this machine that asks at their ports, while they
// are open, has them take answers at other times than those that were drawn.
package clients

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/cachingresolver"
	"github.com/drtxt/drtxt/internal/virtualclock"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// The bounds of a population. A resolver takes a port for itself: clients beyond so many
// share them.
const (
	MaxClients   = 100_000
	MaxResolvers = 200
)

// lookTimeout is what one look-up may take in real time, on a machine that is busy.
const lookTimeout = 10 * time.Second

var (
	// ErrOptions is the class of errors that [New] returns because of its [Options].
	ErrOptions = errors.New("no such population")
	// ErrNotWarm is what [Population.Follow] returns where [Population.Warm] did not come
	// before it, or where the clock has been moved since.
	ErrNotWarm = errors.New("the resolvers are not warm")
	// ErrNoAnswer is the class of errors of [Population.Warm] where the server or a
	// resolver says neither what stands nor that nothing does.
	ErrNoAnswer = errors.New("no answer that a resolver could hold")
)

// Options say what a [Population] is. All are required.
type Options struct {
	// Clients is how many there are, from 1 to [MaxClients].
	Clients int
	// Server is the authoritative server that resolvers ask, an address and a port of
	// loopback.
	Server string
	// Domain is the owner name of the TXT records.
	Domain string
	// Interval is the time between two look-ups of a client.
	Interval time.Duration
	// Clock is the clock of clients and resolvers. The population moves it.
	Clock *virtualclock.Clock
	// Rand is where chance comes from.
	Rand *rand.Rand
}

// A Population is clients and their resolvers. Its methods are called one at a time.
type Population struct {
	options   Options
	server    dnsquery.Server
	resolvers []resolver
	asks      dnsquery.Client
	looked    int
	drawn     draw
	memory    time.Duration // how long resolvers may hold what stood when they were warmed
	warmAt    time.Time     // zero before that
	heldUntil time.Time     // when resolvers have forgotten all that they held
}

// A resolver is one of the caching resolvers, and how it is asked.
type resolver struct {
	*cachingresolver.Resolver
	server dnsquery.Server
}

// New starts as many resolvers as there are clients, [MaxResolvers] at most, that hold
// nothing. They end with ctx, or by [Population.Close].
//
// Where the system does not let the process open as many files, there are fewer resolvers,
// as [Curve.Resolvers] says in the end. The error is a [*TooFewFilesError] where there would
// be fewer than clients and than [FewestResolvers].
func New(ctx context.Context, options Options) (*Population, error) {
	return start(ctx, options, func(int, *cachingresolver.Config) {})
}

// start is [New] with resolvers that are set up otherwise, each by its number.
func start(ctx context.Context, options Options, setUp func(int, *cachingresolver.Config)) (*Population, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	server, err := serverAt(options.Server)
	if err != nil {
		return nil, fmt.Errorf("%w: server %q: %w", ErrOptions, options.Server, err)
	}
	p := &Population{options: options, server: server, asks: dnsquery.Client{Timeout: lookTimeout}}
	if err := p.populate(ctx, setUp); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// populate starts the resolvers, as many as leave enough files for all else.
func (p *Population) populate(ctx context.Context, setUp func(int, *cachingresolver.Config)) error {
	reserve, err := newReserve(filesBeside(p.options.Clients))
	defer reserve.release()
	if err != nil {
		return p.explained(err, 0)
	}
	for i := range min(p.options.Clients, MaxResolvers) {
		config := cachingresolver.Config{Upstream: p.options.Server, Now: p.options.Clock.Now}
		setUp(i, &config)
		switch err := p.add(ctx, config); {
		case isTooManyFiles(err) && i >= FewestResolvers:
			return nil
		case err != nil:
			return p.explained(fmt.Errorf("starting resolver %d: %w", i+1, err), i)
		}
	}
	return nil
}

func (o *Options) check() error {
	switch {
	case o.Clients < 1 || o.Clients > MaxClients:
		return fmt.Errorf("%w: %d clients, not from 1 to %d", ErrOptions, o.Clients, MaxClients)
	case o.Interval <= 0:
		return fmt.Errorf("%w: an interval of %s", ErrOptions, o.Interval)
	case o.Clock == nil || o.Rand == nil:
		return fmt.Errorf("%w: no clock, or no source of chance", ErrOptions)
	}
	if _, ok := dns.IsDomainName(o.Domain); !ok || o.Domain == "" {
		return fmt.Errorf("%w: %q is not a domain name", ErrOptions, o.Domain)
	}
	return nil
}

func serverAt(address string) (dnsquery.Server, error) {
	parsed, err := netip.ParseAddrPort(address)
	return dnsquery.At(parsed), err
}

func (p *Population) add(ctx context.Context, config cachingresolver.Config) error {
	r, err := cachingresolver.Start(ctx, config)
	if err != nil {
		return err
	}
	server, err := serverAt(r.Addr())
	p.resolvers = append(p.resolvers, resolver{r, server})
	return err
}

// Close ends the resolvers and returns when nothing of the population runs any more. It
// may be called again.
func (p *Population) Close() {
	for _, r := range p.resolvers {
		r.Close()
	}
	p.asks.CloseIdle()
}

// upstream is how many questions the resolvers have asked so far.
func (p *Population) upstream() int {
	sum := 0
	for _, r := range p.resolvers {
		sum += r.Asked()
	}
	return sum
}
