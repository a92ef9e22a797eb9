package dnsquery_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"iter"
	"net"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// These tests wait for the most part: more of them at a time than there are
// processors take less time, and no processor.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}

// short is a timeout for cases that must run into it.
const short = 300 * time.Millisecond

// ample is one that no case may run into.
const ample = 20 * time.Second

var transports = []dnsquery.Transport{dnsquery.UDP, dnsquery.TCP, dnsquery.TLS, dnsquery.HTTPS}

const owner = "dr.example.com."

// An answerer is what a server does, over one transport.
type answerer = func(*faultserver.Query) faultserver.Reply

// plain starts a server for UDP and TCP. Where tcp is nil, nothing listens there.
func plain(t testing.TB, udp, tcp answerer) *faultserver.Server {
	t.Helper()
	return faultserver.Start(t, faultserver.Script{NoTCP: tcp == nil, Answer: func(q *faultserver.Query) faultserver.Reply {
		if q.Over == dnsquery.UDP {
			return udp(q)
		}
		if tcp == nil {
			return silent(q)
		}
		return tcp(q)
	}})
}

// everywhere starts a server that does the same over every transport.
func everywhere(t testing.TB, answer answerer) *faultserver.Server {
	t.Helper()
	return faultserver.Start(t, faultserver.Script{Answer: answer})
}

func silent(*faultserver.Query) faultserver.Reply { return faultserver.Reply{} }

// good answers with one record.
func good(q *faultserver.Query) faultserver.Reply {
	return faultserver.Send(faultserver.Answer(q, record("v=1;b=on")))
}

func goodWire(q *faultserver.Query) []byte { return good(q).Messages[0] }

func truncated(q *faultserver.Query) faultserver.Reply {
	return faultserver.Send(faultserver.Truncated(q))
}

func failing(code int) answerer {
	return func(q *faultserver.Query) faultserver.Reply { return faultserver.Send(faultserver.Fail(q, code)) }
}

// cut sends octets over TCP or TLS, and closes the connection.
func cut(wire []byte) faultserver.Reply { return faultserver.Reply{Unframed: wire, Close: true} }

func record(strings ...string) dns.RR { return faultserver.TXT(owner, 30, strings...) }

// query asks a server for TXT records over UDP, with a client of its own.
func query(t testing.TB, s *faultserver.Server, timeout time.Duration) (*dnsquery.Answer, error) {
	t.Helper()
	client := newClient(t, s)
	client.Timeout = timeout
	return ask(t.Context(), client, s.Over(dnsquery.UDP))
}

// newClient is a client that trusts the server.
func newClient(t testing.TB, s *faultserver.Server) *dnsquery.Client {
	client := &dnsquery.Client{Timeout: ample, RootCAs: s.Roots()}
	t.Cleanup(client.CloseIdle)
	return client
}

func ask(ctx context.Context, client *dnsquery.Client, server dnsquery.Server) (*dnsquery.Answer, error) {
	return client.Ask(ctx, server, dnsquery.Question{Name: "dr.example.com", Type: dns.TypeTXT})
}

// texts are the records, their strings joined by a bar.
func texts(a *dnsquery.Answer) []string {
	var all []string
	for _, txt := range a.Records {
		all = append(all, strings.Join(txt.Strings, "|"))
	}
	return all
}

