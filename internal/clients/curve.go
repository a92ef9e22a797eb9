package clients

import (
	"math"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/propagation"
)

// A Curve is what a population saw of one change.
type Curve struct {
	// Clients and Resolvers are how many there were; where the system allowed few open
	// files, there were fewer resolvers.
	Clients, Resolvers int
	// Lookups is how many questions clients asked their resolvers, Failed how many of
	// these got no answer but a failure, Upstream how many questions resolvers asked the
	// authoritative server.
	Lookups, Failed, Upstream int
	// Change is what the closed form is about: Memory is the TTL that the authoritative
	// server gave to what stood before, or its negative TTL where nothing stood.
	Change propagation.Change
	// Seen is how long after the change each client that has switched saw it, rising.
	Seen []time.Duration
}

// Share is the share of clients, from 0 to 1, that had seen the change so long after it.
func (c *Curve) Share(after time.Duration) float64 {
	seen, _ := slices.BinarySearch(c.Seen, after+1)
	return float64(seen) / float64(c.Clients)
}

// When is how long after the change such a share of clients, from 0 to 1, had seen it,
// and whether it ever was.
func (c *Curve) When(share float64) (after time.Duration, reached bool) {
	clients := int(math.Ceil(share*float64(c.Clients) - 1e-9)) // 0.07 * 100 is above 7
	switch {
	case clients > len(c.Seen):
		return 0, false
	case clients <= 0:
		return 0, true
	}
	return c.Seen[clients-1], true
}

// A Mark is when a share of clients had seen the change.
type Mark struct {
	// Share is from 0 to 1.
	Share float64
	// Measured is when it was reached, if Reached; Computed is what the closed form says.
	Measured, Computed time.Duration
	Reached            bool
}

// Marks are the shares that a table of the curve has a row for: half of the clients, 90
// and 99 of a hundred, and all.
func (c *Curve) Marks() []Mark {
	var marks []Mark
	for _, share := range []float64{0.5, 0.9, 0.99, 1} {
		m := Mark{Share: share, Computed: c.Change.When(share)}
		m.Measured, m.Reached = c.When(share)
		marks = append(marks, m)
	}
	return marks
}
