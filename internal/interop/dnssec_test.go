//go:build interop

package interop

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// signingBIND is a BIND that signs its zone itself.
func signingBIND(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	writeIn(t, dir, "zone", zone)
	p := runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no; key-directory %q;", port, dir),
		fmt.Sprintf("zone \"example.com\" { type primary; file %q; dnssec-policy default; inline-signing yes; };", filepath.Join(dir, "zone")))
	server := "127.0.0.1:" + port
	p.await(t, func() bool {
		return strings.Contains(askTool(t, "dig", server, "+dnssec", "dr.example.com", "TXT"), "RRSIG")
	})
	return server
}

// zoneSigner signs zones with one key, by BIND's tool.
type zoneSigner struct{ dir, key string }

func newZoneSigner(t testing.TB) zoneSigner {
	t.Helper()
	dir := openFolder(t)
	key := strings.TrimSpace(must(t, "dnssec-keygen", "-q", "-K", dir, "-a", "ECDSAP256SHA256", "-f", "KSK", "example.com"))
	return zoneSigner{dir, filepath.Join(dir, key)}
}

// sign signs a zone for a period, as the options say.
func (z zoneSigner) sign(t testing.TB, zone string, period ...string) string {
	t.Helper()
	key := must(t, "cat", z.key+".key")
	args := append([]string{"-q", "-z", "-P", "-o", "example.com", "-f", "-", "-d", z.dir}, period...)
	return must(t, "dnssec-signzone", append(args, writeTemp(t, "zone", zone+key), z.key)...)
}

// startValidator starts an Unbound that validates the zone, which it asks one server
// for, with the key that this server shows as its trust anchor.
func startValidator(t testing.TB, upstream string) string {
	t.Helper()
	var anchors strings.Builder
	for line := range strings.Lines(askTool(t, "dig", upstream, "+noall", "+answer", "example.com", "DNSKEY")) {
		if strings.Contains(line, "DNSKEY\t257 ") {
			fmt.Fprintf(&anchors, "  trust-anchor: %q\n", strings.Join(strings.Fields(line), " "))
		}
	}
	if anchors.Len() == 0 {
		t.Fatalf("%s shows no key", upstream)
	}
	address := "127.0.0.1:" + freePort(t)
	p := runUnbound(t, openFolder(t), address, "  module-config: \"validator iterator\"\n  ede: yes\n"+anchors.String(), stubZone(upstream))
	p.await(t, func() bool { return askTool(t, "dig", address, "+cd", "example.com", "SOA") != "" })
	return address
}

// A zone that BIND signs is shown as validated, as a validating Unbound says.
func TestSignedZoneIsAuthenticated(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	server := signingBIND(t, zoneHead+lines+edges)
	resolver := startValidator(t, server)
	if seen := askTool(t, "dig", resolver, "dr.example.com", "TXT"); !regexp.MustCompile(`flags: [a-z ]*\bad\b`).MatchString(seen) {
		t.Fatalf("Unbound does not validate: %s", seen)
	}
	wantSeen(t, resolver, pair)
	v := verifyLive(t, "--server", server, "--resolver", "udp://"+resolver, "--public", s.public, "--expect", "on")
	v.want(t, 0, "valid")
	v.wantWarnings(t)
	if f := v.finding(t, "dnssec-authenticated", "info"); f.Server != resolver {
		t.Errorf("%+v", f)
	}
}

// Signatures of the zone that have expired, or are not of these records, make a
// validating resolver refuse what everybody else sees.
func TestBogusZoneIsFound(t *testing.T) {
	t.Parallel()
	s, z := newSigner(t), newZoneSigner(t)
	pair, lines := s.record(t, "on", "45s")
	for name, zone := range map[string]string{
		"expired": z.sign(t, zoneHead+lines+edges, "-s", "20200101000000", "-e", "20200201000000"),
		"changed": changedBehindSignature(t, z.sign(t, zoneHead+strings.ReplaceAll(lines, ";b=on;", ";b=ON;")+edges)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startBIND(t, zone)
			resolver := startValidator(t, server)
			if seen := askTool(t, "dig", resolver, "dr.example.com", "TXT"); !strings.Contains(seen, "status: SERVFAIL") {
				t.Fatalf("Unbound does not refuse the answer: %s", seen)
			}
			wantSeen(t, server, pair)
			wantSeen(t, resolver, pair, "+cdflag")
			v := verifyLive(t, "--server", server, "--resolver", "udp://"+resolver, "--public", s.public, "--expect", "on")
			if v.ExitStatus != 1 {
				t.Errorf("%s", v.text)
			}
			v.wantWarnings(t, "dnssec-bogus")
			if f := v.finding(t, "dnssec-bogus", "error"); f.Server != resolver {
				t.Errorf("%+v", f)
			}
		})
	}
}

// changedBehindSignature puts other records in the place of those that were signed.
func changedBehindSignature(t testing.TB, zone string) string {
	t.Helper()
	changed := strings.ReplaceAll(zone, ";b=ON;", ";b=on;")
	if changed == zone {
		t.Fatal("nothing to change")
	}
	return changed
}