// What must come through, and by which transport.
func TestAnswer(t *testing.T) {
	t.Parallel()
	on := []string{"v=1;b=on"}
	strays := func(change func(*dns.Msg)) answerer {
		return func(q *faultserver.Query) faultserver.Reply {
			stray := faultserver.Answer(q, record("v=1;b=off"))
			change(stray)
			return faultserver.SendBytes(faultserver.Packed(stray), goodWire(q))
		}
	}
	cases := map[string]struct {
		udp, tcp         answerer
		want             []string
		transport        dnsquery.Transport
		askedUDP, askTCP int
	}{
		"plain":                  {good, nil, on, "udp", 1, 0},
		"wrong id before it":     {strays(func(m *dns.Msg) { m.Id++ }), nil, on, "udp", 1, 0},
		"other name before it":   {strays(func(m *dns.Msg) { m.Question[0].Name = "other.example.com." }), nil, on, "udp", 1, 0},
		"other type before it":   {strays(func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }), nil, on, "udp", 1, 0},
		"other class before it":  {strays(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }), nil, on, "udp", 1, 0},
		"a query before it":      {strays(func(m *dns.Msg) { m.Response = false }), nil, on, "udp", 1, 0},
		"other opcode before it": {strays(func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }), nil, on, "udp", 1, 0},
		"no question before it":  {strays(func(m *dns.Msg) { m.Question = nil }), nil, on, "udp", 1, 0},
		"two questions before it": {strays(func(m *dns.Msg) {
			m.Question = append(m.Question, m.Question[0])
		}), nil, on, "udp", 1, 0},
		"empty datagram before it": {func(q *faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes([]byte{}, []byte{0}, faultserver.Packed(faultserver.Answer(q))[:11], goodWire(q))
		}, nil, on, "udp", 1, 0},
		"a flood before it": {func(q *faultserver.Query) faultserver.Reply {
			var all []*dns.Msg
			for i := range 100 {
				stray := faultserver.Answer(q, record("v=1;b=off"))
				stray.Id += uint16(i + 1)
				all = append(all, stray)
			}
			return faultserver.Send(append(all, faultserver.Answer(q, record("v=1;b=on")))...)
		}, nil, on, "udp", 1, 0},
		"question in other case": {func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, record("v=1;b=on"))
			m.Question[0].Name = "DR.Example.COM."
			return faultserver.Send(m)
		}, nil, on, "udp", 1, 0},
		"first two lost": {func(q *faultserver.Query) faultserver.Reply {
			if q.N < 3 {
				return silent(q)
			}
			return good(q)
		}, nil, on, "udp", 3, 0},
		"SERVFAIL twice": {func(q *faultserver.Query) faultserver.Reply {
			if q.N < 3 {
				return failing(dns.RcodeServerFailure)(q)
			}
			return good(q)
		}, nil, on, "udp", 3, 0},
		"FORMERR until EDNS is left out": {oldServer, nil, on, "udp", 2, 0},
		"truncated":                      {truncated, good, on, "tcp", 1, 1},
		"torn, with TC": {func(q *faultserver.Query) faultserver.Reply {
			wire := goodWire(q)
			wire[2] |= 2
			return faultserver.SendBytes(wire[:len(wire)-3])
		}, good, on, "tcp", 1, 1},
		"torn, without TC": {func(q *faultserver.Query) faultserver.Reply {
			wire := goodWire(q)
			return faultserver.SendBytes(wire[:len(wire)-3])
		}, good, on, "tcp", 1, 1},
		"torn between two records":  {tornAt(7), good, on, "tcp", 1, 1},
		"torn before the answer":    {tornAtRecord, good, on, "tcp", 1, 1},
		"torn before the authority": {tornAt(9), good, on, "tcp", 1, 1},
		"torn before the last part": {tornAt(11), good, on, "tcp", 1, 1},
		"garbage with the right id": {func(q *faultserver.Query) faultserver.Reply {
			wire := faultserver.Packed(faultserver.Answer(q))
			return faultserver.SendBytes(append(wire[:12:12], bytes.Repeat([]byte{0xa7}, 300)...))
		}, good, on, "tcp", 1, 1},
		"two strings in a record": {func(q *faultserver.Query) faultserver.Reply {
			return faultserver.Send(faultserver.Answer(q, record("v=1;", "b=on"), record("", "x")))
		}, nil, []string{"v=1;|b=on", "|x"}, "udp", 1, 0},
		"other owner beside it": {func(q *faultserver.Query) faultserver.Reply {
			other := record("v=1;b=off")
			other.Header().Name = "other.example.com."
			return faultserver.Send(faultserver.Answer(q, other, record("v=1;b=on")))
		}, nil, on, "udp", 1, 0},
		"nothing there": {func(q *faultserver.Query) faultserver.Reply {
			return faultserver.Send(faultserver.Answer(q))
		}, nil, nil, "udp", 1, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plain(t, c.udp, c.tcp)
			timeout := ample
			if name == "first two lost" {
				timeout = 6 * short
			}
			got, err := query(t, s, timeout)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(texts(got), c.want) || got.Transport != c.transport {
				t.Errorf("got %q over %s, want %q over %s", texts(got), got.Transport, c.want, c.transport)
			}
			if udp, tcp := s.Asked(dnsquery.UDP), s.Asked(dnsquery.TCP); udp != c.askedUDP || tcp != c.askTCP {
				t.Errorf("asked %d times over UDP and %d over TCP, want %d and %d", udp, tcp, c.askedUDP, c.askTCP)
			}
		})
	}
}

// oldServer does not understand EDNS, and says so with a header alone.
func oldServer(q *faultserver.Query) faultserver.Reply {
	if q.IsEdns0() == nil {
		return good(q)
	}
	m := faultserver.Fail(q, dns.RcodeFormatError)
	m.Question = nil
	return faultserver.Send(m)
}

// tornAt is a good answer that promises a record more, where the header counts those
// of a section, and ends before it.
func tornAt(count int) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		wire := goodWire(q)
		wire[count]++
		return faultserver.SendBytes(wire)
	}
}

// tornAtRecord promises a record and ends before it.
func tornAtRecord(q *faultserver.Query) faultserver.Reply {
	wire := faultserver.Packed(faultserver.Answer(q))
	wire[7] = 1
	return faultserver.SendBytes(wire)
}

func isReplyError(err error) bool {
	_, ok := errors.AsType[*dnsquery.ReplyError](err)
	return ok
}

