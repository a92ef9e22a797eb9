package edges

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// MostAddresses is how many addresses of one type a set may have. With more the answer has
// 8 kB and up, which no client was ever seen to want.
const MostAddresses = 500

// Select decides which groups and edges count, and which address each contributes. A group
// counts if it is designated and enabled, an edge if its group counts and it is enabled.
// Every public address among an edge's publish addresses is contributed that is of the
// families. Where there is none, or none of IPv4 although that is wanted, the public address
// that the vendor's cloud saw is: the vendor documents A records alone.
func (i *Inventory) Select(families Families) *Selection {
	s := &selector{inventory: i, families: families, first: map[netip.Addr]string{}}
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
	families  Families
	findings  finding.Gathering
	// groupsSay and edgesSay tell whether the export says of any that it is enabled.
	groupsSay, edgesSay bool
	// someLeftOut says that an edge contributes nothing for want of the family alone.
	someLeftOut bool
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
		s.observe(CodeDesignationAbsent, group.Label(), "the export does not say whether the group is designated, and says it of others: it is taken as not designated")
		return false, "designation unknown"
	case group.Designated == apiexport.No:
		return false, "not designated"
	case group.Enabled == apiexport.No:
		s.observe(CodeGroupDisabled, group.Label(), "the group is designated and disabled: its edges are left out")
		return false, "designated, and disabled"
	case len(group.Edges) == 0:
		s.observe(CodeGroupWithoutEdges, group.Label(), "the group is designated and has no edges")
		return true, "designated, without edges"
	}
	if group.Enabled == apiexport.Absent {
		s.enabledAbsent("group", s.groupsSay, group.Label())
	}
	return true, "designated"
}

// enabledAbsent reports a group or an edge of which the export does not say that it is
// enabled. If it says so of none, that is how it was made.
func (s *selector) enabledAbsent(what string, said bool, label string) {
	if said {
		s.observe(CodeEnabledAbsent, label, "the export does not say whether the "+what+" is enabled, and says it of others: it is taken as enabled")
		return
	}
	s.remark(CodeEnabledAbsent, "", "the export says of no "+what+" whether it is enabled: all are taken as enabled")
}

func (s *selector) edge(group GroupDecision, edge Edge) Decision {
	d := Decision{Edge: edge}
	switch {
	case !group.Counts:
		d.Why = "its group does not count: " + group.Why
		return d
	case edge.Enabled == apiexport.No:
		s.observe(CodeEdgeDisabled, edge.Label(), "the group is designated and the edge disabled: it is left out")
		d.Why = "disabled"
		return d
	}
	if edge.Enabled == apiexport.Absent {
		s.enabledAbsent("edge", s.edgesSay, edge.Label())
	}
	if edge.Joined {
		s.observe(CodeListJoined, edge.Label(), "several addresses stand in one text, and were split")
	}
	d.Counts = true
	s.contribute(&d)
	return d
}

// contribute finds the addresses of an edge that counts.
func (s *selector) contribute(d *Decision) {
	asides := s.take(d, d.Publish, s.publishes())
	published := len(d.Addresses)
	asides = append(asides, s.fallBack(d)...)
	for _, aside := range asides {
		s.aside(d, aside, published > 0)
	}
	switch {
	case len(d.Addresses) == 0:
		s.without(d)
	case published == 0:
		d.Why = "no publish address that can be used: the " + string(d.Addresses[0].From)
	default:
		d.Why = "designated, with " + counted(published, s.noun())
	}
	for _, contribution := range d.Addresses[published:] {
		s.notePublic(d, contribution)
	}
	if s.families == BothFamilies && len(d.Addresses) > 0 && !d.hasIPv4() {
		s.observe(CodeIPv6Alone, d.Label(), "the edge has no IPv4 address, and the vendor documents A records alone")
	}
	for _, contribution := range d.Addresses {
		s.note(d, contribution.Address)
	}
}

// fallBack contributes the address that the vendor's cloud saw the edge at, where it is
// needed, and returns what was set aside.
func (s *selector) fallBack(d *Decision) []aside {
	var asides []aside
	for _, source := range []struct {
		entry string
		from  From
	}{{d.Public, FromPublic}, {d.BrokerPublic, FromBrokerPublic}} {
		enough := len(d.Addresses) > 0 && (d.hasIPv4() || s.families == IPv6Alone)
		v := judge(source.entry)
		if source.entry == "" || enough || len(d.Addresses) > 0 && v.used() && !v.address.Is4() {
			continue
		}
		asides = append(asides, s.take(d, []string{source.entry}, source.from)...)
	}
	return asides
}

func (d *Decision) hasIPv4() bool {
	return slices.ContainsFunc(d.Addresses, func(c Contribution) bool { return c.Address.Is4() })
}

