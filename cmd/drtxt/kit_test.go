package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/kit"
)

// newKit makes a kit of test key a at testNow.
func newKit(t *testing.T, more ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kit")
	args := append([]string{"kit", "dr.example.com", "--out", dir, "--key", keyFile(t, "test-a.private.pem")}, more...)
	drtxt(args...).want(t, 0)
	return dir
}

func readIn(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Manifests fit their schema, whatever was asked for.
func TestKitManifestsFitTheSchema(t *testing.T) {
	t.Parallel()
	for _, more := range []string{
		"", "--count 1", "--count 52 --window 1h --overlap 0s", "--type zpa --forwarding fail-close --bind-domain",
		"--format cloudflare --format azure --ttl 60s --zone-id z --resource-group g --scheme values+pss",
		"--format terraform --provider google --project p --timezone Europe/Berlin --zone example.com",
		"--format octodns --octodns-escape=false --format cloudflare --ttl-min 30s",
	} {
		text := readIn(t, filepath.Join(newKit(t, strings.Fields(more)...), kit.ManifestFile))
		if err := schemas(t).validate("kit", text); err != nil {
			t.Errorf("%s: %v\n%s", more, err, text)
		}
		for old, wrong := range map[string]string{
			`"drtxt/kit/v1"`: `"drtxt/kit/v2"`, `"path": "on/on-01.json"`: `"path": "../on-01.json"`, "SHA256:": "MD5:", `"status": "off",`: `"status": "off", "end": 1,`,
			`"path": "runbook.html"`: `"path": "index.html"`, `"made"`: `"mode"`, "Whoever": "Nobody", `"timezone": "`: `"timezone": "Local", "x": "`,
		} {
			if !strings.Contains(text, old) {
				t.Fatalf("%s: %s is missing", more, old)
			}
			if schemas(t).validate("kit", strings.Replace(text, old, wrong, 1)) == nil {
				t.Errorf("%s: accepted with %s", more, wrong)
			}
		}
	}
}

// Verifications fit their schema, whatever is wrong with the kit.
func TestKitVerificationsFitTheSchema(t *testing.T) {
	t.Parallel()
	public := publicKey("test-a.public.pem")
	for name, c := range map[string]struct {
		change  func(dir string) error
		args    string
		status  int
		verdict string
	}{
		"whole":     {func(string) error { return nil }, "--public " + public, 0, "valid"},
		"two keys":  {func(string) error { return nil }, "--public " + public + " --public " + publicKey("test-b.public.pem"), 0, "valid"},
		"unchecked": {func(string) error { return nil }, "", 1, "unchecked"},
		"old":       {func(string) error { return nil }, "--at +1000d --public " + public, 1, "valid"},
		"damaged":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "on/on-01.json"), nil, 0o600) }, "--public " + public, 1, "invalid"},
		"foreign":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "\x1b[31m\u202e"), nil, 0o600) }, "--public " + public, 1, "invalid"},
		"bare":      {func(dir string) error { return os.RemoveAll(filepath.Join(dir, "test")) }, "dr.example.org --public " + publicKey("test-b.public.pem"), 1, "invalid"},
	} {
		dir := newKit(t)
		if err := c.change(dir); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"kit", "verify", dir, "--format", "json"}, strings.Fields(c.args)...)
		if name == "bare" {
			args = append([]string{"kit", "verify", dir}, append(strings.Fields(c.args), "--format", "json")...)
		}
		r := drtxt(args...).want(t, c.status)
		if err := schemas(t).validate("kitverification", r.stdout); err != nil {
			t.Errorf("%s: %v\n%s", name, err, r.stdout)
		}
		if !strings.Contains(r.stdout, `"verdict": "`+c.verdict+`",`+"\n  \"exit_status\"") {
			t.Errorf("%s: %s", name, r.stdout)
		}
		if got, want := strings.Count(r.stdout, `    "SHA256:`), strings.Count(c.args, "--public"); got != want {
			t.Errorf("%s: verified with %d keys, want %d: %s", name, got, want, r.stdout)
		}
		if err := checkPrintable(r.stdout); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := checkPrintable(drtxt(slices.DeleteFunc(args, func(a string) bool { return a == "--format" || a == "json" })...).stdout); err != nil {
			t.Errorf("%s, as a table: %v", name, err)
		}
		for old, wrong := range map[string]string{`"exit_status": `: `"exit_status": 1`, `"open"`: `"closed"`, `"verdict": "`: `"verdict": "x`, `"last_end"`: `"end"`, `"verified_with"`: `"with"`} {
			if text := strings.Replace(r.stdout, old, wrong, 1); text != r.stdout && schemas(t).validate("kitverification", text) == nil {
				t.Errorf("%s: accepted with %s", name, wrong)
			}
		}
	}
}

