package nameserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

// on are values of the length that a signed set has: together they do not fit
// into 512 octets.
var on = []string{"v=1;k=all;b=on;p=1;bh=" + strings.Repeat("a", 220), "v=1;k=all;b=on;p=2;bh=" + strings.Repeat("b", 220)}

// odd has every octet that presentation form treats in its own way.
const odd = "a\"b\\c;d\\065 $(e)\x00\x7f\xff"

var testKey = Key{Name: "drill.", Algorithm: "hmac-sha256", Secret: []byte("0123456789abcdef0123456789abcdef")}

func testConfig() Config {
	return Config{
		Now:  time.Now,
		Keys: []Key{testKey},
		Zones: []Zone{{Name: "example.com.", Serial: 7, TTL: 300, NegativeTTL: 60, Records: []txtrecord.RRSet{
			{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: on},
			{Name: "dr.example.com.", Type: "A", TTL: 30, Values: []string{"192.0.2.1", "192.0.2.2"}},
			{Name: "dr.example.com.", Type: "AAAA", TTL: 30, Values: []string{"2001:db8::1"}},
			{Name: "odd.example.com.", Type: "TXT", TTL: 30, Values: []string{odd}},
			{Name: "a.deep.example.com.", Type: "TXT", TTL: 30, Values: []string{"v=1"}},
		}}, {Name: "other.example.com", TTL: 5, NegativeTTL: 900}},
	}
}

func start(t testing.TB, config Config) *Server {
	t.Helper()
	s, err := Start(context.WithoutCancel(t.Context()), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func query(name string, rrtype uint16) *dns.Msg { return new(dns.Msg).SetQuestion(name, rrtype) }

func exchange(s *Server, network string, m *dns.Msg) (*dns.Msg, error) {
	client := &dns.Client{Net: network, UDPSize: maxMessage, Timeout: 5 * time.Second}
	reply, _, err := client.Exchange(m, s.Addr())
	return reply, err
}

func ask(t testing.TB, s *Server, network string, m *dns.Msg) *dns.Msg {
	t.Helper()
	reply, err := exchange(s, network, m)
	if err != nil {
		t.Fatalf("%s %v: %v", network, m.Question, err)
	}
	return reply
}

func TestUDPAndTCPOnOnePort(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1", "::1", "::ffff:127.0.0.1"} {
		if probe, err := net.Listen("tcp", net.JoinHostPort(address, "0")); err == nil {
			probe.Close()
		} else if address == "::1" {
			continue // a machine without IPv6
		}
		config := testConfig()
		if address != "" {
			config.Address = netip.MustParseAddr(address)
		}
		s, err := Start(t.Context(), config)
		if err != nil {
			t.Fatalf("%q: %v", address, err)
		}
		defer s.Close()
		for _, network := range []string{"udp", "tcp"} {
			if reply := ask(t, s, network, query("odd.example.com.", dns.TypeTXT)); len(reply.Answer) != 1 {
				t.Errorf("%s %s: %v", address, network, reply)
			}
		}
		rrtype := dns.TypeA
		if address == "::1" {
			rrtype = dns.TypeAAAA
		}
		if reply := ask(t, s, "udp", query("ns.example.com.", rrtype)); len(reply.Answer) != 1 {
			t.Errorf("%s: the name server has no address: %v", address, reply)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"any address":       func(c *Config) { c.Address = netip.IPv4Unspecified() },
		"any IPv6 address":  func(c *Config) { c.Address = netip.IPv6Unspecified() },
		"another address":   func(c *Config) { c.Address = netip.MustParseAddr("192.0.2.1") },
		"no clock":          func(c *Config) { c.Now = nil },
		"unsound algorithm": func(c *Config) { c.Keys = []Key{{"k.", "hmac-md5", []byte("s")}} },
		"no secret":         func(c *Config) { c.Keys = []Key{{"k.", "hmac-sha256", nil}} },
		"no zone name":      func(c *Config) { c.Zones = []Zone{{Name: "a..b."}} },
		"outside":           func(c *Config) { c.Zones[0].Records[0].Name = "example.net." },
		"unknown type":      func(c *Config) { c.Zones[0].Records[0].Type = "MX" },
		"long TXT value":    func(c *Config) { c.Zones[0].Records[0].Values = []string{strings.Repeat("a", 256)} },
		"bad A value":       func(c *Config) { c.Zones[0].Records[1].Values = []string{"2001:db8::1"} },
		"bad AAAA value":    func(c *Config) { c.Zones[0].Records[2].Values = []string{"fe80::1%lo"} },
	} {
		config := testConfig()
		change(&config)
		if s, err := Start(t.Context(), config); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, testKey); text != "hmac-sha256:drill.:[secret]" {
			t.Errorf("%s: %s", verb, text)
		}
	}
}

// Close must end the connections of clients that just stay.
func TestCloseWithIdleConnections(t *testing.T) {
	before := runtime.NumGoroutine()
	s := start(t, testConfig())
	var conns []net.Conn
	for i := range 20 {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if i%2 == 0 { // in the middle of a message
			if _, err := conn.Write([]byte{0, 100, 1}); err != nil {
				t.Fatal(err)
			}
		}
		conns = append(conns, conn)
	}
	ask(t, s, "tcp", query("dr.example.com.", dns.TypeA)) // now all are accepted
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close does not return")
	}
	for _, conn := range conns {
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("a connection is still open")
		}
	}
	noGoroutinesAbove(t, before)
}

