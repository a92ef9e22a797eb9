package edges_test

import (
	"fmt"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
)

// designated is an export of one group that counts.
func designated(all ...edges.Edge) *edges.Inventory {
	return &edges.Inventory{Origin: edges.API, Complete: true, Groups: []edges.Group{{Name: "Frankfurt", Designated: apiexport.Yes, Enabled: apiexport.Yes, Edges: all}}}
}

func findingOf(t *testing.T, selection *edges.Selection, code finding.Code) finding.Finding {
	t.Helper()
	i := slices.IndexFunc(selection.Findings, func(f finding.Finding) bool { return f.Code == code })
	if i < 0 {
		t.Fatalf("no %s among %+v", code, selection.Findings)
	}
	return selection.Findings[i]
}

func TestSelectGroups(t *testing.T) {
	t.Parallel()
	const absent, no, yes = apiexport.Absent, apiexport.No, apiexport.Yes
	for _, c := range []struct {
		designated, enabled, edge apiexport.Choice
		groupCounts, edgeCounts   bool
		groupWhy, edgeWhy         string
	}{
		{yes, yes, yes, true, true, "designated", "designated, with 1 publish address"},
		{yes, absent, absent, true, true, "designated", "designated, with 1 publish address"},
		{yes, yes, no, true, false, "designated", "disabled"},
		{yes, no, yes, false, false, "designated, and disabled", "its group does not count: designated, and disabled"},
		{no, yes, yes, false, false, "not designated", "its group does not count: not designated"},
		{no, no, no, false, false, "not designated", "its group does not count: not designated"},
		{absent, yes, yes, false, false, "designation unknown", "its group does not count: designation unknown"},
	} {
		inventory := designated(edges.Edge{Name: "pse-fra-1", Enabled: c.edge, Publish: []string{"203.0.113.10"}})
		inventory.Groups[0].Designated, inventory.Groups[0].Enabled = c.designated, c.enabled
		group := inventory.Select(edges.BothFamilies).Groups[0]
		if group.Counts != c.groupCounts || group.Why != c.groupWhy {
			t.Errorf("designated %s, enabled %s: counts %t, %s", c.designated, c.enabled, group.Counts, group.Why)
		}
		edge := group.Edges[0]
		if edge.Counts != c.edgeCounts || edge.Why != c.edgeWhy || (len(edge.Addresses) > 0) != c.edgeCounts {
			t.Errorf("designated %s, enabled %s, edge %s: counts %t, %s, %v", c.designated, c.enabled, c.edge, edge.Counts, edge.Why, edge.Addresses)
		}
	}
}

func TestSelectSources(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		edge    edges.Edge
		address string
		from    edges.From
		why     string
		aside   int
	}{
		{"publish before public", edges.Edge{Publish: []string{"203.0.113.1"}, Public: "203.0.113.2", BrokerPublic: "203.0.113.3"}, "203.0.113.1", edges.FromPublish, "designated, with 1 publish address", 0},
		{"public before the broker's", edges.Edge{Public: "203.0.113.2", BrokerPublic: "203.0.113.3"}, "203.0.113.2", edges.FromPublic, "no publish address that can be used: the public address", 0},
		{"the broker's", edges.Edge{BrokerPublic: "203.0.113.3"}, "203.0.113.3", edges.FromBrokerPublic, "no publish address that can be used: the public address of the broker", 0},
		{"private publish and public", edges.Edge{Publish: []string{"10.0.0.1"}, Public: "10.0.0.2", BrokerPublic: "203.0.113.3"}, "203.0.113.3", edges.FromBrokerPublic, "no publish address that can be used: the public address of the broker", 2},
		{"listen addresses alone", edges.Edge{Listen: []string{"203.0.113.4"}}, "", "", "no usable address", 0},
		{"a public address that is a host", edges.Edge{Public: "pse.example.com"}, "", "", "no usable address", 1},
	} {
		c.edge.Name, c.edge.Enabled = "e", apiexport.Yes
		edge := designated(c.edge).Select(edges.BothFamilies).Groups[0].Edges[0]
		var want []edges.Contribution
		if c.address != "" {
			want = []edges.Contribution{{Address: netip.MustParseAddr(c.address), From: c.from}}
		}
		if !reflect.DeepEqual(edge.Addresses, want) || edge.Why != c.why || len(edge.Aside) != c.aside || !edge.Counts {
			t.Errorf("%s: %+v", c.name, edge)
		}
	}
}

