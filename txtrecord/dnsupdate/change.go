package dnsupdate

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// A Change replaces one RRset.
type Change struct {
	// Old is exactly what must stand now, its TTL aside; without RDATA: no such
	// RRset. BIND 9.18 and Knot 3.2 compare octets (RFC 2136 §1.1.1); to PowerDNS 4.7
	// TXT records that differ in the case of letters alone are the same.
	Old txtrecord.WireRRSet
	// New is exactly what stands afterwards, so records of others that are to stay
	// are in it too; without RDATA: no such RRset. All of it gets New.TTL.
	New txtrecord.WireRRSet
}

// maxTTL is the largest TTL in seconds (RFC 2181 §8).
const maxTTL = 1<<31 - 1

// set returns the one of the two that says which RRset it is about: Old and New may
// be without name and type where they are without RDATA.
func (change Change) set() txtrecord.WireRRSet {
	if len(change.New.RDATA) == 0 {
		return change.Old
	}
	return change.New
}

// check returns an error of class [ErrInput] for what is not fit to be sent.
func (change Change) check(zone string) error {
	at, old, next := change.set(), change.Old, change.New
	switch {
	case len(at.RDATA) == 0:
		return fmt.Errorf("%w: a change from nothing to nothing", ErrInput)
	case !standsAt(old, at) || !standsAt(next, at):
		return fmt.Errorf("%w: %s %q cannot replace %s %q", ErrInput, next.Type, next.Name, old.Type, old.Name)
	case !dns.IsFqdn(at.Name) || !dns.IsSubDomain(zone, at.Name):
		return fmt.Errorf("%w: %q is no absolute name in zone %q", ErrInput, at.Name, zone)
	case len(next.RDATA) > 0 && next.TTL > maxTTL:
		return fmt.Errorf("%w: TTL %d", ErrInput, next.TTL)
	}
	if err := checkRDATA(at.Type, old.RDATA); err != nil {
		return err
	}
	return checkRDATA(at.Type, next.RDATA)
}

// standsAt reports whether the set is of that name and type. One that says neither
// and holds nothing is of any.
func standsAt(set, at txtrecord.WireRRSet) bool {
	if len(set.RDATA) == 0 && set.Name == "" && set.Type == "" {
		return true
	}
	return strings.EqualFold(set.Name, at.Name) && set.Type == at.Type
}

// checkRDATA refuses malformed RDATA, which a server would answer with FORMERR at
// best, and RDATA that is there twice: an RRset holds no duplicates (RFC 2181 §5).
func checkRDATA(rrtype string, all [][]byte) error {
	seen := make(map[string]bool, len(all))
	for _, rdata := range all {
		if err := checkForm(rrtype, rdata); err != nil {
			return fmt.Errorf("%w: %w", ErrInput, err)
		}
		if seen[string(rdata)] {
			return fmt.Errorf("%w: a %s record that is there twice", ErrInput, rrtype)
		}
		seen[string(rdata)] = true
	}
	return nil
}

func checkForm(rrtype string, rdata []byte) error {
	switch rrtype {
	case "TXT":
		_, err := txtrecord.CharacterStrings(rdata)
		return err
	case "A", "AAAA":
		address, ok := netip.AddrFromSlice(rdata)
		if !ok || address.Is4() != (rrtype == "A") {
			return fmt.Errorf("%w: %d octets are no address for %s", txtrecord.ErrWire, len(rdata), rrtype)
		}
		return nil
	}
	return fmt.Errorf("%w: RRset of type %q", txtrecord.ErrWire, rrtype)
}

// appendTo adds the change's prerequisites and updates to an UPDATE message.
func (change Change) appendTo(m *dns.Msg) {
	at := change.set()
	if len(change.Old.RDATA) == 0 {
		m.Answer = append(m.Answer, anyValue(at, dns.ClassNONE)) // "RRset does not exist", §2.4.3
	} else {
		m.Answer = append(m.Answer, records(change.Old, 0)...) // "RRset exists (value dependent)", §2.4.2; no TTL
		m.Ns = append(m.Ns, anyValue(at, dns.ClassANY))        // "Delete an RRset", §2.5.2
	}
	m.Ns = append(m.Ns, records(change.New, change.New.TTL)...) // "Add to an RRset", §2.5.1
}

// anyValue is the record without RDATA that stands for a whole RRset.
func anyValue(set txtrecord.WireRRSet, class uint16) dns.RR {
	return &dns.ANY{Hdr: dns.RR_Header{Name: set.Name, Rrtype: dns.StringToType[set.Type], Class: class}}
}

// records returns the set's records as the library takes RDATA of any kind (RFC
// 3597), so that no octet is ever read as presentation form: to its TXT record a
// backslash is an escape.
func records(set txtrecord.WireRRSet, ttl uint32) []dns.RR {
	var made []dns.RR
	for _, rdata := range set.RDATA {
		made = append(made, &dns.RFC3597{
			Hdr:   dns.RR_Header{Name: set.Name, Rrtype: dns.StringToType[set.Type], Class: dns.ClassINET, Ttl: ttl},
			Rdata: hex.EncodeToString(rdata),
		})
	}
	return made
}
