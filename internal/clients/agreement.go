package clients

import (
	"math"
	"time"

	"github.com/drtxt/drtxt/internal/propagation"
)

// chance is how often a population that is as the closed form has it may exceed what is
// allowed: at most one in a million.
const chance = 1e-6

// Agrees reports whether the curve is one that was measured and that the closed form
// explains: its distance is allowed, every client has switched, and none later than the
// worst case, which is not a matter of chance.
//
// A population of few clients cannot tell much: whatever changes the curve by less than
// [Curve.Allowed] goes unnoticed, unless a client is later than the worst case. See
// [Curve.Telling].
func (c *Curve) Agrees() bool {
	last, all := c.When(1)
	return c.isMeasured() && all && last <= c.Change.WorstCase() && c.Distance() <= c.Allowed()
}

// isMeasured reports whether every client has looked, every resolver has asked for what
// stands since the change, and no look-up failed: a client that learns nothing is late for
// a reason that the closed form does not know.
func (c *Curve) isMeasured() bool {
	return c.Lookups >= c.Clients && c.Upstream >= c.Resolvers && c.Failed == 0
}

// Telling reports whether so many clients behind so many resolvers can tell the computed
// curve from that of resolvers that hold nothing, and from that of resolvers that hold what
// they get twice as long: whether both closed forms are further from it than is allowed.
// Where they are not, that a curve agrees says little of how long resolvers held anything.
// Without a memory ([propagation.Change]) there is nothing to tell, and it is false.
func (c *Curve) Telling() bool {
	// Twice the memory is min(memory/interval, 1)/2 away at most, none at least as far.
	twice := c.Change
	twice.Memory *= 2
	return c.Allowed() < apart(c.Change, twice)
}

// apart is the largest difference between two closed forms, to a thousandth of the time in
// which they rise.
func apart(a, b propagation.Change) float64 {
	const moments = 1000
	end, largest := max(a.WorstCase(), b.WorstCase()), 0.0
	for i := range moments {
		at := part(float64(i)/moments, end)
		largest = max(largest, math.Abs(a.Share(at)-b.Share(at)))
	}
	return largest
}

// Distance is the largest difference, at any time, between the measured share and that
// of the closed form (Kolmogorov and Smirnov's distance), from 0 to 1.
func (c *Curve) Distance() float64 {
	clients := float64(c.Clients)
	distance := 1 - float64(len(c.Seen))/clients // in the end, when the closed form is 1
	for i, at := range c.Seen {
		computed := c.Change.Share(at)
		before, after := float64(i)/clients, float64(i+1)/clients
		distance = max(distance, math.Abs(computed-before), math.Abs(computed-after))
	}
	return distance
}

// Allowed is the distance, from 0 to 1, that a population which is as the closed form has
// it exceeds at most once in a million times.
//
// Derivation, for n clients with the interval I behind m resolvers with the memory M. At
// time t after the change client i has last looked at τ, which lies in (t-I, t]. It has
// seen the change if R ≤ τ, R being when the answer of its resolver ran out. So the
// measured share is the mean over all clients of [R ≤ τ], and the closed form's is the
// mean of u(τ) = min(max(τ/M, 0), 1) over an even τ. Their difference at one time is the
// sum of three:
//
//   - The clients look at one time in each of n equal parts of I. So the mean of u over
//     their n times is off by at most what u rises and falls in all, divided by n: it rises
//     by 1 at most over (t-I, t], and falls back once, between t and the next look: 2/n.
//   - Each resolver's answer runs out in one of m equal parts of M, and up to any of these
//     parts the share of clients is off by less than 1/n. So the probability that a client
//     drawn for τ has R ≤ τ is off from u(τ) by at most 1/m + 1/n, for the k clients at
//     most whose τ lies within M: k = n·w/I + 2, where w is the lesser of M and I.
//   - Who is behind which resolver is a random permutation. The numbers R of the clients
//     are then negatively associated (Joag-Dev and Proschan 1983), and the variables
//     [R ≤ τ], all of which fall with their R, are so too. Hence Bernstein's inequality
//     holds as if they were independent: their sum is off from its mean by more than x
//     with a probability of at most 2 exp(-x² / 2(v + x/3)), where v is the sum of their
//     variances u(1-u). That is greatest when (t-I, t] lies in the middle of M, or M in the
//     middle of it: v = n·w/I·(1/4 - (w/M)²/12), and, for what the first two points say of
//     u, 1 + k(1/m + 1/n) more. Nor can the sum be off by more than k.
//
// Both shares rise with t. So it is enough to look at n times, between which the closed
// form rises by 1/n, and to add 1/n for the time between: x is chosen so that the
// probability of each is a millionth divided by n.
func (c *Curve) Allowed() float64 {
	n, m := float64(c.Clients), float64(c.Resolvers)
	undecided, variance := c.undecided()
	runsOut := 1/m + 1/n
	variance += 1 + undecided*runsOut
	exponent := math.Log(2 * n / chance)
	drawn := exponent/3 + math.Sqrt(exponent*exponent/9+2*exponent*variance)
	return min(1, (min(drawn, undecided)+undecided*runsOut+3)/n)
}

// undecided is the greatest number of clients for which it depends on their resolver, at
// one time, whether they have seen the change, and the greatest variance of how many of
// them have.
func (c *Curve) undecided() (clients, variance float64) {
	if c.Change.Memory <= 0 {
		return 0, 0
	}
	window := min(c.Change.Memory, c.Change.Interval)
	even := float64(c.Clients) * quotient(window, c.Change.Interval)
	ofMemory := quotient(window, c.Change.Memory)
	return even + 2, even * (0.25 - ofMemory*ofMemory/12)
}

func quotient(a, b time.Duration) float64 { return float64(a) / float64(b) }
