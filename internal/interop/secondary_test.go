//go:build interop

package interop

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
)

// restlessHead is a zone whose secondaries ask every second for a new version.
const restlessHead = `$ORIGIN example.com.
$TTL 300
@ IN SOA ns hostmaster 1 1 1 1209600 60
@ IN NS ns
ns IN A 127.0.0.1
`

// A cluster is a primary, BIND, with two secondaries, Knot and NSD. Knot comes for the
// zone from 127.0.0.2 and NSD from 127.0.0.3, so that the primary can tell them apart.
type cluster struct {
	primary, knot, nsd string

	bind        *program
	dir, listen string
}

func startCluster(t testing.TB, zone string) *cluster {
	t.Helper()
	port := freePort(t)
	c := &cluster{primary: "127.0.0.1:" + port, knot: "127.0.0.1:" + freePort(t), nsd: "127.0.0.1:" + freePort(t), dir: openFolder(t)}
	c.listen = fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no;", port)
	writeIn(t, c.dir, "zone", zone)
	c.bind = runBIND(t, c.dir, c.listen, c.zone("127.0.0.2; 127.0.0.3"))
	c.bind.awaitZone(t, c.primary)
	primary := strings.Replace(c.primary, ":", "@", 1)
	knot := runKnot(t, openFolder(t), []string{strings.Replace(c.knot, ":", "@", 1)}, fmt.Sprintf(`remote:
  - id: primary
    address: %s
    via: 127.0.0.2
acl:
  - id: notify
    address: 127.0.0.1
    action: notify
`, primary), "    master: primary\n    acl: notify\n")
	nsd := runNSD(t, openFolder(t), []string{strings.Replace(c.nsd, ":", "@", 1)}, fmt.Sprintf(`  request-xfr: AXFR %s NOKEY
  outgoing-interface: 127.0.0.3
  allow-notify: 127.0.0.1 NOKEY
`, primary))
	knot.awaitZone(t, c.knot)
	nsd.awaitZone(t, c.nsd)
	return c
}

// zone is the primary's statement that lets some addresses transfer the zone.
func (c *cluster) zone(allowed string) string {
	_, knot, _ := strings.Cut(c.knot, ":")
	_, nsd, _ := strings.Cut(c.nsd, ":")
	return fmt.Sprintf(`zone "example.com" { type primary; file %q; allow-update { 127.0.0.1; }; allow-transfer { %s; };
notify explicit; also-notify { 127.0.0.1 port %s; 127.0.0.1 port %s; }; };`, filepath.Join(c.dir, "zone"), allowed, knot, nsd)
}

// allow changes which addresses may transfer the zone, and waits until that is in force.
func (c *cluster) allow(t testing.TB, addresses string) {
	t.Helper()
	loaded := strings.Count(c.bind.log.String(), "all zones loaded")
	writeIn(t, c.dir, "named.conf", bindConfig(c.dir, c.listen, c.zone(addresses)))
	c.bind.reload(t)
	c.bind.await(t, func() bool { return strings.Count(c.bind.log.String(), "all zones loaded") > loaded })
}

// servers are the flags that name all three.
func (c *cluster) servers() []string {
	return []string{"--server", c.primary, "--server", c.knot, "--server", c.nsd}
}

// A secondary that is cut off serves the old set: it is named, and its serial too. A
// watch that has begun before ends by itself once the secondary has caught up.
func TestSecondaryThatIsCutOffIsFound(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	old, oldLines := s.record(t, "off", "45s")
	pair, lines := s.record(t, "on", "45s")
	c := startCluster(t, restlessHead+oldLines+edges)
	args := append(c.servers(), "--public", s.public)
	verifyLive(t, append(args, "--expect", "off")...).want(t, 0, "valid")

	c.allow(t, "127.0.0.2")
	change(t, c.primary, lines)
	c.bind.await(t, func() bool {
		return strings.Contains(askTool(t, "dig", c.knot, "+short", "dr.example.com", "TXT"), "b=on")
	})
	wantSeen(t, c.primary, pair)
	wantSeen(t, c.knot, pair)
	wantSeen(t, c.nsd, old)
	v := verifyLive(t, append(args, "--expect", "on")...)
	v.want(t, 1, "conflict")
	wantOddOneOut(t, v, c)

	w := startWatch(t, args)
	w.awaitRound(t)
	c.allow(t, "127.0.0.2; 127.0.0.3")
	w.wantReached(t)
	wantSeen(t, c.nsd, pair)
	verifyLive(t, append(args, "--expect", "on")...).want(t, 0, "valid")
}

// wantOddOneOut checks that the findings put NSD on one side and the others on the
// other, and that the serials are those that dig sees.
func wantOddOneOut(t testing.TB, v *verification, c *cluster) {
	t.Helper()
	differ := v.finding(t, "servers-differ", "error")
	sides := regexp.MustCompile(`(127\.0\.0\.1:\d+(?:, 127\.0\.0\.1:\d+)*) `).FindAllStringSubmatch(differ.Message, -1)
	if len(sides) != 2 || sides[0][1] != c.primary+", "+c.knot || sides[1][1] != c.nsd {
		t.Errorf("servers-differ says %q; primary %s, Knot %s, NSD %s", differ.Message, c.primary, c.knot, c.nsd)
	}
	serials := v.finding(t, "serials-differ", "info")
	serials.says(t, fmt.Sprintf("%s, %s: %s;", c.primary, c.knot, serialAt(t, c.primary)), fmt.Sprintf("%s: %s", c.nsd, serialAt(t, c.nsd)))
}

func serialAt(t testing.TB, server string) string {
	t.Helper()
	fields := strings.Fields(askTool(t, "dig", server, "+short", "example.com", "SOA"))
	if len(fields) != 7 {
		t.Fatalf("dig sees no SOA at %s: %q", server, fields)
	}
	return fields[2]
}

// A watch is drtxt watch in the background.
type watch struct {
	*program
	out *bytes.Buffer // to be read when it has ended
}

func startWatch(t testing.TB, args []string) watch {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(drtxt, append([]string{"watch", "dr.example.com", "--until", "on", "--interval", "1s", "--timeout", "60s"}, args...)...)
	w := watch{&program{name: "drtxt watch", cmd: cmd, ended: make(chan struct{})}, &out}
	cmd.Stdout, cmd.Stderr = &out, &w.log
	t.Cleanup(func() { leaks.Check(t, "standard output of drtxt watch", out.String()) }) // when it was stopped
	w.start(t)
	return w
}

// awaitRound waits until the watch has seen what stands.
func (w watch) awaitRound(t testing.TB) {
	t.Helper()
	w.await(t, func() bool { return strings.Contains(w.log.String(), "round 1, ") })
}

// wantReached waits for the end of the watch, which must come by itself and be good.
func (w watch) wantReached(t testing.TB) {
	t.Helper()
	select {
	case <-w.ended:
	case <-time.After(2 * patience):
		t.Fatalf("the watch has not ended\n%s", w.log.String())
	}
	if status := w.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("the watch ended in %d\n%s%s", status, w.out.String(), w.log.String())
	}
	said := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if last := said[len(said)-1]; !strings.HasPrefix(last, "reached after ") {
		t.Errorf("the last line is %q\n%s", last, w.log.String())
	}
	if !strings.Contains(w.out.String(), "valid") || strings.Contains(w.out.String(), "servers-differ") {
		t.Errorf("%s", w.out.String())
	}
}
