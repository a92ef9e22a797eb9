package verify_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const domain = "dr.example.com"

// asking is the policy of the live cases: test key a, in the middle of the window.
func asking(t testing.TB) verify.Policy {
	policy := trusting(t)
	policy.Domain = domain
	return policy
}

func serverAt(addr string) verify.Server {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		panic(err)
	}
	return verify.Server{Host: host, Port: port}
}

// zoneServer is a name server whose zone holds the values at the domain.
func zoneServer(t testing.TB, ttl uint32, values ...string) verify.Server {
	t.Helper()
	zone := nameserver.Zone{Name: "example.com", Serial: 1, TTL: 300, NegativeTTL: 60}
	if len(values) > 0 {
		zone.Records = []txtrecord.RRSet{{Name: domain + ".", Type: "TXT", TTL: ttl, Values: values}}
	}
	return startZone(t, zone)
}

func startZone(t testing.TB, zone nameserver.Zone) verify.Server {
	t.Helper()
	s, err := nameserver.Start(context.WithoutCancel(t.Context()), nameserver.Config{Now: time.Now, Zones: []nameserver.Zone{zone}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return serverAt(s.Addr())
}

// scripted is a name server that does whatever the function makes of a query; nil
// is silence. It answers over UDP alone.
func scripted(t testing.TB, answer func(*dns.Msg) *dns.Msg) (verify.Server, *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := new(atomic.Int32)
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		asked.Add(1)
		if m := answer(q); m != nil {
			w.WriteMsg(m)
		}
	})}
	var wait sync.WaitGroup
	wait.Go(func() { server.ActivateAndServe() })
	t.Cleanup(func() { conn.Close(); wait.Wait() })
	return serverAt(conn.LocalAddr().String()), asked
}

// replying answers with authority; change makes of it what is wanted.
func replying(t testing.TB, change func(*dns.Msg)) verify.Server {
	t.Helper()
	server, _ := scripted(t, func(q *dns.Msg) *dns.Msg {
		m := new(dns.Msg).SetReply(q)
		m.Authoritative = true
		if q.Question[0].Name != domain+"." || q.Question[0].Qtype == dns.TypeTXT {
			change(m)
		}
		return m
	})
	return server
}

func silent(t testing.TB) verify.Server {
	t.Helper()
	server, _ := scripted(t, func(*dns.Msg) *dns.Msg { return nil })
	return server
}

func txt(ttl uint32, value string) dns.RR {
	return &dns.TXT{Hdr: dns.RR_Header{Name: domain + ".", Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: ttl}, Txt: []string{value}}
}

func alias(target string) dns.RR {
	return &dns.CNAME{Hdr: dns.RR_Header{Name: domain + ".", Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 300}, Target: target}
}

// request asks the servers alone.
func request(servers []verify.Server, policy verify.Policy) verify.Request {
	return verify.Request{Policy: policy, Servers: servers}
}

// quick is a checker that does not wait long for the silent.
func quick() *verify.Checker {
	return &verify.Checker{Client: dnsquery.Client{Timeout: 400 * time.Millisecond}}
}

func outcomes(r verify.Report) []verify.Outcome {
	var all []verify.Outcome
	for _, s := range r.Servers {
		all = append(all, s.Outcome)
	}
	return all
}

