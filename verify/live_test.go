package verify_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// The internet of these tests: a root server, one server of two top-level domains, two
// name servers of example.com at an address of each family, and a resolver.
const (
	liveRoundTrip = 50 * time.Millisecond

	rootAt, tldAt       = "192.0.2.1", "192.0.2.10"
	firstAt, secondAt   = "192.0.2.21", "192.0.2.22"
	firstAt6, secondAt6 = "2001:db8::21", "2001:db8::22"
	thirdAt, deepAt     = "192.0.2.23", "192.0.2.40"
	resolverAt          = "198.51.100.53"
)

// exampleServers are the addresses of the name servers of example.com, in the order in
// which a report has them.
var exampleServers = []string{firstAt, firstAt6, secondAt, secondAt6}

const (
	liveRoot = `. 300 IN SOA a.root.example. . 1 1 1 1 60
com. 300 IN NS a.nic.example.
example. 300 IN NS a.nic.example.
a.nic.example. 300 IN A 192.0.2.10
`
	liveTLD = `example. 300 IN SOA a.nic.example. . 1 1 1 1 60
a.nic.example. 300 IN A 192.0.2.10
provider.example. 300 IN NS ns.provider.example.
ns.provider.example. 300 IN A 192.0.2.23
`
	comHead = "com. 300 IN SOA a.nic.example. . 1 1 1 1 60\n"
	// delegationOfTwo is the zone's name servers with their addresses, as they stand in
	// the parent zone and in the zone itself.
	delegationOfTwo = `example.com. 300 IN NS ns1.example.com.
example.com. 300 IN NS ns2.example.com.
ns1.example.com. 300 IN A 192.0.2.21
ns1.example.com. 300 IN AAAA 2001:db8::21
ns2.example.com. 300 IN A 192.0.2.22
ns2.example.com. 300 IN AAAA 2001:db8::22
`
	edgeAddress = "dr.example.com. 30 IN A 203.0.113.7\n"
)

// exampleZone is example.com with some further lines.
func exampleZone(serial int, lines ...string) string {
	soa := fmt.Sprintf("example.com. 300 IN SOA ns1.example.com. . %d 1 1 1 60\n", serial)
	return soa + delegationOfTwo + strings.Join(lines, "")
}

// txtAt are TXT records at a name in the form of a zone file.
func txtAt(name string, ttl int, values ...string) string {
	var text strings.Builder
	for _, value := range values {
		fmt.Fprintf(&text, "%s %d IN TXT %q\n", name, ttl, value)
	}
	return text.String()
}

// publishedZone is example.com with a set, and the address of an edge, at the domain.
func publishedZone(ttl int, values ...string) string {
	return exampleZone(1, txtAt(domain+".", ttl, values...), edgeAddress)
}

// newInternet is one in which all four servers of example.com have the zone.
func newInternet(zone string) *virtualnet.Net {
	n := &virtualnet.Net{RoundTrip: liveRoundTrip}
	n.Add(rootAt, virtualnet.Zones(liveRoot))
	delegateInCom(n, delegationOfTwo)
	serveAt(n, zone, exampleServers...)
	return n
}

// delegateInCom puts lines into the zone com.
func delegateInCom(n *virtualnet.Net, lines string) {
	n.Add(tldAt, virtualnet.Zones(comHead+lines, liveTLD))
}

func serveAt(n *virtualnet.Net, zone string, addresses ...string) {
	for _, address := range addresses {
		n.Add(address, virtualnet.Zones(zone))
	}
}

// unroute takes the way to addresses away.
func unroute(n *virtualnet.Net, addresses ...string) {
	for _, address := range addresses {
		n.Add(address, nil)
	}
}

func mute(*dns.Msg) *dns.Msg { return nil }

func refusing(query *dns.Msg) *dns.Msg {
	return new(dns.Msg).SetRcode(query, dns.RcodeRefused)
}

