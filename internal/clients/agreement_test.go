package clients

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/cachingresolver"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/verify"
)

// drawnCurve is the curve of a draw, without a socket.
func drawnCurve(random *rand.Rand, clients int, change propagation.Change) *Curve {
	resolvers := min(clients, MaxResolvers)
	d := newDraw(random, clients, resolvers)
	c := &Curve{Clients: clients, Resolvers: resolvers, Upstream: resolvers, Change: change}
	c.Seen, c.Lookups = played(&d, change)
	return c
}

var memories = []time.Duration{0, time.Second, 30 * time.Second, 90 * time.Second, verify.PollInterval, 5 * time.Minute, 15 * time.Minute, time.Hour}

// A draw is what its comment says, of which Allowed makes use.
func TestDraw(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for _, size := range []struct{ clients, resolvers int }{{1, 1}, {2, 2}, {199, 199}, {200, 200}, {201, 200}, {399, 200}, {1000, 200}, {99_999, 200}} {
		d := newDraw(random, size.clients, size.resolvers)
		for of, all := range map[int][]float64{size.resolvers: d.left, size.clients: d.phase} {
			for i, x := range all {
				if x < float64(i)/float64(of) || x >= float64(i+1)/float64(of) {
					t.Fatalf("%v: number %d of %d is %v", size, i, of, x)
				}
			}
		}
		counts := make([]int, size.resolvers)
		for _, r := range d.behind {
			counts[r]++
		}
		if least := slices.Min(counts); slices.Max(counts)-least > 1 || least == 0 {
			t.Errorf("%v: from %d to %d clients behind a resolver", size, least, slices.Max(counts))
		}
		sum := 0
		for r, count := range counts {
			sum += count
			if off := float64(sum)/float64(size.clients) - float64(r+1)/float64(size.resolvers); off < -1e-12 || off >= 1/float64(size.clients) {
				t.Errorf("%v: the share of clients behind the first %d is off by %v", size, r+1, off)
			}
		}
	}
}

// Who is behind which resolver has nothing to do with when he looks, and no place is
// preferred.
func TestDrawIsRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	const draws, clients = 4000, 10
	var counts [clients][clients]int
	for range draws {
		d := newDraw(random, clients, clients)
		for client, r := range d.behind {
			counts[client][r]++
		}
	}
	for client := range counts {
		for r, count := range counts[client] {
			if count < draws/clients*3/4 || count > draws/clients*5/4 {
				t.Errorf("client %d was behind resolver %d in %d of %d draws", client, r, count, draws)
			}
		}
	}
}

// What is as the closed form has it stays under what is allowed, whatever is drawn.
func TestRightPopulationsAgree(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{1, 2, 10, 50, 200, 250, 399, 1000, 5000} {
		for _, memory := range memories {
			change := propagation.Change{Memory: memory, Interval: verify.PollInterval}
			draws := 100_000 / max(clients, 100)
			if testing.Short() {
				draws /= 10
			}
			closest := 0.0
			for seed := range draws {
				c := drawnCurve(rand.New(rand.NewPCG(uint64(seed), 2)), clients, change)
				closest = max(closest, c.Distance()/c.Allowed())
				if !c.Agrees() {
					t.Errorf("%d clients, memory %s, seed %d: distance %.4f, allowed %.4f", clients, memory, seed, c.Distance(), c.Allowed())
				}
			}
			t.Logf("%5d clients, memory %6s: at most %3.0f %% of the allowed in %d draws", clients, memory, 100*closest, draws)
		}
	}
}

// The same over sockets.
func TestRightPopulationsAgreeOverSockets(t *testing.T) {
	t.Parallel()
	for seed := range 2 {
		s := newScene(t, 1000, uint64(seed), nil)
		for _, from := range []string{"off", ""} {
			if c := s.change(from, 30*time.Second, "on"); !c.Agrees() {
				t.Errorf("seed %d, from %q: distance %.4f, allowed %.4f", seed, from, c.Distance(), c.Allowed())
			}
		}
		s.Close()
	}
}

