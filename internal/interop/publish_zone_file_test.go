//go:build interop

package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keptZone is a zone that somebody writes by hand, without the serial number.
const keptZone = `; kept by hand
$ORIGIN example.com.	; "not closed
$TTL 300
@	IN	SOA	ns hostmaster (
		SERIAL	; serial; not 1
		7200 3600
		1209600 60 )
	IN	NS	ns
@	IN	NS	ns2.example.com.
	MX	10 mail   ; owner from above
ns	A	127.0.0.1
ns2	600	IN	A	127.0.0.2

` + foreign + `	3600 IN MX 10 mail
dr	60	IN	A	192.0.2.80
mail	IN	A	192.0.2.25
	IN	TXT	( "several"
		"lines ; no comment" ) ; comment
$ORIGIN sub.example.com.
@	IN	TXT	"v=1;k=all;b=off"	; another name
*	300	IN	A	192.0.2.99
_service._tcp	SRV 0 0 443 mail.example.com.
`

func keptZoneWith(serial int) string {
	return strings.Replace(keptZone, "SERIAL", strconv.Itoa(serial), 1)
}

// A fileServer serves example.com from a zone file.
type fileServer struct {
	*program
	address, file string
	// reload has the server read the file again, as its own documentation says.
	reload func(t testing.TB)
}

// fileServers start every kind of them.
var fileServers = map[string]func(testing.TB, string) *fileServer{
	"BIND": startBINDWithFile, "NSD": startNSDWithFile, "Knot": startKnotWithFile, "PowerDNS": startPowerDNSWithFile,
}

func newFileServer(t testing.TB, zone string) (s *fileServer, port, dir string) {
	t.Helper()
	port, dir = freePort(t), openFolder(t)
	return &fileServer{address: "127.0.0.1:" + port, file: writeIn(t, dir, "zone", zone)}, port, dir
}

func (s *fileServer) runs(t testing.TB, started *program) {
	t.Helper()
	s.program = started
	s.awaitZone(t, s.address)
}

func startBINDWithFile(t testing.TB, zone string) *fileServer {
	t.Helper()
	return startControlledBIND(t, zone, "")
}

// startControlledBIND starts a BIND that is controlled by rndc.
func startControlledBIND(t testing.TB, zone, zoneOptions string) *fileServer {
	t.Helper()
	s, port, dir := newFileServer(t, zone)
	s.runs(t, runBIND(t, dir,
		fmt.Sprintf("listen-on port %s { 127.0.0.1; }; recursion no; allow-transfer { 127.0.0.1; };", port),
		fmt.Sprintf("zone \"example.com\" { type primary; file %q; %s };\n", s.file, zoneOptions)+control(t, dir),
	))
	s.reload = func(t testing.TB) { s.rndc(t, "reload") }
	return s
}

// control lets a BIND be controlled by rndc with the files in a folder.
func control(t testing.TB, dir string) string {
	t.Helper()
	key, port := newUpdateKey(t, "control"), freePort(t)
	writeIn(t, dir, "rndc.conf", key.clause()+fmt.Sprintf("options { default-server 127.0.0.1; default-port %s; default-key %q; };\n", port, key.name))
	return key.clause() + fmt.Sprintf("controls { inet 127.0.0.1 port %s allow { 127.0.0.1; } keys { %q; }; };\n", port, key.name)
}

// rndc gives BIND a command about the zone.
func (s *fileServer) rndc(t testing.TB, command string) {
	t.Helper()
	must(t, "rndc", "-c", filepath.Join(filepath.Dir(s.file), "rndc.conf"), command, "example.com")
}

func startNSDWithFile(t testing.TB, zone string) *fileServer {
	t.Helper()
	s, port, dir := newFileServer(t, zone)
	s.runs(t, runNSD(t, dir, []string{"127.0.0.1@" + port}, "  provide-xfr: 127.0.0.1 NOKEY\n"))
	s.reload = func(t testing.TB) { s.program.reload(t) }
	return s
}

func startKnotWithFile(t testing.TB, zone string) *fileServer {
	t.Helper()
	s, port, dir := newFileServer(t, zone)
	s.runs(t, runKnot(t, dir, []string{"127.0.0.1@" + port}, "acl:\n  - id: transfer\n    address: 127.0.0.1\n    action: transfer\n", "    acl: transfer\n"))
	s.reload = func(t testing.TB) {
		must(t, "knotc", "--socket", filepath.Join(dir, "control"), "zone-reload", "example.com")
	}
	return s
}

