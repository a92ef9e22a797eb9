package dnsquery

import "fmt"

// A ReplyError says why a reply cannot count as an answer to the question.
type ReplyError struct {
	Reason string

	torn        bool // part of the reply is missing: ask over TCP (RFC 7766 §5)
	withoutEDNS bool // it is a reply to the query without EDNS
}

func (e *ReplyError) Error() string { return e.Reason }

// errStray marks a message that is not a reply to this question at all, and that is
// passed over: anybody can send one to an open UDP port.
var errStray = &ReplyError{Reason: "not a reply to the question"}

// errTruncated marks a reply that says itself that it is not whole.
var errTruncated = &ReplyError{Reason: "the reply is truncated", torn: true}

// A FallbackError says that the reply over UDP was not whole, or that the network
// refuses UDP, and that TCP brought none.
type FallbackError struct {
	Reason error // what was wrong over UDP
	Err    error // why TCP failed
}

func (e *FallbackError) Error() string {
	return fmt.Sprintf("%v over UDP, and TCP fails: %v", e.Reason, e.Err)
}

// Unwrap returns why TCP failed.
func (e *FallbackError) Unwrap() error { return e.Err }
