package main

import (
	"net/netip"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/reach"
)

// edgesSchema names the JSON form; docs/edges.schema.json describes it.
const edgesSchema = "drtxt/edges/v1"

// edgesJSON is the JSON form of what was found.
type edgesJSON struct {
	Schema string       `json:"schema"`
	Origin edges.Origin `json:"origin"`
	// Complete says that an export proves by its own numbers that it is whole.
	Complete   bool              `json:"complete"`
	Files      []string          `json:"files"`
	A          []netip.Addr      `json:"a"`
	AAAA       []netip.Addr      `json:"aaaa"`
	Groups     []groupJSON       `json:"groups"`
	Probe      *probeJSON        `json:"probe,omitempty"`
	Findings   []finding.Finding `json:"findings"`
	ExitStatus int               `json:"exit_status"`
}

type groupJSON struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	File string `json:"file"`
	// Designated and Enabled are absent where the input does not say.
	Designated *bool      `json:"designated,omitempty"`
	Enabled    *bool      `json:"enabled,omitempty"`
	Counts     bool       `json:"counts"`
	Why        string     `json:"why,omitempty"`
	Edges      []edgeJSON `json:"edges"`
}

type edgeJSON struct {
	ID        string             `json:"id,omitempty"`
	Name      string             `json:"name,omitempty"`
	Enabled   *bool              `json:"enabled,omitempty"`
	Counts    bool               `json:"counts"`
	Why       string             `json:"why,omitempty"`
	Addresses []contributionJSON `json:"addresses"`
	// Aside are the entries that were looked at and not used.
	Aside []asideJSON `json:"aside"`
}

type contributionJSON struct {
	Address netip.Addr `json:"address"`
	From    edges.From `json:"from"`
}

type asideJSON struct {
	Entry string `json:"entry"`
	What  string `json:"what"`
}

type probeJSON struct {
	Port         uint16            `json:"port"`
	TimeoutMS    int64             `json:"timeout_ms"`
	Undetermined bool              `json:"undetermined"`
	Results      []probeResultJSON `json:"results"`
}

type probeResultJSON struct {
	Address netip.Addr    `json:"address"`
	Outcome reach.Outcome `json:"outcome"`
	TookMS  float64       `json:"took_ms"`
}

func edgesJSONOf(r *edgesResult) edgesJSON {
	result := edgesJSON{
		Schema: edgesSchema, Origin: r.inventory.Origin, Complete: r.inventory.Complete, Files: r.files,
		A: []netip.Addr{}, AAAA: []netip.Addr{}, Groups: []groupJSON{},
		Findings: append([]finding.Finding{}, r.findings...), ExitStatus: r.exitStatus(),
	}
	for _, address := range r.selection.Addresses() {
		if address.Is4() {
			result.A = append(result.A, address)
		} else {
			result.AAAA = append(result.AAAA, address)
		}
	}
	for _, group := range r.selection.Groups {
		result.Groups = append(result.Groups, groupJSONOf(group))
	}
	if r.probed != nil {
		result.Probe = probeJSONOf(r.probed)
	}
	return result
}

func groupJSONOf(g edges.GroupDecision) groupJSON {
	group := groupJSON{
		ID: cutName(g.ID, longestName), Name: cutName(g.Name, longestName), File: g.Page, Designated: choiceJSON(g.Designated), Enabled: choiceJSON(g.Enabled),
		Counts: g.Counts, Why: g.Why, Edges: []edgeJSON{},
	}
	for _, e := range g.Edges {
		edge := edgeJSON{ID: cutName(e.ID, longestName), Name: cutName(e.Name, longestName), Enabled: choiceJSON(e.Enabled), Counts: e.Counts, Why: e.Why, Addresses: []contributionJSON{}, Aside: []asideJSON{}}
		for _, c := range e.Addresses {
			edge.Addresses = append(edge.Addresses, contributionJSON{c.Address, c.From})
		}
		for _, aside := range e.Aside {
			edge.Aside = append(edge.Aside, asideJSON{cutName(aside.Entry, longestName), aside.What})
		}
		group.Edges = append(group.Edges, edge)
	}
	return group
}

// choiceJSON is nil for what the input does not say.
func choiceJSON(choice apiexport.Choice) *bool {
	if choice == apiexport.Absent {
		return nil
	}
	yes := choice == apiexport.Yes
	return &yes
}

func probeJSONOf(p *probed) *probeJSON {
	probe := &probeJSON{Port: reach.DefaultPort, TimeoutMS: p.timeout.Milliseconds(), Undetermined: p.undetermined, Results: []probeResultJSON{}}
	for _, r := range p.results {
		probe.Results = append(probe.Results, probeResultJSON{r.Address, r.Outcome, float64(r.Took.Round(10*time.Microsecond)) / float64(time.Millisecond)})
	}
	return probe
}
