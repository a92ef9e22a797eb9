package readiness_test

import (
	"testing"

	"github.com/drtxt/drtxt/internal/finding/findingtest"
	"github.com/drtxt/drtxt/internal/readiness"
)

func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	findingtest.Documented(t, "../../docs/findings.md", "Readiness", readiness.Findings)
}