// What is allowed must be little enough to be of use: it is held here, so that nobody
// makes it larger unawares.
func TestAllowed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		clients int
		memory  time.Duration
		want    float64
	}{
		{1, 30 * time.Second, 1},
		{10, 30 * time.Second, 0.72},
		{100, 30 * time.Second, 0.21},
		{200, 30 * time.Second, 0.136},
		{1000, 30 * time.Second, 0.046},
		{1000, 90 * time.Second, 0.075},
		{1000, 5 * time.Minute, 0.114},
		{1000, time.Hour, 0.122},
		{1000, 0, 0.003},
		{100_000, 30 * time.Second, 0.0046},
		{100_000, 15 * time.Minute, 0.0167},
	} {
		c := &Curve{Clients: test.clients, Resolvers: min(test.clients, MaxResolvers), Change: propagation.Change{Memory: test.memory, Interval: verify.PollInterval}}
		if got := c.Allowed(); got > test.want || got < 0.95*test.want {
			t.Errorf("%d clients, memory %s: %.4f is allowed, want up to %.4f", test.clients, test.memory, got, test.want)
		}
	}
}

// Populations that are not as the closed form has it. Each is told by its distance alone.
func TestWrongPopulationsDoNotAgree(t *testing.T) {
	t.Parallel()
	const ttl = 30 * time.Second
	for title, test := range map[string]struct {
		setUp    func(int, *cachingresolver.Config)
		interval time.Duration // in place of the right one
		from     string
	}{
		"resolvers double the TTL":                {setUp: func(_ int, c *cachingresolver.Config) { c.MinTTL = 2 * ttl }, from: "off"},
		"resolvers hold a second of it":           {setUp: func(_ int, c *cachingresolver.Config) { c.MaxTTL = time.Second }, from: "off"},
		"resolvers hold nothing at the change":    {setUp: func(_ int, c *cachingresolver.Config) { c.MaxTTL = 1 }, from: "off"},
		"resolvers hold no absence":               {setUp: func(_ int, c *cachingresolver.Config) { c.MaxNegativeTTL = 1 }},
		"resolvers double the time of an absence": {setUp: func(_ int, c *cachingresolver.Config) { c.MinTTL = 2 * negativeTTL }},
		"resolvers ignore the TTL":                {setUp: func(_ int, c *cachingresolver.Config) { c.MinTTL = time.Hour }, from: "off"},
		"a tenth of the resolvers ignores the TTL": {setUp: func(i int, c *cachingresolver.Config) {
			if i%10 == 0 {
				c.MinTTL = time.Hour
			}
		}, from: "off"},
		"half the interval":   {interval: verify.PollInterval / 2, from: "off"},
		"double the interval": {interval: 2 * verify.PollInterval, from: "off"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			for seed := range 2 {
				s := newScene(t, 1000, uint64(seed), test.setUp)
				if test.interval != 0 {
					s.options.Interval = test.interval
				}
				c, err := s.tryChange(test.from, ttl, "on")
				if _, late := errors.AsType[*NotSwitchedError](err); err != nil && !late {
					t.Fatal(err)
				}
				c.Change.Interval = verify.PollInterval
				if c.Distance() <= c.Allowed() || c.Agrees() {
					t.Errorf("seed %d: distance %.4f, allowed %.4f", seed, c.Distance(), c.Allowed())
				}
				s.Close()
			}
		})
	}
}

// One resolver that holds its answer a little too long hardly changes the curve; that
// clients are later than the worst case shows it.
func TestOneLateResolverIsFound(t *testing.T) {
	t.Parallel()
	c := drawnCurve(rand.New(rand.NewPCG(1, 1)), 1000, propagation.Change{Memory: 30 * time.Second, Interval: verify.PollInterval})
	if !c.Agrees() {
		t.Fatal("it does not agree as it was drawn")
	}
	c.Seen[999] = c.Change.WorstCase() + 1
	if c.Distance() > c.Allowed() || c.Agrees() {
		t.Errorf("distance %.4f, allowed %.4f, it agrees: %t", c.Distance(), c.Allowed(), c.Agrees())
	}
	c.Seen[999] = c.Change.WorstCase()
	if !c.Agrees() {
		t.Error("a client in the worst case is none too late")
	}
	c.Seen = c.Seen[:999]
	if c.Agrees() {
		t.Error("a client that never switched is not found")
	}
}

