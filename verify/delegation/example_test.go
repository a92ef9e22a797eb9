package delegation_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

func ExampleFinder() {
	var internet virtualnet.Net // a finder without Dial and Roots asks the real one
	internet.Add("192.0.2.1", virtualnet.Zones(`. 300 IN SOA a.root.example. . 1 1 1 1 60
example. 300 IN NS ns.nic.example.
ns.nic.example. 300 IN A 192.0.2.2
`))
	internet.Add("192.0.2.2", virtualnet.Zones(`example. 300 IN SOA ns.nic.example. . 1 1 1 1 60
ns.nic.example. 300 IN A 192.0.2.2
`))
	client := &dnsquery.Client{Dial: internet.Dial}
	defer client.CloseIdle()
	root := delegation.NameServer{Name: "a.root.example.", Glue: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
	finder := &delegation.Finder{Client: client, Roots: []delegation.NameServer{root}}

	cut, err := finder.Find(context.Background(), "dr.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, server := range cut.Servers {
		addresses, err := finder.Addresses(context.Background(), cut, server.Name)
		fmt.Println(cut.Zone, server.Name, addresses, err)
	}
	// Output: example. ns.nic.example. [192.0.2.2] <nil>
}
