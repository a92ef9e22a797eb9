// Package virtualclock is a clock that stands still until it is moved, for rehearsals that
// go through days in seconds.
package virtualclock

import (
	"sync"
	"time"
)

// A Clock shows the time that it was set to. Its methods may be called at the same time.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// New returns a clock that shows an instant.
func New(at time.Time) *Clock { return &Clock{now: at} }

// Now is the instant that it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves it to an instant. It never goes back: an earlier one leaves it as it is.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.now) {
		c.now = at
	}
}
