package txtrecord

import (
	"fmt"
	"strconv"
	"time"
)

// A Type says which product an activation is for: tag k.
type Type string

// The activation types [published]. NoType stands for the absent tag of the oldest
// published sample; it is read and never written.
const (
	NoType         Type = ""
	InternetAccess Type = "zia"
	PrivateAccess  Type = "zpa"
	AllProducts    Type = "all"
)

// A Status is what the records ask for: tag b.
type Status string

// The statuses [published]. Test is a state of its own: it too restarts services
// of the designated connectors and edges and drops their sessions.
const (
	On   Status = "on"
	Off  Status = "off"
	Test Status = "test"
)

// Forwarding says what Internet Access does with traffic meanwhile: tag m.
type Forwarding string

// The forwarding actions [published]. With NoForwarding the portal's setting
// stands.
const (
	NoForwarding Forwarding = ""
	FailOpen     Forwarding = "fo"
	FailClose    Forwarding = "fc"
)

// Name is the action in words, "fail-open" or "fail-close", and the bare value for
// one that the vendor's pages do not explain.
func (f Forwarding) Name() string {
	switch f {
	case FailOpen:
		return "fail-open"
	case FailClose:
		return "fail-close"
	}
	return string(f)
}

// MaxInstant is the last second of the year 9999, UTC: the latest start or end.
const MaxInstant = 253402300799

// An Activation is the meaning of a record set.
type Activation struct {
	Type       Type
	Status     Status
	Domain     string // tag d; empty where it is not bound to a domain
	Forwarding Forwarding
	// Start and End are whole seconds and both inclusive; the zero time means
	// that there is none.
	Start, End time.Time
}

// An ActivationError says which field of an [Activation] cannot be written.
type ActivationError struct {
	Field  string
	Value  string
	Reason string
}

func (e *ActivationError) Error() string {
	return fmt.Sprintf("%s %q %s", e.Field, e.Value, e.Reason)
}

// Validate returns an [*ActivationError] or a [*DomainError] unless the activation
// can be written in canonical form.
func (a Activation) Validate() error {
	switch a.Type {
	case InternetAccess, PrivateAccess, AllProducts:
	default:
		return &ActivationError{"type", string(a.Type), "must be zia, zpa or all"}
	}
	switch a.Status {
	case On, Off, Test:
	default:
		return &ActivationError{"status", string(a.Status), "must be on, off or test"}
	}
	switch a.Forwarding {
	case NoForwarding, FailOpen, FailClose:
	default:
		return &ActivationError{"forwarding", string(a.Forwarding), "must be fo, fc or absent"}
	}
	if a.Domain != "" {
		if canonical, err := CanonicalDomain(a.Domain); err != nil {
			return err
		} else if canonical != a.Domain {
			return &ActivationError{"domain", a.Domain, "must be in lower case, without final dot"}
		}
	}
	return a.validateWindow()
}

func (a Activation) validateWindow() error {
	for _, bound := range []struct {
		field string
		at    time.Time
	}{{"start", a.Start}, {"end", a.End}} {
		if bound.at.IsZero() {
			continue
		}
		if s := bound.at.Unix(); s < 0 || s > MaxInstant || bound.at.Nanosecond() != 0 {
			return &ActivationError{bound.field, bound.at.UTC().Format(time.RFC3339Nano), "must be a whole second from 1970 to the year 9999"}
		}
	}
	if !a.Start.IsZero() && !a.End.IsZero() && a.Start.After(a.End) {
		return &ActivationError{"start", a.Start.UTC().Format(time.RFC3339), "lies after the end"}
	}
	return nil
}

// appendBody appends the tags v to x in canonical order, without a semicolon at
// the end.
func (a Activation) appendBody(b []byte) []byte {
	b = append(b, "v=1;k="...)
	b = append(b, a.Type...)
	b = append(b, ";b="...)
	b = append(b, a.Status...)
	for _, tag := range [...]struct{ name, value string }{{"d", a.Domain}, {"m", string(a.Forwarding)}} {
		if tag.value != "" {
			b = append(append(append(append(b, ';'), tag.name...), '='), tag.value...)
		}
	}
	if !a.Start.IsZero() {
		b = strconv.AppendInt(append(b, ";t="...), a.Start.Unix(), 10)
	}
	if !a.End.IsZero() {
		b = strconv.AppendInt(append(b, ";x="...), a.End.Unix(), 10)
	}
	return b
}

// Unsigned returns the one record of an unsigned activation. Whether a client
// heeds it when a public key is configured is open. Errors are those of
// [Activation.Validate] and a [*LengthError].
func Unsigned(a Activation) (string, error) {
	if err := a.Validate(); err != nil {
		return "", err
	}
	body := a.appendBody(nil)
	if over := len(body) - MaxString; over > 0 {
		return "", &LengthError{Over: over}
	}
	return string(body), nil
}
