package dnsupdate

import (
	"encoding/hex"
	"fmt"
	"net/netip"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// maxTTL is the largest TTL in seconds (RFC 2181 §8).
const maxTTL = 1<<31 - 1

// appendTo adds the change's prerequisites and updates to an UPDATE message.
func (change Change) appendTo(m *dns.Msg, zone string) error {
	old, next := change.Old, change.New
	at := next
	if len(next.Values) == 0 {
		at = old
	}
	switch {
	case len(at.Values) == 0:
		return fmt.Errorf("%w: a change from nothing to nothing", ErrInput)
	case len(old.Values) > 0 && (old.Name != at.Name || old.Type != at.Type):
		return fmt.Errorf("%w: %s %q cannot replace %s %q", ErrInput, at.Type, at.Name, old.Type, old.Name)
	case !dns.IsFqdn(at.Name) || !dns.IsSubDomain(zone, at.Name):
		return fmt.Errorf("%w: %q is no absolute name in zone %q", ErrInput, at.Name, zone)
	case next.TTL > maxTTL:
		return fmt.Errorf("%w: TTL %d", ErrInput, next.TTL)
	}
	standing, err := records(old, 0) // prerequisites have no TTL (RFC 2136 §2.4.2)
	if err != nil {
		return err
	}
	added, err := records(next, next.TTL)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		m.Answer = append(m.Answer, anyValue(at, dns.ClassNONE)) // "RRset does not exist", §2.4.3
	} else {
		m.Answer = append(m.Answer, standing...)        // "RRset exists (value dependent)", §2.4.2
		m.Ns = append(m.Ns, anyValue(at, dns.ClassANY)) // "Delete an RRset", §2.5.2
	}
	m.Ns = append(m.Ns, added...) // "Add to an RRset", §2.5.1
	return nil
}

// anyValue is the record without RDATA that stands for a whole RRset.
func anyValue(set txtrecord.RRSet, class uint16) dns.RR {
	return &dns.ANY{Hdr: dns.RR_Header{Name: set.Name, Rrtype: dns.StringToType[set.Type], Class: class}}
}

// records returns the set's records in wire form (RFC 3597), so that no value is
// ever read as presentation form: to the library's TXT record a backslash is an
// escape.
func records(set txtrecord.RRSet, ttl uint32) ([]dns.RR, error) {
	var made []dns.RR
	for _, value := range set.Values {
		wire, err := rdata(set.Type, value)
		if err != nil {
			return nil, err
		}
		made = append(made, &dns.RFC3597{
			Hdr:   dns.RR_Header{Name: set.Name, Rrtype: dns.StringToType[set.Type], Class: dns.ClassINET, Ttl: ttl},
			Rdata: hex.EncodeToString(wire),
		})
	}
	return made, nil
}

// rdata returns a value's wire form (RFC 1035 §3.3.14, §3.4.1, RFC 3596 §2.2).
func rdata(rrtype, value string) ([]byte, error) {
	switch rrtype {
	case "TXT":
		if len(value) > 255 {
			return nil, fmt.Errorf("%w: a TXT value of %d octets, at most 255", ErrInput, len(value))
		}
		return append([]byte{byte(len(value))}, value...), nil
	case "A", "AAAA":
		address, err := netip.ParseAddr(value)
		if err != nil || address.Zone() != "" || address.Is4() != (rrtype == "A") {
			return nil, fmt.Errorf("%w: %q is no address for %s", ErrInput, value, rrtype)
		}
		return address.AsSlice(), nil
	}
	return nil, fmt.Errorf("%w: RRset of type %q", ErrInput, rrtype)
}
