package readiness_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const (
	domain            = "dr.example.com"
	firstAt, secondAt = "192.0.2.21", "192.0.2.22"
	resolverAt        = "198.51.100.53"
)

var at = time.Unix(1_800_000_000, 0).UTC()

// off, on and test are sets without an end; onUntil ends a minute after [at].
var sets = sync.OnceValue(func() map[string]string {
	key, err := keygen.LoadPrivateKey(filepath.Join("..", "..", "testdata", "keys", "test-a.private.pem"), true, nil)
	if err != nil {
		panic(err)
	}
	all := map[string]string{"none": ""}
	for _, status := range []txtrecord.Status{txtrecord.On, txtrecord.Off, txtrecord.Test} {
		values, err := txtrecord.Sign(txtrecord.Activation{Type: txtrecord.AllProducts, Status: status}, txtrecord.Scheme{}, key)
		if err != nil {
			panic(err)
		}
		all[string(status)] = records(values, 30)
	}
	return all
})

func records(values []string, ttl int) string {
	var lines strings.Builder
	for _, value := range values {
		fmt.Fprintf(&lines, "%s. %d IN TXT %q\n", domain, ttl, value)
	}
	return lines.String()
}

// addresses are lines of a zone.
func addresses(all ...string) string {
	var lines strings.Builder
	for _, address := range all {
		rrtype := "A"
		if strings.Contains(address, ":") {
			rrtype = "AAAA"
		}
		fmt.Fprintf(&lines, "%s. 30 IN %s %s\n", domain, rrtype, address)
	}
	return lines.String()
}

// trusted is the public key of the sets.
func trusted(t *testing.T) []verify.Key {
	t.Helper()
	key, err := keygen.LoadPublicKey(filepath.Join("..", "..", "testdata", "keys", "test-a.public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return []verify.Key{{PublicKey: key, Name: keygen.Fingerprint(key)}}
}

// A world is what name servers serve; second is as first where it is empty.
type world struct {
	first, second string
	// alter changes how the servers answer, the others how one does.
	alter, alterFirst, alterSecond func(virtualnet.Host) virtualnet.Host
	// cached is what a resolver holds, which is asked where it is not empty.
	cached string
	// beside is the address of one more name server, which cannot be reached, or says nothing.
	beside       string
	besideSilent bool
	policy       func(*verify.Policy)
}

// report verifies in the world. It has to be called in a bubble.
func (w world) report(t *testing.T) *verify.Report {
	t.Helper()
	if w.second == "" {
		w.second = w.first
	}
	var n virtualnet.Net
	host := func(lines string, alterations ...func(virtualnet.Host) virtualnet.Host) virtualnet.Host {
		h := virtualnet.Zones("example.com. 300 IN SOA ns1.example.com. . 1 1 1 1 60\nexample.com. 300 IN NS ns1.example.com.\n" + lines)
		for _, alter := range alterations {
			if alter != nil {
				h = alter(h)
			}
		}
		return h
	}
	n.Add(firstAt, host(w.first, w.alter, w.alterFirst))
	n.Add(secondAt, host(w.second, w.alter, w.alterSecond))
	request := verify.Request{
		Policy:  verify.Policy{Keys: trusted(t), At: at, Domain: domain},
		Servers: []verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}},
	}
	if w.besideSilent {
		n.Add(w.beside, host(w.first, mute))
	}
	if w.beside != "" {
		request.Servers = append(request.Servers, verify.Server{Host: w.beside, Port: "53"})
	}
	if w.cached != "" {
		n.Add(resolverAt, recursive(host(w.cached)))
		resolver, err := dnsquery.ParseServer("udp://" + resolverAt)
		if err != nil {
			t.Fatal(err)
		}
		request.Resolvers = []dnsquery.Server{resolver}
	}
	if w.policy != nil {
		w.policy(&request.Policy)
	}
	checker := &verify.Checker{Client: dnsquery.Client{Dial: n.Dial}}
	report := checker.Check(t.Context(), request)
	synctest.Wait()
	checker.Client.CloseIdle()
	return &report
}