func isTimeout(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

func isNetwork(err error) bool { return !isReplyError(err) && !isTimeout(err) }

// Nothing here may count as an answer, least of all as the absence of a record.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	sends := func(change func(*dns.Msg)) answerer {
		return func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, record("v=1;b=on"))
			change(m)
			return faultserver.Send(m)
		}
	}
	cases := map[string]struct {
		udp, tcp answerer
		is       func(error) bool
		slow     bool // only the timeout ends it
	}{
		"silence":          {silent, nil, isTimeout, true},
		"wrong id alone":   {sends(func(m *dns.Msg) { m.Id ^= 1 }), nil, isTimeout, true},
		"QR=0 alone":       {sends(func(m *dns.Msg) { m.Response = false }), nil, isTimeout, true},
		"other name alone": {sends(func(m *dns.Msg) { m.Question[0].Name = "example.com." }), nil, isTimeout, true},
		"no question":      {sends(func(m *dns.Msg) { m.Question = nil }), nil, isTimeout, true},
		"NXDOMAIN with an answer": {sends(func(m *dns.Msg) {
			m.Rcode = dns.RcodeNameError
		}), nil, isReplyError, false},
		"NXDOMAIN, no question": {sends(func(m *dns.Msg) {
			m.Question, m.Answer, m.Rcode = nil, nil, dns.RcodeNameError
		}), nil, isTimeout, true},
		"empty datagram": {func(*faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes([]byte{})
		}, nil, isTimeout, true},
		"garbage": {func(*faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes(bytes.Repeat([]byte{0xff}, 900))
		}, nil, isTimeout, true},
		"other owner alone": {sends(func(m *dns.Msg) { m.Answer[0].Header().Name = "example.com." }), nil, isReplyError, false},
		"class CHAOS":       {sends(func(m *dns.Msg) { m.Answer[0].Header().Class = dns.ClassCHAOS }), nil, isReplyError, false},
		"other type alone":  {sends(func(m *dns.Msg) { m.Answer = []dns.RR{address()} }), nil, isReplyError, false},
		"a record without data": {sends(func(m *dns.Msg) {
			m.Answer = append(m.Answer, &dns.ANY{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeTXT, Class: dns.ClassINET}})
		}), nil, isReplyError, false},
		"truncated, no TCP": {truncated, nil, isNetwork, false},
		"torn, no TCP": {func(q *faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes(goodWire(q)[:40])
		}, nil, isNetwork, false},
	}
	for name, fault := range streamFaults {
		cases[name+" over TCP"] = struct {
			udp, tcp answerer
			is       func(error) bool
			slow     bool
		}{truncated, fault, isReplyError, false}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := ample
			if c.slow {
				limit = short
			}
			begin := time.Now()
			answer, err := query(t, plain(t, c.udp, c.tcp), limit)
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
	t.Parallel()
	for code, asked := range map[int]int{
		dns.RcodeNameError: 1, dns.RcodeRefused: 1, dns.RcodeNotAuth: 1, dns.RcodeNotImplemented: 3,
		dns.RcodeServerFailure: 3, dns.RcodeFormatError: 3, 11: 1,
	} {
		for _, headerAlone := range []bool{false, true} {
			if headerAlone && code == dns.RcodeNameError {
				continue // that one could be taken for absence
			}
			t.Run(fmt.Sprint(code, headerAlone), func(t *testing.T) {
				t.Parallel()
				s := plain(t, func(q *faultserver.Query) faultserver.Reply {
					m := faultserver.Fail(q, code)
					if headerAlone {
						m.Question = nil
					}
					return faultserver.Send(m)
				}, nil)
				got, err := query(t, s, ample)
				if err != nil || got.Rcode != code || s.Asked(dnsquery.UDP) != asked {
					t.Errorf("got %+v, %v, asked %d times, want %d", got, err, s.Asked(dnsquery.UDP), asked)
				}
			})
		}
	}
}

