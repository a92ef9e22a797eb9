package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/txtrecord"
)

// calibration is the contract's JSON, written down once more.
type calibrationForm struct {
	Schema  string   `json:"schema"`
	Outcome string   `json:"outcome"`
	Scheme  string   `json:"scheme"`
	Equals  []string `json:"equals"`
	Open    []string `json:"open"`
	Key     string   `json:"key"`
	Tried   int      `json:"tried"`
	Verdict string   `json:"verdict"`
	Record  string   `json:"record"`
	Saved   *struct {
		Path, Date, Way, Replaced string
	} `json:"saved"`
	Trial *struct {
		Folder, Domain string
		End, Seconds   int64
		Sets           []struct{ Scheme, Folder string }
		Omitted        []string
	} `json:"trial"`
	Diagnoses []struct {
		Key, Origin, Hash, Digest string
		Over                      []string
		InnerHash                 string `json:"inner_hash"`
		InnerForm                 string `json:"inner_form"`
		NamedHash                 string `json:"named_hash"`
		MaskHash                  string `json:"mask_hash"`
		HashSize                  int    `json:"hash_size"`
		WithoutNull               bool   `json:"without_null"`
		Reversed                  bool
		Salt                      int
		Chance                    float64
	} `json:"diagnoses"`
	Findings   []reportedFinding `json:"findings"`
	ExitStatus int               `json:"exit_status"`
}

// calibrated decodes standard output, and holds it against the schema.
func (r result) calibrated(t *testing.T) calibrationForm {
	t.Helper()
	var form calibrationForm
	decoder := json.NewDecoder(strings.NewReader(r.stdout))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&form); err != nil {
		t.Fatalf("%v in: %s", err, clip(r.stdout))
	}
	if err := schemas(t).validate("calibration", r.stdout); err != nil {
		t.Errorf("%v\n%s", err, clip(r.stdout))
	}
	if form.Schema != "drtxt/calibration/v1" || form.ExitStatus != r.status {
		t.Errorf("%s, exit_status %d, status %d", form.Schema, form.ExitStatus, r.status)
	}
	return form
}

// calibrate runs the command on a vector.
func calibrate(t *testing.T, v vectors.Vector, more ...string) result {
	t.Helper()
	format, content := vectorFile(v.Records)
	args := []string{"calibrate", "--file", writeTemp(t, "records", content), "--file-format", format, "--public", publicKey("test-a.public.pem")}
	if v.Domain != "" {
		args = append(args, "--domain", v.Domain)
	}
	return drtxt(append(args, more...)...)
}

// Every vector through the command: those that hold under a scheme are found under it,
// and the others are not taken for what they are not.
func TestCalibrateVectors(t *testing.T) {
	t.Parallel()
	all, err := vectors.Load(vectorsDir)
	if err != nil {
		t.Fatal(err)
	}
	schemesSeen := map[string]bool{}
	for _, v := range all {
		format, content := vectorFile(v.Records)
		if content == "" || format == "" {
			continue
		}
		r := calibrate(t, v, "--format", "json")
		form := r.calibrated(t)
		holds := v.Verdict == "valid" && len(v.Public) > 0 && v.Public[0] == "test-a.public.pem"
		want := v.Scheme
		if want == "" {
			want = "prefix"
		}
		switch {
		case form.Outcome == "found" && holds:
			// The plainest of those that sign the same bytes, of which it is one.
			if form.Scheme != want && !slices.Contains(form.Equals, want) {
				t.Errorf("%s: found %s (%v), want %s", v.Name, form.Scheme, form.Equals, want)
			}
			if strings.Contains(strings.Join(v.Records[0], "")+strings.Join(v.Records[1], ""), "k=") && strings.Contains(content, "d=") && len(form.Equals) > 0 {
				t.Errorf("%s: %s is not told from %v", v.Name, form.Scheme, form.Equals)
			}
			if form.Scheme == want {
				schemesSeen[want] = true
			}
			r.want(t, 0)
		case holds && v.Name != "valid-key-b" && v.Expect == "valid":
			t.Errorf("%s: %s", v.Name, form.Outcome)
		case v.Verdict == "conflict", v.Verdict == "unsigned", v.Verdict == "none", v.Expect == "syntax", v.Expect == "incomplete", v.Expect == "mismatch":
			// Without a key a part that was altered cannot be told from half of another set.
			halves := v.Expect == "mismatch" && form.Verdict == "conflict"
			if form.Outcome != "malformed" || form.Verdict != v.Verdict && !halves {
				t.Errorf("%s: %s, %s; want malformed, %s", v.Name, form.Outcome, form.Verdict, v.Verdict)
			}
			r.want(t, map[string]int{"none": 3}[v.Verdict]+map[bool]int{true: 1}[v.Verdict != "none"])
		}
	}
	for _, s := range txtrecord.Schemes() {
		if !schemesSeen[s.String()] {
			t.Errorf("no vector was found to be %s", s)
		}
	}
}

