package dnsquery_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// short is a timeout for cases that must run into it.
const short = 300 * time.Millisecond

// ample is one that no case may run into.
const ample = 20 * time.Second

func query(t testing.TB, h *host, timeout time.Duration) (*dnsquery.Answer, error) {
	t.Helper()
	client := dnsquery.Client{Timeout: timeout}
	defer client.CloseIdle()
	return ask(t.Context(), &client, h.addr, "dr.example.com")
}

// ask asks for TXT records at host:port over UDP.
func ask(ctx context.Context, client *dnsquery.Client, address, name string) (*dnsquery.Answer, error) {
	server, err := dnsquery.ParseServer(address)
	if err != nil {
		return nil, err
	}
	return client.Ask(ctx, server, dnsquery.Question{Name: name, Type: dns.TypeTXT})
}

// texts are the records, their strings joined by a bar.
func texts(a *dnsquery.Answer) []string {
	var all []string
	for _, txt := range a.Records {
		all = append(all, strings.Join(txt.Strings, "|"))
	}
	return all
}

// answers lists what must come through, and by which transport.
func TestAnswer(t *testing.T) {
	on := []string{"v=1;b=on"}
	strays := func(change func(*dns.Msg)) script {
		return script{udp: func(q *dns.Msg, _ int) [][]byte {
			stray := reply(q, record("v=1;b=off"))
			change(stray)
			return [][]byte{packed(stray), good(q, 1)[0]}
		}}
	}
	cases := map[string]struct {
		script    script
		want      []string
		transport string
		udp, tcp  int32
	}{
		"plain":                  {script{udp: good}, on, "udp", 1, 0},
		"wrong id before it":     {strays(func(m *dns.Msg) { m.Id++ }), on, "udp", 1, 0},
		"other name before it":   {strays(func(m *dns.Msg) { m.Question[0].Name = "other.example.com." }), on, "udp", 1, 0},
		"other type before it":   {strays(func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }), on, "udp", 1, 0},
		"other class before it":  {strays(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }), on, "udp", 1, 0},
		"a query before it":      {strays(func(m *dns.Msg) { m.Response = false }), on, "udp", 1, 0},
		"other opcode before it": {strays(func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }), on, "udp", 1, 0},
		"no question before it":  {strays(func(m *dns.Msg) { m.Question = nil }), on, "udp", 1, 0},
		"two questions before it": {strays(func(m *dns.Msg) {
			m.Question = append(m.Question, m.Question[0])
		}), on, "udp", 1, 0},
		"empty datagram before it": {script{udp: func(q *dns.Msg, n int) [][]byte {
			return [][]byte{{}, {0}, packed(reply(q))[:11], good(q, n)[0]}
		}}, on, "udp", 1, 0},
		"a flood before it": {script{udp: func(q *dns.Msg, n int) [][]byte {
			var all [][]byte
			for i := range 100 {
				stray := reply(q, record("v=1;b=off"))
				stray.Id += uint16(i + 1)
				all = append(all, packed(stray))
			}
			return append(all, good(q, n)[0])
		}}, on, "udp", 1, 0},
		"question in other case": {script{udp: func(q *dns.Msg, _ int) [][]byte {
			m := reply(q, record("v=1;b=on"))
			m.Question[0].Name = "DR.Example.COM."
			return one(m)
		}}, on, "udp", 1, 0},
		"first two lost": {script{udp: func(q *dns.Msg, n int) [][]byte {
			if n < 3 {
				return nil
			}
			return good(q, n)
		}}, on, "udp", 3, 0},
		"SERVFAIL twice": {script{udp: func(q *dns.Msg, n int) [][]byte {
			if n < 3 {
				return one(fail(q, dns.RcodeServerFailure))
			}
			return good(q, n)
		}}, on, "udp", 3, 0},
		"FORMERR until EDNS is left out": {script{udp: func(q *dns.Msg, n int) [][]byte {
			if q.IsEdns0() != nil {
				m := fail(q, dns.RcodeFormatError)
				m.Question = nil // a header alone, as old servers send
				return one(m)
			}
			return good(q, n)
		}}, on, "udp", 2, 0},
		"truncated": {script{udp: truncated, tcp: goodTCP}, on, "tcp", 1, 1},
		"torn, with TC": {script{udp: func(q *dns.Msg, n int) [][]byte {
			wire := good(q, n)[0]
			wire[2] |= 2
			return [][]byte{wire[:len(wire)-3]}
		}, tcp: goodTCP}, on, "tcp", 1, 1},
		"torn, without TC": {script{udp: func(q *dns.Msg, n int) [][]byte {
			wire := good(q, n)[0]
			return [][]byte{wire[:len(wire)-3]}
		}, tcp: goodTCP}, on, "tcp", 1, 1},
		"torn between two records": {script{udp: func(q *dns.Msg, n int) [][]byte {
			wire := good(q, n)[0]
			wire[7] = 2
			return [][]byte{wire}
		}, tcp: goodTCP}, on, "tcp", 1, 1},
		"torn before the answer": {script{udp: func(q *dns.Msg, _ int) [][]byte {
			wire := packed(reply(q))
			wire[7] = 1
			return [][]byte{wire}
		}, tcp: goodTCP}, on, "tcp", 1, 1},
		"garbage with the right id": {script{udp: func(q *dns.Msg, _ int) [][]byte {
			wire := packed(reply(q))
			return [][]byte{append(wire[:12:12], bytes.Repeat([]byte{0xa7}, 300)...)}
		}, tcp: goodTCP}, on, "tcp", 1, 1},
		"two strings in a record": {script{udp: func(q *dns.Msg, _ int) [][]byte {
			return one(reply(q, record("v=1;", "b=on"), record("", "x")))
		}}, []string{"v=1;|b=on", "|x"}, "udp", 1, 0},
		"other owner beside it": {script{udp: func(q *dns.Msg, _ int) [][]byte {
			other := record("v=1;b=off")
			other.Header().Name = "other.example.com."
			return one(reply(q, other, record("v=1;b=on")))
		}}, on, "udp", 1, 0},
		"nothing there": {script{udp: func(q *dns.Msg, _ int) [][]byte { return one(reply(q)) }}, nil, "udp", 1, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := run(t, c.script)
			timeout := ample
			if name == "first two lost" {
				timeout = 6 * short
			}
			got, err := query(t, h, timeout)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(texts(got), c.want) || string(got.Transport) != c.transport {
				t.Errorf("got %q over %s, want %q over %s", texts(got), got.Transport, c.want, c.transport)
			}
			if h.udp.Load() != c.udp || h.tcp.Load() != c.tcp {
				t.Errorf("asked %d times over UDP and %d over TCP, want %d and %d", h.udp.Load(), h.tcp.Load(), c.udp, c.tcp)
			}
		})
	}
}