func recursive(h virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		reply := h(query)
		if reply != nil {
			reply.Authoritative, reply.RecursionAvailable = false, true
		}
		return reply
	}
}

func mute(virtualnet.Host) virtualnet.Host { return func(*dns.Msg) *dns.Msg { return nil } }

// refusing refuses questions for a type.
func refusing(rrtype uint16) func(virtualnet.Host) virtualnet.Host {
	return func(h virtualnet.Host) virtualnet.Host {
		return func(query *dns.Msg) *dns.Msg {
			if query.Question[0].Qtype == rrtype {
				return new(dns.Msg).SetRcode(query, dns.RcodeRefused)
			}
			return h(query)
		}
	}
}

// aliased answers questions for addresses with an alias.
func aliased(h virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		if qtype := query.Question[0].Qtype; qtype != dns.TypeA && qtype != dns.TypeAAAA {
			return h(query)
		}
		reply := new(dns.Msg).SetReply(query)
		reply.Authoritative = true
		reply.Answer = []dns.RR{&dns.CNAME{Hdr: dns.RR_Header{Name: domain + ".", Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 30}, Target: "cdn.example.net."}}
		return reply
	}
}

// A wanted is what an assessment should be.
type wanted struct {
	exit   int
	result readiness.Result // of the area
	codes  string           // of the area, with their severities
	says   []string         // in a finding's message or the row
}

func (w wanted) check(t *testing.T, a *readiness.Assessment, area readiness.Area) {
	t.Helper()
	row := a.Row(area)
	var codes []string
	said := row.Seen
	for _, f := range a.Findings {
		if f.Area == area && f.Code != "answer-large" {
			codes = append(codes, fmt.Sprintf("%s:%s", f.Severity, f.Code))
			said += "\n" + f.Message
			if f.Advice == "" || f.Message == "" {
				t.Errorf("%s has no message or advice", f.Code)
			}
		}
	}
	if got := strings.Join(codes, " "); a.ExitStatus() != w.exit || row.Result != w.result || got != w.codes {
		t.Errorf("exit status %d, %s, %q; want %d, %s, %q\n%s", a.ExitStatus(), row.Result, got, w.exit, w.result, w.codes, said)
	}
	for _, text := range w.says {
		if !strings.Contains(said, text) {
			t.Errorf("%q is missing in\n%s", text, said)
		}
	}
	if len(a.Rows) != len(readiness.Areas()) {
		t.Errorf("%d rows", len(a.Rows))
	}
	for i, row := range a.Rows {
		if row.Area != readiness.Areas()[i] || row.Seen == "" || row.Result == readiness.NotChecked && row.Area.Flags() == "" {
			t.Errorf("row %d: %+v", i, row)
		}
	}
}

