package verify_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify"
)

// What a server has of each type at the name is told, and what it did not say is not none.
func TestAddressesOfServer(t *testing.T) {
	const v4, v6, told, untold = "203.0.113.7", "2001:db8::7", true, false
	host := func(alter func(virtualnet.Host) virtualnet.Host, lines ...string) virtualnet.Host {
		h := virtualnet.Zones(exampleZone(1, lines...))
		if alter != nil {
			h = alter(h)
		}
		return h
	}
	records := txtAt(domain+".", 30, onSet(t)...)
	second, ipv6 := "dr.example.com. 60 IN A 198.51.100.1\n", "dr.example.com. 30 IN AAAA "+v6+"\n"
	for name, c := range map[string]struct {
		host            virtualnet.Host
		a, aaaa         []string
		toldA, toldAAAA bool
	}{
		"one":            {host(nil, records, edgeAddress), []string{v4}, nil, told, told},
		"two, sorted":    {host(nil, records, edgeAddress, second), []string{"198.51.100.1", v4}, nil, told, told},
		"both types":     {host(nil, records, edgeAddress, ipv6), []string{v4}, []string{v6}, told, told},
		"none":           {host(nil, records), nil, nil, told, told},
		"no such name":   {host(nil, "www.example.com. 30 IN A 192.0.2.9\n"), nil, nil, told, told},
		"A is refused":   {host(func(h virtualnet.Host) virtualnet.Host { return notFor(dns.TypeA, refusing, h) }, records, edgeAddress, ipv6), nil, []string{v6}, untold, told},
		"AAAA is silent": {host(func(h virtualnet.Host) virtualnet.Host { return notFor(dns.TypeAAAA, mute, h) }, records, edgeAddress, ipv6), []string{v4}, nil, told, untold},
		"silent":         {mute, nil, nil, untold, untold},
		"an alias":       {host(nil, "dr.example.com. 30 IN CNAME www.example.com.\nwww.example.com. 30 IN A 192.0.2.9\n"), nil, nil, untold, untold},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := new(virtualnet.Net)
				n.Add(firstAt, c.host)
				report := liveChecker(t, n).Check(t.Context(), request([]verify.Server{{Host: firstAt, Port: "53"}}, asking(t)))
				s := &report.Servers[0]
				for rrtype, want := range map[string]struct {
					addresses []string
					told      bool
				}{"A": {c.a, c.toldA}, "AAAA": {c.aaaa, c.toldAAAA}} {
					got, told := s.Addresses(domain, rrtype)
					if told != want.told || !slices.Equal(texts(got), want.addresses) {
						t.Errorf("%s: %v, %t, want %v, %t", rrtype, got, told, want.addresses, want.told)
					}
				}
				if got, told := s.Addresses("other.example.com", "A"); told || got != nil {
					t.Errorf("a name that nobody asked for: %v, %t", got, told)
				}
			})
		})
	}
}

func texts(addresses []netip.Addr) []string {
	var all []string
	for _, address := range addresses {
		all = append(all, address.String())
	}
	return all
}

// An alias that is told to those alone who ask for addresses is refused as one is that
// everybody is told, and is never taken for a name without addresses.
func TestAliasForAddresses(t *testing.T) {
	aliased := func(rrtypes ...uint16) func(virtualnet.Host) virtualnet.Host {
		return func(h virtualnet.Host) virtualnet.Host {
			return func(query *dns.Msg) *dns.Msg {
				if !slices.Contains(rrtypes, query.Question[0].Qtype) {
					return h(query)
				}
				reply := new(dns.Msg).SetReply(query)
				reply.Authoritative = true
				reply.Answer = []dns.RR{&dns.CNAME{Hdr: dns.RR_Header{Name: domain + ".", Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 30}, Target: "cdn.example.net."}}
				return reply
			}
		}
	}
	none := func(h virtualnet.Host) virtualnet.Host { return h }
	for name, c := range map[string]struct {
		alter  func(virtualnet.Host) virtualnet.Host
		status int
		says   []string // of the findings about aliases and addresses
	}{
		"no alias": {none, 0, nil},
		"both":     {aliased(dns.TypeA, dns.TypeAAAA), 1, []string{`cname: asked for A and AAAA records, the server answers that the name is an alias of "cdn.example.net.", and the clients find no addresses of its own`}},
		"A alone":  {aliased(dns.TypeA), 1, []string{`cname: asked for A records, the server answers that the name is an alias of "cdn.example.net.", and the clients find no addresses of its own`}},
		"AAAA":     {aliased(dns.TypeAAAA), 1, []string{`cname: asked for AAAA records, the server answers that the name is an alias of "cdn.example.net.", and the clients find no addresses of its own`}},
		"TXT too":  {aliased(dns.TypeTXT, dns.TypeA, dns.TypeAAAA), 1, []string{`cname: the name is an alias of "cdn.example.net."`}},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := new(virtualnet.Net)
				n.Add(firstAt, c.alter(virtualnet.Zones(exampleZone(1, txtAt(domain+".", 30, onSet(t)...), edgeAddress))))
				report := liveChecker(t, n).Check(t.Context(), request([]verify.Server{{Host: firstAt, Port: "53"}}, asking(t)))
				var says []string
				for _, f := range report.Findings {
					if f.Code == verify.CodeCNAME || f.Code == verify.CodeNoAddress || f.Code == verify.CodeAddressesDiffer || f.Code == verify.CodeAddressesNotAsked {
						says = append(says, string(f.Code)+": "+f.Message)
					}
				}
				if !slices.Equal(says, c.says) || report.ExitStatus() != c.status {
					t.Errorf("status %d, %q", report.ExitStatus(), says)
				}
			})
		})
	}
}