func TestCheck(t *testing.T) {
	on, off := signed(t, window(txtrecord.On)), signed(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off})
	type servers func(testing.TB) []verify.Server
	zones := func(sets ...[]string) servers {
		return func(t testing.TB) []verify.Server {
			var all []verify.Server
			for _, set := range sets {
				all = append(all, zoneServer(t, 30, set...))
			}
			return all
		}
	}
	replies := func(changes ...func(*dns.Msg)) servers {
		return func(t testing.TB) []verify.Server {
			var all []verify.Server
			for _, change := range changes {
				all = append(all, replying(t, change))
			}
			return all
		}
	}
	with := func(first servers, more ...func(testing.TB) verify.Server) servers {
		return func(t testing.TB) []verify.Server {
			all := first(t)
			for _, server := range more {
				all = append(all, server(t))
			}
			return all
		}
	}
	rcode := func(code int) func(*dns.Msg) {
		return func(m *dns.Msg) { m.Rcode, m.Authoritative = code, false }
	}
	serving := func(ttls ...uint32) func(*dns.Msg) {
		return func(m *dns.Msg) {
			for i, ttl := range ttls {
				m.Answer = append(m.Answer, txt(ttl, on[i]))
			}
			m.Truncated = false
		}
	}
	undetermined, none := both(verify.StateUndetermined), both(verify.StateNone)
	cases := map[string]struct {
		servers  servers
		expected verify.Expectation
		verdict  verify.Verdict
		state    verify.Products
		exit     int
		outcomes []verify.Outcome
		codes    []verify.Code
		message  string // stands in one of the findings
	}{
		"two equal": {zones(on, on), verify.ExpectOn, verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered, verify.Answered}, nil, ""},
		"two equal, in another order": {zones(on, []string{on[1], on[0]}), verify.ExpectOn, verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered, verify.Answered}, nil, ""},
		"not as expected": {zones(on, on), verify.ExpectOff, verify.Valid, both(verify.StateOn), 1,
			[]verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeNotAsExpected}, "expected off, found on"},
		"another set": {zones(on, off), verify.ExpectOn, verify.Conflict, undetermined, 1,
			[]verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeServersDiffer}, "serves v=1;k=all;b=off, bh="},
		"a stale record beside": {zones(on, append(on[:2:2], "v=1;k=all;b=off")), "", verify.Conflict, undetermined, 1,
			[]verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeServersDiffer, faultCode(txtrecord.UnsignedBeside)}, "serves 3 TXT records (conflict)"},
		"some with, some without": {zones(on, nil), verify.ExpectOn, verify.Conflict, undetermined, 1,
			[]verify.Outcome{verify.Answered, verify.NameError}, []verify.Code{verify.CodeNoRecord, verify.CodeServersDiffer}, "serves no disaster recovery record"},
		"another foreign record": {zones(on, append(on[:2:2], "hello")), verify.ExpectOn, verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeForeign}, "another kind"},
		"a foreign record alone at one": {zones(nil, []string{"hello"}), verify.ExpectNone, verify.None, none, 0,
			[]verify.Outcome{verify.NameError, verify.Answered}, []verify.Code{verify.CodeForeign, verify.CodeNoRecord}, "another kind"},
		"other TTLs at the other": {func(t testing.TB) []verify.Server {
			return []verify.Server{zoneServer(t, 30, on...), zoneServer(t, 300, on...)}
		}, "", verify.Valid, both(verify.StateOn), 0, []verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeTTLUnequal}, "the servers give different TTLs: 30 s and 300 s"},
		"one silent": {with(zones(on), silent), verify.ExpectOn, verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered, verify.TimedOut}, []verify.Code{verify.CodeServerSilent}, "did not answer in time"},
		"one silent, none at the other": {with(zones(nil), silent), "", verify.None, none, 3,
			[]verify.Outcome{verify.NameError, verify.TimedOut}, []verify.Code{verify.CodeNoRecord, verify.CodeServerSilent}, ""},
		"all silent": {with(zones(), silent, silent), "", verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.TimedOut, verify.TimedOut}, []verify.Code{verify.CodeServerSilent, verify.CodeServerSilent}, ""},
		"all silent, none expected": {with(zones(), silent), verify.ExpectNone, verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.TimedOut}, []verify.Code{verify.CodeServerSilent}, ""},
		"refused": {replies(rcode(dns.RcodeRefused)), verify.ExpectNone, verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.Lame}, []verify.Code{verify.CodeServerLame}, "REFUSED"},
		"refused beside a good one": {with(zones(on), func(t testing.TB) verify.Server { return replying(t, rcode(dns.RcodeRefused)) }), "", verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered, verify.Lame}, []verify.Code{verify.CodeServerLame}, ""},
		"another zone's server": {func(t testing.TB) []verify.Server {
			return []verify.Server{startZone(t, nameserver.Zone{Name: "example.org", TTL: 1})}
		}, verify.ExpectNone, verify.Unreachable, undetermined, 4, []verify.Outcome{verify.Lame}, []verify.Code{verify.CodeServerLame}, "REFUSED"},
		"not authoritative": {replies(func(m *dns.Msg) { m.Authoritative, m.Rcode = false, dns.RcodeNameError }), verify.ExpectNone, verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.Lame}, []verify.Code{verify.CodeServerLame}, ""},
		"intercepted": {replies(func(m *dns.Msg) {
			serving(30, 30)(m)
			m.Authoritative, m.RecursionAvailable = false, true
		}), verify.ExpectOn, verify.Unreachable, undetermined, 4, []verify.Outcome{verify.Intercepted}, []verify.Code{verify.CodeServerIntercepted}, "as a resolver does"},
		"SERVFAIL": {replies(rcode(dns.RcodeServerFailure)), "", verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.Failed}, []verify.Code{verify.CodeServerFailed}, "SERVFAIL"},
		"a code without name": {replies(rcode(12)), "", verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.Failed}, []verify.Code{verify.CodeServerFailed}, ": RCODE 12"},
		"another owner": {replies(func(m *dns.Msg) {
			serving(30)(m)
			m.Answer[0].Header().Name = "example.com."
		}), verify.ExpectNone, verify.Unreachable, undetermined, 4, []verify.Outcome{verify.BadReply}, []verify.Code{verify.CodeServerUnacceptable}, "another owner name"},
		"alias": {replies(func(m *dns.Msg) { m.Answer = append(m.Answer, alias("Else.example.net.")) }), verify.ExpectOn, verify.Invalid, undetermined, 1,
			[]verify.Outcome{verify.Alias}, []verify.Code{verify.CodeCNAME}, `"Else.example.net."`},
		"alias of nothing": {replies(func(m *dns.Msg) {
			m.Rcode = dns.RcodeNameError
			m.Answer = append(m.Answer, alias("gone.example.com."))
		}), verify.ExpectNone, verify.Invalid, undetermined, 1, []verify.Outcome{verify.Alias}, []verify.Code{verify.CodeCNAME}, ""},
		"same alias in other case": {replies(
			func(m *dns.Msg) { m.Answer = append(m.Answer, alias("else.example.net.")) },
			func(m *dns.Msg) { m.Answer = append(m.Answer, alias("ELSE.example.net.")) },
		), "", verify.Invalid, undetermined, 1, []verify.Outcome{verify.Alias, verify.Alias}, []verify.Code{verify.CodeCNAME}, ""},
		"alias at one": {with(zones(on), func(t testing.TB) verify.Server {
			return replying(t, func(m *dns.Msg) { m.Answer = append(m.Answer, alias("else.example.net.")) })
		}), "", verify.Conflict, undetermined, 1, []verify.Outcome{verify.Answered, verify.Alias}, []verify.Code{verify.CodeCNAME, verify.CodeServersDiffer}, "serves an alias"},
		"no such name": {zones(nil, nil), verify.ExpectNone, verify.None, none, 0,
			[]verify.Outcome{verify.NameError, verify.NameError}, []verify.Code{verify.CodeNoRecord}, "(nxdomain); resolvers may remember that for 1m0s"},
		"no TXT record": {func(t testing.TB) []verify.Server {
			return []verify.Server{startZone(t, nameserver.Zone{Name: "example.com", TTL: 20, NegativeTTL: 60, Records: []txtrecord.RRSet{
				{Name: domain + ".", Type: "A", TTL: 30, Values: []string{"192.0.2.1"}},
			}})}
		}, verify.ExpectOn, verify.None, none, 3, []verify.Outcome{verify.NoData}, []verify.Code{verify.CodeNoRecord}, "(no-data); resolvers may remember that for 20s"},
		"no name here, no TXT there": {func(t testing.TB) []verify.Server {
			return append(zones(nil)(t), replying(t, func(*dns.Msg) {}))
		}, "", verify.None, none, 3, []verify.Outcome{verify.NameError, verify.NoData}, []verify.Code{verify.CodeNoRecord}, ""},
		"TTL short": {func(t testing.TB) []verify.Server { return []verify.Server{zoneServer(t, 29, on...)} }, "", verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered}, []verify.Code{verify.CodeTTLShort}, "29 s"},
		"TTL long at both": {func(t testing.TB) []verify.Server {
			return []verify.Server{zoneServer(t, 3600, on...), zoneServer(t, 3600, on...)}
		}, "", verify.Valid, both(verify.StateOn), 0, []verify.Outcome{verify.Answered, verify.Answered}, []verify.Code{verify.CodeTTLLong}, "3600 s"},
		"TTL beyond the end": {func(t testing.TB) []verify.Server { return []verify.Server{zoneServer(t, 20000, on...)} }, "", verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered}, []verify.Code{verify.CodeTTLBeyondEnd, verify.CodeTTLLong}, "the set ends in 4h0m0s"},
		"TTL beyond any": {replies(serving(1<<31, 1<<31)), "", verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered}, []verify.Code{verify.CodeTTLShort}, "the TTL is 0 s"},
		"no EDNS": {func(t testing.TB) []verify.Server {
			server, _ := scripted(t, func(q *dns.Msg) *dns.Msg {
				m := new(dns.Msg).SetReply(q)
				m.Authoritative = true
				if q.IsEdns0() != nil {
					m.Rcode = dns.RcodeNotImplemented
				} else if q.Question[0].Name == domain+"." && q.Question[0].Qtype == dns.TypeTXT {
					m.Answer = []dns.RR{txt(30, "v=1;k=all;b=off")}
				}
				return m
			})
			return []verify.Server{server}
		}, "", verify.Unsigned, both(verify.StateOff), 1, []verify.Outcome{verify.Answered}, []verify.Code{verify.CodeEDNSRefused, verify.CodeUnsigned}, "only without EDNS"},
		"TCP alone": {func(t testing.TB) []verify.Server {
			return []verify.Server{zoneServer(t, 30, append(on[:2:2], strings.Repeat("x", 250), strings.Repeat("y", 250), strings.Repeat("z", 250))...)}
		}, "", verify.Valid, both(verify.StateOn), 0, []verify.Outcome{verify.Answered}, []verify.Code{verify.CodeForeign, verify.CodeTCPNeeded}, "only over TCP"},
		"TTLs unequal": {replies(serving(30, 60)), "", verify.Valid, both(verify.StateOn), 0,
			[]verify.Outcome{verify.Answered}, []verify.Code{verify.CodeTTLUnequal}, "30 s and 60 s"},
		"nobody listens": {func(t testing.TB) []verify.Server { return []verify.Server{nobody(t)} }, "", verify.Unreachable, undetermined, 4,
			[]verify.Outcome{verify.Unroutable}, []verify.Code{verify.CodeServerUnreachable}, "refused"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := asking(t)
			policy.Expected = c.expected
			servers := c.servers(t)
			checker := quick()
			if !strings.Contains(name, "silent") {
				checker.Client.Timeout = 20 * time.Second
			}
			got := checker.Check(t.Context(), request(servers, policy))
			if got.Verdict != c.verdict || got.State != c.state || got.ExitStatus() != c.exit {
				t.Errorf("got %s %v, exit status %d, want %s %v, %d", got.Verdict, got.State, got.ExitStatus(), c.verdict, c.state, c.exit)
			}
			found := slices.DeleteFunc(codes(got.Judgement), func(c verify.Code) bool {
				return c == verify.CodeAnswerLarge || c == verify.CodeNoAddress // these have tests of their own
			})
			if !slices.Equal(outcomes(got), c.outcomes) || !slices.Equal(found, c.codes) {
				t.Errorf("got %q with %q, want %q with %q: %v", outcomes(got), found, c.outcomes, c.codes, got.Findings)
			}
			met := got.ExitStatus() == 0 && c.expected != ""
			if got.AsExpected != met || got.Live() != (len(servers) > 0) {
				t.Errorf("as expected %t, live %t", got.AsExpected, got.Live())
			}
			said := slices.ContainsFunc(got.Findings, func(f verify.Finding) bool { return strings.Contains(f.Message, c.message) })
			if c.message != "" && !said {
				t.Errorf("%q is not said: %v", c.message, got.Findings)
			}
			for _, f := range got.Findings {
				if !printable(f.Message) || !printable(f.Server) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// nobody is an address where nothing listens any more.
func nobody(t testing.TB) verify.Server {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return serverAt(conn.LocalAddr().String())
}

// TTLs that fall between two servers are two findings, and what is said of a
// server's own set names it.
func TestFindingsNameTheServer(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	good, long, half, mute := zoneServer(t, 30, on...), zoneServer(t, 4000, on...), zoneServer(t, 30, on[0]), silent(t)
	got := quick().Check(t.Context(), request([]verify.Server{good, long, half, mute}, asking(t)))
	for code, server := range map[verify.Code]verify.Server{
		verify.CodeTTLLong: long, faultCode(txtrecord.PartMissing): half, verify.CodeServerSilent: mute,
	} {
		f, ok := findingOf(got.Judgement, code)
		if !ok || f.Server != net.JoinHostPort(server.Host, server.Port) {
			t.Errorf("%s: %+v", code, f)
		}
	}
	f, _ := findingOf(got.Judgement, verify.CodeServersDiffer)
	for _, part := range []string{good.Port + ", 127.0.0.1:" + long.Port + " serves v=1;k=all;b=on;t=1800000000;x=1800028800, bh=" + signatureStart(on[0]) + "... (valid)", half.Port + " serves 1 TXT records (invalid)"} {
		if !strings.Contains(f.Message, part) {
			t.Errorf("%q is not in %q", part, f.Message)
		}
	}
	if got.Findings[0].Code != verify.CodeServersDiffer || f.Server != "" {
		t.Errorf("%v", got.Findings)
	}
}

func TestAcknowledgedLive(t *testing.T) {
	policy := asking(t)
	policy.Acknowledged = []verify.Code{verify.CodeTTLLong, verify.CodeServersDiffer}
	on := signed(t, window(txtrecord.On))
	got := quick().Check(t.Context(), request([]verify.Server{zoneServer(t, 4000, on...), zoneServer(t, 4000)}, policy))
	if f, _ := findingOf(got.Judgement, verify.CodeTTLLong); f.Severity != verify.Info {
		t.Errorf("%+v", f)
	}
	if f, _ := findingOf(got.Judgement, verify.CodeServersDiffer); f.Severity != verify.Error || got.ExitStatus() != 1 {
		t.Errorf("%+v", f)
	}
}

func TestServerReports(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	good, mute := zoneServer(t, 30, on...), silent(t)
	checker := quick()
	got := checker.Check(t.Context(), request([]verify.Server{good, mute}, asking(t)))
	servers := decoded(t, got)["servers"].([]any)
	first, second := servers[0].(map[string]any), servers[1].(map[string]any)
	if rtt, ok := first["rtt_ms"].(float64); !ok || rtt < 0 {
		t.Errorf("%v", first)
	}
	delete(first, "rtt_ms")
	address := net.JoinHostPort(good.Host, good.Port)
	if want := fmt.Sprint(map[string]any{
		"server": address, "address": address, "role": "authoritative", "transport": "udp", "outcome": "answer", "verdict": "valid", "ttl": 30,
	}); fmt.Sprint(first) != want {
		t.Errorf("got  %v\nwant %s", first, want)
	}
	address = net.JoinHostPort(mute.Host, mute.Port)
	if want := fmt.Sprint(map[string]any{"server": address, "address": address, "role": "authoritative", "outcome": "timeout"}); fmt.Sprint(second) != want {
		t.Errorf("got  %v\nwant %s", second, want)
	}
	if want := "The DNS tells Internet Access and Private Access clients to switch to disaster recovery until 2027-01-15T16:00:00Z (4h0m0s left)."; got.Sentence() != want {
		t.Errorf("%s", got.Sentence())
	}
	got = checker.Check(t.Context(), request([]verify.Server{mute}, asking(t)))
	if want := "No name server could be asked for dr.example.com: what clients are told is not known."; got.Sentence() != want {
		t.Errorf("%s", got.Sentence())
	}
}

// signatureStart is the first eight characters of a part's signature.
func signatureStart(value string) string {
	_, signature, _ := strings.Cut(value, "bh=")
	return signature[:8]
}

func TestServerString(t *testing.T) {
	for want, server := range map[string]verify.Server{
		"ns1.example.com": {Host: "ns1.example.com", Port: "53"}, "192.0.2.1:5353": {Host: "192.0.2.1", Port: "5353"}, "[2001:db8::1]:5353": {Host: "2001:db8::1", Port: "5353"},
	} {
		if server.String() != want {
			t.Errorf("%s, want %s", server, want)
		}
	}
}

// resolver looks names up at one server of the test's.
func resolver(server verify.Server) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", net.JoinHostPort(server.Host, server.Port))
	}}
}

