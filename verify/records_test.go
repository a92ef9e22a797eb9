package verify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// notFor is a host that does as another says, except for questions of one type.
func notFor(rrtype uint16, instead, host virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		if query.Question[0].Qtype == rrtype {
			return instead(query)
		}
		return host(query)
	}
}

func rrset(rrtype string, ttl uint32, values ...string) txtrecord.RRSet {
	return txtrecord.RRSet{Name: domain + ".", Type: rrtype, TTL: ttl, Values: values}
}

// Every authoritative server is held against the exact records that are expected, and
// what differs is said in words.
func TestExpectedRecords(t *testing.T) {
	on, off := onSet(t), offSet(t)
	later := window(txtrecord.On)
	later.End = later.End.Add(time.Hour)
	renewed := signed(t, later)
	txtSet, edge := rrset("TXT", 30, on...), rrset("A", 30, "203.0.113.7")
	records, edge6 := txtAt(domain+".", 30, on...), "dr.example.com. 30 IN AAAA 2001:db8::7\n"
	const stale = "v=1;k=all;b=off"
	none, notRecords, notAddresses := verify.CodeNoRecord, verify.CodeRecordsNotExpected, verify.CodeAddressesNotExpected
	// wrong is a set that holds, at both servers, and is not what was expected.
	wrong := func(code verify.Code, text string) wanted {
		return wanted{verify.Valid, 1, nil, found{code, code}, saying{code: text}}
	}
	fine := wanted{verify.Valid, 0, nil, nil, nil}
	cases := map[string]struct {
		first, second string // what stands at the two servers; the second is as the first where it is empty
		host          func(virtualnet.Host) virtualnet.Host
		expected      []txtrecord.RRSet
		want          wanted
	}{
		"exact":                   {records + edgeAddress, "", nil, []txtrecord.RRSet{txtSet}, fine},
		"exact, in another order": {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("TXT", 30, on[1], on[0])}, fine},
		"exact, all of it":        {records + edgeAddress + edge6, "", nil, []txtrecord.RRSet{txtSet, edge, rrset("AAAA", 30, "2001:DB8:0:0::7")}, fine},
		"exact, foreign beside":   {records + edgeAddress + txtAt(domain+".", 30, "v=spf1 -all"), "", nil, []txtrecord.RRSet{txtSet}, wanted{verify.Valid, 0, nil, found{verify.CodeForeign}, nil}},

		"another set": {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("TXT", 30, off...)},
			wrong(notRecords, `serves 2 TXT records, 2 are expected: there is "v=1;k=all;b=on`)},
		"another set, in words": {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("TXT", 30, off...)}, wrong(notRecords, ` in place of "v=1;k=all;b=off`)},
		"an older set":          {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("TXT", 30, renewed...)}, wrong(notRecords, " in place of ")},
		"a stale record beside": {records + edgeAddress + txtAt(domain+".", 30, stale), "", nil, []txtrecord.RRSet{txtSet},
			wanted{verify.Conflict, 1, nil, found{notRecords, notRecords, faultCode(txtrecord.UnsignedBeside)},
				saying{notRecords: `serves 3 TXT records, 2 are expected: beside the expected ones stands "v=1;k=all;b=off"`}}},
		"one is missing": {txtAt(domain+".", 30, on[0]) + edgeAddress, "", nil, []txtrecord.RRSet{txtSet},
			wanted{verify.Invalid, 1, nil, found{notRecords, notRecords, faultCode(txtrecord.PartMissing)},
				saying{notRecords: `serves 1 TXT records, 2 are expected: missing is "v=1;k=all;b=on`}}},
		"at one server alone": {records + edgeAddress, txtAt(domain+".", 30, off...) + edgeAddress, nil, []txtrecord.RRSet{txtSet},
			wanted{verify.Conflict, 1, nil, found{notRecords, verify.CodeServersDiffer}, saying{notRecords: "192.0.2.22:53 serves 2 TXT records"}}},
		"another TTL": {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("TXT", 60, on...)}, wrong(verify.CodeTTLNotExpected, "serves the TXT set with a TTL of 30 s, expected was 60 s")},
		"an alias": {"dr.example.com. 30 IN CNAME else.example.com.\n", "", nil, []txtrecord.RRSet{txtSet},
			wanted{verify.Invalid, 1, nil, found{verify.CodeCNAME, notRecords, notRecords}, nil}},

		"another address":         {records + edgeAddress, "", nil, []txtrecord.RRSet{txtSet, rrset("A", 30, "203.0.113.8")}, wrong(notAddresses, `serves 1 A records, 1 are expected: there is "203.0.113.7" in place of "203.0.113.8"`)},
		"an address beside":       {records + edgeAddress + "dr.example.com. 30 IN A 203.0.113.8\n", "", nil, []txtrecord.RRSet{edge}, wrong(notAddresses, `serves 2 A records, 1 are expected: beside the expected ones stands "203.0.113.8"`)},
		"an address is missing":   {records + edgeAddress, "", nil, []txtrecord.RRSet{rrset("A", 30, "203.0.113.8", "203.0.113.7")}, wrong(notAddresses, `serves 1 A records, 2 are expected: missing is "203.0.113.8"`)},
		"no address at all":       {records + edge6, "", nil, []txtrecord.RRSet{edge}, wrong(notAddresses, `serves 0 A records, 1 are expected: missing is "203.0.113.7"`)},
		"another IPv6 address":    {records + edge6, "", nil, []txtrecord.RRSet{rrset("AAAA", 30, "2001:db8::8")}, wrong(notAddresses, "AAAA records")},
		"another TTL of them":     {records + edgeAddress, "", nil, []txtrecord.RRSet{txtSet, rrset("A", 300, "203.0.113.7")}, wrong(verify.CodeTTLNotExpected, "the A set with a TTL of 30 s, expected was 300 s")},
		"no record, addresses do": {edgeAddress, "", nil, []txtrecord.RRSet{edge}, wanted{verify.None, 3, nil, found{none}, nil}},
		"no record, wrong address": {edgeAddress, "", nil, []txtrecord.RRSet{rrset("A", 30, "203.0.113.8")},
			wanted{verify.None, 1, nil, found{none, notAddresses, notAddresses}, nil}},

		// What could not be asked for is never as expected.
		"addresses are refused": {records + edgeAddress, "", func(h virtualnet.Host) virtualnet.Host { return notFor(dns.TypeA, refusing, h) }, []txtrecord.RRSet{txtSet, edge},
			wanted{verify.Unreachable, 4, nil, found{verify.CodeAddressesNotAsked, verify.CodeAddressesNotAsked, verify.CodeAddressesNotAsked}, saying{verify.CodeAddressesNotAsked: "could not be asked for A records"}}},
		"addresses stay unanswered": {records + edgeAddress + edge6, "", func(h virtualnet.Host) virtualnet.Host { return notFor(dns.TypeAAAA, mute, h) }, []txtrecord.RRSet{rrset("AAAA", 30, "2001:db8::7")},
			wanted{verify.Unreachable, 4, nil, found{verify.CodeAddressesNotAsked, verify.CodeAddressesNotAsked}, nil}},
		"addresses are refused, another set": {records + edgeAddress, "", func(h virtualnet.Host) virtualnet.Host { return notFor(dns.TypeA, refusing, h) }, []txtrecord.RRSet{rrset("TXT", 30, off...), edge},
			wanted{verify.Valid, 1, nil, found{notRecords, notRecords, verify.CodeAddressesNotAsked, verify.CodeAddressesNotAsked, verify.CodeAddressesNotAsked}, nil}},
		"nothing answers": {records, "", func(virtualnet.Host) virtualnet.Host { return mute }, []txtrecord.RRSet{txtSet},
			wanted{verify.Unreachable, 4, nil, found{verify.CodeServerSilent, verify.CodeServerSilent}, nil}},

		"none at all":         {"", "", nil, []txtrecord.RRSet{txtSet}, wanted{verify.None, 3, nil, found{none}, nil}},
		"none, but addresses": {edgeAddress, "", nil, []txtrecord.RRSet{txtSet, edge}, wanted{verify.None, 3, nil, found{none}, nil}},
		"none at one": {records + edgeAddress, edgeAddress, nil, []txtrecord.RRSet{txtSet},
			wanted{verify.Conflict, 1, nil, found{none, verify.CodeServersDiffer}, nil}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := new(virtualnet.Net)
				if c.second == "" {
					c.second = c.first
				}
				for address, lines := range map[string]string{firstAt: c.first, secondAt: c.second} {
					host := virtualnet.Zones(exampleZone(1, lines))
					if c.host != nil {
						host = c.host(host)
					}
					n.Add(address, host)
				}
				r := request([]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, asking(t))
				r.Records = c.expected
				got := liveChecker(t, n).Check(t.Context(), r)
				c.want.check(t, got)
			})
		})
	}
}

