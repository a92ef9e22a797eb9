//go:build interop

package delegation_test

import (
	"net/netip"
	"os"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/verify/delegation"
)

// hintsFile comes with Debian's package dns-root-data.
const hintsFile = "/usr/share/dns/root.hints"

// newer are addresses that the file may not have yet.
var newer = map[string][]netip.Addr{
	"b.root-servers.net.": {netip.MustParseAddr("170.247.170.2"), netip.MustParseAddr("2801:1b8:10::b")},
}

// The built-in list is that of the file, but for what is newer.
func TestInteropRootHints(t *testing.T) {
	t.Parallel()
	file, err := os.Open(hintsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	theirs, err := delegation.ParseHints(file)
	if err != nil {
		t.Fatal(err)
	}
	ours := delegation.RootServers()
	if len(ours) != len(theirs) {
		t.Fatalf("%d servers, the file has %d", len(ours), len(theirs))
	}
	for i, s := range ours {
		if s.Name != theirs[i].Name {
			t.Errorf("%s, the file has %s", s.Name, theirs[i].Name)
			continue
		}
		if !sameAddresses(s.Glue, theirs[i].Glue) && !sameAddresses(s.Glue, newer[s.Name]) {
			t.Errorf("%s is at %v, in the file at %v", s.Name, s.Glue, theirs[i].Glue)
		}
	}
}

func sameAddresses(a, b []netip.Addr) bool {
	return slices.Equal(slices.SortedFunc(slices.Values(a), netip.Addr.Compare), slices.SortedFunc(slices.Values(b), netip.Addr.Compare))
}
