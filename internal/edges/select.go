package edges

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/finding"
)

// MostAddresses is how many addresses of one type a set may have. With more the answer has
// 8 kB and up, which no client was ever seen to want.
const MostAddresses = 500

// Select decides which groups and edges count, and which address each contributes. A group
// counts if it is designated and enabled, an edge if its group counts and it is enabled.
// Every public address among an edge's publish addresses is contributed; if there is none,
// the public address that the vendor's cloud saw.
func (i *Inventory) Select() *Selection {
	s := &selector{inventory: i, first: map[netip.Addr]string{}}
	s.groupsSay, s.edgesSay = i.enabledIsSaid()
	selection := &Selection{}
	for _, group := range i.Groups {
		selection.Groups = append(selection.Groups, s.group(group))
	}
	s.whole(selection)
	selection.Findings = s.findings.Findings()
	finding.Sort(selection.Findings)
	return selection
}

// enabledIsSaid reports whether any group, and any edge, says whether it is enabled.
func (i *Inventory) enabledIsSaid() (groups, edges bool) {
	for _, group := range i.Groups {
		groups = groups || group.Enabled != apiexport.Absent
		edges = edges || slices.ContainsFunc(group.Edges, func(e Edge) bool { return e.Enabled != apiexport.Absent })
	}
	return groups, edges
}

// A selector goes through an inventory.
type selector struct {
	inventory *Inventory
	findings  finding.Gathering
	// groupsSay and edgesSay tell whether the export says of any that it is enabled.
	groupsSay, edgesSay bool
	// first is the edge that an address was first seen at, in words.
	first map[netip.Addr]string
}

func (s *selector) group(group Group) GroupDecision {
	d := GroupDecision{Group: group}
	d.Counts, d.Why = s.groupCounts(group)
	for _, edge := range group.Edges {
		d.Edges = append(d.Edges, s.edge(d, edge))
	}
	return d
}

func (s *selector) groupCounts(group Group) (counts bool, why string) {
	switch {
	case group.Designated == apiexport.Absent:
		s.observe(codeDesignationAbsent, group.label(), "the export does not say whether the group is designated, and says it of others: it is taken as not designated")
		return false, "the export does not say whether it is designated"
	case group.Designated == apiexport.No:
		return false, "not designated for disaster recovery"
	case group.Enabled == apiexport.No:
		s.observe(codeGroupDisabled, group.label(), "the group is designated and disabled: its edges are left out")
		return false, "designated, and disabled"
	case len(group.Edges) == 0:
		s.observe(codeGroupWithoutEdges, group.label(), "the group is designated and has no edges")
		return true, "designated, without edges"
	}
	if group.Enabled == apiexport.Absent {
		s.enabledAbsent("group", s.groupsSay, group.label())
	}
	return true, "designated for disaster recovery"
}

// enabledAbsent reports a group or an edge of which the export does not say that it is
// enabled. If it says so of none, that is how it was made.
func (s *selector) enabledAbsent(what string, said bool, label string) {
	if said {
		s.observe(codeEnabledAbsent, label, "the export does not say whether the "+what+" is enabled, and says it of others: it is taken as enabled")
		return
	}
	s.remark(codeEnabledAbsent, "", "the export says of no "+what+" whether it is enabled: all are taken as enabled")
}

func (s *selector) edge(group GroupDecision, edge Edge) Decision {
	d := Decision{Edge: edge}
	switch {
	case !group.Counts:
		d.Why = "its group does not count: " + group.Why
		return d
	case edge.Enabled == apiexport.No:
		s.observe(codeEdgeDisabled, edge.label(), "the group is designated and the edge disabled: it is left out")
		d.Why = "disabled"
		return d
	}
	if edge.Enabled == apiexport.Absent {
		s.enabledAbsent("edge", s.edgesSay, edge.label())
	}
	if edge.Joined {
		s.observe(codeListJoined, edge.label(), "several addresses stand in one text, and were split")
	}
	d.Counts = true
	s.contribute(&d)
	return d
}