// without reports an edge that contributes nothing.
func (s *selector) without(d *Decision) {
	if len(d.leftOut) == 0 {
		d.Why = "no usable address"
		s.observe(CodeWithoutAddress, d.Label(), "the edge is designated and has no address that can stand in the DNS")
		return
	}
	d.Why, s.someLeftOut = s.families.leftOut(), true
	f := Findings.New(CodeWithoutAddress, d.Label(), "the edge is designated and has no %s address that can stand in the DNS, and only these were asked for", s.families.wanted())
	if s.families == IPv6Alone {
		f.Advice = "see that its IPv4 address stands in the DNS: -6 leaves it out"
	}
	s.findings.Add(f)
}

// notePublic reports an address that is used although it is no publish address. Where the
// vendor's cloud has another one, somebody has to find out which it is.
func (s *selector) notePublic(d *Decision, c Contribution) {
	kind := "publish address"
	if len(d.leftOut) > 0 || d.Addresses[0] != c {
		kind = "IPv4 publish address"
		if !c.Address.Is4() {
			kind = "IPv6 publish address"
		}
	}
	f := Findings.New(CodePublicAddress, d.at(c.Address.String()), "the edge has no %s that can be used: the %s is taken", kind, c.From)
	if c.From == FromPublic && d.brokerDiffers(c.Address) {
		f.Subject += " (the broker's: " + cut(d.BrokerPublic) + ")"
		f.Message += "; that of the broker is another"
		f.Advice = "find out at which of the two clients reach the edge, and enter that one as publish address"
	}
	s.findings.Add(f)
}

// brokerDiffers reports whether the broker has another address, which is not used as well.
func (d *Decision) brokerDiffers(address netip.Addr) bool {
	if d.BrokerPublic == "" || d.Addresses[len(d.Addresses)-1].From == FromBrokerPublic {
		return false
	}
	other, err := netip.ParseAddr(d.BrokerPublic)
	return err != nil || other != address
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

// take contributes the entries that can be used and are wanted, and returns those that can
// not be used.
func (s *selector) take(d *Decision, entries []string, from From) []aside {
	var asides []aside
	for _, entry := range entries {
		v := judge(entry)
		switch {
		case !v.used():
			asides = append(asides, aside{entry, v})
		case !s.families.has(v.address):
			d.leftOut = append(d.leftOut, v.address)
		case slices.ContainsFunc(d.Addresses, func(c Contribution) bool { return c.Address == v.address }):
			asides = append(asides, aside{entry, verdict{code: CodeDuplicate, what: "named twice by its edge"}})
		default:
			d.Addresses = append(d.Addresses, Contribution{v.address, from})
		}
	}
	return asides
}

// at is what a finding calls an entry of the edge.
func (d *Decision) at(entry string) string { return cut(entry) + " of " + d.Label() }

// aside reports an entry that was set aside. That is worth a warning where it leaves the
// edge without a publish address.
func (s *selector) aside(d *Decision, a aside, published bool) {
	d.Aside = append(d.Aside, Aside{a.entry, a.what})
	f := Findings.New(a.code, d.at(a.entry), "set aside, being %s", a.what)
	if a.code == CodeDuplicate {
		f.Advice = "nothing, if that is meant; the second time may stand in the place of another address"
	}
	if published {
		f.Severity = verify.Info
	}
	s.findings.Add(f)
}

// note reports what is to be said about an address that is used.
func (s *selector) note(d *Decision, address netip.Addr) {
	at := d.at(address.String())
	if first, ok := s.first[address]; ok {
		s.observe(CodeDuplicate, cut(address.String())+" of "+first+" and "+d.Label(), "edges share an address, which stands in the DNS once")
	} else {
		s.first[address] = d.Label()
	}
	if isDocumentation(address) {
		s.observe(CodeDocumentation, at, "an address that is for documentation alone is used")
	}
	if address.Is6() {
		s.observe(CodeIPv6, at, "an IPv6 address is used")
	}
}

// whole reports what is to be said about all of it.
func (s *selector) whole(selection *Selection) {
	if !s.inventory.Complete {
		s.observe(CodeCompleteness, "", "the export does not say how many pages or groups it has: whether all are there cannot be told")
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
		s.none(selection)
	}
	for _, set := range []struct {
		rrtype string
		count  int
	}{{"A", four}, {"AAAA", six}} {
		if set.count > MostAddresses {
			s.observe(CodeTooMany, set.rrtype, fmt.Sprintf("the set has %d addresses, more than %d", set.count, MostAddresses))
		}
	}
}

// none reports that there is no address at all, which may be for want of the family that is
// asked for alone.
func (s *selector) none(selection *Selection) {
	if !s.someLeftOut {
		s.observe(CodeNone, "", nothing(selection))
		return
	}
	f := Findings.New(CodeNone, "", "no edge that counts has an %s address, and only these were asked for", s.families.wanted())
	f.Advice = "leave " + s.families.flag() + " out; or give the edges such addresses in the portal or in the inventory"
	s.findings.Add(f)
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