// Asking again is a second chance; what the first reply said stands.
func TestAskingAgain(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		codes       []int // the replies, one after the other; then silence
		want        int
		withoutEDNS bool
	}{
		"SERVFAIL, then silence":     {[]int{dns.RcodeServerFailure}, dns.RcodeServerFailure, false},
		"FORMERR, then silence":      {[]int{dns.RcodeFormatError}, dns.RcodeFormatError, false},
		"FORMERR, then NXDOMAIN":     {[]int{dns.RcodeFormatError, dns.RcodeNameError}, dns.RcodeNameError, true},
		"SERVFAIL twice, FORMERR":    {[]int{dns.RcodeServerFailure, dns.RcodeServerFailure, dns.RcodeFormatError}, dns.RcodeFormatError, false},
		"SERVFAIL, FORMERR, REFUSED": {[]int{dns.RcodeServerFailure, dns.RcodeFormatError, dns.RcodeRefused}, dns.RcodeRefused, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plain(t, func(q *faultserver.Query) faultserver.Reply {
				if q.N > len(c.codes) {
					return silent(q)
				}
				return failing(c.codes[q.N-1])(q)
			}, nil)
			got, err := query(t, s, short)
			if err != nil || got.Rcode != c.want || got.WithoutEDNS != c.withoutEDNS {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// Every octet must come through as it is on the wire, in whatever place.
func TestWireBytes(t *testing.T) {
	t.Parallel()
	var values []string
	for b := range 256 {
		values = append(values, "a"+string([]byte{byte(b)})+"065", string([]byte{byte(b)}))
	}
	values = append(values, "", `\`, `\\`, `\"`, `\065`, `v=1\;k=all`, "\"quoted\"", strings.Repeat("\x00", 255), strings.Repeat("\xff", 255))
	s := plain(t, truncated, func(q *faultserver.Query) faultserver.Reply {
		var records []dns.RR
		for _, value := range values {
			records = append(records, record(value))
		}
		return faultserver.Send(faultserver.Answer(q, records...))
	})
	got, err := query(t, s, ample)
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
	t.Parallel()
	var size atomic.Int32
	s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
		if q.Over == dnsquery.UDP {
			return truncated(q)
		}
		m := faultserver.Answer(q)
		m.Compress = true
		for m.Len() < dns.MaxMsgSize-600 {
			m.Answer = append(m.Answer, record(strings.Repeat("x", 250)))
		}
		wire := faultserver.Packed(m)
		size.Store(int32(len(wire)))
		return faultserver.SendBytes(wire)
	})
	client := newClient(t, s)
	for _, over := range transports {
		got, err := ask(t.Context(), client, s.Over(over))
		if err != nil {
			t.Fatal(over, err)
		}
		if got.Size != int(size.Load()) || got.Size < 64000 || len(got.Records) < 200 {
			t.Errorf("%s: %d bytes and %d records, sent %d bytes", over, got.Size, len(got.Records), size.Load())
		}
	}
}

func TestMaxRecords(t *testing.T) {
	t.Parallel()
	for n, fits := range map[int]bool{dnsquery.MaxRecords: true, dnsquery.MaxRecords + 1: false} {
		s := plain(t, truncated, func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q)
			m.Compress = true
			for range n {
				m.Answer = append(m.Answer, record("x"))
			}
			return faultserver.Send(m)
		})
		got, err := query(t, s, ample)
		if fits && (err != nil || len(got.Records) != n) {
			t.Errorf("%d records: %v", n, err)
		}
		if !fits && (got != nil || !isReplyError(err)) {
			t.Errorf("%d records: %v", n, err)
		}
	}
}

func TestAnswerFields(t *testing.T) {
	t.Parallel()
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		m := faultserver.Answer(q, &dns.CNAME{Hdr: header(owner, dns.TypeCNAME, 0), Target: "else.example.com."})
		m.RecursionAvailable, m.AuthenticatedData = true, true
		m.Ns = []dns.RR{
			&dns.NS{Hdr: header("example.com.", dns.TypeNS, 0), Ns: "ns.example.com."},
			&dns.SOA{Hdr: header("example.com.", dns.TypeSOA, 300), Ns: ".", Mbox: ".", Minttl: 60},
		}
		return faultserver.Send(m)
	}, nil)
	ticks := time.Unix(0, 0)
	client := newClient(t, s)
	client.Now = func() time.Time { ticks = ticks.Add(time.Second); return ticks }
	got, err := ask(t.Context(), client, s.Over(dnsquery.UDP))
	if err != nil {
		t.Fatal(err)
	}
	if got.CNAME != "else.example.com." || !got.Authoritative || !got.RecursionAvailable || !got.AuthenticData ||
		got.NegativeTTL != time.Minute || got.RoundTrip != time.Second || got.Address != s.Over(dnsquery.UDP).Address() {
		t.Errorf("%+v", got)
	}
}

func header(name string, kind uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: ttl}
}

// Each type has its own fields; names come in lower case.
func TestRecordTypes(t *testing.T) {
	t.Parallel()
	const lower = "zone.example."
	cases := map[uint16]struct {
		rr   dns.RR
		want dnsquery.Record
	}{
		dns.TypeA:     {&dns.A{A: net.IPv4(192, 0, 2, 1)}, dnsquery.Record{Address: netip.MustParseAddr("192.0.2.1")}},
		dns.TypeAAAA:  {&dns.AAAA{AAAA: net.ParseIP("2001:db8::1")}, dnsquery.Record{Address: netip.MustParseAddr("2001:db8::1")}},
		dns.TypeNS:    {&dns.NS{Ns: "NS1.Example."}, dnsquery.Record{Host: "ns1.example."}},
		dns.TypeCNAME: {&dns.CNAME{Target: "Else.Example."}, dnsquery.Record{Host: "else.example."}},
		dns.TypeSOA: {&dns.SOA{Ns: "NS1.Example.", Mbox: ".", Serial: 7, Minttl: 60},
			dnsquery.Record{Host: "ns1.example.", Serial: 7, Minimum: 60}},
		dns.TypeTXT: {&dns.TXT{Txt: []string{"a", `\000`}}, dnsquery.Record{Strings: []string{"a", "\x00"}}},
	}
	for ttl, seen := range map[uint32]uint32{0: 0, 300: 300, 1<<31 - 1: 1<<31 - 1, 1 << 31: 0} {
		s := plain(t, func(q *faultserver.Query) faultserver.Reply {
			rr := dns.Copy(cases[q.Question[0].Qtype].rr)
			*rr.Header() = header("Zone.Example.", q.Question[0].Qtype, ttl)
			m := faultserver.Answer(q, rr)
			m.Ns = []dns.RR{rr, &dns.ANY{Hdr: *rr.Header()}}
			m.Extra = []dns.RR{rr, &dns.MX{Hdr: header(lower, dns.TypeMX, ttl), Mx: "."}}
			return faultserver.Send(m)
		}, nil)
		client := newClient(t, s)
		for kind, c := range cases {
			got, err := client.Ask(t.Context(), s.Over(dnsquery.UDP), dnsquery.Question{Name: lower, Type: kind})
			if err != nil {
				t.Error(dns.TypeToString[kind], err)
				continue
			}
			c.want.Owner, c.want.Type, c.want.TTL = lower, kind, seen
			for _, section := range [][]dnsquery.Record{got.Records, got.Authority, got.Additional} {
				if !reflect.DeepEqual(section, []dnsquery.Record{c.want}) {
					t.Errorf("got %+v, want %+v", section, c.want)
				}
			}
		}
	}
}

