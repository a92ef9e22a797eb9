package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/verify"
)

// drillProtocol is what happened, for a file that auditors read: in GitHub's dialect of
// Markdown, with lines to be filled in by hand.
func drillProtocol(r *drill.Rehearsal) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Disaster recovery rehearsal: %s\n\n", markdownText(r.Domain))
	fmt.Fprintf(&b, "**%s** %s\n\n", markdownText(drillClosingLine(r)), markdownText(drillSentence(r)))
	writeProtocolFacts(&b, r)
	writeProtocolSteps(&b, r)
	writeProtocolCurve(&b, r)
	writeProtocolFaults(&b, r)
	writeProtocolLimits(&b, r)
	writeProtocolBlanks(&b)
	return b.Bytes()
}

// writeProtocolFacts says when it was, by which program, and what was rehearsed.
func writeProtocolFacts(b *bytes.Buffer, r *drill.Rehearsal) {
	facts := [][2]string{
		{"Begun at", bothTimes(r.Began)},
		{"Ended at", bothTimes(r.Began.Add(r.Took))},
		{"Program", "drtxt " + versionName()},
		{"Domain", r.Domain},
		{"Zone", r.Zone},
		{"Records", "signed for this rehearsal, by a key that was made for it and is forgotten, unless it was kept"},
	}
	if k := r.Kit; k != nil {
		facts[len(facts)-1][1] = fmt.Sprintf("those of the kit: %s, %d of them over", counted(k.Windows, "window"), k.Over)
		facts = append(facts,
			[2]string{"Kit made at", bothTimes(k.Made) + " by version " + k.Version},
			[2]string{"Kit's manifest, SHA-256", k.Digest})
	}
	simulated := "none"
	if r.Clients > 0 {
		simulated = fmt.Sprint(r.Clients)
	}
	facts = append(facts,
		[2]string{"Verified with", strings.Join(fingerprints(r.Policy.Keys), ", ")},
		[2]string{"Scheme", fmt.Sprintf("%s, %s", r.Policy.Scheme, drillConfirmation(r))},
		[2]string{"Simulated clients", simulated})
	writeMarkdownHeader(b, []string{"What", "Which"})
	for _, fact := range facts {
		writeMarkdownCells(b, fact[:])
	}
	b.WriteByte('\n')
}

func writeProtocolSteps(b *bytes.Buffer, r *drill.Rehearsal) {
	fmt.Fprint(b, "## Steps\n\nThe clock was moved from step to step; times are UTC.\n\n")
	columns := []string{"Step", "At", "What", "Set", "Asked", "Served", "Verdict", "Clients, in earnest", "Runbook", "Took", "Result"}
	writeMarkdownHeader(b, columns)
	for i := range r.Steps {
		s := &r.Steps[i]
		writeMarkdownCells(b, []string{
			fmt.Sprint(i + 1), s.At.UTC().Format(time.RFC3339), s.Title, orDash(drillSetCell(s)), drillAskedCell(s), drillServedCell(s),
			orDash(string(s.Report.Verdict)), drillWorstCase(s), drillPartsCell(s), s.Took.Round(time.Millisecond / 10).String(), drillResult(s),
		})
	}
	b.WriteByte('\n')
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Err != nil {
			fmt.Fprintf(b, "Step %d could not be carried out: %s\n\n", i+1, markdownText(s.Err.Error()))
		} else if !s.Right() {
			fmt.Fprintf(b, "Step %d: %s\n\n", i+1, markdownText(s.Report.Sentence()))
			writeMarkdownFindings(b, s.Report.Findings)
		}
	}
	writeProtocolParts(b, r)
}

// writeProtocolParts lists what of the runbook was rehearsed, in its order.
func writeProtocolParts(b *bytes.Buffer, r *drill.Rehearsal) {
	var parts []string
	for i := range r.Steps {
		parts = append(parts, r.Steps[i].Parts...)
	}
	slices.Sort(parts)
	fmt.Fprint(b, "Parts of the runbook that these steps rehearse:\n\n")
	for _, part := range slices.Compact(parts) {
		fmt.Fprintf(b, "- %s\n", markdownText(part))
	}
	b.WriteByte('\n')
}

