package cachingresolver

import (
	"time"

	"github.com/miekg/dns"
)

// A place is where an RRset is: at a canonical owner name, under a type.
type place struct {
	name   string
	rrtype uint16
}

// wholeName stands for every type: where it is held that a name does not exist (RFC 2308
// §5).
const wholeName = dns.TypeNone

// A holding is what is known of a place: an RRset, or that there is none. It never
// changes.
type holding struct {
	rcode   int
	records []dns.RR // none where there is no RRset
	soa     dns.RR   // beside a negative answer, nil where none came
	until   time.Time
}

type cache map[place]*holding

// lookup returns what is held of a place, or the alias there, or that the name does not
// exist; nil if nothing is.
func (c cache) lookup(at place, now time.Time) *holding {
	for _, rrtype := range []uint16{at.rrtype, dns.TypeCNAME, wholeName} {
		if h := c[place{at.name, rrtype}]; h != nil && now.Before(h.until) {
			return h
		}
	}
	return nil
}

func (h *holding) isNegative() bool { return len(h.records) == 0 }

// answer is the RRset with the TTL that is left.
func (h *holding) answer(now time.Time) []dns.RR {
	left := make([]dns.RR, len(h.records))
	for i, rr := range h.records {
		left[i] = withTTL(rr, h.until.Sub(now))
	}
	return left
}

// authority is the SOA record of a negative answer with the TTL that is left (RFC 2308
// §5).
func (h *holding) authority(now time.Time) []dns.RR {
	if h.soa == nil {
		return nil
	}
	return []dns.RR{withTTL(h.soa, h.until.Sub(now))}
}

// withTTL is a copy of a record. What is left of its time is cut to whole seconds, so
// that nobody holds it longer than that.
func withTTL(rr dns.RR, left time.Duration) dns.RR {
	rr = dns.Copy(rr)
	rr.Header().Ttl = uint32(max(left, 0) / time.Second)
	return rr
}

// alias is the name to go on at, if that is all there is for a type.
func (h *holding) alias(rrtype uint16) (target string, is bool) {
	if rrtype == dns.TypeCNAME || h.isNegative() {
		return "", false
	}
	cname, is := h.records[0].(*dns.CNAME)
	if !is {
		return "", false
	}
	return dns.CanonicalName(cname.Target), true
}

// maxTTL is the largest TTL there is, in seconds; a larger one counts as zero (RFC 2181
// §8).
const maxTTL = 1<<31 - 1

// timeToLive is how long an RRset may be held: as its record with the least TTL (RFC 2181
// §5.2).
func timeToLive(records []dns.RR) time.Duration {
	least := uint32(maxTTL)
	for _, rr := range records {
		ttl := rr.Header().Ttl
		if ttl > maxTTL {
			ttl = 0
		}
		least = min(least, ttl)
	}
	return time.Duration(least) * time.Second
}

// negativeTimeToLive is how long it may be held that there is nothing (RFC 2308 §5). An
// answer without a SOA record is not held.
func negativeTimeToLive(soa dns.RR) time.Duration {
	s, ok := soa.(*dns.SOA)
	if !ok {
		return 0
	}
	return min(timeToLive([]dns.RR{s}), time.Duration(s.Minttl)*time.Second)
}

// bounded applies the bounds of the configuration.
func (c *Config) bounded(ttl time.Duration, negative bool) time.Duration {
	if c.MaxTTL > 0 {
		ttl = min(ttl, c.MaxTTL)
	}
	if negative && c.MaxNegativeTTL > 0 {
		ttl = min(ttl, c.MaxNegativeTTL)
	}
	return max(ttl, c.MinTTL)
}
