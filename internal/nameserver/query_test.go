package nameserver

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

func TestAnswer(t *testing.T) {
	s := start(t, testConfig())
	cases := []struct {
		name    string
		rrtype  uint16
		class   uint16
		rcode   int
		answers int
		soaTTL  int // of the SOA in the authority section, -1: none there
	}{
		{"dr.example.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeSuccess, 2, -1},
		{"DR.eXample.COM.", dns.TypeA, dns.ClassINET, dns.RcodeSuccess, 2, -1},
		{"dr.example.com.", dns.TypeAAAA, dns.ClassINET, dns.RcodeSuccess, 1, -1},
		{"example.com.", dns.TypeSOA, dns.ClassINET, dns.RcodeSuccess, 1, -1},
		{"example.com.", dns.TypeNS, dns.ClassINET, dns.RcodeSuccess, 1, -1},
		{"odd.example.com.", dns.TypeA, dns.ClassINET, dns.RcodeSuccess, 0, 60},
		{"deep.example.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeSuccess, 0, 60}, // empty non-terminal
		{"eep.example.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeNameError, 0, 60},
		{"x.dr.example.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeNameError, 0, 60},
		{"x.other.example.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeNameError, 0, 5}, // the closer zone, TTL < MINIMUM
		{"example.net.", dns.TypeTXT, dns.ClassINET, dns.RcodeRefused, 0, -1},
		{"com.", dns.TypeNS, dns.ClassINET, dns.RcodeRefused, 0, -1},
		{"notexample.com.", dns.TypeTXT, dns.ClassINET, dns.RcodeRefused, 0, -1},
		{"dr.example.com.", dns.TypeANY, dns.ClassINET, dns.RcodeRefused, 0, -1},
		{"example.com.", dns.TypeAXFR, dns.ClassINET, dns.RcodeRefused, 0, -1},
		{"dr.example.com.", dns.TypeTXT, dns.ClassCHAOS, dns.RcodeRefused, 0, -1},
		{"dr.example.com.", dns.TypeTXT, dns.ClassANY, dns.RcodeRefused, 0, -1},
	}
	for _, c := range cases {
		m := query(c.name, c.rrtype)
		m.Question[0].Qclass = c.class
		reply := ask(t, s, "tcp", m)
		soaTTL := -1
		if len(reply.Ns) == 1 {
			soaTTL = int(reply.Ns[0].(*dns.SOA).Hdr.Ttl)
		}
		if reply.Rcode != c.rcode || len(reply.Answer) != c.answers || soaTTL != c.soaTTL {
			t.Errorf("%s %s:\n%v", c.name, dns.TypeToString[c.rrtype], reply)
		}
		if reply.Authoritative != (c.rcode != dns.RcodeRefused) || reply.RecursionAvailable || !reply.RecursionDesired {
			t.Errorf("%s: flags %v", c.name, reply.MsgHdr)
		}
		if !slices.Equal(reply.Question, m.Question) {
			t.Errorf("question %v became %v", m.Question, reply.Question)
		}
	}
}

// What is put in comes out of the wire octet by octet.
func TestTXTIsSentAsItIs(t *testing.T) {
	s := start(t, testConfig())
	reply := ask(t, s, "udp", query("odd.example.com.", dns.TypeTXT))
	var raw dns.RFC3597
	if err := raw.ToRFC3597(reply.Answer[0]); err != nil {
		t.Fatal(err)
	}
	if want := hex.EncodeToString(append([]byte{byte(len(odd))}, odd...)); raw.Rdata != want {
		t.Errorf("sent %s, want %s", raw.Rdata, want)
	}
	if reply.Answer[0].Header().Ttl != 30 {
		t.Errorf("TTL %d", reply.Answer[0].Header().Ttl)
	}
}

func TestRRSet(t *testing.T) {
	s := start(t, testConfig())
	for _, want := range testConfig().Zones[0].Records {
		got, found := s.RRSet(want.Name, want.Type)
		if !found || got.Name != want.Name || got.TTL != want.TTL || !slices.Equal(got.Values, want.Values) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	for _, absent := range []txtrecord.RRSet{
		{Name: "none.example.com.", Type: "TXT"}, {Name: "example.net.", Type: "TXT"}, {Name: "example.com.", Type: "SOA"},
	} {
		if got, found := s.RRSet(absent.Name, absent.Type); found {
			t.Errorf("%v: %v", absent, got)
		}
	}
}

func TestTruncation(t *testing.T) {
	config := testConfig()
	many := make([]string, 300)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + on[0] + string(rune('a'+i/26))
	}
	config.Zones[0].Records = append(config.Zones[0].Records,
		txtrecord.RRSet{Name: "eight.example.com.", Type: "TXT", Values: many[:8]},
		txtrecord.RRSet{Name: "many.example.com.", Type: "TXT", Values: many[:200]},
		txtrecord.RRSet{Name: "toomany.example.com.", Type: "TXT", Values: many})
	s := start(t, config)
	cases := []struct {
		name, network string
		edns          uint16 // 0: none
		answers       int    // 0: truncated
	}{
		{"dr.example.com.", "udp", 0, 0},
		{"dr.example.com.", "udp", 100, 0}, // as good as 512
		{"dr.example.com.", "udp", 512, 0},
		{"dr.example.com.", "udp", 600, 2},
		{"dr.example.com.", "udp", 4096, 2},
		{"dr.example.com.", "tcp", 0, 2},
		{"eight.example.com.", "udp", 65535, 0}, // never more than 1232
		{"many.example.com.", "tcp", 0, 200},
		{"toomany.example.com.", "tcp", 0, 0}, // over 65535 octets
	}
	for _, c := range cases {
		m := query(c.name, dns.TypeTXT)
		if c.edns != 0 {
			m.SetEdns0(c.edns, false)
		}
		reply := ask(t, s, c.network, m)
		if reply.Truncated != (c.answers == 0) || len(reply.Answer) != c.answers || !reply.Authoritative {
			t.Errorf("%s %s EDNS %d: TC %t, %d answers", c.name, c.network, c.edns, reply.Truncated, len(reply.Answer))
		}
	}
}

func TestEDNS(t *testing.T) {
	s := start(t, testConfig())
	if opt := ask(t, s, "udp", query("dr.example.com.", dns.TypeA)).IsEdns0(); opt != nil {
		t.Errorf("OPT without being asked: %v", opt)
	}
	for _, name := range []string{"dr.example.com.", "none.example.com.", "example.net."} {
		opt := ask(t, s, "udp", query(name, dns.TypeA).SetEdns0(4000, true)).IsEdns0()
		if opt == nil || opt.UDPSize() != 1232 || !opt.Do() || opt.Version() != 0 {
			t.Errorf("%s: %v", name, opt)
		}
	}
	m := query("dr.example.com.", dns.TypeA).SetEdns0(4000, false)
	m.IsEdns0().SetVersion(1)
	reply := ask(t, s, "udp", m)
	if reply.Rcode != dns.RcodeBadVers || len(reply.Answer) != 0 || reply.IsEdns0().Version() != 0 {
		t.Error(reply)
	}
}

// A zone's name may be so long that nothing fits below it: it is served all the same, and
// what says that there is nothing fits into a message.
func TestLongZone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		length          int
		server, mailbox string // empty for what stands outside of the zone, or is it
	}{
		{253, "", ""}, {251, "", ""}, {250, "ns.", ""}, {243, "ns.", ""}, {242, "ns.", "hostmaster."},
	} {
		zone := strings.Repeat(strings.Repeat("a", 62)+".", 4)[:test.length-1] + "b."
		config := testConfig()
		config.Zones = []Zone{{Name: zone, TTL: 300, NegativeTTL: 60, Records: []txtrecord.RRSet{{Name: zone, Type: "A", TTL: 30, Values: []string{"192.0.2.1"}}}}}
		reply, err := exchange(start(t, config), "udp", query(zone, dns.TypeTXT))
		if err != nil || len(reply.Ns) != 1 {
			t.Errorf("%d: %v, %v", test.length, reply, err)
			continue
		}
		server, mailbox := "localhost.", zone
		if test.server != "" {
			server = test.server + zone
		}
		if test.mailbox != "" {
			mailbox = test.mailbox + zone
		}
		if soa := reply.Ns[0].(*dns.SOA); soa.Ns != server || soa.Mbox != mailbox {
			t.Errorf("%d: server %q, mailbox %q", test.length, soa.Ns, soa.Mbox)
		}
	}
}