func TestExtendedErrors(t *testing.T) {
	t.Parallel()
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		m := faultserver.Fail(q, dns.RcodeRefused)
		m.SetEdns0(1232, false)
		opt := m.IsEdns0()
		opt.Option = []dns.EDNS0{
			&dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeProhibited, ExtraText: "not \x1b you"},
			&dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: "0011223344556677"},
			&dns.EDNS0_EDE{InfoCode: 49152},
		}
		return faultserver.Send(m)
	}, nil)
	got, err := query(t, s, ample)
	want := []dnsquery.ExtendedError{{Code: 18, Text: "not \x1b you"}, {Code: 49152}}
	if err != nil || !slices.Equal(got.ExtendedErrors, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestQueryAsSent(t *testing.T) {
	t.Parallel()
	s := plain(t, truncated, good)
	if _, err := query(t, s, ample); err != nil {
		t.Fatal(err)
	}
	queries := s.Queries()
	for _, q := range queries {
		opt := q.IsEdns0()
		if q.RecursionDesired || opt == nil || opt.UDPSize() != 1232 || opt.Do() || q.Question[0] != (dns.Question{Name: owner, Qtype: dns.TypeTXT, Qclass: dns.ClassINET}) {
			t.Errorf("asked %v", q)
		}
	}
	if len(queries) != 2 {
		t.Errorf("%d queries", len(queries))
	}
}

// The flags are those that were asked for, over every transport and without EDNS too.
func TestFlagsAsAsked(t *testing.T) {
	t.Parallel()
	s := everywhere(t, oldServer)
	client := newClient(t, s)
	for _, over := range transports {
		for flags := range 4 {
			question := dnsquery.Question{Name: owner, Type: dns.TypeTXT, Recursive: flags&1 != 0, CheckingDisabled: flags&2 != 0}
			before := len(s.Queries())
			if _, err := client.Ask(t.Context(), s.Over(over), question); err != nil {
				t.Fatal(over, err)
			}
			queries := s.Queries()[before:]
			if len(queries) != 2 {
				t.Errorf("%d queries over %s", len(queries), over)
			}
			for _, q := range queries {
				if q.RecursionDesired != question.Recursive || q.AuthenticatedData != question.Recursive || q.CheckingDisabled != question.CheckingDisabled {
					t.Errorf("asked %v over %s, want %+v", q, over, question)
				}
			}
		}
	}
}

// A name that cannot be packed, and a server that cannot be dialled.
func TestCannotAsk(t *testing.T) {
	t.Parallel()
	s := plain(t, silent, nil)
	client := newClient(t, s)
	tooLong := dnsquery.Question{Name: strings.Repeat("a", 64) + ".example.com", Type: dns.TypeTXT}
	if answer, err := client.Ask(t.Context(), s.Over(dnsquery.UDP), tooLong); err == nil || answer != nil || s.Asked(dnsquery.UDP) > 0 {
		t.Error("a label of 64 bytes was asked for")
	}
	if _, err := ask(t.Context(), client, dnsquery.Server{Transport: dnsquery.UDP, Host: "127.0.0.1"}); err == nil {
		t.Error("an address without port was dialled")
	}
	client.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, os.ErrPermission }
	for _, over := range transports {
		if answer, err := ask(t.Context(), client, s.Over(over)); answer != nil || !errors.Is(err, os.ErrPermission) {
			t.Error(over, err)
		}
	}
}

func TestDelayBeyondTimeout(t *testing.T) {
	t.Parallel()
	s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
		r := good(q)
		r.Delay = 20 * short // nobody who waits for it is taken for somebody who is slow
		return r
	})
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			client := newClient(t, s)
			client.Timeout = short
			begin := time.Now()
			answer, err := ask(t.Context(), client, s.Over(over))
			if answer != nil || !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %+v, %v", answer, err)
			}
			if took := time.Since(begin); took < short || took > 10*short {
				t.Errorf("took %s, the timeout was %s", took, short)
			}
		})
	}
}

