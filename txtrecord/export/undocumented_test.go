package export_test

import (
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/export"
)

// Whoever applies AAAA records is told, by every format, that the vendor does not speak of
// them; whoever applies none is not.
func TestUndocumentedAAAA(t *testing.T) {
	withAAAA, without := addressSet(), addressSet()
	without.RRSets = without.RRSets[:1]
	for _, f := range forms() {
		for set, want := range map[*export.RecordSet]int{withAAAA: 1, without: 0, signedSet(t, activation): 0} {
			suited := f.suited(set)
			text := strings.Join(f.guide(t, suited).Lines(), "\n")
			if n := strings.Count(text, "The vendor documents A records alone"); n != want {
				t.Errorf("%s: said %d times in\n%s", f.label(), n, text)
			}
			if f.HasComments() && strings.Count(string(f.written(t, suited)), "The vendor documents A records alone") != want {
				t.Errorf("%s: the comments differ from the guide", f.label())
			}
		}
	}
}
