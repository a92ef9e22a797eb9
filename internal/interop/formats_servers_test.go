//go:build interop

package interop

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/export"
)

// Keys of the tests alone.
const (
	testOnlyTSIGSecret = "dGVzdC1vbmx5LXNlY3JldC1vZi1kcnR4dC1pbnRlcm9wISE="
	testOnlyAPIKey     = "test-only-key"
)

// oldRecords stand before: an old record, and foreign ones.
const oldRecords = `dr 300 IN TXT "v=1;k=all;b=off"
dr 300 IN TXT "foreign"
dr 300 IN A 192.0.2.99
@ 300 IN TXT "foreign"
other 300 IN TXT "stays"
`

// updatable is a BIND that lets one key change the records of dr.example.com, and no
// other name's.
type updatable struct {
	server, key string
}

func startUpdatable(t testing.TB, records string) updatable {
	t.Helper()
	dir, port := openFolder(t), freePort(t)
	key := writeIn(t, dir, "key", fmt.Sprintf("key \"test-only\" { algorithm hmac-sha256; secret %q; };\n", testOnlyTSIGSecret))
	file := writeIn(t, dir, "zone", zoneHead+records)
	runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no;", port),
		fmt.Sprintf("include %q;\nzone \"example.com\" { type primary; file %q; update-policy { grant test-only name dr.example.com. TXT A AAAA; }; };", key, file),
	).awaitZone(t, "127.0.0.1:"+port)
	return updatable{"127.0.0.1:" + port, key}
}

// apply runs the script by the line that we print, with its server line filled in and
// some lines of it changed.
func (u updatable) apply(t testing.TB, set *export.RecordSet, oldnew ...string) result {
	t.Helper()
	text, commands := exported(t, "nsupdate", set)
	_, port, _ := net.SplitHostPort(u.server)
	oldnew = append(oldnew, "\n; server YOUR-NAME-SERVER\n", "\nserver 127.0.0.1 "+port+"\n")
	script := writeTemp(t, "script", strings.NewReplacer(oldnew...).Replace(text))
	line := strings.NewReplacer("KEY_FILE", u.key, "FILE", script).Replace(onlyCommand(t, commands))
	return run(t, "", "sh", "-c", line)
}

// The nsupdate script replaces the set at the name, foreign records too, and nothing
// else, under a policy that grants the name alone.
func TestNsupdateScriptReplaces(t *testing.T) {
	t.Parallel()
	for name, set := range exportedSets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bind := startUpdatable(t, oldRecords)
			if r := bind.apply(t, set); name == "apex" {
				if r.status == 0 || !strings.Contains(r.err, "REFUSED") {
					t.Errorf("another name may be changed: status %d\n%s", r.status, r.err)
				}
				return
			} else if r.status != 0 {
				t.Fatalf("status %d\n%s%s", r.status, r.out, r.err)
			}
			wantServed(t, bind.server, set)
			if got := strings.TrimSpace(askTool(t, "dig", bind.server, "+short", "other.example.com", "TXT")); got != `"stays"` {
				t.Errorf("at another name dig sees %q", got)
			}
			if name == "signed" {
				if got := strings.TrimSpace(askTool(t, "dig", bind.server, "+short", "dr.example.com", "A")); got != "192.0.2.99" {
					t.Errorf("of another type dig sees %q", got)
				}
			}
			if r := bind.apply(t, set); r.status != 0 { // again
				t.Errorf("the second time: status %d\n%s", r.status, r.err)
			}
			wantServed(t, bind.server, set)
		})
	}
}

// The command that a format names for afterwards proves what was applied, and fails
// where something else stands.
func TestNamedVerificationRuns(t *testing.T) {
	t.Parallel()
	private, public := keyPair(t)
	sets := exportedSetsOf(t, private)
	standing, _ := exported(t, "zone", sets["signed"])
	for name, stood := range map[string]string{"signed": oldRecords, "addresses": standing + "dr 300 IN A 192.0.2.99\n"} {
		set, bind := sets[name], startUpdatable(t, stood)
		text, _ := exported(t, "json", set)
		f, _ := export.Lookup("nsupdate")
		guide, err := f.Guide(set)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.NewReplacer("drtxt", drtxt, "YOUR-NAME-SERVER", bind.server, "dr_publickey.pem", public,
			"RECORDS.json", writeTemp(t, "records.json", text)).Replace(guide.Verify[len(guide.Verify)-1])
		if r := run(t, "", "sh", "-c", line); r.status != 1 {
			t.Errorf("%s, before: status %d\n%s%s", name, r.status, r.out, r.err)
		}
		bind.apply(t, set)
		if r := run(t, "", "sh", "-c", line); r.status != 0 {
			t.Errorf("%s: status %d\n%s%s", name, r.status, r.out, r.err)
		}
	}
}

