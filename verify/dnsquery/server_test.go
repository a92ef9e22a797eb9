package dnsquery_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
)

// A script says what a server on loopback sends. The second argument counts the
// questions over that transport from 1.
type script struct {
	// udp returns the datagrams to send; nil sends none, ever.
	udp func(query *dns.Msg, n int) [][]byte
	// tcp returns the octets to write before the connection is closed; where it
	// is nil, nothing listens.
	tcp func(query *dns.Msg, n int) []byte
}

// A host runs a script.
type host struct {
	addr     string
	udp, tcp atomic.Int32 // questions that came

	mu      sync.Mutex
	queries []*dns.Msg
}

// run starts a server for one test; it ends with it.
func run(t testing.TB, s script) *host { return runAt(t, "127.0.0.1:0", s) }

func runAt(t testing.TB, address string, s script) *host {
	t.Helper()
	packets, listener := listenBoth(t, address)
	h := &host{addr: packets.LocalAddr().String()}
	var wait sync.WaitGroup
	wait.Go(func() { h.serveUDP(packets, s) })
	if s.tcp == nil {
		listener.Close()
	} else {
		wait.Go(func() { h.serveTCP(t, listener, s) })
	}
	t.Cleanup(func() {
		packets.Close()
		listener.Close()
		wait.Wait()
	})
	return h
}

func listenBoth(t testing.TB, address string) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 16 {
		packets, err := net.ListenPacket("udp", address)
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

func (h *host) note(query *dns.Msg) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queries = append(h.queries, query)
}

func (h *host) serveUDP(packets net.PacketConn, s script) {
	buffer := make([]byte, dns.MaxMsgSize)
	for {
		length, client, err := packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		query := new(dns.Msg)
		if query.Unpack(buffer[:length]) != nil {
			continue
		}
		h.note(query)
		n := int(h.udp.Add(1))
		if s.udp == nil {
			continue
		}
		for _, datagram := range s.udp(query, n) {
			packets.WriteTo(datagram, client)
		}
	}
}

func (h *host) serveTCP(t testing.TB, listener net.Listener, s script) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		query, err := readFramedQuery(conn)
		if err != nil && !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if err == nil {
			h.note(query)
			conn.Write(s.tcp(query, int(h.tcp.Add(1))))
		}
		conn.Close()
	}
}

func readFramedQuery(conn net.Conn) (*dns.Msg, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	raw := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, raw); err != nil {
		return nil, err
	}
	query := new(dns.Msg)
	return query, query.Unpack(raw)
}

const owner = "dr.example.com."

// record is a TXT record at the owner name, its strings given in wire form.
func record(strings ...string) dns.RR {
	var wire []byte
	for _, s := range strings {
		wire = append(append(wire, byte(len(s))), s...)
	}
	rr, _, err := dns.UnpackRRWithHeader(dns.RR_Header{
		Name: owner, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 30, Rdlength: uint16(len(wire)),
	}, wire, 0)
	if err != nil {
		panic(err)
	}
	return rr
}

// reply is an authoritative reply that holds the records.
func reply(query *dns.Msg, records ...dns.RR) *dns.Msg {
	m := new(dns.Msg).SetReply(query)
	m.Authoritative = true
	m.Answer = records
	return m
}

func fail(query *dns.Msg, code int) *dns.Msg {
	m := new(dns.Msg).SetReply(query)
	m.Rcode = code
	return m
}

func packed(m *dns.Msg) []byte {
	wire, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return wire
}

func framed(wire []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
}

func one(m *dns.Msg) [][]byte { return [][]byte{packed(m)} }

// good answers with one record.
func good(query *dns.Msg, _ int) [][]byte { return one(reply(query, record("v=1;b=on"))) }

func goodTCP(query *dns.Msg, _ int) []byte { return framed(packed(reply(query, record("v=1;b=on")))) }