// The family is applied before the fallback, and IPv4 is looked for where it is wanted and
// the publish addresses have none.
func TestSelectFamilies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		families  edges.Families
		edge      edges.Edge
		addresses string // with where they come from
		why       string
		findings  string // of warnings and errors, without those about entries that are set aside
	}{
		{"both, IPv6 published and IPv4 seen", edges.BothFamilies, edges.Edge{Publish: []string{"2600::1"}, Public: "9.9.9.9"}, "2600::1 publish address, 9.9.9.9 public address", "designated, with 1 publish address",
			"edge-public-address 9.9.9.9 of e: the edge has no IPv4 publish address that can be used: the public address is taken"},
		{"both, IPv6 published and the broker's IPv4", edges.BothFamilies, edges.Edge{Publish: []string{"2600::1"}, Public: "2600::2", BrokerPublic: "9.9.9.9"}, "2600::1 publish address, 9.9.9.9 public address of the broker", "designated, with 1 publish address",
			"edge-public-address 9.9.9.9 of e: the edge has no IPv4 publish address that can be used: the public address of the broker is taken"},
		{"both, IPv6 alone", edges.BothFamilies, edges.Edge{Publish: []string{"2600::1"}, Public: "2600::2", BrokerPublic: "10.0.0.1"}, "2600::1 publish address", "designated, with 1 publish address",
			"edge-ipv6-alone e: the edge has no IPv4 address, and the vendor documents A records alone"},
		{"both, nothing published, IPv6 and IPv4 seen", edges.BothFamilies, edges.Edge{Public: "2600::2", BrokerPublic: "9.9.9.9"}, "2600::2 public address, 9.9.9.9 public address of the broker", "no publish address that can be used: the public address",
			"edge-public-address 2600::2 of e: the edge has no publish address that can be used: the public address is taken\nedge-public-address 9.9.9.9 of e: the edge has no IPv4 publish address that can be used: the public address of the broker is taken"},
		{"both, both published", edges.BothFamilies, edges.Edge{Publish: []string{"2600::1", "9.9.9.1"}, Public: "9.9.9.9"}, "2600::1 publish address, 9.9.9.1 publish address", "designated, with 2 publish addresses", ""},
		{"IPv4 alone, IPv6 published and IPv4 seen", edges.IPv4Alone, edges.Edge{Publish: []string{"2600::1"}, Public: "9.9.9.9"}, "9.9.9.9 public address", "no publish address that can be used: the public address",
			"edge-public-address 9.9.9.9 of e: the edge has no IPv4 publish address that can be used: the public address is taken"},
		{"IPv4 alone, nothing of it", edges.IPv4Alone, edges.Edge{Publish: []string{"2600::1"}, Public: "2600::2"}, "", "IPv6 alone, left out by -4",
			"edges-none : no edge that counts has an IPv4 address, and only these were asked for\nedge-without-address e: the edge is designated and has no IPv4 address that can stand in the DNS, and only these were asked for"},
		{"IPv4 alone, nothing at all", edges.IPv4Alone, edges.Edge{}, "", "no usable address",
			"edges-none : 1 edge designated for disaster recovery, and no address that can stand in the DNS\nedge-without-address e: the edge is designated and has no address that can stand in the DNS"},
		{"IPv6 alone, both published", edges.IPv6Alone, edges.Edge{Publish: []string{"9.9.9.1", "2600::1"}, Public: "9.9.9.9"}, "2600::1 publish address", "designated, with 1 publish address", ""},
		{"IPv6 alone, IPv4 published and IPv6 seen", edges.IPv6Alone, edges.Edge{Publish: []string{"9.9.9.1"}, BrokerPublic: "2600::2"}, "2600::2 public address of the broker", "no publish address that can be used: the public address of the broker",
			"edge-public-address 2600::2 of e: the edge has no IPv6 publish address that can be used: the public address of the broker is taken"},
		{"IPv6 alone, nothing of it", edges.IPv6Alone, edges.Edge{Publish: []string{"9.9.9.1"}}, "", "IPv4 alone, left out by -6",
			"edges-none : no edge that counts has an IPv6 address, and only these were asked for\nedge-without-address e: the edge is designated and has no IPv6 address that can stand in the DNS, and only these were asked for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.edge.Name, c.edge.Enabled = "e", apiexport.Yes
			selection := designated(c.edge).Select(c.families)
			edge := selection.Groups[0].Edges[0]
			var addresses, found []string
			for _, contribution := range edge.Addresses {
				addresses = append(addresses, contribution.Address.String()+" "+string(contribution.From))
			}
			for _, f := range selection.Findings {
				if f.Severity != "info" {
					found = append(found, fmt.Sprintf("%s %s: %s", f.Code, f.Subject, f.Message))
				}
			}
			if got := strings.Join(addresses, ", "); got != c.addresses || edge.Why != c.why {
				t.Errorf("%q, %s; want %q, %s", got, edge.Why, c.addresses, c.why)
			}
			if got := strings.Join(found, "\n"); got != c.findings {
				t.Errorf("found\n%s\nwant\n%s", got, c.findings)
			}
		})
	}
}

