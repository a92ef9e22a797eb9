package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const schemaHome = "https://github.com/drtxt/drtxt/docs/"

// A schemaSet holds the schemas in docs, compiled.
type schemaSet map[string]*jsonschema.Schema

var compileSchemas = sync.OnceValues(func() (schemaSet, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(docsLoader{})
	set := schemaSet{}
	for _, name := range []string{"recordset", "verification", "explanation", "drill", "keypair", "publication", "undo", "calibration", "keyinspection", "configuration", "kit", "kitverification", "edges", "check"} {
		schema, err := compiler.Compile(schemaHome + name + ".schema.json")
		if err != nil {
			return nil, err
		}
		set[name] = schema
	}
	return set, nil
})

// docsLoader reads the schemas from docs, not from the network.
type docsLoader struct{}

func (docsLoader) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, schemaHome)
	if !ok {
		return nil, fmt.Errorf("%s is not one of ours", url)
	}
	return jsonschema.FileLoader{}.Load("file://" + docsPath(name))
}

func schemas(t *testing.T) schemaSet {
	t.Helper()
	set, err := compileSchemas()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func (s schemaSet) validate(name, text string) error {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s[name].Validate(value)
}

func (s schemaSet) recordset(text string) error    { return s.validate("recordset", text) }
func (s schemaSet) verification(text string) error { return s.validate("verification", text) }
func (s schemaSet) explanation(text string) error  { return s.validate("explanation", text) }
func (s schemaSet) drill(text string) error        { return s.validate("drill", text) }

// What keygen prints as JSON fits its schema, and names the key that it wrote.
func TestKeyPairSchema(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "k")
	r := drtxt("keygen", "--no-passphrase", "--dir", dir, "--format", "json").want(t, 0)
	if err := schemas(t).validate("keypair", r.stdout); err != nil {
		t.Error(err)
	}
	key, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.stdout, keygen.Fingerprint(key)) {
		t.Errorf("the fingerprint of %s is missing in %s", dir, r.stdout)
	}
	for old, wrong := range map[string]string{"SHA256:": "SHA1:", `"encrypted": false`: `"encrypted": 0`, `"schema"`: `"scheme"`} {
		if schemas(t).validate("keypair", strings.Replace(r.stdout, old, wrong, 1)) == nil {
			t.Errorf("accepted with %s", wrong)
		}
	}
}

// What keygen inspect prints as JSON fits its schema, of every kind of key file.
func TestKeyInspectionSchema(t *testing.T) {
	t.Parallel()
	for _, path := range []string{keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem"), publicKey("test-a.pkcs1-public.pem"),
		filepath.Join(keysDir, "malformed", "encrypted-scrypt-private.pem"), filepath.Join(keysDir, "malformed", "encrypted-sha512-private.pem")} {
		r := drtxt("keygen", "inspect", path, "--format", "json").want(t, 0)
		if err := schemas(t).validate("keyinspection", r.stdout); err != nil {
			t.Errorf("%s: %v in %s", path, err, r.stdout)
		}
		for old, wrong := range map[string]string{"SHA256:": "SHA1:", `"proven"`: `"sure"`, `"kind": "p`: `"kind": "x`, `"kdf": "`: `"kdf": "x`} {
			if text := strings.Replace(r.stdout, old, wrong, 1); text != r.stdout && schemas(t).validate("keyinspection", text) == nil {
				t.Errorf("%s: accepted with %s", path, wrong)
			}
		}
	}
}