// names answers address questions: ns1.example.test is on loopback, nothing else is
// there.
func names(t testing.TB) verify.Server {
	return replying(t, func(m *dns.Msg) {
		q := m.Question[0]
		switch {
		case !strings.HasPrefix(q.Name, "ns1.example.test."):
			m.Rcode = dns.RcodeNameError
		case q.Qtype == dns.TypeA:
			m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 5}, A: netip.MustParseAddr("127.0.0.1").AsSlice()})
		}
	})
}

func TestServersByName(t *testing.T) {
	server, asked := scripted(t, func(q *dns.Msg) *dns.Msg {
		m := new(dns.Msg).SetReply(q)
		m.Authoritative = true
		return m
	})
	checker := quick()
	checker.Client.Timeout = 5 * time.Second
	checker.Resolver = resolver(names(t))
	byName := verify.Server{Host: "ns1.example.test", Port: server.Port}
	unknown := verify.Server{Host: "ns2.example.test", Port: "53"}
	got := checker.Check(t.Context(), request([]verify.Server{byName, server, unknown, byName}, asking(t)))
	if !slices.Equal(outcomes(got), []verify.Outcome{verify.NoData, verify.UnknownName}) || asked.Load() != 5 {
		t.Fatalf("%q, asked %d times", outcomes(got), asked.Load())
	}
	if s := got.Servers[0]; s.Server != byName.String() || s.Address != net.JoinHostPort("127.0.0.1", server.Port) {
		t.Errorf("%+v", s)
	}
	if s := got.Servers[1]; s.Server != "ns2.example.test" || s.Address != "" || s.Err == nil {
		t.Errorf("%+v", s)
	}
	f, _ := findingOf(got.Judgement, verify.CodeServerNameUnknown)
	if f.Server != "ns2.example.test" || f.Severity != verify.Warning || got.ExitStatus() != 3 {
		t.Errorf("%+v, exit status %d", f, got.ExitStatus())
	}
	// The name alone: nothing could be asked.
	if got := checker.Check(t.Context(), request([]verify.Server{unknown}, asking(t))); got.Verdict != verify.Unreachable || got.ExitStatus() != 4 {
		t.Errorf("%s", got.Verdict)
	}
}