// What is sent to the project is only what has ended.
func TestCalibrateSaysWhatToSend(t *testing.T) {
	t.Parallel()
	other := publicKey("test-b.public.pem")
	for args, want := range map[string]string{
		"on --end 1800000000": "this one ended at 2027-01-15T08:00:00Z",
		"on --end 2000000000": "only after 2033-05-18T03:33:20Z",
		"off":                 "not this one, it never ends",
	} {
		fields := strings.Fields(args)
		record := append([]string{"record", fields[0], "dr.example.com", "--key", keyFile(t, "test-a.private.pem")}, fields[1:]...)
		file := writeTemp(t, "pair.txt", drtxt(record...).want(t, 0).stdout)
		r := call{now: time.Unix(1900000000, 0)}.run("calibrate", "--file", file, "--public", other).want(t, 1)
		if !strings.Contains(r.stdout, want) || !strings.Contains(r.stdout, "Never send a private key") {
			t.Errorf("%s: %q is missing in: %s", args, want, r.stdout)
		}
		checkQuiet(t, r)
	}
}

// What a file says about its records does not count, nor does their TTL.
func TestCalibrateHeedsTheSignatureAlone(t *testing.T) {
	t.Parallel()
	text := drtxt("record", "on", "dr.example.com", "--for", "8h", "--ttl", "1s", "--scheme", "trimmed", "--format", "json", "--key", keyFile(t, "test-a.private.pem")).want(t, 0).stdout
	for path, value := range map[string]any{"scheme": "values", "activation.status": "off", "key": "SHA256:" + strings.Repeat("A", 43)} {
		file := writeTemp(t, "pair.json", changed(t, text, path, value))
		r := call{now: time.Unix(2000000000, 0)}.run("calibrate", "--file", file, "--public", publicKey("test-a.public.pem"), "--format", "json").want(t, 0)
		if form := r.calibrated(t); form.Scheme != "trimmed" {
			t.Errorf("%s: %+v", path, form)
		}
	}
}