// inBubble runs a test where time is virtual.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestRecord(t *testing.T) {
	t.Parallel()
	expecting := func(e verify.Expectation) func(*verify.Policy) {
		return func(p *verify.Policy) { p.Expected = e }
	}
	for name, c := range map[string]struct {
		world
		want wanted
	}{
		"off stands":             {world{first: sets()["off"]}, wanted{0, readiness.OK, "", []string{"valid: off, at 2 name servers"}}},
		"off, as expected":       {world{first: sets()["off"], policy: expecting("off")}, wanted{0, readiness.OK, "", nil}},
		"on, and nobody said so": {world{first: sets()["on"]}, wanted{0, readiness.Warned, "warning:check-not-quiet", []string{"disaster recovery's on stands"}}},
		"test, unsaid":           {world{first: sets()["test"]}, wanted{0, readiness.Warned, "warning:check-not-quiet", []string{"disaster recovery's test stands"}}},
		"on, as expected":        {world{first: sets()["on"], policy: expecting("on")}, wanted{0, readiness.OK, "", nil}},
		"on, and off expected":   {world{first: sets()["on"], policy: expecting("off")}, wanted{1, readiness.Failed, "error:not-as-expected", nil}},
		"nothing stands":         {world{first: addresses("203.0.113.10")}, wanted{3, readiness.Failed, "error:check-no-record info:no-record", []string{"no record at 2 name servers"}}},
		"nothing, as expected":   {world{first: addresses("203.0.113.10"), policy: expecting("none")}, wanted{0, readiness.OK, "info:no-record", nil}},
		"without a key":          {world{first: sets()["off"], policy: func(p *verify.Policy) { p.Keys = nil }}, wanted{1, readiness.Failed, "error:unchecked", nil}},
		"servers differ":         {world{first: sets()["off"], second: sets()["on"]}, wanted{1, readiness.Failed, "error:servers-differ", nil}},
		"one is silent":          {world{first: sets()["off"], alterSecond: mute}, wanted{0, readiness.Warned, "warning:server-silent", []string{"at 1 of 2 name servers"}}},
		"all are silent":         {world{first: sets()["off"], alter: mute}, wanted{4, readiness.Unknown, "warning:server-silent warning:server-silent", []string{"no name server could be asked"}}},
		"a resolver lags":        {world{first: sets()["on"], cached: sets()["off"], policy: expecting("on")}, wanted{5, readiness.Warned, "warning:resolver-lags warning:served-stale", nil}},
		"an alias for A alone":   {world{first: sets()["off"], alter: aliased}, wanted{1, readiness.Failed, "error:cname error:cname", []string{"cdn.example.net"}}},
		"an alias":               {world{first: domain + ". 30 IN CNAME other.example.com.\n"}, wanted{1, readiness.Failed, "error:cname", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				c.want.check(t, readiness.Assess(readiness.Gathered{Report: c.report(t), NextTTL: 30}), readiness.Record)
			})
		})
	}
}

func TestTTL(t *testing.T) {
	t.Parallel()
	off := sets()["off"]
	for name, c := range map[string]struct {
		world
		next uint32
		want wanted
	}{
		"as recommended":        {world{first: off}, 30, wanted{0, readiness.OK, "", []string{"30 s at the name; the next records get 30 s"}}},
		"the next is short":     {world{first: off}, 29, wanted{0, readiness.Warned, "warning:ttl-short", []string{"29 s"}}},
		"the next is long":      {world{first: off}, 901, wanted{0, readiness.Warned, "warning:ttl-long", nil}},
		"what stands is long":   {world{first: strings.ReplaceAll(off, " 30 IN", " 3600 IN")}, 30, wanted{0, readiness.Warned, "warning:ttl-long", []string{"3600 s at the name"}}},
		"servers differ":        {world{first: off, second: strings.ReplaceAll(off, " 30 IN", " 60 IN")}, 30, wanted{0, readiness.Warned, "warning:ttl-unequal", []string{"30 s, 60 s at the name"}}},
		"none stands":           {world{first: addresses("203.0.113.10")}, 30, wanted{3, readiness.OK, "", []string{"none stands"}}},
		"not known":             {world{first: off, alter: mute}, 30, wanted{4, readiness.Unknown, "", []string{"is not known"}}},
		"a resolver alone says": {world{first: off, alter: mute, cached: off}, 30, wanted{4, readiness.Unknown, "", nil}},
		"known about": {world{first: off, policy: func(p *verify.Policy) { p.Acknowledged = []verify.Code{verify.CodeTTLShort} }}, 29,
			wanted{0, readiness.OK, "info:ttl-short", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				c.want.check(t, readiness.Assess(readiness.Gathered{Report: c.report(t), NextTTL: c.next}), readiness.TTL)
			})
		})
	}
}

