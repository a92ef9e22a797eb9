//go:build interop

package interop

import (
	"regexp"
	"strconv"
	"testing"
	"time"
)

// A signer makes records with one key.
type signer struct{ private, public string }

func newSigner(t testing.TB) signer {
	t.Helper()
	private, public := keyPair(t)
	return signer{private, public}
}

// record makes a pair of records and returns the bare values and the zone lines.
func (s signer) record(t testing.TB, status, ttl string) (pair, lines string) {
	t.Helper()
	args := []string{"record", status, "dr.example.com", "--ttl", ttl, "--key", s.private, "--zone", "example.com"}
	if status != "off" {
		args = append(args, "--end", "4102444800")
	}
	return must(t, drtxt, args...), must(t, drtxt, append(args, "--format", "zone")...)
}

// edges are the addresses that belong beside the records, so that nothing is left to
// warn about.
const edges = "dr 300 IN A 192.0.2.80\n"

// authoritativeServers start every kind of authoritative server.
var authoritativeServers = map[string]func(testing.TB, string) string{
	"BIND": startBIND, "NSD": startNSD, "Knot": startKnot, "PowerDNS": startPowerDNS,
}

// eachServer runs a test against every kind of authoritative server with the same zone.
func eachServer(t *testing.T, zone string, test func(t *testing.T, server string)) {
	t.Helper()
	for name, start := range authoritativeServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, zone))
		})
	}
}

// Every server serves our zone lines, dig and kdig read the values back byte for byte,
// and our verdict is that of the records.
func TestEveryServerServesOurZone(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	eachServer(t, zoneHead+lines+edges, func(t *testing.T, server string) {
		wantSeen(t, server, pair)
		v := verifyLive(t, "--server", server, "--public", s.public, "--expect", "on")
		v.want(t, 0, "valid")
		v.wantWarnings(t)
		if len(v.Servers) != 1 || v.Servers[0].Outcome != "answer" || v.State.ZIA != "on" || v.State.ZPA != "on" {
			t.Errorf("%s", v.text)
		}
		wantTTL(t, v, server)
		wantAbsent(t, s, server)
	})
}

// wantTTL checks that our TTL is the one that dig sees.
func wantTTL(t testing.TB, v *verification, server string) {
	t.Helper()
	answer := askTool(t, "dig", server, "+noall", "+answer", "dr.example.com", "TXT")
	seen := regexp.MustCompile(`^dr\.example\.com\.\s+(\d+)\s`).FindStringSubmatch(answer)
	if seen == nil || v.Servers[0].TTL == nil || strconv.Itoa(*v.Servers[0].TTL) != seen[1] {
		t.Errorf("dig sees %q\n%s", answer, v.text)
	}
}

// wantAbsent checks that a name which nobody made has no record, with the time for
// which resolvers may remember that: the lesser of the SOA record's TTL and minimum, as
// dig sees them.
func wantAbsent(t testing.TB, s signer, server string) {
	t.Helper()
	r := run(t, "", drtxt, "verify", "absent.example.com", "--server", server, "--public", s.public, "--expect", "on", "--format", "json")
	v := parseVerification(t, r.out)
	v.want(t, 3, "none")
	soa := askTool(t, "dig", server, "+noall", "+authority", "absent.example.com", "TXT")
	seen := regexp.MustCompile(`^example\.com\.\s+(\d+)\s+IN\s+SOA\s.*\s(\d+)\s*$`).FindStringSubmatch(soa)
	if seen == nil {
		t.Fatalf("dig sees %q", soa)
	}
	ttl, _ := strconv.Atoi(seen[1])
	minimum, _ := strconv.Atoi(seen[2])
	v.finding(t, "no-record", "info").says(t, "nxdomain", (time.Duration(min(ttl, minimum)) * time.Second).String())
}