func TestSystemResolver(t *testing.T) {
	server := zoneServer(t, 30, signed(t, window(txtrecord.On))...)
	server.Host = "127.0.0.1"
	byName := verify.Server{Host: "localhost", Port: server.Port}
	got := quick().Check(t.Context(), request([]verify.Server{byName, server}, asking(t)))
	if !slices.Contains(outcomes(got), verify.Answered) {
		t.Errorf("%+v", got.Servers)
	}
}

// A resolver that is out of reach must not use up the time of the servers that are
// given by address.
func TestSilentResolver(t *testing.T) {
	checker := quick()
	checker.Resolver = resolver(silent(t))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	begin := time.Now()
	servers := []verify.Server{{Host: "ns1.example.test", Port: "53"}, {Host: "ns2.example.test", Port: "53"}, zoneServer(t, 30, signed(t, window(txtrecord.On))...)}
	got := checker.Check(ctx, request(servers, asking(t)))
	if !slices.Equal(outcomes(got), []verify.Outcome{verify.UnknownName, verify.UnknownName, verify.Answered}) || got.ExitStatus() != 0 {
		t.Errorf("%q, %v", outcomes(got), got.Findings)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestCancelledLookup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	mute, _ := scripted(t, func(*dns.Msg) *dns.Msg { cancel(); return nil })
	checker := quick()
	checker.Client.Timeout = 20 * time.Second
	checker.Resolver = resolver(mute)
	begin := time.Now()
	got := checker.Check(ctx, request([]verify.Server{{Host: "ns1.example.test", Port: "53"}}, asking(t)))
	if !slices.Equal(outcomes(got), []verify.Outcome{verify.NotCompleted}) || !errors.Is(got.Servers[0].Err, context.Canceled) || time.Since(begin) > 5*time.Second {
		t.Errorf("%+v after %s", got.Servers, time.Since(begin))
	}
}

// Cancelling in mid-exchange ends the verification at once, with what came in.
func TestCancelledCheck(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	checker := quick()
	checker.Client.Timeout = 20 * time.Second
	r := request([]verify.Server{silent(t), zoneServer(t, 30, signed(t, window(txtrecord.On))...)}, asking(t))
	r.Progress = func(s verify.ServerReport) {
		if s.Outcome == verify.Answered {
			cancel()
		}
	}
	begin := time.Now()
	got := checker.Check(ctx, r)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if !slices.Equal(outcomes(got), []verify.Outcome{verify.NotCompleted, verify.Answered}) || got.Verdict != verify.Valid {
		t.Errorf("%q %s", outcomes(got), got.Verdict)
	}
	if f, ok := findingOf(got.Judgement, verify.CodeServerSilent); !ok || !strings.Contains(f.Message, "had not answered when") {
		t.Errorf("%v", got.Findings)
	}
	// Cancelled before it begins: nothing was asked, and nothing is known.
	got = checker.Check(ctx, request([]verify.Server{zoneServer(t, 30)}, asking(t)))
	if got.Verdict != verify.Unreachable || got.ExitStatus() != 4 {
		t.Errorf("%s", got.Verdict)
	}
}

// A whole verification's own limit is a timeout, not an interruption.
func TestCheckDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	checker := quick()
	checker.Client.Timeout = 20 * time.Second
	got := checker.Check(ctx, request([]verify.Server{silent(t)}, asking(t)))
	if !slices.Equal(outcomes(got), []verify.Outcome{verify.TimedOut}) {
		t.Errorf("%q", outcomes(got))
	}
}