const (
	inventory = `groups:
  - name: Frankfurt
    disaster-recovery: true
    edges:
      - {name: pse-fra-1, addresses: [203.0.113.10, "2001:db8::10"]}
      - {name: pse-fra-2, addresses: [203.0.113.11]}
      - {name: pse-fra-3, addresses: [203.0.113.12], enabled: false}
  - name: Oslo
    disaster-recovery: false
    edges:
      - {name: pse-osl-1, addresses: [203.0.113.20]}
`
	unnamed = `{"totalPages":1,"list":[
		{"id":"1","name":"Frankfurt","enabled":true,"useInDrMode":true,"serviceEdges":[
			{"id":"12","name":"pse-fra-1","enabled":true,"publishIps":["203.0.113.10","2001:db8::10"]},
			{"id":"13","enabled":true,"publishIps":["203.0.113.11"]}]},
		{"enabled":true,"useInDrMode":false,"serviceEdges":[{"id":"21","enabled":true,"publishIps":["203.0.113.20"]}]}]}`
	nobody = `groups:
  - name: Oslo
    disaster-recovery: false
    edges:
      - {name: pse-osl-1, addresses: [203.0.113.20]}
`
	ipv6Alone = `groups:
  - name: Frankfurt
    disaster-recovery: true
    edges:
      - {name: pse-fra-1, addresses: ["2001:db8::10"]}
`
	shared = `groups:
  - name: Frankfurt
    disaster-recovery: true
    edges:
      - {name: pse-fra-1, addresses: [203.0.113.10, "2001:db8::10"]}
      - {name: pse-fra-2, addresses: ["2001:db8::10"]}
`
	many = `groups:
  - name: Frankfurt
    disaster-recovery: true
    edges:
      - {name: pse-fra-1, addresses: [203.0.113.1, 203.0.113.2, 203.0.113.3, 203.0.113.4, 203.0.113.5, 203.0.113.6, 203.0.113.7]}
`
)

