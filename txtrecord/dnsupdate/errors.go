package dnsupdate

import (
	"errors"
	"fmt"

	"github.com/miekg/dns"
)

// ErrInput is the class of errors for what is not fit to be sent. Nothing was.
var ErrInput = errors.New("no update can be made of this")

// What is wrong with a reply that leaves the outcome unknown.
var (
	// ErrUnsigned is a reply of success that is not signed: anybody can send it.
	ErrUnsigned = errors.New("the reply is not signed")
	// ErrReply is a reply that is malformed, belongs to another message, or bears a
	// signature that does not verify.
	ErrReply = errors.New("the reply is not valid")
)

// A NotSentError says that the server was not reached, or not with the whole
// message. Nothing has changed.
type NotSentError struct {
	Server string
	Err    error
}

func (e *NotSentError) Error() string {
	return fmt.Sprintf("update not sent to %s: %v", e.Server, e.Err)
}

func (e *NotSentError) Unwrap() error { return e.Err }

// An OutcomeUnknownError says that the update was sent and that there is no reply
// to be trusted. The server may have carried it out, or may yet.
type OutcomeUnknownError struct {
	Server string
	Err    error
}

func (e *OutcomeUnknownError) Error() string {
	return fmt.Sprintf("update sent to %s, outcome unknown: %v", e.Server, e.Err)
}

func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// A ConflictError says that something else stands there than the update expected
// (RFC 2136 §3.2). Nothing has changed.
type ConflictError struct {
	Server string
	// Rcode is YXRRSET (7): there is an RRset where none was expected; or NXRRSET
	// (8): it is gone, or has other records.
	Rcode int
	// Authenticated is whether the reply was signed with the key. It is false only
	// for a [Client] without a key: with one, an unsigned reply of this kind is a
	// [*RefusedError].
	Authenticated bool
}

func (e *ConflictError) Error() string {
	text := fmt.Sprintf("%s: something else stands there than expected (%s)", e.Server, rcode(e.Rcode))
	return text + claimed(e.Authenticated)
}

// A RefusedError says that the server did not carry out the update.
//
// What is wrong is not told alike. Where the secret, the key's name, its algorithm or
// the clock is, BIND 9.18 and Knot 3.2 answer NOTAUTH with the TSIG error, PowerDNS 4.7
// REFUSED without one; none of these is authenticated. Where the key may not make this
// update, BIND and PowerDNS answer REFUSED, authenticated, Knot as if it did not know
// the key.
type RefusedError struct {
	Server string
	// Rcode is the reply's response code (RFC 1035 §4.1.1, RFC 2136 §2.2).
	Rcode int
	// TSIGError is BADSIG (16), BADKEY (17) or BADTIME (18) where the server says
	// that it does not accept the signature (RFC 8945 §5.2), else 0.
	TSIGError int
	// Authenticated is whether the reply was signed with the key. If not, it is
	// what somebody claims: any host on the way can send it.
	Authenticated bool
}

func (e *RefusedError) Error() string {
	text := e.Server + " refuses the update: " + rcode(e.Rcode)
	if e.TSIGError != dns.RcodeSuccess {
		text += ", " + rcode(e.TSIGError)
	}
	return text + claimed(e.Authenticated)
}

// claimed says of a reply that anybody can have sent it.
func claimed(authenticated bool) string {
	if authenticated {
		return ""
	}
	return " (the reply is not authenticated)"
}

// rcode returns the code's name, or its number where it has none.
func rcode(code int) string {
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return fmt.Sprintf("RCODE%d", code)
}
