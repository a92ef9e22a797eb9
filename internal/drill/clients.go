package drill

import (
	"context"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// MaxClients is how many clients can be simulated.
const MaxClients = clients.MaxClients

// An audience are the simulated clients of one change, nil where there are none.
type audience struct {
	*clients.Population
	tell func(switched int)
}

// gather starts the clients of a step that changes something, who know what stands before
// it. The clock moves meanwhile, by as long as that may be remembered at most.
func (r *rehearsal) gather(ctx context.Context, p *planned) (*audience, error) {
	if r.Clients == 0 || p.looked {
		return nil, nil
	}
	population, err := clients.New(ctx, clients.Options{
		Clients: r.Clients, Server: r.stage.addr(), Domain: r.Domain,
		Interval: verify.PollInterval, Clock: r.clock, Rand: r.options.Rand,
	})
	if err != nil {
		return nil, err
	}
	step := len(r.Steps) + 1
	a := &audience{population, func(switched int) { r.tell(Progress{Step: step, Switched: switched}) }}
	return a, population.Warm(ctx)
}

// follow has the clients look until all have seen a set; nil without clients.
func (a *audience) follow(ctx context.Context, set export.RecordSet) (*clients.Curve, error) {
	if a == nil {
		return nil, nil
	}
	want := slices.Sorted(slices.Values(set.RRSets[0].Values))
	seen := func(got []string) bool { return slices.Equal(slices.Sorted(slices.Values(got)), want) }
	return a.Follow(ctx, seen, func(switched int, _ time.Duration) { a.tell(switched) })
}

func (a *audience) close() {
	if a != nil {
		a.Close()
	}
}

// allows returns a [*ShortWindowError] unless clients can follow every change within its
// window.
func (p *Plan) allows() error {
	memory, clock := NegativeTTL, p.begin
	for i := range p.steps {
		s := &p.steps[i]
		if clock.Before(s.at) {
			clock = s.at
		}
		if !s.looked {
			clock = clock.Add(memory)
		}
		if !s.until.IsZero() && clock.After(s.until) {
			return &ShortWindowError{Step: s.Title, Set: s.SetName, From: s.from, Until: s.until, Location: p.Policy.Location, Change: changeTime(memory), TTL: p.TTL}
		}
		if !s.looked {
			clock, memory = clock.Add(memory+verify.PollInterval), p.TTL
		}
	}
	return nil
}
