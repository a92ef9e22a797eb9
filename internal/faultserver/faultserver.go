// Package faultserver is a DNS server on loopback FOR TESTS. It does what a script
// says, right or wrong, over UDP, TCP, TLS and HTTPS.
package faultserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Script is what a server is and does. The zero Script listens everywhere and
// stays silent.
type Script struct {
	// Answer says what is done with a query; nil is silence. Its calls come one after
	// the other, whatever the transport, so it may keep state. It must not block: for a
	// reply that comes late there is [Reply.Delay].
	Answer func(*Query) Reply
	// Address is where UDP and TCP listen. Zero means 127.0.0.1 and a port that is free.
	// TLS and HTTPS always have ports of their own.
	Address netip.AddrPort
	// NoUDP and NoTCP have the port refuse what comes over that transport.
	NoUDP, NoTCP bool
	// Names are the host names that the certificate is for, in place of the server's
	// address and localhost.
	Names []string
	// Expired has the certificate end a minute ago.
	Expired bool
	// NoHandshake accepts connections for TLS and HTTPS, and says nothing.
	NoHandshake bool
}

// A Query is a question that came.
type Query struct {
	*dns.Msg
	Over dnsquery.Transport
	// N counts the queries over that transport, from 1.
	N int
	// HTTP is the request, its body read, where it came over HTTPS.
	HTTP *http.Request
}

// A Reply is what is done with a query. The zero Reply is silence: nothing is sent,
// and a connection stays open until the client closes it.
type Reply struct {
	// Delay comes before everything else.
	Delay time.Duration
	// Messages are sent as they are, each as a datagram over UDP, with its length before
	// it over TCP and TLS, and as the body over HTTPS.
	Messages [][]byte
	// Unframed is sent after them over TCP and TLS alone, with no length before it.
	Unframed []byte
	// Close closes the connection then; UDP has none.
	Close bool
	// HTTP is for HTTPS alone.
	HTTP HTTP
}

// HTTP is what is special about a response over HTTPS.
type HTTP struct {
	Status int         // zero means 200
	Header http.Header // set over what a right response has
	// Endless goes on with the body as long as the client reads.
	Endless bool
	// Hang leaves the body open after the messages, and sends no more of it.
	Hang bool
}

// A Server runs a script.
type Server struct {
	script Script
	over   map[dnsquery.Transport]dnsquery.Server
	roots  *x509.CertPool
	t      testing.TB
	ctx    context.Context // ends with the server
	wait   sync.WaitGroup

	turn    sync.Mutex // held while the script is called
	mu      sync.Mutex
	ended   bool
	queries []*Query
}

// Start starts a server, which ends with the test.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	if !script.Address.IsValid() {
		script.Address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{script: script, over: map[dnsquery.Transport]dnsquery.Server{}, t: t, ctx: ctx}
	t.Cleanup(func() {
		s.mu.Lock()
		s.ended = true
		s.mu.Unlock()
		cancel()
		s.wait.Wait()
	})
	s.startPlain()
	s.startSecure()
	return s
}

// Over is how the server is asked over a transport.
func (s *Server) Over(transport dnsquery.Transport) dnsquery.Server { return s.over[transport] }

// Roots holds the authority that the server's certificate comes from. Every server
// has another.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Asked is how many queries have come over a transport.
func (s *Server) Asked(transport dnsquery.Transport) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked(transport)
}

func (s *Server) asked(transport dnsquery.Transport) int {
	n := 0
	for _, q := range s.queries {
		if q.Over == transport {
			n++
		}
	}
	return n
}

// Queries are those that have come, in their order, as they came.
func (s *Server) Queries() []*Query {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.queries)
}

// startPlain listens for UDP and TCP at the same port.
func (s *Server) startPlain() {
	packets, listener := listenBoth(s.t, s.script.Address)
	address := packets.LocalAddr().(*net.UDPAddr).AddrPort()
	s.over[dnsquery.UDP], s.over[dnsquery.TCP] = at(dnsquery.UDP, address), at(dnsquery.TCP, address)
	if s.script.NoTCP {
		listener.Close()
	} else {
		s.closeAtEnd(listener)
		s.wait.Go(func() { s.accept(listener, func(conn net.Conn) { s.serveStream(conn, dnsquery.TCP) }) })
	}
	if s.script.NoUDP {
		packets.Close()
		packets = occupy(s.t, address)
	} else {
		s.wait.Go(func() { s.serveUDP(packets) })
	}
	s.closeAtEnd(packets)
}

