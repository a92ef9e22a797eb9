package nameserver

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/miekg/dns"
)

const dr = "dr.example.com."

// txt builds a record from wire octets, as class and TTL want it.
func txt(name string, class uint16, ttl uint32, value string) dns.RR {
	return &dns.RFC3597{
		Hdr:   dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: class, Ttl: ttl},
		Rdata: hex.EncodeToString(append([]byte{byte(len(value))}, value...)),
	}
}

// record parses any record but TXT.
func record(format string, args ...any) dns.RR {
	rr, err := dns.NewRR(fmt.Sprintf(format, args...))
	if err != nil {
		panic(err)
	}
	return rr
}

// none gives a record the class of "delete this".
func none(rr dns.RR) dns.RR {
	rr.Header().Class, rr.Header().Ttl = dns.ClassNONE, 0
	return rr
}

// bare is a record without RDATA.
func bare(name string, rrtype, class uint16) dns.RR {
	return &dns.ANY{Hdr: dns.RR_Header{Name: name, Rrtype: rrtype, Class: class}}
}

func withTTL(rr dns.RR, ttl uint32) dns.RR {
	rr.Header().Ttl = ttl
	return rr
}

func updateMessage(prerequisites, updates []dns.RR) *dns.Msg {
	m := new(dns.Msg).SetUpdate("example.com.")
	m.Answer, m.Ns = prerequisites, updates
	return m
}

func replaceTXT(name string, values ...string) *dns.Msg {
	updates := []dns.RR{bare(name, dns.TypeTXT, dns.ClassANY)}
	for _, value := range values {
		updates = append(updates, txt(name, dns.ClassINET, 30, value))
	}
	return updateMessage(nil, updates)
}