// configured is the text of a configuration.
func configured(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What is saved is what JSON says, and what the next run reads.
func TestCalibrateSaves(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	config := filepath.Join(t.TempDir(), "new", "drtxt.yaml")
	file := writeTemp(t, "pair.txt", drtxt("record", "off", "dr.example.com", "--key", key, "--scheme", "trimmed+pss").want(t, 0).stdout)
	got := drtxt("calibrate", "--file", file, "--public", public, "--save", "--config", config, "--format", "json").want(t, 0).calibrated(t)
	if got.Saved == nil || got.Saved.Path != config || got.Saved.Date != "2026-12-01" || got.Saved.Way != "pair" || got.Saved.Replaced != "" ||
		got.Scheme != "trimmed+pss" || got.Key != fingerprintA || got.Tried != 64 || !reflect.DeepEqual(got.Open, []string{"d"}) {
		t.Errorf("got %+v", got)
	}
	report := drtxt("verify", "--file", file, "--public", public, "--config", config, "--format", "json").want(t, 0)
	if v := report.verification(t); v.Scheme != "trimmed+pss" || v.SchemeConfirmed == nil || !*v.SchemeConfirmed {
		t.Errorf("got %+v", v)
	}
	if saved := configured(t, config); !strings.Contains(saved, "\n  open: [d]\n") {
		t.Errorf("saved %s", saved)
	}
	if err := schemas(t).verification(report.stdout); err != nil {
		t.Error(err)
	}
	accepted := drtxt("calibrate", "--accepted", "prefix", "--save", "--config", config, "--format", "json").want(t, 0)
	if form := accepted.calibrated(t); form.Saved == nil || form.Saved.Way != "trial" || form.Saved.Replaced != "trimmed+pss" || form.Key != "" || !reflect.DeepEqual(form.Open, []string{"d"}) {
		t.Errorf("got %+v", form)
	}
	if !strings.Contains(accepted.stderr, "warning: it takes the place of scheme trimmed+pss, confirmed on 2026-12-01 (pair)") {
		t.Errorf("said %s", accepted.stderr)
	}
}

// The confirmation is said wherever the question comes up: by record, verify, explain,
// watch and publish.
func TestConfirmedEverywhere(t *testing.T) {
	t.Parallel()
	config := writeTemp(t, "drtxt.yaml", "scheme: prefix\nscheme-confirmed: {scheme: prefix, date: 2026-11-30, way: pair}\n")
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	set := writeTemp(t, "on.json", drtxt("record", "on", "dr.example.com", "--for", "8h", "--key", key, "--format", "json").want(t, 0).stdout)
	zone := writeTemp(t, "zone", "$ORIGIN example.com.\n$TTL 60\n@ SOA ns1 admin 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n")
	server := serve(t, txt("dr.example.com", 30, signedBetween(t, 1700000000, 1900000000)...))
	const words = "scheme prefix, confirmed on 2026-11-30"
	for name, args := range map[string][]string{
		"record":   {"record", "off", "dr.example.com", "--key", key},
		"verify":   {"verify", "--file", set, "--public", public},
		"markdown": {"verify", "--file", set, "--public", public, "--format", "markdown"},
		"live":     {"verify", "dr.example.com", "--server", server, "--public", public},
		"watch":    {"watch", "dr.example.com", "--server", server, "--public", public, "--until", "on"},
		"publish":  {"publish", "--records", set, "--zone-file", zone, "--zone", "example.com", "--public", public, "--confirm", "dr.example.com", "--undo-dir", t.TempDir()},
	} {
		r := drtxt(append(args, "--config", config)...).want(t, 0)
		if all := strings.Join(strings.Fields(r.stdout+r.stderr), " "); !strings.Contains(all, words) || strings.Contains(all, "not confirmed") {
			t.Errorf("%s: %q is missing in: %s", name, words, clip(all))
		}
		typed := drtxt(append(slices.Clone(args), "--config", config, "--scheme", "prefix")...).want(t, 0)
		if all := typed.stdout + typed.stderr; name != "publish" && !strings.Contains(all, "not confirmed against the vendor's tool") {
			t.Errorf("%s, typed: %s", name, clip(all))
		}
	}
	r := drtxt("explain", "v=1;k=all;b=on", "--config", config, "--format", "json").want(t, 0)
	if !strings.Contains(r.stdout, `"scheme_confirmed": true`) {
		t.Errorf("explain: %s", clip(r.stdout))
	}
}

// For records with a tag that the confirmation leaves open, it does not count: that is said
// wherever it is, also of those whose signature does not hold, and not of other records.
func TestConfirmedButForATag(t *testing.T) {
	t.Parallel()
	config := writeTemp(t, "drtxt.yaml", "scheme: prefix\nscheme-confirmed: {scheme: prefix, date: 2026-11-30, way: pair, open: [d]}\n")
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	for name, c := range map[string]struct {
		flags     []string
		words     string
		confirmed bool
	}{
		"with d":    {[]string{"--bind-domain"}, "scheme prefix, confirmed on 2026-11-30, but not for the tag d", false},
		"without d": {nil, "scheme prefix, confirmed on 2026-11-30", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			record := append([]string{"record", "test", "dr.example.com", "--for", "8h", "--key", key, "--config", config}, c.flags...)
			values := drtxt(record...).want(t, 0).stdout
			valid, altered := writeTemp(t, "test.txt", values), writeTemp(t, "altered.txt", strings.ReplaceAll(values, "k=all", "k=zia"))
			server := serve(t, txt("dr.example.com", 30, strings.Fields(values)...))
			other := serve(t, txt("dr.example.com", 30, "v=1;k=all;b=off"))
			zone := writeTemp(t, "zone", "$ORIGIN example.com.\n$TTL 60\n@ SOA ns1 admin 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n")
			publish := func(status string) []string {
				set := drtxt(append([]string{"record", status, "dr.example.com", "--no-end", "--key", key, "--format", "json"}, c.flags...)...).want(t, 0).stdout
				return []string{"publish", "--records", writeTemp(t, "set.json", set), "--zone-file", zone, "--zone", "example.com", "--public", public, "--confirm", "dr.example.com", "--undo-dir", t.TempDir()}
			}
			for _, said := range []struct {
				status int
				args   []string
			}{
				{0, record},
				{0, []string{"verify", "--file", valid, "--public", public}},
				{1, []string{"verify", "--file", valid}},
				{1, []string{"verify", "--file", altered, "--public", public}},
				{0, []string{"verify", "--file", valid, "--public", public, "--format", "markdown"}},
				{0, []string{"verify", "dr.example.com", "--server", server, "--public", public}},
				{1, []string{"verify", "dr.example.com", "--server", server, "--server", other, "--public", public}},
				{0, []string{"watch", "dr.example.com", "--server", server, "--public", public, "--until", "test"}},
				{0, publish("on")},
				{0, append(publish("test"), "--format", "json")},
			} {
				r := drtxt(append(said.args, "--config", config)...).want(t, said.status)
				if all := strings.Join(strings.Fields(r.stdout+r.stderr), " "); !strings.Contains(all, c.words) || strings.Contains(all, "but not for") == c.confirmed {
					t.Errorf("%v: want %q in: %s", said.args, c.words, clip(all))
				}
			}
			for _, judged := range [][]string{
				{"verify", "--file", valid, "--public", public},
				{"verify", "--file", altered, "--public", public},
				{"verify", "dr.example.com", "--server", server, "--server", other, "--public", public},
				append([]string{"explain"}, strings.Fields(values)...),
			} {
				r := drtxt(append(judged, "--config", config, "--format", "json")...)
				if !strings.Contains(r.stdout, `"scheme_confirmed": `+strconv.FormatBool(c.confirmed)+",") {
					t.Errorf("%v: %s", judged, clip(r.stdout))
				}
			}
		})
	}
	both := writeTemp(t, "drtxt.yaml", "scheme: prefix\nscheme-confirmed: {scheme: prefix, date: 2026-11-30, way: pair, open: [k, d]}\n")
	r := drtxt("record", "off", "dr.example.com", "--bind-domain", "--key", key, "--config", both).want(t, 0)
	if !strings.Contains(r.stderr, ", but not for the tags k and d\n") {
		t.Errorf("both: %s", r.stderr)
	}
}

