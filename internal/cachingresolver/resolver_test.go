package cachingresolver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/virtualclock"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const name = "dr.example.com."

// A scene is a resolver, the authoritative server that it asks, and their clock.
type scene struct {
	*Resolver
	t     testing.TB
	clock *virtualclock.Clock
	begin time.Time
}

func start(t testing.TB, config Config, answer func(*faultserver.Query) faultserver.Reply) *scene {
	t.Helper()
	server := faultserver.Start(t, faultserver.Script{Answer: answer})
	return startAt(t, config, server.Over(dnsquery.UDP).Address())
}

func startAt(t testing.TB, config Config, upstream string) *scene {
	t.Helper()
	s := &scene{t: t, begin: time.Unix(1_800_000_000, 0)}
	s.clock = virtualclock.New(s.begin)
	config.Upstream, config.Now = upstream, s.clock.Now
	var err error
	if s.Resolver, err = Start(context.WithoutCancel(t.Context()), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func query(name string, rrtype uint16) *dns.Msg {
	return new(dns.Msg).SetQuestion(name, rrtype).SetEdns0(1232, false)
}

func exchange(r *Resolver, network string, m *dns.Msg) (*dns.Msg, error) {
	client := &dns.Client{Net: network, UDPSize: dns.MaxMsgSize, Timeout: 10 * time.Second}
	reply, _, err := client.Exchange(m, r.Addr())
	return reply, err
}

func (s *scene) ask(name string, rrtype uint16) *dns.Msg { return s.send("udp", query(name, rrtype)) }

func (s *scene) send(network string, m *dns.Msg) *dns.Msg {
	s.t.Helper()
	reply, err := exchange(s.Resolver, network, m)
	if err != nil {
		s.t.Fatalf("%s %v: %v", network, m.Question, err)
	}
	return reply
}

// says is a reply in one line: its code, and each record's name, type and TTL.
func says(m *dns.Msg) string {
	text := dns.RcodeToString[m.Rcode]
	for _, section := range [][]dns.RR{m.Answer, m.Ns} {
		for _, rr := range section {
			h := rr.Header()
			text += fmt.Sprintf(" %s/%s/%d", strings.TrimSuffix(h.Name, ".example.com."), dns.TypeToString[h.Rrtype], h.Ttl)
		}
	}
	return text
}

func txt(ttl uint32, value string) dns.RR { return faultserver.TXT(name, ttl, value) }

func cname(owner, target string, ttl uint32) dns.RR {
	return &dns.CNAME{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: ttl}, Target: target}
}

func soa(ttl, minimum uint32) dns.RR {
	return &dns.SOA{Hdr: dns.RR_Header{Name: "z.example.com.", Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: ttl}, Ns: "ns.example.com.", Mbox: "hostmaster.example.com.", Serial: 1, Minttl: minimum}
}

// answering sends one answer to every question.
func answering(records ...dns.RR) func(*faultserver.Query) faultserver.Reply {
	return func(q *faultserver.Query) faultserver.Reply {
		return faultserver.SendFitting(q, faultserver.Answer(q, records...))
	}
}

func negative(code int, authority ...dns.RR) func(*faultserver.Query) faultserver.Reply {
	return func(q *faultserver.Query) faultserver.Reply {
		m := faultserver.Answer(q)
		m.Rcode, m.Ns = code, authority
		return faultserver.Send(m)
	}
}

// A step asks for TXT at the name so long after the beginning.
type step struct {
	at       time.Duration
	want     string
	upstream int
}

// take asks at each step, and wants its answer and so many questions upstream.
func (s *scene) take(steps []step) {
	s.t.Helper()
	for _, step := range steps {
		s.clock.Set(s.begin.Add(step.at))
		if got := says(s.ask(name, dns.TypeTXT)); got != step.want || s.Asked() != step.upstream {
			s.t.Errorf("after %s: %s, %d questions went up, want %s, %d", step.at, got, s.Asked(), step.want, step.upstream)
		}
	}
}

func TestHowLongAnswersAreHeld(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for title, test := range map[string]struct {
		config Config
		answer func(*faultserver.Query) faultserver.Reply
		steps  []step
	}{
		"for their TTL, in whole seconds that are left": {Config{}, answering(txt(30, "x")), []step{
			{0, "NOERROR dr/TXT/30", 1}, {400 * time.Millisecond, "NOERROR dr/TXT/29", 1}, {10 * second, "NOERROR dr/TXT/20", 1},
			{30*second - 1, "NOERROR dr/TXT/0", 1}, {30 * second, "NOERROR dr/TXT/30", 2}, {59 * second, "NOERROR dr/TXT/1", 2}}},
		"for the least TTL of the set": {Config{}, answering(txt(30, "x"), txt(20, "y"), txt(25, "z")), []step{
			{0, "NOERROR dr/TXT/20 dr/TXT/20 dr/TXT/20", 1}, {19 * second, "NOERROR dr/TXT/1 dr/TXT/1 dr/TXT/1", 1},
			{20 * second, "NOERROR dr/TXT/20 dr/TXT/20 dr/TXT/20", 2}}},
		"not with a TTL of zero": {Config{}, answering(txt(0, "x")), []step{
			{0, "NOERROR dr/TXT/0", 1}, {0, "NOERROR dr/TXT/0", 2}}},
		"not with a TTL beyond the largest": {Config{}, answering(txt(1<<31, "x")), []step{
			{0, "NOERROR dr/TXT/0", 1}, {0, "NOERROR dr/TXT/0", 2}}},
		"with the largest TTL": {Config{}, answering(txt(1<<31-1, "x")), []step{
			{0, "NOERROR dr/TXT/2147483647", 1}, {second, "NOERROR dr/TXT/2147483646", 1}}},
		"no longer than MaxTTL": {Config{MaxTTL: 5 * second, MaxNegativeTTL: second}, answering(txt(30, "x")), []step{
			{0, "NOERROR dr/TXT/5", 1}, {4 * second, "NOERROR dr/TXT/1", 1}, {5 * second, "NOERROR dr/TXT/5", 2}}},
		"no shorter than MinTTL": {Config{MinTTL: 60 * second}, answering(txt(30, "x")), []step{
			{0, "NOERROR dr/TXT/60", 1}, {59 * second, "NOERROR dr/TXT/1", 1}, {60 * second, "NOERROR dr/TXT/60", 2}}},

		"no such name, for MINIMUM": {Config{}, negative(dns.RcodeNameError, soa(300, 60)), []step{
			{0, "NXDOMAIN z/SOA/60", 1}, {59 * second, "NXDOMAIN z/SOA/1", 1}, {60 * second, "NXDOMAIN z/SOA/60", 2}}},
		"no such name, for the SOA record's TTL": {Config{}, negative(dns.RcodeNameError, soa(20, 60)), []step{
			{0, "NXDOMAIN z/SOA/20", 1}, {19 * second, "NXDOMAIN z/SOA/1", 1}, {20 * second, "NXDOMAIN z/SOA/20", 2}}},
		"no such records": {Config{}, negative(dns.RcodeSuccess, soa(300, 60)), []step{
			{0, "NOERROR z/SOA/60", 1}, {59 * second, "NOERROR z/SOA/1", 1}, {60 * second, "NOERROR z/SOA/60", 2}}},
		"nothing, no longer than MaxNegativeTTL": {Config{MaxNegativeTTL: 5 * second}, negative(dns.RcodeNameError, soa(300, 60)), []step{
			{0, "NXDOMAIN z/SOA/5", 1}, {5 * second, "NXDOMAIN z/SOA/5", 2}}},
		"nothing, not without a SOA record": {Config{}, negative(dns.RcodeNameError), []step{
			{0, "NXDOMAIN", 1}, {0, "NXDOMAIN", 2}}},
		"nothing, not with a MINIMUM of zero": {Config{}, negative(dns.RcodeSuccess, soa(300, 0)), []step{
			{0, "NOERROR z/SOA/0", 1}, {0, "NOERROR z/SOA/0", 2}}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.config, test.answer)
			s.take(test.steps)
		})
	}
}