// What config show prints as JSON fits its schema, with and without a configuration.
func TestConfigurationSchema(t *testing.T) {
	t.Parallel()
	_, path := writeSettings(t, `scheme: trimmed
scheme-confirmed: {scheme: trimmed, date: 2026-12-01, way: pair, key: `+fingerprintA+`, open: [d]}
public: missing.pem
signer-agent: true
domains:
  dr.münchen.example:
    key: k.pem
    publish: {server: ns1.example.com, tsig-file: update.key}
    kit: {count: 3, format: [terraform]}
`)
	shown := call{env: map[string]string{"DRTXT_TTL": "5m"}}.run("config", "show", "--format", "json", "--config", path).want(t, 2)
	for _, r := range []result{shown, drtxt("config", "show", "--format", "json").want(t, 0), drtxt("config", "show", "dr.example.com", "--format", "json").want(t, 0)} {
		if err := schemas(t).validate("configuration", r.stdout); err != nil {
			t.Errorf("%v in %s", err, r.stdout)
		}
	}
	for old, wrong := range map[string]string{
		`"source": "file"`: `"source": "flag"`, `"because": "named"`: `"because": "guessed"`, `"section": "kit"`: `"section": "record"`,
		`"source": "default"`: `"source": "file"`, `"line": 3`: `"line": 0`, `"way": "pair"`: `"way": "guess"`, `"set_aside_by"`: `"aside"`,
		`"variable": "DRTXT_TTL"`: `"variable": "TTL"`, `"missing": [`: `"absent": [`, `"written"`: `"wrote"`, `"looked_for"`: `"looked"`,
	} {
		text := strings.Replace(shown.stdout, old, wrong, 1)
		if text == shown.stdout || schemas(t).validate("configuration", text) == nil {
			t.Errorf("%s is missing, or accepted as %s", old, wrong)
		}
	}
}

// Records beyond the first hundred are counted, not passed over in silence.
func TestExplanationSaysWhatItOmits(t *testing.T) {
	t.Parallel()
	args := []string{"explain", "--format", "json"}
	for range 103 {
		args = append(args, "v=1;k=zpa;b=off")
	}
	if r := drtxt(args...).want(t, 0); !strings.Contains(r.stdout, `"omitted": 3,`) {
		t.Error("the three records beyond a hundred are not counted")
	}
	many := drtxt("explain", "--format", "json", "v=1;b=on"+strings.Repeat(";a=1", 40)).want(t, 0)
	if !strings.Contains(many.stdout, `"omitted_tags": 10,`) || schemas(t).explanation(many.stdout) != nil {
		t.Error("the ten tags beyond 32 are not counted")
	}
}

// What record prints fits its schema, whatever it is asked for.
func TestRecordSetsFitTheSchema(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	for _, status := range []string{"on --for 8h", "off", "test --no-end", "on --start 4070908800 --end 4070908801", "off --end 253402300799"} {
		for _, more := range []string{
			"--key " + key, "--unsigned", "--key " + key + " --bind-domain", "--unsigned --bind-domain",
			"--key " + key + " --type zia --forwarding fail-open --ttl 1s",
			"--key " + key + " --type zpa --forwarding fail-close --ttl 24h --scheme values-semicolon+nok+nod+pss+twice",
		} {
			fields := strings.Fields(status + " " + more)
			args := append([]string{"record", fields[0], "_dr.xn--mnchen-3ya.example", "--format", "json"}, fields[1:]...)
			r := drtxt(args...).want(t, 0)
			if err := schemas(t).recordset(r.stdout); err != nil {
				t.Errorf("%v: %v\n%s", args, err, r.stdout)
			}
			if err := checkPrintable(r.stdout); err != nil {
				t.Error(err)
			}
		}
	}
}

// The fields of a record set are the contract's, no more and no fewer.
func TestRecordSetFields(t *testing.T) {
	t.Parallel()
	r := drtxt("record", "on", "dr.example.com", "--format", "json", "--key", keyFile(t, "test-a.private.pem"),
		"--start", "1800000000", "--end", "1800028800", "--forwarding", "fail-open", "--bind-domain").want(t, 0)
	var set map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &set); err != nil {
		t.Fatal(err)
	}
	wantFields(t, set, "activation key rrsets schema scheme signed")
	wantFields(t, set["activation"], "domain end forwarding start status type")
	wantFields(t, set["rrsets"].([]any)[0], "name ttl type values")
	want := map[string]any{"type": "all", "status": "on", "forwarding": "fail-open", "domain": "dr.example.com", "start": 1800000000.0, "end": 1800028800.0}
	if !reflect.DeepEqual(set["activation"], want) {
		t.Errorf("activation %v, want %v", set["activation"], want)
	}
	if set["schema"] != "drtxt/recordset/v1" || set["signed"] != true || set["scheme"] != "prefix" || set["key"] != fingerprintA {
		t.Errorf("got %v", set)
	}
}

func wantFields(t *testing.T, object any, want string) {
	t.Helper()
	names := slices.Sorted(maps.Keys(object.(map[string]any)))
	if got := strings.Join(names, " "); got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
}

