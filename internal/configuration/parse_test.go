package configuration_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/txtrecord"
)

// disarming are a few flags that are never keys.
var disarming = []string{"unsigned", "allow-exposed-key"}

const fingerprint = "SHA256:8x16XGZRUjRMxDR66q2ouxTXgDSvmmK/tBNt4E+lPQs"

const whole = `# all keys
scheme: trimmed
scheme-confirmed:
  scheme: trimmed
  date: 2026-12-01
  way: pair
  key: ` + fingerprint + `
public:
  - a.pem
  - /keys/b.pem
key: "../private key.pem"
signer-command: /usr/bin/sign
signer-arg: ["a,b", '7', --pin]
signer-agent: true
signer-environment: [PKCS11_MODULE, _x1]
signer-timeout: 30s
`

func values(f *configuration.File) map[string][]string {
	all := map[string][]string{}
	for _, s := range f.Settings {
		all[s.Key.Name] = s.Values
	}
	return all
}

func TestParse(t *testing.T) {
	path := filepath.Join("folder", "drtxt.yaml")
	f, err := configuration.Parse([]byte(whole), path, disarming)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"scheme":             {"trimmed"},
		"public":             {filepath.Join("folder", "a.pem"), "/keys/b.pem"},
		"key":                {"private key.pem"},
		"signer-command":     {"/usr/bin/sign"},
		"signer-arg":         {"a,b", "7", "--pin"},
		"signer-agent":       {"true"},
		"signer-environment": {"PKCS11_MODULE", "_x1"},
		"signer-timeout":     {"30s"},
	}
	if got := values(f); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	scheme, err := txtrecord.ParseScheme("trimmed")
	if err != nil {
		t.Fatal(err)
	}
	confirmed := &configuration.Confirmed{Scheme: scheme, Date: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Way: configuration.Pair, Key: fingerprint}
	if !reflect.DeepEqual(f.Confirmed, confirmed) || f.Confirmed.Day() != "2026-12-01" {
		t.Errorf("confirmed %+v, want %+v", f.Confirmed, confirmed)
	}
	if got, ok := f.Scheme(); !ok || got != scheme {
		t.Errorf("scheme %s, %t", got, ok)
	}
	if s, ok := f.Setting("key"); !ok || s.Line != 11 || s.Column != 1 {
		t.Errorf("key at %d:%d", s.Line, s.Column)
	}
	if len(want) != len(configuration.Keys) {
		t.Errorf("%d keys, the test knows %d", len(configuration.Keys), len(want))
	}
}

// What says nothing is no error, and other spellings mean the same.
func TestParseVariants(t *testing.T) {
	for text, want := range map[string]map[string][]string{
		"":                                    {},
		"# nothing yet\n":                     {},
		"---\n":                               {},
		"--- # begin\nscheme: values\n":       {"scheme": {"values"}},
		"scheme: values\n...\n":               {"scheme": {"values"}},
		"{scheme: values}":                    {"scheme": {"values"}},
		"  scheme: values\r\n  public: p\r\n": {"scheme": {"values"}, "public": {"p"}},
		"scheme: 'values' # a comment\n":      {"scheme": {"values"}},
		"scheme: >-\n  values\n":              {"scheme": {"values"}},
		"scheme:\n  values\n":                 {"scheme": {"values"}},
		"\"scheme\": values\n":                {"scheme": {"values"}},
		"signer-agent: False\n":               {"signer-agent": {"false"}},
		"public: /a\n":                        {"public": {"/a"}},
		"key: n\u00fc.pem\n":                  {"key": {"n\u00fc.pem"}},
		"key: '7'\n":                          {"key": {"7"}},
	} {
		f, err := configuration.Parse([]byte(text), "drtxt.yaml", disarming)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := values(f); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if f.Confirmed != nil {
			t.Errorf("%q: confirmed", text)
		}
	}
}

// The tags that a confirmation leaves open, as they may be written.
func TestParseOpen(t *testing.T) {
	const before = "  scheme: prefix\n  date: 2026-12-01\n  way: pair\n"
	for text, want := range map[string][]string{
		"":                             nil,
		"  open: [d]\n":                {"d"},
		"  open: [ k , 'd' ] # both\n": {"k", "d"},
		"  open:\n    - d\n":           {"d"},
	} {
		f, err := configuration.Parse([]byte(confirmedText("prefix", before+text)), "drtxt.yaml", disarming)
		if err != nil || !reflect.DeepEqual(f.Confirmed.Open, want) {
			t.Errorf("%q: %+v, %v; want %q", text, f, err, want)
			continue
		}
		settled := map[bool]string{true: "k", false: "k d"}[len(want) > 0]
		if len(want) == 2 {
			settled = ""
		}
		if got := strings.Join(f.Confirmed.Settled([]string{"k", "d"}), " "); got != settled {
			t.Errorf("%q: %q settled, want %q", text, got, settled)
		}
	}
}

