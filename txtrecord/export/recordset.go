package export

import (
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
	// Target says what a format may need to know of the DNS host.
	Target Target `json:"-"`
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
