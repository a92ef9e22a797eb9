//go:build interop

package interop

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// askTool has dig or kdig ask a server, whose answer it returns as the tool prints it.
// That the server cannot be asked gives an empty text.
func askTool(t testing.TB, tool, server string, args ...string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	options := []string{"@" + host, "-p", port, "+tries=1", "+timeout=2"}
	if tool == "kdig" {
		options = []string{"@" + host, "-p", port, "+retry=0", "+timeout=2"}
	}
	r := run(t, "", tool, append(options, args...)...)
	if r.status != 0 {
		return ""
	}
	return r.out
}

// seenBy are the values that dig or kdig sees at the domain, sorted.
func seenBy(t testing.TB, tool, server string, args ...string) []string {
	t.Helper()
	short := askTool(t, tool, server, append([]string{"+short", "dr.example.com", "TXT"}, args...)...)
	return values(strings.ReplaceAll(short, `"`, ""))
}

// wantSeen checks that both tools see the given values at a server, byte for byte.
func wantSeen(t testing.TB, server, pair string, args ...string) {
	t.Helper()
	for _, tool := range []string{"dig", "kdig"} {
		if got := seenBy(t, tool, server, args...); !slices.Equal(got, values(pair)) {
			t.Errorf("%s sees %q at %s, want %q", tool, got, server, values(pair))
		}
	}
}

// servesZone reports whether a server answers for the zone.
func servesZone(t testing.TB, server string) bool {
	t.Helper()
	return strings.Contains(askTool(t, "dig", server, "+short", "example.com", "SOA"), "hostmaster")
}

func (p *program) awaitZone(t testing.TB, servers ...string) {
	t.Helper()
	for _, server := range servers {
		p.await(t, func() bool { return servesZone(t, server) })
	}
}

// runBIND starts a BIND that listens as the statements say.
func runBIND(t testing.TB, dir, options, statements string) *program {
	t.Helper()
	return startProgram(t, "named", "-g", "-c", writeIn(t, dir, "named.conf", bindConfig(dir, options, statements)))
}

// bindConfig keeps BIND from reading and writing anything outside the folder, and from
// asking anybody on the internet for keys.
func bindConfig(dir, options, statements string) string {
	return fmt.Sprintf(`options { directory %q; listen-on-v6 { none; }; pid-file none; session-keyfile none;
managed-keys-directory %[1]q; dnssec-validation no; notify-delay 0;
%s };
controls { };
%s
`, dir, options, statements)
}

// runNSD starts an NSD at addresses of the form host@port.
func runNSD(t testing.TB, dir string, addresses []string, zoneOptions string) *program {
	t.Helper()
	var listen strings.Builder
	for _, address := range addresses {
		fmt.Fprintf(&listen, "  ip-address: %s\n", address)
	}
	config := writeIn(t, dir, "nsd.conf", fmt.Sprintf(`server:
%s  username: ""
  chroot: ""
  zonesdir: %q
  database: ""
  pidfile: ""
  xfrdfile: ""
  xfrdir: %[2]q
  zonelistfile: %[3]q
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: "zone"
%[4]s`, listen.String(), dir, filepath.Join(dir, "zone.list"), zoneOptions))
	return startProgram(t, "nsd", "-d", "-c", config)
}

// runKnot starts a Knot at addresses of the form host@port.
func runKnot(t testing.TB, dir string, addresses []string, sections, zoneOptions string) *program {
	t.Helper()
	config := writeIn(t, dir, "knot.conf", fmt.Sprintf(`server:
  rundir: %q
  listen: [ %s ]
log:
  - target: stderr
    any: info
database:
  storage: %[1]q
control:
  listen: %[3]q
%[4]stemplate:
  - id: default
    storage: %[1]q
zone:
  - domain: example.com
    file: zone
%[5]s`, dir, strings.Join(addresses, ", "), filepath.Join(dir, "control"), sections, zoneOptions))
	return startProgram(t, "knotd", "-c", config)
}

func startKnot(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	writeIn(t, dir, "zone", zone)
	runKnot(t, dir, []string{"127.0.0.1@" + port}, "", "").awaitZone(t, "127.0.0.1:"+port)
	return "127.0.0.1:" + port
}

func startPowerDNS(t testing.TB, zone string) string {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	file := writeIn(t, dir, "zone", zone)
	config := writeIn(t, dir, "bind.conf", fmt.Sprintf("zone \"example.com\" { type master; file %q; };\n", file))
	startProgram(t, "pdns_server", "--config-dir="+dir, "--launch=bind", "--bind-config="+config,
		"--local-address=127.0.0.1", "--local-port="+port, "--socket-dir="+dir,
		"--daemon=no", "--guardian=no", "--disable-syslog=yes", "--write-pid=no", "--security-poll-suffix=",
	).awaitZone(t, "127.0.0.1:"+port)
	return "127.0.0.1:" + port
}

// runUnbound starts a caching resolver on one address of the form host:port.
func runUnbound(t testing.TB, dir, address, serverOptions, sections string) *program {
	t.Helper()
	config := writeIn(t, dir, "unbound.conf", unboundConfig(dir, address, serverOptions, sections))
	return startProgram(t, "unbound", "-d", "-p", "-c", config)
}

// unboundConfig has the TTLs counted down from what the authoritative server says, and
// nobody asked but on loopback.
func unboundConfig(dir, address, serverOptions, sections string) string {
	return fmt.Sprintf(`server:
  directory: %q
  interface: %s
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  module-config: "iterator"
  trust-anchor-signaling: no
%s%s`, dir, strings.Replace(address, ":", "@", 1), serverOptions, sections)
}

// stubZone has Unbound ask one server for the zone.
func stubZone(server string) string {
	return fmt.Sprintf("stub-zone:\n  name: example.com\n  stub-addr: %s\n", strings.Replace(server, ":", "@", 1))
}

// startUnbound starts a caching resolver that asks one server.
func startUnbound(t testing.TB, upstream, serverOptions string) (string, *program) {
	t.Helper()
	address := "127.0.0.1:" + freePort(t)
	p := runUnbound(t, openFolder(t), address, serverOptions, stubZone(upstream))
	p.awaitZone(t, address)
	return address, p
}
