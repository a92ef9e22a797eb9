package clients

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A NotSwitchedError says that clients had not seen the change when it was given up.
type NotSwitchedError struct {
	// Switched of so many Clients had seen it.
	Switched, Clients int
	// After is how long after the change it was given up: twice the worst case.
	After time.Duration
}

func (e *NotSwitchedError) Error() string {
	return fmt.Sprintf("%d of %d clients have not seen the change %s after it, twice the worst case", e.Clients-e.Switched, e.Clients, e.After)
}

// Warm has every resolver take what stands now, or that nothing stands, so that at the
// end the answers' ages are spread evenly from nothing to as long as they may be held.
// For that it moves the clock ahead, until the resolvers have forgotten what they held
// before and once more by the TTL of what stands (the negative TTL where nothing does,
// RFC 2308 §5). Where the clock stands then is the moment of the change.
func (p *Population) Warm(ctx context.Context) error {
	p.warmAt = time.Time{}
	memory, err := p.mayHold(ctx)
	if err != nil {
		return err
	}
	clock := p.options.Clock
	clock.Set(p.heldUntil)
	begin := clock.Now()
	p.drawn = newDraw(p.options.Rand, p.options.Clients, len(p.resolvers))
	for i, r := range p.resolvers {
		clock.Set(begin.Add(part(p.drawn.left[i], memory)))
		answer, err := p.look(ctx, r)
		if err != nil {
			return err
		}
		if !saysWhatStands(answer) {
			return fmt.Errorf("%w: the resolver at %s says %s: %v", ErrNoAnswer, r.server.Address(), dns.RcodeToString[answer.Rcode], r.Failure())
		}
	}
	clock.Set(begin.Add(memory))
	p.memory, p.warmAt = memory, clock.Now()
	return nil
}

// mayHold asks the authoritative server how long its answer may be held.
func (p *Population) mayHold(ctx context.Context) (time.Duration, error) {
	answer, err := p.asks.Ask(ctx, p.server, dnsquery.Question{Name: p.options.Domain, Type: dns.TypeTXT})
	if err != nil {
		return 0, p.explained(fmt.Errorf("asking %s: %w", p.server.Address(), err), 0)
	}
	if !saysWhatStands(answer) {
		return 0, fmt.Errorf("%w: %s says %s", ErrNoAnswer, p.server.Address(), dns.RcodeToString[answer.Rcode])
	}
	return timeToLive(answer), nil
}

// saysWhatStands tells an answer, or that there is none, from a failure.
func saysWhatStands(answer *dnsquery.Answer) bool {
	return answer.Rcode == dns.RcodeSuccess || answer.Rcode == dns.RcodeNameError
}

// timeToLive is how long an answer may be held from now on.
func timeToLive(answer *dnsquery.Answer) time.Duration {
	if len(answer.Records) == 0 {
		return answer.NegativeTTL
	}
	return time.Duration(answer.Records[0].TTL) * time.Second
}

// look looks the records up at a resolver. That either may open no more files is an error,
// not one of the resolver's answers.
func (p *Population) look(ctx context.Context, at resolver) (*dnsquery.Answer, error) {
	if p.looked++; p.looked%clientSockets == 0 {
		p.asks.CloseIdle()
	}
	answer, err := p.asks.Ask(ctx, at.server, dnsquery.Question{Name: p.options.Domain, Type: dns.TypeTXT, Recursive: true})
	if err != nil {
		return nil, p.explained(fmt.Errorf("asking the resolver at %s: %w", at.server.Address(), err), 0)
	}
	if failure := at.Failure(); !saysWhatStands(answer) && isTooManyFiles(failure) {
		return nil, p.explained(fmt.Errorf("the resolver at %s: %w", at.server.Address(), failure), 0)
	}
	if until := p.options.Clock.Now().Add(timeToLive(answer)); until.After(p.heldUntil) {
		p.heldUntil = until
	}
	return answer, nil
}

// Follow plays the clients from the change on, which has been made since [Population.Warm]
// without the clock being moved. A client has switched when target accepts the values
// that it sees (none where nothing stands); it does not look again after that. Where a
// resolver fails, a client has learnt nothing. progress, if there is one, is told after
// every look-up how many have switched, and how long after the change that was.
//
// The clock ends where the last client has switched. If some have not at twice the worst
// case, the error is a [*NotSwitchedError], and the curve that of the others. It is a
// [*TooFewFilesError] where no more sockets could be opened.
func (p *Population) Follow(ctx context.Context, target func(values []string) bool, progress func(switched int, at time.Duration)) (*Curve, error) {
	begin := p.options.Clock.Now()
	if p.warmAt.IsZero() || !begin.Equal(p.warmAt) {
		return nil, ErrNotWarm
	}
	f := &following{Population: p, begin: begin, target: target, progress: progress, curve: &Curve{
		Clients:   p.options.Clients,
		Resolvers: len(p.resolvers),
		Change:    propagation.Change{Memory: p.memory, Interval: p.options.Interval},
	}}
	asked := p.upstream()
	err := f.run(ctx)
	f.curve.Upstream = p.upstream() - asked
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	return f.curve, err
}

// A following is one run of [Population.Follow].
type following struct {
	*Population
	begin    time.Time
	target   func([]string) bool
	progress func(int, time.Duration)
	curve    *Curve
}

// run goes through the look-ups in the order of time: once through the interval, and
// again with those who have not switched.
func (f *following) run(ctx context.Context) error {
	waiting := make([]int, f.options.Clients)
	for i := range waiting {
		waiting[i] = i
	}
	for round := time.Duration(0); len(waiting) > 0; round += f.options.Interval {
		still := waiting[:0]
		for _, client := range waiting {
			at := round + part(f.drawn.phase[client], f.options.Interval)
			switched, err := f.poll(ctx, client, at)
			if err != nil {
				return err
			}
			if !switched {
				still = append(still, client)
			}
		}
		waiting = still
	}
	return nil
}

// poll has a client look at a time after the change, and reports whether it switches.
func (f *following) poll(ctx context.Context, client int, at time.Duration) (bool, error) {
	if limit := 2 * f.curve.Change.WorstCase(); at > limit {
		return false, &NotSwitchedError{Switched: len(f.curve.Seen), Clients: f.curve.Clients, After: limit}
	}
	f.options.Clock.Set(f.begin.Add(at))
	answer, err := f.look(ctx, f.resolvers[f.drawn.behind[client]])
	if err != nil {
		return false, err
	}
	f.curve.Lookups++
	failed := !saysWhatStands(answer)
	switched := !failed && f.target(values(answer))
	if failed {
		f.curve.Failed++
	}
	if switched {
		f.curve.Seen = append(f.curve.Seen, at)
	}
	if f.progress != nil {
		f.progress(len(f.curve.Seen), at)
	}
	return switched, nil
}

// values are those of the TXT records, each with its character-strings joined.
func values(answer *dnsquery.Answer) []string {
	var all []string
	for _, r := range answer.Records {
		all = append(all, strings.Join(r.Strings, ""))
	}
	return all
}
