package clients

import (
	"math/rand/v2"
	"time"
)

// A draw is what chance decides for one change, in a way that leaves as little to it as
// the closed form allows: everything is spread evenly, and only who meets whom is drawn.
// [Curve.Allowed] relies on each of these sentences:
//   - Of M equal parts of the resolvers' memory, each has one resolver whose answer runs
//     out in it, anywhere in it.
//   - Of N equal parts of the interval, each has one client that looks in it, anywhere
//     in it.
//   - Every order of clients before the resolvers is as likely as any other; resolvers
//     that follow each other have equally many, but for one.
type draw struct {
	left   []float64 // share of the memory that is left at the change, by resolver, rising
	phase  []float64 // share of the interval until the first look-up, by client, rising
	behind []int     // number of the resolver, by client
}

func newDraw(random *rand.Rand, clients, resolvers int) draw {
	d := draw{left: strata(random, resolvers), phase: strata(random, clients), behind: random.Perm(clients)}
	for i, place := range d.behind {
		d.behind[i] = place * resolvers / clients
	}
	return d
}

// strata are n numbers from 0 to 1, one anywhere in each of n equal parts, rising.
func strata(random *rand.Rand, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = (float64(i) + random.Float64()) / float64(n)
	}
	return all
}

// part is a share of a length of time.
func part(share float64, of time.Duration) time.Duration {
	return time.Duration(share * float64(of))
}
