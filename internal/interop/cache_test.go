//go:build interop

package interop

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// shortHead is a zone of which resolvers remember for five seconds that a name is absent.
const shortHead = `$ORIGIN example.com.
$TTL 5
@ IN SOA ns hostmaster 1 7200 3600 1209600 5
@ IN NS ns
ns IN A 127.0.0.1
`

// startPrimary starts a BIND whose zone can be changed by [change].
func startPrimary(t testing.TB, zone string) (string, *program) {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	writeIn(t, dir, "zone", zone)
	p := runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no;", port),
		fmt.Sprintf("zone \"example.com\" { type primary; file %q; allow-update { 127.0.0.1; }; };", filepath.Join(dir, "zone")),
	)
	p.awaitZone(t, "127.0.0.1:"+port)
	return "127.0.0.1:" + port, p
}

// change replaces the domain's records at a primary by zone lines of ours.
func change(t testing.TB, primary, lines string) {
	t.Helper()
	host, port, _ := net.SplitHostPort(primary)
	script := fmt.Sprintf("server %s %s\nzone example.com\nupdate delete dr.example.com. TXT\n", host, port)
	for line := range strings.Lines(lines) {
		if strings.HasPrefix(line, "dr.example.com.") {
			script += "update add " + line
		}
	}
	if r := run(t, script+"send\n", "nsupdate"); r.status != 0 {
		t.Fatalf("nsupdate: %s%s", r.out, r.err)
	}
}

// wantPending checks that a resolver is found to lag, with no more time left than the
// given TTL.
func wantPending(t testing.TB, v *verification, resolver string, ttl time.Duration) {
	t.Helper()
	v.want(t, 5, "pending")
	lags := v.finding(t, "resolver-lags", "warning")
	if lags.Server != resolver {
		t.Errorf("%s lags, want %s", lags.Server, resolver)
	}
	seen := regexp.MustCompile(`, (\S+) at most`).FindStringSubmatch(lags.Message)
	if seen == nil {
		t.Fatalf("%q does not say for how long", lags.Message)
	}
	if left, err := time.ParseDuration(seen[1]); err != nil || left < 0 || left > ttl {
		t.Errorf("%q, the TTL was %s", lags.Message, ttl)
	}
}

// awaitVerified verifies until a cache has forgotten what it had.
func awaitVerified(t testing.TB, args ...string) {
	t.Helper()
	var v *verification
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if v = verifyLive(t, args...); v.ExitStatus == 0 {
			return
		}
	}
	t.Errorf("not right after %s\n%s", patience, v.text)
}

// A resolver that has the old set cached is pending until the set's TTL has run out; a
// watch waits for that.
func TestCachedSetIsPending(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	old, oldLines := s.record(t, "off", "6s")
	pair, lines := s.record(t, "on", "6s")
	server, _ := startPrimary(t, shortHead+oldLines+edges)
	resolver, _ := startUnbound(t, server, "")
	wantSeen(t, resolver, old)
	change(t, server, lines)
	wantSeen(t, server, pair)
	args := []string{"--server", server, "--resolver", "udp://" + resolver, "--public", s.public}
	v := verifyLive(t, append(args, "--expect", "on")...)
	wantPending(t, v, resolver, 6*time.Second)
	v.wantWarnings(t, "resolver-lags", "ttl-short")
	startWatch(t, args).wantReached(t)
	wantSeen(t, resolver, pair)
}

// The same with an old set that has long to live, until the resolver forgets it: a
// reload empties the cache.
func TestFlushedResolverIsRight(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	old, oldLines := s.record(t, "off", "10m")
	pair, lines := s.record(t, "on", "10m")
	server, _ := startPrimary(t, shortHead+oldLines+edges)
	resolver, unbound := startUnbound(t, server, "")
	wantSeen(t, resolver, old)
	change(t, server, lines)
	args := []string{"--server", server, "--resolver", "tcp://" + resolver, "--public", s.public, "--expect", "on"}
	wantPending(t, verifyLive(t, args...), "tcp://"+resolver, 10*time.Minute)
	unbound.reload(t)
	awaitVerified(t, args...)
	wantSeen(t, resolver, pair)
}

// A resolver that remembers that there was nothing is pending too.
func TestCachedAbsenceIsPending(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	server, _ := startPrimary(t, shortHead)
	resolver, _ := startUnbound(t, server, "")
	if got := askTool(t, "dig", resolver, "dr.example.com", "TXT"); !strings.Contains(got, "status: NXDOMAIN") {
		t.Fatalf("dig sees %s", got)
	}
	change(t, server, lines)
	args := []string{"--server", server, "--resolver", "udp://" + resolver, "--public", s.public, "--expect", "on"}
	wantPending(t, verifyLive(t, args...), resolver, 5*time.Second)
	awaitVerified(t, args...)
	wantSeen(t, resolver, pair)
}

// A resolver that has something which was never right is an error, and stays one.
func TestOverrideAtResolverIsFound(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	server, _ := startPrimary(t, shortHead+lines+edges)
	resolver, _ := startUnbound(t, server, `  local-zone: "dr.example.com." redirect
  local-data: 'dr.example.com. 30 IN TXT "v=1;k=all;b=off"'
`)
	wantSeen(t, resolver, "v=1;k=all;b=off")
	v := verifyLive(t, "--server", server, "--resolver", "udp://"+resolver, "--public", s.public, "--expect", "on")
	if v.ExitStatus != 1 {
		t.Errorf("%s", v.text)
	}
	if differs := v.finding(t, "resolver-differs", "error"); differs.Server != resolver || strings.Contains(differs.Advice, "gone in") {
		t.Errorf("%+v", differs)
	}
}

// A resolver that cannot reach the authoritative server any more serves its old answer
// beyond its TTL, and says so.
func TestStaleAnswerIsNamed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	old, oldLines := s.record(t, "off", "1s")
	_, lines := s.record(t, "on", "45s")
	former, bind := startPrimary(t, shortHead+oldLines)
	resolver, unbound := startUnbound(t, former, `  serve-expired: yes
  serve-expired-ttl: 3600
  ede: yes
  ede-serve-expired: yes
`)
	wantSeen(t, resolver, old)
	bind.stop()
	server, _ := startPrimary(t, shortHead+lines+edges)
	unbound.await(t, func() bool { // dig must see it too
		return strings.Contains(askTool(t, "dig", resolver, "dr.example.com", "TXT"), "EDE: 3 ")
	})
	v := verifyLive(t, "--server", server, "--resolver", "udp://"+resolver, "--public", s.public, "--expect", "on")
	v.want(t, 5, "pending")
	v.finding(t, "resolver-lags", "warning")
	if stale := v.finding(t, "served-stale", "warning"); stale.Server != resolver {
		t.Errorf("%+v", stale)
	}
}

// A resolver that asks another version of the zone is named, though it has the same
// records.
func TestOtherVersionOfZoneIsNamed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	server := startBIND(t, zoneHead+lines+edges)
	inside := startNSD(t, strings.Replace(zoneHead, "SOA ns ", "SOA inside ", 1)+lines+edges)
	resolver, _ := startUnbound(t, inside, "")
	wantSeen(t, resolver, pair)
	v := verifyLive(t, "--server", server, "--resolver", "udp://"+resolver, "--public", s.public, "--expect", "on")
	v.want(t, 0, "valid")
	v.wantWarnings(t, "split-horizon")
	v.finding(t, "split-horizon", "warning").says(t, "inside.example.com", "ns.example.com")
}
