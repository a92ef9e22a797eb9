package verify

import (
	"context"
	"math/rand/v2"
	"time"
)

// A Watch verifies again and again until all is as it should be.
type Watch struct {
	// Checker verifies.
	Checker *Checker
	// Request is what is verified; the resolvers are asked last.
	Request Request
	// Now is the clock that each round is judged at; nil means that Request.Policy.At
	// stands.
	Now func() time.Time
	// Interval is the least time from one round to the next, and so from one question
	// to a server to the next of its kind; up to two fifths of it are added at random,
	// so that many watchers do not ask in step.
	Interval time.Duration
	// Timeout bounds one round.
	Timeout time.Duration
	// Amend, where set, may add findings to each report before it is decided upon.
	Amend func(*Report)
	// Each, where set, is called with every round that was completed.
	Each func(Round)
}

// A Round is one verification of a watch.
type Round struct {
	// Number counts from 1.
	Number int
	Report Report
	// Right is when the authoritative servers were first seen to be right, the zero
	// time before.
	Right time.Time
	// Remembered is how long caches may hold what stood before that.
	Remembered time.Duration
	// BeforeUnknown says that the authoritative servers were right from the first answer
	// on: nothing is known of what stood before, and Remembered is of what stands.
	BeforeUnknown bool
}

// Seen is when every client has seen the change at the latest: what stood before has
// expired in every cache, and every client has looked the record up again. An estimate,
// the zero time while the authoritative servers are not right.
func (r *Round) Seen() time.Time {
	if r.Right.IsZero() {
		return time.Time{}
	}
	return r.Right.Add(r.Remembered + PollInterval)
}

// jitter is the share of the interval that is added at random at most.
const jitter = 0.4

// Run verifies until a report's exit status is [StatusDone], and returns the last round
// that was completed. Where the context ends first, the error is the context's, and the
// round has the number 0 if none was completed.
func (w *Watch) Run(ctx context.Context) (Round, error) {
	var last Round
	for {
		round, err := w.round(ctx, last)
		if err != nil {
			return last, err
		}
		last = round
		if w.Each != nil {
			w.Each(last)
		}
		if last.Report.ExitStatus() == StatusDone {
			return last, nil
		}
		// From the end of the round on: what it asked last must not be asked too soon.
		pause := w.Interval + time.Duration(rand.Float64()*jitter*float64(w.Interval))
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// round verifies once. A round that the context ended in the middle says nothing.
func (w *Watch) round(ctx context.Context, last Round) (Round, error) {
	request := w.Request
	request.ResolversLast = true
	if w.Now != nil {
		request.Policy.At = w.Now()
	}
	limited, cancel := context.WithTimeout(ctx, w.Timeout)
	defer cancel()
	round := last
	round.Number++
	round.Report = w.Checker.Check(limited, request)
	if w.Amend != nil {
		w.Amend(&round.Report)
	}
	// A round that the end of the wait cut short says less than the one before it.
	if err := ctx.Err(); err == context.Canceled || err != nil && last.Number > 0 {
		return last, err
	}
	round.note()
	return round, nil
}

// note keeps what the round's report says of right and wrong.
func (r *Round) note() {
	switch {
	case r.Report.rightAt.IsZero():
		r.Right = time.Time{}
		r.Remembered, r.BeforeUnknown = max(r.Remembered, r.Report.remembered()), false
	case r.Right.IsZero():
		r.Right = r.Report.rightAt
		if r.Remembered == 0 {
			r.Remembered, r.BeforeUnknown = r.Report.remembered(), true
		}
	}
}

// remembered is how long a cache may hold what the authoritative servers say now.
func (r *Report) remembered() time.Duration {
	var longest time.Duration
	for i := range r.Servers {
		if s := &r.Servers[i]; s.Role == Authoritative && s.Told() {
			left, _ := s.remaining()
			longest = max(longest, left)
		}
	}
	return longest
}