// inVirtualTime runs a test in a bubble, at the same time as others. When it ends no
// goroutine may be left.
func inVirtualTime(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

var liveRoots = []delegation.NameServer{{Name: "a.root.example.", Glue: []netip.Addr{netip.MustParseAddr(rootAt)}}}

// liveChecker asks in a network, with its one root server.
func liveChecker(t testing.TB, n *virtualnet.Net) *verify.Checker {
	c := &verify.Checker{Client: dnsquery.Client{Dial: n.Dial}, Roots: liveRoots}
	t.Cleanup(func() {
		synctest.Wait() // those who lost a race
		c.Client.CloseIdle()
	})
	return c
}

// plainResolver is a resolver at an address, asked over UDP.
func plainResolver(address string) dnsquery.Server {
	return dnsquery.At(netip.AddrPortFrom(netip.MustParseAddr(address), 53))
}

// liveRows are the servers of a report: name, address without its port, and outcome.
func liveRows(servers []verify.ServerReport) []string {
	var rows []string
	for _, s := range servers {
		rows = append(rows, rowOf(s))
	}
	return rows
}

func rowOf(s verify.ServerReport) string {
	address, err := netip.ParseAddrPort(s.Address)
	if err != nil {
		return fmt.Sprintf("%s %q %s", s.Server, s.Address, s.Outcome)
	}
	return fmt.Sprintf("%s %s %s", s.Server, address.Addr(), s.Outcome)
}

// rowsOf are the rows of servers that all have one outcome.
func rowsOf(name string, outcome verify.Outcome, addresses ...string) []string {
	var rows []string
	for _, address := range addresses {
		rows = append(rows, fmt.Sprintf("%s %s %s", name, address, outcome))
	}
	return rows
}

// allFour are the rows of newInternet where every server answers.
func allFour() []string {
	return append(rowsOf("ns1.example.com", verify.Answered, firstAt, firstAt6), rowsOf("ns2.example.com", verify.Answered, secondAt, secondAt6)...)
}

// notable are a report's codes, sorted, without the one on large answers, which every
// signed set has.
func notable(r verify.Report) []verify.Code {
	return slices.DeleteFunc(codes(r.Judgement), func(c verify.Code) bool { return c == verify.CodeAnswerLarge })
}

// says reports whether a text stands in the message of a finding.
func says(r verify.Report, code verify.Code, text string) bool {
	return slices.ContainsFunc(r.Findings, func(f verify.Finding) bool {
		return f.Code == code && strings.Contains(f.Message, text)
	})
}

// A wanted is what a report should be.
type wanted struct {
	verdict verify.Verdict
	exit    int
	rows    []string // nil where they are not looked at
	codes   []verify.Code
	saying  map[verify.Code]string // a part of the message of a finding
}

// agreed are the severities that are part of the contract, as far as they are not the
// same for every finding of a failed server.
var agreed = map[verify.Code]verify.Severity{
	verify.CodeServersDiffer: verify.Error, verify.CodeCNAME: verify.Error, verify.CodeBogus: verify.Error, verify.CodeResolverDiffers: verify.Error,
	verify.CodeTooManyRecords: verify.Error, verify.CodeRecordsNotExpected: verify.Error, verify.CodeAddressesNotExpected: verify.Error, verify.CodeTTLNotExpected: verify.Error,

	verify.CodeForeign: verify.Warning, verify.CodeWildcard: verify.Warning, verify.CodeFamilyUnreachable: verify.Warning, verify.CodeSplitHorizon: verify.Warning,
	verify.CodeServerSilent: verify.Warning, verify.CodeServerLame: verify.Warning, verify.CodeServerIntercepted: verify.Warning, verify.CodeResolverNotAsked: verify.Warning,
	verify.CodeResolverLags: verify.Warning, verify.CodeServedStale: verify.Warning, verify.CodeAuthoritativeNotAsked: verify.Warning,

	verify.CodeDelegation: verify.Info, verify.CodeSerialsDiffer: verify.Info, verify.CodeAnswerLarge: verify.Info, verify.CodeAuthenticated: verify.Info,
}

func (w wanted) check(t *testing.T, got verify.Report) {
	t.Helper()
	for _, f := range got.Findings {
		if severity, ok := agreed[f.Code]; ok && f.Severity != severity || f.Advice == "" {
			t.Errorf("%s has the severity %s and the advice %q", f.Code, f.Severity, f.Advice)
		}
	}
	if got.Verdict != w.verdict || got.ExitStatus() != w.exit {
		t.Errorf("got %s, exit status %d, want %s, %d", got.Verdict, got.ExitStatus(), w.verdict, w.exit)
	}
	if rows := liveRows(got.Servers); w.rows != nil && !slices.Equal(rows, w.rows) {
		t.Errorf("got the servers\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(w.rows, "\n"))
	}
	found, codes := notable(got), slices.Sorted(slices.Values(w.codes)) // which other cases may share
	if !slices.Equal(found, codes) {
		t.Errorf("got %q, want %q", found, codes)
	}
	for code, text := range w.saying {
		if !says(got, code, text) {
			t.Errorf("%s does not say %q", code, text)
		}
	}
	if t.Failed() {
		for _, f := range got.Findings {
			t.Logf("%s %s %q: %s", f.Severity, f.Code, f.Server, f.Message)
		}
	}
}

type (
	found  = []verify.Code
	saying = map[verify.Code]string
)

// What stands at the domain of most cases.
func onSet(t testing.TB) []string { return signed(t, window(txtrecord.On)) }
func offSet(t testing.TB) []string {
	return signed(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off})
}

func TestFollowedDelegation(t *testing.T) {
	type setting struct {
		net     *virtualnet.Net
		checker *verify.Checker
		policy  *verify.Policy
	}
	on := onSet(t)
	zone := publishedZone(30, on...)
	ns1 := rowsOf("ns1.example.com", verify.Answered, firstAt, firstAt6)
	ns2 := rowsOf("ns2.example.com", verify.Answered, secondAt, secondAt6)
	ns3 := rowsOf("ns3.example.com", verify.Answered, thirdAt)
	withThird := strings.Replace(zone, "ns2.example.com.\n", "ns2.example.com.\nexample.com. 300 IN NS ns3.example.com.\nns3.example.com. 300 IN A 192.0.2.23\n", 1)
	cases := map[string]struct {
		change func(setting)
		want   wanted
	}{
		"all is well": {func(setting) {},
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation}, saying{verify.CodeDelegation: "the zone is example.com: name servers 2, addresses 4"}}},
		"glue differs": {func(s setting) {
			delegateInCom(s.net, strings.Replace(delegationOfTwo, secondAt, thirdAt, 1))
			serveAt(s.net, zone, thirdAt)
		}, wanted{verify.Valid, 0, slices.Concat(ns1, rowsOf("ns2.example.com", verify.Answered, secondAt, thirdAt, secondAt6)),
			found{verify.CodeDelegation, verify.CodeGlueDiffers},
			saying{verify.CodeGlueDiffers: "the address 192.0.2.23 for ns2.example.com, the name's own zone has 192.0.2.22", verify.CodeDelegation: "name servers 2, addresses 5"}}},
		"glue of one family alone": {func(s setting) {
			delegateInCom(s.net, strings.Replace(delegationOfTwo, "ns2.example.com. 300 IN AAAA 2001:db8::22\n", "", 1))
		}, wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation}, nil}},
		"the zone names one more": {func(s setting) {
			serveAt(s.net, withThird, append(exampleServers, thirdAt)...)
		}, wanted{verify.Valid, 0, slices.Concat(ns1, ns2, ns3), found{verify.CodeDelegation, verify.CodeDelegationDiffers},
			saying{verify.CodeDelegationDiffers: "only the zone itself names ns3.example.com", verify.CodeDelegation: "name servers 3, addresses 5"}}},
		"parent and zone name different ones": {func(s setting) {
			serveAt(s.net, strings.Replace(withThird, "example.com. 300 IN NS ns2.example.com.\n", "", 1), append(exampleServers, thirdAt)...)
		}, wanted{verify.Valid, 0, slices.Concat(ns1, ns2, ns3), found{verify.CodeDelegation, verify.CodeDelegationDiffers},
			saying{verify.CodeDelegationDiffers: "only the parent zone names ns2.example.com; only the zone itself names ns3.example.com"}}},
		"the server that only the zone names has another set": {func(s setting) {
			serveAt(s.net, withThird, exampleServers...)
			serveAt(s.net, exampleZone(1, edgeAddress), thirdAt)
		}, wanted{verify.Conflict, 1, slices.Concat(ns1, ns2, rowsOf("ns3.example.com", verify.NoData, thirdAt)),
			found{verify.CodeDelegation, verify.CodeDelegationDiffers, verify.CodeServersDiffer, verify.CodeNoRecord}, nil}},
		"lame": {func(s setting) { s.net.Add(secondAt, refusing) },
			wanted{verify.Valid, 0, slices.Concat(ns1, rowsOf("ns2.example.com", verify.Lame, secondAt), ns2[1:]),
				found{verify.CodeDelegation, verify.CodeServerLame}, saying{verify.CodeServerLame: "does not answer with authority for this zone: REFUSED"}}},
		"dead": {func(s setting) { s.net.Add(secondAt, mute); s.net.Add(secondAt6, mute) },
			wanted{verify.Valid, 0, slices.Concat(ns1, rowsOf("ns2.example.com", verify.TimedOut, secondAt, secondAt6)),
				found{verify.CodeDelegation, verify.CodeServerSilent, verify.CodeServerSilent}, nil}},
		"no IPv6 route": {func(s setting) { unroute(s.net, firstAt6, secondAt6) },
			wanted{verify.Valid, 0, slices.Concat(ns1[:1], rowsOf("ns1.example.com", verify.Unroutable, firstAt6), ns2[:1], rowsOf("ns2.example.com", verify.Unroutable, secondAt6)),
				found{verify.CodeDelegation, verify.CodeFamilyUnreachable}, saying{verify.CodeFamilyUnreachable: "over IPv6 from here (addresses: 2)"}}},
		"IPv6 in a black hole": {func(s setting) { s.net.Add(firstAt6, mute); s.net.Add(secondAt6, mute) },
			wanted{verify.Valid, 0, slices.Concat(ns1[:1], rowsOf("ns1.example.com", verify.TimedOut, firstAt6), ns2[:1], rowsOf("ns2.example.com", verify.TimedOut, secondAt6)),
				found{verify.CodeDelegation, verify.CodeFamilyUnreachable}, nil}},
		"no IPv6 route, IPv4 alone": {func(s setting) {
			unroute(s.net, firstAt6, secondAt6)
			s.checker.Client.Family = dnsquery.IPv4
		}, wanted{verify.Valid, 0, slices.Concat(ns1[:1], ns2[:1]), found{verify.CodeDelegation}, saying{verify.CodeDelegation: "name servers 2, addresses 2"}}},
		"a name server without address": {func(s setting) {
			lines := "example.com. 300 IN NS ns9.example.com.\n"
			delegateInCom(s.net, delegationOfTwo+lines)
			serveAt(s.net, zone+lines, exampleServers...)
		}, wanted{verify.Valid, 0, slices.Concat(ns1, ns2, []string{`ns9.example.com "" unknown-name`}),
			found{verify.CodeDelegation, verify.CodeServerNameUnknown}, saying{verify.CodeServerNameUnknown: "ns9.example.com", verify.CodeDelegation: "name servers 3, addresses 4"}}},
		"a name server elsewhere, without glue": {func(s setting) {
			lines := "example.com. 300 IN NS ns4.provider.example.\n"
			delegateInCom(s.net, delegationOfTwo+lines)
			serveAt(s.net, zone+lines, exampleServers...)
			s.net.Add(thirdAt, virtualnet.Zones(zone+lines, "provider.example. 300 IN SOA ns.provider.example. . 1 1 1 1 60\nns4.provider.example. 300 IN A 192.0.2.23\n"))
		}, wanted{verify.Valid, 0, slices.Concat(ns1, ns2, rowsOf("ns4.provider.example", verify.Answered, thirdAt)), found{verify.CodeDelegation}, nil}},
		"no such zone": {func(s setting) { delegateInCom(s.net, "") },
			wanted{verify.None, 3, rowsOf("a.nic.example", verify.NameError, tldAt), found{verify.CodeDelegation, verify.CodeNoRecord, verify.CodeNoZone}, nil}},
		"no such zone, none expected": {func(s setting) { delegateInCom(s.net, ""); s.policy.Expected = verify.ExpectNone },
			wanted{verify.None, 0, nil, found{verify.CodeDelegation, verify.CodeNoRecord, verify.CodeNoZone}, nil}},
		"nothing is reachable": {func(s setting) {
			unroute(s.net, rootAt)
			s.checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
		}, wanted{verify.Unreachable, 4, rowsOf(resolverAt, verify.Unroutable, resolverAt), found{verify.CodeDelegationUnknown, verify.CodeResolverNotAsked}, nil}},
		"nothing answers": {func(s setting) {
			s.net.Add(rootAt, mute)
			s.net.Add(resolverAt, mute)
			s.checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
		}, wanted{verify.Unreachable, 4, rowsOf(resolverAt, verify.TimedOut, resolverAt), found{verify.CodeDelegationUnknown, verify.CodeResolverNotAsked}, nil}},
		"the zone's servers are out of reach": {func(s setting) { unroute(s.net, exampleServers...) },
			wanted{verify.Unreachable, 4, append(rowsOf("ns1.example.com", verify.Unroutable, firstAt, firstAt6), rowsOf("ns2.example.com", verify.Unroutable, secondAt, secondAt6)...),
				found{verify.CodeDelegation, verify.CodeServerUnreachable, verify.CodeServerUnreachable, verify.CodeServerUnreachable, verify.CodeServerUnreachable}, nil}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(zone)
				policy := asking(t)
				s := setting{n, liveChecker(t, n), &policy}
				c.change(s)
				c.want.check(t, s.checker.Check(t.Context(), verify.Request{Policy: policy}))
			})
		})
	}
}