// A confirmation that settles less than the one that it replaces says so.
func TestSavingLessThanWasKnown(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	config := filepath.Join(t.TempDir(), "drtxt.yaml")
	pair := func(more ...string) []string {
		file := writeTemp(t, "pair.txt", drtxt(append([]string{"record", "off", "dr.example.com", "--key", key}, more...)...).want(t, 0).stdout)
		return []string{"calibrate", "--file", file, "--public", public, "--save", "--config", config}
	}
	for _, c := range []struct {
		args []string
		says string // on standard error
		open string // in the configuration
	}{
		{pair(), "", "  open: [d]\n"},
		{pair("--bind-domain"), "", ""},
		{pair("--bind-domain"), "", ""},
		{pair(), "warning: it takes the place of the same scheme, confirmed on 2026-12-01 (pair) for the tag d too\n", "  open: [d]\n"},
		{pair(), "", "  open: [d]\n"},
		{[]string{"calibrate", "--accepted", "prefix", "--bind-domain", "--save", "--config", config}, "", ""},
		{[]string{"calibrate", "--accepted", "prefix", "--save", "--config", config}, "(trial) for the tag d too", "  open: [d]\n"},
	} {
		r := drtxt(c.args...).want(t, 0)
		if !strings.Contains(r.stderr, c.says) || c.says == "" && r.stderr != "" {
			t.Errorf("%v: said %q, want %q", c.args, r.stderr, c.says)
		}
		saved := configured(t, config)
		if !strings.Contains(saved, c.open) || c.open == "" && strings.Contains(saved, "open") {
			t.Errorf("%v: saved\n%s", c.args, saved)
		}
		if words := ", confirmed on 2026-12-01, but not for the tag d, in "; strings.Contains(r.stdout, words) != (c.open != "") {
			t.Errorf("%v: %s", c.args, r.stdout)
		}
	}
}