// With the prerequisite that the script explains it fails, and changes nothing, unless
// the whole old set is what stands.
func TestNsupdatePrerequisite(t *testing.T) {
	t.Parallel()
	set := exportedSets(t)["signed"]
	bind := startUpdatable(t, oldRecords)
	const line = "\n; prereq yxrrset dr.example.com. IN TXT OLD-VALUE\n"
	with := func(values ...string) string {
		lines := "\n"
		for _, value := range values {
			lines += "prereq yxrrset dr.example.com. IN TXT " + value + "\n"
		}
		return lines
	}
	before := askTool(t, "dig", bind.server, "+short", "dr.example.com", "TXT")
	if r := bind.apply(t, set, line, with(`"v=1;k=all;b=off"`)); r.status == 0 || !strings.Contains(r.err, "NXRRSET") {
		t.Errorf("half of the old set: status %d\n%s", r.status, r.err)
	}
	if after := askTool(t, "dig", bind.server, "+short", "dr.example.com", "TXT"); len(values(after)) != 2 || !slices.Equal(values(after), values(before)) {
		t.Errorf("after a refusal dig sees %q, before %q", after, before)
	}
	if r := bind.apply(t, set, line, with(`"v=1;k=all;b=off"`, `"foreign"`)); r.status != 0 {
		t.Errorf("the old set: status %d\n%s", r.status, r.err)
	}
	wantServed(t, bind.server, set)
}

// pdnsWithAPI is a PowerDNS with a database of its own and its HTTP API.
type pdnsWithAPI struct{ server, api string }

func startPowerDNSWithAPI(t testing.TB) pdnsWithAPI {
	t.Helper()
	dir, port, apiPort := openFolder(t), freePort(t), freePort(t)
	database := filepath.Join(dir, "database")
	must(t, "sqlite3", database, ".read /usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
	writeIn(t, dir, "pdns.conf", fmt.Sprintf(`launch=gsqlite3
gsqlite3-database=%s
local-address=127.0.0.1
local-port=%s
socket-dir=%s
api=yes
api-key=%s
webserver=yes
webserver-address=127.0.0.1
webserver-port=%s
webserver-allow-from=127.0.0.1
daemon=no
guardian=no
disable-syslog=yes
write-pid=no
security-poll-suffix=
query-cache-ttl=0
cache-ttl=0
zone-cache-refresh-interval=0
`, database, port, dir, testOnlyAPIKey, apiPort))
	must(t, "pdnsutil", "--config-dir="+dir, "load-zone", "example.com", writeIn(t, dir, "zone", zoneHead+oldRecords))
	p := pdnsWithAPI{"127.0.0.1:" + port, "127.0.0.1:" + apiPort}
	program := startProgram(t, "pdns_server", "--config-dir="+dir)
	program.awaitZone(t, p.server)
	program.await(t, func() bool {
		connection, err := net.Dial("tcp", p.api)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	return p
}

// apply sends a change by the line that we print.
func (p pdnsWithAPI) apply(t testing.TB, set *export.RecordSet, oldnew ...string) result {
	t.Helper()
	text, commands := exported(t, "powerdns", set)
	file := writeTemp(t, "change.json", strings.NewReplacer(oldnew...).Replace(text))
	line := strings.NewReplacer(
		"127.0.0.1:8081", p.api,
		"HEADER_FILE", writeTemp(t, "header", "X-API-Key: "+testOnlyAPIKey+"\n"),
		"FILE", file,
	).Replace(onlyCommand(t, commands))
	return run(t, "", "sh", "-c", line)
}

// The JSON for PowerDNS's API replaces the set at the name, foreign records too, and
// nothing else; what the traps warn of is refused and changes nothing.
func TestPowerDNSAPIReplaces(t *testing.T) {
	t.Parallel()
	for name, set := range exportedSets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPowerDNSWithAPI(t)
			before := p.stands(t, set)
			owner := strings.TrimSuffix(set.RRSets[0].Name, ".")
			p.wantRefused(t, set, before, `"name": "`+owner+`."`, `"name": "`+owner+`"`)
			if name != "addresses" {
				p.wantRefused(t, set, before, `\"`, "")
			}
			if r := p.apply(t, set); r.status != 0 {
				t.Fatalf("status %d\n%s%s", r.status, r.out, r.err)
			}
			wantServed(t, p.server, set)
			if got := strings.TrimSpace(askTool(t, "dig", p.server, "+short", "other.example.com", "TXT")); got != `"stays"` {
				t.Errorf("at another name dig sees %q", got)
			}
		})
	}
}

// stands are the records of the set's first type and name, sorted.
func (p pdnsWithAPI) stands(t testing.TB, set *export.RecordSet) []string {
	t.Helper()
	return values(askTool(t, "dig", p.server, "+short", set.RRSets[0].Name, set.RRSets[0].Type))
}

// wantRefused checks that a change with some of it replaced is refused, and changes
// nothing.
func (p pdnsWithAPI) wantRefused(t testing.TB, set *export.RecordSet, before []string, oldnew ...string) {
	t.Helper()
	if r := p.apply(t, set, oldnew...); r.status == 0 || !strings.Contains(r.err, "422") {
		t.Errorf("with %q: status %d\n%s%s", oldnew, r.status, r.out, r.err)
	}
	if after := p.stands(t, set); !slices.Equal(after, before) {
		t.Errorf("after a refusal dig sees %q, before %q", after, before)
	}
}
