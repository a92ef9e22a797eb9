//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// freePort returns a port of 127.0.0.1 that is free for UDP and TCP.
func freePort(t testing.TB) string {
	t.Helper()
	for range 50 {
		tcp, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp4", tcp.Addr().String())
		tcp.Close()
		if err != nil {
			continue
		}
		udp.Close()
		_, port, _ := net.SplitHostPort(tcp.Addr().String())
		return port
	}
	t.Fatal("no free port")
	return ""
}

// startServer runs a name server in the foreground until the test ends, and waits
// until it answers for the zone.
func startServer(t testing.TB, port, name string, args ...string) string {
	t.Helper()
	var log strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-ended
		}
	})
	for range 100 {
		if r := run(t, "", "dig", "@127.0.0.1", "-p", port, "+tries=1", "+timeout=1", "+short", "example.com", "SOA"); strings.Contains(r.out, "hostmaster") {
			return "127.0.0.1:" + port
		}
		time.Sleep(100 * time.Millisecond)
	}
	cmd.Process.Kill()
	<-ended
	t.Fatalf("%s did not come up\n%s", name, log.String())
	return ""
}

// openFolder is one that a server which gives up root can still read.
func openFolder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func writeIn(t testing.TB, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func startBIND(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	file := writeIn(t, dir, "zone", zone)
	config := writeIn(t, dir, "named.conf", fmt.Sprintf(`options { directory %q; listen-on port %s { 127.0.0.1; }; listen-on-v6 { none; };
recursion no; pid-file none; session-keyfile none; managed-keys-directory %q; };
controls { };
zone "example.com" { type primary; file %q; };
`, dir, port, dir, file))
	return startServer(t, port, "named", "-g", "-c", config)
}

func startNSD(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	file := writeIn(t, dir, "zone", zone)
	config := writeIn(t, dir, "nsd.conf", fmt.Sprintf(`server:
  ip-address: 127.0.0.1@%s
  username: ""
  chroot: ""
  zonesdir: %q
  database: ""
  pidfile: ""
  xfrdfile: ""
  zonelistfile: %q
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: %q
`, port, dir, filepath.Join(dir, "zone.list"), file))
	return startServer(t, port, "nsd", "-d", "-c", config)
}

func digValues(t testing.TB, server string) []string {
	t.Helper()
	_, port, _ := net.SplitHostPort(server)
	short := must(t, "dig", "@127.0.0.1", "-p", port, "+short", "dr.example.com", "TXT")
	return values(strings.ReplaceAll(short, `"`, ""))
}

// BIND and NSD serve our zone lines; dig must read the values back, and our verdict
// must be that of the records.
func TestServersServeOurZone(t *testing.T) {
	pair, zone, public := signedZone(t)
	for name, server := range map[string]string{"BIND": startBIND(t, zone), "NSD": startNSD(t, zone)} {
		if got := digValues(t, server); !slices.Equal(got, values(pair)) {
			t.Errorf("%s: dig reads %q, want %q", name, got, values(pair))
		}
		out := must(t, drtxt, "verify", "dr.example.com", "--server", server, "--public", public, "--expect", "on", "--format", "json")
		var report struct {
			Verdict string
			Servers []struct {
				TTL     int
				Outcome string
			}
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(err)
		}
		if report.Verdict != "valid" || len(report.Servers) != 1 || report.Servers[0].TTL != 30 || report.Servers[0].Outcome != "answer" {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// A secondary that serves the old set must be found out, with both servers named.
func TestServersThatDifferAreFound(t *testing.T) {
	_, zone, public := signedZone(t)
	current, stale := startBIND(t, zone), startNSD(t, zoneHead+"dr 30 IN TXT \"v=1;k=all;b=off\"\n")
	r := run(t, "", drtxt, "verify", "dr.example.com", "--server", current, "--server", stale, "--public", public, "--expect", "on")
	if r.status != 1 || !strings.Contains(r.out, "servers-differ") || !strings.Contains(r.out, current) || !strings.Contains(r.out, stale) {
		t.Errorf("status %d\n%s%s", r.status, r.out, r.err)
	}
}

// What every checker of zone files lets pass: a semicolon without quotes.
func TestCutAtSemicolonIsNamed(t *testing.T) {
	_, _, public := signedZone(t)
	server := startNSD(t, zoneHead+"dr 30 IN TXT v=1;k=all;b=on\n")
	if got := digValues(t, server); !slices.Equal(got, []string{"v=1"}) {
		t.Fatalf("dig reads %q", got)
	}
	r := run(t, "", drtxt, "verify", "dr.example.com", "--server", server, "--public", public)
	if r.status != 1 || !strings.Contains(r.out, "cut-at-semicolon") {
		t.Errorf("status %d\n%s", r.status, r.out)
	}
}

// What dig prints, in each of its forms, can be judged as it is.
func TestDigOutputIsRead(t *testing.T) {
	_, zone, public := signedZone(t)
	server := startBIND(t, zone)
	_, port, _ := net.SplitHostPort(server)
	for _, form := range [][]string{{}, {"+short"}, {"+noall", "+answer"}, {"+multiline"}} {
		args := append([]string{"@127.0.0.1", "-p", port, "dr.example.com", "TXT"}, form...)
		r := run(t, must(t, "dig", args...), drtxt, "verify", "dr.example.com", "--file", "-", "--public", public, "--expect", "on")
		if r.status != 0 {
			t.Errorf("dig %q: status %d\n%s%s", form, r.status, r.out, r.err)
		}
	}
	absent := must(t, "dig", "@127.0.0.1", "-p", port, "absent.example.com", "TXT")
	if r := run(t, absent, drtxt, "verify", "absent.example.com", "--file", "-", "--public", public); r.status != 3 {
		t.Errorf("NXDOMAIN: status %d\n%s%s", r.status, r.out, r.err)
	}
	refused := must(t, "dig", "@127.0.0.1", "-p", port, "dr.example.org", "TXT")
	if r := run(t, refused, drtxt, "verify", "dr.example.org", "--file", "-", "--public", public); r.status != 4 {
		t.Errorf("REFUSED: status %d\n%s%s", r.status, r.out, r.err)
	}
	silent := run(t, "", "dig", "@127.0.0.1", "-p", freePort(t), "+tries=1", "+timeout=1", "dr.example.com", "TXT").out
	if r := run(t, silent, drtxt, "verify", "dr.example.com", "--file", "-", "--public", public); r.status != 4 {
		t.Errorf("no answer: status %d\n%s%s", r.status, r.out, r.err)
	}
}
