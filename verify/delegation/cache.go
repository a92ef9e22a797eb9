package delegation

import (
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// The bounds of what is remembered. A change of the delegation is what somebody may
// be waiting for, whatever TTL it has.
const (
	maxRemembered = 4096
	maxLifetime   = 5 * time.Minute
)

// A cache remembers cuts, so that many names do not ask the root and the top-level
// domains again and again.
type cache struct {
	mu   sync.Mutex
	cuts map[string]*Cut
}

func (c *Cut) setExpiry(ttl uint32) {
	lifetime := min(time.Duration(ttl)*time.Second, maxLifetime)
	if expires := time.Now().Add(lifetime); c.expires.IsZero() || expires.Before(c.expires) {
		c.expires = expires
	}
}

func (c *cache) add(cut *Cut) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cuts == nil || len(c.cuts) >= maxRemembered {
		c.cuts = map[string]*Cut{}
	}
	c.cuts[cut.Zone] = cut
}

// between returns the cuts that are remembered between a zone and a name, the deepest
// first.
func (c *cache) between(zone, name string) []*Cut {
	if !below(name, zone) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var cuts []*Cut
	for at, end := 0, false; !end && name[at:] != zone; at, end = dns.NextLabel(name, at) {
		if cut := c.cuts[name[at:]]; cut != nil && time.Now().Before(cut.expires) {
			cuts = append(cuts, cut)
		}
	}
	return cuts
}

// deepest returns the deepest of them, nil if there is none.
func (c *cache) deepest(zone, name string) *Cut {
	if cuts := c.between(zone, name); len(cuts) > 0 {
		return cuts[0]
	}
	return nil
}

// next returns the first of them below a top-level domain, so that no zone is passed over
// whose servers may contradict; or else the deepest, nil if there is none.
func (c *cache) next(zone, name string) *Cut {
	for _, cut := range slices.Backward(c.between(zone, name)) {
		if dns.CountLabel(cut.Zone) > 1 {
			return cut
		}
	}
	return c.deepest(zone, name)
}
