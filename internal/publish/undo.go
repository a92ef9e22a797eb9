package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// UndoSchema names the JSON form of an [Undo]; docs/undo.schema.json describes it.
const UndoSchema = "drtxt/undo/v1"

// An Undo is what a publication replaced, and where.
type Undo struct {
	Schema string `json:"schema"`
	// At is when it was published, in seconds since the epoch.
	At int64 `json:"at"`
	// Domain is the name, without final dot.
	Domain string `json:"domain"`
	Location
	Changes []UndoChange `json:"changes"`
}

// A Location says where records were published: at a server, or in a zone file.
type Location struct {
	// Server is host:port, empty for a file.
	Server string `json:"server,omitempty"`
	// ZoneFile is an absolute path, empty for a server.
	ZoneFile string `json:"zone_file,omitempty"`
	// Zone is the zone's name without final dot.
	Zone string `json:"zone"`
}

// String says where that is: at a server, or in a file.
func (l Location) String() string {
	if l.ZoneFile != "" {
		return fmt.Sprintf("in the zone file %q (zone %s)", l.ZoneFile, l.Zone)
	}
	return fmt.Sprintf("at the server %s (zone %s)", l.Server, l.Zone)
}

// An UndoChange is one set of the records that are ours, before and after.
type UndoChange struct {
	Type   string  `json:"type"`
	Before UndoSet `json:"before"`
	After  UndoSet `json:"after"`
}

// An UndoSet holds records in presentation form (RFC 1035 §5.1): TXT records of any
// content can be put back.
type UndoSet struct {
	// TTL is in seconds, that of the records; where there are none, of others' at the
	// name, and 0 where there is nothing at all.
	TTL     uint32   `json:"ttl"`
	Records []string `json:"records"`
}

// NewUndo returns what undoes a plan that is carried out at an instant.
func NewUndo(plan *Plan, where Location, now time.Time) *Undo {
	undo := &Undo{Schema: UndoSchema, At: now.Unix(), Domain: plan.Domain, Location: where}
	for i := range plan.Changes {
		c := &plan.Changes[i]
		if c.Empty() {
			continue
		}
		before, after := c.Ours()
		ttl := c.Before.TTL
		if _, ttls := ours(c.Before); len(ttls) > 0 {
			ttl = ttls[0]
		}
		undo.Changes = append(undo.Changes, UndoChange{
			Type:   c.Type(),
			Before: newUndoSet(c.Type(), before, ttl),
			After:  newUndoSet(c.Type(), after, c.After.TTL),
		})
	}
	return undo
}

func newUndoSet(rrtype string, records [][]byte, ttl uint32) UndoSet {
	set := UndoSet{TTL: ttl, Records: []string{}}
	for _, rdata := range records {
		set.Records = append(set.Records, Text(rrtype, rdata))
	}
	return set
}

// ErrUndo is the class of errors for what is no undo file.
var ErrUndo = errors.New("this is no undo file of drtxt publish")

// maxUndoRecords bounds a set: no more are read of an answer, and so put into an undo file.
const maxUndoRecords = 1000

// maxUndoTTL is the largest TTL that there is, in seconds (RFC 2181 §8).
const maxUndoTTL = 1<<31 - 1

// ParseUndo reads an undo file. Errors are of class [ErrUndo].
func ParseUndo(data []byte) (*Undo, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var undo Undo
	if err := decoder.Decode(&undo); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUndo, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: something stands behind the object", ErrUndo)
	}
	if err := undo.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUndo, err)
	}
	return &undo, nil
}

func (u *Undo) check() error {
	domain, err := txtrecord.CanonicalDomain(u.Domain)
	zone, zoneErr := txtrecord.CanonicalDomain(u.Zone)
	switch {
	case u.Schema != UndoSchema:
		return fmt.Errorf("the schema is %q, must be %q", u.Schema, UndoSchema)
	case err != nil || zoneErr != nil || domain != u.Domain || zone != u.Zone:
		return fmt.Errorf("the domain %q or the zone %q is no domain name in lower case", u.Domain, u.Zone)
	case (u.Server == "") == (u.ZoneFile == ""):
		return errors.New("it must name a server or a zone file")
	case len(u.Changes) == 0:
		return errors.New("there are no changes")
	}
	for i, change := range u.Changes {
		if slices.ContainsFunc(u.Changes[:i], func(other UndoChange) bool { return other.Type == change.Type }) {
			return fmt.Errorf("there are two %q sets", change.Type)
		}
		for _, set := range []UndoSet{change.Before, change.After} {
			if _, err := set.wire(u.Domain, change.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s UndoSet) wire(domain, rrtype string) (txtrecord.WireRRSet, error) {
	wire := txtrecord.WireRRSet{Name: domain + ".", Type: rrtype, TTL: s.TTL}
	if !slices.Contains([]string{"TXT", "A", "AAAA"}, rrtype) {
		return wire, fmt.Errorf("the type %q is not TXT, A or AAAA", rrtype)
	}
	if len(s.Records) > maxUndoRecords {
		return wire, fmt.Errorf("the %s set has %d records, the limit is %d", rrtype, len(s.Records), maxUndoRecords)
	}
	if s.TTL > maxUndoTTL {
		return wire, fmt.Errorf("the TTL %d is out of range", s.TTL)
	}
	for _, text := range s.Records {
		rdata, err := parseText(rrtype, text)
		if err != nil {
			return wire, err
		}
		if !isOurs(rrtype, rdata) {
			return wire, fmt.Errorf("the TXT record %q is not a disaster recovery record", text)
		}
		if contains(wire.RDATA, rdata) {
			return wire, fmt.Errorf("the record %q stands there twice", text)
		}
		wire.RDATA = append(wire.RDATA, rdata)
	}
	return wire, nil
}

// Types are those of the sets that were replaced.
func (u *Undo) Types() []string {
	types := make([]string, len(u.Changes))
	for i, change := range u.Changes {
		types[i] = change.Type
	}
	return types
}

// errLaterChange is the cause of a conflict of an undo.
var errLaterChange = errors.New("other records stand now than that publication wrote, by a later change")

// Plan plans to put back what stood before. Where the records of ours that stand are
// neither those that the publication wrote nor those that it replaced, it returns a
// [*ConflictError] beside the plan.
func (u *Undo) Plan(standing Standing) (*Plan, error) {
	var wanted []txtrecord.WireRRSet
	differs := false
	for _, change := range u.Changes {
		before, _ := change.Before.wire(u.Domain, change.Type) // checked when it was parsed
		after, _ := change.After.wire(u.Domain, change.Type)
		wanted = append(wanted, before)
		now := txtrecord.WireRRSet{Name: before.Name, Type: change.Type}
		now.RDATA, _ = ours(standing.Set(change.Type))
		differs = differs || !now.Equal(after) && !now.Equal(before)
	}
	plan := NewPlan(u.Domain, standing, wanted)
	if differs {
		return plan, &ConflictError{Stands: &standing, Err: errLaterChange}
	}
	return plan, nil
}
