package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/txtrecord"
)

// initialised is what config init writes to a new file with these arguments.
func initialised(t *testing.T, args ...string) (path, text string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "new", "drtxt.yaml")
	drtxt(append([]string{"config", "init", "--config", path}, args...)...).want(t, 0)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(data)
}

// settingsIn are the settings of a file, as key=value, in its order.
func settingsIn(t *testing.T, path string) []string {
	t.Helper()
	file, err := configuration.Load(path, disarming)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range file.Settings {
		all = append(all, fmt.Sprintf("%s %s=%s", s.Domain, s.Key, strings.Join(s.Values, "|")))
	}
	return all
}

// Every key that there is is explained, each once.
func TestEveryKeyIsExplained(t *testing.T) {
	t.Parallel()
	var explained []string
	for _, e := range explainedKeys {
		explained = append(explained, e.key)
	}
	var known []string
	for _, key := range configuration.Keys {
		if key.String() != "scheme" {
			known = append(known, key.String())
		}
	}
	slices.Sort(explained)
	slices.Sort(known)
	if !slices.Equal(explained, known) {
		t.Errorf("explained are %q, and the keys are %q", explained, known)
	}
}

// Every line that is a comment and could be a setting is one, once its # is taken away:
// alone, and under its section.
func TestCommentedKeysAreSettings(t *testing.T) {
	t.Parallel()
	_, text := initialised(t, "dr.example.com")
	setting := regexp.MustCompile(`^( +)# ( *[a-z-]+: .+)$`)
	section := regexp.MustCompile(`^ +# (publish|kit):$`)
	lines := strings.Split(text, "\n")
	found, above := 0, -1
	for n, line := range lines {
		if section.MatchString(line) {
			above = n
		}
		match := setting.FindStringSubmatch(line)
		if match == nil || strings.Contains(line, "# #") || strings.Contains(line, "#   #") || !isKey(strings.TrimSpace(match[2])) {
			continue
		}
		found++
		changed := strings.Split(strings.Replace(text, ": {}\n", ":\n", 1), "\n")
		changed[n] = match[1] + match[2]
		if strings.HasPrefix(match[2], " ") {
			changed[above] = strings.Replace(lines[above], "# ", "", 1)
		}
		file, err := configuration.Parse([]byte(strings.Join(changed, "\n")), "drtxt.yaml", disarming)
		if err != nil || len(file.Settings) != 1 {
			t.Errorf("with %q: %v", changed[n], err)
		}
	}
	if want := len(configuration.Keys) - 1; found != want { // scheme stands at the top
		t.Errorf("%d settings as comments, want %d in:\n%s", found, want, text)
	}
}

func isKey(line string) bool {
	name, _, _ := strings.Cut(line, ":")
	return slices.ContainsFunc(configuration.Keys, func(k configuration.Key) bool { return k.Name == name })
}

