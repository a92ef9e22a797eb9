package reach_test

import (
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/finding/findingtest"
	"github.com/drtxt/drtxt/internal/reach"
)

// One chapter explains what is found about edges, in their export and at their addresses.
func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	findingtest.Documented(t, "../../docs/findings.md", "Private Service Edges", slices.Concat(edges.Findings, reach.Findings))
}

// No code means two things.
func TestCodesDiffer(t *testing.T) {
	t.Parallel()
	seen := map[finding.Code]bool{}
	for _, kind := range slices.Concat(edges.Findings, reach.Findings) {
		if seen[kind.Code] {
			t.Errorf("%s stands there twice", kind.Code)
		}
		seen[kind.Code] = true
	}
}
