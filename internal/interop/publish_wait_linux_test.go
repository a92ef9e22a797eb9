//go:build interop

package interop

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The zone's servers in the test's own network.
const (
	primaryV4 = firstV4
	nsdV4     = secondV4
	knotV4    = otherV4
)

// A deployment is a delegated zone: BIND, which takes updates, and two secondaries, NSD
// and Knot, that fetch the zone from it.
type deployment struct {
	hints string // a file of root hints
	key   updateKey
	bind  *program
	dir   string
}

func startDeployment(t *testing.T) *deployment {
	t.Helper()
	var servers strings.Builder
	for i, address := range []string{primaryV4, nsdV4, knotV4} {
		fmt.Fprintf(&servers, "example.com. IN NS ns%d.example.com.\nns%[1]d.example.com. IN A %s\n", i+1, address)
	}
	d := &deployment{hints: startParents(t, servers.String()), key: newUpdateKey(t, "publisher."), dir: openFolder(t)}
	restless := strings.Replace(ownHead, "7200 3600", "1 1", 1)
	writeIn(t, d.dir, "zone", restless+servers.String()+edges)
	d.bind = runBIND(t, d.dir, deploymentListens, d.zone(nsdV4, knotV4))
	d.bind.awaitZone(t, primaryV4+":53")
	nsd := runNSD(t, openFolder(t), []string{nsdV4}, fmt.Sprintf(`  request-xfr: AXFR %s NOKEY
  outgoing-interface: %s
  allow-notify: %[1]s NOKEY
`, primaryV4, nsdV4))
	knot := runKnot(t, openFolder(t), []string{knotV4}, fmt.Sprintf(`remote:
  - id: primary
    address: %s
    via: %s
acl:
  - id: notify
    address: %[1]s
    action: notify
`, primaryV4, knotV4), "    master: primary\n    acl: notify\n")
	nsd.awaitZone(t, nsdV4+":53")
	knot.awaitZone(t, knotV4+":53")
	return d
}

const deploymentListens = "listen-on port 53 { " + primaryV4 + "; }; recursion no; notify-source " + primaryV4 + ";"

// zone is the primary's statement that lets some secondaries have the zone.
func (d *deployment) zone(allowed ...string) string {
	return d.key.clause() + fmt.Sprintf(`zone "example.com" { type primary; file %q; %s allow-transfer { %s; };
notify explicit; also-notify { %s; %s; }; };`, filepath.Join(d.dir, "zone"), bindGrant, strings.Join(allowed, "; "), nsdV4, knotV4)
}

// allow changes which secondaries may have the zone.
func (d *deployment) allow(t *testing.T, addresses ...string) {
	t.Helper()
	loaded := strings.Count(d.bind.log.String(), "all zones loaded")
	writeIn(t, d.dir, "named.conf", bindConfig(d.dir, deploymentListens, d.zone(addresses...)))
	d.bind.reload(t)
	d.bind.await(t, func() bool { return strings.Count(d.bind.log.String(), "all zones loaded") > loaded })
}

// flags are those that publish at the primary and wait for the rest.
func (d *deployment) flags(t *testing.T, set recordSet, timeout string) []string {
	t.Helper()
	flags := []string{"--server", primaryV4, "--zone", "example.com", "--tsig-file", d.key.file(t), "--wait", "--timeout", timeout, "--root-hints", d.hints}
	return slices.Concat(flags, confirmed(set.file))
}

// With --wait a publication ends when the last secondary has the set, and not before.
func TestPublishWaitsForSecondaries(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	d := startDeployment(t)
	o.publish(t, d.flags(t, off, "60s")...).want(t, "nobody is cut off", 0)
	for _, server := range []string{primaryV4, nsdV4, knotV4} {
		wantStanding(t, "nobody is cut off", server+":53", sets{txt: off.seen, a: edgesSeen})
	}

	d.allow(t, nsdV4)
	args := append([]string{"XDG_STATE_HOME=" + o.state, drtxt, "publish", "--public", o.public}, d.flags(t, on, "60s")...)
	waiting := &program{name: "drtxt publish", cmd: exec.Command("env", args...), ended: make(chan struct{})}
	waiting.cmd.Stdout, waiting.cmd.Stderr = &waiting.log, &waiting.log
	waiting.start(t)
	waiting.await(t, func() bool { return strings.Contains(waiting.log.String(), "round 1, ") })
	wantStanding(t, "Knot is cut off", primaryV4+":53", sets{txt: on.seen, a: edgesSeen})
	wantStanding(t, "Knot is cut off", knotV4+":53", sets{txt: off.seen, a: edgesSeen})
	select {
	case <-waiting.ended:
		t.Fatalf("it does not wait\n%s", waiting.log.String())
	default:
	}
	d.allow(t, nsdV4, knotV4)
	select {
	case <-waiting.ended:
	case <-time.After(2 * patience):
		t.Fatalf("it waits for ever\n%s", waiting.log.String())
	}
	if status := waiting.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("it ended in %d\n%s", status, waiting.log.String())
	}
	wantStanding(t, "Knot is back", knotV4+":53", sets{txt: on.seen, a: edgesSeen})

	again := o.publish(t, d.flags(t, on, "60s")...)
	again.want(t, "again", 0)
	if strings.Contains(again.err, "undo: ") {
		t.Errorf("again: something was published\n%s", again.err)
	}
}

// edgesSeen is [edges] as it is seen.
var edgesSeen = []string{"300 C0000250"}

// A secondary that stays cut off is named when the time is over.
func TestPublishStopsWaiting(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	d := startDeployment(t)
	o.publish(t, d.flags(t, off, "60s")...).want(t, "nobody is cut off", 0)
	d.allow(t, knotV4)
	begin := time.Now()
	r := o.publish(t, d.flags(t, on, "8s")...)
	r.want(t, "NSD is cut off", 1, "undo: drtxt publish --undo ")
	if waited := time.Since(begin); waited < 7*time.Second || waited > 20*time.Second {
		t.Errorf("it waited %s", waited)
	}
	if !strings.Contains(r.out, nsdV4+":53") || !strings.Contains(r.out, "verdict: conflict") {
		t.Errorf("the server that is cut off is not named\n%s", r.out)
	}
	wantStanding(t, "NSD is cut off", nsdV4+":53", sets{txt: off.seen, a: edgesSeen})
	wantStanding(t, "NSD is cut off", knotV4+":53", sets{txt: on.seen, a: edgesSeen})
}
