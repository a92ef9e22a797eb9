package delegation

import (
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

// below returns the deepest cut that is remembered between a zone and a name, nil if
// there is none.
func (c *cache) below(zone, name string) *Cut {
	if !below(name, zone) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for at, end := 0, false; !end; at, end = dns.NextLabel(name, at) {
		candidate := name[at:]
		if candidate == zone {
			return nil
		}
		if cut := c.cuts[candidate]; cut != nil && time.Now().Before(cut.expires) {
			return cut
		}
	}
	return nil
}