// Progress is called twice for each server, before it is asked and with its report, and
// never by two goroutines at the same time.
func TestProgress(t *testing.T) {
	var servers []verify.Server
	for range 50 {
		servers = append(servers, zoneServer(t, 30))
	}
	servers = append(servers, nobody(t))
	checker := quick()
	checker.Client.Timeout = 20 * time.Second
	seen := map[string][]verify.Outcome{} // not guarded: the race detector judges
	r := request(servers, asking(t))
	r.Progress = func(s verify.ServerReport) { seen[s.Address] = append(seen[s.Address], s.Outcome) }
	got := checker.Check(t.Context(), r)
	if len(seen) != 51 || len(got.Servers) != 51 {
		t.Errorf("%d servers were reported, %d stand in the report", len(seen), len(got.Servers))
	}
	for address, outcomes := range seen {
		if len(outcomes) != 2 || outcomes[0] != "" || outcomes[1] == "" {
			t.Errorf("%s was reported as %q", address, outcomes)
		}
	}
}

// What stands in the DNS is hostile: none of it may reach a message raw.
func TestHostileRecords(t *testing.T) {
	hostile := "v=1;b=\x1b[31mon\x00\n\xff;\u202e"
	server := zoneServer(t, 30, hostile)
	got := quick().Check(t.Context(), request([]verify.Server{server, zoneServer(t, 30, "\x1b]0;x\x07")}, asking(t)))
	if got.Verdict != verify.Conflict {
		t.Errorf("%s", got.Verdict)
	}
	for _, f := range got.Findings {
		if !printable(f.Message) {
			t.Errorf("%q", f.Message)
		}
	}
}