// contribute finds the addresses of an edge that counts.
func (s *selector) contribute(d *Decision) {
	asides := s.take(d, d.Publish, s.publishes())
	published := len(d.Addresses) > 0
	for _, source := range []struct {
		entry string
		from  From
	}{{d.Public, FromPublic}, {d.BrokerPublic, FromBrokerPublic}} {
		if len(d.Addresses) == 0 && source.entry != "" {
			asides = append(asides, s.take(d, []string{source.entry}, source.from)...)
		}
	}
	for _, aside := range asides {
		s.aside(d, aside, published)
	}
	switch {
	case len(d.Addresses) == 0:
		d.Why = "nothing of it can stand in the DNS"
		s.observe(codeWithoutAddress, d.label(), "the edge is designated and has no address that can stand in the DNS")
	case !published:
		d.Why = "no publish address that can be used: the " + string(d.Addresses[0].From)
		s.observe(codePublicAddress, d.at(d.Addresses[0].Address.String()), "the edge has no publish address that can be used: the "+string(d.Addresses[0].From)+" is taken")
	default:
		d.Why = "designated, with " + counted(len(d.Addresses), s.noun())
	}
	for _, contribution := range d.Addresses {
		s.note(d, contribution.Address)
	}
}

// publishes is where addresses come from that are meant for clients.
func (s *selector) publishes() From {
	if s.inventory.Origin == YAML {
		return FromInventory
	}
	return FromPublish
}

// noun is what an address is called that is meant for clients.
func (s *selector) noun() string {
	if s.inventory.Origin == YAML {
		return "address"
	}
	return "publish address"
}

// An aside is an entry that was set aside, with what it is.
type aside struct {
	entry string
	verdict
}

// take contributes the entries that can be used, and returns the others.
func (s *selector) take(d *Decision, entries []string, from From) []aside {
	var asides []aside
	for _, entry := range entries {
		v := judge(entry)
		switch {
		case !v.used():
			asides = append(asides, aside{entry, v})
		case slices.ContainsFunc(d.Addresses, func(c Contribution) bool { return c.Address == v.address }):
			asides = append(asides, aside{entry, verdict{code: codeDuplicate, what: "named twice by its edge"}})
		default:
			d.Addresses = append(d.Addresses, Contribution{v.address, from})
		}
	}
	return asides
}

// at is what a finding calls an entry of the edge.
func (d *Decision) at(entry string) string { return cut(entry) + " of " + d.label() }

// aside reports an entry that was set aside. That is worth a warning where it leaves the
// edge without a publish address.
func (s *selector) aside(d *Decision, a aside, published bool) {
	d.Aside = append(d.Aside, Aside{a.entry, a.what})
	if published {
		s.remark(a.code, d.at(a.entry), "set aside, being "+a.what)
		return
	}
	s.observe(a.code, d.at(a.entry), "set aside, being "+a.what)
}

// note reports what is to be said about an address that is used.
func (s *selector) note(d *Decision, address netip.Addr) {
	at := d.at(address.String())
	if first, ok := s.first[address]; ok {
		s.observe(codeDuplicate, at+" and "+first, "edges share an address, which stands in the DNS once")
	} else {
		s.first[address] = d.label()
	}
	if isDocumentation(address) {
		s.observe(codeDocumentation, at, "an address that is for documentation alone is used")
	}
	if address.Is6() {
		s.observe(codeIPv6, at, "an IPv6 address is used, and the vendor documents A records alone")
	}
}

// whole reports what is to be said about all of it.
func (s *selector) whole(selection *Selection) {
	if !s.inventory.Complete {
		s.observe(codeCompleteness, "", "the export does not say how many pages or groups it has: whether all are there cannot be told")
	}
	four, six := 0, 0
	for _, address := range selection.Addresses() {
		if address.Is4() {
			four++
		} else {
			six++
		}
	}
	if four+six == 0 {
		s.observe(codeNone, "", nothing(selection))
	}
	for _, set := range []struct {
		rrtype string
		count  int
	}{{"A", four}, {"AAAA", six}} {
		if set.count > MostAddresses {
			s.observe(codeTooMany, set.rrtype, fmt.Sprintf("the set has %d addresses, more than %d", set.count, MostAddresses))
		}
	}
}

// nothing says why there is no address at all.
func nothing(selection *Selection) string {
	designated, counting := 0, 0
	for _, group := range selection.Groups {
		if group.Designated == apiexport.Yes {
			designated++
		}
		for _, edge := range group.Edges {
			if edge.Counts {
				counting++
			}
		}
	}
	switch {
	case len(selection.Groups) == 0:
		return "there is no group at all"
	case designated == 0:
		return "none of " + counted(len(selection.Groups), "group") + " is designated for disaster recovery"
	case counting == 0:
		return counted(designated, "group") + " designated for disaster recovery, and no edge in them that is enabled"
	}
	return counted(counting, "edge") + " designated for disaster recovery, and no address that can stand in the DNS"
}

func counted(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "address"):
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
