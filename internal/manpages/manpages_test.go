package manpages_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/manpages"
)

func TestPages(t *testing.T) {
	t.Parallel()
	names := manpages.Names()
	if len(names) < 20 || !slices.IsSorted(names) || !slices.Contains(names, "drtxt") || !slices.Contains(names, "drtxt-keygen-inspect") {
		t.Errorf("the pages are %q", names)
	}
	for _, name := range names {
		if page, ok := manpages.Page(name); !ok || !bytes.HasPrefix(page, []byte(".TH ")) {
			t.Errorf("%s: %t, %.20q", name, ok, page)
		}
	}
	for _, name := range []string{"", "drtxt-nonsense", "../manpages.go", "drtxt.1"} {
		if _, ok := manpages.Page(name); ok {
			t.Errorf("there is a page %q", name)
		}
	}
}