// A single server, which is otherwise asked for one address alone, is asked for all that
// is expected.
func TestExpectedRecordsAtOneServer(t *testing.T) {
	on := onSet(t)
	for name, c := range map[string]struct {
		expected txtrecord.RRSet
		exit     int
	}{
		"exact": {rrset("AAAA", 30, "2001:db8::7"), 0}, "another": {rrset("AAAA", 30, "2001:db8::8"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(exampleZone(1, txtAt(domain+".", 30, on...), edgeAddress, "dr.example.com. 30 IN AAAA 2001:db8::7\n"))
				r := request([]verify.Server{{Host: firstAt, Port: "53"}}, asking(t))
				r.Records = []txtrecord.RRSet{c.expected}
				if got := liveChecker(t, n).Check(t.Context(), r); got.ExitStatus() != c.exit {
					t.Errorf("exit status %d, %v", got.ExitStatus(), got.Findings)
				}
			})
		})
	}
}

// A server that could be asked makes up for one that could not.
func TestExpectedAddressesAtOneOfTwo(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n := newInternet(zone)
		n.Add(secondAt, notFor(dns.TypeA, refusing, virtualnet.Zones(zone)))
		r := request([]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, asking(t))
		r.Records = []txtrecord.RRSet{rrset("A", 30, "203.0.113.7")}
		want := wanted{verify.Valid, 0, nil, found{verify.CodeAddressesNotAsked}, saying{verify.CodeAddressesNotAsked: "192.0.2.22:53 could not be asked for A records"}}
		want.check(t, liveChecker(t, n).Check(t.Context(), r))
	})
}

