package dnsupdate

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/miekg/dns"
)

// fudge is how far, in seconds, the clocks of the two sides may be apart (RFC
// 8945 §10).
const fudge = 300

// A request is a message as it is sent, with what its reply is held against.
type request struct {
	message *dns.Msg
	wire    []byte
	mac     string // in hexadecimal; empty without a key
}

// pack returns the message in wire form, with its signature if there is to be one.
func (c *Client) pack(message *dns.Msg) (*request, error) {
	packed := c.sign
	if c.WithoutKey {
		packed = c.leaveUnsigned
	}
	request, err := packed(message)
	if err == nil && len(request.wire) > dns.MaxMsgSize {
		err = fmt.Errorf("%w: a message of %d octets, at most %d", ErrInput, len(request.wire), dns.MaxMsgSize)
	}
	return request, err
}

func (c *Client) sign(message *dns.Msg) (*request, error) {
	if err := c.Key.check(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		return nil, fmt.Errorf("%w: no clock", ErrInput)
	}
	message.SetTsig(dns.CanonicalName(c.Key.Name), dns.CanonicalName(c.Key.Algorithm), fudge, c.Now().Unix())
	wire, mac, err := dns.TsigGenerate(message, c.Key.secret(), "", false)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return &request{message, wire, mac}, nil
}

func (c *Client) leaveUnsigned(message *dns.Msg) (*request, error) {
	if !c.Key.isZero() {
		return nil, fmt.Errorf("%w: a TSIG key, and the wish to do without", ErrInput)
	}
	wire, err := message.Pack()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return &request{message: message, wire: wire}, nil
}

// aLongTimeAgo is a deadline that ends every reading and writing at once.
var aLongTimeAgo = time.Unix(1, 0)

// exchange sends a message and returns the reply as it came off the wire. The
// error is a [*NotSentError] or an [*OutcomeUnknownError].
func (c *Client) exchange(ctx context.Context, wire []byte) ([]byte, error) {
	dial := c.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", c.Server)
	if err != nil {
		return nil, &NotSentError{c.Server, cause(ctx, err)}
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(aLongTimeAgo) })
	defer stop()
	framed := &dns.Conn{Conn: conn}
	// Length and message go out in one write: if it fails, part is missing and the
	// server has nothing to act on.
	if _, err := framed.Write(wire); err != nil {
		return nil, &NotSentError{c.Server, cause(ctx, err)}
	}
	reply, err := framed.ReadMsgHeader(nil)
	if err != nil {
		return nil, &OutcomeUnknownError{c.Server, cause(ctx, err)}
	}
	return reply, nil
}

// cause returns the end of ctx where that is why err came about.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