// A curve that nobody measured, or that failures shaped, does not agree, however close it
// is to the closed form.
func TestOnlyWhatWasMeasuredAgrees(t *testing.T) {
	t.Parallel()
	for title, spoil := range map[string]func(*Curve){
		"fewer look-ups than clients":    func(c *Curve) { c.Lookups = c.Clients - 1 },
		"fewer questions than resolvers": func(c *Curve) { c.Upstream = c.Resolvers - 1 },
		"a look-up failed":               func(c *Curve) { c.Failed = 1 },
	} {
		c := ideal(1000, 30*time.Second, 1)
		c.Lookups, c.Upstream = c.Clients, c.Resolvers
		if !c.Agrees() {
			t.Error("it does not agree before it is spoilt")
		}
		if spoil(c); c.Agrees() {
			t.Errorf("%s: it agrees", title)
		}
	}
}

// From how many clients on a curve is telling; and that it is then so: resolvers without a
// memory are always found, those with twice the memory more often than not.
func TestTelling(t *testing.T) {
	t.Parallel()
	for memory, least := range map[time.Duration]int{30 * time.Second: 462, time.Minute: 227, 5 * time.Minute: 104} {
		change := propagation.Change{Memory: memory, Interval: verify.PollInterval}
		telling := func(clients, resolvers int) bool {
			return (&Curve{Clients: clients, Resolvers: resolvers, Change: change}).Telling()
		}
		if telling(least-1, min(least-1, MaxResolvers)) || !telling(least, min(least, MaxResolvers)) || telling(least, FewestResolvers) || !telling(MaxClients, MaxResolvers) {
			t.Errorf("memory %s: %d clients are not the fewest that tell", memory, least)
		}
		const seeds = 200
		for of, want := range map[time.Duration]int{0: seeds, 2 * memory: seeds / 2} {
			found := 0
			for seed := range uint64(seeds) {
				c := drawnCurve(rand.New(rand.NewPCG(seed, 3)), least, propagation.Change{Memory: of, Interval: verify.PollInterval})
				if c.Change = change; c.Distance() > c.Allowed() {
					found++
				}
			}
			if found < want {
				t.Errorf("memory %s, not %s: found in %d of %d draws", of, memory, found, seeds)
			}
		}
	}
	if (&Curve{Clients: MaxClients, Resolvers: MaxResolvers, Change: propagation.Change{Interval: verify.PollInterval}}).Telling() {
		t.Error("there is something to tell without a memory")
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	seconds := func(all ...int) []time.Duration {
		var seen []time.Duration
		for _, s := range all {
			seen = append(seen, time.Duration(s)*time.Second)
		}
		return seen
	}
	even := propagation.Change{Interval: 200 * time.Second}
	for _, test := range []struct {
		seen []time.Duration
		want float64
	}{
		{seconds(25, 75, 125, 175), 0.125},
		{seconds(0, 50, 100, 150), 0.25},
		{seconds(50, 100, 150, 200), 0.25},
		{seconds(200, 200, 200, 200), 1},
		{seconds(0, 0, 0, 0), 1},
		{seconds(100, 100, 100, 100), 0.5},
		{seconds(25, 75, 125), 0.25},
		{seconds(25), 0.75},
		{nil, 1},
	} {
		c := &Curve{Clients: 4, Resolvers: 4, Change: even, Seen: test.seen}
		if got := c.Distance(); fmt.Sprintf("%.9f", got) != fmt.Sprintf("%.9f", test.want) {
			t.Errorf("%s: %v, want %v", test.seen, got, test.want)
		}
	}
}