// An older set at a resolver is what caches hold, whatever it says; a newer one at the
// authoritative servers is what was expected.
func TestExpectedRecordsAndResolver(t *testing.T) {
	on := onSet(t)
	later := window(txtrecord.On)
	later.End = later.End.Add(time.Hour)
	renewed := signed(t, later)
	old := publishedZone(60, on...)
	lags := wanted{verify.Pending, 5, nil, found{verify.CodeResolverLags}, saying{verify.CodeResolverLags: "59s at most"}}
	for name, c := range map[string]struct {
		zone string
		want wanted
	}{
		"renewed": {publishedZone(30, renewed...), lags},
		"not yet": {old, wanted{verify.Valid, 1, nil, found{verify.CodeRecordsNotExpected, verify.CodeRecordsNotExpected}, nil}},
		"both": {publishedZone(30, append(renewed[:2:2], on...)...), wanted{verify.Conflict, 1, nil,
			found{verify.CodeRecordsNotExpected, verify.CodeRecordsNotExpected, faultCode(txtrecord.SeveralSets), verify.CodeResolverLags}, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(c.zone)
				n.Add(resolverAt, caching(old).host)
				r := request([]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, asking(t))
				r.Records = []txtrecord.RRSet{rrset("TXT", 30, renewed...)}
				r.Resolvers = []dnsquery.Server{plainResolver(resolverAt)}
				got := liveChecker(t, n).Check(t.Context(), r)
				c.want.check(t, got)
				shown := func(f verify.Finding) bool { return strings.Contains(f.Message, on[0]) }
				if slices.ContainsFunc(got.Findings, shown) {
					t.Errorf("a whole record is shown: %v", got.Findings)
				}
			})
		})
	}
}
