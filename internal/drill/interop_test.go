//go:build interop

package drill

import (
	"crypto/rand"
	"crypto/rsa"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// dig asks a name server for the records, and returns what it says, sorted.
func dig(t *testing.T, address string) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("dig", "-r", "@"+host, "-p", port, "+norecurse", "+time=1", "+tries=1", "+short", Domain, "TXT")
	out, err := command.CombinedOutput()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	return lines
}

// presented are values as dig prints them.
func presented(sets ...txtrecord.RRSet) []string {
	var lines []string
	for _, set := range sets {
		for _, value := range set.Values {
			lines = append(lines, `"`+value+`"`)
		}
	}
	slices.Sort(lines)
	return lines
}

// The faults are real: another program sees of each server what the fault says.
func TestInteropFaults(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, txtrecord.KeyBits)
	if err != nil {
		t.Fatal(err)
	}
	const refused, silent = "refused", "timed out"
	for _, fault := range Faults {
		t.Run(fault.Name, func(t *testing.T) {
			s, err := NewPlan(key, time.Now()).newScene(t.Context())
			defer s.close()
			if err == nil {
				err = fault.breaks(t.Context(), s)
			}
			if err != nil {
				t.Fatal(err)
			}
			on, off := presented(s.on), presented(s.off)
			want := map[string][][]string{
				"stale-secondary":  {on, off},
				"dead-server":      {on, {refused}, {silent}},
				"appending-tool":   {presented(s.on, s.off), presented(s.on, s.off)},
				"cut-at-semicolon": {{`"v=1"`}, {`"v=1"`}},
			}[fault.Name]
			if len(want) == 0 || len(want) != len(s.asked) {
				t.Fatalf("%d servers, want %d", len(s.asked), len(want))
			}
			for i, server := range s.asked {
				got := dig(t, server)
				if failed := want[i][0] == refused || want[i][0] == silent; failed {
					if !strings.Contains(strings.Join(got, " "), want[i][0]) {
						t.Errorf("server %d: %q, and it should be %s", i+1, got, want[i][0])
					}
				} else if !slices.Equal(got, want[i]) {
					t.Errorf("server %d: %q, want %q", i+1, got, want[i])
				}
			}
			if err := fault.mends(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			for i, server := range s.asked {
				if got := dig(t, server); !slices.Equal(got, on) {
					t.Errorf("server %d, mended: %q, want %q", i+1, got, on)
				}
			}
		})
	}
}
