package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/verify"
)

// renderEdges writes what was found in one of [edgesFormats].
func renderEdges(env *environment, r *edgesResult, format string) ([]byte, error) {
	switch format {
	case "json":
		return encodeJSON(edgesJSONOf(r))
	case "markdown":
		return renderEdgesMarkdown(r), nil
	}
	return renderEdgesTable(env, r)
}

func renderEdgesTable(env *environment, r *edgesResult) ([]byte, error) {
	var b bytes.Buffer
	color := edgesColor(r)
	fmt.Fprintf(&b, "%s\n\n", paint(env, color, printableLine(r.sentence())))
	rows := r.rows(longestCell)
	for _, row := range rows {
		for i := range row {
			row[i] = printableLine(row[i])
		}
	}
	if err := writeTable(&b, r.columns(), rows); err != nil {
		return nil, err
	}
	writeFindings(env, &b, r.findings)
	fmt.Fprintf(&b, "\n%s\n", paint(env, color, printableLine(r.closingLine())))
	return b.Bytes(), nil
}

func renderEdgesMarkdown(r *edgesResult) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "**%s**\n\n", markdownText(r.sentence()))
	writeMarkdownHeader(&b, r.columns())
	for _, row := range r.rows(longestName) {
		writeMarkdownCells(&b, row)
	}
	b.WriteByte('\n')
	writeMarkdownFindings(&b, r.findings)
	fmt.Fprintf(&b, "*%s*\n", markdownText(r.closingLine()))
	return b.Bytes()
}

func edgesColor(r *edgesResult) string {
	switch r.exitStatus() {
	case verify.StatusDone:
		return green
	case verify.StatusUndetermined:
		return yellow
	}
	return red
}

// sentence says what will be published.
func (r *edgesResult) sentence() string {
	name := "the disaster recovery domain"
	if r.domain != "" {
		name = r.domain
	}
	if !r.publishable() {
		return fmt.Sprintf("There is nothing that can be published for %s: see the first finding.", name)
	}
	count, groups := r.contributing()
	text := fmt.Sprintf("%s of %s give %s %s", counted(count, "edge"), counted(groups, "designated group"), name, r.counts())
	if count == 1 {
		text = strings.Replace(text, " give ", " gives ", 1)
	}
	if r.probed == nil {
		return text + "."
	}
	return text + fmt.Sprintf("; %d of %d took a connection on TCP %d.", r.probed.connected(), len(r.probed.results), reach.DefaultPort)
}

func (r *edgesResult) columns() []string {
	if r.probed != nil {
		return []string{"GROUP", "EDGE", "COUNTS", "ADDRESS", "PROBE", "WHY"}
	}
	return []string{"GROUP", "EDGE", "COUNTS", "ADDRESS", "WHY"}
}

// How many characters of a name from outside are shown, and in the table, which should fit
// into the width of a terminal.
const (
	longestName = 80
	longestCell = 23
)

// cutName is a name from outside with no more than that many characters and a mark.
func cutName(name string, most int) string {
	characters := 0
	for at := range name {
		if characters == most {
			return name[:at] + "…"
		}
		characters++
	}
	return name
}

// rows are one for each address of an edge, one for an edge without, and one for a group
// that does not count, however many edges it has. Names are no longer than that many
// characters and a mark.
func (r *edgesResult) rows(longest int) [][]string {
	var rows [][]string
	for _, group := range r.selection.Groups {
		name := named(group.Name, group.ID, longest)
		if !group.Counts {
			rows = append(rows, r.row(name, counted(len(group.Edges), "edge"), none, group.Why))
			continue
		}
		for _, edge := range group.Edges {
			rows = append(rows, r.rowsOf(name, named(edge.Name, edge.ID, longest), edge)...)
		}
		if len(group.Edges) == 0 {
			rows = append(rows, r.row(name, "-", none, group.Why))
		}
	}
	return rows
}

func (r *edgesResult) rowsOf(group, name string, edge edges.Decision) [][]string {
	if len(edge.Addresses) == 0 {
		return [][]string{r.row(group, name, none, edge.Why)}
	}
	var rows [][]string
	for _, c := range edge.Addresses {
		rows = append(rows, r.row(group, name, c.Address, fromWords(c.From)))
	}
	return rows
}

// none is the address of a row without.
var none netip.Addr

func (r *edgesResult) row(group, edge string, address netip.Addr, why string) []string {
	row := []string{group, edge, "no", "-"}
	if address != none {
		row = []string{group, edge, "yes", address.String()}
	}
	if r.probed != nil {
		row = append(row, r.probed.cell(address))
	}
	return append(row, orDash(why))
}

// fromWords are shorter than what programs read, because the table is narrow.
func fromWords(from edges.From) string {
	if from == edges.FromBrokerPublic {
		return "broker's address"
	}
	return string(from)
}

// cell is what came of trying an address, if it was tried.
func (p *probed) cell(address netip.Addr) string {
	result, tried := p.of(address)
	if !tried {
		return "-"
	}
	words := outcomeWords[result.Outcome]
	if result.Outcome == reach.Connected {
		words += ", " + result.Took.Round(100*time.Microsecond).String()
	}
	return words
}

// named is a thing by its name, or else by its id.
func named(name, id string, longest int) string {
	if name == "" {
		name = orDash(id)
	}
	return cutName(name, longest)
}

// closingLine says what it rests on, and what was not asked.
func (r *edgesResult) closingLine() string {
	files := make([]string, len(r.files))
	for i, file := range r.files {
		files[i] = quoted(file)
	}
	if len(files) > mostFiles {
		files = append(files[:mostFiles], fmt.Sprintf("%d more", len(files)-mostFiles))
	}
	parts := []string{"read from " + strings.Join(files, ", "), r.origin()}
	if _, six := r.familyCounts(); six > 0 {
		parts = append(parts, "AAAA records are not documented by the vendor")
	}
	parts = append(parts, "whether an edge is connected to the cloud was not looked at: in an outage none is")
	if r.probed == nil {
		parts = append(parts, fmt.Sprintf("TCP %d was not tried, --probe does", reach.DefaultPort))
	} else {
		parts = append(parts, fmt.Sprintf("the connections on TCP %d were tried from this network within %s, and closed at once: that something listens there was seen, not what", reach.DefaultPort, r.probed.timeout))
	}
	return strings.Join(parts, "; ")
}

// mostFiles is how many files the closing line names.
const mostFiles = 5

// origin says what was read.
func (r *edgesResult) origin() string {
	switch {
	case r.inventory.Origin == edges.YAML:
		return "an inventory of your own"
	case r.inventory.Complete:
		return "an export that is complete by its own numbers"
	}
	return "an export that does not say whether it is complete"
}