// Whether a trial's sets had d is said with its outcome, by a flag that was typed.
func TestAcceptedWithTheDomain(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "drtxt.yaml")
	accepted := []string{"calibrate", "--accepted", "values", "--save", "--config", config, "--format", "json"}
	for name, c := range map[string]struct {
		env  map[string]string
		more []string
		open []string
	}{
		"not said":           {nil, nil, []string{"d"}},
		"said":               {nil, []string{"--bind-domain"}, nil},
		"denied":             {nil, []string{"--bind-domain=false"}, []string{"d"}},
		"in the environment": {map[string]string{"DRTXT_BIND_DOMAIN": "true"}, nil, []string{"d"}},
	} {
		form := call{env: c.env}.run(append(accepted, c.more...)...).want(t, 0).calibrated(t)
		if !reflect.DeepEqual(form.Open, c.open) {
			t.Errorf("%s: open %q, want %q", name, form.Open, c.open)
		}
	}
	text := drtxt(accepted[:len(accepted)-2]...).want(t, 0).stdout
	if !strings.Contains(text, "  open   whether d is signed: ") || !strings.Contains(text, "--bind-domain") {
		t.Errorf("said %s", text)
	}
	drtxt("calibrate", "--accepted", "values", "--save", "--config", config, "--type", "zia", "--bind-domain").refused(t, 2, "--type is about --trial")
}

// What has no signature is not called accepted by a flag that calibrate does not have.
func TestCalibrateAdvisesOnPairs(t *testing.T) {
	t.Parallel()
	for record, c := range map[string]struct {
		status int
		first  string
		advice string
	}{
		"v=1;k=all;b=on": {1, "nothing to try a scheme on: the record is not signed, and a signed pair is needed\n", "have the vendor's tool sign, with a private key"},
		"v=spf1 -all":    {3, "nothing to try a scheme on: there is no disaster recovery record, and a signed pair is needed\n", "give both records that the vendor's tool wrote"},
		"v=1;b=ON":       {1, "nothing to try a scheme on: the records are invalid, and a signed pair is needed\n", "give both records of one pair, whole"},
	} {
		args := []string{"calibrate", "--public", publicKey("test-a.public.pem"), record}
		r := drtxt(args...).want(t, c.status)
		if !strings.HasPrefix(r.stdout, c.first) || !strings.Contains(r.stdout, "  -> "+c.advice) {
			t.Errorf("%s: %s", record, r.stdout)
		}
		as := drtxt(append(args, "--format", "json")...).want(t, c.status)
		as.calibrated(t)
		for _, wrong := range []string{"--allow-unsigned", "drtxt record", "standing off", "are none", "are unsigned"} {
			if strings.Contains(r.stdout+as.stdout, wrong) {
				t.Errorf("%s: %q in %s", record, wrong, r.stdout)
			}
		}
	}
}

