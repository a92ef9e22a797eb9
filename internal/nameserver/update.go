package nameserver

import (
	"maps"
	"slices"

	"github.com/miekg/dns"
)

// update carries out an UPDATE message, wholly or not at all, and returns the
// response code (RFC 2136 §3). In the message the sections Answer, Ns hold the
// prerequisites and the updates.
func (s *Server) update(request *dns.Msg, signed bool) int {
	// RFC 2136 §3.1: the zone section is one SOA question.
	if len(request.Question) != 1 || request.Question[0].Qtype != dns.TypeSOA {
		return dns.RcodeFormatError
	}
	name := request.Question[0].Name
	z := s.zoneOf(name)
	if z == nil || z.origin != dns.CanonicalName(name) || request.Question[0].Qclass != dns.ClassINET {
		return dns.RcodeNotAuth
	}
	if !signed {
		return dns.RcodeRefused // RFC 2136 §3.3, and before prerequisites tell what is there
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rcode := s.checkPrerequisites(z, request.Answer); rcode != dns.RcodeSuccess {
		return rcode
	}
	if rcode := s.prescan(z, request.Ns); rcode != dns.RcodeSuccess {
		return rcode
	}
	next := maps.Clone(z.rrsets)
	for _, rr := range request.Ns {
		next.apply(z.origin, rr)
	}
	z.commit(next)
	return dns.RcodeSuccess
}

// checkPrerequisites is RFC 2136 §3.2.
func (s *Server) checkPrerequisites(z *zone, section []dns.RR) int {
	required := contents{}
	for _, rr := range section {
		at, header := placeOf(rr), rr.Header()
		withValue := header.Class == dns.ClassINET // only this kind carries RDATA
		switch {
		case header.Ttl != 0 || withValue != (header.Rdlength != 0):
			return dns.RcodeFormatError
		case s.zoneOf(header.Name) != z:
			return dns.RcodeNotZone
		case withValue:
			required[at] = with(required[at], rr)
		default:
			if rcode := z.rrsets.checkPresence(at, header.Class); rcode != dns.RcodeSuccess {
				return rcode
			}
		}
	}
	for at, set := range required {
		if !sameRecords(z.rrsets[at], set) {
			return dns.RcodeNXRrset
		}
	}
	return dns.RcodeSuccess
}

// checkPresence is a prerequisite about a name or an RRset, whatever its values:
// class ANY wants it there, class NONE wants it absent (RFC 2136 §3.2.1, §3.2.3).
func (c contents) checkPresence(at place, class uint16) int {
	present, ifAbsent, ifPresent := c[at] != nil, dns.RcodeNXRrset, dns.RcodeYXRrset
	if at.rrtype == dns.TypeANY {
		present, ifAbsent, ifPresent = c.inUse(at.name), dns.RcodeNameError, dns.RcodeYXDomain
	}
	switch {
	case class != dns.ClassANY && class != dns.ClassNONE:
		return dns.RcodeFormatError
	case class == dns.ClassANY && !present:
		return ifAbsent
	case class == dns.ClassNONE && present:
		return ifPresent
	}
	return dns.RcodeSuccess
}

// prescan refuses the whole update section for one record that makes no sense
// (RFC 2136 §3.4.1).
func (s *Server) prescan(z *zone, section []dns.RR) int {
	for _, rr := range section {
		if s.zoneOf(rr.Header().Name) != z {
			return dns.RcodeNotZone
		}
		if !isWellFormed(rr.Header()) {
			return dns.RcodeFormatError
		}
	}
	return dns.RcodeSuccess
}

// isWellFormed is RFC 2136 §3.4.1.2.
func isWellFormed(h *dns.RR_Header) bool {
	switch h.Class {
	case dns.ClassINET:
		return !isMeta(h.Rrtype) && h.Rdlength != 0
	case dns.ClassANY:
		return h.Ttl == 0 && h.Rdlength == 0 && (h.Rrtype == dns.TypeANY || !isMeta(h.Rrtype))
	case dns.ClassNONE:
		return h.Ttl == 0 && !isMeta(h.Rrtype)
	}
	return false
}

// apply carries out one record of the update section. The apex keeps one SOA
// and at least one NS record, whatever it is told (RFC 2136 §3.4.2).
func (c contents) apply(origin string, rr dns.RR) {
	at := placeOf(rr)
	switch class := rr.Header().Class; {
	case class == dns.ClassINET:
		c.add(at, inZone(rr))
	case class == dns.ClassNONE:
		c.deleteRecord(origin, at, inZone(rr))
	case at.rrtype == dns.TypeANY:
		maps.DeleteFunc(c, func(other place, _ []dns.RR) bool {
			return other.name == at.name && !isApex(origin, other)
		})
	case !isApex(origin, at):
		delete(c, at)
	}
}

// inZone returns a copy of a record of the update section as the zone holds it.
func inZone(rr dns.RR) dns.RR {
	rr = dns.Copy(rr)
	rr.Header().Name = dns.CanonicalName(rr.Header().Name)
	rr.Header().Class = dns.ClassINET
	return rr
}

// isApex reports whether the RRset is one of those that make the zone.
func isApex(origin string, at place) bool {
	return at == place{origin, dns.TypeSOA} || at == place{origin, dns.TypeNS}
}

// add is RFC 2136 §3.4.2.2. What cannot be added is passed over in silence: a
// CNAME beside other records, others beside a CNAME, an SOA that is not newer.
func (c contents) add(at place, rr dns.RR) {
	cname := place{at.name, dns.TypeCNAME}
	switch at.rrtype {
	case dns.TypeSOA:
		if c[at] == nil || !isNewer(rr.(*dns.SOA).Serial, c[at][0].(*dns.SOA).Serial) {
			return
		}
		delete(c, at)
	case dns.TypeCNAME:
		if c[cname] == nil && c.inUse(at.name) {
			return
		}
		delete(c, at)
	default:
		if c[cname] != nil {
			return
		}
	}
	c.put(rr)
}

// isNewer compares serials in the arithmetic of RFC 1982 §3.2.
func isNewer(a, b uint32) bool { return int32(a-b) > 0 }

// deleteRecord is RFC 2136 §3.4.2.4.
func (c contents) deleteRecord(origin string, at place, rr dns.RR) {
	rest := slices.DeleteFunc(slices.Clone(c[at]), func(other dns.RR) bool { return dns.IsDuplicate(other, rr) })
	switch {
	case at.rrtype == dns.TypeSOA, isApex(origin, at) && len(rest) == 0:
	case len(rest) == 0:
		delete(c, at)
	default:
		c[at] = rest
	}
}

// commit makes next the zone's contents. If that changes anything the serial
// goes up, unless the update itself did that (RFC 2136 §3.6).
func (z *zone) commit(next contents) {
	if maps.EqualFunc(z.rrsets, next, sameSet) {
		return
	}
	if soa := *next.soa(z.origin); soa.Serial == z.rrsets.soa(z.origin).Serial {
		soa.Serial++
		next[place{z.origin, dns.TypeSOA}] = []dns.RR{&soa}
	}
	z.rrsets = next
}

// sameSet compares two RRsets of one place, TTL and records.
func sameSet(a, b []dns.RR) bool {
	return a[0].Header().Ttl == b[0].Header().Ttl && sameRecords(a, b)
}