func startPowerDNSWithFile(t testing.TB, zone string) *fileServer {
	t.Helper()
	s, port, dir := newFileServer(t, zone)
	config := writeIn(t, dir, "bind.conf", fmt.Sprintf("zone \"example.com\" { type master; file %q; };\n", s.file))
	s.runs(t, startProgram(t, "pdns_server", "--config-dir="+dir, "--launch=bind", "--bind-config="+config,
		"--local-address=127.0.0.1", "--local-port="+port, "--socket-dir="+dir,
		"--daemon=no", "--guardian=no", "--disable-syslog=yes", "--write-pid=no", "--security-poll-suffix=",
	))
	s.reload = func(t testing.TB) {
		must(t, "pdns_control", "--config-dir="+dir, "--socket-dir="+dir, "bind-reload-now", "example.com")
	}
	return s
}

// awaitSerial reloads the zone and waits until the server has a version of it.
func (s *fileServer) awaitSerial(t testing.TB, serial int) {
	t.Helper()
	s.reload(t)
	s.awaitVersion(t, serial)
}

func (s *fileServer) awaitVersion(t testing.TB, serial int) {
	t.Helper()
	wanted := fmt.Sprintf(" hostmaster.example.com. %d ", serial)
	s.await(t, func() bool {
		return strings.Contains(askTool(t, "dig", s.address, "+short", "example.com", "SOA"), wanted)
	})
}

// serialNow is the serial number that a publication says the file has.
func serialNow(t testing.TB, published result) int {
	t.Helper()
	said := regexp.MustCompile(`(?m)^  the zone's serial goes from \d+ to (\d+)$`).FindStringSubmatch(published.err)
	if said == nil {
		t.Fatalf("no serial number is said\n%s", published.err)
	}
	serial, err := strconv.Atoi(said[1])
	if err != nil {
		t.Fatal(err)
	}
	return serial
}

// others are all records of a zone in a dump but the SOA record and the domain's TXT
// records, sorted.
func others(dump string) []string {
	var records []string
	for line := range strings.Lines(dump) {
		record := strings.Join(strings.Fields(line), " ")
		if !regexp.MustCompile(`^\S+ \d+ IN SOA |^dr\.example\.com\. \d+ IN TXT `).MatchString(record) {
			records = append(records, record)
		}
	}
	slices.Sort(records)
	return slices.Compact(records) // the SOA record ends a transfer too
}

// others are those that the server hands out.
func (s *fileServer) others(t testing.TB) []string {
	t.Helper()
	host, port, _ := strings.Cut(s.address, ":")
	return others(must(t, "dig", "@"+host, "-p", port, "+noall", "+answer", "+onesoa", "example.com", "AXFR"))
}

// othersInFile are those that BIND's checker reads in the file.
func (s *fileServer) othersInFile(t testing.TB) []string {
	t.Helper()
	return others(must(t, "named-checkzone", "-q", "-i", "local", "-D", "-o", "-", "example.com", s.file))
}

func (s *fileServer) content(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// wantContent checks the file byte for byte, with the lines of some records of ours taken
// out, which must be in it.
func (s *fileServer) wantContent(t testing.TB, title, want string, lines ...string) {
	t.Helper()
	got := s.content(t)
	for _, line := range lines {
		if !strings.Contains(got, line) {
			t.Errorf("%s: the file has no line %q\n%s", title, line, got)
		}
		got = strings.Replace(got, line, "", 1)
	}
	if got != want {
		t.Errorf("%s: apart from our lines the file is\n%s\nwant\n%s", title, got, want)
	}
	if info, err := os.Stat(s.file); err != nil || info.Mode() != 0o644 {
		t.Errorf("%s: %v, %v", title, info, err)
	}
}

// What is written into a zone file is served after the server has read it, with all else
// as it was; the way back leads to the same file, but for the serial number.
func TestPublishZoneFile(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "90", noEnd...)
	for name, start := range fileServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own, s := o.apart(t), start(t, keptZoneWith(1))
			served, read := s.others(t), s.othersInFile(t)
			if len(served) != 12 || !slices.Equal(served, read) {
				t.Fatalf("served are %q, read %q", served, read)
			}
			wantAsBefore := func(title string, serial int, ours recordSet) {
				t.Helper()
				s.awaitSerial(t, serial)
				wantStanding(t, title, s.address, ttlRules[name].seen(ours))
				if got := s.others(t); !slices.Equal(got, served) {
					t.Errorf("%s: of the other records %q are served, were %q", title, got, served)
				}
				if got := s.othersInFile(t); !slices.Equal(got, read) {
					t.Errorf("%s: of the other records %q are in the file, were %q", title, got, read)
				}
			}
			publish := func(title string, serial int, set recordSet) result {
				t.Helper()
				args := append([]string{"--zone-file", s.file}, confirmed(set.file)...)
				r := own.publish(t, args...)
				r.want(t, title, 0, "= kept, another's: ")
				if got := serialNow(t, r); got != serial {
					t.Errorf("%s: the serial number is %d, want %d", title, got, serial)
				}
				s.wantContent(t, title, keptZoneWith(serial), set.lines...)
				wantAsBefore(title, serial, set)
				own.publish(t, args...).wantNothingToDo(t, title)
				s.wantContent(t, title+", again", keptZoneWith(serial), set.lines...)
				return r
			}
			first := publish("off where nothing stood", 2, off)
			second := publish("on", 3, on)

			own.undo(t, second).want(t, "on, undone", 0)
			s.wantContent(t, "on, undone", keptZoneWith(4), off.lines...)
			wantAsBefore("on, undone", 4, off)
			own.undo(t, first).want(t, "off, undone", 0)
			s.wantContent(t, "off, undone", keptZoneWith(5))
			wantAsBefore("off, undone", 5, recordSet{})
		})
	}
}

