// Package propagation estimates how many clients have seen a change in the DNS, and when.
//
// A client sees it T = R + U after the last authoritative server serves it. R is how long
// the resolver that it asks still holds the answer that stood before: uniform from nothing
// to that answer's TTL (where nothing stood, to the negative TTL of the zone, RFC 2308 §5).
// U is the time from then to the client's next look-up: uniform from nothing to the
// interval between two look-ups. R and U are independent.
//
// It is an estimate, and assumes that
//   - every resolver held the old answer at the moment of the change, because others ask it
//     all the time: where one had nothing, its clients are faster;
//   - clients are spread evenly over their interval, and over very many resolvers: those of
//     one resolver switch together once its answer has run out;
//   - resolvers heed the TTL, clients are awake, reach a resolver, and keep no answers
//     longer than it does.
//
// Nothing is said about what a client takes from its look-up to being switched.
package propagation

import (
	"math"
	"time"
)

// A Change is one change of the records, as its clients see it.
type Change struct {
	// Memory is how long a resolver may hold the answer that stood before: its TTL, or
	// the negative TTL where nothing stood. Not negative.
	Memory time.Duration
	// Interval is the time between two look-ups of one client. Not negative; for Client
	// Connector see [github.com/drtxt/drtxt/verify.PollInterval].
	Interval time.Duration
}

// WorstCase is when the last client has seen the change.
func (c Change) WorstCase() time.Duration { return c.Memory + c.Interval }

// Share is the share of clients, from 0 to 1, that have seen the change so long after the
// last authoritative server serves it: the distribution function of the sum of two
// uniform variables.
func (c Change) Share(after time.Duration) float64 {
	short, long := c.sorted()
	t := after.Seconds()
	switch {
	case t >= short+long:
		return 1
	case t <= 0:
		return 0
	case t < short:
		return t * t / (2 * short * long)
	case t <= long:
		return (t - short/2) / long
	}
	left := short + long - t
	return 1 - left*left/(2*short*long)
}

// When is the inverse of [Change.Share]: how long it takes until such a share of the
// clients, from 0 to 1, has seen the change.
func (c Change) When(share float64) time.Duration {
	short, long := c.sorted()
	if long == 0 || share <= 0 {
		return 0
	}
	var t float64
	switch bend := short / (2 * long); { // the share at t = short
	case share >= 1:
		return c.WorstCase()
	case share < bend:
		t = math.Sqrt(2 * short * long * share)
	case share <= 1-bend:
		t = share*long + short/2
	default:
		t = short + long - math.Sqrt(2*short*long*(1-share))
	}
	return time.Duration(t * float64(time.Second))
}

// sorted are the two lengths of time in seconds, the shorter first: for their sum it makes
// no difference which is which.
func (c Change) sorted() (short, long float64) {
	a, b := c.Memory.Seconds(), c.Interval.Seconds()
	return min(a, b), max(a, b)
}
