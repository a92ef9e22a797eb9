package dnsupdate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// judge says what a reply means: nil for success, else the errors of
// [Client.Replace].
func (c *Client) judge(request *request, raw []byte) error {
	reply := new(dns.Msg)
	if err := reply.Unpack(raw); err != nil {
		return &OutcomeUnknownError{c.Server, fmt.Errorf("%w: %w", ErrReply, err)}
	}
	if !answers(request.message, reply) {
		return &OutcomeUnknownError{c.Server, fmt.Errorf("%w: it belongs to another message", ErrReply)}
	}
	authenticated, err := c.verify(request, reply, raw)
	if err != nil {
		return &OutcomeUnknownError{c.Server, err}
	}
	believed := authenticated || c.WithoutKey
	tsigError := dns.RcodeSuccess
	if tsig := reply.IsTsig(); tsig != nil {
		tsigError = int(tsig.Error)
	}
	switch {
	case believed && (reply.Rcode == dns.RcodeYXRrset || reply.Rcode == dns.RcodeNXRrset):
		return &ConflictError{c.Server, reply.Rcode, authenticated}
	case reply.Rcode != dns.RcodeSuccess || tsigError != dns.RcodeSuccess:
		return &RefusedError{c.Server, reply.Rcode, tsigError, authenticated}
	case !believed:
		return &OutcomeUnknownError{c.Server, ErrUnsigned}
	}
	return nil
}

// answers reports whether the reply belongs to the request. The server repeats
// the zone section or leaves it out (RFC 2136 §3.8).
func answers(request, reply *dns.Msg) bool {
	if !reply.Response || reply.Id != request.Id || reply.Opcode != dns.OpcodeUpdate {
		return false
	}
	if len(reply.Question) == 0 {
		return true
	}
	got, want := reply.Question[0], request.Question[0]
	return len(reply.Question) == 1 && got.Qtype == want.Qtype && got.Qclass == want.Qclass &&
		strings.EqualFold(got.Name, want.Name)
}

// verify reports whether the reply is signed with the key. That it is not signed
// at all, or comes with the code NOTAUTH, is no error: a server that did not
// accept our signature has none of its own to give (RFC 8945 §5.2), and the
// library verifies no reply with that code.
func (c *Client) verify(request *request, reply *dns.Msg, raw []byte) (authenticated bool, err error) {
	tsig := reply.IsTsig()
	if c.WithoutKey && tsig != nil {
		return false, fmt.Errorf("%w: it is signed, and the update was not", ErrReply)
	}
	if tsig == nil || reply.Rcode == dns.RcodeNotAuth {
		return false, nil
	}
	if !c.Key.is(tsig) {
		return false, fmt.Errorf("%w: %w", ErrReply, dns.ErrKey)
	}
	// The library holds the time against the wall clock, after the MAC: that
	// outcome is set aside for our own.
	if err := dns.TsigVerify(raw, c.Key.secret(), request.mac, false); err != nil && !errors.Is(err, dns.ErrTime) {
		return false, fmt.Errorf("%w: %w", ErrReply, err)
	}
	now := uint64(c.Now().Unix())
	if max(now, tsig.TimeSigned)-min(now, tsig.TimeSigned) > uint64(tsig.Fudge) {
		return false, fmt.Errorf("%w: %w", ErrReply, dns.ErrTime)
	}
	return true, nil
}