// startSecure listens for TLS and HTTPS, each at a port of its own.
func (s *Server) startSecure() {
	config, roots := newTLS(s.t, s.script)
	s.roots = roots
	dot, doh := s.listen(dnsquery.TLS), s.listen(dnsquery.HTTPS)
	if s.script.NoHandshake {
		s.wait.Go(func() { s.accept(dot, s.ignore) })
		s.wait.Go(func() { s.accept(doh, s.ignore) })
		return
	}
	s.wait.Go(func() {
		s.accept(dot, func(conn net.Conn) { s.serveStream(tls.Server(conn, config), dnsquery.TLS) })
	})
	s.serveHTTPS(doh, config)
}

func (s *Server) listen(transport dnsquery.Transport) net.Listener {
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(s.script.Address.Addr(), 0)))
	if err != nil {
		s.t.Fatal(err)
	}
	s.closeAtEnd(listener)
	s.over[transport] = at(transport, listener.Addr().(*net.TCPAddr).AddrPort())
	return listener
}

func at(transport dnsquery.Transport, address netip.AddrPort) dnsquery.Server {
	server := dnsquery.Server{Transport: transport, Host: address.Addr().String(), Port: strconv.Itoa(int(address.Port()))}
	if transport == dnsquery.HTTPS {
		server.Path = "/dns-query"
	}
	return server
}

func listenBoth(t testing.TB, address netip.AddrPort) (*net.UDPConn, net.Listener) {
	t.Helper()
	for range 16 {
		packets, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(address))
		if err != nil {
			t.Fatal(err)
		}
		listener, err := net.Listen("tcp", packets.LocalAddr().String())
		if err == nil {
			return packets, listener
		}
		packets.Close()
	}
	t.Fatal("no port is free for UDP and TCP")
	return nil, nil
}

// occupy keeps a UDP port from others and has it refuse what comes: the socket is
// connected to somebody else.
func occupy(t testing.TB, address netip.AddrPort) *net.UDPConn {
	t.Helper()
	conn, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(address), net.UDPAddrFromAddrPort(netip.AddrPortFrom(address.Addr(), 9)))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (s *Server) closeAtEnd(c io.Closer) { context.AfterFunc(s.ctx, func() { c.Close() }) }

// took notes a query and asks the script.
func (s *Server) took(raw []byte, over dnsquery.Transport, request *http.Request) Reply {
	query := &Query{Msg: new(dns.Msg), Over: over, HTTP: request}
	if err := query.Unpack(raw); err != nil {
		s.t.Errorf("a query over %s is malformed: %v", over, err)
		return Reply{Close: true}
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	s.note(query)
	if s.script.Answer == nil {
		return Reply{}
	}
	// The script gets a copy: what it changes is not what came.
	return s.script.Answer(&Query{Msg: query.Copy(), Over: over, N: query.N, HTTP: request})
}

func (s *Server) note(query *Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query.N = s.asked(query.Over) + 1
	s.queries = append(s.queries, query)
}

// late waits as long as a reply shall, and reports whether the server still runs.
func (s *Server) late(r Reply) bool {
	if r.Delay == 0 {
		return true
	}
	select {
	case <-time.After(r.Delay):
		return true
	case <-s.ctx.Done():
		return false
	}
}

func (s *Server) serveUDP(packets *net.UDPConn) {
	buffer := make([]byte, dns.MaxMsgSize)
	for {
		n, client, err := packets.ReadFromUDPAddrPort(buffer)
		if s.ctx.Err() != nil {
			return
		}
		if err != nil {
			continue // some systems report here that a client has gone
		}
		reply := s.took(buffer[:n], dnsquery.UDP, nil)
		s.wait.Go(func() {
			if s.late(reply) {
				for _, datagram := range reply.Messages {
					packets.WriteToUDPAddrPort(datagram, client)
				}
			}
		})
	}
}

// accept serves connections until the listener is closed.
func (s *Server) accept(listener net.Listener, serve func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		s.wait.Go(func() {
			stop := context.AfterFunc(s.ctx, func() { conn.Close() })
			defer stop()
			defer conn.Close()
			serve(conn)
		})
	}
}

// ignore reads until the client gives up.
func (s *Server) ignore(conn net.Conn) { io.Copy(io.Discard, conn) }

func (s *Server) serveStream(conn net.Conn, over dnsquery.Transport) {
	defer conn.Close() // over TLS, says so to the client
	for {
		raw, err := readFramed(conn)
		if err != nil {
			return
		}
		reply := s.took(raw, over, nil)
		if !s.late(reply) {
			return
		}
		var out []byte
		for _, message := range reply.Messages {
			out = append(out, Framed(message)...)
		}
		if _, err := conn.Write(append(out, reply.Unframed...)); err != nil || reply.Close {
			return
		}
	}
}

func readFramed(conn net.Conn) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	raw := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, raw)
	return raw, err
}
