package propagation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// changes are those of usual TTLs, of the limits, and of a memory that is as long as the
// interval or longer.
var changes = []Change{
	{30 * time.Second, verify.PollInterval},
	{5 * time.Minute, verify.PollInterval},
	{15 * time.Minute, verify.PollInterval},
	{time.Hour, verify.PollInterval},
	{time.Second, verify.PollInterval},
	{verify.PollInterval, verify.PollInterval},
	{0, verify.PollInterval},
	{30 * time.Second, 0},
}

// The closed form is held against what the package's comment describes, played: resolvers
// that are asked all the time and whose old answer runs out at some moment, and clients
// that look at their own times, whatever the change is.
func TestShareIsThatOfASimulation(t *testing.T) {
	const clients = 200_000
	// The Kolmogorov-Smirnov distance of as many samples exceeds this once in a million.
	tolerance := math.Sqrt(math.Log(2e6)/2) / math.Sqrt(clients)
	for _, c := range changes {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			seen := make([]float64, clients)
			for i := range seen {
				seen[i] = simulate(random, c)
			}
			slices.Sort(seen)
			if last := seen[clients-1]; last > c.WorstCase().Seconds() {
				t.Errorf("a client took %.1f s, the worst case is %v", last, c.WorstCase())
			}
			for i, at := range seen {
				share := c.Share(time.Duration(at * float64(time.Second)))
				if distance := math.Abs(share - float64(i)/clients); distance > tolerance {
					t.Fatalf("after %.3f s: %.4f in the closed form, %.4f of the simulated clients (tolerance %.4f)", at, share, float64(i)/clients, tolerance)
				}
			}
		})
	}
}

// simulate returns when one client sees a change made at 0, in seconds. The resolver took
// the old answer some time ago and takes the new one as soon as the old has run out; the
// client has looked every interval, from long before.
func simulate(random *rand.Rand, c Change) float64 {
	taken := -random.Float64() * c.Memory.Seconds()
	expires := taken + c.Memory.Seconds()
	look := -random.Float64() * c.Interval.Seconds()
	for look < expires || look < 0 {
		if c.Interval == 0 {
			return expires
		}
		look += c.Interval.Seconds()
	}
	return look
}

// A client that has a resolver for itself is not what the closed form is about, but is
// never later than its worst case.
func TestWorstCaseHoldsForALoneClient(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range changes {
		if c.Interval == 0 {
			continue
		}
		for range 10_000 {
			interval, memory := c.Interval.Seconds(), c.Memory.Seconds()
			change := (3 + random.Float64()*20) * (interval + memory)
			look, expires := 0.0, 0.0
			for ; ; look += interval {
				if look < expires {
					continue
				}
				if look >= change {
					break
				}
				expires = look + memory
			}
			if took := look - change; took > c.WorstCase().Seconds()+1e-6 {
				t.Fatalf("%v: %.1f s", c, took)
			}
		}
	}
}

func TestShareAtKnownTimes(t *testing.T) {
	usual := Change{Memory: 30 * time.Second, Interval: 200 * time.Second}
	for _, test := range []struct {
		change Change
		after  time.Duration
		want   float64
	}{
		{usual, -time.Second, 0},
		{usual, 0, 0},
		{usual, 30 * time.Second, 0.075},
		{usual, 115 * time.Second, 0.5},
		{usual, 200 * time.Second, 0.925},
		{usual, 230 * time.Second, 1},
		{usual, time.Hour, 1},
		{Change{Interval: 200 * time.Second}, 50 * time.Second, 0.25},
		{Change{Memory: 200 * time.Second, Interval: 200 * time.Second}, 200 * time.Second, 0.5},
		{Change{}, -1, 0},
		{Change{}, 0, 1},
	} {
		if got := test.change.Share(test.after); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%v: share after %v is %v, want %v", test.change, test.after, got, test.want)
		}
	}
}

func TestWhenIsTheInverse(t *testing.T) {
	for _, c := range changes {
		if c.When(0) != 0 || c.When(-1) != 0 || c.When(1) != c.WorstCase() || c.When(2) != c.WorstCase() {
			t.Errorf("%v: ends at %v and %v", c, c.When(0), c.When(1))
		}
		for share := 0.001; share < 1; share += 0.001 {
			if got := c.Share(c.When(share)); math.Abs(got-share) > 1e-6 {
				t.Fatalf("%v: %v has been reached after %v, when the share is %v", c, share, c.When(share), got)
			}
		}
	}
	if at := (Change{}).When(0.5); at != 0 {
		t.Errorf("a change that is seen at once is seen after %v", at)
	}
}

// With any change a share never falls.
func TestShareNeverFalls(t *testing.T) {
	for _, c := range changes {
		last := 0.0
		for after := -time.Second; after <= c.WorstCase()+time.Second; after += time.Second / 2 {
			share := c.Share(after)
			if share < last || share > 1 {
				t.Fatalf("%v: %v after %v, %v before", c, share, after, last)
			}
			last = share
		}
	}
}
