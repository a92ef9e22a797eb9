// Package publish puts record sets where they are served: it reads what stands at a
// name, plans what goes, comes and stays, and carries that out at once, only if exactly
// that still stands. What it replaced is kept in an undo file.
package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A Target is where the sets of a name are published.
type Target interface {
	// Read returns what stands at the name, a domain without final dot, of these types.
	Read(ctx context.Context, domain string, types []string) (Standing, error)
	// Replace carries out a plan, wholly or not at all. That something else stands than
	// the plan began with is a [*ConflictError].
	Replace(ctx context.Context, plan *Plan) error
}

// A Standing is what stands at a name.
type Standing struct {
	// Sets are in the order in which they were asked for; those that do not exist
	// have no records.
	Sets []txtrecord.StandingRRSet
	// Wildcard says that a wildcard answers at the name, and nothing stands there itself.
	Wildcard bool
	// NegativeTTL is how long it may be remembered that nothing stands (RFC 2308 §5).
	NegativeTTL time.Duration
}

// Set returns the set of a type, without records where there is none.
func (s *Standing) Set(rrtype string) txtrecord.StandingRRSet {
	for _, set := range s.Sets {
		if set.Type == rrtype {
			return set
		}
	}
	return txtrecord.StandingRRSet{WireRRSet: txtrecord.WireRRSet{Type: rrtype}}
}

// A ConflictError says that what stands is not what was to be replaced. Nothing was
// changed.
type ConflictError struct {
	// Stands is what stands in their place, nil where it could not be read.
	Stands *Standing
	Err    error
}

func (e *ConflictError) Error() string {
	if e.Err == errLaterChange { // it may have been the same person
		return e.Err.Error()
	}
	return fmt.Sprintf("somebody else changed what stands: %v", e.Err)
}

func (e *ConflictError) Unwrap() error { return e.Err }

// isOurs reports whether a record is one that a publication may replace: any address,
// and of the TXT records those of disaster recovery, damaged or not.
func isOurs(rrtype string, rdata []byte) bool {
	return rrtype != "TXT" || txtrecord.IsOurs(asTXT(rdata).Text())
}

// asTXT takes the data of a TXT record apart. Data that is malformed is one string.
func asTXT(rdata []byte) verify.TXT {
	all, err := txtrecord.CharacterStrings(rdata)
	if err != nil {
		return verify.TXT{string(rdata)}
	}
	return all
}

// ours are the records of a set that are ours, with their TTLs.
func ours(s txtrecord.StandingRRSet) (records [][]byte, ttls []uint32) {
	for i, rdata := range s.RDATA {
		if isOurs(s.Type, rdata) {
			records, ttls = append(records, rdata), append(ttls, s.TTLs[i])
		}
	}
	return records, ttls
}

func foreign(s txtrecord.StandingRRSet) [][]byte {
	return slices.DeleteFunc(slices.Clone(s.RDATA), func(rdata []byte) bool { return isOurs(s.Type, rdata) })
}

// Text is a record's data in presentation form (RFC 1035 §5.1), printable ASCII.
func Text(rrtype string, rdata []byte) string {
	if rrtype != "TXT" {
		return addressText(rdata)
	}
	var text []byte
	for i, s := range asTXT(rdata) {
		if i > 0 {
			text = append(text, ' ')
		}
		text = append(text, presentation.Quote(s)...)
	}
	return string(text)
}