// That a name does not exist holds for each of its types; that it has no such records for
// theirs alone (RFC 2308 §5).
func TestNegativeAnswersOfOtherTypes(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]int{dns.RcodeNameError: 1, dns.RcodeSuccess: 2} {
		s := start(t, Config{}, negative(code, soa(300, 60)))
		s.ask(name, dns.TypeTXT)
		s.ask(strings.ToUpper(name), dns.TypeA)
		s.ask(name, dns.TypeA)
		if s.Asked() != want {
			t.Errorf("%s: %d questions went up, want %d", dns.RcodeToString[code], s.Asked(), want)
		}
	}
}

// What stood for one moment is not what stands later: the cache gets what is new.
func TestChangeIsSeenOnceTheAnswerHasRunOut(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	answer := negative(dns.RcodeNameError, soa(60, 60))
	set := func(to func(*faultserver.Query) faultserver.Reply) {
		mu.Lock()
		defer mu.Unlock()
		answer = to
	}
	s := start(t, Config{}, func(q *faultserver.Query) faultserver.Reply {
		mu.Lock()
		defer mu.Unlock()
		return answer(q)
	})
	for _, step := range []struct {
		change  func(*faultserver.Query) faultserver.Reply
		advance time.Duration
		want    string
	}{
		{nil, 0, "NXDOMAIN z/SOA/60"},
		{answering(txt(30, "x")), 59 * time.Second, "NXDOMAIN z/SOA/1"},
		{nil, time.Second, "NOERROR dr/TXT/30"},
		{answering(cname(name, "a.example.com.", 10)), 29 * time.Second, "NOERROR dr/TXT/1"},
		{answering(cname(name, "a.example.com.", 10), faultserver.TXT("a.example.com.", 20, "y")), time.Second, "NOERROR dr/CNAME/10 a/TXT/20"},
		{negative(dns.RcodeNameError, soa(60, 60)), 9 * time.Second, "NOERROR dr/CNAME/1 a/TXT/11"},
		{nil, time.Second, "NXDOMAIN z/SOA/60"},
	} {
		if step.change != nil {
			set(step.change)
		}
		s.clock.Set(s.clock.Now().Add(step.advance))
		if got := says(s.ask(name, dns.TypeTXT)); got != step.want {
			t.Errorf("after %s: %s, want %s", s.clock.Now().Sub(s.begin), got, step.want)
		}
	}
}