// sendUpdate signs the message and returns the reply, whose signature holds.
func sendUpdate(t testing.TB, s *Server, key Key, m *dns.Msg) *dns.Msg {
	t.Helper()
	reply, err := exchangeSigned(s, key, m)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func exchangeSigned(s *Server, key Key, m *dns.Msg) (*dns.Msg, error) {
	client := &dns.Client{Net: "tcp", Timeout: 5 * time.Second, TsigSecret: map[string]string{
		key.Name: base64.StdEncoding.EncodeToString(key.Secret)}}
	m.SetTsig(key.Name, dns.CanonicalName(key.Algorithm), 300, s.now().Unix())
	reply, _, err := client.Exchange(m, s.Addr())
	if errors.Is(err, dns.ErrAuth) { // the library verifies no reply with this code
		err = nil
	}
	if err == nil && reply.IsTsig() == nil {
		err = fmt.Errorf("an unsigned reply: %v", reply)
	}
	return reply, err
}

func serial(t *testing.T, s *Server) uint32 {
	t.Helper()
	return ask(t, s, "udp", query("example.com.", dns.TypeSOA)).Answer[0].(*dns.SOA).Serial
}

func TestPrerequisites(t *testing.T) {
	cases := []struct {
		title string
		rrs   []dns.RR
		rcode int
	}{
		// RFC 2136 §2.4.1
		{"RRset exists", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassANY)}, dns.RcodeSuccess},
		{"RRset exists, not", []dns.RR{bare(dr, dns.TypeMX, dns.ClassANY)}, dns.RcodeNXRrset},
		// §2.4.2
		{"RRset exists with values, in any order, case and number", []dns.RR{txt("DR.example.com.", dns.ClassINET, 0, on[1]), txt(dr, dns.ClassINET, 0, on[0]), txt(dr, dns.ClassINET, 0, on[0])}, dns.RcodeSuccess},
		{"part of the values", []dns.RR{txt(dr, dns.ClassINET, 0, on[0])}, dns.RcodeNXRrset},
		{"one value more", []dns.RR{txt(dr, dns.ClassINET, 0, on[0]), txt(dr, dns.ClassINET, 0, on[1]), txt(dr, dns.ClassINET, 0, "x")}, dns.RcodeNXRrset},
		{"another value", []dns.RR{txt(dr, dns.ClassINET, 0, on[0]), txt(dr, dns.ClassINET, 0, "x")}, dns.RcodeNXRrset},
		{"values of an absent set", []dns.RR{txt("none.example.com.", dns.ClassINET, 0, "x")}, dns.RcodeNXRrset},
		{"odd octets", []dns.RR{txt("odd.example.com.", dns.ClassINET, 0, odd)}, dns.RcodeSuccess},
		{"values of another type", []dns.RR{record("dr.example.com. 0 A 192.0.2.2"), record("dr.example.com. 0 A 192.0.2.1")}, dns.RcodeSuccess},
		// §2.4.3
		{"RRset does not exist", []dns.RR{bare(dr, dns.TypeMX, dns.ClassNONE)}, dns.RcodeSuccess},
		{"RRset does not exist, but does", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassNONE)}, dns.RcodeYXRrset},
		// §2.4.4
		{"name in use", []dns.RR{bare(dr, dns.TypeANY, dns.ClassANY)}, dns.RcodeSuccess},
		{"name in use, not", []dns.RR{bare("none.example.com.", dns.TypeANY, dns.ClassANY)}, dns.RcodeNameError},
		{"empty non-terminal is not in use", []dns.RR{bare("deep.example.com.", dns.TypeANY, dns.ClassANY)}, dns.RcodeNameError},
		// §2.4.5
		{"name not in use", []dns.RR{bare("none.example.com.", dns.TypeANY, dns.ClassNONE)}, dns.RcodeSuccess},
		{"name not in use, but is", []dns.RR{bare(dr, dns.TypeANY, dns.ClassNONE)}, dns.RcodeYXDomain},
		// §3.2
		{"the second does not hold", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassANY), bare(dr, dns.TypeA, dns.ClassNONE)}, dns.RcodeYXRrset},
		{"outside", []dns.RR{bare("dr.example.net.", dns.TypeTXT, dns.ClassANY)}, dns.RcodeNotZone},
		{"in a zone below", []dns.RR{bare("x.other.example.com.", dns.TypeTXT, dns.ClassNONE)}, dns.RcodeNotZone},
		{"TTL", []dns.RR{txt(dr, dns.ClassINET, 30, on[0])}, dns.RcodeFormatError},
		{"class ANY with RDATA", []dns.RR{txt(dr, dns.ClassANY, 0, on[0])}, dns.RcodeFormatError},
		{"class NONE with RDATA", []dns.RR{txt(dr, dns.ClassNONE, 0, on[0])}, dns.RcodeFormatError},
		{"class IN without RDATA", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassINET)}, dns.RcodeFormatError},
		{"class CH", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassCHAOS)}, dns.RcodeFormatError},
	}
	for _, c := range cases {
		s := start(t, testConfig())
		m := updateMessage(c.rrs, []dns.RR{txt("new.example.com.", dns.ClassINET, 30, "added")})
		if got := sendUpdate(t, s, testKey, m).Rcode; got != c.rcode {
			t.Errorf("%s: %s, want %s", c.title, dns.RcodeToString[got], dns.RcodeToString[c.rcode])
		}
		if _, added := s.RRSet("new.example.com.", "TXT"); added != (c.rcode == dns.RcodeSuccess) {
			t.Errorf("%s: the update was carried out: %t", c.title, added)
		}
	}
}