// What a family leaves out is not too many.
func TestSelectTooManyOfAFamily(t *testing.T) {
	t.Parallel()
	edge := edges.Edge{Name: "e", Enabled: apiexport.Yes, Publish: []string{"9.9.9.9"}}
	for address := netip.MustParseAddr("2600::"); len(edge.Publish) <= edges.MostAddresses+1; address = address.Next() {
		edge.Publish = append(edge.Publish, address.String())
	}
	for families, failed := range map[edges.Families]bool{edges.BothFamilies: true, edges.IPv6Alone: true, edges.IPv4Alone: false} {
		if selection := designated(edge).Select(families); finding.Failed(selection.Findings) != failed {
			t.Errorf("%d: %+v", families, selection.Findings)
		}
	}
}

// Where the vendor's cloud has two addresses of an edge, both are named.
func TestSelectNamesTheOtherAddress(t *testing.T) {
	t.Parallel()
	for broker, named := range map[string]bool{"9.9.9.3": true, "10.0.0.1": true, "9.9.9.2": false, "": false} {
		f := findingOf(t, designated(edges.Edge{Name: "e", Enabled: apiexport.Yes, Public: "9.9.9.2", BrokerPublic: broker}).Select(edges.BothFamilies), "edge-public-address")
		want := "9.9.9.2 of e"
		if named {
			want += " (the broker's: " + broker + ")"
		}
		if f.Subject != want || strings.Contains(f.Message, "another") != named || strings.Contains(f.Advice, "of the two") != named {
			t.Errorf("%q: %+v", broker, f)
		}
	}
}

// An address that an edge names twice is another matter than one of two edges.
func TestSelectDuplicates(t *testing.T) {
	t.Parallel()
	one := findingOf(t, selectOne("9.9.9.9", "9.9.9.9"), "edge-duplicate-address")
	two := findingOf(t, designated(edges.Edge{Name: "a", Enabled: apiexport.Yes, Publish: []string{"9.9.9.9"}}, edges.Edge{Name: "b", Enabled: apiexport.Yes, Publish: []string{"9.9.9.9"}},
		edges.Edge{Name: "c", Enabled: apiexport.Yes, Publish: []string{"9.9.9.9"}}).Select(edges.BothFamilies), "edge-duplicate-address")
	if one.Severity != "info" || strings.Contains(one.Advice, "both edges") || two.Severity != "warning" || !strings.Contains(two.Advice, "both edges") || two.Subject != "9.9.9.9 of a and b, 9.9.9.9 of a and c" {
		t.Errorf("%+v\n%+v", one, two)
	}
}

// Many edges with one fault are one finding, which names five.
func TestSelectGathers(t *testing.T) {
	t.Parallel()
	var all []edges.Edge
	for i := range 8 {
		all = append(all, edges.Edge{Name: fmt.Sprintf("pse-%d", i), Enabled: apiexport.Yes, Publish: []string{fmt.Sprintf("10.0.0.%d", i+1)}, Public: fmt.Sprintf("203.0.113.%d", i+1)})
	}
	selection := designated(all...).Select(edges.BothFamilies)
	f := findingOf(t, selection, "edge-private-address")
	if want := "10.0.0.1 of pse-0, 10.0.0.2 of pse-1, 10.0.0.3 of pse-2, 10.0.0.4 of pse-3, 10.0.0.5 of pse-4 and 3 more"; f.Subject != want {
		t.Errorf("the subject is %q, want %q", f.Subject, want)
	}
	if len(selection.Findings) != 3 {
		t.Errorf("%+v", selection.Findings)
	}
}

// A name from outside is no longer than a name is.
func TestSelectCutsNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 100_000)
	for _, edge := range []edges.Edge{{Name: long}, {ID: long}, {Name: "a", Publish: []string{long}}} {
		for _, f := range designated(edge).Select(edges.BothFamilies).Findings {
			if len(f.Subject) > 200 || len(f.Message) > 200 {
				t.Errorf("%s has a subject of %d bytes and a message of %d", f.Code, len(f.Subject), len(f.Message))
			}
		}
	}
}