// writeProtocolCurve draws how the clients switched on, and has the figures of all changes.
func writeProtocolCurve(b *bytes.Buffer, r *drill.Rehearsal) {
	curve := drillCurve(r)
	if curve == nil {
		return
	}
	fmt.Fprintf(b, "## Simulated clients\n\n%s\n\n```text\n", markdownText(drillCurveCaption(curve)))
	for _, line := range curve.Draw(curveWidth, curveHeight) {
		fmt.Fprintln(b, line)
	}
	fmt.Fprint(b, "```\n\n")
	writeMarkdownHeader(b, []string{"Share", "Measured", "Computed"})
	for _, row := range drillMarkRows(curve) {
		writeMarkdownCells(b, row)
	}
	fmt.Fprint(b, "\nThe curve of each change, and by how much it is off what is computed at most:\n\n")
	writeMarkdownHeader(b, []string{"Step", "What", "Half", "Last", "Off by", "Chance explains", "Curve"})
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Curve != nil {
			cells := drillCurveCells(s.Curve)
			writeMarkdownCells(b, []string{fmt.Sprint(i + 1), s.Title, cells[0], cells[1], percent(s.Curve.Distance()), percent(s.Curve.Allowed()), cells[2]})
		}
	}
	b.WriteByte('\n')
}

func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func writeProtocolFaults(b *bytes.Buffer, r *drill.Rehearsal) {
	if len(r.Faults) == 0 {
		return
	}
	fmt.Fprint(b, "## Faults\n\nEach was made on purpose, on embedded name servers of its own.\n\n")
	for i := range r.Faults {
		f := &r.Faults[i]
		fmt.Fprintf(b, "### Fault %s: %s\n\n%s\n\n", f.Name, drillFaultResult(f), markdownText(f.Broken))
		if f.Err != nil {
			fmt.Fprintf(b, "%s\n\n", markdownText(f.Err.Error()))
		}
		writeProtocolVerification(b, &f.Found)
		if wasMade(&f.Mended) {
			fmt.Fprintf(b, "Mended: %s\n\n", markdownText(f.Mend))
			writeProtocolVerification(b, &f.Mended)
		}
	}
}

// writeProtocolVerification is what verify said, with its line and its status.
func writeProtocolVerification(b *bytes.Buffer, report *verify.Report) {
	if !wasMade(report) {
		return
	}
	fmt.Fprintf(b, "`%s` ended in %d and said:\n\n", verifyLine(report), report.ExitStatus())
	b.Write(renderMarkdown(report, closingLine(report, "")))
	b.WriteByte('\n')
}

// writeProtocolLimits says what a rehearsal does not show.
func writeProtocolLimits(b *bytes.Buffer, r *drill.Rehearsal) {
	limits := []string{
		"The name servers were embedded in the program and listened on loopback. The zone's own servers, their transfers and their consoles were not there; nothing outside the program was touched.",
		"The vendor's clients, connectors and edges were not there. What they do with the records was not seen.",
		"The scheme is " + r.Policy.Scheme.String() + ", " + drillConfirmation(r) + ".",
		"The addresses at the name stood for those of Private Service Edges, which were not reached.",
	}
	if r.Clients > 0 {
		limits = append(limits, "Clients were simulated: they look the records up at the vendor's published interval, behind resolvers that heed the TTL.")
	} else {
		limits = append(limits, "When clients would have seen a step is an estimate.")
	}
	fmt.Fprint(b, "## Limits\n\n")
	for _, limit := range limits {
		fmt.Fprintf(b, "- %s\n", markdownText(limit))
	}
	b.WriteByte('\n')
}

// writeProtocolBlanks leaves room for what somebody writes who was there.
func writeProtocolBlanks(b *bytes.Buffer) {
	fmt.Fprint(b, "## To be filled in\n\n")
	for _, label := range []string{"Name", "Date", "Remarks", "Signature"} {
		fmt.Fprintf(b, "- %s: ____________________\n", label)
	}
}

func drillResult(s *drill.Step) string {
	if s.Right() {
		return "right"
	}
	return "WRONG"
}