func truncated(q *dns.Msg, _ int) [][]byte {
	m := reply(q)
	m.Truncated = true
	return one(m)
}

// Nothing here may count as an answer, least of all as the absence of a record.
func TestNoAnswer(t *testing.T) {
	refused := func(err error) bool { _, ok := errors.AsType[*dnsquery.ReplyError](err); return ok }
	timeout := func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
	network := func(err error) bool { return !refused(err) && !timeout(err) }
	sends := func(change func(*dns.Msg)) script {
		return script{udp: func(q *dns.Msg, _ int) [][]byte {
			m := reply(q, record("v=1;b=on"))
			change(m)
			return one(m)
		}}
	}
	tcpSends := func(answer func(q *dns.Msg) []byte) script {
		return script{udp: truncated, tcp: func(q *dns.Msg, _ int) []byte { return answer(q) }}
	}
	cases := map[string]struct {
		script script
		is     func(error) bool
		slow   bool // only the timeout ends it
	}{
		"silence":          {script{}, timeout, true},
		"wrong id alone":   {sends(func(m *dns.Msg) { m.Id ^= 1 }), timeout, true},
		"QR=0 alone":       {sends(func(m *dns.Msg) { m.Response = false }), timeout, true},
		"other name alone": {sends(func(m *dns.Msg) { m.Question[0].Name = "example.com." }), timeout, true},
		"no question":      {sends(func(m *dns.Msg) { m.Question = nil }), timeout, true},
		"NXDOMAIN with an answer": {sends(func(m *dns.Msg) {
			m.Rcode = dns.RcodeNameError
		}), refused, false},
		"NXDOMAIN, no question": {sends(func(m *dns.Msg) {
			m.Question, m.Answer, m.Rcode = nil, nil, dns.RcodeNameError
		}), timeout, true},
		"empty datagram":              {script{udp: func(*dns.Msg, int) [][]byte { return [][]byte{{}} }}, timeout, true},
		"garbage":                     {script{udp: func(*dns.Msg, int) [][]byte { return [][]byte{bytes.Repeat([]byte{0xff}, 900)} }}, timeout, true},
		"other owner alone":           {sends(func(m *dns.Msg) { m.Answer[0].Header().Name = "example.com." }), refused, false},
		"class CHAOS":                 {sends(func(m *dns.Msg) { m.Answer[0].Header().Class = dns.ClassCHAOS }), refused, false},
		"other type alone":            {sends(func(m *dns.Msg) { m.Answer = []dns.RR{address()} }), refused, false},
		"truncated, no TCP":           {script{udp: truncated}, network, false},
		"torn, no TCP":                {script{udp: func(q *dns.Msg, n int) [][]byte { return [][]byte{good(q, n)[0][:40]} }}, network, false},
		"TCP closed at once":          {tcpSends(func(*dns.Msg) []byte { return nil }), refused, false},
		"TCP closed after the length": {tcpSends(func(q *dns.Msg) []byte { return goodTCP(q, 1)[:2] }), refused, false},
		"TCP closed in the message":   {tcpSends(func(q *dns.Msg) []byte { return goodTCP(q, 1)[:30] }), refused, false},
		"length that promises more": {tcpSends(func(q *dns.Msg) []byte {
			wire := goodTCP(q, 1)
			binary.BigEndian.PutUint16(wire, uint16(len(wire)))
			return wire
		}), refused, false},
		"length that cuts": {tcpSends(func(q *dns.Msg) []byte {
			wire := goodTCP(q, 1)
			binary.BigEndian.PutUint16(wire, uint16(len(wire)-2-4))
			return wire
		}), refused, false},
		"length zero":        {tcpSends(func(*dns.Msg) []byte { return []byte{0, 0} }), refused, false},
		"truncated over TCP": {tcpSends(func(q *dns.Msg) []byte { return framed(truncated(q, 1)[0]) }), refused, false},
		"wrong id over TCP": {tcpSends(func(q *dns.Msg) []byte {
			q.Id ^= 1
			return goodTCP(q, 1)
		}), refused, false},
		"torn at a record over TCP": {tcpSends(func(q *dns.Msg) []byte {
			wire := packed(reply(q))
			wire[7] = 1
			return framed(wire)
		}), refused, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := ample
			if c.slow {
				limit = short
			}
			begin := time.Now()
			answer, err := query(t, run(t, c.script), limit)
			if answer != nil || err == nil || !c.is(err) {
				t.Fatalf("got %+v and error %v (%T)", answer, err, err)
			}
			if err.Error() == "" {
				t.Error("an error without text")
			}
			if took := time.Since(begin); c.slow && (took < short || took > 5*short) {
				t.Errorf("took %s, the timeout was %s", took, short)
			} else if !c.slow && took > ample/2 {
				t.Errorf("took %s", took)
			}
		})
	}
}