// One bad record keeps the good ones before it out (RFC 2136 §3.4.1).
func TestPrescan(t *testing.T) {
	soa := record("example.com. 300 SOA ns.example.com. hostmaster.example.com. 9 1 1 1 1")
	cases := map[string]struct {
		rr    dns.RR
		rcode int
	}{
		"outside":                {txt("example.net.", dns.ClassINET, 30, "x"), dns.RcodeNotZone},
		"in a zone below":        {txt("other.example.com.", dns.ClassINET, 30, "x"), dns.RcodeNotZone},
		"add of type ANY":        {bare(dr, dns.TypeANY, dns.ClassINET), dns.RcodeFormatError},
		"add without RDATA":      {bare(dr, dns.TypeTXT, dns.ClassINET), dns.RcodeFormatError},
		"delete set with TTL":    {withTTL(bare(dr, dns.TypeTXT, dns.ClassANY), 1), dns.RcodeFormatError},
		"delete set with RDATA":  {txt(dr, dns.ClassANY, 0, "x"), dns.RcodeFormatError},
		"delete set of AXFR":     {bare(dr, dns.TypeAXFR, dns.ClassANY), dns.RcodeFormatError},
		"delete record with TTL": {txt(dr, dns.ClassNONE, 1, on[0]), dns.RcodeFormatError},
		"delete record of ANY":   {bare(dr, dns.TypeANY, dns.ClassNONE), dns.RcodeFormatError},
		"class CH":               {txt(dr, dns.ClassCHAOS, 1, "x"), dns.RcodeFormatError},
		"fine":                   {soa, dns.RcodeSuccess},
	}
	for title, c := range cases {
		s := start(t, testConfig())
		m := updateMessage(nil, []dns.RR{txt("new.example.com.", dns.ClassINET, 30, "added"), c.rr})
		if got := sendUpdate(t, s, testKey, m).Rcode; got != c.rcode {
			t.Errorf("%s: %s, want %s", title, dns.RcodeToString[got], dns.RcodeToString[c.rcode])
		}
		if _, added := s.RRSet("new.example.com.", "TXT"); added != (c.rcode == dns.RcodeSuccess) {
			t.Errorf("%s: the update was carried out: %t", title, added)
		}
	}
}

func TestUpdateSection(t *testing.T) {
	cases := []struct {
		title   string
		updates []dns.RR
		want    txtrecord.RRSet // at its name and type; without values: nothing
		serial  uint32          // 7 before
	}{
		{"add to a set: its TTL becomes the new one", []dns.RR{txt("odd.example.com.", dns.ClassINET, 90, "x")},
			txtrecord.RRSet{Name: "odd.example.com.", Type: "TXT", TTL: 90, Values: []string{odd, "x"}}, 8},
		{"add what is there: the TTL alone changes", []dns.RR{txt("odd.example.com.", dns.ClassINET, 90, odd)},
			txtrecord.RRSet{Name: "odd.example.com.", Type: "TXT", TTL: 90, Values: []string{odd}}, 8},
		{"add what is there: nothing changes", []dns.RR{txt("ODD.example.com.", dns.ClassINET, 30, odd)},
			txtrecord.RRSet{Name: "odd.example.com.", Type: "TXT", TTL: 30, Values: []string{odd}}, 7},
		{"replace by the same", []dns.RR{bare("odd.example.com.", dns.TypeTXT, dns.ClassANY), txt("odd.example.com.", dns.ClassINET, 30, odd)},
			txtrecord.RRSet{Name: "odd.example.com.", Type: "TXT", TTL: 30, Values: []string{odd}}, 7},
		{"add a set", []dns.RR{record("new.example.com. 5 AAAA 2001:db8::2"), record("new.example.com. 5 AAAA ::ffff:192.0.2.1")},
			txtrecord.RRSet{Name: "new.example.com.", Type: "AAAA", TTL: 5, Values: []string{"2001:db8::2", "::ffff:192.0.2.1"}}, 8},
		{"delete a set", []dns.RR{bare(dr, dns.TypeTXT, dns.ClassANY)}, txtrecord.RRSet{Name: dr, Type: "TXT"}, 8},
		{"delete a set that is not there", []dns.RR{bare(dr, dns.TypeMX, dns.ClassANY)},
			txtrecord.RRSet{Name: dr, Type: "TXT", TTL: 30, Values: on}, 7},
		{"delete all sets of a name", []dns.RR{bare(dr, dns.TypeANY, dns.ClassANY)}, txtrecord.RRSet{Name: dr, Type: "A"}, 8},
		{"delete a record", []dns.RR{txt(dr, dns.ClassNONE, 0, on[0])},
			txtrecord.RRSet{Name: dr, Type: "TXT", TTL: 30, Values: on[1:]}, 8},
		{"delete the last record", []dns.RR{none(record("dr.example.com. 0 AAAA 2001:db8::1"))}, txtrecord.RRSet{Name: dr, Type: "AAAA"}, 8},
		{"delete a record that is not there", []dns.RR{txt(dr, dns.ClassNONE, 0, "x")},
			txtrecord.RRSet{Name: dr, Type: "TXT", TTL: 30, Values: on}, 7},
		{"a CNAME beside other records", []dns.RR{record("dr.example.com. 5 CNAME example.net.")},
			txtrecord.RRSet{Name: dr, Type: "TXT", TTL: 30, Values: on}, 7},
		{"other records beside a CNAME", []dns.RR{record("new.example.com. 5 CNAME a.net."), record("new.example.com. 5 CNAME b.net."), record("new.example.com. 5 A 192.0.2.1")},
			txtrecord.RRSet{Name: "new.example.com.", Type: "A"}, 8},
		{"in order: what is added after the deletion stays", []dns.RR{bare(dr, dns.TypeANY, dns.ClassANY), txt(dr, dns.ClassINET, 9, "x")},
			txtrecord.RRSet{Name: dr, Type: "TXT", TTL: 9, Values: []string{"x"}}, 8},
	}
	for _, c := range cases {
		s := start(t, testConfig())
		if rcode := sendUpdate(t, s, testKey, updateMessage(nil, c.updates)).Rcode; rcode != dns.RcodeSuccess {
			t.Errorf("%s: %s", c.title, dns.RcodeToString[rcode])
		}
		got, found := s.RRSet(c.want.Name, c.want.Type)
		if found != (len(c.want.Values) > 0) || found && got.TTL != c.want.TTL || !slices.Equal(got.Values, c.want.Values) {
			t.Errorf("%s: %v, want %v", c.title, got, c.want)
		}
		if got := serial(t, s); got != c.serial {
			t.Errorf("%s: serial %d, want %d", c.title, got, c.serial)
		}
	}
}

