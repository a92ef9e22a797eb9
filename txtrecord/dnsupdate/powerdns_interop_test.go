//go:build interop

package dnsupdate_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

const powerDNSConf = `
launch=gsqlite3
gsqlite3-database=DIR/zones.sqlite3
local-address=127.0.0.1
local-port=PORT
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
socket-dir=DIR
daemon=no
guardian=no
disable-syslog=yes
write-pid=no
security-poll-suffix=
`

// powerDNSKeys are what "pdnsutil import-tsig-key" and "pdnsutil set-meta example.com
// TSIG-ALLOW-DNSUPDATE drill" make. Not by pdnsutil, which takes the secret as an
// argument.
const powerDNSKeys = `
INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('drill', 'hmac-sha256', 'DRILL_SECRET');
INSERT INTO tsigkeys (name, algorithm, secret) VALUES ('bystander', 'hmac-sha256', 'BYSTANDER_SECRET');
INSERT INTO domainmetadata (domain_id, kind, content)
	SELECT id, 'TSIG-ALLOW-DNSUPDATE', 'drill' FROM domains WHERE name = 'example.com';
`

// powerDNSSchema is where Debian's pdns-backend-sqlite3 has the tables' definition.
const powerDNSSchema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"

// powerDNS answers REFUSED, without a signature or a TSIG error, whatever it does not
// like about ours. It has a right per zone, not per name, unless a Lua script is given.
// A zone that lists no key takes updates without one.
var powerDNS = peer{
	name:  "PowerDNS",
	start: startPowerDNS,
	refuses: refusals{
		wrongSecret:    dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
		unknownKey:     dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
		wrongAlgorithm: dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
		clockOff:       dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
		foreignZone:    dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth},
		foreignKey:     dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true},
		withoutKey:     dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
	},
	foldsCase: true,
}

func startPowerDNS(t testing.TB) *running {
	t.Helper()
	schema, err := os.ReadFile(powerDNSSchema)
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	dir := write(t, map[string]string{"pdns.conf": fill(powerDNSConf, port), "zone": zoneFile})
	database := filepath.Join(dir, "zones.sqlite3")
	feed(t, string(schema), "sqlite3", database)
	for _, zone := range []string{signedZone, openZone} {
		feed(t, "", "pdnsutil", "--config-dir="+dir, "load-zone", zone, filepath.Join(dir, "zone"))
	}
	feed(t, fill(powerDNSKeys, port), "sqlite3", database)
	return run(t, loopback(port), "pdns_server", "--config-dir="+dir)
}

// feed runs a program to its end with that text on its standard input.
func feed(t testing.TB, text, program string, arguments ...string) {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Stdin = strings.NewReader(text)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}
