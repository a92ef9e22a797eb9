package main

import (
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
		"unchecked": {func(string) error { return nil }, "", 1, "unchecked"},
		"old":       {func(string) error { return nil }, "--at +1000d --public " + public, 1, "invalid"},
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
		if err := checkPrintable(r.stdout); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := checkPrintable(drtxt(slices.DeleteFunc(args, func(a string) bool { return a == "--format" || a == "json" })...).stdout); err != nil {
			t.Errorf("%s, as a table: %v", name, err)
		}
		for old, wrong := range map[string]string{`"exit_status": `: `"exit_status": 1`, `"open"`: `"closed"`, `"verdict": "`: `"verdict": "x`, `"last_end"`: `"end"`} {
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
// farther, and files by paths that hold from everywhere.
func TestKitPublishFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ yaml, want string }{
		"none":         {"type: all\n", ""},
		"server":       {"domains:\n  dr.example.com:\n    zone: example.com\n    publish: {server: ns1.example.com}\n", "--server ns1.example.com --zone example.com"},
		"server, tsig": {"publish: {server: ns1.example.com, tsig-file: update.key}\n", "--server ns1.example.com --tsig-file DIR/update.key"},
		"zone file":    {"publish: {server: ns1.example.com, tsig-file: update.key}\ndomains:\n  dr.example.com:\n    publish: {zone-file: update.key}\n", "--zone-file DIR/update.key"},
		"another's":    {"domains:\n  dr.example.org:\n    publish: {server: ns1.example.com}\n", ""},
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
		for _, word := range append(folder.Manifest.PublishFlags(), "drtxt publish ") {
			if word != "KEY_FILE" && !strings.Contains(page, word) {
				t.Errorf("%s: the runbook does not say %s", name, word)
			}
		}
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