func TestContextEndsTheServer(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, testConfig())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	s.running.Wait()
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("still accepting")
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	noGoroutinesAbove(t, before)
}

func TestCloseSaysWhyTheServerEnded(t *testing.T) {
	s, err := Start(t.Context(), testConfig())
	if err != nil {
		t.Fatal(err)
	}
	s.udp.Close() // as a fault of the socket would
	s.running.Wait()
	if err := s.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
}

// noGoroutinesAbove waits for the goroutines of the runtime's own network poller.
func noGoroutinesAbove(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

func TestManyQueriesOnOneConnection(t *testing.T) {
	s := start(t, testConfig())
	conn, err := dns.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 300 {
		reply, _, err := new(dns.Client).ExchangeWithConn(query("dr.example.com.", dns.TypeTXT), conn)
		if err != nil || len(reply.Answer) != 2 {
			t.Fatal(reply, err)
		}
	}
}

// The race detector judges this one; and every answer is one whole state.
func TestConcurrentQueriesAndUpdates(t *testing.T) {
	s := start(t, testConfig())
	sendUpdate(t, s, testKey, replaceTXT(dr, "0, first", "0, second"))
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for range 50 {
				m := replaceTXT(dr, fmt.Sprint(i, ", first"), fmt.Sprint(i, ", second"))
				if reply, err := exchangeSigned(s, testKey, m); err != nil || reply.Rcode != dns.RcodeSuccess {
					t.Error(reply, err)
				}
			}
		})
		group.Go(func() {
			for range 50 {
				if reply, err := exchange(s, "tcp", query(dr, dns.TypeTXT)); err != nil || len(reply.Answer) != 2 {
					t.Error(reply, err)
				}
				set, _ := s.RRSet(dr, "TXT")
				if len(set.Values) != 2 || set.Values[0][:1]+", second" != set.Values[1] {
					t.Error(set)
				}
			}
		})
	}
	group.Wait()
}

// Whatever comes, the server neither falls over nor falls silent for others.
func TestMalformedMessages(t *testing.T) {
	s := start(t, testConfig())
	whole, err := query("dr.example.com.", dns.TypeTXT).Pack()
	if err != nil {
		t.Fatal(err)
	}
	counts := func(question, answer, authority, additional byte) []byte {
		wire := bytes.Clone(whole)
		for i, count := range []byte{question, answer, authority, additional} {
			wire[4+2*i], wire[5+2*i] = count, count // 255 becomes 65535
		}
		wire[4] = 0
		return wire
	}
	cases := map[string]struct {
		wire  []byte
		rcode int // -1: no reply
	}{
		"nothing":               {nil, -1},
		"one octet":             {[]byte{1}, -1},
		"truncated header":      {whole[:11], -1},
		"a reply":               {append([]byte{whole[0], whole[1], 0x80}, whole[3:]...), -1},
		"header alone":          {whole[:12], dns.RcodeFormatError},
		"truncated question":    {whole[:len(whole)-3], dns.RcodeFormatError},
		"no question":           {counts(0, 0, 0, 0), dns.RcodeFormatError},
		"two, one there":        {counts(2, 0, 0, 0), dns.RcodeFormatError},
		"huge answer count":     {counts(1, 255, 0, 0), dns.RcodeFormatError},
		"huge authority count":  {counts(1, 0, 255, 0), dns.RcodeFormatError},
		"huge additional count": {counts(1, 0, 0, 255), dns.RcodeFormatError},
		"pointer to itself":     {append(append([]byte{}, whole[:12]...), 0xc0, 12, 0, 16, 0, 1), dns.RcodeFormatError},
		"garbage":               {append(append([]byte{}, whole[:12]...), bytes.Repeat([]byte{0xa7}, 500)...), dns.RcodeFormatError},
		"two questions":         {pack(t, twoQuestions()), dns.RcodeFormatError},
		"two OPT records":       {pack(t, query(".", dns.TypeNS).SetEdns0(1232, false).SetEdns0(1232, false)), dns.RcodeFormatError},
		"TSIG before OPT":       {pack(t, query(".", dns.TypeNS).SetTsig("k.", dns.HmacSHA256, 300, 1).SetEdns0(1232, false)), dns.RcodeFormatError},
		"TSIG without RDATA":    {pack(t, withExtra(bare("k.", dns.TypeTSIG, dns.ClassANY))), dns.RcodeFormatError},
		"opcode STATUS":         {pack(t, withOpcode(dns.OpcodeStatus)), dns.RcodeNotImplemented},
		"opcode NOTIFY":         {pack(t, withOpcode(dns.OpcodeNotify)), dns.RcodeNotImplemented},
	}
	for name, c := range cases {
		for _, network := range []string{"udp", "tcp"} {
			if got := exchangeRaw(t, s, network, c.wire); got != c.rcode {
				t.Errorf("%s over %s: %d, want %d", name, network, got, c.rcode)
			}
		}
	}
	if reply := ask(t, s, "udp", query("dr.example.com.", dns.TypeA)); len(reply.Answer) != 2 {
		t.Error(reply)
	}
}

