// Package virtualnet is a network for tests on which name servers have any address
// there is, without sockets: connections to them are made in the process, and a round
// trip takes as long as the test says. Inside a [testing/synctest] bubble that time
// passes at once and exactly.
package virtualnet

import (
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

// Add puts a host at an address.
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
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	host := n.hosts[at.Addr()]
	n.mu.Unlock()
	if host == nil || at.Port() != 53 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	client, server := net.Pipe()
	serve := n.serveDatagrams
	if strings.HasPrefix(network, "tcp") {
		serve = n.serveStream
		if err := sleep(ctx, n.RoundTrip); err != nil {
			return nil, err
		}
	}
	go func() {
		defer server.Close()
		serve(server, at.Addr(), host)
	}()
	return client, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (n *Net) serveDatagrams(conn net.Conn, at netip.Addr, host Host) {
	buffer := make([]byte, dns.MaxMsgSize)
	for {
		length, err := conn.Read(buffer)
		if err != nil {
			return
		}
		n.reply(buffer[:length], at, host, conn.Write)
	}
}

func (n *Net) serveStream(conn net.Conn, at netip.Addr, host Host) {
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		wire := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, wire); err != nil {
			return
		}
		n.reply(wire, at, host, func(reply []byte) (int, error) {
			return conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
		})
	}
}

// reply answers one query after the round trip, without holding up the next.
func (n *Net) reply(wire []byte, at netip.Addr, host Host, write func([]byte) (int, error)) {
	n.mu.Lock()
	n.asked[at]++
	n.mu.Unlock()
	query := new(dns.Msg)
	if query.Unpack(wire) != nil {
		return
	}
	go func() {
		time.Sleep(n.RoundTrip)
		reply := host(query)
		if reply == nil {
			return
		}
		if packed, err := reply.Pack(); err == nil {
			write(packed) // the client may have gone
		}
	}()
}