func confirmedText(scheme, rest string) string {
	return "scheme: " + scheme + "\nscheme-confirmed:\n" + rest
}

func TestParseRefuses(t *testing.T) {
	const good = "  scheme: prefix\n  date: 2026-12-01\n  way: pair\n"
	for _, c := range []struct {
		text   string
		kind   *configuration.Kind
		at     string // line:column
		detail string
	}{
		{"schem: prefix\n", configuration.ErrUnknown, "1:1", `the key "schem"`},
		{"scheme: prefix\nserver: x\n", configuration.ErrUnknown, "2:1", `the key "server"`},
		{"7: x\n", configuration.ErrUnknown, "1:1", `the key "7"`},
		{"\"a\\e[31m\": x\n", configuration.ErrUnknown, "1:1", `the key "a\x1b[31m"`},
		{"unsigned: true\n", configuration.ErrDisarming, "1:1", "takes a safety away"},
		{"# x\nallow-exposed-key: true\n", configuration.ErrDisarming, "2:1", "takes a safety away"},
		{"scheme: prefix\nscheme: prefix\n", configuration.ErrDuplicate, "2:1", "twice"},
		{"public: a\nkey: b\n\"public\": c\n", configuration.ErrDuplicate, "3:1", "twice"},
		{confirmedText("prefix", good+"  way: pair\n"), configuration.ErrDuplicate, "6:3", "twice"},
		{"scheme: prefix\n---\nkey: x\n", configuration.ErrDocuments, "2:1", "second document"},
		{"scheme: prefix\n---\n", configuration.ErrDocuments, "2:1", "second document"},
		{"- scheme\n", configuration.ErrMapping, "1:1", ""},
		{"scheme\n", configuration.ErrMapping, "1:1", ""},
		{"''\n", configuration.ErrMapping, "1:1", ""},
		{"[a]: b\n", configuration.ErrMapping, "1:1", ""},
		{"key: &k x\n", configuration.ErrFeature, "1:6", "an anchor (&k)"},
		{"key: &k x\npublic: *k\n", configuration.ErrFeature, "1:6", "an anchor"},
		{"&m\nkey: x\n", configuration.ErrFeature, "", "an anchor"},
		{"key: *k\n", configuration.ErrSyntax, "1:6", "anchor"},
		{"<<: {key: x}\n", configuration.ErrFeature, "1:1", "a merge key"},
		{"key: !!str x\n", configuration.ErrFeature, "1:6", "a tag"},
		{"key: !local x\n", configuration.ErrFeature, "1:6", "a tag"},
		{"signer-arg: [a, !!str b]\n", configuration.ErrFeature, "1:17", "a tag"},
		{"!!map {key: x}\n", configuration.ErrFeature, "1:1", "a tag"},
		{"!!str scheme: prefix\n", configuration.ErrFeature, "1:1", "a tag"},
		{"scheme:\n", configuration.ErrEmpty, "", "no value"},
		{"scheme: ''\n", configuration.ErrEmpty, "1:9", "no value"},
		{"scheme: ~\n", configuration.ErrEmpty, "1:9", "no value"},
		{"public: []\n", configuration.ErrEmpty, "1:9", "no value"},
		{"public: [a, '']\n", configuration.ErrEmpty, "1:13", "no value"},
		{"public:\n  - a\n  -\n", configuration.ErrEmpty, "", "no value"},
		{"signer-arg:\n", configuration.ErrEmpty, "", "no value"},
		{"scheme-confirmed:\n", configuration.ErrEmpty, "", "no value"},
		{"scheme: [prefix]\n", configuration.ErrType, "1:9", "must be a text"},
		{"scheme: {a: b}\n", configuration.ErrType, "1:9", "must be a text"},
		{"key: 7\n", configuration.ErrType, "1:6", "must be a text"},
		{"key: true\n", configuration.ErrType, "1:6", "must be a text"},
		{"key: 2026-12-01\n", configuration.ErrType, "1:6", "must be a text"},
		{"signer-timeout: 30\n", configuration.ErrType, "1:17", "must be a text"},
		{"signer-arg: a b\n", configuration.ErrType, "1:13", "must be a list"},
		{"signer-arg: [a, 7]\n", configuration.ErrType, "1:17", "must be a list of texts"},
		{"signer-arg: [[a]]\n", configuration.ErrType, "1:14", "must be a list of texts"},
		{"public: {a: b}\n", configuration.ErrType, "1:9", "a text or a list of texts"},
		{"signer-agent: 'true'\n", configuration.ErrType, "1:15", "true or false"},
		{"signer-agent: yes\n", configuration.ErrType, "1:15", "true or false"},
		{"signer-agent: [true]\n", configuration.ErrType, "1:15", "true or false"},
		{"scheme-confirmed: prefix\n", configuration.ErrType, "1:19", "a mapping"},
		{"scheme: raw\n", configuration.ErrValue, "1:9", "the name of a scheme"},
		{"signer-command: sign\n", configuration.ErrValue, "1:17", "an absolute path"},
		{"signer-command: ./sign\n", configuration.ErrValue, "1:17", "an absolute path"},
		{"signer-environment: [A=b]\n", configuration.ErrValue, "1:22", "environment variable"},
		{"signer-environment: ['1a']\n", configuration.ErrValue, "1:22", "environment variable"},
		{"key: \"a\\nb\"\n", configuration.ErrValue, "1:6", "one line"},
		{"key: \"a\\eb\"\n", configuration.ErrValue, "1:6", "control characters"},
		{confirmedText("values", good), configuration.ErrConfirmed, "3:3", "about prefix, and scheme is values"},
		{"scheme-confirmed:\n" + good, configuration.ErrConfirmed, "2:3", "about prefix, and the file names no scheme"},
		{confirmedText("prefix", "  date: 2026-12-01\n  way: pair\n"), configuration.ErrEmpty, "3:3", `"scheme-confirmed.scheme"`},
		{confirmedText("prefix", "  scheme: prefix\n  way: pair\n"), configuration.ErrEmpty, "3:3", `"scheme-confirmed.date"`},
		{confirmedText("prefix", "  scheme: prefix\n  date: 2026-12-01\n"), configuration.ErrEmpty, "3:3", `"scheme-confirmed.way"`},
		{confirmedText("prefix", good+"  key:\n"), configuration.ErrEmpty, "", `"scheme-confirmed.key"`},
		{confirmedText("prefix", good+"  open: [m]\n"), configuration.ErrValue, "6:10", `"scheme-confirmed.open" must be a list of k and d`},
		{confirmedText("prefix", good+"  open: [d, k, d]\n"), configuration.ErrValue, "6:16", "a list without repetitions"},
		{confirmedText("prefix", good+"  open: []\n"), configuration.ErrEmpty, "6:9", `"scheme-confirmed.open"`},
		{confirmedText("prefix", good+"  open:\n"), configuration.ErrEmpty, "", `"scheme-confirmed.open"`},
		{confirmedText("prefix", good+"  open: d\n"), configuration.ErrType, "6:9", "a list"},
		{confirmedText("prefix", good+"  open: {d: k}\n"), configuration.ErrType, "6:9", "a list"},
		{confirmedText("prefix", good+"  open: [[d]]\n"), configuration.ErrType, "6:10", "a list of texts"},
		{confirmedText("prefix", good+"  open: [d, 1]\n"), configuration.ErrType, "6:13", "a list of texts"},
		{confirmedText("prefix", good+"  open: [d]\n  open: [k]\n"), configuration.ErrDuplicate, "7:3", "twice"},
		{confirmedText("prefix", good+"  by: me\n"), configuration.ErrUnknown, "6:3", `"scheme-confirmed.by"`},
		{confirmedText("prefix", good+"  key: SHA256:x\n"), configuration.ErrValue, "6:8", "a fingerprint"},
		{confirmedText("prefix", good+"  key: "+fingerprint+"=\n"), configuration.ErrValue, "6:8", "a fingerprint"},
		{confirmedText("prefix", strings.Replace(good, "12-01", "13-01", 1)), configuration.ErrValue, "4:9", "a day"},
		{confirmedText("prefix", strings.Replace(good, "2026-12-01", "2026-12-01T00:00:00Z", 1)), configuration.ErrValue, "4:9", "a day"},
		{confirmedText("prefix", strings.Replace(good, "pair", "guess", 1)), configuration.ErrValue, "5:8", "pair or trial"},
		{confirmedText("prefix", strings.Replace(good, "  scheme: prefix", "  scheme: raw", 1)), configuration.ErrValue, "3:11", "scheme"},
		{confirmedText("prefix", strings.Replace(good, "pair", "[pair]", 1)), configuration.ErrType, "5:8", "a text"},
		{"scheme: [\n", configuration.ErrSyntax, "2:1", ""},
		{"scheme: \"x\n", configuration.ErrSyntax, "", ""},
		{"scheme: prefix\n\tkey: x\n", configuration.ErrSyntax, "", "tab"},
		{"scheme: prefix\n key: x\n", configuration.ErrSyntax, "", ""},
		{"scheme: a: b\n", configuration.ErrSyntax, "", ""},
		{"scheme: prefix\n---\n[\n", configuration.ErrSyntax, "", ""},
		{"key: \x01\n", configuration.ErrSyntax, "", ""},
		{"\uFEFFscheme: prefix\n", configuration.ErrEncoding, "", "byte order mark"},
		{"s\x00c\x00h\x00", configuration.ErrEncoding, "", ""},
		{"key: \xff\n", configuration.ErrEncoding, "", ""},
		{strings.Repeat("#", configuration.MaxSize) + "\n", configuration.ErrTooLarge, "", ""},
		{strings.Repeat("[", 2000), configuration.ErrSyntax, "", ""},
		{"a: " + strings.Repeat("{a: ", 20000), configuration.ErrTooLarge, "", ""},
	} {
		f, err := configuration.Parse([]byte(c.text), "my drtxt.yaml", disarming)
		refusal, ok := errors.AsType[*configuration.Error](err)
		if !ok || f != nil && err == nil {
			t.Errorf("%.60q: %v", c.text, err)
			continue
		}
		if !errors.Is(err, c.kind) {
			t.Errorf("%.60q: %v, want %v", c.text, err, c.kind)
		}
		if at := fmt.Sprintf("%d:%d", refusal.Line, refusal.Column); c.at != "" && at != c.at {
			t.Errorf("%.60q: at %s, want %s", c.text, at, c.at)
		}
		if text := err.Error(); !strings.Contains(text, c.detail) || !strings.HasPrefix(text, `"my drtxt.yaml"`) || strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\x1b\n") {
			t.Errorf("%.60q: said %q, want %q", c.text, text, c.detail)
		}
		if hint := refusal.Hint(); hint == "" || strings.HasSuffix(hint, ".") || strings.Contains(hint, "NAME") {
			t.Errorf("%.60q: hint %q", c.text, hint)
		}
		if c.kind == configuration.ErrSyntax && refusal.Line == 0 && !strings.Contains(c.text, "\x01") {
			t.Errorf("%.60q: no line", c.text)
		}
	}
}