// The fields of a verification are the contract's, and key and a server's address.
func TestVerificationFields(t *testing.T) {
	t.Parallel()
	values := signedBetween(t, 1800000000, 1800028800)
	server := serve(t, txt("dr.example.com", 3600, append(values, "v=spf1 -all")...))
	r := drtxt("verify", "dr.example.com", "--server", server, "--public", publicKey("test-a.public.pem"),
		"--at", "1800000000", "--expect", "on", "--format", "json").want(t, 0)
	var report map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatal(err)
	}
	wantFields(t, report, "as_expected at domain end exit_status expected findings key schema scheme scheme_confirmed servers start state verdict")
	wantFields(t, report["state"], "zia zpa")
	wantFields(t, report["servers"].([]any)[0], "address outcome role rtt_ms server transport ttl verdict")
	for _, finding := range report["findings"].([]any) {
		if code := finding.(map[string]any)["code"]; code == "ttl-long" || code == "answer-large" {
			wantFields(t, finding, "advice code message server severity")
		} else {
			wantFields(t, finding, "advice code message severity")
		}
	}
	if len(report["findings"].([]any)) < 2 {
		t.Errorf("findings: %v", report["findings"])
	}
	// The fields in the schema are these too.
	properties := slices.Sorted(maps.Keys(schemas(t)["verification"].Properties))
	if got, want := strings.Join(properties, " "), strings.Join(slices.Sorted(maps.Keys(report)), " "); got != want {
		t.Errorf("the schema has %q, the report %q", got, want)
	}
}