// A failure is told and never held; as soon as the server is well again, so is the answer.
func TestFailuresAreNotHeld(t *testing.T) {
	t.Parallel()
	altered := func(alter func(*dns.Msg)) func(*faultserver.Query) faultserver.Reply {
		return func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, txt(30, "x"))
			alter(m)
			return faultserver.Send(m)
		}
	}
	for title, answer := range map[string]func(*faultserver.Query) faultserver.Reply{
		"SERVFAIL":            negative(dns.RcodeServerFailure),
		"SERVFAIL with a SOA": negative(dns.RcodeServerFailure, soa(300, 60)),
		"REFUSED":             negative(dns.RcodeRefused),
		"FORMERR":             negative(dns.RcodeFormatError),
		"silence":             func(*faultserver.Query) faultserver.Reply { return faultserver.Reply{} },
		"not authoritative":   altered(func(m *dns.Msg) { m.Authoritative = false }),
		"another id":          altered(func(m *dns.Msg) { m.Id++ }),
		"another name":        altered(func(m *dns.Msg) { m.Question[0].Name = "other.example.com." }),
		"another type":        altered(func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }),
		"another opcode":      altered(func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }),
		"a query":             altered(func(m *dns.Msg) { m.Response = false }),
		"truncated over TCP":  altered(func(m *dns.Msg) { m.Truncated = true }),
		"a loop":              answering(cname(name, name, 30)),
		"fewer records than it says": func(q *faultserver.Query) faultserver.Reply {
			wire := faultserver.Packed(faultserver.Answer(q, txt(30, "x")))
			wire[7]++
			return faultserver.SendBytes(wire)
		},
		"torn": func(q *faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes(faultserver.Packed(faultserver.Answer(q, txt(30, "x")))[:40])
		},
		"no message": func(q *faultserver.Query) faultserver.Reply { return faultserver.SendBytes([]byte{1, 2, 3}) },
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			well := false
			s := start(t, Config{Timeout: 300 * time.Millisecond}, func(q *faultserver.Query) faultserver.Reply {
				mu.Lock()
				defer mu.Unlock()
				if well {
					return faultserver.Send(faultserver.Answer(q, txt(30, "x")))
				}
				return answer(q)
			})
			if s.Failure() != nil {
				t.Errorf("before it is asked: %v", s.Failure())
			}
			if reply := s.ask(name, dns.TypeTXT); says(reply) != "SERVFAIL" || s.Failure() == nil {
				t.Errorf("%s, because of %v", reply, s.Failure())
			}
			mu.Lock()
			well = true
			mu.Unlock()
			s.clock.Set(s.begin.Add(time.Minute)) // the alias of the loop is held as it says
			if got := says(s.ask(name, dns.TypeTXT)); got != "NOERROR dr/TXT/30" {
				t.Errorf("once it is well: %s", got)
			}
		})
	}
}