// Each set is what record makes of the same, byte for byte.
func TestKitHoldsWhatRecordMakes(t *testing.T) {
	t.Parallel()
	dir := newKit(t, "--forwarding", "fail-open", "--zone", "example.com", "--format", "route53", "--count", "2")
	key := keyFile(t, "test-a.private.pem")
	start := testNow.Add(6 * 24 * time.Hour)
	for name, more := range map[string][]string{
		"off/off":      {"off"},
		"on/on-02":     {"on", "--start", start.Format(time.RFC3339), "--for", "7d"},
		"test/test-02": {"test", "--start", start.Format(time.RFC3339), "--for", "7d"},
	} {
		for format, extension := range map[string]string{"text": "txt", "json": "json", "zone": "zone", "nsupdate": "nsupdate", "route53": "route53.json"} {
			args := append([]string{"record", more[0], "dr.example.com", "--key", key, "--forwarding", "fail-open", "--zone", "example.com", "--format", format}, more[1:]...)
			if want, got := drtxt(args...).want(t, 0).stdout, readIn(t, filepath.Join(dir, name+"."+extension)); got != want {
				t.Errorf("%s.%s is\n%s\nrecord makes\n%s", name, extension, got, want)
			}
		}
	}
}

// A program that signs is told of for each set, and its key is enough.
func TestKitBySignerCommand(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	args := []string{"kit", "dr.example.com", "--out", filepath.Join(parent, "kit"), "--count", "1", "--signer-command", signerPath(t), "--public", public, "--signer-arg", key, "--signer-arg"}
	if r := drtxt(append(args, "fail")...).want(t, 1); !strings.Contains(r.stderr, "hint: nothing was written") {
		t.Errorf("%s", r.stderr)
	}
	if got := files(t, parent); got != "" {
		t.Errorf("it left %q", got)
	}
	drtxt(append(args, "raw")...).want(t, 0)
	drtxt("kit", "verify", filepath.Join(parent, "kit"), "--public", public).want(t, 0)
}

// The configuration says how drtxt publish reaches the zone, what is nearer before what is
// farther, and files by paths that hold from everywhere, whether or not they are there.
func TestKitPublishFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ yaml, want string }{
		"none":         {"type: all\n", "--server YOUR-NAME-SERVER --zone example.com --tsig-file KEY_FILE"},
		"server":       {"domains:\n  dr.example.com:\n    zone: com\n    publish: {server: ns1.example.com}\n", "--server ns1.example.com --zone com --tsig-file KEY_FILE"},
		"server, tsig": {"publish: {server: ns1.example.com, tsig-file: update.key}\n", "--server ns1.example.com --zone example.com --tsig-file DIR/update.key"},
		"tsig missing": {"publish: {server: ns1.example.com, tsig-file: none.key}\n", "--server ns1.example.com --zone example.com --tsig-file DIR/none.key"},
		"zone file":    {"publish: {server: ns1.example.com, tsig-file: update.key}\ndomains:\n  dr.example.com:\n    publish: {zone-file: update.key}\n", "--zone-file DIR/update.key"},
		"file, zone":   {"zone: example.com\npublish: {zone-file: update.key}\n", "--zone-file DIR/update.key --zone example.com"},
		"another's":    {"domains:\n  dr.example.org:\n    publish: {server: ns1.example.com}\n", "--server YOUR-NAME-SERVER --zone example.com --tsig-file KEY_FILE"},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"drtxt.yaml": c.yaml, "update.key": "x"} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		made := newKit(t, "--config", filepath.Join(dir, "drtxt.yaml"))
		folder, err := kit.Open(made)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(folder.Manifest.Publish, " "); got != strings.ReplaceAll(c.want, "DIR", dir) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		page := readIn(t, filepath.Join(made, kit.MarkdownFile))
		for _, word := range append(folder.Manifest.Publish, "drtxt publish ") {
			if !strings.Contains(page, word) {
				t.Errorf("%s: the runbook does not say %s", name, word)
			}
		}
	}
}

