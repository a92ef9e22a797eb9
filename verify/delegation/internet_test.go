package delegation_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const (
	roundTrip = 50 * time.Millisecond
	stagger   = 150 * time.Millisecond
)

// The internet of most tests: a root server, one server of two top-level domains, two
// of example.com, one of them without glue, and one of the provider's zone.
const (
	rootAt, tldAt       = "192.0.2.1", "192.0.2.10"
	exampleAt, secondAt = "192.0.2.21", "192.0.2.22"
	providerAt          = "192.0.2.30"
	deepAt, gluelessAt  = "192.0.2.40", "192.0.2.50"
)

const (
	rootZone = `. 300 IN SOA a.root.example. . 1 1 1 1 60
com. 300 IN NS a.nic.example.
example. 300 IN NS a.nic.example.
a.nic.example. 300 IN A 192.0.2.10
`
	comZone = `com. 300 IN SOA a.nic.example. . 1 1 1 1 60
example.com. 300 IN NS ns1.example.com.
example.com. 300 IN NS ns2.provider.example.
ns1.example.com. 300 IN A 192.0.2.21
ns1.example.com. 300 IN AAAA 2001:db8::21
`
	tldZone = `example. 300 IN SOA a.nic.example. . 1 1 1 1 60
a.nic.example. 300 IN A 192.0.2.10
provider.example. 300 IN NS ns.provider.example.
ns.provider.example. 300 IN A 192.0.2.30
`
	exampleZone = `example.com. 300 IN SOA ns1.example.com. . 7 1 1 1 60
example.com. 300 IN NS ns1.example.com.
example.com. 300 IN NS ns2.provider.example.
ns1.example.com. 300 IN A 192.0.2.21
ns1.example.com. 300 IN AAAA 2001:db8::21
dr.example.com. 30 IN TXT "x"
alias.example.com. 30 IN CNAME elsewhere.provider.example.
deep.example.com. 300 IN NS ns.deep.example.com.
ns.deep.example.com. 300 IN A 192.0.2.40
glueless.example.com. 300 IN NS ns3.provider.example.
`
	// hostedZone lies on the same servers as the zone above it.
	hostedZone = `hosted.example.com. 300 IN SOA ns1.example.com. . 7 1 1 1 60
hosted.example.com. 300 IN NS ns.hosted.example.com.
ns.hosted.example.com. 300 IN A 192.0.2.21
alias.hosted.example.com. 30 IN CNAME elsewhere.provider.example.
`
	deepZone = `deep.example.com. 300 IN SOA ns.deep.example.com. . 7 1 1 1 60
deep.example.com. 300 IN NS ns.deep.example.com.
ns.deep.example.com. 300 IN A 192.0.2.40
`
	gluelessZone = `glueless.example.com. 300 IN SOA ns3.provider.example. . 7 1 1 1 60
glueless.example.com. 300 IN NS ns3.provider.example.
`
	providerZone = `provider.example. 300 IN SOA ns.provider.example. . 7 1 1 1 60
provider.example. 300 IN NS ns.provider.example.
ns.provider.example. 300 IN A 192.0.2.30
ns2.provider.example. 300 IN A 192.0.2.22
ns3.provider.example. 300 IN A 192.0.2.50
`
)

func internet() *virtualnet.Net {
	n := &virtualnet.Net{RoundTrip: roundTrip}
	n.Add(rootAt, zones(rootZone))
	n.Add(tldAt, zones(comZone, tldZone))
	n.Add(exampleAt, zones(exampleZone, hostedZone))
	n.Add(secondAt, zones(exampleZone, hostedZone))
	n.Add(providerAt, zones(providerZone))
	n.Add(deepAt, zones(deepZone))
	n.Add(gluelessAt, zones(gluelessZone))
	return n
}

// inBubble runs a test on virtual time, at the same time as others. When it ends no
// goroutine may be left.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// newFinder follows delegations in a network from its one root server.
func newFinder(t *testing.T, n *virtualnet.Net) *delegation.Finder {
	client := &dnsquery.Client{Dial: n.Dial}
	t.Cleanup(func() {
		synctest.Wait() // those who lost a race
		client.CloseIdle()
	})
	return &delegation.Finder{Client: client, Roots: []delegation.NameServer{server("a.root.example.", rootAt)}}
}

func server(name string, addresses ...string) delegation.NameServer {
	s := delegation.NameServer{Name: name}
	for _, address := range addresses {
		s.Glue = append(s.Glue, netip.MustParseAddr(address))
	}
	return s
}

func silent(*dns.Msg) *dns.Msg { return nil }

// refer is a host that answers everything with one and the same delegation.
func refer(records string) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg { return referral(query, records) }
}

func referral(query *dns.Msg, records string) *dns.Msg {
	reply := new(dns.Msg).SetReply(query)
	for line := range strings.Lines(records) {
		rr, err := dns.NewRR(line)
		switch {
		case err != nil:
			panic(err)
		case rr == nil:
		case rr.Header().Rrtype == dns.TypeNS || rr.Header().Rrtype == dns.TypeSOA:
			reply.Ns = append(reply.Ns, rr)
		default:
			reply.Extra = append(reply.Extra, rr)
		}
	}
	return reply
}

// delegate writes a delegation to some name servers, with glue from an address on.
func delegate(zone, name string, servers int, firstGlue string) string {
	var text strings.Builder
	glue, _ := netip.ParseAddr(firstGlue)
	for i := range servers {
		host := fmt.Sprintf("ns%d.%s", i, name)
		fmt.Fprintf(&text, "%s 300 IN NS %s\n", zone, host)
		if glue.IsValid() {
			fmt.Fprintf(&text, "%s 300 IN A %v\n", host, glue)
			glue = glue.Next()
		}
	}
	return text.String()
}

func zones(texts ...string) virtualnet.Host { return virtualnet.Zones(texts...) }

func withTTL(zone, ttl string) string { return strings.ReplaceAll(zone, " 300 ", " "+ttl+" ") }

// dualInternet is one in which every server can be reached by either family.
func dualInternet() *virtualnet.Net {
	n := internet()
	root := zones(rootZone + "a.nic.example. 300 IN AAAA 2001:db8::10\n")
	n.Add(rootAt, root)
	n.Add("2001:db8::1", root)
	n.Add("2001:db8::10", zones(comZone, tldZone))
	n.Add("2001:db8::21", zones(exampleZone, hostedZone))
	return n
}
