// Package virtualnet is a network for tests on which name servers have any address
// there is, without sockets: connections to them are made in the process, and a round
// trip takes as long as the test says. Inside a [testing/synctest] bubble that time
// passes at once and exactly.
package virtualnet

import (
	"cmp"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/miekg/dns"
)

// A Host makes a reply of a query; nil is silence.
type Host func(query *dns.Msg) *dns.Msg

// A Net maps addresses to hosts. A connection to an address that has none fails as one
// without a route does.
type Net struct {
	// RoundTrip is how long a question and its answer are under way together, and how
	// long a TCP connection takes to be made.
	RoundTrip time.Duration

	mu    sync.Mutex
	hosts map[netip.Addr]Host
	asked map[netip.Addr]int
}

// Add puts a host at an address, instead of one that may be there; connections to it
// stay.
func (n *Net) Add(address string, host Host) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts == nil {
		n.hosts, n.asked = map[netip.Addr]Host{}, map[netip.Addr]int{}
	}
	n.hosts[netip.MustParseAddr(address)] = host
}

// Asked counts the queries that came to an address.
func (n *Net) Asked(address string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked[netip.MustParseAddr(address)]
}

// Dial connects to a host's port 53, and fits [dnsquery.Client.Dial].
func (n *Net) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(address)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return nil, err
	}
	if n.host(at.Addr()) == nil || at.Port() != 53 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	client, server := net.Pipe()
	c := &connection{Conn: server, net: n, at: at.Addr(), gone: make(chan struct{})}
	serve := c.serveDatagrams
	if strings.HasPrefix(network, "tcp") {
		serve = c.serveStream
		if err := sleep(ctx.Done(), n.RoundTrip); err != nil {
			return nil, ctx.Err()
		}
	}
	go func() {
		defer close(c.gone)
		defer server.Close()
		serve()
	}()
	return client, nil
}

func (n *Net) host(address netip.Addr) Host {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.hosts[address]
}

// sleep fails where something ends before the time is over.
func sleep(end <-chan struct{}, d time.Duration) error {
	select {
	case <-end:
		return net.ErrClosed
	case <-time.After(d):
		return nil
	}
}

// A connection is the host's side of one.
type connection struct {
	net.Conn
	net  *Net
	at   netip.Addr
	gone chan struct{} // closed when the client has closed its side
}

func (c *connection) serveDatagrams() {
	buffer := make([]byte, dns.MaxMsgSize)
	for {
		length, err := c.Read(buffer)
		if err != nil {
			return
		}
		c.reply(buffer[:length], c.Write)
	}
}

func (c *connection) serveStream() {
	for {
		var length [2]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		wire := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(c, wire); err != nil {
			return
		}
		c.reply(wire, func(reply []byte) (int, error) {
			return c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
		})
	}
}

// reply answers one query after the round trip, without holding up the next.
func (c *connection) reply(wire []byte, write func([]byte) (int, error)) {
	c.net.mu.Lock()
	c.net.asked[c.at]++
	c.net.mu.Unlock()
	query := new(dns.Msg)
	if query.Unpack(wire) != nil {
		return
	}
	go func() {
		if sleep(c.gone, c.net.RoundTrip) != nil {
			return
		}
		reply := c.net.host(c.at)(query)
		if reply == nil {
			return
		}
		if packed, err := reply.Pack(); err == nil {
			write(packed) // the client may have gone
		}
	}()
}
