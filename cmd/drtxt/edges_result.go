package main

import (
	"net/netip"
	"slices"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// families are those of the addresses that are wanted.
type families struct{ ipv4, ipv6 bool }

func (f families) has(address netip.Addr) bool {
	if address.Is4() {
		return f.ipv4
	}
	return f.ipv6
}

// leftOut says why an edge contributes nothing whose addresses are all of the other family.
func (f families) leftOut() string {
	if f.ipv4 {
		return "IPv6 addresses alone, left out by -4"
	}
	return "IPv4 addresses alone, left out by -6"
}

// An edgesResult is what was found out about edges.
type edgesResult struct {
	inventory *edges.Inventory
	selection *edges.Selection
	files     []string
	families  families
	// domain is whose addresses they are to be, empty where that was not said.
	domain string
	// probed is nil where nothing was tried.
	probed *probed
	// findings are the gravest first.
	findings []finding.Finding
}

func newEdgesResult(inventory *edges.Inventory, pages []apiexport.Page, families families) *edgesResult {
	r := &edgesResult{inventory: inventory, selection: inventory.Select(), families: families}
	for _, page := range pages {
		r.files = append(r.files, page.Name)
	}
	r.findings = slices.DeleteFunc(slices.Clone(r.selection.Findings), r.pointless)
	if !finding.Failed(r.findings) && len(r.addresses()) == 0 {
		r.findings = append(r.findings, noneOf(families))
	}
	finding.Sort(r.findings)
	return r
}

// noneOf says that there are addresses, and none of the families that are wanted.
func noneOf(families families) finding.Finding {
	wanted, left := "IPv4", "-4"
	if families.ipv6 {
		wanted, left = "IPv6", "-6"
	}
	f := edges.Findings.New("edges-none", "", "no edge that counts has an %s address, and only these were asked for", wanted)
	f.Advice = "leave " + left + " out; or give the edges such addresses in the portal, and export again"
	return f
}

// pointless reports whether a finding is about addresses that are left out.
func (r *edgesResult) pointless(f finding.Finding) bool {
	switch f.Code {
	case "edge-ipv6":
		return !r.families.ipv6
	case "edges-too-many":
		four, six := r.familyCounts()
		return max(four, six) <= edges.MostAddresses
	}
	return false
}

// addProbe adds what came of trying the addresses.
func (r *edgesResult) addProbe(p *probed) {
	r.probed = p
	r.findings = append(r.findings, p.findings...)
	finding.Sort(r.findings)
}

// addresses are those that are to be published.
func (r *edgesResult) addresses() []netip.Addr {
	return slices.DeleteFunc(r.selection.Addresses(), func(address netip.Addr) bool { return !r.families.has(address) })
}

// rrsets are the records of the domain.
func (r *edgesResult) rrsets(domain string, ttl uint32) []txtrecord.RRSet {
	return slices.DeleteFunc(r.selection.RRSets(domain, ttl), func(set txtrecord.RRSet) bool {
		return set.Type == "A" && !r.families.ipv4 || set.Type == "AAAA" && !r.families.ipv6
	})
}

// publishable reports whether there are addresses, and not too many.
func (r *edgesResult) publishable() bool {
	return !slices.ContainsFunc(r.findings, func(f finding.Finding) bool {
		_, ofEdges := edges.Findings.Lookup(f.Code)
		return ofEdges && f.Severity == verify.Error
	})
}

func (r *edgesResult) exitStatus() int {
	switch {
	case finding.Failed(r.findings):
		return verify.StatusWrong
	case r.probed != nil && r.probed.undetermined:
		return verify.StatusUndetermined
	}
	return verify.StatusDone
}

// contributing counts the edges that contribute an address, and their groups.
func (r *edgesResult) contributing() (edges, groups int) {
	for _, group := range r.selection.Groups {
		before := edges
		for _, edge := range group.Edges {
			if len(r.contributions(edge)) > 0 {
				edges++
			}
		}
		if edges > before {
			groups++
		}
	}
	return edges, groups
}

// contributions are the addresses that an edge contributes, of the families that are
// wanted.
func (r *edgesResult) contributions(d edges.Decision) []edges.Contribution {
	return slices.DeleteFunc(slices.Clone(d.Addresses), func(c edges.Contribution) bool { return !r.families.has(c.Address) })
}

// counts are the numbers of records in words.
func (r *edgesResult) counts() string {
	four, six := r.familyCounts()
	switch {
	case six == 0:
		return counted(four, "A record")
	case four == 0:
		return counted(six, "AAAA record")
	}
	return counted(four, "A record") + " and " + counted(six, "AAAA record")
}

// familyCounts are the numbers of IPv4 and of IPv6 addresses.
func (r *edgesResult) familyCounts() (four, six int) {
	for _, address := range r.addresses() {
		if address.Is4() {
			four++
		} else {
			six++
		}
	}
	return four, six
}
