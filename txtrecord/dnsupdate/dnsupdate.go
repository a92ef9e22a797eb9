// Package dnsupdate publishes RRsets by DNS update (RFC 2136): one message over
// TCP, signed with a TSIG (RFC 8945), that says what stood before, what goes and
// what comes. The server carries it out wholly or not at all, and not if
// something else stands there than was said: two operators cannot overwrite each
// other.
//
// That the server reports success is not yet proof. At a name that owns a CNAME
// it passes over the records to add and reports success all the same (RFC 2136
// §3.4.2.2; BIND 9.18 and Knot 3.2 do, PowerDNS 4.7 refuses): look before, and read
// back after.
package dnsupdate

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// A Client sends updates of one zone to one server.
type Client struct {
	// Server is the primary server's address as host:port.
	Server string
	// Zone is the zone that all names lie in, with or without a final dot.
	Zone string
	// Key signs the updates. The server must know it.
	Key Key
	// WithoutKey sends updates that are not signed, to a server that takes them from
	// this address. Key must be zero then. Nothing that comes back is authenticated:
	// success and conflict are what somebody claims. Read back whatever the outcome.
	WithoutKey bool
	// Now is the clock for the signature; the server's may differ by 300 s. It is
	// required, except WithoutKey.
	Now func() time.Time
	// DialContext opens the connection; nil stands for a [net.Dialer].
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// Replace makes all changes at once, each of another RRset, and returns nil if the
// server's signed reply says that it did. Otherwise the error is
//
//   - of class [ErrInput]: the changes or the client's fields are not fit to be sent;
//   - a [*NotSentError]: the server was not reached, nothing has changed;
//   - a [*ConflictError]: something else stands there than Old, nothing has changed;
//   - a [*RefusedError]: the server refuses for another reason, or somebody says so
//     in its place;
//   - an [*OutcomeUnknownError]: the update was sent, and no reply that can be
//     trusted says what became of it. Read back before doing anything.
//
// WithoutKey nil too is a claim alone: any host on the way can send that reply.
//
// Replace waits for a reply as long as ctx lets it; give ctx a deadline.
func (c *Client) Replace(ctx context.Context, changes ...Change) error {
	message, err := c.message(changes)
	if err != nil {
		return err
	}
	request, err := c.pack(message)
	if err != nil {
		return err
	}
	raw, err := c.exchange(ctx, request.wire)
	if err != nil {
		return err
	}
	return c.judge(request, raw)
}

// message builds the UPDATE message (RFC 2136 §2): in its sections Answer and Ns
// stand the prerequisites and the updates.
func (c *Client) message(changes []Change) (*dns.Msg, error) {
	zone := dns.CanonicalName(c.Zone)
	if _, ok := dns.IsDomainName(c.Zone); !ok || len(changes) == 0 {
		return nil, fmt.Errorf("%w: zone %q, %d changes", ErrInput, c.Zone, len(changes))
	}
	m := new(dns.Msg).SetUpdate(zone)
	for i, change := range changes {
		if err := change.check(zone); err != nil {
			return nil, err
		}
		if at := change.set(); anyAt(changes[:i], at) {
			return nil, fmt.Errorf("%w: two changes of %s %q", ErrInput, at.Type, at.Name)
		}
		change.appendTo(m)
	}
	return m, nil
}

// anyAt reports whether one of the changes is of that name and type. The server
// would take their prerequisites for one set (RFC 2136 §3.2.3).
func anyAt(changes []Change, at txtrecord.WireRRSet) bool {
	for _, change := range changes {
		if set := change.set(); set.Type == at.Type && strings.EqualFold(set.Name, at.Name) {
			return true
		}
	}
	return false
}
