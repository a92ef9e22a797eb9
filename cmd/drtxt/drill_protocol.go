package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// drillProtocol is what happened, for a file that auditors read: in GitHub's dialect of
// Markdown, with lines to be filled in by hand.
func drillProtocol(r *drillResult) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Disaster recovery rehearsal: %s\n\n", markdownText(r.Domain))
	fmt.Fprintf(&b, "**%s** %s\n\n", markdownText(drillClosingLine(r.Rehearsal)), markdownText(drillSentence(r.Rehearsal)))
	writeProtocolFacts(&b, r.Rehearsal)
	writeProtocolSteps(&b, r.Rehearsal)
	writeProtocolCurve(&b, r.Rehearsal)
	r.writeProtocolFaults(&b)
	writeProtocolLimits(&b, r.Rehearsal)
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
		{"TTL of the records", duration.Words(r.TTL)},
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
	columns := []string{"Step", "At", "What", "Set", "Asked", "Served", "Verdict", "Signature", "Window ends", "Clients, in earnest", "Part of the runbook", "Took, ms", "Result"}
	writeMarkdownHeader(b, columns)
	for i := range r.Steps {
		s := &r.Steps[i]
		writeMarkdownCells(b, []string{
			fmt.Sprint(i + 1), drillInstant(s.At), s.Title, orDash(drillSetCell(s)), drillAskedCell(s), drillServedCell(s),
			orDash(string(s.Report.Verdict)), drillSignatureCell(s), drillEndCell(s), drillWorstCase(s), drillPartsCell(s), fmt.Sprint(s.Took.Milliseconds()), drillStepResult(s),
		})
	}
	b.WriteByte('\n')
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Err != nil {
			fmt.Fprintf(b, "Step %d could not be carried out: %s\n\n", i+1, markdownText(drillErrorText(s.Err)))
		} else if !s.Right() {
			fmt.Fprintf(b, "Step %d: %s\n\n", i+1, markdownText(drillWrong(s)))
			writeMarkdownFindings(b, finding.FromVerify(s.Report.Findings))
		}
	}
	writeProtocolWarnings(b, r)
	writeProtocolParts(b, r)
}

// writeProtocolWarnings lists what does not make a rehearsal wrong.
func writeProtocolWarnings(b *bytes.Buffer, r *drill.Rehearsal) {
	if r.Kit != nil && len(r.Kit.Findings) > 0 {
		fmt.Fprint(b, "What was found in the kit:\n\n")
		writeMarkdownFindings(b, findingsOfKit(r.Kit.Findings))
	}
	warnings := drillWarnings(r)
	if len(warnings) == 0 {
		return
	}
	fmt.Fprintf(b, "%s\n\n", markdownText(drillWarningsCaption))
	for _, w := range warnings {
		fmt.Fprintf(b, "- %s: %s\n", markdownCode(string(w.code)), markdownText(w.steps))
	}
	b.WriteByte('\n')
}

func drillSetCell(s *drill.Step) string {
	if s.Over {
		return s.SetName + " (over)"
	}
	return s.SetName
}

func drillSignatureCell(s *drill.Step) string {
	if s.Report.Key == "" {
		return "-"
	}
	return "verified"
}

// drillEndCell is when what stands ends.
func drillEndCell(s *drill.Step) string {
	switch end := s.Report.End(); {
	case s.Report.Set == nil:
		return "-"
	case end.IsZero():
		return "no end"
	default:
		return drillInstant(end)
	}
}

// drillWorstCase is when every client would have seen the step in earnest.
func drillWorstCase(s *drill.Step) string {
	if !s.Published() {
		return "-"
	}
	return "at most " + duration.Words(s.Change.WorstCase())
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
	rows := drillCurveRows(r, inThousandths, "")
	if len(rows) == 0 {
		return
	}
	fmt.Fprint(b, "## Simulated clients\n\n")
	if curve := drillCurve(r); curve != nil {
		fmt.Fprintf(b, "%s\n\n```text\n", markdownText(drillCurveCaption(curve)))
		for _, line := range curve.Draw(curveWidth, curveHeight) {
			fmt.Fprintln(b, line)
		}
		fmt.Fprint(b, "```\n\n")
		writeMarkdownTable(b, []string{"Share, per cent", "Measured, seconds", "Computed, seconds"}, drillMarkRows(curve, "", ""))
	}
	fmt.Fprintf(b, "%s\n\n", drillCurvesCaption)
	writeMarkdownTable(b, []string{"Step", "Half, seconds", "Last, seconds", "Off by, of 1000", "Chance explains, of 1000", "Look-ups", "Questions to the name server", "Failed look-ups", "Curve"}, rows)
}

func inThousandths(share float64) string { return fmt.Sprintf("%.0f", 1000*share) }

func writeMarkdownTable(b *bytes.Buffer, columns []string, rows [][]string) {
	writeMarkdownHeader(b, columns)
	for _, row := range rows {
		writeMarkdownCells(b, row)
	}
	b.WriteByte('\n')
}

func (r *drillResult) writeProtocolFaults(b *bytes.Buffer) {
	if len(r.Faults) == 0 {
		return
	}
	fmt.Fprint(b, "## Faults\n\nEach was made on purpose, on embedded name servers of its own.\n\n")
	if r.forgotten {
		fmt.Fprintf(b, "%s\n\n", markdownText(drillKeyNote))
	}
	for i := range r.Faults {
		f := &r.Faults[i]
		fmt.Fprintf(b, "### Fault %s: %s\n\n%s\n\n", f.Name, drillFaultResult(f), markdownText(f.Broken))
		if f.Err != nil {
			fmt.Fprintf(b, "%s\n\n", markdownText(drillErrorText(f.Err)))
		}
		r.writeProtocolVerification(b, &f.Found)
		if wasMade(&f.Mended) {
			fmt.Fprintf(b, "Mended: %s\n\n", markdownText(f.Mend))
			r.writeProtocolVerification(b, &f.Mended)
		}
	}
}

// writeProtocolVerification is what verify said, with its line and its status.
func (r *drillResult) writeProtocolVerification(b *bytes.Buffer, report *verify.Report) {
	if !wasMade(report) {
		return
	}
	fmt.Fprintf(b, "%s ended in %d and said:\n\n", markdownCode(printableLine(r.verifyLine(report))), report.ExitStatus())
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
		limits = append(limits, "Clients were simulated: they look the records up at the vendor's published interval, behind resolvers that heed the TTL. Another program of this machine that asks these resolvers meanwhile can make a curve differ.")
		if untold := drillUntold(r); untold != "" {
			limits = append(limits, strings.ToUpper(untold[:1])+untold[1:]+".")
		}
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
