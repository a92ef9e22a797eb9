package edges_test

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
)

// FuzzRead reads anything: no input makes it panic, and what is accepted contributes
// nothing but public addresses that stand in the file as texts.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"documented.json", "private-addresses.json", "malformed-addresses.json", "fields-absent.json", "truncated.json"} {
		f.Add(load(f, []string{name})[0].Data)
	}
	f.Add([]byte(inventoryText))
	f.Add([]byte("groups:\n- {name: a, disaster-recovery: true, edges: [{name: b, addresses: ['::ffff:1.2.3.4', 0x7f000001]}]}\n"))
	f.Add([]byte(`[{"useInDrMode":1,"serviceEdges":[{"publishIps":"1.1.1.1,fe80::1%x"}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		inventory, err := edges.Read([]apiexport.Page{{Name: "a", Data: data}})
		if err != nil {
			if refusal, ok := errors.AsType[*apiexport.Error](err); !ok || refusal.Hint() == "" {
				t.Fatalf("%q", err)
			}
			return
		}
		selection := inventory.Select(edges.BothFamilies)
		addresses := selection.Addresses()
		for _, address := range addresses {
			if !isPublic(address) {
				t.Fatalf("%s is used", address)
			}
		}
		if !slices.IsSortedFunc(addresses, netip.Addr.Compare) || (len(addresses) == 0) != slices.ContainsFunc(selection.Findings, func(f finding.Finding) bool { return f.Code == "edges-none" }) {
			t.Fatalf("%v with %+v", addresses, selection.Findings)
		}
		requireWritten(t, selection)
	})
}

// isPublic is another way to tell, without a table.
func isPublic(address netip.Addr) bool {
	return address.IsGlobalUnicast() && !address.IsPrivate() && !address.Is4In6() && address.Zone() == "" &&
		!netip.MustParsePrefix("100.64.0.0/10").Contains(address) && !netip.MustParsePrefix("2002::/16").Contains(address)
}

// requireWritten wants every address from an edge that counts, and from an entry of it.
func requireWritten(t *testing.T, selection *edges.Selection) {
	for _, group := range selection.Groups {
		for _, edge := range group.Edges {
			for _, contribution := range edge.Addresses {
				same := func(entry string) bool {
					address, err := netip.ParseAddr(entry)
					return err == nil && address == contribution.Address
				}
				if !edge.Counts || group.Designated != apiexport.Yes || !slices.ContainsFunc(append(slices.Clone(edge.Publish), edge.Public, edge.BrokerPublic), same) {
					t.Fatalf("%s is used of %+v", contribution.Address, edge)
				}
			}
		}
	}
	for _, f := range selection.Findings {
		if f.Advice == "" || f.Message == "" || len(f.Subject) > 3000 {
			t.Fatalf("%+v", f)
		}
	}
}