func pack(t *testing.T, m *dns.Msg) []byte {
	t.Helper()
	wire, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

func twoQuestions() *dns.Msg {
	m := query("dr.example.com.", dns.TypeTXT)
	m.Question = append(m.Question, m.Question[0])
	return m
}

func withExtra(rr dns.RR) *dns.Msg {
	m := query("dr.example.com.", dns.TypeTXT)
	m.Extra = append(m.Extra, rr)
	return m
}

func withOpcode(opcode int) *dns.Msg {
	m := query("dr.example.com.", dns.TypeTXT)
	m.Opcode = opcode
	return m
}

// exchangeRaw returns the reply's code, -1 for none. Over UDP a good query is sent
// after the message, so that silence is known without waiting.
func exchangeRaw(t *testing.T, s *Server, network string, wire []byte) int {
	t.Helper()
	conn, err := net.Dial(network, s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	var reply []byte
	if network == "udp" {
		marker := query("ns.example.com.", dns.TypeA)
		marker.Id = ^uint16(0)
		if len(wire) >= 2 && wire[0] == 0xff {
			marker.Id = 1
		}
		_, _ = conn.Write(wire)
		_, _ = conn.Write(pack(t, marker))
		reply = make([]byte, maxMessage)
		n, err := conn.Read(reply)
		if err != nil {
			t.Fatal(err)
		}
		if reply = reply[:n]; bytes.Equal(reply[:2], pack(t, marker)[:2]) {
			return -1
		}
	} else {
		if err := writeMessage(conn, wire); err != nil {
			t.Fatal(err)
		}
		if reply, err = readMessage(conn); errors.Is(err, io.EOF) {
			return -1
		}
	}
	if !bytes.Equal(reply[:2], wire[:2]) || reply[2]&responseBit == 0 {
		t.Errorf("not a reply to it: % x", reply)
	}
	return int(reply[3] & 0xf)
}

// FuzzRespond looks for messages that make the server panic, or answer with what
// is no reply to them.
func FuzzRespond(f *testing.F) {
	for _, m := range []*dns.Msg{
		query("dr.example.com.", dns.TypeTXT),
		query("none.example.com.", dns.TypeA).SetEdns0(1232, true),
		replaceTXT("dr.example.com.", odd),
		replaceTXT("dr.example.com.", odd).SetTsig("drill.", dns.HmacSHA256, 300, 1),
	} {
		wire, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
	}
	s := start(f, testConfig())
	f.Fuzz(func(t *testing.T, wire []byte) {
		reply := s.respond(wire, udpLimit)
		if reply == nil {
			return
		}
		if len(reply) > maxUDP || !bytes.Equal(reply[:2], wire[:2]) || reply[2]&responseBit == 0 {
			t.Errorf("% x\nanswered by % x", wire, reply)
		}
		if err := new(dns.Msg).Unpack(reply); err != nil {
			t.Errorf("% x\nanswered by % x: %v", wire, reply, err)
		}
	})
}
