//go:build interop

package interop

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/cachingresolver"
	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A cacheQuestion is asked so long after the first one. Unbound counts whole seconds: what
// may be held for three seconds it holds for nearly four. So a moment lies half a second
// before something runs out, or at least one and a half after: a question, and the one that
// began the time, may be as late as cacheComparison.run allows.
type cacheQuestion struct {
	at     time.Duration
	name   string
	rrtype uint16
	// change is made to the authoritative server before it, if there is one.
	change func(*cacheZone)
	// unboundAsksMore than there is need to.
	unboundAsksMore bool
}

// cacheQuestions hold what a resolver remembers against its TTL: of records, of a set that
// changes meanwhile, of aliases, of names that do not exist and of types that do not.
var cacheQuestions = []cacheQuestion{
	{0, "dr.example.com.", dns.TypeTXT, nil, false},
	{0, "dr.example.com.", dns.TypeTXT, nil, false},
	{0, "DR.example.com.", dns.TypeTXT, nil, false},
	{0, "dr.example.com.", dns.TypeA, nil, false}, // there is none: 3 s
	{0, "absent.example.com.", dns.TypeTXT, nil, false},
	{0, "absent.example.com.", dns.TypeA, nil, true}, // what does not exist has no type (RFC 2308 §5)
	{0, "alias.example.com.", dns.TypeTXT, nil, false},
	{0, "none.example.com.", dns.TypeTXT, nil, false}, // a TTL of zero
	{0, "failing.example.com.", dns.TypeTXT, nil, true},
	{1500 * time.Millisecond, "dr.example.com.", dns.TypeTXT, func(z *cacheZone) { z.value = "on" }, false},
	{1500 * time.Millisecond, "dr.example.com.", dns.TypeA, nil, false},
	{1500 * time.Millisecond, "absent.example.com.", dns.TypeTXT, func(z *cacheZone) { z.present = true }, false},
	{1500 * time.Millisecond, "alias.example.com.", dns.TypeTXT, nil, false},
	{3500 * time.Millisecond, "dr.example.com.", dns.TypeTXT, nil, false},     // run out: 2 s
	{3500 * time.Millisecond, "alias.example.com.", dns.TypeTXT, nil, false},  // the alias still stands: 5 s
	{4600 * time.Millisecond, "absent.example.com.", dns.TypeTXT, nil, false}, // run out: 3 s
	{4600 * time.Millisecond, "dr.example.com.", dns.TypeA, nil, false},
	{4600 * time.Millisecond, "dr.example.com.", dns.TypeTXT, nil, false},
	{7000 * time.Millisecond, "alias.example.com.", dns.TypeTXT, nil, false},
	{7000 * time.Millisecond, "dr.example.com.", dns.TypeTXT, nil, false},
	{7000 * time.Millisecond, "failing.example.com.", dns.TypeTXT, func(z *cacheZone) { z.well = true }, true},
}

// A cacheZone is what the authoritative server of one resolver serves.
type cacheZone struct {
	mu            sync.Mutex
	value         string
	present, well bool
}

func (z *cacheZone) answer(q *faultserver.Query) faultserver.Reply {
	z.mu.Lock()
	defer z.mu.Unlock()
	name, rrtype := strings.ToLower(q.Question[0].Name), q.Question[0].Qtype
	header := func(rrtype uint16, ttl uint32) dns.RR_Header {
		return dns.RR_Header{Name: "example.com.", Rrtype: rrtype, Class: dns.ClassINET, Ttl: ttl}
	}
	soa := &dns.SOA{Hdr: header(dns.TypeSOA, 60), Ns: "ns.example.com.", Mbox: "hostmaster.example.com.", Serial: 1, Refresh: 3600, Retry: 600, Expire: 604800, Minttl: 3}
	m := faultserver.Answer(q)
	alias := header(dns.TypeCNAME, 5)
	alias.Name = "alias.example.com."
	switch {
	case rrtype == dns.TypeNS && name == "example.com.":
		m.Answer = []dns.RR{&dns.NS{Hdr: header(dns.TypeNS, 300), Ns: "ns.example.com."}}
	case rrtype == dns.TypeSOA && name == "example.com.":
		m.Answer = []dns.RR{soa}
	case name == "failing.example.com." && !z.well:
		m.Rcode, m.Authoritative = dns.RcodeServerFailure, false
	case rrtype == dns.TypeTXT && name == "dr.example.com.":
		m.Answer = []dns.RR{faultserver.TXT(name, 2, z.value), faultserver.TXT(name, 2, "second")}
	case rrtype == dns.TypeTXT && name == "none.example.com.":
		m.Answer = []dns.RR{faultserver.TXT(name, 0, "x")}
	case rrtype == dns.TypeTXT && (name == "failing.example.com." || name == "absent.example.com." && z.present):
		m.Answer = []dns.RR{faultserver.TXT(name, 60, "x")}
	case name == "alias.example.com.":
		m.Answer = []dns.RR{&dns.CNAME{Hdr: alias, Target: "target.example.com."}}
		if rrtype == dns.TypeTXT {
			m.Answer = append(m.Answer, faultserver.TXT("target.example.com.", 2, "x"))
		}
	case rrtype == dns.TypeTXT && name == "target.example.com.":
		m.Answer = []dns.RR{faultserver.TXT(name, 2, "x")}
	default:
		m.Ns = []dns.RR{soa}
		if name == "absent.example.com." {
			m.Rcode = dns.RcodeNameError
		}
	}
	return faultserver.Send(m)
}

