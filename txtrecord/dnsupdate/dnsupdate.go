// Package dnsupdate publishes RRsets by DNS update (RFC 2136): one message over
// TCP, signed with a TSIG (RFC 8945), that says what stood before, what goes and
// what comes. The server carries it out wholly or not at all, and not if
// something else stands there than was said: two operators cannot overwrite each
// other.
//
// That the server reports success is not yet proof. At a name that owns a CNAME
// it passes over the records to add and reports success all the same (RFC 2136
// §3.4.2.2): look before, and read back after.
package dnsupdate

import (
	"context"
	"fmt"
	"net"
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
	// Now is the clock for the signature; the server's may differ by 300 s. It is
	// required.
	Now func() time.Time
	// DialContext opens the connection; nil stands for a [net.Dialer].
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// A Change replaces one RRset. Both sets are of the same owner name and type.
type Change struct {
	// Old is exactly what must stand now, its TTL aside; without values: no such
	// RRset.
	Old txtrecord.RRSet
	// New is what stands afterwards; without values: no such RRset.
	New txtrecord.RRSet
}

// Replace makes all changes at once, and returns nil if the server's signed reply
// says that it did. Otherwise the error is
//
//   - of class [ErrInput]: the changes or the client's fields are not fit to be sent;
//   - a [*NotSentError]: the server was not reached, nothing has changed;
//   - a [*ConflictError]: something else stands there than Old, nothing has changed;
//   - a [*RefusedError]: the server refuses for another reason, or somebody says so
//     in its place;
//   - an [*OutcomeUnknownError]: the update was sent, and no reply that can be
//     trusted says what became of it. Read back before doing anything.
//
// Replace waits for a reply as long as ctx lets it; give ctx a deadline.
func (c *Client) Replace(ctx context.Context, changes ...Change) error {
	message, err := c.message(changes)
	if err != nil {
		return err
	}
	request, err := c.sign(message)
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
	for _, change := range changes {
		if err := change.appendTo(m, zone); err != nil {
			return nil, err
		}
	}
	return m, nil
}
