package edges

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
)

// A Selection is what was decided about an inventory.
type Selection struct {
	// Groups are in the order of the inventory, those that do not count among them.
	Groups []GroupDecision
	// Findings are in the order of their gravity, one for each code and reason.
	Findings []finding.Finding
}

// A GroupDecision is what was decided about a group.
type GroupDecision struct {
	Group
	// Counts says that the group is designated and enabled.
	Counts bool
	// Why says why it counts or not.
	Why string
	// Edges are the decisions about its edges, in their order.
	Edges []Decision
}

// A Decision is what was decided about an edge.
type Decision struct {
	Edge
	// Counts says that the edge is enabled and its group counts. It contributes something
	// only where there are Addresses.
	Counts bool
	// Addresses are what it contributes, each once.
	Addresses []Contribution
	// Aside are the entries that were looked at and not used.
	Aside []Aside
	// Why says why it counts or not, and why it contributes nothing where that is so.
	Why string

	// leftOut are addresses that could be used and are of a family that is not wanted.
	leftOut []netip.Addr
}

// A Contribution is an address for the DNS.
type Contribution struct {
	Address netip.Addr
	From    From
}

// From is where an address comes from.
type From string

// Where addresses come from.
const (
	FromPublish      From = "publish address"
	FromPublic       From = "public address"
	FromBrokerPublic From = "public address of the broker"
	FromInventory    From = "inventory"
)

// An Aside is an entry that was not used.
type Aside struct {
	// Entry is as it stands there: escape it before it is shown.
	Entry string
	// What says what it is.
	What string
}

// Addresses are those of all edges that count, each once, IPv4 first, in ascending order.
func (s *Selection) Addresses() []netip.Addr {
	var addresses []netip.Addr
	for _, group := range s.Groups {
		for _, edge := range group.Edges {
			for _, contribution := range edge.Addresses {
				addresses = append(addresses, contribution.Address)
			}
		}
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	return slices.Compact(addresses)
}

// RRSets are the A set and then the AAAA set of the domain, each only if there is an
// address for it. The TTL is in seconds. The vendor documents A records alone.
func (s *Selection) RRSets(domain string, ttl uint32) []txtrecord.RRSet {
	name := strings.TrimSuffix(domain, ".") + "."
	a, aaaa := txtrecord.RRSet{Name: name, Type: "A", TTL: ttl}, txtrecord.RRSet{Name: name, Type: "AAAA", TTL: ttl}
	for _, address := range s.Addresses() {
		set := &aaaa
		if address.Is4() {
			set = &a
		}
		set.Values = append(set.Values, address.String())
	}
	return slices.DeleteFunc([]txtrecord.RRSet{a, aaaa}, func(set txtrecord.RRSet) bool { return len(set.Values) == 0 })
}