func TestDefaultTimeout(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	_, err := query(t, plain(t, silent, nil), 0)
	if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took < dnsquery.DefaultTimeout || took > 2*dnsquery.DefaultTimeout {
		t.Errorf("%v after %s", err, took)
	}
}

// The caller's own end comes out as such, and at once, in the middle of whatever.
func TestCancellation(t *testing.T) {
	t.Parallel()
	const atOnce = 200 * time.Millisecond
	var udpThenTCP answerer = func(q *faultserver.Query) faultserver.Reply {
		if q.Over == dnsquery.UDP {
			return truncated(q)
		}
		return silent(q)
	}
	halfway := func(q *faultserver.Query) faultserver.Reply {
		return faultserver.Reply{Unframed: faultserver.Framed(goodWire(q))[:20]}
	}
	cases := map[string]struct {
		script faultserver.Script
		over   dnsquery.Transport
	}{
		"udp":                  {faultserver.Script{}, dnsquery.UDP},
		"udp, then tcp":        {faultserver.Script{Answer: udpThenTCP}, dnsquery.UDP},
		"tcp":                  {faultserver.Script{}, dnsquery.TCP},
		"tcp, half a message":  {faultserver.Script{Answer: halfway}, dnsquery.TCP},
		"tls":                  {faultserver.Script{}, dnsquery.TLS},
		"tls, half a message":  {faultserver.Script{Answer: halfway}, dnsquery.TLS},
		"tls, no handshake":    {faultserver.Script{NoHandshake: true}, dnsquery.TLS},
		"https":                {faultserver.Script{}, dnsquery.HTTPS},
		"https, no handshake":  {faultserver.Script{NoHandshake: true}, dnsquery.HTTPS},
		"https, body going on": {faultserver.Script{Answer: hanging}, dnsquery.HTTPS},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, asked := noticing(c.script)
			s := faultserver.Start(t, script)
			ctx, cancel := context.WithCancel(t.Context())
			var cancelled time.Time
			go func() {
				select {
				case <-asked:
				case <-time.After(short): // nobody is asked before a handshake
				}
				time.Sleep(short / 6) // for what the server does then
				cancelled = time.Now()
				cancel()
			}()
			answer, err := ask(ctx, newClient(t, s), s.Over(c.over))
			if answer != nil || err != context.Canceled {
				t.Fatalf("got %+v, %v", answer, err)
			}
			if late := time.Since(cancelled); late > atOnce {
				t.Errorf("%s after it was cancelled", late)
			}
		})
	}
}

// noticing is a script, and a channel that is closed when the first query comes.
func noticing(script faultserver.Script) (faultserver.Script, <-chan struct{}) {
	asked := make(chan struct{})
	notice := sync.OnceFunc(func() { close(asked) })
	answer := script.Answer
	script.Answer = func(q *faultserver.Query) faultserver.Reply {
		notice()
		if answer == nil {
			return silent(q)
		}
		return answer(q)
	}
	return script, asked
}

// hanging begins a body over HTTPS and does not end it.
func hanging(q *faultserver.Query) faultserver.Reply {
	r := faultserver.SendBytes(goodWire(q)[:20])
	r.HTTP.Hang = true
	return r
}

