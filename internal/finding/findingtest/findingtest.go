// Package findingtest holds findings, and the files that tests find them in, against the
// documents that explain them.
package findingtest

import (
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/finding"
)

// Documented holds a table against a chapter of docs/findings.md, which lies at a path: the
// chapter has a line and a section for every code, with its severity and its parts, and for
// nothing else.
func Documented(t *testing.T, path, chapter string, table finding.Table) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(data), "\n# "+chapter+"\n")
	if !found {
		t.Fatalf("there is no chapter %q", chapter)
	}
	text, _, _ = strings.Cut(text, "\n# ")
	for _, kind := range table {
		row := "\n| `" + string(kind.Code) + "` | " + string(kind.Severity) + " | "
		if n := strings.Count(text, row); n != 1 {
			t.Errorf("%s stands %d times in the table as %s", kind.Code, n, kind.Severity)
		}
		_, section, _ := strings.Cut(text, "\n### `"+string(kind.Code)+"`\n")
		section, _, _ = strings.Cut(section, "\n### ")
		at := 0
		for _, part := range []string{"\nSeverity: **" + string(kind.Severity) + "**\n", "\n**What it means:** ", "\n**How it comes about:** ", "\n**What to do:** "} {
			next := strings.Index(section[at:], part)
			if next < 0 || strings.Count(section, part) != 1 {
				t.Errorf("%s: there is no %q in its place", kind.Code, strings.TrimSpace(part))
				break
			}
			at += next + len(part)
		}
	}
	if sections, rows := strings.Count(text, "\n### `"), strings.Count(text, "\n| `"); sections != len(table) || rows != len(table) {
		t.Errorf("%d sections and %d rows for %d codes", sections, rows, len(table))
	}
}

// Explained holds the names of fixtures against a chapter of a document, which lies at a path:
// the chapter's table has one row for each of them, and no other.
func Explained(t *testing.T, path, chapter string, names iter.Seq[string]) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(data), "\n## "+chapter+"\n")
	if !found {
		t.Fatalf("there is no chapter %q", chapter)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	fixtures := 0
	for name := range names {
		fixtures++
		if n := strings.Count(text, "\n| `"+name+"` |"); n != 1 {
			t.Errorf("%s has %d rows", name, n)
		}
	}
	if rows := strings.Count(text, "\n| `"); rows != fixtures {
		t.Errorf("%d rows for %d fixtures", rows, fixtures)
	}
}