// What the servers have at the domain and beside it, once they are found.
func TestServedZones(t *testing.T) {
	on := onSet(t)
	zia := signed(t, txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Off})
	zpa := signed(t, txtrecord.Activation{Type: txtrecord.PrivateAccess, Status: txtrecord.Off})
	records := txtAt(domain+".", 30, on...)
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprintf("foreign %d", i))
	}
	misplaced := strings.ReplaceAll(records, domain+".", domain+".example.com.")
	cases := map[string]struct {
		first, second string // what stands in the zones of the two servers
		secondSerial  int
		want          wanted
	}{
		"wildcard": {strings.ReplaceAll(records+edgeAddress, domain, "*.example.com"), "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeWildcard}, saying{verify.CodeWildcard: "a wildcard answers"}}},
		"a wildcard with another set": {records + edgeAddress + txtAt("*.example.com.", 30, zpa...), "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation}, nil}},
		"trailing dot missing": {misplaced, "", 1,
			wanted{verify.None, 3, nil, found{verify.CodeDelegation, verify.CodeNoRecord, verify.CodeTrailingDot}, saying{verify.CodeTrailingDot: "dr.example.com.example.com."}}},
		"trailing dot missing once": {records + edgeAddress + misplaced, "", 1,
			wanted{verify.Valid, 0, nil, found{verify.CodeDelegation}, nil}},
		"serials differ": {records + edgeAddress, records + edgeAddress, 7,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeSerialsDiffer}, saying{verify.CodeSerialsDiffer: "a secondary lags: 192.0.2.21:53, [2001:db8::21]:53: 1; 192.0.2.22:53, [2001:db8::22]:53: 7"}}},
		"no address, all products": {records, "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeNoAddress}, nil}},
		"no address, Private Access": {txtAt(domain+".", 30, zpa...), "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeNoAddress}, nil}},
		"no address, Internet Access": {txtAt(domain+".", 30, zia...), "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeNoAddress}, nil}},
		"an IPv6 address alone": {records + "dr.example.com. 30 IN AAAA 2001:db8::7\n", "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation}, nil}},
		"addresses differ": {records + edgeAddress, records + edgeAddress + "dr.example.com. 30 IN A 203.0.113.8\n", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeAddressesDiffer}, saying{verify.CodeAddressesDiffer: "203.0.113.7, 203.0.113.8"}}},
		"addresses at one alone": {records + edgeAddress, records, 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeAddressesDiffer}, saying{verify.CodeAddressesDiffer: "none"}}},
		"sets differ": {records + edgeAddress, txtAt(domain+".", 30, zpa...) + edgeAddress, 1,
			wanted{verify.Conflict, 1, allFour(), found{verify.CodeDelegation, verify.CodeServersDiffer}, nil}},
		"more than 100 records": {records + edgeAddress + txtAt(domain+".", 30, many...), "", 1,
			wanted{verify.Valid, 1, allFour(), found{verify.CodeDelegation, verify.CodeForeign, verify.CodeTooManyRecords}, saying{verify.CodeTooManyRecords: "103 TXT records"}}},
		"as many as 100 records": {records + edgeAddress + txtAt(domain+".", 30, many[:98]...), "", 1,
			wanted{verify.Valid, 0, allFour(), found{verify.CodeDelegation, verify.CodeForeign}, nil}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				if c.second == "" {
					c.second = c.first
				}
				n := newInternet(exampleZone(1, c.first))
				serveAt(n, exampleZone(c.secondSerial, c.second), secondAt, secondAt6)
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
				c.want.check(t, got)
			})
		})
	}
}