// A ttlRule is with which TTLs a server serves our lines and those behind them, where
// these differ.
type ttlRule func(ours, behind string) (string, string)

// Against RFC 2181 §5.2, which knows one TTL for a set, NSD 4.6 and PowerDNS 4.7 let each
// line have its own. BIND 9.18 takes the first line's, Knot 3.2 the last one's.
var ttlRules = map[string]ttlRule{
	"BIND":     func(ours, _ string) (string, string) { return ours, ours },
	"Knot":     func(_, behind string) (string, string) { return behind, behind },
	"NSD":      func(ours, behind string) (string, string) { return ours, behind },
	"PowerDNS": func(ours, behind string) (string, string) { return ours, behind },
}

// seen is what is seen of records of ours and of the foreign one behind them.
func (rule ttlRule) seen(ours recordSet) sets {
	first, behind := "", foreignTTL
	if ours.file != "" {
		first, behind = rule(ours.ttl, foreignTTL)
	}
	return sets{txt: together(ours.seenWith(first), []string{foreignSeen(behind)}), a: domainAddress}
}

// domainAddress is the address in [keptZone], as it is seen.
var domainAddress = []string{"60 C0000250"}

// A zone whose server has taken updates that are not in its file is not edited before the
// server has written them there.
func TestPublishZoneFileBehindJournal(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	on, off := o.records(t, "on", "45", noEnd...), o.records(t, "off", "45")
	s := startControlledBIND(t, keptZoneWith(1), "allow-update { 127.0.0.1; };")
	file := []string{"--zone-file", s.file}
	update := func(name string) {
		t.Helper()
		_, port, _ := strings.Cut(s.address, ":")
		feed(t, fmt.Sprintf("server 127.0.0.1 %s\nzone example.com\nupdate add %s.example.com. 60 A 192.0.2.9\nsend\n", port, name), "nsupdate")
	}
	update("first")
	if journal := must(t, "named-journalprint", s.file+".jnl"); !strings.Contains(journal, "add first.example.com.") {
		t.Fatalf("the journal holds %s", journal)
	}
	refused := o.publish(t, append(file, confirmed(on.file)...)...)
	refused.want(t, "behind", 2, "is behind its journal", "ends with serial 2, the file has 1", "hint: ", "rndc freeze example.com")
	s.wantContent(t, "behind", keptZoneWith(1))
	if left := o.undoFiles(t); len(left) > 0 {
		t.Errorf("behind: undo files %q", left)
	}

	s.rndc(t, "freeze")
	s.awaitLine(t, "first")
	published := o.publish(t, append(file, confirmed(on.file)...)...)
	published.want(t, "frozen", 0, "warning: there is a journal ")
	s.rndc(t, "thaw")
	s.awaitVersion(t, serialNow(t, published))
	wantStanding(t, "thawed", s.address, sets{txt: together(on.seen, []string{foreignSeen("45")}), a: domainAddress})
	if got := standing(t, "dig", s.address, "first.example.com", "A"); !slices.Equal(got, []string{"60 C0000209"}) {
		t.Errorf("of what was updated %q is left", got)
	}

	update("second")
	o.publish(t, append(file, "--records", off.file, "--dry-run")...).want(t, "behind again", 2, "is behind its journal")
	s.rndc(t, "sync")
	s.awaitLine(t, "second")
	o.publish(t, append(file, "--records", off.file, "--dry-run")...).want(t, "in step", 0, "warning: there is a journal ")
}

// awaitLine waits until BIND has written a name into the file: rndc does not.
func (s *fileServer) awaitLine(t testing.TB, name string) {
	t.Helper()
	s.await(t, func() bool { return strings.Contains(s.content(t), "\n"+name+"\t") })
}
