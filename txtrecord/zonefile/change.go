package zonefile

import (
	"fmt"
	"slices"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Change is what becomes of the set of one type at the name. Records that are not
// named stay as they are, behind those that are added.
type Change struct {
	// Type is "TXT", "A" or "AAAA".
	Type string
	// Remove are the RDATA of records that stand in the file. Each goes, wherever and
	// however often it stands.
	Remove [][]byte
	// Add are the RDATA of records that come, in this order. One that stands already
	// has to be among Remove too.
	Add [][]byte
	// TTL is that of the added records, in seconds, at most 2³¹-1 (RFC 2181 §8).
	TTL uint32
}

const maxTTL = 1<<31 - 1

// addressSizes are the sizes of an A and an AAAA record's RDATA.
var addressSizes = map[string]int{"A": 4, "AAAA": 16}

// check sees whether the change makes sense by itself.
func (c *Change) check() error {
	switch {
	case c.Type != "TXT" && addressSizes[c.Type] == 0:
		return fmt.Errorf("%w: records of type %q", ErrInput, c.Type)
	case len(c.Remove)+len(c.Add) == 0:
		return fmt.Errorf("%w: no %s record to remove or to add", ErrInput, c.Type)
	case c.TTL > maxTTL:
		return fmt.Errorf("%w: TTL %d", ErrInput, c.TTL)
	}
	added := map[string]bool{}
	for _, rdata := range c.Add {
		if err := c.checkRDATA(rdata); err != nil {
			return err
		}
		if added[string(rdata)] {
			return fmt.Errorf("%w: a %s record is added twice", ErrInput, c.Type)
		}
		added[string(rdata)] = true
	}
	return nil
}

func (c *Change) checkRDATA(rdata []byte) error {
	if c.Type != "TXT" {
		if len(rdata) != addressSizes[c.Type] {
			return fmt.Errorf("%w: %d bytes as the data of a record of type %s", ErrInput, len(rdata), c.Type)
		}
		return nil
	}
	if len(rdata) > 1<<16-1 {
		return fmt.Errorf("%w: a TXT record of %d bytes", ErrInput, len(rdata))
	}
	if _, err := txtrecord.CharacterStrings(rdata); err != nil {
		return fmt.Errorf("%w: %w", ErrInput, err)
	}
	return nil
}

// code is the number of the type.
func (c *Change) code() uint16 { return dns.StringToType[c.Type] }

// remover returns a function that reports whether a standing record goes.
func (c *Change) remover() func(standingRecord) bool {
	code, gone := c.code(), setOf(c.Remove)
	return func(r standingRecord) bool { return r.rrtype == code && gone[r.rdata] }
}

// setOf makes RDATA easy to find.
func setOf(all [][]byte) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, rdata := range all {
		set[string(rdata)] = true
	}
	return set
}

// checkChanges sees whether the changes make sense, together and in this file.
func (f *File) checkChanges(changes []Change) error {
	if len(changes) == 0 {
		return fmt.Errorf("%w: none is given", ErrInput)
	}
	for i := range changes {
		change := &changes[i]
		if err := change.check(); err != nil {
			return err
		}
		if slices.ContainsFunc(changes[:i], func(c Change) bool { return c.Type == change.Type }) {
			return fmt.Errorf("%w: two of type %s", ErrInput, change.Type)
		}
		if err := f.checkStanding(change); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) checkStanding(c *Change) error {
	stands, removed := map[string]bool{}, setOf(c.Remove)
	for _, r := range f.reading.standing {
		if r.rrtype == c.code() {
			stands[r.rdata] = true
		}
	}
	for _, rdata := range c.Remove {
		if !stands[string(rdata)] {
			return &StandingError{Name: f.name.text, Type: c.Type, RDATA: rdata}
		}
	}
	for _, rdata := range c.Add {
		if stands[string(rdata)] && !removed[string(rdata)] {
			return &StandingError{Name: f.name.text, Type: c.Type, RDATA: rdata, Stands: true}
		}
	}
	return nil
}