// That there is no address is a warning where the set names Private Access, and no more
// than information where it does not.
func TestNoAddressSeverity(t *testing.T) {
	for product, want := range map[txtrecord.Type]verify.Severity{
		txtrecord.InternetAccess: verify.Info, txtrecord.PrivateAccess: verify.Warning, txtrecord.AllProducts: verify.Warning,
	} {
		t.Run(string(product), func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				values := signed(t, txtrecord.Activation{Type: product, Status: txtrecord.Off})
				n := newInternet(exampleZone(1, txtAt(domain+".", 30, values...)))
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
				if f, ok := findingOf(got.Judgement, verify.CodeNoAddress); !ok || f.Severity != want || got.ExitStatus() != 0 {
					t.Errorf("%+v, exit status %d", f, got.ExitStatus())
				}
			})
		})
	}
}

// What to do is said where the operator can do something here and now.
func TestLiveAdvice(t *testing.T) {
	on := onSet(t)
	for code, c := range map[verify.Code]struct {
		change func(*virtualnet.Net)
		want   string
	}{
		verify.CodeFamilyUnreachable: {func(n *virtualnet.Net) { unroute(n, firstAt6, secondAt6) }, "no IPv6 route here? try -4"},
		verify.CodeServerIntercepted: {func(n *virtualnet.Net) { n.Add(secondAt, recursive(publishedZone(30, on...))) }, "port 53 seems intercepted here"},
		verify.CodeServerLame:        {func(n *virtualnet.Net) { n.Add(secondAt, refusing) }, "does not serve this zone"},
	} {
		t.Run(string(code), func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(publishedZone(30, on...))
				c.change(n)
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
				if f, _ := findingOf(got.Judgement, code); !strings.Contains(f.Advice, c.want) {
					t.Errorf("%+v", f)
				}
			})
		})
	}
}