func TestDeadServer(t *testing.T) {
	t.Parallel()
	s := startAt(t, Config{}, "127.0.0.1:9") // nothing is there: the system says so
	for want := 1; want <= 2; want++ {
		if got := says(s.ask(name, dns.TypeTXT)); got != "SERVFAIL" || s.Asked() != want {
			t.Errorf("%s, %d questions went up, want %d", got, s.Asked(), want)
		}
		if _, ok := errors.AsType[*net.OpError](s.Failure()); !ok {
			t.Errorf("the reason is %v, not the system's", s.Failure())
		}
	}
}

// Messages that anybody on this machine can send are passed over, and what is lost is
// sent again; both are one question.
func TestStrayAndLostDatagrams(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Timeout: 3 * time.Second}, func(q *faultserver.Query) faultserver.Reply {
		if q.N == 1 {
			return faultserver.Reply{}
		}
		stray, other := faultserver.Answer(q, txt(30, "stray")), faultserver.Answer(q, txt(30, "stray"))
		stray.Id++
		other.Question[0].Qtype = dns.TypeA
		reply := faultserver.Send(stray, other, faultserver.Answer(q, txt(30, "x")))
		reply.Messages = append([][]byte{{0}}, reply.Messages...)
		return reply
	})
	reply := s.ask(name, dns.TypeTXT)
	if says(reply) != "NOERROR dr/TXT/30" || reply.Answer[0].(*dns.TXT).Txt[0] != "x" || s.Asked() != 1 {
		t.Errorf("%s\n%d questions went up", reply, s.Asked())
	}
}

// long needs more than a datagram.
func long() []dns.RR {
	var records []dns.RR
	for i := range 8 {
		records = append(records, txt(30, strings.Repeat(fmt.Sprint(i), 255)))
	}
	return records
}

func TestLongAnswers(t *testing.T) {
	t.Parallel()
	withSize := func(size uint16) *dns.Msg { return new(dns.Msg).SetQuestion(name, dns.TypeTXT).SetEdns0(size, false) }
	plain := func() *dns.Msg { return new(dns.Msg).SetQuestion(name, dns.TypeTXT) }
	for title, test := range map[string]struct {
		records []dns.RR
		network string
		query   *dns.Msg
		whole   bool
	}{
		"short, without EDNS":            {long()[:1], "udp", plain(), true},
		"over 512 octets, without EDNS":  {long()[:2], "udp", plain(), false},
		"over 512 octets, small buffer":  {long()[:2], "udp", withSize(100), false},
		"over 512 octets, with EDNS":     {long()[:2], "udp", withSize(1232), true},
		"over 1232 octets, large buffer": {long()[:5], "udp", withSize(4096), false},
		"over 1232 octets, over TCP":     {long(), "tcp", withSize(1232), true},
		"over 512 octets, TCP, plain":    {long()[:2], "tcp", plain(), true},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := start(t, Config{}, answering(test.records...))
			want := 0
			if test.whole {
				want = len(test.records)
			}
			reply := s.send(test.network, test.query)
			if reply.Truncated == test.whole || len(reply.Answer) != want || reply.Rcode != dns.RcodeSuccess || s.Asked() != 1 {
				t.Errorf("%s\n%d questions went up", reply, s.Asked())
			}
			for i, rr := range reply.Answer {
				if !dns.IsDuplicate(rr, test.records[i]) {
					t.Errorf("record %d is %s", i, rr)
				}
			}
		})
	}
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	s := start(t, Config{}, answering(txt(30, "x")))
	ordinary := func(change func(*dns.Msg)) *dns.Msg {
		m := query(name, dns.TypeTXT)
		change(m)
		return m
	}
	for title, test := range map[string]struct {
		query *dns.Msg
		want  int
	}{
		"ordinary":        {ordinary(func(*dns.Msg) {}), dns.RcodeSuccess},
		"CD and DO":       {ordinary(func(m *dns.Msg) { m.CheckingDisabled = true; m.IsEdns0().SetDo() }), dns.RcodeSuccess},
		"not recursive":   {ordinary(func(m *dns.Msg) { m.RecursionDesired = false }), dns.RcodeRefused},
		"ANY":             {query(name, dns.TypeANY), dns.RcodeRefused},
		"a zone transfer": {query(name, dns.TypeAXFR), dns.RcodeRefused},
		"another class":   {ordinary(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }), dns.RcodeRefused},
		"EDNS 1":          {ordinary(func(m *dns.Msg) { m.IsEdns0().SetVersion(1) }), dns.RcodeBadVers},
		"NOTIFY":          {ordinary(func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }), dns.RcodeNotImplemented},
		"an update":       {ordinary(func(m *dns.Msg) { m.Opcode = dns.OpcodeUpdate }), dns.RcodeNotImplemented},
		"two questions":   {ordinary(func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }), dns.RcodeFormatError},
	} {
		reply, err := exchange(s.Resolver, "udp", test.query)
		if err != nil {
			t.Errorf("%s: %v", title, err)
			continue
		}
		if reply.Rcode != test.want || reply.Authoritative || reply.AuthenticatedData || (len(reply.Answer) > 0) != (test.want == dns.RcodeSuccess) {
			t.Errorf("%s: %s", title, reply)
		}
		if test.want == dns.RcodeSuccess && (!reply.RecursionAvailable || !reply.RecursionDesired || reply.CheckingDisabled != test.query.CheckingDisabled || reply.IsEdns0() == nil) {
			t.Errorf("%s: %s", title, reply)
		}
	}
}

