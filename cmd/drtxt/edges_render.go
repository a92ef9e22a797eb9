package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
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
	rows := r.rows()
	for _, row := range rows {
		for i := range row {
			row[i] = printableLine(row[i])
		}
	}
	if err := writeTable(&b, r.columns(), rows); err != nil {
		return nil, err
	}
	writeFindings(env, &b, shownFindings(r.findings))
	fmt.Fprintf(&b, "\n%s\n", paint(env, color, printableLine(r.closingLine())))
	return b.Bytes(), nil
}

func renderEdgesMarkdown(r *edgesResult) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "**%s**\n\n", markdownText(r.sentence()))
	writeMarkdownHeader(&b, r.columns())
	for _, row := range r.rows() {
		writeMarkdownCells(&b, row)
	}
	b.WriteByte('\n')
	writeMarkdownFindings(&b, shownFindings(r.findings))
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

// shownFindings are findings as the other commands show them, the subject in the place of
// the server.
func shownFindings(findings []finding.Finding) []verify.Finding {
	shown := make([]verify.Finding, len(findings))
	for i, f := range findings {
		shown[i] = verify.Finding{Code: verify.Code(f.Code), Severity: f.Severity, Server: f.Subject, Message: f.Message, Advice: f.Advice}
	}
	return shown
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
	columns := []string{"GROUP", "EDGE", "COUNTS", "ADDRESS", "WHY"}
	if r.probed != nil {
		columns = append(columns, "PROBE")
	}
	return columns
}

// rows are one for each address of an edge, one for an edge without, and one for a group
// that is not designated, however many edges it has.
func (r *edgesResult) rows() [][]string {
	var rows [][]string
	for _, group := range r.selection.Groups {
		if !group.Counts {
			rows = append(rows, r.row(named(group.Name, group.ID), counted(len(group.Edges), "edge"), false, "-", group.Why))
			continue
		}
		for _, edge := range group.Edges {
			rows = append(rows, r.rowsOf(named(group.Name, group.ID), edge)...)
		}
		if len(group.Edges) == 0 {
			rows = append(rows, r.row(named(group.Name, group.ID), "-", false, "-", group.Why))
		}
	}
	return rows
}

func (r *edgesResult) rowsOf(group string, edge edges.Decision) [][]string {
	name := named(edge.Name, edge.ID)
	contributions := r.contributions(edge)
	if len(contributions) == 0 {
		why := edge.Why
		if len(edge.Addresses) > 0 {
			why = r.families.leftOut()
		}
		return [][]string{r.row(group, name, false, "-", why)}
	}
	var rows [][]string
	for _, c := range contributions {
		row := r.row(group, name, true, c.Address.String(), string(c.From))
		if r.probed != nil {
			row[len(row)-1] = probeCell(r.probed, c)
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *edgesResult) row(group, edge string, counts bool, address, why string) []string {
	row := []string{group, edge, map[bool]string{true: "yes", false: "no"}[counts], address, orDash(why)}
	if r.probed != nil {
		row = append(row, "-")
	}
	return row
}

func probeCell(p *probed, c edges.Contribution) string {
	result, tried := p.of(c.Address)
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
func named(name, id string) string {
	if name == "" {
		return orDash(id)
	}
	return name
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
