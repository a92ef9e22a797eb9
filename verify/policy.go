package verify

import (
	"crypto/rsa"
	"fmt"
	"slices"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Policy is what a judgement depends on besides the records: the keys that are
// trusted, the scheme, the instant, and what is accepted and expected.
type Policy struct {
	// Keys are the trusted public keys; the signature must hold under one.
	Keys []Key
	// Scheme is the reading of the format's open points that is used.
	Scheme txtrecord.Scheme
	// SchemeConfirmed is the day on which Scheme was confirmed, YYYY-MM-DD, empty where it
	// was not. The verdict does not depend on it.
	SchemeConfirmed string
	// SchemeOpen are the tags for which that does not count: whether they are signed is
	// not known.
	SchemeOpen []string
	// At is the instant that start and end are held against.
	At time.Time
	// Location is where times are shown besides UTC; nil means UTC alone.
	Location *time.Location
	// Domain is the name that the set stands at, empty where it is not known.
	Domain string
	// Expected is the state asked for, NoExpectation if none.
	Expected Expectation
	// Type names the products that Expected is about; NoType means those that the
	// set names.
	Type txtrecord.Type
	// WarnBefore is how long before its end a set in force is warned about.
	WarnBefore time.Duration
	// AllowUnsigned accepts a well-formed unsigned record. It never excuses a
	// signature that is bad or incomplete.
	AllowUnsigned bool
	// SkipSignature sets Keys aside and accepts a signed set unchecked.
	SkipSignature bool
	// AddressesOnly says that what is asked about are the addresses at the name: a signed
	// set that there is no key for is told of and no error, but meets no expectation.
	AddressesOnly bool
	// Acknowledged lists warnings that are lowered to information.
	Acknowledged []Code
}

// A Key is a trusted public key and what findings call it.
type Key struct {
	*rsa.PublicKey
	// Name is the key's fingerprint.
	Name string
}

// An Expectation is the state that the caller asks for.
type Expectation string

// The expectations.
const (
	NoExpectation Expectation = ""
	ExpectOn      Expectation = "on"
	ExpectOff     Expectation = "off"
	ExpectTest    Expectation = "test"
	ExpectNone    Expectation = "none"
)

// PollInterval is how often Client Connector looks the record up [published].
const PollInterval = 200 * time.Second

// clockTolerance is how near to a start or end a judgement depends on the clocks
// of clients being right.
const clockTolerance = 300 * time.Second

// A PolicyError says why no judgement can be made under a policy.
type PolicyError struct{ Reason string }

func (e *PolicyError) Error() string { return e.Reason }

// Validate returns a [*PolicyError], or the [*txtrecord.KeyError] of a key that is
// not of the format's kind.
func (p *Policy) Validate() error {
	for _, key := range p.Keys {
		if err := txtrecord.CheckKey(key.PublicKey); err != nil {
			return fmt.Errorf("key %s: %w", key.Name, err)
		}
	}
	if p.At.IsZero() {
		return &PolicyError{"no instant to judge at"}
	}
	if !slices.Contains([]Expectation{NoExpectation, ExpectOn, ExpectOff, ExpectTest, ExpectNone}, p.Expected) {
		return &PolicyError{fmt.Sprintf("unknown expectation %q", p.Expected)}
	}
	if !slices.Contains([]txtrecord.Type{txtrecord.NoType, txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts}, p.Type) {
		return &PolicyError{fmt.Sprintf("unknown type %q", p.Type)}
	}
	for _, code := range p.Acknowledged {
		if _, ok := Lookup(code); !ok {
			return &PolicyError{fmt.Sprintf("unknown finding %q", code)}
		}
	}
	return nil
}
