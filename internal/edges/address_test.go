package edges_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
)

// selectOne decides about one edge with these publish addresses.
func selectOne(entries ...string) *edges.Selection {
	inventory := &edges.Inventory{Origin: edges.API, Complete: true, Groups: []edges.Group{{Name: "g", Designated: apiexport.Yes, Enabled: apiexport.Yes,
		Edges: []edges.Edge{{Name: "e", Enabled: apiexport.Yes, Publish: entries}}}}}
	return inventory.Select(edges.BothFamilies)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ entry, code, what string }{ // no code: the address is used
		{"9.9.9.9", "", ""},
		{"11.0.0.0", "", ""},
		{"9.255.255.255", "", ""},
		{"100.63.255.255", "", ""},
		{"100.128.0.0", "", ""},
		{"126.255.255.255", "", ""},
		{"128.0.0.1", "", ""},
		{"172.15.255.255", "", ""},
		{"172.32.0.0", "", ""},
		{"192.0.1.0", "", ""},
		{"192.167.255.255", "", ""},
		{"192.169.0.0", "", ""},
		{"198.17.255.255", "", ""},
		{"198.20.0.0", "", ""},
		{"223.255.255.255", "", ""},
		{"192.0.2.1", "", ""},
		{"198.51.100.1", "", ""},
		{"203.0.113.1", "", ""},
		{"2606:4700::1", "", ""},
		{"2A00:1450:0:0::1", "", ""},
		{"2001:200::1", "", ""},
		{"2001:db8::1", "", ""},
		{"3fff:fff::1", "", ""},

		{"10.0.0.0", "edge-private-address", "RFC 1918"},
		{"10.255.255.255", "edge-private-address", "RFC 1918"},
		{"172.16.0.0", "edge-private-address", "RFC 1918"},
		{"172.31.255.255", "edge-private-address", "RFC 1918"},
		{"192.168.0.0", "edge-private-address", "RFC 1918"},
		{"192.168.255.255", "edge-private-address", "RFC 1918"},
		{"fc00::1", "edge-private-address", "RFC 4193"},
		{"fdff::1", "edge-private-address", "RFC 4193"},
		{"0.0.0.0", "edge-unspecified-address", "unspecified"},
		{"::", "edge-unspecified-address", "unspecified"},

		{"0.0.0.1", "edge-special-address", "RFC 791"},
		{"100.64.0.0", "edge-special-address", "RFC 6598"},
		{"100.127.255.255", "edge-special-address", "RFC 6598"},
		{"127.0.0.1", "edge-special-address", "loopback"},
		{"169.254.0.1", "edge-special-address", "link-local"},
		{"192.0.0.9", "edge-special-address", "RFC 6890"},
		{"192.31.196.1", "edge-special-address", "RFC 7535"},
		{"192.52.193.1", "edge-special-address", "RFC 7450"},
		{"192.88.99.1", "edge-special-address", "RFC 7526"},
		{"192.175.48.1", "edge-special-address", "RFC 7534"},
		{"198.18.0.0", "edge-special-address", "benchmarks"},
		{"198.19.255.255", "edge-special-address", "benchmarks"},
		{"224.0.0.1", "edge-special-address", "multicast"},
		{"239.255.255.255", "edge-special-address", "multicast"},
		{"240.0.0.1", "edge-special-address", "reserved"},
		{"255.255.255.255", "edge-special-address", "reserved"},
		{"::1", "edge-special-address", "loopback"},
		{"::2", "edge-special-address", "not a global unicast address"},
		{"::203.0.113.1", "edge-special-address", "not a global unicast address"},
		{"64:ff9b::203.0.113.1", "edge-special-address", "RFC 6052"},
		{"64:ff9b:1::1", "edge-special-address", "RFC 8215"},
		{"100::1", "edge-special-address", "RFC 6666"},
		{"100:0:0:1::1", "edge-special-address", "RFC 9780"},
		{"2001::1", "edge-special-address", "Teredo"},
		{"2001:2::1", "edge-special-address", "RFC 2928"},
		{"2001:1ff::1", "edge-special-address", "RFC 2928"},
		{"2002:cb00:7101::1", "edge-special-address", "6to4"},
		{"2620:4f:8000::1", "edge-special-address", "RFC 7534"},
		{"4000::1", "edge-special-address", "not a global unicast address"},
		{"5f00::1", "edge-special-address", "RFC 9602"},
		{"fe80::1", "edge-special-address", "link-local"},
		{"fec0::1", "edge-special-address", "RFC 3879"},
		{"ff02::1", "edge-special-address", "multicast"},

		{"pse.example.com", "edge-host-name", "a host name"},
		{"pse.example.com.", "edge-host-name", "a host name"},
		{"pse-fra-1", "edge-host-name", "a host name"},
		{"_pse.xn--mnchen-3ya.example", "edge-host-name", "a host name"},
		{"münchen.example", "edge-host-name", "a host name"},

		{"203.0.113.0/24", "edge-malformed-address", "a prefix"},
		{"2001:db8::/32", "edge-malformed-address", "a prefix"},
		{"203.0.113.1/", "edge-malformed-address", "neither"},
		{"203.0.113.1:443", "edge-malformed-address", "a port"},
		{"[2001:db8::1]:443", "edge-malformed-address", "a port"},
		{"[2001:db8::1]", "edge-malformed-address", "brackets"},
		{"203.0.113.1-203.0.113.9", "edge-malformed-address", "a range"},
		{"203.0.113.001", "edge-malformed-address", "octal"},
		{"010.0.0.1", "edge-malformed-address", "octal"},
		{"203.0.113.256", "edge-malformed-address", "neither"},
		{"203.0.113", "edge-malformed-address", "neither"},
		{"203.0.113.1.2", "edge-malformed-address", "neither"},
		{"3405803777", "edge-malformed-address", "neither"},
		{"0xcb007101", "edge-host-name", "a host name"},
		{"::ffff:203.0.113.1", "edge-malformed-address", "written as IPv6"},
		{"::ffff:10.0.0.1", "edge-malformed-address", "written as IPv6"},
		{"2606:4700::1%eth0", "edge-malformed-address", "a zone"},
		{"fe80::1%1", "edge-malformed-address", "a zone"},
		{"https://pse.example.com/", "edge-malformed-address", "a URL"},
		{"pse.example.com:443", "edge-malformed-address", "neither"},
		{"*.example.com", "edge-malformed-address", "neither"},
		{"a..b", "edge-malformed-address", "neither"},
		{"-", "edge-malformed-address", "neither"},
		{"n/a", "edge-malformed-address", "neither"},
		{".", "edge-malformed-address", "neither"},
		{"any", "edge-host-name", ""},
		{strings.Repeat("a", 64) + ".example", "edge-malformed-address", "neither"},
	} {
		selection := selectOne(c.entry)
		edge := selection.Groups[0].Edges[0]
		if c.code == "" {
			if len(edge.Addresses) != 1 || len(edge.Aside) != 0 || edge.Addresses[0].From != edges.FromPublish {
				t.Errorf("%s: %+v", c.entry, edge)
			}
			continue
		}
		if len(edge.Addresses) != 0 || len(edge.Aside) != 1 || edge.Aside[0].Entry != c.entry || !strings.Contains(edge.Aside[0].What, c.what) {
			t.Errorf("%s: %+v", c.entry, edge)
		}
		found := false
		for _, f := range selection.Findings {
			found = found || string(f.Code) == c.code && f.Severity == "warning" && strings.HasSuffix(f.Subject, " of e") && strings.Contains(f.Message, c.what)
		}
		if !found {
			t.Errorf("%s: no %s among %+v", c.entry, c.code, selection.Findings)
		}
	}
}

// Addresses of examples are used, and said to be that.
func TestDocumentationAddresses(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]bool{
		"192.0.2.0": true, "192.0.2.255": true, "198.51.100.0": true, "198.51.100.255": true, "203.0.113.0": true, "203.0.113.255": true,
		"2001:db8::": true, "2001:db8:ffff::": true, "3fff::": true, "3fff:fff:ffff::": true,
		"192.0.1.255": false, "192.0.3.0": false, "198.51.99.255": false, "198.51.101.0": false, "203.0.112.255": false, "203.0.114.0": false,
		"2001:db7::": false, "2001:db9::": false, "3ffe:ffff::": false, "3fff:1000::": false,
	} {
		selection := selectOne(entry)
		said := slices.ContainsFunc(selection.Findings, func(f finding.Finding) bool { return f.Code == "edge-documentation-address" })
		if said != want || len(selection.Addresses()) != 1 {
			t.Errorf("%s: said to be for documentation: %t, used %v", entry, said, selection.Addresses())
		}
	}
}