// A header that promises a question, and ends.
func TestHeaderAlone(t *testing.T) {
	t.Parallel()
	s := start(t, Config{}, answering(txt(30, "x")))
	conn, err := net.Dial("udp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 512)
	n, err := conn.Read(buffer)
	if err != nil || n < 12 || buffer[1] != 7 || buffer[3]&0xf != dns.RcodeFormatError {
		t.Errorf("%v %v", buffer[:n], err)
	}
	if got := says(s.ask(name, dns.TypeTXT)); got != "NOERROR dr/TXT/30" {
		t.Errorf("after it: %s", got)
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	const second = time.Second
	at := func(owner string, ttl uint32) dns.RR { return faultserver.TXT(owner, ttl, "x") }
	byName := func(answers map[string][]dns.RR) func(*faultserver.Query) faultserver.Reply {
		return func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, answers[q.Question[0].Name]...)
			if len(m.Answer) == 0 {
				m.Rcode, m.Ns = dns.RcodeNameError, []dns.RR{soa(300, 60)}
			}
			return faultserver.Send(m)
		}
	}
	for title, test := range map[string]struct {
		config Config
		answer func(*faultserver.Query) faultserver.Reply
		steps  []step
	}{
		"followed by the server": {Config{}, answering(cname(name, "A.example.com.", 30), at("a.example.com.", 10)), []step{
			{0, "NOERROR dr/CNAME/30 a/TXT/10", 1}, {9 * second, "NOERROR dr/CNAME/21 a/TXT/1", 1}}},
		"not followed by the server": {Config{}, byName(map[string][]dns.RR{name: {cname(name, "a.example.com.", 30)}, "a.example.com.": {at("a.example.com.", 10)}}), []step{
			{0, "NOERROR dr/CNAME/30 a/TXT/10", 2}, {9 * second, "NOERROR dr/CNAME/21 a/TXT/1", 2},
			{10 * second, "NOERROR dr/CNAME/20 a/TXT/10", 3}, {30 * second, "NOERROR dr/CNAME/30 a/TXT/10", 5}}},
		"not followed by the server, with a MinTTL": {Config{MinTTL: 60 * second}, byName(map[string][]dns.RR{name: {cname(name, "a.example.com.", 30)}, "a.example.com.": {at("a.example.com.", 10)}}), []step{
			{0, "NOERROR dr/CNAME/60 a/TXT/60", 2}}},
		"to a name that does not exist": {Config{}, byName(map[string][]dns.RR{name: {cname(name, "a.example.com.", 30)}}), []step{
			{0, "NXDOMAIN dr/CNAME/30 z/SOA/60", 2}, {29 * second, "NXDOMAIN dr/CNAME/1 z/SOA/31", 2}, {30 * second, "NXDOMAIN dr/CNAME/30 z/SOA/30", 3}}},
		"to a name that does not exist, as the server says": {Config{}, func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, cname(name, "a.example.com.", 90))
			m.Rcode, m.Ns = dns.RcodeNameError, []dns.RR{soa(300, 60)}
			return faultserver.Send(m)
		}, []step{{0, "NXDOMAIN dr/CNAME/90 z/SOA/60", 1}, {59 * second, "NXDOMAIN dr/CNAME/31 z/SOA/1", 1}}},
		"in a circle": {Config{}, byName(map[string][]dns.RR{name: {cname(name, "a.example.com.", 30)}, "a.example.com.": {cname("a.example.com.", name, 30)}}), []step{
			{0, "SERVFAIL", 2}}},
		"in a circle, in one answer": {Config{}, answering(cname(name, "a.example.com.", 30), cname("a.example.com.", name, 30)), []step{
			{0, "SERVFAIL", 1}}},
		"beside records that nobody asked for": {Config{}, answering(txt(30, "x"), at("other.example.com.", 10)), []step{
			{0, "NOERROR dr/TXT/30", 1}}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := start(t, test.config, test.answer)
			s.take(test.steps)
		})
	}
}

func TestCNAMEItselfIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := start(t, Config{}, answering(cname(name, "a.example.com.", 30)))
	if got := says(s.ask(name, dns.TypeCNAME)); got != "NOERROR dr/CNAME/30" || s.Asked() != 1 {
		t.Errorf("%s, %d questions went up", got, s.Asked())
	}
}

// Many who ask the same at once wait for one question.
func TestSameQuestionsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, Config{}, func(q *faultserver.Query) faultserver.Reply {
		r := faultserver.Send(faultserver.Answer(q, txt(30, "x")))
		r.Delay = 200 * time.Millisecond
		return r
	})
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			reply, err := exchange(s.Resolver, []string{"udp", "tcp"}[i%2], query(name, dns.TypeTXT))
			if err != nil || says(reply) != "NOERROR dr/TXT/30" {
				t.Errorf("%v %v", reply, err)
			}
		})
	}
	wait.Wait()
	if s.Asked() != 1 {
		t.Errorf("%d questions went up", s.Asked())
	}
}

// Close breaks off a question that is under way, and connections that just stay.
func TestCloseLeavesNothing(t *testing.T) {
	silent := faultserver.Start(t, faultserver.Script{})
	before := runtime.NumGoroutine()
	for title, end := range map[string]func(*scene, context.CancelFunc){
		"closed":             func(s *scene, _ context.CancelFunc) { s.Close(); s.Close() },
		"end of its context": func(s *scene, cancel context.CancelFunc) { cancel(); s.running.Wait() },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := Start(ctx, Config{Upstream: silent.Over(dnsquery.UDP).Address(), Now: time.Now, Timeout: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		asked := silent.Asked(dnsquery.UDP)
		conn, err := net.Dial("tcp", r.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, network := range []string{"udp", "tcp"} {
			go exchange(r, network, query(network+".example.com.", dns.TypeTXT))
		}
		for deadline := time.Now().Add(10 * time.Second); silent.Asked(dnsquery.UDP) < asked+2 && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		began := time.Now()
		end(&scene{Resolver: r}, cancel)
		if took := time.Since(began); took > 5*time.Second || silent.Asked(dnsquery.UDP) != asked+2 {
			t.Errorf("%s: took %s, asked %d", title, took, silent.Asked(dnsquery.UDP)-asked)
		}
		if _, err := net.Dial("tcp", r.Addr()); err == nil {
			t.Errorf("%s: still accepting", title)
		}
		cancel()
		r.Close()
	}
	for range 1500 { // the clients above give up after ten seconds
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for title, config := range map[string]Config{
		"no upstream":     {Now: time.Now},
		"no address":      {Upstream: "localhost:53", Now: time.Now},
		"no port":         {Upstream: "127.0.0.1", Now: time.Now},
		"not on loopback": {Upstream: "192.0.2.1:53", Now: time.Now},
		"no clock":        {Upstream: "127.0.0.1:53"},
	} {
		if r, err := Start(t.Context(), config); !errors.Is(err, ErrConfig) || r != nil {
			t.Errorf("%s: %v", title, err)
		}
	}
}