// An answer is called large as soon as it does not fit into 512 bytes.
func TestAnswerSize(t *testing.T) {
	for name, c := range map[string]struct {
		filling int // bytes of another TXT record
		large   bool
	}{"small": {200, false}, "512 bytes": {214, false}, "513 bytes": {215, true}} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				policy := asking(t)
				policy.AllowUnsigned = true
				zone := publishedZone(30, "v=1;k=all;b=off", strings.Repeat("x", 170), strings.Repeat("y", c.filling))
				got := liveChecker(t, newInternet(zone)).Check(t.Context(), verify.Request{Policy: policy})
				if f, ok := findingOf(got.Judgement, verify.CodeAnswerLarge); ok != c.large || got.ExitStatus() != 0 {
					t.Errorf("%+v, exit status %d", f, got.ExitStatus())
				}
			})
		})
	}
}

// A progress keeps what was reported of each server.
type progress struct {
	mu   sync.Mutex
	rows []string
}

func (p *progress) note(s verify.ServerReport) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, rowOf(s))
}

// check holds progress against a report: each server first with an empty outcome, then
// with the one that the report has.
func (p *progress) check(t *testing.T, got verify.Report) {
	t.Helper()
	if len(p.rows) != 2*len(got.Servers) {
		t.Errorf("%d lines of progress for %d servers: %q", len(p.rows), len(got.Servers), p.rows)
	}
	for _, s := range got.Servers {
		after := rowOf(s)
		s.Outcome = ""
		first, second := slices.Index(p.rows, rowOf(s)), slices.Index(p.rows, after)
		if first < 0 || second < first {
			t.Errorf("%q at %d, %q at %d", rowOf(s), first, after, second)
		}
	}
}