func TestJudgeTTL(t *testing.T) {
	none := verify.Judgement{}
	set := verify.Judge(verify.Values(signed(t, window(txtrecord.On))...), trusting(t))
	for _, c := range []struct {
		ttls      []uint32
		judgement verify.Judgement
		second    int64
		want      []verify.Code
	}{
		{nil, none, 0, nil},
		{[]uint32{30}, none, 0, nil},
		{[]uint32{29}, none, 0, []verify.Code{verify.CodeTTLShort}},
		{[]uint32{0}, none, 0, []verify.Code{verify.CodeTTLShort}},
		{[]uint32{900}, none, 0, nil},
		{[]uint32{901}, none, 0, []verify.Code{verify.CodeTTLLong}},
		{[]uint32{1<<32 - 1}, none, 0, []verify.Code{verify.CodeTTLLong}},
		{[]uint32{60, 30}, none, 0, []verify.Code{verify.CodeTTLUnequal}},
		{[]uint32{60, 10}, none, 0, []verify.Code{verify.CodeTTLShort, verify.CodeTTLUnequal}},
		{[]uint32{5, 3600}, none, 0, []verify.Code{verify.CodeTTLShort, verify.CodeTTLLong, verify.CodeTTLUnequal}},
		{[]uint32{60}, set, endSecond - 60, nil},
		{[]uint32{60}, set, endSecond - 59, []verify.Code{verify.CodeTTLBeyondEnd}},
		{[]uint32{60}, set, endSecond + 1, nil},
	} {
		var got []verify.Code
		for _, f := range verify.JudgeTTLs(c.ttls, c.judgement, at(c.second)) {
			got = append(got, f.Code)
			if f.Severity != verify.Warning {
				t.Errorf("%+v", f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v at %d: %q, want %q", c.ttls, c.second, got, c.want)
		}
	}
}