// The apex keeps its SOA and an NS record (RFC 2136 §3.4.2).
func TestApexIsProtected(t *testing.T) {
	const soaFormat = "example.com. 300 SOA ns.example.com. hostmaster.example.com. %d 3600 600 604800 60"
	cases := map[string]struct {
		updates []dns.RR
		ns      int
		serial  uint32 // 7 before
	}{
		"delete SOA set":            {[]dns.RR{bare("example.com.", dns.TypeSOA, dns.ClassANY)}, 1, 7},
		"delete SOA record":         {[]dns.RR{none(record(soaFormat, 7))}, 1, 7},
		"delete NS set":             {[]dns.RR{bare("example.com.", dns.TypeNS, dns.ClassANY)}, 1, 7},
		"delete last NS record":     {[]dns.RR{none(record("example.com. 0 NS ns.example.com."))}, 1, 7},
		"delete one of two":         {[]dns.RR{record("example.com. 300 NS b.example.com."), none(record("example.com. 0 NS NS.example.com."))}, 1, 8},
		"add NS":                    {[]dns.RR{record("example.com. 300 NS b.example.com.")}, 2, 8},
		"delete everything":         {[]dns.RR{bare("example.com.", dns.TypeANY, dns.ClassANY)}, 1, 7},
		"newer SOA":                 {[]dns.RR{record(soaFormat, 20)}, 1, 20},
		"newer SOA by RFC 1982":     {[]dns.RR{record(soaFormat, 1<<31-1)}, 1, 1<<31 - 1},
		"older SOA":                 {[]dns.RR{record(soaFormat, 6)}, 1, 7},
		"older SOA by RFC 1982":     {[]dns.RR{record(soaFormat, uint32(math.MaxUint32))}, 1, 7},
		"same SOA":                  {[]dns.RR{record(soaFormat, 7)}, 1, 7},
		"SOA below the apex":        {[]dns.RR{record("dr."+soaFormat, 9)}, 1, 7},
		"newer SOA and a change":    {[]dns.RR{record(soaFormat, 20), txt(dr, dns.ClassINET, 30, "x")}, 1, 20},
		"NS below the apex may go":  {[]dns.RR{record("s.example.com. 1 NS b."), bare("s.example.com.", dns.TypeNS, dns.ClassANY), txt(dr, dns.ClassINET, 1, "x")}, 1, 8},
		"several changes, one bump": {[]dns.RR{txt(dr, dns.ClassINET, 1, "x"), txt(dr, dns.ClassINET, 1, "y"), txt("new.example.com.", dns.ClassINET, 1, "z")}, 1, 8},
	}
	for title, c := range cases {
		s := start(t, testConfig())
		if rcode := sendUpdate(t, s, testKey, updateMessage(nil, c.updates)).Rcode; rcode != dns.RcodeSuccess {
			t.Errorf("%s: %s", title, dns.RcodeToString[rcode])
		}
		if got := serial(t, s); got != c.serial {
			t.Errorf("%s: serial %d, want %d", title, got, c.serial)
		}
		if got := ask(t, s, "udp", query("example.com.", dns.TypeNS)).Answer; len(got) != c.ns {
			t.Errorf("%s: %v", title, got)
		}
	}
}