func TestLiveProgress(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		unroute(n, firstAt6)
		n.Add(secondAt6, mute)
		n.Add(resolverAt, recursive(publishedZone(30, onSet(t)...)))
		checker, p := liveChecker(t, n), new(progress)
		checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
		got := checker.Check(t.Context(), verify.Request{Policy: asking(t), Progress: p.note})
		p.check(t, got)
		if len(got.Servers) != 5 {
			t.Errorf("%q", liveRows(got.Servers))
		}
	})
}

// While it is made certain that the domain is no zone of its own, the servers of the zone
// above are asked already. Where it is one, nobody hears of that.
func TestDomainIsAZone(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		cut := "dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.40\n"
		n := newInternet(exampleZone(1, cut))
		n.Add(firstAt, mute) // it would be in the report for sure
		serveAt(n, "dr.example.com. 300 IN SOA ns.dr.example.com. . 1 1 1 1 60\n"+cut+txtAt(domain+".", 30, onSet(t)...)+edgeAddress, deepAt)
		p := new(progress)
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Progress: p.note})
		want := wanted{verify.Valid, 0, rowsOf("ns.dr.example.com", verify.Answered, deepAt), found{verify.CodeDelegation}, saying{verify.CodeDelegation: "the zone is dr.example.com: name servers 1, addresses 1"}}
		want.check(t, got)
		p.check(t, got)
	})
}

// A zone of its own may lie on the very servers that have the zone above it. Their answers
// do not show that there is no cut.
func TestDomainIsAZoneOnTheSameServers(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		cut := "dr.example.com. 300 IN NS ns1.example.com.\n"
		own := "dr.example.com. 300 IN SOA ns1.example.com. . 9 1 1 1 60\n" + cut + txtAt(domain+".", 30, onSet(t)...) + edgeAddress
		n := newInternet(exampleZone(1))
		for _, address := range exampleServers {
			n.Add(address, virtualnet.Zones(exampleZone(1, cut), own))
		}
		p := new(progress)
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Progress: p.note})
		want := wanted{verify.Valid, 0, rowsOf("ns1.example.com", verify.Answered, firstAt, firstAt6), found{verify.CodeDelegation}, saying{verify.CodeDelegation: "the zone is dr.example.com: name servers 1, addresses 2"}}
		want.check(t, got)
		p.check(t, got)
	})
}

// What the zone above says is heard, but for no longer than one question takes, and
// nothing is asked after the end.
func TestZoneAboveIsHeard(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		cut := "dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.40\n"
		n := newInternet(exampleZone(1, cut))
		n.Add(secondAt6, mute)
		serveAt(n, "dr.example.com. 300 IN SOA ns.dr.example.com. . 1 1 1 1 60\n"+cut+txtAt(domain+".", 30, onSet(t)...)+edgeAddress, deepAt)
		begin := time.Now()
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
		took, asked := time.Since(begin), n.Asked(secondAt6)
		time.Sleep(5 * time.Second)
		if again := n.Asked(secondAt6); got.ExitStatus() != 0 || took > dnsquery.DefaultTimeout+4*liveRoundTrip || asked == 0 || again != asked {
			t.Errorf("exit status %d after %v, %d questions to a silent server of the zone above, then %d", got.ExitStatus(), took, asked, again)
		}
	})
}