func address() dns.RR {
	return &dns.A{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(192, 0, 2, 1)}
}

func TestResponseCodes(t *testing.T) {
	for code, asked := range map[int]int32{
		dns.RcodeNameError: 1, dns.RcodeRefused: 1, dns.RcodeNotAuth: 1, dns.RcodeNotImplemented: 3,
		dns.RcodeServerFailure: 3, dns.RcodeFormatError: 3, 11: 1,
	} {
		for _, headerAlone := range []bool{false, true} {
			if headerAlone && code == dns.RcodeNameError {
				continue // that one could be taken for absence
			}
			t.Run(fmt.Sprint(code, headerAlone), func(t *testing.T) {
				t.Parallel()
				h := run(t, script{udp: func(q *dns.Msg, _ int) [][]byte {
					m := fail(q, code)
					if headerAlone {
						m.Question = nil
					}
					return one(m)
				}})
				got, err := query(t, h, ample)
				if err != nil || got.Rcode != code || h.udp.Load() != asked {
					t.Errorf("got %+v, %v, asked %d times, want %d", got, err, h.udp.Load(), asked)
				}
			})
		}
	}
}

// Every octet must come through as it is on the wire, in whatever place.
func TestWireBytes(t *testing.T) {
	var values []string
	for b := range 256 {
		values = append(values, "a"+string([]byte{byte(b)})+"065", string([]byte{byte(b)}))
	}
	values = append(values, "", `\`, `\\`, `\"`, `\065`, `v=1\;k=all`, "\"quoted\"", strings.Repeat("\x00", 255), strings.Repeat("\xff", 255))
	h := run(t, script{udp: truncated, tcp: func(q *dns.Msg, _ int) []byte {
		var records []dns.RR
		for _, value := range values {
			records = append(records, record(value))
		}
		return framed(packed(reply(q, records...)))
	}})
	got, err := query(t, h, ample)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Records) != len(values) {
		t.Fatalf("%d records, want %d", len(got.Records), len(values))
	}
	for i, txt := range got.Records {
		if len(txt.Strings) != 1 || txt.Strings[0] != values[i] {
			t.Errorf("record %d: %q, want %q", i, txt.Strings, values[i])
		}
	}
}