// A schema that lets everything through proves nothing.
func TestCalibrationSchemaRefuses(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	pair := writeTemp(t, "pair.txt", drtxt("record", "on", "dr.example.com", "--for", "8h", "--key", key).want(t, 0).stdout)
	config := filepath.Join(t.TempDir(), "drtxt.yaml")
	type change struct {
		path  string
		value any
	}
	for _, c := range []struct {
		args    []string
		status  int
		changes []change
	}{
		{[]string{"--file", pair, "--public", publicKey("test-a.public.pem"), "--save", "--config", config}, 0, []change{
			{"schema", "drtxt/calibration/v2"}, {"outcome", "none"}, {"outcome", "maybe"}, {"outcome", nil}, {"scheme", nil}, {"scheme", "raw"}, {"equals", []any{}}, {"equals.0", "raw"},
			{"open.0", "m"}, {"key", nil}, {"key", "x"}, {"tried", 0}, {"tried", nil}, {"record", nil}, {"record", "rm"}, {"exit_status", 1}, {"exit_status", nil}, {"verdict", "none"}, {"extra", 1},
			{"saved.path", ""}, {"saved.date", "today"}, {"saved.way", "guess"}, {"saved.way", nil}, {"saved.replaced", "raw"}, {"saved.extra", 1},
		}},
		{[]string{"--file", pair, "--public", publicKey("test-b.public.pem")}, 1, []change{
			{"diagnoses", nil}, {"diagnoses", []any{}}, {"diagnoses.0.origin", "raw"}, {"diagnoses.0.origin", "pkcs1v15"}, {"diagnoses.0.origin", "pss"}, {"diagnoses.0.hash", "SHA-256"},
			{"diagnoses.0.salt", 3}, {"diagnoses.0.key", nil}, {"diagnoses.0.extra", 1}, {"exit_status", 0}, {"scheme", "prefix"}, {"tried", nil},
		}},
		{[]string{"v=1;b=on", "--public", publicKey("test-a.public.pem")}, 1, []change{
			{"verdict", nil}, {"verdict", "valid"}, {"findings", nil}, {"findings", []any{}}, {"findings.0.code", "X"}, {"exit_status", 0}, {"exit_status", 2}, {"scheme", "prefix"},
		}},
		{[]string{"--trial", filepath.Join(t.TempDir(), "t"), "trial.example.com", "--key", key}, 0, []change{
			{"trial", nil}, {"trial.sets", []any{}}, {"trial.sets.0.scheme", "raw"}, {"trial.sets.0.folder", "../x"}, {"trial.end", nil}, {"trial.seconds", 0}, {"trial.domain", "x"}, {"trial.omitted", nil}, {"trial.extra", 1}, {"exit_status", 1},
		}},
		{[]string{"--accepted", "values", "--save", "--config", config + "2"}, 0, []change{{"scheme", nil}, {"saved", nil}, {"record", nil}, {"open", []any{}}, {"open.0", "m"}, {"tried", 64}, {"exit_status", 3}}},
	} {
		r := drtxt(append([]string{"calibrate", "--format", "json"}, c.args...)...).want(t, c.status)
		r.calibrated(t)
		for _, change := range c.changes {
			if schemas(t).validate("calibration", changed(t, r.stdout, change.path, change.value)) == nil {
				t.Errorf("%s = %v is accepted", change.path, change.value)
			}
		}
	}
}