// Servers that do not agree whether the domain is a zone of its own differ, whichever of
// them is asked first.
func TestCutInDispute(t *testing.T) {
	cut := "dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.40\n"
	for i := range 20 { // the order is random
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(publishedZone(30, onSet(t)...))
				serveAt(n, exampleZone(1, cut), secondAt, secondAt6)
				serveAt(n, "dr.example.com. 300 IN SOA ns.dr.example.com. . 1 1 1 1 60\n"+cut+txtAt(domain+".", 30, offSet(t)...)+edgeAddress, deepAt)
				policy := asking(t)
				policy.Expected = verify.ExpectOn
				checker := liveChecker(t, n)
				for range 3 { // from the second on, cuts are remembered
					got := checker.Check(t.Context(), verify.Request{Policy: policy})
					if got.Verdict != verify.Conflict || got.ExitStatus() != 1 || !says(got, verify.CodeServersDiffer, "do not agree where dr.example.com lies") || got.AsExpected {
						t.Errorf("%s, exit status %d: %v", got.Verdict, got.ExitStatus(), got.Findings)
					}
				}
			})
		})
	}
}

// A server of the zone above that serves other records counts, though it says of no zone
// that they lie in it.
func TestOtherRecordsInTheZoneAbove(t *testing.T) {
	cut := "dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.40\n"
	for name, c := range map[string]struct {
		above []string
		exit  int
	}{
		"other records":    {offSet(t), 1},
		"the same records": {onSet(t), 0},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(exampleZone(1, cut))
				answers := virtualnet.Zones(publishedZone(30, c.above...))
				n.Add(secondAt, func(query *dns.Msg) *dns.Msg {
					if query.Question[0].Qtype != dns.TypeTXT || query.Question[0].Name != domain+"." {
						return refusing(query)
					}
					return answers(query)
				})
				serveAt(n, "dr.example.com. 300 IN SOA ns.dr.example.com. . 1 1 1 1 60\n"+cut+txtAt(domain+".", 30, onSet(t)...)+edgeAddress, deepAt)
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
				if got.ExitStatus() != c.exit || c.exit == 1 && got.Verdict != verify.Conflict {
					t.Errorf("%s, exit status %d: %v", got.Verdict, got.ExitStatus(), got.Findings)
				}
			})
		})
	}
}

// An answer about another zone, or a referral, does not say that there is nothing, with
// whatever authority it comes.
func TestNoProofOfAbsence(t *testing.T) {
	t.Parallel()
	for name, authority := range map[string]string{
		"another zone's SOA":        "evil.test. 300 IN SOA ns.evil.test. . 1 1 1 1 60",
		"a sibling's SOA":           "sibling.example.com. 300 IN SOA ns.example.com. . 1 1 1 1 60",
		"referral down":             "dr.example.com. 300 IN NS ns.child.test.",
		"referral up":               ". 300 IN NS a.root-servers.net.",
		"referral, another's SOA":   "evil.test. 300 IN SOA ns.evil.test. . 1 1 1 1 60",
		"referral to the zone here": "example.com. 300 IN NS ns1.example.com.",
	} {
		for _, code := range []int{dns.RcodeSuccess, dns.RcodeNameError} {
			policy := asking(t)
			policy.Expected = verify.ExpectNone
			server := replying(t, func(m *dns.Msg) {
				rr, err := dns.NewRR(authority)
				if err != nil {
					t.Error(err)
				}
				m.Rcode, m.Ns = code, []dns.RR{rr}
			})
			got := quick().Check(t.Context(), request([]verify.Server{server}, policy))
			if got.ExitStatus() != 4 || got.AsExpected || got.Servers[0].Outcome != verify.Lame {
				t.Errorf("%s, %s: %s, exit status %d", name, dns.RcodeToString[code], got.Servers[0].Outcome, got.ExitStatus())
			}
		}
	}
}

// Root servers that all stay silent cost little more than the time of one question.
func TestSilentRoots(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n := newInternet(zone)
		n.Add(resolverAt, recursive(zone))
		checker := liveChecker(t, n)
		checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
		checker.Roots = nil
		for i := range 26 {
			address := netip.AddrFrom4([4]byte{203, 0, 113, byte(100 + i)})
			n.Add(address.String(), mute)
			checker.Roots = append(checker.Roots, delegation.NameServer{Name: fmt.Sprintf("%c.root.example.", 'a'+i), Glue: []netip.Addr{address}})
		}
		begin := time.Now()
		got := checker.Check(t.Context(), verify.Request{Policy: asking(t)})
		if took := time.Since(begin); took > 2*dnsquery.DefaultTimeout || got.ExitStatus() != 0 {
			t.Errorf("took %v, exit status %d", took, got.ExitStatus())
		}
	})
}

// recursive is a resolver that knows the zones in the texts, and remembers nothing.
func recursive(texts ...string) virtualnet.Host {
	zones := virtualnet.Zones(texts...)
	return func(query *dns.Msg) *dns.Msg {
		reply := zones(query)
		reply.Authoritative, reply.RecursionAvailable = false, true
		return reply
	}
}