func TestSerialWraps(t *testing.T) {
	config := testConfig()
	config.Zones[0].Serial = math.MaxUint32
	s := start(t, config)
	sendUpdate(t, s, testKey, replaceTXT(dr, "x"))
	if got := serial(t, s); got != 0 {
		t.Errorf("serial %d", got)
	}
}

func TestCNAMEIsAnswered(t *testing.T) {
	s := start(t, testConfig())
	sendUpdate(t, s, testKey, updateMessage(nil, []dns.RR{record("c.example.com. 5 CNAME example.net.")}))
	reply := ask(t, s, "udp", query("c.example.com.", dns.TypeTXT))
	if len(reply.Answer) != 1 || reply.Answer[0].Header().Rrtype != dns.TypeCNAME {
		t.Error(reply)
	}
}

func TestZoneSection(t *testing.T) {
	s := start(t, testConfig())
	cases := map[string]struct {
		change func(*dns.Msg)
		rcode  int
	}{
		"not a zone's name":   {func(m *dns.Msg) { m.Question[0].Name = dr }, dns.RcodeNotAuth},
		"not ours":            {func(m *dns.Msg) { m.Question[0].Name = "example.net." }, dns.RcodeNotAuth},
		"upper case":          {func(m *dns.Msg) { m.Question[0].Name = "EXAMPLE.com." }, dns.RcodeSuccess},
		"class CH":            {func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }, dns.RcodeNotAuth},
		"type NS":             {func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeNS }, dns.RcodeFormatError},
		"two zones":           {func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }, dns.RcodeFormatError},
		"no zone":             {func(m *dns.Msg) { m.Question = nil }, dns.RcodeFormatError},
		"EDNS version 1":      {func(m *dns.Msg) { m.SetEdns0(1232, false).IsEdns0().SetVersion(1) }, dns.RcodeBadVers},
		"signed, in EDNS too": {func(m *dns.Msg) { m.SetEdns0(1232, false) }, dns.RcodeSuccess},
	}
	for title, c := range cases {
		m := replaceTXT(dr, title)
		c.change(m)
		if got := sendUpdate(t, s, testKey, m).Rcode; got != c.rcode {
			t.Errorf("%s: %s, want %s", title, dns.RcodeToString[got], dns.RcodeToString[c.rcode])
		}
		if set, _ := s.RRSet(dr, "TXT"); (set.Values[0] == title) != (c.rcode == dns.RcodeSuccess) {
			t.Errorf("%s: %v stands", title, set)
		}
	}
}
