package delegation_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const (
	rootZone = `. 300 IN SOA a.root-servers.net. . 1 1 1 1 60
com. 300 IN NS a.gtld.com.
a.gtld.com. 300 IN A 192.0.2.10
net. 300 IN NS a.gtld.com.
`
	comZone = `com. 300 IN SOA a.gtld.com. . 1 1 1 1 60
example.com. 300 IN NS ns1.example.com.
example.com. 300 IN NS ns2.provider.net.
ns1.example.com. 300 IN A 192.0.2.21
ns1.example.com. 300 IN AAAA 2001:db8::21
`
	netZone = `net. 300 IN SOA a.gtld.com. . 1 1 1 1 60
provider.net. 300 IN NS ns.provider.net.
ns.provider.net. 300 IN A 192.0.2.30
`
	exampleZone = `example.com. 300 IN SOA ns1.example.com. . 7 1 1 1 60
example.com. 300 IN NS ns1.example.com.
example.com. 300 IN NS ns2.provider.net.
ns1.example.com. 300 IN A 192.0.2.21
ns1.example.com. 300 IN AAAA 2001:db8::21
dr.example.com. 30 IN TXT "x"
`
	providerZone = `provider.net. 300 IN SOA ns.provider.net. . 7 1 1 1 60
provider.net. 300 IN NS ns.provider.net.
ns.provider.net. 300 IN A 192.0.2.30
ns2.provider.net. 300 IN A 192.0.2.22
`
)

func internet() *virtualnet.Net {
	n := &virtualnet.Net{RoundTrip: 50 * time.Millisecond}
	n.Add("198.41.0.4", virtualnet.Zones(rootZone))
	n.Add("192.0.2.10", virtualnet.Zones(comZone, netZone))
	n.Add("192.0.2.21", virtualnet.Zones(exampleZone))
	n.Add("192.0.2.22", virtualnet.Zones(exampleZone))
	n.Add("192.0.2.30", virtualnet.Zones(providerZone))
	return n
}

func TestFind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &dnsquery.Client{Dial: internet().Dial}
		defer client.CloseIdle()
		finder := &delegation.Finder{Client: client}
		cut, err := finder.Find(t.Context(), "dr.example.com")
		t.Logf("%+v %v", cut, err)
		begin := time.Now()
		addresses, err := finder.Addresses(t.Context(), cut, "ns2.provider.net.")
		t.Log(addresses, err, time.Since(begin))
		addresses, err = finder.Addresses(t.Context(), cut, "ns1.example.com.")
		t.Log(addresses, err, time.Since(begin))
	})
}
