package finding_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

func TestGathering(t *testing.T) {
	t.Parallel()
	var g finding.Gathering
	if got := g.Findings(); got != nil {
		t.Errorf("nothing was gathered, and there is %v", got)
	}
	graver := table.New("late", "x", "by %d minutes", 5)
	graver.Severity = verify.Error
	g.Add(table.New("late", "a", "by 5 minutes"))
	g.Add(table.New("late", "b", "by 6 minutes"))
	g.Add(table.New("seen", "a", "by 5 minutes"))
	g.Add(graver)
	g.Add(table.New("late", "c", "by 5 minutes"))
	g.Add(table.New("lost", "", "all"))
	g.Add(table.New("lost", "", "all"))
	var got []string
	for _, f := range g.Findings() {
		got = append(got, fmt.Sprintf("%s %s %s: %s", f.Severity, f.Code, f.Subject, f.Message))
	}
	want := []string{
		"warning late a, c: by 5 minutes", "warning late b: by 6 minutes", "info seen a: by 5 minutes",
		"error late x: by 5 minutes", "error lost : all",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestGatheringNamesFive(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{5: "1, 2, 3, 4, 5", 6: "1, 2, 3, 4, 5 and 1 more", 10_000: "1, 2, 3, 4, 5 and 9995 more"} {
		var g finding.Gathering
		for i := range n {
			g.Add(table.New("late", fmt.Sprint(i+1), "by a minute"))
		}
		got := g.Findings()
		if len(got) != 1 || got[0].Subject != want {
			t.Errorf("%d: %+v, want %q", n, got, want)
		}
	}
}