func TestLongestMessage(t *testing.T) {
	var size atomic.Int32
	h := run(t, script{udp: truncated, tcp: func(q *dns.Msg, _ int) []byte {
		m := reply(q)
		m.Compress = true
		for m.Len() < dns.MaxMsgSize-600 {
			m.Answer = append(m.Answer, record(strings.Repeat("x", 250)))
		}
		wire := packed(m)
		size.Store(int32(len(wire)))
		return framed(wire)
	}})
	got, err := query(t, h, ample)
	if err != nil {
		t.Fatal(err)
	}
	if got.Size != int(size.Load()) || got.Size < 64000 || len(got.Records) < 200 {
		t.Errorf("%d bytes and %d records, sent %d bytes", got.Size, len(got.Records), size.Load())
	}
}

func TestAnswerFields(t *testing.T) {
	h := run(t, script{udp: func(q *dns.Msg, _ int) [][]byte {
		m := reply(q, &dns.CNAME{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeCNAME, Class: dns.ClassINET}, Target: "else.example.com."})
		m.RecursionAvailable, m.AuthenticatedData = true, true
		m.Ns = []dns.RR{
			&dns.NS{Hdr: dns.RR_Header{Name: "example.com.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "ns.example.com."},
			&dns.SOA{Hdr: dns.RR_Header{Name: "example.com.", Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 300}, Ns: ".", Mbox: ".", Minttl: 60},
		}
		return one(m)
	}})
	ticks := time.Unix(0, 0)
	client := dnsquery.Client{Timeout: ample, Now: func() time.Time { ticks = ticks.Add(time.Second); return ticks }}
	got, err := ask(t.Context(), &client, h.addr, "dr.example.com.")
	if err != nil {
		t.Fatal(err)
	}
	if got.CNAME != "else.example.com." || !got.Authoritative || !got.RecursionAvailable || !got.AuthenticData ||
		got.NegativeTTL != time.Minute || got.RoundTrip != time.Second {
		t.Errorf("%+v", got)
	}
}

func TestQueryAsSent(t *testing.T) {
	h := run(t, script{udp: truncated, tcp: goodTCP})
	if _, err := query(t, h, ample); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, q := range h.queries {
		opt := q.IsEdns0()
		if q.RecursionDesired || opt == nil || opt.UDPSize() != 1232 || opt.Do() || q.Question[0] != (dns.Question{Name: owner, Qtype: dns.TypeTXT, Qclass: dns.ClassINET}) {
			t.Errorf("asked %v", q)
		}
	}
	if len(h.queries) != 2 {
		t.Errorf("%d queries", len(h.queries))
	}
}

// A name that cannot be packed, and a server that cannot be dialled.
func TestCannotAsk(t *testing.T) {
	client := dnsquery.Client{Timeout: ample}
	if _, err := ask(t.Context(), &client, "127.0.0.1:1", strings.Repeat("a", 64)+".example.com"); err == nil {
		t.Error("a label of 64 bytes was asked for")
	}
	if _, err := ask(t.Context(), &client, "127.0.0.1", "dr.example.com"); err == nil {
		t.Error("an address without port was dialled")
	}
	h := run(t, script{})
	client.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, os.ErrPermission }
	if _, err := ask(t.Context(), &client, h.addr, "dr.example.com"); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

func TestDelayBeyondTimeout(t *testing.T) {
	h := run(t, script{udp: func(q *dns.Msg, n int) [][]byte {
		time.Sleep(2 * short)
		return good(q, n)
	}})
	begin := time.Now()
	answer, err := query(t, h, short)
	if answer != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %+v, %v", answer, err)
	}
	if took := time.Since(begin); took < short || took > 2*short {
		t.Errorf("took %s, the timeout was %s", took, short)
	}
}

func TestDefaultTimeout(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	_, err := query(t, run(t, script{}), 0)
	if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took < dnsquery.DefaultTimeout || took > 2*dnsquery.DefaultTimeout {
		t.Errorf("%v after %s", err, took)
	}
}

