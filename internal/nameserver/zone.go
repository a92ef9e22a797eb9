package nameserver

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// A Zone is what a [Server] has authority over from its start. It gets its SOA
// and NS records by itself, the name server being "ns" in the zone, with the
// server's address. Where the zone's name is so long that nothing fits below it,
// the name server is localhost (RFC 6761 §6.3), and the mailbox the zone itself.
type Zone struct {
	// Name is the owner name of the zone's apex.
	Name string
	// Serial is the SOA record's serial before the first update.
	Serial uint32
	// TTL is that of the SOA, NS and name server's address records, in seconds.
	TTL uint32
	// NegativeTTL is the SOA record's MINIMUM, in seconds: how long the absence
	// of an RRset may be remembered, unless TTL is shorter (RFC 2308 §5).
	NegativeTTL uint32
	// Records are served besides, in RRsets of type TXT, A or AAAA.
	Records []txtrecord.RRSet
}

// A place is where an RRset is: at a canonical owner name, under a type.
type place struct {
	name   string
	rrtype uint16
}

func placeOf(rr dns.RR) place {
	return place{dns.CanonicalName(rr.Header().Name), rr.Header().Rrtype}
}

// contents are the RRsets of a zone, none of them empty. A slice and the records
// in it never change: an update puts another slice in the place, so that who
// read the old one may keep it.
type contents map[place][]dns.RR

type zone struct {
	origin string // canonical
	rrsets contents
}

func newZone(config Zone, address netip.Addr) (*zone, error) {
	origin := dns.CanonicalName(config.Name)
	if _, ok := dns.IsDomainName(config.Name); !ok {
		return nil, fmt.Errorf("%w: not a domain name", ErrConfig)
	}
	header := func(rrtype uint16) dns.RR_Header {
		return dns.RR_Header{Name: origin, Rrtype: rrtype, Class: dns.ClassINET, Ttl: config.TTL}
	}
	server, fits := below(origin, "ns")
	if !fits {
		server = "localhost."
	}
	mailbox, fits := below(origin, "hostmaster")
	if !fits {
		mailbox = origin
	}
	z := &zone{origin: origin, rrsets: contents{
		{origin, dns.TypeNS}: {&dns.NS{Hdr: header(dns.TypeNS), Ns: server}},
		{origin, dns.TypeSOA}: {&dns.SOA{
			Hdr: header(dns.TypeSOA), Ns: server, Mbox: mailbox,
			Serial: config.Serial, Refresh: 3600, Retry: 600, Expire: 604800, Minttl: config.NegativeTTL,
		}},
	}}
	sets := config.Records
	if dns.IsSubDomain(origin, server) {
		sets = append([]txtrecord.RRSet{addressSet(server, config.TTL, address)}, sets...)
	}
	for _, set := range sets {
		made, err := records(set)
		if err != nil {
			return nil, err
		}
		for _, rr := range made {
			if !dns.IsSubDomain(origin, set.Name) {
				return nil, fmt.Errorf("%w: %q lies outside", ErrConfig, set.Name)
			}
			z.rrsets.put(rr)
		}
	}
	return z, nil
}

// maxName is how many octets a name has at most on the wire (RFC 1035 §2.3.4).
const maxName = 255

// below returns the name with one more label, and whether that is short enough.
func below(origin, label string) (name string, fits bool) {
	name = dns.CanonicalName(label + "." + origin)
	_, err := dns.PackDomainName(name, make([]byte, maxName), 0, nil, false)
	return name, err == nil
}

// zoneOf returns the zone that a name belongs to, the closest one above it, or
// nil.
func (s *Server) zoneOf(name string) *zone {
	var closest *zone
	for _, z := range s.zones {
		if dns.IsSubDomain(z.origin, name) && (closest == nil || len(z.origin) > len(closest.origin)) {
			closest = z
		}
	}
	return closest
}

// lookup returns the RRset at a place, or the CNAME that stands for all types
// there (RFC 1034 §3.6.2), or nil.
func (c contents) lookup(at place) []dns.RR {
	if set := c[at]; set != nil {
		return set
	}
	return c[place{at.name, dns.TypeCNAME}]
}

// inUse reports whether a name owns any record (RFC 2136 §2.4.4).
func (c contents) inUse(name string) bool {
	for at := range c {
		if at.name == name {
			return true
		}
	}
	return false
}

// exists reports whether a name is in the zone: it is in use, or one below it is
// (RFC 8020 §2, the empty non-terminal).
func (c contents) exists(name string) bool {
	for at := range c {
		if dns.IsSubDomain(name, at.name) {
			return true
		}
	}
	return false
}

// put adds a record to its set, if it is not there yet, and gives the whole set
// its TTL, as BIND does (RFC 2181 §5.2).
func (c contents) put(rr dns.RR) {
	at, ttl := placeOf(rr), rr.Header().Ttl
	set := make([]dns.RR, 0, len(c[at])+1)
	for _, old := range with(c[at], rr) {
		old = dns.Copy(old)
		old.Header().Ttl = ttl
		set = append(set, old)
	}
	c[at] = set
}

// with returns the set together with the record, which is in it once.
func with(set []dns.RR, rr dns.RR) []dns.RR {
	if contains(set, rr) {
		return set
	}
	return append(slices.Clone(set), rr)
}

func contains(set []dns.RR, rr dns.RR) bool {
	return slices.ContainsFunc(set, func(other dns.RR) bool { return dns.IsDuplicate(other, rr) })
}

// sameRecords compares sets in any order, TTLs aside.
func sameRecords(a, b []dns.RR) bool {
	return len(a) == len(b) &&
		!slices.ContainsFunc(a, func(rr dns.RR) bool { return !contains(b, rr) })
}

func (c contents) soa(origin string) *dns.SOA {
	return c[place{origin, dns.TypeSOA}][0].(*dns.SOA)
}

// negative returns the SOA record that goes with the absence of an RRset, its
// TTL bounded by its MINIMUM (RFC 2308 §3).
func (z *zone) negative() dns.RR {
	soa := *z.rrsets.soa(z.origin)
	soa.Hdr.Ttl = min(soa.Hdr.Ttl, soa.Minttl)
	return &soa
}
