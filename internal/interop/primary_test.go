//go:build interop

package interop

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// An updateKey is a TSIG key.
type updateKey struct{ name, algorithm, secret string }

// newUpdateKey has BIND's own program make a key for this test.
func newUpdateKey(t testing.TB, name string) updateKey {
	t.Helper()
	text := must(t, "tsig-keygen", "-a", "hmac-sha256", name)
	secret := regexp.MustCompile(`secret "([^"]+)";`).FindStringSubmatch(text)
	if secret == nil {
		t.Fatalf("tsig-keygen prints %q", text)
	}
	return updateKey{name, "hmac-sha256", secret[1]}
}

// clause is the key as BIND and drtxt read it.
func (k updateKey) clause() string {
	return fmt.Sprintf("key %q { algorithm %s; secret %q; };\n", k.name, k.algorithm, k.secret)
}

// file writes the key to a file that nobody else can read.
func (k updateKey) file(t testing.TB) string {
	t.Helper()
	return writeTemp(t, "update.key", k.clause())
}

// A primary is a name server that takes updates of example.com.
type primary struct {
	*program
	address string
	// publisher may change the domain's TXT, A and AAAA records. PowerDNS knows rights
	// for a whole zone alone.
	publisher updateKey
	// bystander may change nothing.
	bystander updateKey
}

// primaries start every kind of primary.
var primaries = map[string]func(testing.TB, string) *primary{
	"BIND": startBINDPrimary, "Knot": startKnotPrimary, "PowerDNS": startPowerDNSPrimary,
}

// eachPrimary runs a test against every kind of primary.
func eachPrimary(t *testing.T, test func(t *testing.T, name string, p *primary)) {
	t.Helper()
	for name, start := range primaries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name, start(t, zoneHead+foreign))
		})
	}
}

func newPrimary(t testing.TB) (p *primary, dir string) {
	t.Helper()
	return &primary{
		address:   "127.0.0.1:" + freePort(t),
		publisher: newUpdateKey(t, "publisher."),
		bystander: newUpdateKey(t, "bystander."),
	}, openFolder(t)
}

func (p *primary) port() string {
	_, port, _ := net.SplitHostPort(p.address)
	return port
}

// runs awaits the program that has been started.
func (p *primary) runs(t testing.TB, started *program) *primary {
	t.Helper()
	p.program = started
	p.awaitZone(t, p.address)
	return p
}

// restart starts the server again after it has ended.
func (p *primary) restart(t testing.TB) {
	t.Helper()
	p.runs(t, startProgram(t, p.name, p.cmd.Args[1:]...))
}

// flags are those of drtxt publish that reach the primary through an address.
func (p *primary) flags(t testing.TB, address string, key updateKey) []string {
	t.Helper()
	return []string{"--server", address, "--zone", "example.com", "--tsig-file", key.file(t)}
}

// own are the flags by which a publication succeeds.
func (p *primary) own(t testing.TB) []string {
	t.Helper()
	return p.flags(t, p.address, p.publisher)
}

// bindGrant is the policy that grants a key the domain's records and nothing else.
const bindGrant = "update-policy { grant publisher. name dr.example.com. TXT A AAAA; };"

func startBINDPrimary(t testing.TB, zone string) *primary {
	t.Helper()
	p, dir := newPrimary(t)
	file := writeIn(t, dir, "zone", zone)
	return p.runs(t, runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no;", p.port()),
		p.publisher.clause()+p.bystander.clause()+fmt.Sprintf("zone \"example.com\" { type primary; file %q; %s };", file, bindGrant),
	))
}

func startKnotPrimary(t testing.TB, zone string) *primary {
	t.Helper()
	p, dir := newPrimary(t)
	writeIn(t, dir, "zone", zone)
	sections := "key:\n"
	for _, key := range []updateKey{p.publisher, p.bystander} {
		sections += fmt.Sprintf("  - id: %s\n    algorithm: %s\n    secret: %s\n", key.name, key.algorithm, key.secret)
	}
	sections += `acl:
  - id: publisher
    key: publisher.
    action: update
    update-type: [TXT, A, AAAA]
    update-owner: name
    update-owner-match: equal
    update-owner-name: dr
`
	return p.runs(t, runKnot(t, dir, []string{"127.0.0.1@" + p.port()}, sections, "    acl: publisher\n"))
}

// powerDNSSchema is where Debian's pdns-backend-sqlite3 has the definition of its tables.
const powerDNSSchema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"

func startPowerDNSPrimary(t testing.TB, zone string) *primary {
	t.Helper()
	p, dir := newPrimary(t)
	database := filepath.Join(dir, "zones.sqlite3")
	writeIn(t, dir, "pdns.conf", fmt.Sprintf(`launch=gsqlite3
gsqlite3-database=%s
local-address=127.0.0.1
local-port=%s
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
socket-dir=%s
daemon=no
guardian=no
disable-syslog=yes
write-pid=no
security-poll-suffix=
`, database, p.port(), dir))
	schema, err := os.ReadFile(powerDNSSchema)
	if err != nil {
		t.Fatal(err)
	}
	feed(t, string(schema), "sqlite3", database)
	feed(t, "", "pdnsutil", "--config-dir="+dir, "load-zone", "example.com", writeIn(t, dir, "zone", zone))
	feed(t, p.powerDNSKeys(), "sqlite3", database)
	return p.runs(t, startProgram(t, "pdns_server", "--config-dir="+dir))
}

// powerDNSKeys are what `pdnsutil import-tsig-key` and `pdnsutil set-meta example.com
// TSIG-ALLOW-DNSUPDATE publisher` do, but that pdnsutil takes secrets as arguments.
func (p *primary) powerDNSKeys() string {
	script := "INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, 'TSIG-ALLOW-DNSUPDATE', 'publisher' FROM domains;\n"
	for _, key := range []updateKey{p.publisher, p.bystander} {
		script += fmt.Sprintf("INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('%s', '%s', '%s');\n", strings.TrimSuffix(key.name, "."), key.algorithm, key.secret)
	}
	return script
}

// set has nsupdate replace the domain's TXT records by zone lines.
func (p *primary) set(t testing.TB, lines string) {
	t.Helper()
	script := fmt.Sprintf("server 127.0.0.1 %s\nzone example.com\nupdate delete dr.example.com. TXT\n", p.port())
	for line := range strings.Lines(lines) {
		script += "update add " + line
	}
	feed(t, script+"send\n", "nsupdate", "-k", p.publisher.file(t))
}

// feed runs a program that has to succeed, with a text on its standard input.
func feed(t testing.TB, text, name string, args ...string) {
	t.Helper()
	if r := run(t, text, name, args...); r.status != 0 {
		t.Fatalf("%s %q ended in %d\n%s%s", name, args, r.status, r.out, r.err)
	}
}