// What flags choose stands in the file, paths made absolute.
func TestConfigInitFlags(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	public, private := filepath.Join(here, publicKey("test-a.public.pem")), keyFile(t, "test-a.private.pem")
	tsig := writeTemp(t, "update.key", updateKeyFile)
	odd := writeTemp(t, "it's #1: [a] {b}.zone", "")
	for name, test := range map[string]struct{ args, want []string }{
		"nothing": {nil, nil},
		"most": {
			[]string{"--type", "zia", "--forwarding", "fail-open", "--ttl", "1m", "--for", "2d", "--public", publicKey("test-a.public.pem"), "--key", private,
				"--zone", "example.com", "--server", "ns1.example.com", "--server", "[2001:db8::1]:5353", "--resolver", "tls://dns.example.net",
				"--publish-server", "192.0.2.1:53", "--tsig-file", tsig},
			[]string{"type=zia", "forwarding=fail-open", "for=2d", "ttl=1m", "public=" + public, "key=" + private, "zone=example.com",
				"server=ns1.example.com|[2001:db8::1]:5353", "resolver=tls://dns.example.net", "publish.server=192.0.2.1:53", "publish.tsig-file=" + tsig},
		},
		"a zone file with an odd name": {[]string{"--zone-file", odd}, []string{"publish.zone-file=" + odd}},
		"an agent, two keys not":       {[]string{"--signer-agent", "--public", public}, []string{"public=" + public, "signer-agent=true"}},
		"two public keys": {
			[]string{"--public", public, "--public", publicKey("test-b.public.pem"), "--ttl", "30"},
			[]string{"ttl=30", "public=" + public + "|" + filepath.Join(here, publicKey("test-b.public.pem"))},
		},
		"no agent": {[]string{"--signer-agent=false"}, []string{"signer-agent=false"}},
	} {
		path, _ := initialised(t, append([]string{"DR.Example.com."}, test.args...)...)
		var want []string
		for _, w := range test.want {
			want = append(want, "dr.example.com "+w)
		}
		got := settingsIn(t, path)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// What is refused: nothing is written then, not even the folder.
func TestConfigInitRefuses(t *testing.T) {
	t.Parallel()
	private, public, other := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem"), publicKey("test-b.public.pem")
	for _, test := range []struct {
		args  string
		words string
	}{
		{"", "no domain is given"},
		{"dr", "single label"},
		{"dr.example.com more", "accepts at most 1 arg"},
		{"dr.example.com --type both", "zia, zpa or all"},
		{"dr.example.com --forwarding fail", "fail-open or fail-close"},
		{"dr.example.com --for 0s", "positive duration"},
		{"dr.example.com --for none", "positive duration"},
		{"dr.example.com --ttl 2d", "1s to 24h"},
		{"dr.example.com --public none.pem", "none.pem"},
		{"dr.example.com --public " + private, "holds a private key"},
		{"dr.example.com --key " + other, "--key: "},
		{"dr.example.com --key " + private + " --public " + other, "are no pair"},
		{"dr.example.com --key " + private + " --signer-agent", "--key and --signer-agent contradict"},
		{"dr.example.com --signer-agent", "needs to know the public key, and 0 are given"},
		{"dr.example.com --signer-agent --public " + public + " --public " + other, "and 2 are given"},
		{"dr.example.com --signer-command sign --public " + public, "an absolute path"},
		{"dr.example.com --signer-command /no/such/program --public " + public, "no such file"},
		{"dr.example.com --zone example.net", "does not lie in the zone example.net"},
		{"dr.example.com --server a/b", "a host"},
		{"dr.example.com --resolver ftp://dns.example.net", "a resolver"},
		{"dr.example.com --publish-server ns1.example.com", "the name of the zone"},
		{"dr.example.com --publish-server ns1.example.com --zone example.com --tsig-file " + public, "--tsig-file: "},
		{"dr.example.com --tsig-file " + t.TempDir(), "not a regular file"},
		{"dr.example.com --zone-file no-such.zone", "no such file"},
		{"dr.example.com --zone-file " + private + " --publish-server ns1.example.com", "contradict"},
	} {
		path := filepath.Join(t.TempDir(), "new", "drtxt.yaml")
		drtxt(append([]string{"config", "init", "--config", path}, strings.Fields(test.args)...)...).refused(t, 2, test.words)
		if _, err := os.Stat(filepath.Dir(path)); err == nil {
			t.Errorf("%s: the folder was made", test.args)
		}
	}
	drtxt("config", "init", "dr.example.com", "--config", filepath.Join(t.TempDir(), "x.yaml"), "--zone-file", writeTemp(t, "a\nb", "")).refused(t, 2, "does not print")
	drtxt("config", "init", "dr.example.com").refused(t, 2, "--config")
}

// What calibrate saves goes into a file that config init wrote, and changes nothing else.
func TestConfigInitThenSave(t *testing.T) {
	t.Parallel()
	path, text := initialised(t, "dr.example.com", "--for", "8h")
	confirmed := configuration.Confirmed{Scheme: txtrecord.Scheme{}, Date: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Way: configuration.Pair, Key: fingerprintA}
	if err := configuration.Save(path, confirmed, disarming); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(data), text) || !strings.Contains(string(data), "\nscheme: prefix\n") {
		t.Errorf("the file holds %s, %v", data, err)
	}
	if got := settingsIn(t, path); !slices.Equal(got, []string{"dr.example.com for=8h", " scheme=prefix"}) {
		t.Errorf("it says %q", got)
	}
}

func TestYAMLText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"dr.example.com": "dr.example.com", "/etc/bind/example.com.zone": "/etc/bind/example.com.zone", "8h": "8h", "1d12h": "1d12h", "fail-open": "fail-open",
		"30": "'30'", "1e3": "'1e3'", "0x10": "'0x10'", "1.5": "'1.5'", "true": "'true'", "No": "'No'", "null": "'null'", "": "''", "it's": "'it''s'",
		"a: b": "'a: b'", "#a": "'#a'", "192.0.2.1:53": "'192.0.2.1:53'", "-a": "'-a'", `C:\keys`: `'C:\keys'`, "~": "'~'", "2026-12-01": "'2026-12-01'",
	} {
		if got := yamlText(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
