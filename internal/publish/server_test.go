package publish_test

import (
	"cmp"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// testKey is a TSIG key for tests alone.
var testKey = dnsupdate.Key{Name: "test.", Algorithm: "hmac-sha256", Secret: []byte("a test key, for tests alone")}

// primary starts a name server of the zone example.com that takes updates.
func primary(t *testing.T, records ...txtrecord.RRSet) *publish.Server {
	t.Helper()
	s, err := nameserver.Start(t.Context(), nameserver.Config{
		Zones: []nameserver.Zone{{Name: "example.com", Serial: 1, TTL: 300, NegativeTTL: 60, Records: records}},
		Keys:  []nameserver.Key{{Name: testKey.Name, Algorithm: testKey.Algorithm, Secret: testKey.Secret}},
		Now:   time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return at53(t, s.Addr(), "example.com")
}

func at53(t *testing.T, address, zone string) *publish.Server {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return &publish.Server{
		Update: &dnsupdate.Client{Server: address, Zone: zone, Key: testKey, Now: time.Now},
		Query:  new(dnsquery.Client),
		At:     dnsquery.Server{Transport: dnsquery.TCP, Host: host, Port: port},
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	s := primary(t,
		txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 60, Values: []string{off, foreign}},
		txtrecord.RRSet{Name: "dr.example.com.", Type: "A", TTL: 60, Values: []string{"192.0.2.1"}},
	)
	types := []string{"TXT", "A", "AAAA"}
	before, err := s.Read(t.Context(), "dr.example.com", types)
	if err != nil {
		t.Fatal(err)
	}
	if before.NegativeTTL != time.Minute || len(before.Sets) != 3 || before.Set("TXT").TTL != 60 || len(before.Set("AAAA").RDATA) != 0 {
		t.Errorf("%+v", before)
	}
	wanted := []txtrecord.WireRRSet{txt(30, on), set("A", 30, "192.0.2.2"), set("AAAA", 30, "2001:db8::1")}
	plan := publish.NewPlan("dr.example.com", before, wanted)
	if err := s.Replace(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	after, err := s.Read(t.Context(), "dr.example.com", types)
	if err != nil || !plan.Done(after) || after.Set("TXT").TTL != 30 {
		t.Errorf("%+v, %v", after, err)
	}
	if got := texts("TXT", after.Set("TXT").RDATA); !slices.Contains(got, `"`+foreign+`"`) {
		t.Errorf("another's record is gone: %q", got)
	}
	// The same plan again begins with what no longer stands.
	if err := s.Replace(t.Context(), plan); !isConflict(err) {
		t.Errorf("%v", err)
	}
}

func isConflict(err error) bool {
	_, ok := errors.AsType[*publish.ConflictError](err)
	return ok
}

// What is not answered with authority is no answer, and what is not answered is not
// absent.
func TestServerRefusesToGuess(t *testing.T) {
	t.Parallel()
	s := primary(t)
	other := *s
	update := *s.Update
	update.Zone = "example.org"
	other.Update = &update
	if _, err := other.Read(t.Context(), "dr.example.org", []string{"TXT"}); !isNotAuthoritative(err) {
		t.Errorf("another zone: %v", err)
	}
	update.Zone = "dr.example.com"
	if _, err := other.Read(t.Context(), "dr.example.com", []string{"TXT"}); !isNotAuthoritative(err) {
		t.Errorf("a name that is no zone: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	deaf := at53(t, silent.Addr().String(), "example.com")
	deaf.Query.Timeout = 200 * time.Millisecond
	if _, err := deaf.Read(t.Context(), "dr.example.com", []string{"TXT"}); !isUnasked(err) {
		t.Errorf("a silent server: %v", err)
	}
}

func isNotAuthoritative(err error) bool {
	_, ok := errors.AsType[*publish.NotAuthoritativeError](err)
	return ok
}

func isUnasked(err error) bool {
	_, ok := errors.AsType[*publish.UnaskedError](err)
	return ok
}

// What a server may say instead of what stands.
func TestServerAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title  string
		rcode  int
		lame   bool
		alias  string // the name that is one; "*" for every name
		text   string // the name that has a TXT record
		cut    string // a zone below, absolute
		domain string // that is read; dr.example.com if empty
		dname  bool   // every name is an alias, each of another
		silent bool   // about the zone
		found  int    // records
		wanted func(error) bool
	}{
		{title: "nothing", wanted: func(err error) bool { return err == nil }},
		{title: "no such name", rcode: dns.RcodeNameError, wanted: func(err error) bool { return err == nil }},
		{title: "without authority", lame: true, wanted: isNotAuthoritative},
		{title: "refused", rcode: dns.RcodeRefused, wanted: isNotAuthoritative},
		{title: "failure", rcode: dns.RcodeServerFailure, wanted: isUnasked},
		{title: "a code that has no name", rcode: 4095, wanted: isUnasked},
		{title: "alias", alias: "dr.example.com.", wanted: isAlias},
		{title: "alias by a wildcard", alias: "*", wanted: func(err error) bool { return err == nil }},
		{title: "a record", text: "dr.example.com.", found: 1, wanted: func(err error) bool { return err == nil }},
		{title: "a record by a wildcard", text: "*", wanted: func(err error) bool { return err == nil }},
		{title: "a record, and a wildcard below", text: "*dr.example.com.", found: 1, wanted: func(err error) bool { return err == nil }},
		{title: "in a zone below", cut: "dr.example.com.", wanted: isNotAuthoritative},
		{title: "an alias in a zone below", cut: "dr.example.com.", domain: "x.dr.example.com", alias: "x.dr.example.com.", wanted: isNotAuthoritative},
		{title: "under a DNAME", dname: true, wanted: isAlias},
		{title: "no word of the zone", silent: true, wanted: isUnasked},
	} {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			server := faultserver.Start(t, faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
				m := new(dns.Msg).SetReply(q.Msg)
				m.Authoritative = true
				question, zone := q.Question[0], "example.com."
				if c.cut != "" && dns.IsSubDomain(c.cut, question.Name) {
					zone = c.cut
				}
				header := func(name string, rrtype uint16) dns.RR_Header {
					return dns.RR_Header{Name: name, Rrtype: rrtype, Class: dns.ClassINET, Ttl: 300}
				}
				soa := &dns.SOA{Hdr: header(zone, dns.TypeSOA), Ns: ".", Mbox: ".", Minttl: 60}
				switch {
				case question.Qtype == dns.TypeSOA && question.Name == zone:
					m.Answer = []dns.RR{soa}
				case c.alias == "*" || question.Name == c.alias:
					m.Answer = []dns.RR{&dns.CNAME{Hdr: header(question.Name, dns.TypeCNAME), Target: "example.net."}}
				case c.dname && question.Name != zone:
					m.Answer = []dns.RR{&dns.CNAME{Hdr: header(question.Name, dns.TypeCNAME), Target: question.Name + "example.net."}}
				case question.Qtype == dns.TypeTXT && has(c.text, question.Name):
					m.Answer = []dns.RR{&dns.TXT{Hdr: header(question.Name, dns.TypeTXT), Txt: []string{"v=spf1"}}}
				default:
					m.Rcode, m.Authoritative = c.rcode, !c.lame
					if !c.silent {
						m.Ns = []dns.RR{soa}
					}
				}
				if m.Rcode > 0xF {
					m.SetEdns0(1232, false)
				}
				packed, err := m.Pack()
				if err != nil {
					t.Error(err)
				}
				return faultserver.Reply{Messages: [][]byte{packed}}
			}})
			s := at53(t, server.Over(dnsquery.TCP).Address(), "example.com")
			standing, err := s.Read(t.Context(), cmp.Or(c.domain, "dr.example.com"), []string{"TXT"})
			byWildcard := c.text == "*" || c.alias == "*"
			if !c.wanted(err) || err == nil && (len(standing.Set("TXT").RDATA) != c.found || standing.Wildcard != byWildcard) {
				t.Errorf("%+v, %v", standing, err)
			}
		})
	}
}

// has reports whether a name has a record: every name by "*", else the name itself, and by
// a "*" before it what its own wildcard makes up, which is nothing below a name with an
// asterisk (RFC 4592 §3.3.1).
func has(text, name string) bool {
	own, wildcard := strings.CutPrefix(text, "*")
	switch {
	case text == "" || text == "*" || name == own:
		return text != ""
	case !wildcard:
		return false
	}
	return dns.IsSubDomain(own, name) && !strings.Contains(name, "*")
}

func isAlias(err error) bool {
	alias, ok := errors.AsType[*publish.AliasError](err)
	return ok && strings.HasSuffix(alias.Target, "example.net.")
}
