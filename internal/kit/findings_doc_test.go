package kit_test

import (
	"os"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
)

// The document has a line and a section for every code, with its severity and its parts,
// and for nothing else.
func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(data), "\n# Kits\n")
	if !found {
		t.Fatal("there is no chapter about kits")
	}
	for _, info := range kit.Codes() {
		row := "\n| `" + string(info.Code) + "` | " + string(info.Severity) + " | "
		if n := strings.Count(text, row); n != 1 {
			t.Errorf("%s stands %d times in the table as %s", info.Code, n, info.Severity)
		}
		_, section, found := strings.Cut(text, "\n### `"+string(info.Code)+"`\n")
		section, _, _ = strings.Cut(section, "\n### ")
		at := 0
		for _, part := range []string{"\nSeverity: **" + string(info.Severity) + "**\n", "\n**What it means:** ", "\n**How it comes about:** ", "\n**What to do:** "} {
			next := strings.Index(section[at:], part)
			if !found || next < 0 || strings.Count(section, part) != 1 {
				t.Errorf("%s: there is no %q in its place", info.Code, strings.TrimSpace(part))
				break
			}
			at += next + len(part)
		}
	}
	if sections, rows := strings.Count(text, "\n### `"), strings.Count(text, "\n| `"); sections != len(kit.Codes()) || rows != len(kit.Codes()) {
		t.Errorf("%d sections and %d rows for %d codes", sections, rows, len(kit.Codes()))
	}
}
