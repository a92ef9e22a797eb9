package main

import (
	"slices"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// An edgesResult is what was found out about edges.
type edgesResult struct {
	inventory *edges.Inventory
	selection *edges.Selection
	files     []string
	// domain is whose addresses they are to be, empty where that was not said.
	domain string
	// probed is nil where nothing was tried.
	probed *probed
	// findings are the gravest first.
	findings []finding.Finding
}

func newEdgesResult(inventory *edges.Inventory, pages []apiexport.Page, families edges.Families) *edgesResult {
	r := &edgesResult{inventory: inventory, selection: inventory.Select(families)}
	for _, page := range pages {
		r.files = append(r.files, page.Name)
	}
	r.findings = slices.Clone(r.selection.Findings)
	return r
}

// addProbe adds what came of trying the addresses.
func (r *edgesResult) addProbe(p *probed) {
	r.probed = p
	r.findings = append(r.findings, p.findings...)
	finding.Sort(r.findings)
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
			if len(edge.Addresses) > 0 {
				edges++
			}
		}
		if edges > before {
			groups++
		}
	}
	return edges, groups
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
	for _, address := range r.selection.Addresses() {
		if address.Is4() {
			four++
		} else {
			six++
		}
	}
	return four, six
}
