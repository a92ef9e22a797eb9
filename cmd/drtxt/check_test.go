package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A checkup is a folder with the exports of a domain, and its name server.
type checkup struct {
	dir, server string
}

// newCheckup is one in which everything is ready, but for what was changed.
func newCheckup(t *testing.T, records ...txtrecord.RRSet) *checkup {
	t.Helper()
	if records == nil {
		records = readyRecords(t, "203.0.113.10", "203.0.113.11")
	}
	c := &checkup{t.TempDir(), serve(t, records...)}
	furnishCheck(t, c.dir)
	return c
}

func (c *checkup) path(name string) string { return filepath.Join(c.dir, name) }

// args are those that ask for everything that a folder has, and some more.
func (c *checkup) args(more ...string) []string {
	return append([]string{"check", "dr.example.com", "--server", c.server, "--public", c.path("dr_publickey.pem"), "--edges", c.path("edges.json"),
		"--profiles", c.path("profiles.json"), "--vendor-status", c.path("status.txt"), "--key", c.path("dr_privatekey.pem"), "--host", "route53"}, more...)
}

func (c *checkup) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(c.path(name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// readyRecords are a standing off and some addresses.
func readyRecords(t *testing.T, addresses ...string) []txtrecord.RRSet {
	t.Helper()
	off := txt("dr.example.com", 30, signed(t, txtrecord.Off, testSigner(t, "test-a.private.pem"))...)
	if len(addresses) == 0 {
		return []txtrecord.RRSet{off}
	}
	return []txtrecord.RRSet{off, {Name: "dr.example.com.", Type: "A", TTL: 30, Values: addresses}}
}

// readyEdges are the edges of these addresses, and one that is not designated.
const readyEdges = `{"totalPages": "1", "list": [
  {"id": "1", "name": "Frankfurt", "enabled": true, "useInDrMode": true, "serviceEdges": [
    {"id": "11", "name": "pse-fra-1", "enabled": true, "publishIps": ["203.0.113.10"]},
    {"id": "12", "name": "pse-fra-2", "enabled": true, "publishIps": ["203.0.113.11"]}]},
  {"id": "2", "name": "Oslo", "enabled": true, "useInDrMode": false, "serviceEdges": [
    {"id": "21", "name": "pse-osl-1", "enabled": true, "publishIps": ["203.0.113.20"]}]}]}
`

// readyStatus is what an edge or connector says.
const readyStatus = "DR activation domain: dr.example.com\nDR publickey uploaded: YES\nDR Max auth interval secs: 1209600\n"

// furnishCheck writes the exports of a domain that is ready, and the key pair.
func furnishCheck(t *testing.T, dir string) {
	t.Helper()
	for name, content := range map[string]string{
		"edges.json":        readyEdges,
		"status.txt":        readyStatus,
		"profiles.json":     readIn(t, filepath.Join("../../testdata/vendor/policies", "all-right.json")),
		"dr_publickey.pem":  readIn(t, publicKey("test-a.public.pem")),
		"dr_privatekey.pem": readIn(t, filepath.Join(keysDir, "test-a.private.pem")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// checked is what the tests look at of the JSON result.
type checked struct {
	ExitStatus int `json:"exit_status"`
	Summary    string
	Rows       []readiness.Row
	Findings   []readiness.Finding
	Audience   struct {
		On map[string]struct {
			Profiles, Groups, Users []string
			Open                    []appprofiles.Unsettled
		}
	}
}

func (r result) checked(t *testing.T) checked {
	t.Helper()
	var c checked
	if err := json.Unmarshal([]byte(r.stdout), &c); err != nil {
		t.Fatalf("%v in\n%s", err, clip(r.stdout))
	}
	return c
}

func (c checked) has(code finding.Code) bool {
	return slices.ContainsFunc(c.Findings, func(f readiness.Finding) bool { return f.Code == code })
}

// Results fit the schema, whatever came of checking.
func TestChecksFitTheSchema(t *testing.T) {
	t.Parallel()
	never, _ := silent(t)
	ready := newCheckup(t)
	dir := ready.path("kit")
	drtxt("kit", "dr.example.com", "--out", dir, "--key", keyFile(t, "test-a.private.pem")).want(t, 0)
	quick := []string{"--timeout", "1s", "--question-timeout", "300ms"}
	for name, test := range map[string]struct {
		args   []string
		status int
	}{
		"everything":       {ready.args("--kit", dir), 0},
		"nothing":          {[]string{"check", "dr.example.com", "--server", ready.server, "--public", ready.path("dr_publickey.pem")}, 0},
		"on was expected":  {ready.args("--expect", "on"), 1},
		"without a key":    {[]string{"check", "dr.example.com", "--server", ready.server}, 1},
		"no record":        {[]string{"check", "none.example.com", "--server", ready.server}, 3},
		"silent":           {append([]string{"check", "dr.example.com", "--server", never, "--edges", ready.path("edges.json")}, quick...), 4},
		"one product":      {ready.args("--type", "zpa", "--expect", "off"), 0},
		"an old kit":       {ready.args("--kit", dir, "--at", "+40d"), 0},
		"a kit that is up": {ready.args("--kit", dir, "--at", "+90d"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := drtxt(append(test.args, "--format", "json")...).want(t, test.status)
			if err := schemas(t).validate("check", r.stdout); err != nil {
				t.Errorf("%v\n%s", err, r.stdout)
			}
			checkQuiet(t, r)
			if got := r.checked(t); got.ExitStatus != test.status {
				t.Errorf("it says %d", got.ExitStatus)
			}
		})
	}
}

func TestCheckSchemaRefuses(t *testing.T) {
	t.Parallel()
	text := drtxt(newCheckup(t).args("--format", "json")...).want(t, 0).stdout
	for _, c := range []struct {
		path  string
		value any
	}{
		{"schema", "drtxt/check/v2"}, {"extra", 1}, {"domain", nil}, {"at", "now"}, {"exit_status", 1}, {"exit_status", 2}, {"summary", ""}, {"rows", []any{}},
		{"rows.0.area", "ttl"}, {"rows.0.result", "fine"}, {"rows.0.seen", ""}, {"rows.0.checked_by", "--x"}, {"rows.4.checked_by", nil}, {"rows.0.extra", 1},
		{"audience", map[string]any{}}, {"audience.on.zdx", 1}, {"audience.on.zia.users", nil}, {"audience.on.zia.unnamed", -1}, {"kit_end", "soon"}, {"kit_end", -1},
		{"findings", nil}, {"findings.0.area", "x"}, {"findings.0.severity", "error"}, {"findings.0.code", "A"}, {"findings.0.advice", nil}, {"findings.0.server", "x"}, {"findings.0.subject", ""},
		{"findings.0.severity", "error"}, {"verification", nil}, {"verification.exit_status", 2}, {"verification.schema", "x"},
	} {
		if schemas(t).validate("check", changed(t, text, c.path, c.value)) == nil {
			t.Errorf("%s = %v is accepted", c.path, c.value)
		}
	}
	none := drtxt("check", "none.example.com", "--server", newCheckup(t).server, "--format", "json").want(t, 3).stdout
	for path, value := range map[string]any{"exit_status": 1, "findings.1.severity": "error"} {
		if schemas(t).validate("check", changed(t, none, path, value)) == nil {
			t.Errorf("%s = %v is accepted where no record stands", path, value)
		}
	}
	for _, table := range checkTables() {
		for _, kind := range table {
			found := map[string]any{"area": "record", "code": kind.Code, "severity": "info", "message": "m", "advice": kind.Advice}
			if err := schemas(t).validate("check", changed(t, text, "findings", []any{found})); err != nil {
				t.Errorf("%s: %v", kind.Code, err)
			}
		}
	}
}

// Every area that is ready is ok, every one that is spoilt by itself is not, and no other
// changes with it.
func TestCheckAreas(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		records []txtrecord.RRSet
		spoil   func(t *testing.T, c *checkup)
		args    []string
		status  int
		area    readiness.Area
		result  readiness.Result
		code    finding.Code
	}{
		"all is well":   {status: 0},
		"on stands":     {records: []txtrecord.RRSet{txt("dr.example.com", 30, signed(t, txtrecord.On, testSigner(t, "test-a.private.pem"))...), readyRecords(t, "203.0.113.10", "203.0.113.11")[1]}, area: readiness.Record, result: readiness.Warned, code: readiness.CodeNotQuiet},
		"a short TTL":   {args: []string{"--ttl", "20s"}, area: readiness.TTL, result: readiness.Warned, code: "ttl-short"},
		"a refused TTL": {args: []string{"--host", "cloudflare"}, status: 1, area: readiness.HostTTL, result: readiness.Failed, code: readiness.CodeTTLRefused},
		"an address is missing": {records: readyRecords(t, "203.0.113.10"), status: 1,
			area: readiness.Addresses, result: readiness.Failed, code: readiness.CodeAddressMissing},
		"an address is foreign": {records: readyRecords(t, "203.0.113.10", "203.0.113.11", "203.0.113.20"), status: 1,
			area: readiness.Addresses, result: readiness.Failed, code: readiness.CodeAddressForeign},
		"another key": {spoil: func(t *testing.T, c *checkup) {
			c.write(t, "dr_privatekey.pem", readIn(t, filepath.Join(keysDir, "test-b.private.pem")))
			if err := os.Remove(c.path("dr_publickey.pem")); err != nil {
				t.Fatal(err)
			}
			c.write(t, "dr_publickey.pem", readIn(t, publicKey("test-a.public.pem")))
		}, status: 1, area: readiness.Key, result: readiness.Failed},
		"a profile has another domain": {spoil: func(t *testing.T, c *checkup) {
			c.write(t, "profiles.json", strings.ReplaceAll(readIn(t, c.path("profiles.json")), "dr.example.com", "x.example.com"))
		}, status: 1, area: readiness.ProfilesOn, result: readiness.Failed, code: "profile-domain-differs"},
		"nobody may test": {spoil: func(t *testing.T, c *checkup) {
			text := readIn(t, c.path("profiles.json"))
			c.write(t, "profiles.json", strings.NewReplacer(`"allowZiaTest": true`, `"allowZiaTest": false`, `"allowZpaTest": true`, `"allowZpaTest": false`).Replace(text))
		}, area: readiness.ProfilesTest, result: readiness.Warned, code: "profile-test-nobody"},
		"no key was uploaded": {spoil: func(t *testing.T, c *checkup) {
			c.write(t, "status.txt", strings.ReplaceAll(readIn(t, c.path("status.txt")), "YES", "NO"))
		}, status: 1, area: readiness.Status, result: readiness.Failed, code: "status-key-not-uploaded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCheckup(t, test.records...)
			if test.spoil != nil {
				test.spoil(t, c)
			}
			got := drtxt(c.args(append([]string{"--format", "json"}, test.args...)...)...).want(t, test.status).checked(t)
			for _, row := range got.Rows {
				want := readiness.OK
				switch row.Area {
				case test.area:
					want = test.result
				case readiness.Key:
					want = readiness.Warned // the test's is not encrypted
				case readiness.Scheme:
					want = readiness.Unknown
				case readiness.Port, readiness.Kit:
					want = readiness.NotChecked
				case readiness.ProfilesTest:
					if test.area == readiness.ProfilesOn {
						want = readiness.Warned
					}
				}
				if row.Result != want {
					t.Errorf("%s is %s, want %s: %s", row.Area, row.Result, want, row.Seen)
				}
			}
			if test.code != "" && !got.has(test.code) {
				t.Errorf("%s is missing in %+v", test.code, got.Findings)
			}
		})
	}
}

// The app profiles are judged for the products that were asked about, else for those that the
// records or the kit switch, else for both.
func TestCheckProducts(t *testing.T) {
	t.Parallel()
	zpa, err := txtrecord.Sign(txtrecord.Activation{Type: txtrecord.PrivateAccess, Status: txtrecord.Off}, txtrecord.Scheme{}, testSigner(t, "test-a.private.pem"))
	if err != nil {
		t.Fatal(err)
	}
	both, one, none := newCheckup(t), newCheckup(t, txt("dr.example.com", 30, zpa...)), newCheckup(t, txt("www.example.com", 30, "x"))
	dir := none.path("kit")
	drtxt("kit", "dr.example.com", "--type", "zia", "--out", dir, "--key", keyFile(t, "test-a.private.pem")).want(t, 0)
	for name, test := range map[string]struct {
		c    *checkup
		args []string
		want string
	}{
		"both stand":       {both, nil, "zia zpa"},
		"one is asked for": {both, []string{"--type", "zpa"}, "zpa"},
		"one stands":       {one, nil, "zpa"},
		"the other's kit":  {none, []string{"--kit", dir}, "zia"},
		"nothing is known": {none, nil, "zia zpa"},
	} {
		var got checked
		r := drtxt(test.c.args(append(test.args, "--format", "json")...)...)
		if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
			t.Fatalf("%s: %v\n%s%s", name, err, r.stdout, r.stderr)
		}
		if products := strings.Join(slices.Sorted(maps.Keys(got.Audience.On)), " "); products != test.want {
			t.Errorf("%s: %q, want %q", name, products, test.want)
		}
	}
}

// --acknowledge takes the code of every warning of every table, and of no error.
func TestCheckAcknowledges(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	var codes []string
	for _, table := range checkTables() {
		for _, kind := range table {
			if kind.Severity == verify.Warning {
				codes = append(codes, "--acknowledge", string(kind.Code))
			}
			if kind.Severity == verify.Error && kind.Code != "edge-port-silent" && kind.Code != appprofiles.CodeKeyAbsent {
				r := drtxt(c.args("--acknowledge", string(kind.Code))...).want(t, 2)
				if !strings.Contains(r.stderr, "not the code of a warning") {
					t.Errorf("%s: %s", kind.Code, r.stderr)
				}
			}
		}
	}
	for _, info := range verify.Codes() {
		if info.Severity == verify.Warning {
			codes = append(codes, "--acknowledge", string(info.Code))
		}
	}
	if len(codes) < 2*60 {
		t.Fatalf("%d codes", len(codes)/2)
	}
	c.write(t, "edges.json", strings.Replace(readyEdges, `"publishIps": ["203.0.113.11"]`, `"publishIps": ["10.0.0.1"], "publicIp": "203.0.113.11"`, 1)) // with warnings
	r := drtxt(c.args(append(codes, "--format", "json", "--ttl", "20s")...)...).want(t, 0).checked(t)
	for _, f := range r.Findings {
		if f.Severity != verify.Info {
			t.Errorf("%s is a %s", f.Code, f.Severity)
		}
	}
	if !r.has("edge-private-address") || !r.has("ttl-short") || !r.has(readiness.CodeKeyUnencrypted) {
		t.Errorf("a warning is missing: %+v", r.Findings)
	}
}

// The shell completes the code of every warning that check knows.
func TestCheckAcknowledgeCompletes(t *testing.T) {
	t.Parallel()
	offered := strings.Fields(drtxt("__completeNoDesc", "check", "--acknowledge", "").want(t, 0).stdout)
	for _, code := range append(warningCodes(), "check-not-quiet", "edge-public-address", "edge-port-silent", "profile-key-absent", "profile-test-unnamed", "status-unread", "status-authentication-age", "kit-ends-soon") {
		if !slices.Contains(offered, code) {
			t.Errorf("%s is not offered", code)
		}
	}
	if others := drtxt("__completeNoDesc", "verify", "--acknowledge", "").want(t, 0).stdout; strings.Contains(others, "check-not-quiet") {
		t.Error("verify is offered what it does not know")
	}
}

// The lines of the help fit a terminal.
func TestCheckHelpFits(t *testing.T) {
	t.Parallel()
	long := newCheckCommand(&environment{}).Long
	for line := range strings.Lines(long) {
		if len(line) > 81 {
			t.Errorf("%d characters: %s", len(line)-1, line)
		}
	}
}

// A key that is trusted and signs nothing does not make app profiles that have it ready.
func TestCheckTwoKeys(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	key := func(name string) string {
		return strings.ReplaceAll(readIn(t, publicKey(name+".public.pem")), "\n", `\n`)
	}
	profiles := readIn(t, c.path("profiles.json"))
	other := strings.ReplaceAll(profiles, strings.TrimSuffix(key("test-a"), `\n`), strings.TrimSuffix(key("test-b"), `\n`))
	if other == profiles {
		t.Fatal("the profiles have another form of the key")
	}
	c.write(t, "profiles.json", other)
	c.write(t, "other.pem", readIn(t, publicKey("test-b.public.pem")))
	got := drtxt(c.args("--public", c.path("other.pem"), "--format", "json")...).want(t, 1).checked(t)
	if !got.has("profile-key-differs") {
		t.Errorf("%+v", got.Findings)
	}
	dir := c.path("kit")
	drtxt("kit", "dr.example.com", "--out", dir, "--key", keyFile(t, "test-b.private.pem")).want(t, 0)
	got = drtxt(c.args("--public", c.path("other.pem"), "--kit", dir, "--format", "json")...).want(t, 0).checked(t)
	if !got.has("profile-key-of-one") || !got.has(readiness.CodeSignersDiffer) {
		t.Errorf("%+v", got.Findings)
	}
}

// A profile that names nobody does not look as if the groups of others were all.
func TestCheckNamesNobody(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	text := readIn(t, c.path("profiles.json"))
	start, rest, _ := strings.Cut(text, `"groups": [`)
	_, rest, _ = strings.Cut(rest, "]")
	c.write(t, "profiles.json", start+`"groups": [`+"]"+rest)
	for _, format := range []string{"table", "markdown"} {
		shown := drtxt(c.args("--format", format)...).want(t, 0).stdout
		if !strings.Contains(shown, "and possibly everybody: one of these profiles names nobody") {
			t.Errorf("%s:\n%s", format, shown)
		}
	}
}

// In Markdown the findings are a list of their own.
func TestCheckMarkdown(t *testing.T) {
	t.Parallel()
	p := parseMarkdown(t, []byte(drtxt(newCheckup(t).args("--format", "markdown")...).want(t, 0).stdout))
	if !strings.HasSuffix(p.kinds, "Paragraph List Paragraph List Paragraph List Paragraph") {
		t.Errorf("the blocks are %s", p.kinds)
	}
}

// The rows of the table fit beside each other: what takes longer to say are findings.
func TestCheckRowsAreShort(t *testing.T) {
	t.Parallel()
	c := newCheckup(t, readyRecords(t, "203.0.113.10", "203.0.113.77")...)
	dir := c.path("kit")
	drtxt("kit", "dr.example.com", "--out", dir, "--key", keyFile(t, "test-a.private.pem")).want(t, 0)
	for _, row := range drtxt(c.args("--kit", dir, "--format", "json")...).want(t, 1).checked(t).Rows {
		if len(row.Seen) > 75 {
			t.Errorf("%s has %d characters: %s", row.Area, len(row.Seen), row.Seen)
		}
	}
}

// Each warning of a kit has its code in the table that check acknowledges by.
func TestKitKinds(t *testing.T) {
	t.Parallel()
	for _, code := range []kit.Code{kit.CodeEndsSoon, kit.CodeNotBegun, kit.CodeWindowGap, kit.CodeTTL, kit.CodeExposed} {
		if kind, ok := kit.Kinds().Lookup(finding.Code(code)); !ok || kind.Severity != verify.Warning || kind.Advice == "" {
			t.Errorf("%s: %+v", code, kind)
		}
	}
	if kind, _ := kit.Kinds().Lookup(finding.Code(kit.CodeExpired)); kind.Severity != verify.Error {
		t.Errorf("%+v", kind)
	}
}

func TestCheckNagios(t *testing.T) {
	t.Parallel()
	never, _ := silent(t)
	c := newCheckup(t)
	for name, test := range map[string]struct {
		args   []string
		status int
		word   string
		check  string // the exit status in the data
	}{
		"warned":   {c.args(), nagiosWarning, "WARNING", "0"},
		"ok":       {c.args("--acknowledge", "check-key-unencrypted"), nagiosOK, "OK", "0"},
		"critical": {c.args("--host", "cloudflare"), nagiosCritical, "CRITICAL", "1"},
		"none":     {[]string{"check", "none.example.com", "--server", c.server}, nagiosCritical, "CRITICAL", "3"},
		"unknown":  {[]string{"check", "dr.example.com", "--server", never, "--timeout", "1s", "--question-timeout", "300ms"}, nagiosUnknown, "UNKNOWN", "4"},
		"refused":  {c.args("--kit", "kit"), nagiosUnknown, "UNKNOWN", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := drtxt(append(test.args, "--format", "nagios")...).want(t, test.status)
			word, _, data := plugin(t, r.stdout)
			if word != test.word || data["check"] != test.check {
				t.Errorf("%s, %q in %s", word, data["check"], r.stdout)
			}
		})
	}
	// A long list of findings does not make the line long.
	if long := drtxt(c.args("--format", "nagios", "--expect", "on", "--host", "cloudflare")...).want(t, nagiosCritical); len(long.stdout) > maxNagiosLine+1 {
		t.Errorf("%d bytes", len(long.stdout))
	}
}

func TestCheckMetrics(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	dir := c.path("kit")
	drtxt("kit", "dr.example.com", "--out", dir, "--key", keyFile(t, "test-a.private.pem")).want(t, 0)
	values := exposed(t, []byte(drtxt(c.args("--kit", dir, "--host", "cloudflare", "--format", "prometheus")...).want(t, 1).stdout))
	for key, want := range map[string]float64{
		"drtxt_check_exit_status domain=dr.example.com":                         1,
		"drtxt_exit_status domain=dr.example.com":                               0,
		"drtxt_check_findings domain=dr.example.com severity=error":             1,
		"drtxt_check_findings domain=dr.example.com severity=warning":           1,
		"drtxt_check_kit_end_timestamp_seconds domain=dr.example.com":           float64(testNow.Unix() + 49*24*3600),
		"drtxt_verdict domain=dr.example.com verdict=valid":                     1,
		"drtxt_check_result domain=dr.example.com area=host-ttl result=error":   1,
		"drtxt_check_result domain=dr.example.com area=host-ttl result=ok":      0,
		"drtxt_check_result domain=dr.example.com area=port result=not-checked": 1,
		"drtxt_check_result domain=dr.example.com area=scheme result=unknown":   1,
	} {
		if got, ok := values[key]; !ok || got != want {
			t.Errorf("%s is %v, %t, want %v", key, got, ok, want)
		}
	}
	if n := len(readiness.Areas()) * len(readiness.Results()); n != 65 {
		t.Errorf("%d series", n)
	}
	none := exposed(t, []byte(drtxt(c.args("--format", "prometheus")...).want(t, 0).stdout))
	if _, there := none["drtxt_check_kit_end_timestamp_seconds domain=dr.example.com"]; there {
		t.Error("there is an end without a kit")
	}
}

// Names from outside reach no terminal as they are, in no format, and secrets of an export
// reach nobody.
func TestCheckHostileExports(t *testing.T) {
	t.Parallel()
	c := newCheckup(t, readyRecords(t, "203.0.113.77")...)
	const evil = `\u001b]0;owned\u0007|<b>@all\u202e\n`
	c.write(t, "edges.json", strings.ReplaceAll(strings.ReplaceAll(readyEdges, "pse-", evil), "203.0.113.20", "203.0.113.77"))
	profiles := strings.ReplaceAll(readIn(t, c.path("profiles.json")), `"Staff"`, `"`+evil+`"`)
	c.write(t, "profiles.json", strings.Replace(profiles, `"policies"`, `"apiKey": "SECRET-1", "policies"`, 1))
	c.write(t, "status.txt", strings.ReplaceAll(readIn(t, c.path("status.txt")), "dr.example.com", "x\x1b]0;owned\x07.example.com")+"DR \x1b[31mnew: SECRET-2\n")
	for _, format := range verificationFormats {
		status := 1
		if format == "nagios" {
			status = nagiosCritical
		}
		r := drtxt(c.args("--format", format)...).want(t, status)
		checkQuiet(t, r)
		for _, bad := range []string{"\x1b", "\x07", "\u202e", "SECRET"} {
			if strings.Contains(r.stdout, bad) {
				t.Errorf("%s shows %q:\n%q", format, bad, clip(r.stdout))
			}
		}
		if format == "markdown" && (strings.Contains(r.stdout, " <b>") || strings.Contains(r.stdout, " @all")) {
			t.Errorf("Markdown has a meaning:\n%s", r.stdout)
		}
	}
}

// Colours are for terminals, and the words are the same without them.
func TestCheckColors(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	plain, painted := drtxt(c.args()...).want(t, 0), call{color: true}.run(c.args()...).want(t, 0)
	if strings.Contains(plain.stdout, "\x1b") || !strings.HasPrefix(painted.stdout, "\x1b[33m") {
		t.Errorf("%q\n%q", clip(plain.stdout), clip(painted.stdout))
	}
	bad := call{color: true}.run(c.args("--host", "cloudflare")...).want(t, 1)
	if !strings.HasPrefix(bad.stdout, "\x1b[31m") {
		t.Errorf("%q", clip(bad.stdout))
	}
}

// Many names are cut in the table, and stand in JSON.
func TestCheckManyUsers(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	var users []string
	for i := range 500 {
		users = append(users, fmt.Sprintf(`{"id":"%d","loginName":"u%03d@example.com"}`, 10000+i, i))
	}
	text := readIn(t, c.path("profiles.json"))
	c.write(t, "profiles.json", strings.Replace(text, `"users": []`, `"users": [`+strings.Join(users, ",")+`]`, 1))
	shown := drtxt(c.args()...).want(t, 0)
	if !strings.Contains(shown.stdout, "502 users") || !strings.Contains(shown.stdout, " and 492 more (--format json has all)") || len(shown.stdout) > 10000 {
		t.Errorf("%d bytes:\n%s", len(shown.stdout), clip(shown.stdout))
	}
	if got := drtxt(c.args("--format", "json")...).want(t, 0).checked(t); len(got.Audience.On["zpa"].Users) != 502 {
		t.Errorf("%d users in JSON", len(got.Audience.On["zpa"].Users))
	}
}

// Where it is not settled whether somebody would switch, the reason stands beside.
func TestCheckUnsettled(t *testing.T) {
	t.Parallel()
	c := newCheckup(t)
	text := readIn(t, c.path("profiles.json"))
	start, _, found := strings.Cut(text, `"zpaRSAPubKey"`)
	if !found {
		t.Fatal("the profile has no key")
	}
	c.write(t, "profiles.json", strings.Replace(text, `"zpaRSAPubKey"`, `"otherKey"`, 1))
	name := start[strings.Index(start, `"name": "`)+len(`"name": "`):]
	name, _, _ = strings.Cut(name, `"`)
	for _, format := range []string{"table", "markdown"} {
		shown := drtxt(c.args("--format", format)...).want(t, 1).stdout
		shown = strings.ReplaceAll(shown, "`", "")
		if !strings.Contains(shown, "not settled, there is no key to verify with: \""+name) {
			t.Errorf("%s:\n%s", format, shown)
		}
	}
	open := drtxt(c.args("--format", "json")...).want(t, 1).checked(t).Audience.On["zpa"].Open
	if len(open) != 1 || !strings.HasPrefix(open[0].Profile, name) || open[0].Why != "there is no key to verify with" {
		t.Errorf("%+v", open)
	}
}

// Several profiles for one reason are one line.
func TestUnsettledLines(t *testing.T) {
	t.Parallel()
	got := unsettledLines([]appprofiles.Unsettled{{Profile: "a", Why: "x"}, {Profile: "b", Why: "y"}, {Profile: "c", Why: "x"}})
	if want := []string{`not settled, x: "a", "c"`, `not settled, y: "b"`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A file whose name begins with a hyphen is a file in the lines that are advised, too.
func TestCheckAdvisesFiles(t *testing.T) {
	t.Parallel()
	if o := (checkOptions{edges: []string{"-e.yaml", "a b.json"}}); o.edgeFiles() != "./-e.yaml 'a b.json'" {
		t.Errorf("the files are %s", o.edgeFiles())
	}
}
