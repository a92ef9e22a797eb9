//go:build interop

package interop

import (
	"fmt"
	"strings"
	"testing"
)

// An answer that is too large for UDP is fetched over TCP.
func TestLargeAnswerComesOverTCP(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	var foreign strings.Builder
	for i := range 6 {
		fmt.Fprintf(&foreign, "dr 45 IN TXT \"foreign=%d %s\"\n", i, strings.Repeat("x", 200))
	}
	eachServer(t, zoneHead+lines+edges+foreign.String(), func(t *testing.T, server string) {
		if cut := askTool(t, "dig", server, "+norecurse", "+ignore", "+bufsize=1232", "dr.example.com", "TXT"); !strings.Contains(cut, "flags: qr aa tc") {
			t.Fatalf("dig sees no truncated answer: %s", cut)
		}
		v := verifyLive(t, "--server", server, "--public", s.public, "--expect", "on")
		v.want(t, 0, "valid")
		v.wantWarnings(t, "foreign-txt", "tcp-needed")
		if v.Servers[0].Transport != "tcp" {
			t.Errorf("%s", v.text)
		}
	})
}

// Records that a wildcard makes are right, and warned about.
func TestWildcardIsNamed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	zone := zoneHead + strings.ReplaceAll(lines, "dr.example.com.", "*.example.com.") + "* 300 IN A 192.0.2.80\n"
	eachServer(t, zone, func(t *testing.T, server string) {
		wantSeen(t, server, pair)
		v := verifyLive(t, "--server", server, "--public", s.public, "--expect", "on")
		v.want(t, 0, "valid")
		v.wantWarnings(t, "wildcard")
	})
}

// An alias is an error, even though every resolver follows it to the records.
func TestAliasIsFound(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	zone := zoneHead + strings.ReplaceAll(lines, "dr.example.com.", "target.example.com.") + "dr 45 IN CNAME target\n"
	eachServer(t, zone, func(t *testing.T, server string) {
		if seen := askTool(t, "dig", server, "+short", "dr.example.com", "CNAME"); strings.TrimSpace(seen) != "target.example.com." {
			t.Fatalf("dig sees %q", seen)
		}
		v := verifyLive(t, "--server", server, "--public", s.public, "--expect", "on")
		if v.ExitStatus != 1 || v.Servers[0].Outcome != "cname" {
			t.Errorf("%s", v.text)
		}
		v.finding(t, "cname", "error").says(t, "target.example.com")
	})
}