// The caller's own end comes out as such, and at once, over UDP and over TCP.
func TestCancellation(t *testing.T) {
	asked := make(chan struct{}, 8)
	block := make(chan struct{})
	scripts := map[string]script{
		"udp": {udp: func(*dns.Msg, int) [][]byte { asked <- struct{}{}; return nil }},
		"tcp": {udp: truncated, tcp: func(*dns.Msg, int) []byte { asked <- struct{}{}; <-block; return nil }},
	}
	for name, s := range scripts {
		t.Run(name, func(t *testing.T) {
			h := run(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-asked; cancel() }()
			begin := time.Now()
			client := dnsquery.Client{Timeout: ample}
			_, err := ask(ctx, &client, h.addr, "dr.example.com")
			if !errors.Is(err, context.Canceled) || time.Since(begin) > ample/4 {
				t.Errorf("%v after %s", err, time.Since(begin))
			}
			if name == "tcp" {
				close(block)
			}
		})
	}
	deadline, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	client := dnsquery.Client{Timeout: ample}
	if _, err := ask(deadline, &client, run(t, script{}).addr, "dr.example.com"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestIPv6(t *testing.T) {
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 on loopback: %v", err)
		return
	}
	probe.Close()
	server, err := nameserver.Start(t.Context(), nameserver.Config{
		Address: netip.IPv6Loopback(),
		Now:     time.Now,
		Zones: []nameserver.Zone{{Name: "example.com", TTL: 300, NegativeTTL: 60, Records: []txtrecord.RRSet{
			{Name: owner, Type: "TXT", TTL: 30, Values: []string{"v=1;b=on"}},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := dnsquery.Client{Timeout: ample}
	got, err := ask(t.Context(), &client, server.Addr(), "dr.example.com")
	if err != nil || !slices.Equal(texts(got), []string{"v=1;b=on"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Neither goroutines nor sockets may be left behind, however a question ended.
func TestNothingLeft(t *testing.T) {
	hosts := []*host{
		run(t, script{udp: good}),
		run(t, script{udp: truncated, tcp: goodTCP}),
		run(t, script{udp: truncated}),
		run(t, script{}),
		run(t, script{udp: truncated, tcp: func(*dns.Msg, int) []byte { return []byte{0xff, 0xff, 1} }}),
	}
	ask := func() {
		for _, h := range hosts {
			query(t, h, 30*time.Millisecond)
		}
	}
	ask()
	// The collector would close what was forgotten.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	goroutines, files := runtime.NumGoroutine(), openFiles()
	for range 10 {
		ask()
	}
	for range 200 {
		if runtime.NumGoroutine() <= goroutines && openFiles() <= files {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines and %d open files, before %d and %d", runtime.NumGoroutine(), openFiles(), goroutines, files)
}

// openFiles counts this process's descriptors, 0 where the system does not list
// them.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// FuzzReply has a server send anything behind the right id.
func FuzzReply(f *testing.F) {
	q := new(dns.Msg).SetQuestion(owner, dns.TypeTXT)
	f.Add(packed(reply(q, record("v=1;b=on")))[2:])
	f.Add(packed(fail(q, dns.RcodeRefused))[2:])
	f.Add(truncated(q, 1)[0][2:])
	f.Fuzz(func(t *testing.T, rest []byte) {
		if len(rest) > 60000 {
			return
		}
		send := func(q *dns.Msg, _ int) []byte {
			return append(binary.BigEndian.AppendUint16(nil, q.Id), rest...)
		}
		h := run(t, script{
			udp: func(q *dns.Msg, n int) [][]byte { return [][]byte{send(q, n)} },
			tcp: func(q *dns.Msg, n int) []byte { return framed(send(q, n)) },
		})
		answer, err := query(t, h, 50*time.Millisecond)
		if (answer == nil) == (err == nil) {
			t.Errorf("answer %+v and error %v", answer, err)
		}
	})
}

// A server that needs longer than the time between two tries is heard all the same:
// the answer to any of them counts.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	const timeout = 1500 * time.Millisecond
	h := run(t, script{udp: func(q *dns.Msg, n int) [][]byte {
		if n == 1 {
			time.Sleep(timeout / 2)
			return good(q, n)
		}
		return nil
	}})
	answer, err := query(t, h, timeout)
	if err != nil || answer.RoundTrip < timeout/2 {
		t.Fatalf("got %+v, %v", answer, err)
	}
}
