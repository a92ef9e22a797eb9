package cachingresolver

import (
	"time"

	"github.com/miekg/dns"
)

// A search is one question to the authoritative server, which everybody waits for who
// asks the same meanwhile.
type search struct {
	done  chan struct{}
	found *holding
	err   error
}

// find returns what is held of a place, and asks for it if nothing is.
func (r *Resolver) find(at place) (*holding, error) {
	r.mu.Lock()
	if held := r.cache.lookup(at, r.config.Now()); held != nil {
		r.mu.Unlock()
		return held, nil
	}
	s, underWay := r.under[at]
	if !underWay {
		s = &search{done: make(chan struct{})}
		r.under[at] = s
	}
	r.mu.Unlock()
	if !underWay {
		r.search(s, at)
	}
	<-s.done
	return s.found, s.err
}

func (r *Resolver) search(s *search, at place) {
	defer close(s.done)
	reply, err := r.ask(at)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.under, at)
	if err != nil {
		s.err = err
		return
	}
	s.found = r.take(reply, at)
}

// take keeps what a reply says of a place, and of the names that it is an alias of as far
// as the reply goes on to them. It returns what it says of the place.
func (r *Resolver) take(reply *dns.Msg, at place) *holding {
	now := r.config.Now()
	first := r.readAt(reply, at, now)
	h, seen := first, 0
	for {
		r.keep(h, at, now)
		target, isAlias := h.alias(at.rrtype)
		if at.name = target; !isAlias || seen == longestChain || !goesOn(reply, target) {
			return first
		}
		h = r.readAt(reply, at, now)
		seen++
	}
}

// goesOn reports whether a reply says anything of the end of an alias: its records, or
// that there are none (RFC 2308 §2.1, §2.2).
func goesOn(reply *dns.Msg, name string) bool {
	for _, rr := range reply.Answer {
		if dns.CanonicalName(rr.Header().Name) == name {
			return true
		}
	}
	return reply.Rcode == dns.RcodeNameError || soaOf(reply) != nil
}

// readAt is what a reply says of a place.
func (r *Resolver) readAt(reply *dns.Msg, at place, now time.Time) *holding {
	for _, rrtype := range []uint16{at.rrtype, dns.TypeCNAME} {
		if records := recordsAt(reply, place{at.name, rrtype}); len(records) > 0 {
			until := now.Add(r.config.bounded(timeToLive(records), false))
			return &holding{records: records, until: until}
		}
	}
	soa := soaOf(reply)
	until := now.Add(r.config.bounded(negativeTimeToLive(soa), true))
	return &holding{rcode: reply.Rcode, soa: soa, until: until}
}

func recordsAt(reply *dns.Msg, at place) []dns.RR {
	var records []dns.RR
	for _, rr := range reply.Answer {
		h := rr.Header()
		if h.Class == dns.ClassINET && h.Rrtype == at.rrtype && dns.CanonicalName(h.Name) == at.name {
			records = append(records, rr)
		}
	}
	return records
}

func soaOf(reply *dns.Msg) dns.RR {
	for _, rr := range reply.Ns {
		if rr.Header().Rrtype == dns.TypeSOA && rr.Header().Class == dns.ClassINET {
			return rr
		}
	}
	return nil
}

// keep holds what has a time to live.
func (r *Resolver) keep(h *holding, at place, now time.Time) {
	switch {
	case !now.Before(h.until):
		return
	case !h.isNegative():
		at.rrtype = h.records[0].Header().Rrtype
	case h.rcode == dns.RcodeNameError:
		at.rrtype = wholeName
	}
	r.cache[at] = h
}