func TestSelectNothing(t *testing.T) {
	t.Parallel()
	edge := edges.Edge{Name: "e", Enabled: apiexport.Yes, Publish: []string{"10.0.0.1"}}
	undesignated, disabled := designated(edge), designated(edge)
	undesignated.Groups[0].Designated = apiexport.No
	disabled.Groups[0].Edges[0].Enabled = apiexport.No
	for want, inventory := range map[string]*edges.Inventory{
		"there is no group at all":                                                          {Complete: true},
		"none of 1 group is designated for disaster recovery":                               undesignated,
		"1 group designated for disaster recovery, and no edge in them that is enabled":     disabled,
		"1 edge designated for disaster recovery, and no address that can stand in the DNS": designated(edge),
	} {
		selection := inventory.Select(edges.BothFamilies)
		if f := findingOf(t, selection, "edges-none"); f.Message != want {
			t.Errorf("%q, want %q", f.Message, want)
		}
		if !finding.Failed(selection.Findings) || selection.Findings[0].Code != "edges-none" || len(selection.Addresses()) != 0 || len(selection.RRSets("dr.example.com", 30)) != 0 {
			t.Errorf("%s: %+v", want, selection.Findings)
		}
	}
}

func TestRRSets(t *testing.T) {
	t.Parallel()
	selection := designated(
		edges.Edge{Name: "a", Enabled: apiexport.Yes, Publish: []string{"203.0.113.20", "2001:db8::2", "203.0.113.3"}},
		edges.Edge{Name: "b", Enabled: apiexport.Yes, Publish: []string{"2001:DB8::1", "203.0.113.20"}},
	).Select(edges.BothFamilies)
	want := []txtrecord.RRSet{
		{Name: "dr.example.com.", Type: "A", TTL: 30, Values: []string{"203.0.113.3", "203.0.113.20"}},
		{Name: "dr.example.com.", Type: "AAAA", TTL: 30, Values: []string{"2001:db8::1", "2001:db8::2"}},
	}
	for _, domain := range []string{"dr.example.com", "dr.example.com."} {
		if got := selection.RRSets(domain, 30); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if f := findingOf(t, selection, "edge-duplicate-address"); f.Subject != "203.0.113.20 of a and b" {
		t.Errorf("%+v", f)
	}
}

func TestSelectTooMany(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first   string
		count   int
		subject string // empty: not too many
	}{
		{"9.0.0.0", edges.MostAddresses, ""},
		{"9.0.0.0", edges.MostAddresses + 1, "A"},
		{"2606:4700::", edges.MostAddresses, ""},
		{"2606:4700::", edges.MostAddresses + 1, "AAAA"},
	} {
		edge := edges.Edge{Name: "e", Enabled: apiexport.Yes}
		for address := netip.MustParseAddr(c.first); len(edge.Publish) < c.count; address = address.Next() {
			edge.Publish = append(edge.Publish, address.String())
		}
		selection := designated(edge).Select(edges.BothFamilies)
		if finding.Failed(selection.Findings) != (c.subject != "") {
			t.Errorf("%d from %s: %+v", c.count, c.first, selection.Findings)
		}
		if c.subject != "" && findingOf(t, selection, "edges-too-many").Subject != c.subject {
			t.Errorf("%d from %s: %+v", c.count, c.first, selection.Findings)
		}
	}
}

// exportOf makes an export with many edges, each with the fields that the vendor's have.
func exportOf(count int) []byte {
	var text strings.Builder
	text.WriteString(`{"totalPages":"1","list":[{"id":"1","name":"all","enabled":true,"useInDrMode":true,"serviceEdges":[`)
	for i := range count {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `{"id":"%d","name":"pse-%d","enabled":true,"publishIps":["9.%d.%d.1","10.%[3]d.%[4]d.1"],"listenIps":["10.%[3]d.%[4]d.1"],"publicIp":"9.%[3]d.%[4]d.2",`+
			`"enrollmentCert":{"a":[1,2,3,{"b":"%[5]s"}]},"controlChannelStatus":"ZPN_STATUS_DISCONNECTED","privateBrokerVersion":{"id":"%[1]d","publicIp":"9.%[3]d.%[4]d.3","ctrlChannelStatus":"x"}}`,
			i+10, i, i/250, i%250, strings.Repeat("x", 300))
	}
	text.WriteString("]}]}")
	return []byte(text.String())
}

func TestTenThousandEdges(t *testing.T) {
	pages := []apiexport.Page{{Name: "all.json", Data: exportOf(10_000)}}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	inventory, err := edges.Read(pages)
	if err != nil {
		t.Fatal(err)
	}
	selection := inventory.Select(edges.BothFamilies)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d bytes took %v and %d bytes of memory", len(pages[0].Data), took, allocated)
	if took > 20*time.Second { // a hundredth of that on a machine of its own
		t.Errorf("it took %v", took)
	}
	if most := uint64(20 * len(pages[0].Data)); allocated > most {
		t.Errorf("%d bytes were allocated, want %d at most", allocated, most)
	}
	if got := len(selection.Addresses()); got != 10_000 {
		t.Errorf("%d addresses", got)
	}
	if len(selection.Findings) != 2 {
		t.Errorf("%+v", selection.Findings)
	}
	findingOf(t, selection, "edges-too-many")
	findingOf(t, selection, "edge-private-address")
}