// A deadline of the caller's is a timeout, too, and a sooner one brings forward what
// is done while nothing comes.
func TestSoonerDeadline(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*short)
	defer cancel()
	s := plain(t, silent, nil)
	if _, err := ask(ctx, newClient(t, s), s.Over(dnsquery.UDP)); err != context.DeadlineExceeded {
		t.Error(err)
	}
	if n := s.Asked(dnsquery.UDP); n != 4 {
		t.Errorf("asked %d times", n)
	}
	later, cancel := context.WithTimeout(t.Context(), 3*short)
	defer cancel()
	s = plain(t, silent, good)
	if got, err := ask(later, newClient(t, s), s.Over(dnsquery.UDP)); err != nil || !got.UDPSilent {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestIPv6(t *testing.T) {
	t.Parallel()
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 on loopback: %v", err)
		return
	}
	probe.Close()
	server, err := nameserver.Start(context.WithoutCancel(t.Context()), nameserver.Config{
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
	at, err := dnsquery.ParseServer(server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client := &dnsquery.Client{Timeout: ample}
	defer client.CloseIdle()
	got, err := ask(t.Context(), client, at)
	if err != nil || !slices.Equal(texts(got), []string{"v=1;b=on"}) {
		t.Errorf("%+v, %v", got, err)
	}
	s := faultserver.Start(t, faultserver.Script{Answer: good, Address: netip.MustParseAddrPort("[::1]:0")})
	client6 := newClient(t, s)
	client6.Family = dnsquery.IPv6
	for _, over := range transports {
		if _, err := ask(t.Context(), client6, s.Over(over)); err != nil {
			t.Error(over, err)
		}
	}
}

// What is dialled is of the family.
func TestFamily(t *testing.T) {
	t.Parallel()
	for family, suffix := range map[dnsquery.Family]string{dnsquery.AnyFamily: "", dnsquery.IPv4: "4", dnsquery.IPv6: "6"} {
		for _, over := range transports {
			var network string
			client := &dnsquery.Client{Family: family, Dial: func(_ context.Context, n, _ string) (net.Conn, error) {
				network = n
				return nil, os.ErrPermission
			}}
			ask(t.Context(), client, dnsquery.Server{Transport: over, Host: "localhost", Port: "1"})
			want := "tcp" + suffix
			if over == dnsquery.UDP {
				want = "udp" + suffix
			}
			if network != want {
				t.Errorf("dialled %q over %s, want %q", network, over, want)
			}
		}
	}
	v4, v6, mapped := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("::ffff:192.0.2.1")
	for _, c := range []struct {
		family  dnsquery.Family
		address netip.Addr
		want    bool
	}{
		{dnsquery.AnyFamily, v4, true}, {dnsquery.AnyFamily, v6, true}, {dnsquery.IPv4, v4, true}, {dnsquery.IPv4, v6, false},
		{dnsquery.IPv6, v4, false}, {dnsquery.IPv6, v6, true}, {dnsquery.IPv4, mapped, true}, {dnsquery.IPv6, mapped, false},
	} {
		if c.family.Has(c.address) != c.want {
			t.Errorf("family %d has %s: %t", c.family, c.address, !c.want)
		}
	}
}

// Neither goroutines nor sockets may be left behind, however a question ended.
func TestNothingLeft(t *testing.T) {
	servers := []*faultserver.Server{
		everywhere(t, good),
		plain(t, truncated, good),
		plain(t, truncated, nil),
		plain(t, silent, nil),
		plain(t, silent, good),
		everywhere(t, silent),
		everywhere(t, func(*faultserver.Query) faultserver.Reply { return cut([]byte{0xff, 0xff, 1}) }),
		faultserver.Start(t, faultserver.Script{NoHandshake: true}),
		faultserver.Start(t, faultserver.Script{Answer: good, Expired: true}),
		faultserver.Start(t, faultserver.Script{Answer: hanging}),
	}
	var mu sync.Mutex
	var clients []*dnsquery.Client
	ask := func() {
		var wait sync.WaitGroup
		for _, s := range servers {
			for _, over := range transports {
				wait.Go(func() {
					client := &dnsquery.Client{Timeout: 30 * time.Millisecond, RootCAs: s.Roots()}
					defer client.CloseIdle()
					mu.Lock()
					clients = append(clients, client)
					mu.Unlock()
					ask(t.Context(), client, s.Over(over))
				})
			}
		}
		wait.Wait()
	}
	closeIdle := func() {
		for _, client := range clients {
			client.CloseIdle() // net/http learns a moment later what is idle
		}
	}
	ask()
	settle(func() int { closeIdle(); return runtime.NumGoroutine() + openFiles() })
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
		closeIdle()
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines and %d open files, before %d and %d", runtime.NumGoroutine(), openFiles(), goroutines, files)
}

// settle waits until a count stays the same for a while.
func settle(count func() int) {
	for quiet, last := 0, -1; quiet < 10; quiet++ {
		if n := count(); n != last {
			quiet, last = 0, n
		}
		time.Sleep(10 * time.Millisecond)
	}
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
	for kind, m := range seeds() {
		f.Add(kind, faultserver.Packed(m)[2:])
	}
	var rest atomic.Pointer[[]byte]
	s := faultserver.Start(f, faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
		return faultserver.SendBytes(append(binary.BigEndian.AppendUint16(nil, q.Id), *rest.Load()...))
	}})
	f.Fuzz(func(t *testing.T, kind uint16, reply []byte) {
		if len(reply) > 60000 {
			return
		}
		rest.Store(&reply)
		client := newClient(t, s)
		client.Timeout = time.Second
		question := dnsquery.Question{Name: owner, Type: kind}
		// Over TCP a stray reply is an error at once: there is nothing to wait for.
		answer, err := client.Ask(t.Context(), s.Over(dnsquery.TCP), question)
		if (answer == nil) == (err == nil) {
			t.Fatalf("answer %+v and error %v", answer, err)
		}
		if answer == nil {
			return
		}
		checkAnswer(t, answer, kind)
		again, err := client.Ask(t.Context(), s.Over(dnsquery.UDP), question)
		if err != nil {
			t.Fatalf("an answer over TCP, and over UDP %v", err)
		}
		again.Transport, again.RoundTrip, again.Tries = answer.Transport, answer.RoundTrip, answer.Tries
		if !reflect.DeepEqual(again, answer) {
			t.Errorf("over UDP %+v, over TCP %+v", again, answer)
		}
	})
}

// checkAnswer holds an answer against what is true of each.
func checkAnswer(t *testing.T, a *dnsquery.Answer, kind uint16) {
	t.Helper()
	if len(a.Records) > dnsquery.MaxRecords || a.NegativeTTL < 0 {
		t.Errorf("%d records, negative TTL %s", len(a.Records), a.NegativeTTL)
	}
	for _, r := range a.Records {
		if r.Owner != owner || r.Type != kind {
			t.Errorf("asked for type %d, got %+v", kind, r)
		}
	}
	for _, r := range slices.Concat(a.Records, a.Authority, a.Additional) {
		isAddress := r.Type == dns.TypeA && r.Address.Is4() || r.Type == dns.TypeAAAA && r.Address.Is6()
		isHost := slices.Contains([]uint16{dns.TypeNS, dns.TypeCNAME, dns.TypeSOA}, r.Type) && r.Host != ""
		if !isAddress && !isHost && (r.Type != dns.TypeTXT || len(r.Strings) == 0) || r.TTL > 1<<31-1 {
			t.Errorf("a record %+v", r)
		}
	}
}

// seeds are replies of each kind, to a question of the type before them.
func seeds() iter.Seq2[uint16, *dns.Msg] {
	return func(yield func(uint16, *dns.Msg) bool) {
		to := func(kind uint16) *faultserver.Query {
			return &faultserver.Query{Msg: new(dns.Msg).SetQuestion(owner, kind)}
		}
		soa := &dns.SOA{Hdr: header("example.com.", dns.TypeSOA, 300), Ns: "ns.example.com.", Mbox: ".", Minttl: 60}
		nothing := faultserver.Answer(to(dns.TypeTXT))
		nothing.Ns = []dns.RR{soa}
		delegation := faultserver.Answer(to(dns.TypeNS))
		delegation.Ns = []dns.RR{&dns.NS{Hdr: header("example.com.", dns.TypeNS, 300), Ns: "ns.example.com."}}
		delegation.Extra = []dns.RR{address(), &dns.AAAA{Hdr: header(owner, dns.TypeAAAA, 300), AAAA: net.IPv6loopback}}
		explained := faultserver.Fail(to(dns.TypeTXT), dns.RcodeRefused)
		explained.SetEdns0(1232, false)
		explained.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_EDE{InfoCode: 18, ExtraText: "no"}}
		alias := faultserver.Answer(to(dns.TypeA), &dns.CNAME{Hdr: header(owner, dns.TypeCNAME, 300), Target: "else.example."})
		_ = yield(dns.TypeTXT, faultserver.Answer(to(dns.TypeTXT), record("v=1;b=on"))) &&
			yield(dns.TypeTXT, faultserver.Fail(to(dns.TypeTXT), dns.RcodeServerFailure)) &&
			yield(dns.TypeTXT, faultserver.Truncated(to(dns.TypeTXT))) &&
			yield(dns.TypeSOA, faultserver.Answer(to(dns.TypeSOA), &dns.SOA{Hdr: header(owner, dns.TypeSOA, 9), Ns: ".", Mbox: "."})) &&
			yield(dns.TypeA, faultserver.Answer(to(dns.TypeA), address())) &&
			yield(dns.TypeTXT, nothing) && yield(dns.TypeNS, delegation) && yield(dns.TypeTXT, explained) && yield(dns.TypeA, alias)
	}
}