// signedBetween makes a set with a start and an end, under test key a.
func signedBetween(t *testing.T, start, end int64) []string {
	t.Helper()
	values, err := txtrecord.Sign(txtrecord.Activation{
		Type: txtrecord.AllProducts, Status: txtrecord.On,
		Start: time.Unix(start, 0).UTC(), End: time.Unix(end, 0).UTC(),
	}, txtrecord.Scheme{}, testSigner(t, "test-a.private.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// Live reports fit the schema, whatever came of asking.
func TestLiveReportsFitTheSchema(t *testing.T) {
	t.Parallel()
	servers := startServers(t)
	public := publicKey("test-a.public.pem")
	for _, test := range []struct {
		args    string
		status  int
		verdict string
	}{
		{"off.example.com --server $SERVER --public $PUBLIC --expect off", 0, "valid"},
		{"off.example.com --server $SERVER --public $PUBLIC --expect on", 1, "valid"},
		{"off.example.com --server $SERVER --server $SILENT --public $PUBLIC", 0, "valid"},
		{"off.example.com --server $SERVER", 1, "unchecked"},
		{"off.example.com --server $SERVER --skip-signature", 0, "unchecked"},
		{"unsigned.example.com --server $SERVER --allow-unsigned", 0, "unsigned"},
		{"foreign-key.example.com --server $SERVER --public $PUBLIC", 1, "invalid"},
		{"hostile.example.com --server $SERVER --public $PUBLIC", 1, "invalid"},
		{"stale.example.com --server $SERVER --public $PUBLIC", 1, "conflict"},
		{"dr.example.com --server $SERVER --server $OTHER --public $PUBLIC", 1, "conflict"},
		{"none.example.com --server $SERVER", 3, "none"},
		{"example.com --server $SERVER --expect none", 0, "none"},
		{"mail.example.com --server $SERVER", 3, "none"},
		{"dr.example.org --server $SERVER", 4, "unreachable"},
		{"off.example.com --server $SILENT", 4, "unreachable"},
		{"off.example.com --server name.invalid", 4, "unreachable"},
		{"dr.example.com --server $SERVER --resolver $OTHER --public $PUBLIC --expect on", 5, "pending"},
		{"off.example.com --server $SERVER --resolver tcp://$OTHER --public $PUBLIC", 0, "valid"},
		{"off.example.com --server $SERVER --resolver $SILENT --public $PUBLIC", 4, "unreachable"},
		{"off.example.com --server $SERVER --resolver tls://$SILENT --public $PUBLIC", 4, "unreachable"},
		{"off.example.com --server $SILENT --resolver https://$SILENT --public $PUBLIC", 4, "unreachable"},
		{"off.example.com --server $SILENT --resolver $OTHER --public $PUBLIC", 4, "unreachable"},
		{"dr.example.com --server $SERVER --resolver $HOSTILE --public $PUBLIC", 1, "valid"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(test.args, "$PUBLIC", public)
			for name, address := range servers {
				text = strings.ReplaceAll(text, "$"+name, address)
			}
			args := append([]string{"verify", "--format", "json", "--timeout", "1s", "--question-timeout", "300ms"}, strings.Fields(text)...)
			r := drtxt(args...).want(t, test.status)
			got := r.verification(t)
			if got.Verdict != test.verdict || got.ExitStatus != test.status || len(got.Servers) != strings.Count(text, "--server")+strings.Count(text, "--resolver") {
				t.Errorf("got %+v", got)
			}
			if err := schemas(t).verification(r.stdout); err != nil {
				t.Errorf("%v\n%s", err, r.stdout)
			}
			checkQuiet(t, r)
		})
	}
}

// Each line that watch and a list of domains print fits the schema by itself.
func TestLinesFitTheSchema(t *testing.T) {
	t.Parallel()
	servers := startServers(t)
	list := writeTemp(t, "list", "off.example.com\nnone.example.com\nhostile.example.com\n")
	public := publicKey("test-a.public.pem")
	for _, r := range []result{
		drtxt("verify", "--targets", list, "--server", servers["SERVER"], "--public", public, "--format", "json").want(t, 1),
		drtxt("watch", "none.example.com", "--until", "on", "--server", servers["SERVER"], "--public", public, "--interval", "1s", "--timeout", "2500ms", "--format", "json").want(t, 3),
	} {
		if n := strings.Count(r.stdout, "\n"); n < 2 || n > 3 {
			t.Errorf("%d lines:\n%s", n, r.stdout)
		}
		for line := range strings.Lines(r.stdout) {
			if err := schemas(t).verification(line); err != nil {
				t.Errorf("%v\n%s", err, line)
			}
		}
	}
}

// Reports on files fit the schema; the vectors' do in their own test.
func TestFileReportsFitTheSchema(t *testing.T) {
	t.Parallel()
	zone := writeTemp(t, "zone", "$ORIGIN example.com.\n$TTL 60\ndr IN TXT \"v=1;k=all;b=on\"\nalias IN CNAME dr\n")
	for args, status := range map[string]int{
		"--file " + zone + " --allow-unsigned --expect on":       0,
		"--file " + zone + " --allow-unsigned alias.example.com": 1,
		"--file " + zone + " none.example.com":                   3,
		"--file " + zone + " none.example.com --expect none":     0,
		"--file " + zone: 1,
	} {
		r := drtxt(append([]string{"verify", "--format", "json"}, strings.Fields(args)...)...).want(t, status)
		if err := schemas(t).verification(r.stdout); err != nil {
			t.Errorf("%s: %v\n%s", args, err, r.stdout)
		}
	}
}

func TestDrillFitsTheSchema(t *testing.T) {
	t.Parallel()
	r := drtxt("drill", "--format", "json").want(t, 0)
	if err := schemas(t).drill(r.stdout); err != nil {
		t.Errorf("%v\n%s", err, r.stdout)
	}
	checkQuiet(t, r)
	failed, err := drillAsJSON(&drill.Rehearsal{Plan: drill.Plan{Domain: drill.Domain}, Steps: []drill.Step{{Status: "off", Err: errors.New("no port\x1b")}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas(t).drill(string(failed)); err != nil {
		t.Errorf("a step that failed: %v\n%s", err, failed)
	}
}

// Every code and scheme that there is fits the schemas' patterns.
func TestSchemaKnowsCodesAndSchemes(t *testing.T) {
	t.Parallel()
	base := drtxt("verify", "--file", writeTemp(t, "values", "v=1;k=all;b=on\n"), "--allow-unsigned", "--format", "json").want(t, 0).stdout
	for _, info := range verify.Codes() {
		text := changed(t, base, "findings", []any{map[string]any{"code": info.Code, "severity": "info", "message": "m", "advice": info.Advice}})
		if err := schemas(t).verification(text); err != nil {
			t.Errorf("%s: %v", info.Code, err)
		}
	}
	for _, scheme := range txtrecord.Schemes() {
		if err := schemas(t).verification(changed(t, base, "scheme", scheme.String())); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}

// changed sets what stands at a path such as "servers.0.ttl" in a JSON text, and
// takes it away if the value is nil.
func changed(t *testing.T, text, path string, value any) string {
	t.Helper()
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(path, ".")
	at := document
	for _, step := range steps[:len(steps)-1] {
		if list, ok := at.([]any); ok {
			var i int
			fmt.Sscan(step, &i)
			at = list[i]
			continue
		}
		at = at.(map[string]any)[step]
	}
	last := steps[len(steps)-1]
	switch object := at.(type) {
	case map[string]any:
		object[last] = value
		if value == nil {
			delete(object, last)
		}
	case []any:
		var i int
		fmt.Sscan(last, &i)
		object[i] = value
	}
	result, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(result)
}

// A schema that lets everything through proves nothing.
func TestSchemasRefuse(t *testing.T) {
	t.Parallel()
	type change struct {
		path  string
		value any
	}
	values := signedBetween(t, 1800000000, 1800028800)
	recordset := drtxt("record", "on", "dr.example.com", "--format", "json", "--key", keyFile(t, "test-a.private.pem"), "--for", "8h").want(t, 0).stdout
	unsigned := drtxt("record", "on", "dr.example.com", "--format", "json", "--unsigned", "--for", "8h").want(t, 0).stdout
	server := serve(t, txt("dr.example.com", 3600, values...))
	report := drtxt("verify", "dr.example.com", "--server", server, "--public", publicKey("test-a.public.pem"),
		"--at", "1800000000", "--expect", "on", "--format", "json").want(t, 0).stdout
	explained := drtxt("explain", "v=1;b=ON", "--format", "json").want(t, 0).stdout
	rehearsal := drtxt("drill", "--format", "json").want(t, 0).stdout
	addresses := `{"schema":"drtxt/recordset/v1","rrsets":[` +
		`{"name":"dr.example.com.","type":"A","ttl":30,"values":["192.0.2.1","192.0.2.2"]},` +
		`{"name":"dr.example.com.","type":"AAAA","ttl":30,"values":["2001:db8::1"]}],"signed":false}`
	for _, test := range []struct {
		schema, text string
		changes      []change
	}{
		{"recordset", recordset, []change{
			{"schema", "drtxt/recordset/v2"}, {"schema", nil}, {"extra", 1}, {"rrsets", nil}, {"rrsets", []any{}},
			{"rrsets.0.name", "dr.example.com"}, {"rrsets.0.name", "DR.example.com."}, {"rrsets.0.name", "dr..com."}, {"rrsets.0.name", "d r.example.com."},
			{"rrsets.0.name", strings.Repeat("a", 64) + ".example.com."}, {"rrsets.0.name", strings.Repeat("abcdefghi.", 26)}, {"rrsets.0.name", nil},
			{"rrsets.0.type", "MX"}, {"rrsets.0.type", "txt"}, {"rrsets.0.type", "A"}, {"rrsets.0.ttl", 0}, {"rrsets.0.ttl", 86401}, {"rrsets.0.ttl", 1.5}, {"rrsets.0.ttl", "30"},
			{"rrsets.0.extra", 1}, {"rrsets.0.values", []any{}}, {"rrsets.0.values.0", "v=1;k=all;b=on"}, {"rrsets.0.values.0", `"v=1;k=all"`}, {"rrsets.0.values.0", "v=1;\x1b"},
			{"rrsets.0.values.0", "v=1;" + strings.Repeat("a", 251)}, {"rrsets.0.values", []any{values[0]}}, {"rrsets.0.values", []any{values[1], values[0]}},
			{"rrsets.0.values", []any{values[0], values[1], "v=1;k=all;b=on"}},
			{"activation", nil}, {"activation.type", "both"}, {"activation.type", nil}, {"activation.status", "ON"}, {"activation.status", nil}, {"activation.extra", 1},
			{"activation.start", -1}, {"activation.end", int64(253402300800)}, {"activation.end", "2099"}, {"activation.end", 1.5},
			{"activation.forwarding", "fo"}, {"activation.forwarding", ""}, {"activation.domain", "dr.example.com."}, {"activation.domain", ""},
			{"signed", nil}, {"signed", "true"}, {"signed", false}, {"key", nil}, {"key", "MD5:x"}, {"key", "SHA256:" + strings.Repeat("A", 44)}, {"scheme", nil}, {"scheme", "prefix+pss+nok"}, {"scheme", "Prefix"},
		}},
		{"recordset", unsigned, []change{
			{"signed", true}, {"key", fingerprintA}, {"scheme", "prefix"}, {"rrsets.0.values.0", values[0]}, {"rrsets.0.values", []any{"v=1;b=on", "v=1;b=off"}},
		}},
		{"recordset", addresses, []change{
			{"signed", true}, {"activation", map[string]any{"type": "all", "status": "on"}}, {"rrsets.0.values.0", "192.0.2.256"}, {"rrsets.0.values.0", "192.0.2"},
			{"rrsets.0.values.0", "2001:db8::1"}, {"rrsets.0.values.1", "192.0.2.1"}, {"rrsets.1.values.0", "192.0.2.1"}, {"rrsets.1.values.0", "2001:db8::1%eth0"}, {"rrsets.1.values.0", "2001:::1"},
		}},
		{"verification", report, []change{
			{"schema", "drtxt/verification/v2"}, {"extra", 1}, {"domain", ""}, {"domain", 1}, {"at", nil}, {"at", -1}, {"at", 1.5}, {"scheme", nil}, {"scheme", "x"}, {"scheme_confirmed", nil},
			{"verdict", "ok"}, {"verdict", nil}, {"verdict", "invalid"}, {"verdict", "none"}, {"verdict", "unreachable"}, {"state", nil}, {"state.zia", "up"}, {"state.zpa", nil}, {"state.zdx", "on"},
			{"start", "x"}, {"end", int64(253402300800)}, {"key", nil}, {"key", "x"}, {"expected", nil}, {"expected", "scheduled"}, {"as_expected", nil}, {"as_expected", 1},
			{"exit_status", nil}, {"exit_status", 2}, {"exit_status", 1}, {"exit_status", 6}, {"servers", nil}, {"findings", nil}, {"findings.0.severity", "error"}, {"findings.0.severity", "fatal"},
			{"findings.0.code", "Not A Code"}, {"findings.0.message", ""}, {"findings.0.advice", nil}, {"findings.0.advice", ""}, {"findings.0.extra", 1}, {"findings.0.server", ""},
			{"servers.0.server", nil}, {"servers.0.address", nil}, {"servers.0.address", "127.0.0.1"}, {"servers.0.role", "secondary"}, {"servers.0.role", nil}, {"servers.0.transport", "sctp"}, {"servers.0.transport", nil},
			{"servers.0.outcome", "timeout"}, {"servers.0.outcome", "maybe"}, {"servers.0.outcome", nil}, {"servers.0.verdict", nil}, {"servers.0.verdict", "pending"}, {"servers.0.ttl", -1}, {"servers.0.ttl", 1 << 31},
			{"servers.0.rtt_ms", nil}, {"servers.0.rtt_ms", -0.1}, {"servers.0.extra", 1},
		}},
		{"explanation", explained, []change{
			{"schema", "x"}, {"extra", 1}, {"records", nil}, {"verification", nil}, {"verification.verdict", "x"}, {"records.0.value", nil}, {"records.0.ours", false}, {"records.0.kind", "x"},
			{"records.0.tags", nil}, {"records.0.tags.0.column", 0}, {"records.0.tags.0.meaning", ""}, {"records.0.tags.0.extra", 1}, {"records.0.faults.0.code", "X"}, {"records.0.faults.0.refused", nil}, {"records.0.faults.0.column", 0},
		}},
		{"drill", rehearsal, []change{
			{"schema", "x"}, {"extra", 1}, {"domain", "x"}, {"right", nil}, {"steps", []any{}}, {"steps.0.status", "none"}, {"steps.0.right", false}, {"steps.0.error", "x"},
			{"steps.0.took_ms", -1}, {"steps.0.took_ms", 1.5}, {"steps.0.clients_switched_within_seconds", nil}, {"steps.0.verification", nil}, {"steps.0.verification.exit_status", 2}, {"steps.0.extra", 1},
		}},
	} {
		if err := schemas(t).validate(test.schema, test.text); err != nil {
			t.Fatalf("%s, unchanged: %v\n%s", test.schema, err, test.text)
		}
		for _, c := range test.changes {
			if schemas(t).validate(test.schema, changed(t, test.text, c.path, c.value)) == nil {
				t.Errorf("%s: %s = %v is accepted", test.schema, c.path, c.value)
			}
		}
	}
}