// What lay in the working directory may not choose what signs.
func TestRequireUnchosen(t *testing.T) {
	for _, key := range configuration.Keys {
		text := key.Name + ": /x\n"
		switch key.Shape {
		case configuration.List:
			text = key.Name + ": [X]\n"
		case configuration.Switch:
			text = key.Name + ": false\n"
		}
		if key.Name == "scheme" {
			text = "scheme: prefix\n"
		}
		f, err := configuration.Parse([]byte(text), "drtxt.yaml", disarming)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.RequireUnchosen(); key.Chosen != errors.Is(err, configuration.ErrUnchosen) {
			t.Errorf("%s: %v", key.Name, err)
		}
		if !key.Chosen {
			t.Errorf("%s counts wherever it was found: is that meant?", key.Name)
		}
	}
	f, err := configuration.Parse([]byte("# nothing\n"), "drtxt.yaml", disarming)
	if err != nil || f.RequireUnchosen() != nil {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{whole, "a: &b c\n", "scheme: [\n", "\t", "? a\n: b\n", "{}", "%YAML 1.2\n---\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := configuration.Parse(data, "drtxt.yaml", disarming)
		if _, ok := errors.AsType[*configuration.Error](err); err != nil && !ok {
			t.Errorf("%T %v", err, err)
		}
		if err == nil && file.Confirmed != nil {
			if scheme, ok := file.Scheme(); !ok || scheme != file.Confirmed.Scheme {
				t.Errorf("confirmed %s, scheme %s", file.Confirmed.Scheme, scheme)
			}
		}
	})
}