// A server that needs longer than the time between two tries is heard all the same:
// the answer to any of them counts.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	const timeout = 1500 * time.Millisecond
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		if q.N > 1 {
			return silent(q)
		}
		r := good(q)
		r.Delay = timeout / 2
		return r
	}, nil)
	answer, err := query(t, s, timeout)
	if err != nil || answer.RoundTrip < timeout/2 {
		t.Fatalf("got %+v, %v", answer, err)
	}
}

// A reply with more beside its answer than any server has reason to send, or with two
// OPT records, is none.
func TestTooMuchBeside(t *testing.T) {
	t.Parallel()
	extra := func(n int) []dns.RR {
		var records []dns.RR
		for range n {
			records = append(records, &dns.NS{Hdr: dns.RR_Header{Name: "example.com.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "ns.example.com."})
		}
		return records
	}
	opt := func() dns.RR { return &dns.OPT{Hdr: dns.RR_Header{Name: ".", Rrtype: dns.TypeOPT, Class: 1232}} }
	for name, c := range map[string]struct {
		change  func(*dns.Msg)
		refused bool
	}{
		"300 in authority":  {func(m *dns.Msg) { m.Ns = extra(300) }, false},
		"301 in authority":  {func(m *dns.Msg) { m.Ns = extra(301) }, true},
		"301 in additional": {func(m *dns.Msg) { m.Extra = extra(301) }, true},
		"301 in both":       {func(m *dns.Msg) { m.Ns, m.Extra = extra(150), extra(151) }, true},
		"one OPT":           {func(m *dns.Msg) { m.Extra = []dns.RR{opt()} }, false},
		"two OPTs":          {func(m *dns.Msg) { m.Extra = []dns.RR{opt(), opt()} }, true},
		"OPT in authority":  {func(m *dns.Msg) { m.Ns = []dns.RR{opt()} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
				m := faultserver.Answer(q, record("v=1;b=on"))
				m.Compress = true
				c.change(m)
				return faultserver.Send(m)
			})
			answer, err := ask(t.Context(), newClient(t, s), s.Over(dnsquery.TCP))
			if _, ok := errors.AsType[*dnsquery.ReplyError](err); ok != c.refused || (answer == nil) != c.refused {
				t.Errorf("got %+v, %v", answer, err)
			}
		})
	}
}