func (z *cacheZone) change(to func(*cacheZone)) {
	z.mu.Lock()
	defer z.mu.Unlock()
	to(z)
}

// A cacheSubject is a resolver that is held against another, with an authoritative server
// of its own.
type cacheSubject struct {
	address  string
	zone     *cacheZone
	upstream *faultserver.Server
}

func newCacheSubject(t *testing.T, startAt func(upstream string) string) *cacheSubject {
	s := &cacheSubject{zone: &cacheZone{value: "off"}}
	s.upstream = faultserver.Start(t, faultserver.Script{Answer: s.zone.answer})
	s.address = startAt(s.upstream.Over(dnsquery.UDP).Address())
	return s
}

// asked is how often the authoritative server was asked something.
func (s *cacheSubject) asked(name string, rrtype uint16) int {
	count := 0
	for _, q := range s.upstream.Queries() {
		if q.Question[0].Qtype == rrtype && strings.EqualFold(q.Question[0].Name, name) {
			count++
		}
	}
	return count
}

// A cacheAnswer is what a resolver said, the TTLs aside, and the TTLs.
type cacheAnswer struct {
	text string
	ttls []uint32
}

func (s *cacheSubject) ask(t *testing.T, q cacheQuestion) cacheAnswer {
	t.Helper()
	client := &dns.Client{Timeout: patience}
	reply, _, err := client.Exchange(new(dns.Msg).SetQuestion(q.name, q.rrtype).SetEdns0(1232, false), s.address)
	if err != nil {
		t.Fatalf("%s %s: %v", s.address, q.name, err)
	}
	a := cacheAnswer{text: fmt.Sprintf("%s aa=%t ra=%t ad=%t tc=%t", dns.RcodeToString[reply.Rcode], reply.Authoritative, reply.RecursionAvailable, reply.AuthenticatedData, reply.Truncated)}
	var records []string
	for _, rr := range slices.Concat(reply.Answer, reply.Ns) {
		if rr.Header().Rrtype == dns.TypeNS {
			continue // Unbound may add whose zone it is
		}
		a.ttls = append(a.ttls, rr.Header().Ttl)
		rr.Header().Ttl = 0
		records = append(records, strings.ToLower(rr.String()))
	}
	slices.Sort(records) // the order in a set is free
	a.text += "\n" + strings.Join(records, "\n")
	slices.Sort(a.ttls)
	return a
}

// A cacheComparison is one run of the questions.
type cacheComparison struct {
	ours, unbound *cacheSubject
	differences   []string
}

// ask asks both, and notes in what they differ.
func (c *cacheComparison) ask(t *testing.T, q cacheQuestion) {
	t.Helper()
	if q.change != nil {
		c.unbound.zone.change(q.change)
		c.ours.zone.change(q.change)
	}
	want, got := c.unbound.ask(t, q), c.ours.ask(t, q)
	question := fmt.Sprintf("%s %s after %s", q.name, dns.TypeToString[q.rrtype], q.at)
	sameTTLs := slices.EqualFunc(want.ttls, got.ttls, func(a, b uint32) bool { return max(a, b)-min(a, b) <= 1 })
	if want.text != got.text || !sameTTLs {
		c.differences = append(c.differences, fmt.Sprintf("%s: %s %d\nUnbound: %s %d", question, got.text, got.ttls, want.text, want.ttls))
	}
	wantAsked, gotAsked := c.unbound.asked(q.name, q.rrtype), c.ours.asked(q.name, q.rrtype)
	if gotAsked > wantAsked || gotAsked < wantAsked && !q.unboundAsksMore {
		c.differences = append(c.differences, fmt.Sprintf("%s: %d questions have gone up, %d from Unbound", question, gotAsked, wantAsked))
	}
}

// run asks the questions at their times, and reports whether that was possible.
func (c *cacheComparison) run(t *testing.T) (inTime bool) {
	t.Helper()
	begin := time.Now()
	for _, q := range cacheQuestions {
		time.Sleep(time.Until(begin.Add(q.at)))
		c.ask(t, q)
		if time.Since(begin)-q.at > 400*time.Millisecond {
			return false
		}
	}
	return true
}

func newCacheComparison(t *testing.T) *cacheComparison {
	t.Helper()
	unbound := func(upstream string) string {
		address, _ := startUnbound(t, upstream, "  qname-minimisation: no\n")
		return address
	}
	ours := func(upstream string) string {
		r, err := cachingresolver.Start(t.Context(), cachingresolver.Config{Upstream: upstream, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Close)
		return r.Addr()
	}
	return &cacheComparison{ours: newCacheSubject(t, ours), unbound: newCacheSubject(t, unbound)}
}

// The same questions in the same order get the same answers of Unbound and of our
// caching resolver, with TTLs that differ by a second at most, and each asks the
// authoritative server the same questions equally often.
func TestCachingResolverIsAsUnbound(t *testing.T) {
	t.Parallel()
	for range 3 { // the machine may be too busy to ask at the right moments
		c := newCacheComparison(t)
		if c.run(t) {
			for _, difference := range c.differences {
				t.Error(difference)
			}
			return
		}
	}
	t.Error("the questions could not be asked in time")
}
