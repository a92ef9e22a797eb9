package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/verify"
)

// renderCheck writes an assessment in a format.
func renderCheck(env *environment, a *readiness.Assessment, format string) ([]byte, error) {
	switch format {
	case "json":
		return encodeJSON(checkJSONOf(a))
	case "markdown":
		return checkMarkdown(a), nil
	case "prometheus":
		return checkMetrics(a)
	case "nagios":
		return []byte(checkNagiosLine(a) + "\n"), nil
	}
	return checkTable(env, a)
}

var checkColumns = []string{"AREA", "RESULT", "WHAT"}

func checkTable(env *environment, a *readiness.Assessment) ([]byte, error) {
	var b bytes.Buffer
	color := checkColor(a)
	fmt.Fprintln(&b, paint(env, color, printableLine(a.Sentence())))
	fmt.Fprintln(&b)
	rows := make([][]string, len(a.Rows))
	for i, row := range a.Rows {
		rows[i] = checkCells(row)
		for j := range rows[i] {
			rows[i][j] = printableLine(rows[i][j])
		}
	}
	if err := writeTable(&b, checkColumns, rows); err != nil {
		return nil, err
	}
	for _, whom := range affected(a) {
		fmt.Fprintf(&b, "\n%s\n", printableLine(whom.title))
		for _, line := range whom.lines {
			fmt.Fprintf(&b, "  %s\n", printableLine(line))
		}
	}
	writeFindings(env, &b, findingsOfCheck(a))
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, paint(env, color, printableLine(checkClosingLine(a))))
	return b.Bytes(), nil
}

// checkCells are what a row shows. Where nothing was checked, it names the flags that do.
func checkCells(row readiness.Row) []string {
	seen := row.Seen
	if row.Result == readiness.NotChecked {
		seen = row.Area.Flags() + ": " + seen
	}
	return []string{row.Area.Name(), row.Result.Name(), seen}
}

// checkColor is red for errors, yellow for what is not known or to be looked at.
func checkColor(a *readiness.Assessment) string {
	switch {
	case a.ExitStatus() == verify.StatusWrong, a.ExitStatus() == verify.StatusNoRecord:
		return red
	case a.ExitStatus() != verify.StatusDone, a.Count(verify.Warning) > 0:
		return yellow
	}
	return green
}

// findingsOfCheck are the findings without their areas, as the other commands show them.
func findingsOfCheck(a *readiness.Assessment) []finding.Finding {
	shown := make([]finding.Finding, len(a.Findings))
	for i, f := range a.Findings {
		shown[i] = f.Finding
	}
	return shown
}

// checkClosingLine is verify's, after the tally of the areas.
func checkClosingLine(a *readiness.Assessment) string {
	counts := map[readiness.Result]int{}
	for _, row := range a.Rows {
		counts[row.Result]++
	}
	var words []string
	for _, result := range readiness.Results() {
		if n := counts[result]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, result.Name()))
		}
	}
	return "areas: " + strings.Join(words, ", ") + "; " + closingLine(a.Report, "")
}

func checkMarkdown(a *readiness.Assessment) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "**%s**\n\n", markdownText(a.Sentence()))
	writeMarkdownHeader(&b, checkColumns)
	for _, row := range a.Rows {
		writeMarkdownCells(&b, checkCells(row))
	}
	b.WriteByte('\n')
	for _, whom := range affected(a) {
		fmt.Fprintf(&b, "%s\n\n", markdownText(whom.title))
		for _, line := range whom.lines {
			fmt.Fprintf(&b, "- %s\n", markdownText(line))
		}
		b.WriteByte('\n')
	}
	if findings := findingsOfCheck(a); len(findings) > 0 {
		b.WriteString("Findings:\n\n") // else they would go on with the list above
		writeMarkdownFindings(&b, findings)
	}
	fmt.Fprintf(&b, "*%s*\n", markdownText(checkClosingLine(a)))
	return b.Bytes()
}
