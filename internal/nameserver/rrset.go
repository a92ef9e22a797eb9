package nameserver

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// RRSet returns the RRset of type "TXT", "A" or "AAAA" that is served now, and
// whether there is one. A TXT record of several character-strings appears as
// one value, the strings joined.
func (s *Server) RRSet(name, rrtype string) (txtrecord.RRSet, bool) {
	z := s.zoneOf(name)
	if z == nil || !isServed(rrtype) {
		return txtrecord.RRSet{}, false
	}
	at := place{dns.CanonicalName(name), dns.StringToType[rrtype]}
	s.mu.RLock()
	served := z.rrsets[at]
	s.mu.RUnlock()
	if served == nil {
		return txtrecord.RRSet{}, false
	}
	set := txtrecord.RRSet{Name: at.name, Type: rrtype, TTL: served[0].Header().Ttl}
	for _, rr := range served {
		set.Values = append(set.Values, value(rr))
	}
	return set, true
}

func isServed(rrtype string) bool { return rrtype == "TXT" || rrtype == "A" || rrtype == "AAAA" }

func addressSet(name string, ttl uint32, address netip.Addr) txtrecord.RRSet {
	rrtype := "A"
	if address.Is6() {
		rrtype = "AAAA"
	}
	return txtrecord.RRSet{Name: name, Type: rrtype, TTL: ttl, Values: []string{address.String()}}
}

// records returns the set's records. They are made from wire form, so that no
// value is ever read as presentation form: to the library's TXT record a
// backslash is an escape.
func records(set txtrecord.RRSet) ([]dns.RR, error) {
	if !isServed(set.Type) {
		return nil, fmt.Errorf("%w: RRset of type %q", ErrConfig, set.Type)
	}
	var made []dns.RR
	for _, value := range set.Values {
		wire, err := rdata(set.Type, value)
		if err != nil {
			return nil, err
		}
		rr, _, err := dns.UnpackRRWithHeader(dns.RR_Header{
			Name: dns.CanonicalName(set.Name), Rrtype: dns.StringToType[set.Type],
			Class: dns.ClassINET, Ttl: set.TTL, Rdlength: uint16(len(wire)),
		}, wire, 0)
		if err != nil {
			return nil, fmt.Errorf("%w: %q: %w", ErrConfig, value, err)
		}
		made = append(made, rr)
	}
	return made, nil
}

// rdata returns a value's wire form (RFC 1035 §3.3.14, §3.4.1, RFC 3596 §2.2).
func rdata(rrtype, value string) ([]byte, error) {
	if rrtype == "TXT" {
		if len(value) > 255 {
			return nil, fmt.Errorf("%w: %d octets are no character-string", ErrConfig, len(value))
		}
		return append([]byte{byte(len(value))}, value...), nil
	}
	address, err := netip.ParseAddr(value)
	if err != nil || address.Zone() != "" || address.Is4() != (rrtype == "A") {
		return nil, fmt.Errorf("%w: %q is no address for %s", ErrConfig, value, rrtype)
	}
	return address.AsSlice(), nil
}

// value is the way back from a TXT, A or AAAA record.
func value(rr dns.RR) string {
	var raw dns.RFC3597
	if raw.ToRFC3597(rr) != nil {
		return "" // never: what the zone holds came off the wire
	}
	rdata, _ := hex.DecodeString(raw.Rdata)
	if address, ok := netip.AddrFromSlice(rdata); ok && rr.Header().Rrtype != dns.TypeTXT {
		return address.String()
	}
	var text strings.Builder
	for len(rdata) > 0 {
		end := 1 + int(rdata[0])
		text.Write(rdata[1:end])
		rdata = rdata[end:]
	}
	return text.String()
}
