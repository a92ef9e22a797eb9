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
