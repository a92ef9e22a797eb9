package verify_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/verify"
)

const findingsDocument = "../docs/findings.md"

// A findingSection is what the document says of one code.
type findingSection struct {
	code     string
	severity verify.Severity
	text     string
}

// A findingRow is one line of the document's table of codes.
type findingRow struct {
	code, target string
	severity     verify.Severity
}

var (
	severityLine = regexp.MustCompile(`(?m)^Severity: \*\*([a-z]+)\*\*(?:;.*)?$`)
	tableRow     = regexp.MustCompile(`^\| \[([^]]*)\]\(#([^)]*)\) \| ([a-z]+) \| (\S.*) \|$`)
	sectionLink  = regexp.MustCompile(`\]\(#([^)]*)\)`)
)

// findingsDoc reads the document: every heading of the second level is a code.
func findingsDoc(t *testing.T) (text string, sections []findingSection, rows []findingRow) {
	t.Helper()
	data, err := os.ReadFile(findingsDocument)
	if err != nil {
		t.Fatal(err)
	}
	text = string(data)
	var current *findingSection
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if row := tableRow.FindStringSubmatch(line); row != nil {
			rows = append(rows, findingRow{code: row[1], target: row[2], severity: verify.Severity(row[3])})
		}
		switch {
		case strings.HasPrefix(line, "# "):
			current = nil
		case strings.HasPrefix(line, "## "):
			sections = append(sections, findingSection{code: strings.Trim(line[len("## "):], "`")})
			current = &sections[len(sections)-1]
		case current != nil:
			current.text += line + "\n"
		}
	}
	for i := range sections {
		if found := severityLine.FindAllStringSubmatch(sections[i].text, -1); len(found) == 1 {
			sections[i].severity = verify.Severity(found[0][1])
		} else {
			t.Errorf("%s: %d lines name its severity", sections[i].code, len(found))
		}
	}
	return text, sections, rows
}

// Every code has one section and one row of the table, with its severity, and nothing
// else has.
func TestFindingsDocumentListsEveryCode(t *testing.T) {
	_, sections, rows := findingsDoc(t)
	inSections, inTable := map[string]int{}, map[string]int{}
	for _, section := range sections {
		inSections[section.code]++
		checkDocumented(t, "section", section.code, section.severity)
	}
	for _, row := range rows {
		inTable[row.code]++
		checkDocumented(t, "table", row.code, row.severity)
		if row.target != row.code {
			t.Errorf("the table links %s to %s", row.code, row.target)
		}
	}
	for _, info := range verify.Codes() {
		if n := inSections[string(info.Code)]; n != 1 {
			t.Errorf("%s has %d sections in %s", info.Code, n, findingsDocument)
		}
		if n := inTable[string(info.Code)]; n != 1 {
			t.Errorf("%s stands %d times in the table of %s", info.Code, n, findingsDocument)
		}
	}
}

func checkDocumented(t *testing.T, where, code string, severity verify.Severity) {
	t.Helper()
	info, ok := verify.Lookup(verify.Code(code))
	switch {
	case !ok:
		t.Errorf("%s: there is no code %q", where, code)
	case info.Severity != severity:
		t.Errorf("%s: %s is documented as %q, its severity is %q", where, code, severity, info.Severity)
	}
}

// Every section has its three parts, in this order, and none is empty.
func TestFindingsDocumentSections(t *testing.T) {
	_, sections, _ := findingsDoc(t)
	labels := []string{"**What it means:**", "**How it comes about:**", "**What to do:**"}
	for _, section := range sections {
		var order []int
		for i, label := range labels {
			if n := strings.Count(section.text, label); n != 1 {
				t.Errorf("%s has %d parts %s", section.code, n, label)
				continue
			}
			order = append(order, strings.Index(section.text, label))
			_, part, _ := strings.Cut(section.text, label)
			for _, other := range labels[i+1:] {
				part, _, _ = strings.Cut(part, other)
			}
			if len(strings.Fields(part)) < 2 {
				t.Errorf("%s: %s is empty", section.code, label)
			}
		}
		if !slices.IsSorted(order) {
			t.Errorf("%s has its parts in another order", section.code)
		}
	}
}

// Links to sections lead to codes, which is what the sections are named after.
func TestFindingsDocumentLinks(t *testing.T) {
	text, _, _ := findingsDoc(t)
	for _, link := range sectionLink.FindAllStringSubmatch(text, -1) {
		if _, ok := verify.Lookup(verify.Code(link[1])); !ok {
			t.Errorf("a link leads to %q, which is no code", link[1])
		}
	}
}
