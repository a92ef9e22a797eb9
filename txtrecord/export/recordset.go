// Package export writes a record set for somebody's DNS: one format a file, and
// one table, [Formats], that lists them.
package export

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// Schema names the JSON form; docs/recordset.schema.json describes it.
const Schema = "drtxt/recordset/v1"

// A RecordSet is what is published at a name, and how it was made.
type RecordSet struct {
	Schema string            `json:"schema"`
	RRSets []txtrecord.RRSet `json:"rrsets"`
	// Activation is what the TXT values mean, nil where there are none.
	Activation *Activation `json:"activation,omitempty"`
	Signed     bool        `json:"signed"`
	// Key is the fingerprint of the signing key, Scheme the scheme's name; both
	// are empty where nothing is signed.
	Key    string `json:"key,omitempty"`
	Scheme string `json:"scheme,omitempty"`
	// Zone is the zone that the name lies in, without its final dot.
	Zone string `json:"-"`
	// ZoneAssumed says that Zone is a guess: the name's parent.
	ZoneAssumed bool `json:"-"`
}

// An Activation is the JSON form of [txtrecord.Activation]. Instants are seconds
// since the epoch, absent where unset.
type Activation struct {
	Type       string `json:"type,omitempty"`
	Status     string `json:"status"`
	Domain     string `json:"domain,omitempty"`
	Forwarding string `json:"forwarding,omitempty"`
	Start      *int64 `json:"start,omitempty"`
	End        *int64 `json:"end,omitempty"`
}

// NewActivation converts an activation to its JSON form.
func NewActivation(a txtrecord.Activation) *Activation {
	return &Activation{
		Type:       string(a.Type),
		Status:     string(a.Status),
		Domain:     a.Domain,
		Forwarding: a.Forwarding.Name(),
		Start:      seconds(a.Start),
		End:        seconds(a.End),
	}
}

func seconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	s := t.Unix()
	return &s
}

// A Format is one way to write a record set.
type Format struct {
	Name string
	// Summary says what it is for, and whether applying it replaces what stands.
	Summary string
	// Write writes the set; values of the format hold nothing that would need
	// escaping, which is checked before.
	Write func(io.Writer, *RecordSet) error
}

// Formats lists the formats, the default first.
var Formats = []Format{
	{"text", "the bare values, one a line", writeText},
	{"json", "this program's own record set, which verify reads", writeJSON},
	{"zone", "lines of a zone file; replace the ones that stand there", writeZone},
}

// A ValueError says that a value holds a byte that no format could carry unescaped.
type ValueError struct{ Value string }

func (e *ValueError) Error() string {
	return fmt.Sprintf("the value %q holds a character that record sets never hold", e.Value)
}

// WriteSet writes the set in the format. It returns a [*ValueError] before the first
// byte if a value is not one that this program makes.
func (f Format) WriteSet(w io.Writer, set *RecordSet) error {
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			if !plain(value) {
				return &ValueError{value}
			}
		}
	}
	return f.Write(w, set)
}

// plain reports whether a value consists of letters, digits and =;+/.-_: alone, so
// that no format needs to escape anything. The colon is for IPv6 addresses.
func plain(value string) bool {
	for i := range len(value) {
		switch c := value[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '=', c == ';', c == '+', c == '/', c == '.', c == '-', c == '_', c == ':':
		default:
			return false
		}
	}
	return true
}

func writeText(w io.Writer, set *RecordSet) error {
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			if _, err := fmt.Fprintln(w, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeJSON(w io.Writer, set *RecordSet) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(set)
}
