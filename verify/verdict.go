package verify

import "github.com/drtxt/drtxt/txtrecord"

// A Verdict says what stands at a name, the clock left out.
type Verdict string

// The verdicts. Pending and Unreachable exist only where servers were asked.
const (
	Valid       Verdict = "valid"       // a signed set that holds under a trusted key
	Invalid     Verdict = "invalid"     // malformed, incomplete, or its signature does not hold
	Conflict    Verdict = "conflict"    // more than one set, or servers that differ
	None        Verdict = "none"        // no disaster recovery record at all
	Unchecked   Verdict = "unchecked"   // a signed set, and no key to check it with
	Unsigned    Verdict = "unsigned"    // a well-formed record without signature
	Pending     Verdict = "pending"     // the authoritative servers are right, caches are old
	Unreachable Verdict = "unreachable" // no server could be asked
)

// A State is what the records mean for one product at one instant.
type State string

// The states. StateNone means that the records are for the other product, or that
// there are none.
const (
	StateOn           State = "on"
	StateOff          State = "off"
	StateTest         State = "test"
	StateScheduled    State = "scheduled"
	StateExpired      State = "expired"
	StateNone         State = "none"
	StateUndetermined State = "undetermined"
)

// Products holds the state of each product.
type Products struct {
	InternetAccess State `json:"zia"`
	PrivateAccess  State `json:"zpa"`
}

// undetermined is the state wherever the verdict does not allow a better one.
var undetermined = Products{StateUndetermined, StateUndetermined}

// states returns what an activation means for each product when it is in the given
// state.
func states(t txtrecord.Type, s State) Products {
	switch t {
	case txtrecord.InternetAccess:
		return Products{s, StateNone}
	case txtrecord.PrivateAccess:
		return Products{StateNone, s}
	case txtrecord.AllProducts:
		return Products{s, s}
	}
	return undetermined
}

// of returns the states of the products that the type names.
func (p Products) of(t txtrecord.Type) []State {
	switch t {
	case txtrecord.InternetAccess:
		return []State{p.InternetAccess}
	case txtrecord.PrivateAccess:
		return []State{p.PrivateAccess}
	}
	return []State{p.InternetAccess, p.PrivateAccess}
}
