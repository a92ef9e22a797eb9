//go:build interop

package interop

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// Ports are taken from below those that the system gives to clients, which could take
// one of them before its server does. No two tests get the same.
const firstPort, portCount = 10000, 20000

var nextPort = func() *atomic.Int32 {
	var next atomic.Int32
	next.Store(rand.Int32N(portCount))
	return &next
}()

// freePort returns a port of 127.0.0.1 that is free for UDP and TCP.
func freePort(t testing.TB) string {
	t.Helper()
	for range 50 {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+nextPort.Add(1)%portCount)
		tcp, err := net.Listen("tcp4", address)
		if err != nil {
			continue
		}
		udp, err := net.ListenPacket("udp4", address)
		tcp.Close()
		if err != nil {
			continue
		}
		udp.Close()
		_, port, _ := net.SplitHostPort(address)
		return port
	}
	t.Fatal("no free port")
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
	runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no;", port),
		fmt.Sprintf("zone \"example.com\" { type primary; file %q; };", file),
	).awaitZone(t, "127.0.0.1:"+port)
	return "127.0.0.1:" + port
}

func startNSD(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	writeIn(t, dir, "zone", zone)
	runNSD(t, dir, []string{"127.0.0.1@" + port}, "").awaitZone(t, "127.0.0.1:"+port)
	return "127.0.0.1:" + port
}

func digValues(t testing.TB, server string) []string {
	t.Helper()
	_, port, _ := net.SplitHostPort(server)
	short := must(t, "dig", "@127.0.0.1", "-p", port, "+short", "dr.example.com", "TXT")
	return values(strings.ReplaceAll(short, `"`, ""))
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
