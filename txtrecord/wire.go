package txtrecord

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// A WireRRSet is an RRset as it stands in the DNS, whatever its records hold: what is
// read from a server or a zone file, compared, and put back. An [RRSet] has text in its
// place, and can say only what this program makes.
type WireRRSet struct {
	// Name is the absolute owner name, lower case, with its final dot.
	Name string
	// Type is "TXT", "A" or "AAAA".
	Type string
	// TTL is in seconds.
	TTL uint32
	// RDATA holds each record's data as it is on the wire: for TXT its
	// character-strings, each behind its length (RFC 1035 §3.3.14); for A and AAAA the
	// address (RFC 1035 §3.4.1, RFC 3596 §2.2).
	RDATA [][]byte
}

// A StandingRRSet is an RRset as it was found.
type StandingRRSet struct {
	WireRRSet
	// TTLs are those of the records, in seconds and in their order. They should be one
	// (RFC 2181 §5.2), and sometimes are not.
	TTLs []uint32
}

// ErrWire is the class of errors for what has no wire form, or for bytes that are none.
var ErrWire = errors.New("no wire form")

// Wire returns the set in wire form. Errors are of class [ErrWire].
func (s RRSet) Wire() (WireRRSet, error) {
	wire := WireRRSet{Name: s.Name, Type: s.Type, TTL: s.TTL}
	for _, value := range s.Values {
		rdata, err := wireForm(s.Type, value)
		if err != nil {
			return WireRRSet{}, err
		}
		wire.RDATA = append(wire.RDATA, rdata)
	}
	return wire, nil
}

func wireForm(rrtype, value string) ([]byte, error) {
	switch rrtype {
	case "TXT":
		return TXTData(value)
	case "A", "AAAA":
		address, err := netip.ParseAddr(value)
		if err != nil || address.Zone() != "" || address.Is4() != (rrtype == "A") {
			return nil, fmt.Errorf("%w: %q is no address for %s", ErrWire, value, rrtype)
		}
		return address.AsSlice(), nil
	}
	return nil, fmt.Errorf("%w: RRset of type %q", ErrWire, rrtype)
}

// TXTData returns the data of a TXT record that has these character-strings, each of
// at most 255 bytes. Errors are of class [ErrWire].
func TXTData(strings ...string) ([]byte, error) {
	var rdata []byte
	for _, s := range strings {
		if len(s) > maxString {
			return nil, fmt.Errorf("%w: a character-string of %d bytes, at most %d", ErrWire, len(s), maxString)
		}
		rdata = append(append(rdata, byte(len(s))), s...)
	}
	if len(rdata) == 0 {
		return nil, fmt.Errorf("%w: a TXT record without character-strings", ErrWire)
	}
	return rdata, nil
}

// maxString is the length of the longest character-string, in bytes (RFC 1035 §3.3).
const maxString = 255

// CharacterStrings takes the data of a TXT record apart. Errors are of class [ErrWire].
func CharacterStrings(rdata []byte) ([]string, error) {
	if len(rdata) == 0 {
		return nil, fmt.Errorf("%w: a TXT record without character-strings", ErrWire)
	}
	var all []string
	for len(rdata) > 0 {
		end := 1 + int(rdata[0])
		if end > len(rdata) {
			return nil, fmt.Errorf("%w: a character-string goes beyond its record", ErrWire)
		}
		all = append(all, string(rdata[1:end]))
		rdata = rdata[end:]
	}
	return all, nil
}

// Equal reports whether two sets are of the same name and type and hold the same
// records, in whatever order. TTLs are not compared.
func (s WireRRSet) Equal(other WireRRSet) bool {
	return s.Name == other.Name && s.Type == other.Type && len(s.RDATA) == len(other.RDATA) &&
		slices.EqualFunc(sorted(s.RDATA), sorted(other.RDATA), slices.Equal)
}

func sorted(rdata [][]byte) [][]byte {
	rdata = slices.Clone(rdata)
	slices.SortFunc(rdata, slices.Compare)
	return rdata
}
