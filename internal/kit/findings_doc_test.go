package kit_test

import (
	"testing"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/finding/findingtest"
	"github.com/drtxt/drtxt/internal/kit"
)

func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	var table finding.Table
	for _, info := range kit.Codes() {
		table = append(table, finding.Kind{Code: finding.Code(info.Code), Severity: info.Severity, Advice: info.Advice})
	}
	findingtest.Documented(t, "../../docs/findings.md", "Kits", table)
}