func selection(t *testing.T, text string) *edges.Selection {
	t.Helper()
	if text == "" {
		return nil
	}
	read, err := edges.Read([]apiexport.Page{{Name: "edges.yaml", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	s := read.Select(edges.BothFamilies)
	s.Findings = slices.DeleteFunc(s.Findings, func(f finding) bool { return f.Severity == verify.Info })
	return s
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	off, v6 := sets()["off"], "2001:db8::10"
	with := func(all ...string) string { return off + addresses(all...) }
	right := with("203.0.113.10", "203.0.113.11", v6)
	for name, c := range map[string]struct {
		world
		edges string
		want  wanted
	}{
		"right": {world{first: right}, inventory, wanted{0, readiness.OK, "", []string{"2 A and 1 AAAA, as the edges have, at 2 name servers"}}},
		"another TTL": {world{first: strings.ReplaceAll(right, " 30 IN A ", " 600 IN A ")}, inventory,
			wanted{0, readiness.OK, "", nil}},
		"one is missing": {world{first: with("203.0.113.10", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing", []string{`203.0.113.11 ("pse-fra-2") is missing at 192.0.2.21:53, 192.0.2.22:53`, "2 A and 1 AAAA: 1 missing, 0 foreign, at 2 name servers"}}},
		"one is missing at the second": {world{first: right, second: with("203.0.113.10", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing warning:addresses-differ", []string{`is missing at 192.0.2.22:53`}}},
		"a disabled edge's": {world{first: with("203.0.113.10", "203.0.113.11", "203.0.113.12", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign", []string{`203.0.113.12 (of "pse-fra-3" in "Frankfurt": disabled) is what no designated edge contributes, and stands at`}}},
		"one that is not designated": {world{first: with("203.0.113.10", "203.0.113.11", "203.0.113.20", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign", []string{`of "pse-osl-1" in "Oslo": not designated`}}},
		"nobody's": {world{first: with("203.0.113.10", "203.0.113.11", "198.51.100.7", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign", []string{"198.51.100.7 is what no designated edge contributes, and stands at 192.0.2.21:53, 192.0.2.22:53"}}},
		"nobody's IPv6": {world{first: with("203.0.113.10", "203.0.113.11", v6, "2001:db8::66")}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign", []string{"2001:db8::66 is"}}},
		"exchanged": {world{first: with("203.0.113.10", "198.51.100.7", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing error:check-address-foreign", []string{"1 missing, 1 foreign"}}},
		"no IPv6": {world{first: with("203.0.113.10", "203.0.113.11")}, inventory,
			wanted{0, readiness.OK, "info:check-aaaa-missing", []string{v6, "0 foreign, 1 AAAA not there"}}},
		"no IPv6 at the second": {world{first: right, second: with("203.0.113.10", "203.0.113.11")}, inventory,
			wanted{0, readiness.Warned, "warning:addresses-differ info:check-aaaa-missing", []string{"is missing at 192.0.2.22:53"}}},
		"none at all": {world{first: off}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing warning:no-address", []string{"203.0.113.11", v6}}},
		"no name": {world{first: "www.example.com. 30 IN A 192.0.2.9\n"}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing", nil}},
		"an edge with IPv6 alone": {world{first: with(v6)}, ipv6Alone, wanted{0, readiness.Warned, "warning:edge-ipv6-alone", []string{"0 A and 1 AAAA, as the edges have"}}},
		"an edge with IPv6 alone, nowhere": {world{first: off}, ipv6Alone,
			wanted{1, readiness.Failed, "error:check-address-missing warning:no-address warning:edge-ipv6-alone", []string{v6 + ` ("pse-fra-1") is missing`}}},
		"an edge with IPv6 alone, another's there": {world{first: with("203.0.113.11")}, ipv6Alone + `      - {name: pse-fra-2, addresses: [203.0.113.11]}` + "\n",
			wanted{1, readiness.Failed, "error:check-address-missing warning:edge-ipv6-alone", []string{v6 + ` ("pse-fra-1") is missing`}}},
		"the IPv4 address of an edge that has IPv6 there": {world{first: with("203.0.113.11", v6)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing", []string{`203.0.113.10 ("pse-fra-1") is missing`}}},
		"one IPv6 address of two edges": {world{first: with("203.0.113.10")}, shared,
			wanted{1, readiness.Failed, "error:check-address-missing warning:edge-ipv6-alone warning:edge-duplicate-address", []string{v6}}},
		"many are missing": {world{first: with("203.0.113.1")}, many,
			wanted{1, readiness.Failed, "error:check-address-missing", []string{`203.0.113.6 ("pse-fra-1"), and 1 more are missing`}}},
		"an edge without a name is missing": {world{first: with("203.0.113.10", "2001:db8::10")}, unnamed, wanted{1, readiness.Failed, "error:check-address-missing", []string{`203.0.113.11 ("id 13") is missing`}}},
		"one of an edge without a name stands": {world{first: with("203.0.113.10", "203.0.113.11", "203.0.113.20", "2001:db8::10")}, unnamed,
			wanted{1, readiness.Failed, "error:check-address-foreign", []string{`203.0.113.20 (of "id 21" in "a group without a name": not designated)`}}},
		"nobody is designated": {world{first: right}, nobody, wanted{1, readiness.Failed, "error:edges-none", []string{"no designated edge has an address to compare with"}}},

		"the second refuses A": {world{first: right, alterSecond: refusing(dns.TypeA)}, inventory,
			wanted{0, readiness.Warned, "warning:check-address-not-asked", []string{"192.0.2.22:53 did not answer for A records, and was not compared for them", "at 1 of 2 name servers"}}},
		"the second refuses A, the first is wrong": {world{first: with("203.0.113.10"), alterSecond: refusing(dns.TypeA)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-missing warning:check-address-not-asked info:check-aaaa-missing", nil}},
		"both refuse A": {world{first: right, alter: refusing(dns.TypeA)}, inventory,
			wanted{4, readiness.Unknown, "warning:check-address-not-asked", []string{"1 AAAA, as the edges have; A not told, at 2 name servers"}}},
		"both refuse AAAA": {world{first: right, alter: refusing(dns.TypeAAAA)}, inventory,
			wanted{4, readiness.Unknown, "warning:check-address-not-asked", []string{"2 A, as the edges have; AAAA not told, at 2 name servers"}}},
		"the second has a foreign A and refuses AAAA": {world{first: right, second: with("203.0.113.10", "203.0.113.11", "198.51.100.7", v6), alterSecond: refusing(dns.TypeAAAA)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign warning:addresses-differ warning:check-address-not-asked", []string{"198.51.100.7 is what no designated edge contributes, and stands at 192.0.2.22:53"}}},
		"both have a foreign A and refuse AAAA": {world{first: with("203.0.113.10", "203.0.113.11", "198.51.100.7", v6), alter: refusing(dns.TypeAAAA)}, inventory,
			wanted{1, readiness.Failed, "error:check-address-foreign warning:check-address-not-asked", nil}},
		"IPv6 is missing, and A is refused": {world{first: with("203.0.113.10", "203.0.113.11"), alterSecond: refusing(dns.TypeA)}, inventory,
			wanted{0, readiness.Warned, "warning:check-address-not-asked info:check-aaaa-missing", []string{v6 + ` ("pse-fra-1") is missing at 192.0.2.21:53`}}},
		"the second is silent": {world{first: right, alterSecond: mute}, inventory,
			wanted{0, readiness.Warned, "warning:check-address-not-asked", []string{"192.0.2.22:53 could not be asked for A and AAAA records, and was not compared", "at 1 of 2 name servers"}}},
		"the first refuses A, the second AAAA": {world{first: right, alterFirst: refusing(dns.TypeA), alterSecond: refusing(dns.TypeAAAA)}, inventory,
			wanted{4, readiness.Unknown, "warning:check-address-not-asked warning:check-address-not-asked", []string{"at 0 of 2 name servers"}}},
		"A is an alias": {world{first: right, alter: aliased}, inventory,
			wanted{1, readiness.Unknown, "", []string{"the name is an alias, which is not followed"}}},
		"A is an alias at the second": {world{first: right, alterSecond: aliased}, inventory, wanted{1, readiness.Unknown, "", []string{"at 1 of 2 name servers"}}},
		"nobody answers":              {world{first: right, alter: mute}, inventory, wanted{4, readiness.Unknown, "", nil}},
		"a resolver alone":            {world{first: right, alter: mute, cached: right}, inventory, wanted{4, readiness.Unknown, "", nil}},
		"a resolver beside":           {world{first: right, cached: right}, inventory, wanted{0, readiness.OK, "", []string{"at 2 name servers"}}},
		"an alias at the second": {world{first: right, second: domain + ". 30 IN CNAME other.example.com.\n"}, inventory,
			wanted{1, readiness.Unknown, "", []string{"at 1 of 2 name servers"}}},
		"an alias": {world{first: domain + ". 30 IN CNAME other.example.com.\nother.example.com. 30 IN A 203.0.113.10\n"}, inventory,
			wanted{1, readiness.Unknown, "", nil}},

		"no edges given":                    {world{first: right}, "", wanted{0, readiness.NotChecked, "", []string{"2 A and 1 AAAA at the name"}}},
		"no edges given, and no address":    {world{first: off}, "", wanted{0, readiness.Warned, "warning:no-address", nil}},
		"no edges given, nobody answers":    {world{first: off, alter: mute}, "", wanted{4, readiness.NotChecked, "", nil}},
		"no edges given, servers differ":    {world{first: right, second: with("203.0.113.10", v6)}, "", wanted{0, readiness.Warned, "warning:addresses-differ", nil}},
		"no record, and right all the same": {world{first: addresses("203.0.113.10", "203.0.113.11", v6)}, inventory, wanted{3, readiness.OK, "", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := readiness.Assess(readiness.Gathered{Report: c.report(t), NextTTL: 30, Edges: selection(t, c.edges)})
				c.want.check(t, a, readiness.Addresses)
			})
		})
	}
}

// A server that nothing here can reach for want of IPv6 is not one that was not compared.
func TestAddressesOverOneFamily(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := world{first: sets()["off"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10"), beside: "2001:db8::53"}
		a := readiness.Assess(readiness.Gathered{Report: w.report(t), NextTTL: 30, Edges: selection(t, inventory)})
		wanted{0, readiness.OK, "", []string{"at 2 name servers"}}.check(t, a, readiness.Addresses)
		wanted{0, readiness.Warned, "warning:family-unreachable", []string{"at 2 name servers"}}.check(t, a, readiness.Record)
	})
}

// One that can be reached and says nothing is one that was not compared.
func TestAddressesBesideASilentFamily(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := world{first: sets()["off"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10"), beside: "2001:db8::53", besideSilent: true}
		a := readiness.Assess(readiness.Gathered{Report: w.report(t), NextTTL: 30, Edges: selection(t, inventory)})
		wanted{0, readiness.Warned, "warning:check-address-not-asked", []string{"[2001:db8::53]:53 could not be asked", "at 2 of 3 name servers"}}.check(t, a, readiness.Addresses)
	})
}

// What is advised leads to what is wanted, by family and by where the edges come from.
func TestAddressAdvice(t *testing.T) {
	t.Parallel()
	const (
		publish = "`drtxt edges FILE --domain dr.example.com --format json | drtxt publish`"
		export  = `{"totalPages":1,"list":[{"id":"1","name":"Frankfurt","enabled":true,"useInDrMode":true,"serviceEdges":[
			{"id":"11","name":"pse-fra-1","enabled":true,"publishIps":["203.0.113.10"],"listenIps":["10.1.1.1","198.51.100.9"]}]}]}`
	)
	for name, c := range map[string]struct {
		addresses []string
		edges     string
		message   string
		advice    []string
		lacks     []string
	}{
		"missing": {[]string{"203.0.113.10", "2001:db8::10"}, inventory, "203.0.113.11", []string{"publish the addresses of the edges: " + publish}, nil},
		"foreign, beside both families": {[]string{"203.0.113.10", "203.0.113.11", "2001:db8::10", "198.51.100.7"}, inventory, "198.51.100.7",
			[]string{"at a designated edge in the inventory", "takes other A and AAAA records out: " + publish}, []string{"portal", "nsupdate"}},
		"foreign, beside A alone": {[]string{"203.0.113.10", "2001:db8::66"}, export, "2001:db8::66",
			[]string{"in the portal and export again", "takes other A records out: " + publish, "`update delete dr.example.com. AAAA`"}, []string{"inventory"}},
		"foreign, beside AAAA alone": {[]string{"2001:db8::10", "198.51.100.7"}, ipv6Alone, "198.51.100.7", []string{"`update delete dr.example.com. A`"}, []string{"delete dr.example.com. AAAA"}},
		"an edge's listen address":   {[]string{"203.0.113.10", "198.51.100.9"}, export, `198.51.100.9 (of "pse-fra-1" in "Frankfurt": designated, and not an address that it contributes)`, nil, nil},
		"an edge's private address":  {[]string{"203.0.113.10", "10.1.1.1"}, export, `10.1.1.1 (of "pse-fra-1" in "Frankfurt": designated, and not an address that it contributes)`, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := world{first: sets()["off"] + addresses(c.addresses...)}
				a := readiness.Assess(readiness.Gathered{Report: w.report(t), NextTTL: 30, Edges: selection(t, c.edges)})
				f := a.Findings[0]
				if f.Area != readiness.Addresses || !strings.Contains(f.Message, c.message) {
					t.Fatalf("%+v", f)
				}
				for _, text := range c.advice {
					if !strings.Contains(f.Advice, text) {
						t.Errorf("%q is missing in %q", text, f.Advice)
					}
				}
				for _, text := range c.lacks {
					if strings.Contains(f.Advice, text) {
						t.Errorf("%q is in %q", text, f.Advice)
					}
				}
			})
		})
	}
}