// A public key that is known stands in the kit by a path that holds from everywhere, and
// one that is none of the machine's files is left to be filled in.
func TestKitTrustFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	private, public := readIn(t, keyFile(t, "test-a.private.pem")), readIn(t, publicKey("test-a.public.pem"))
	for name, text := range map[string]string{"alone/private.pem": private, "pair/dr_privatekey.pem": private, "pair/dr_publickey.pem": public} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no public key":  {[]string{"--key", "DIR/alone/private.pem"}, "--public PUBLIC_KEY"},
		"the one beside": {[]string{"--key", "DIR/pair/dr_privatekey.pem"}, "--public DIR/pair/dr_publickey.pem"},
		"one named":      {[]string{"--key", "DIR/alone/private.pem", "--public", "DIR/alone/../pair/dr_publickey.pem"}, "--public DIR/alone/../pair/dr_publickey.pem"},
		"with a scheme":  {[]string{"--key", "DIR/alone/private.pem", "--scheme", "trimmed"}, "--public PUBLIC_KEY --scheme trimmed"},
		"the default":    {[]string{"--key", "DIR/alone/private.pem", "--scheme", "prefix"}, "--public PUBLIC_KEY"},
	} {
		made := filepath.Join(t.TempDir(), "kit")
		args := []string{"kit", "dr.example.com", "--out", made, "--count", "1"}
		for _, arg := range c.args {
			args = append(args, strings.ReplaceAll(arg, "DIR", dir))
		}
		drtxt(args...).want(t, 0)
		folder, err := kit.Open(made)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(folder.Manifest.Trust, " "); got != strings.ReplaceAll(c.want, "DIR", dir) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What is said of the scheme is of this run's configuration: a manifest can claim a
// confirmation that never was.
func TestKitConfirmationIsOfThisRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	confirmed := write("confirmed.yaml", "scheme: prefix\nscheme-confirmed: {scheme: prefix, date: 2026-11-20, way: pair}\n")
	public := publicKey("test-a.public.pem")
	sure, unsure := newKit(t, "--config", confirmed), newKit(t)
	if !strings.Contains(readIn(t, filepath.Join(sure, kit.ManifestFile)), `"scheme_confirmed": "2026-11-20"`) {
		t.Fatal("the kit claims nothing")
	}
	for _, command := range [][]string{{"kit", "verify"}, {"kit", "pick", "--status", "on"}} {
		for _, c := range []struct{ dir, config, want string }{
			{sure, "", "scheme prefix, as documented, not confirmed against the vendor's tool"},
			{unsure, confirmed, "scheme prefix, confirmed on 2026-11-20"},
		} {
			args := append(slices.Clone(command), c.dir, "--public", public)
			if c.config != "" {
				args = append(args, "--config", c.config)
			}
			r := drtxt(args...).want(t, 0)
			if said := strings.ReplaceAll(r.stdout+r.stderr, "scheme  ", "scheme "); !strings.Contains(said, c.want) {
				t.Errorf("%q: %q is missing in\n%s", args, c.want, said)
			}
		}
	}
}

// The next line believes what this run does, and nothing that the kit says.
func TestKitPickBelievesNothingOfTheKit(t *testing.T) {
	t.Parallel()
	dir := newKit(t, "--public", publicKey("test-a.public.pem"))
	if trust := readIn(t, filepath.Join(dir, kit.ManifestFile)); !strings.Contains(trust, "test-a.public.pem") {
		t.Fatal("the kit names no key")
	}
	for _, format := range []string{"json", "text", "zone", "nsupdate"} {
		r := drtxt("kit", "pick", dir, "--status", "on", "--format", format).want(t, 0)
		if strings.Contains(r.stderr, "test-a.public.pem") || !strings.Contains(r.stderr, "(kit-unchecked)") {
			t.Errorf("%s: %s", format, r.stderr)
		}
		if format == "json" && strings.Count(r.stderr, "--public PUBLIC_KEY") != 2 {
			t.Errorf("%s", r.stderr)
		}
	}
}

// TTLs out of range are told of by whoever reads the kit, too.
func TestKitTTLs(t *testing.T) {
	t.Parallel()
	public := publicKey("test-a.public.pem")
	dir := newKit(t, "--ttl", "1h")
	if r := drtxt("kit", "verify", dir, "--public", public).want(t, 0); !strings.Contains(r.stdout, "warning kit-ttl") || !strings.Contains(r.stdout, "3600 s") {
		t.Errorf("%s", r.stdout)
	}
	if r := drtxt("kit", "pick", dir, "--status", "on", "--public", public).want(t, 0); !strings.Contains(r.stderr, "(ttl-long)") || strings.Contains(r.stderr, "(ttl-beyond-end)") {
		t.Errorf("%s", r.stderr)
	}
	if r := drtxt("kit", "pick", dir, "--status", "on", "--public", public, "--at", "+1175h30m").want(t, 0); !strings.Contains(r.stderr, "(ttl-beyond-end)") || !strings.Contains(r.stderr, "(ends-soon)") {
		t.Errorf("%s", r.stderr)
	}
}

// kit pick names what the shell may complete.
func TestKitCompletion(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"kit pick DIR --status ":        {"on", "off", "test"},
		"kit pick DIR --format ":        kitFormats(),
		"kit dr.example.com --format t": {"text", "terraform"},
	} {
		r := drtxt(append([]string{"__complete"}, strings.Split(line, " ")...)...).want(t, 0)
		got := map[string]bool{}
		for line := range strings.Lines(r.stdout) {
			got[strings.TrimSpace(line)] = true
		}
		for _, value := range want {
			if !got[value] {
				t.Errorf("%q does not offer %s: %v", line, value, slices.Sorted(maps.Keys(got)))
			}
		}
	}
}