// Where the root cannot be reached the resolver names the servers, and every one is
// asked all the same.
func TestRootUnreachable(t *testing.T) {
	for name, root := range map[string]virtualnet.Host{"no route": nil, "silent": mute, "lame": refusing} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				zone := publishedZone(30, onSet(t)...)
				n := newInternet(zone)
				n.Add(rootAt, root)
				n.Add(resolverAt, recursive(zone))
				checker, p := liveChecker(t, n), new(progress)
				checker.SystemResolvers = []dnsquery.Server{plainResolver("198.51.100.99"), plainResolver(resolverAt)}
				got := checker.Check(t.Context(), verify.Request{Policy: asking(t), Progress: p.note})
				rows := slices.Concat(allFour(), rowsOf("198.51.100.99", verify.Unroutable, "198.51.100.99"), rowsOf(resolverAt, verify.Answered, resolverAt))
				want := wanted{verify.Valid, 0, rows, found{verify.CodeDelegation, verify.CodeDelegationFromResolver, verify.CodeResolverNotAsked},
					saying{verify.CodeDelegationFromResolver: resolverAt + " named the servers", verify.CodeDelegation: "the zone is example.com: name servers 2, addresses 4"}}
				want.check(t, got)
				p.check(t, got)
			})
		})
	}
}

// Something on the way answers in place of every server, as a resolver does. Whether or
// not a resolver tells the servers' names, that is said.
func TestInterception(t *testing.T) {
	for name, resolvers := range map[string][]dnsquery.Server{"with the system's resolver": {plainResolver(resolverAt)}, "alone": nil} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				zone := publishedZone(30, onSet(t)...)
				n := newInternet(zone)
				for _, address := range append(exampleServers, rootAt, tldAt, resolverAt) {
					n.Add(address, recursive(zone))
				}
				checker := liveChecker(t, n)
				checker.SystemResolvers = resolvers
				got := checker.Check(t.Context(), verify.Request{Policy: asking(t)})
				if _, ok := findingOf(got.Judgement, verify.CodeServerIntercepted); !ok || got.Verdict != verify.Unreachable || got.ExitStatus() != 4 {
					t.Errorf("%s, exit status %d: %q", got.Verdict, got.ExitStatus(), notable(got))
				}
			})
		})
	}
}

// Only some servers are intercepted: they count as such that could not be asked.
func TestInterceptionOfOne(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n := newInternet(zone)
		n.Add(secondAt, recursive(exampleZone(1)))
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
		rows := slices.Replace(allFour(), 2, 3, rowsOf("ns2.example.com", verify.Intercepted, secondAt)...)
		want := wanted{verify.Valid, 0, rows, found{verify.CodeDelegation, verify.CodeServerIntercepted}, nil}
		want.check(t, got)
	})
}

// Cancelled at any point of the way, a verification returns at once, and what could not
// be asked is called interrupted. That no goroutine is left the bubble makes sure of.
func TestCancelledDelegation(t *testing.T) {
	for _, after := range []time.Duration{0, 20, 70, 120, 149, 160, 170, 500} { // milliseconds
		t.Run(fmt.Sprint(int64(after)), func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(publishedZone(30, onSet(t)...))
				serveAt(n, "example.org. 300 IN SOA . . 1 1 1 1 60\n", secondAt)
				for _, address := range []string{firstAt6, secondAt6, resolverAt} {
					n.Add(address, mute)
				}
				checker := liveChecker(t, n)
				checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(after*time.Millisecond, cancel)
				begin := time.Now()
				got := checker.Check(ctx, verify.Request{Policy: asking(t)})
				if took := time.Since(begin); took > after*time.Millisecond {
					t.Errorf("took %v", took)
				}
				for _, s := range got.Servers {
					if !s.Told() && s.Outcome != verify.NotCompleted && s.Outcome != verify.Lame {
						t.Errorf("%s", rowOf(s))
					}
				}
				// That something could not be asked never means that it is absent.
				if got.Verdict != verify.Valid && got.ExitStatus() != 4 {
					t.Errorf("%s, exit status %d", got.Verdict, got.ExitStatus())
				}
			})
		})
	}
}

// Root and top-level domain are not asked again for a second domain.
func TestDelegationIsRemembered(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		checker := liveChecker(t, n)
		first := checker.Check(t.Context(), verify.Request{Policy: asking(t)})
		asked := n.Asked(rootAt) + n.Asked(tldAt)
		second := checker.Check(t.Context(), verify.Request{Policy: asking(t)})
		if again := n.Asked(rootAt) + n.Asked(tldAt) - asked; first.ExitStatus() != 0 || second.ExitStatus() != 0 || again != 0 {
			t.Errorf("exit status %d, then %d with %d more questions above the zone", first.ExitStatus(), second.ExitStatus(), again)
		}
	})
}
