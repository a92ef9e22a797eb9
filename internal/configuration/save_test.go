package configuration_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/txtrecord"
)

func scheme(t *testing.T, name string) txtrecord.Scheme {
	t.Helper()
	s, err := txtrecord.ParseScheme(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// confirmed is what is saved in these tests.
func confirmed(t *testing.T) configuration.Confirmed {
	t.Helper()
	return configuration.Confirmed{
		Scheme: scheme(t, "values+nok"), Date: time.Date(2026, 12, 1, 23, 59, 0, 1, time.FixedZone("", -3600)), Way: configuration.Pair, Key: fingerprint,
	}
}

// block is what is added where neither key is there.
const block = `scheme: values+nok
scheme-confirmed:
  scheme: values+nok
  date: 2026-12-02
  way: pair
  key: ` + fingerprint + "\n"

func writeFile(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drtxt.yaml")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return path
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every other byte stays.
func TestSaveKeepsTheRest(t *testing.T) {
	crlf := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	old := "  scheme: trimmed\n  date: 2026-01-01\n  way: trial\n"
	fresh := "  scheme: values+nok\n  date: 2026-12-02\n  way: pair\n"
	for name, c := range map[string]struct{ before, after string }{
		"empty":          {"", block},
		"comments":       {"# mine\n", "# mine\n" + block},
		"no end of line": {"# mine", "# mine\n" + block},
		"other keys":     {"public: a.pem # mine\n\n# end\n", "public: a.pem # mine\n\n# end\n" + block},
		"CRLF":           {"# mine\r\npublic: a.pem\r\n", crlf("# mine\npublic: a.pem\n" + block)},
		"indented":       {"  public: a\n", "  public: a\n" + "  " + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n  ") + "\n"},
		"scheme alone":   {"scheme:   prefix   # typed\npublic: a\n", "scheme:   values+nok   # typed\npublic: a\n" + strings.TrimPrefix(block, "scheme: values+nok\n")},
		"in quotes":      {"public: a\n'scheme': \"prefix\" #x\n", "public: a\n'scheme': \"values+nok\" #x\n" + strings.TrimPrefix(block, "scheme: values+nok\n")},
		"next line":      {"scheme:\n  prefix\n", "scheme:\n  values+nok\n" + strings.TrimPrefix(block, "scheme: values+nok\n")},
		"behind umlauts": {"key: ü # ü\npublic: \"ä\"\n\"scheme\" : prefix\n", "key: ü # ü\npublic: \"ä\"\n\"scheme\" : values+nok\n" + strings.TrimPrefix(block, "scheme: values+nok\n")},
		"replaced": {
			"scheme: trimmed\nscheme-confirmed: # how\n" + old + "  key: " + fingerprint + "\nkey: x\n",
			"scheme: values+nok\nscheme-confirmed: # how\n" + fresh + "  key: " + fingerprint + "\nkey: x\n",
		},
		"key added": {
			"scheme-confirmed:\n" + old + "\n# more\nscheme: trimmed\n",
			"scheme-confirmed:\n" + fresh + "  key: " + fingerprint + "\n\n# more\nscheme: values+nok\n",
		},
		"key added at the end": {
			"scheme: trimmed\nscheme-confirmed:\n" + strings.TrimSuffix(old, "\n"),
			"scheme: values+nok\nscheme-confirmed:\n" + fresh + "  key: " + fingerprint,
		},
		"key added, CRLF": {
			crlf("scheme: trimmed\nscheme-confirmed:\n" + old + "key: x\n"),
			crlf("scheme: values+nok\nscheme-confirmed:\n" + fresh + "  key: " + fingerprint + "\nkey: x\n"),
		},
		"another order": {
			"scheme-confirmed:\n    way: trial # x\n    # y\n    scheme: trimmed\n    key: SHA256:" + strings.Repeat("A", 43) + "\n    date: '2026-01-01'\nscheme: trimmed\n",
			"scheme-confirmed:\n    way: pair # x\n    # y\n    scheme: values+nok\n    key: " + fingerprint + "\n    date: '2026-12-02'\nscheme: values+nok\n",
		},
		"between braces": {
			"scheme: trimmed\nscheme-confirmed: {scheme: trimmed, date: 2026-01-01, way: trial, key: \"" + fingerprint + "\"} # x\n",
			"scheme: values+nok\nscheme-confirmed: {scheme: values+nok, date: 2026-12-02, way: pair, key: \"" + fingerprint + "\"} # x\n",
		},
		"the same": {block, block},
		"domains": {
			"domains:\n  dr.example.com:\n    scheme: trimmed # its own\n    publish: {server: a}\n  dr.example.net: {}\n",
			"domains:\n  dr.example.com:\n    scheme: trimmed # its own\n    publish: {server: a}\n  dr.example.net: {}\n" + block,
		},
		"domains, no end of line": {
			"domains:\n    dr.example.com:\n        kit:\n            count: 3",
			"domains:\n    dr.example.com:\n        kit:\n            count: 3\n" + block,
		},
		"domains behind": {
			"scheme: trimmed\nscheme-confirmed:\n" + old + "domains:\n  dr.example.com:\n    scheme: trimmed\n",
			"scheme: values+nok\nscheme-confirmed:\n" + fresh + "  key: " + fingerprint + "\ndomains:\n  dr.example.com:\n    scheme: trimmed\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, c.before, 0o644)
			if err := configuration.Save(path, confirmed(t), disarming); err != nil {
				t.Fatal(err)
			}
			if got := readFile(t, path); got != c.after {
				t.Errorf("got\n%q, want\n%q", got, c.after)
			}
			if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			entries, err := os.ReadDir(filepath.Dir(path))
			if err != nil || len(entries) != 1 {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
}

// What a confirmation leaves open is written on one line, and taken away again.
func TestSaveOpen(t *testing.T) {
	head := "scheme: values+nok\nscheme-confirmed:\n  scheme: values+nok\n  date: 2026-12-02\n  way: pair\n"
	key := "  key: " + fingerprint + "\n"
	crlf := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	for name, c := range map[string]struct {
		before  string
		key     string
		open    []string
		after   string
		refused string
	}{
		"new":                   {"", fingerprint, []string{"d"}, head + key + "  open: [d]\n", ""},
		"both":                  {"", "", []string{"k", "d"}, head + "  open: [k, d]\n", ""},
		"added":                 {head + key + "key: x\n", fingerprint, []string{"d"}, head + key + "  open: [d]\nkey: x\n", ""},
		"added at the end":      {strings.TrimSuffix(head+key, "\n"), fingerprint, []string{"d"}, strings.TrimSuffix(head+key+"  open: [d]\n", "\n"), ""},
		"with the key":          {head + "# end\n", fingerprint, []string{"d"}, head + key + "  open: [d]\n# end\n", ""},
		"in place of the key":   {head + key + "# end\n", "", []string{"d"}, head + "  open: [d]\n# end\n", ""},
		"the same, CRLF":        {crlf(head + key + "# end\n"), "", []string{"d"}, crlf(head + "  open: [d]\n# end\n"), ""},
		"the key in its place":  {head + "  open: [d]\n# end\n", fingerprint, nil, head + key + "# end\n", ""},
		"both taken away":       {head + key + "  open: [d]\nkey: x\n", "", nil, head + "key: x\n", ""},
		"taken away at the end": {head + key + "  open: [d]", fingerprint, nil, strings.TrimSuffix(head+key, "\n"), ""},
		"taken away, CRLF":      {crlf(head + key + "  open: [d]\nkey: x\n"), fingerprint, nil, crlf(head + key + "key: x\n"), ""},
		"other tags":            {head + "  open:   [ \"k\" , d ]  # x\n" + key, fingerprint, []string{"d"}, head + "  open:   [d]  # x\n" + key, ""},
		"between braces": {
			"scheme: trimmed\nscheme-confirmed: {scheme: trimmed, date: 2026-01-01, open: [k, d], way: pair}\n", "", []string{"d"},
			"scheme: values+nok\nscheme-confirmed: {scheme: values+nok, date: 2026-12-02, open: [d], way: pair}\n", "",
		},
		"not between braces": {"scheme: trimmed\nscheme-confirmed: {scheme: trimmed, date: 2026-01-01, way: pair}\n", "", []string{"d"}, "", "stand between braces"},
		"on several lines":   {head + "  open:\n    - k\n", "", []string{"d"}, "", "not written on one line"},
		"over several lines": {head + "  open: [k,\n    d]\n", "", []string{"d"}, "", "not written on one line"},
	} {
		path := writeFile(t, c.before, 0o600)
		what := confirmed(t)
		what.Key, what.Open = c.key, c.open
		err := configuration.Save(path, what, disarming)
		if c.refused != "" {
			if !errors.Is(err, configuration.ErrUneditable) || !strings.Contains(err.Error(), c.refused) || readFile(t, path) != c.before {
				t.Errorf("%s: %v, %q", name, err, readFile(t, path))
			}
			continue
		}
		if got := readFile(t, path); err != nil || got != c.after {
			t.Errorf("%s: %v, got\n%q, want\n%q", name, err, got, c.after)
		}
	}
}

// A confirmation without a key takes the one that was there away.
func TestSaveWithoutKey(t *testing.T) {
	without := confirmed(t)
	without.Key, without.Way = "", configuration.Trial
	want := strings.Replace(block[:strings.Index(block, "  key:")], "pair", "trial", 1)
	for name, before := range map[string]string{"new": "", "there": block} {
		path := writeFile(t, before, 0o600)
		if err := configuration.Save(path, without, disarming); err != nil {
			t.Fatal(err)
		}
		if got := readFile(t, path); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	path := writeFile(t, block+"# end\n", 0o600)
	if err := configuration.Save(path, without, disarming); err != nil || readFile(t, path) != want+"# end\n" {
		t.Errorf("%v: %q", err, readFile(t, path))
	}
}

// What cannot be changed without touching more is left as it was.
func TestSaveRefuses(t *testing.T) {
	const old = "{scheme: trimmed, date: 2026-01-01, way: trial}"
	for name, c := range map[string]struct {
		text string
		kind *configuration.Kind
	}{
		"keys between braces":    {"{scheme: trimmed}\n", configuration.ErrUneditable},
		"all between braces":     {"{scheme: trimmed, scheme-confirmed: {scheme: trimmed, date: 2026-01-01, way: trial, key: " + fingerprint + "}}\n", configuration.ErrUneditable},
		"folded":                 {"scheme: >-\n  trimmed\n", configuration.ErrUneditable},
		"escaped":                {"scheme: \"tr\\x69mmed\"\n", configuration.ErrUneditable},
		"braces without key":     {"scheme: trimmed\nscheme-confirmed: " + old + "\n", configuration.ErrUneditable},
		"behind the end":         {"scheme: trimmed\n...\n", configuration.ErrUneditable},
		"unknown key":            {"expect: on\n", configuration.ErrUnknown},
		"by hand":                {"scheme: prefix\nscheme-confirmed: " + old + "\n", configuration.ErrConfirmed},
		"no YAML":                {"scheme: [\n", configuration.ErrSyntax},
		"domain":                 {"domains: {dr: {}}\n", configuration.ErrDomain},
		"disarming":              {"unsigned: true\n", configuration.ErrDisarming},
		"more than can be added": {strings.Repeat("#", configuration.MaxSize-20) + "\n", configuration.ErrUneditable},
	} {
		path := writeFile(t, c.text, 0o600)
		if err := configuration.Save(path, confirmed(t), disarming); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", name, err, c.kind)
		}
		if err := configuration.Save(path, confirmed(t), disarming); strings.Contains(name, "between braces") && !strings.Contains(err.Error(), "its keys stand between braces") {
			t.Errorf("%s: %v", name, err)
		}
		if err := configuration.Save(path, confirmed(t), disarming); (name == "folded" || name == "escaped") && !strings.Contains(err.Error(), "not written on one line") {
			t.Errorf("%s: %v", name, err)
		}
		if readFile(t, path) != c.text {
			t.Errorf("%s: changed to %q", name, readFile(t, path))
		}
	}
}

// A new file says what it is, and is its owner's alone, as are the folders to it.
func TestSaveNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "drtxt.yaml")
	if err := configuration.Save(path, confirmed(t), disarming); err != nil {
		t.Fatal(err)
	}
	text := readFile(t, path)
	if !strings.HasPrefix(text, "# The configuration of drtxt") || !strings.HasSuffix(text, block) {
		t.Errorf("got %q", text)
	}
	for _, at := range []struct {
		path string
		mode fs.FileMode
	}{{path, 0o600}, {filepath.Dir(path), 0o700}, {filepath.Dir(filepath.Dir(path)), 0o700}} {
		if info, err := os.Stat(at.path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != at.mode {
			t.Errorf("%s: %v, %v", at.path, info.Mode(), err)
		}
	}
	f, err := configuration.Load(path, disarming)
	if err != nil || f.Confirmed == nil || f.Confirmed.Day() != "2026-12-02" {
		t.Errorf("%+v, %v", f, err)
	}
}

// Where it cannot be written, the error says so and nothing is left.
func TestSaveUnwritable(t *testing.T) {
	file := writeFile(t, "", 0o600)
	err := configuration.Save(filepath.Join(file, "drtxt.yaml"), confirmed(t), disarming)
	if _, ok := errors.AsType[*configuration.Error](err); !ok {
		t.Errorf("%T %v", err, err)
	}
}

func TestReplaced(t *testing.T) {
	settled, open := writeFile(t, block, 0o600), writeFile(t, block+"  open: [d]\n", 0o600)
	for name, c := range map[string]struct {
		path, scheme string
		open         []string
		lost         bool
	}{
		"the same":           {settled, "values+nok", nil, false},
		"another":            {settled, "prefix", nil, true},
		"another, open":      {open, "prefix", []string{"d"}, true},
		"settled before":     {settled, "values+nok", []string{"d"}, true},
		"open before":        {open, "values+nok", []string{"d"}, false},
		"open before, not k": {open, "values+nok", []string{"k", "d"}, true},
		"settled now":        {open, "values+nok", nil, false},
		"none":               {settled + ".none", "prefix", nil, false},
		"not confirmed":      {writeFile(t, "scheme: values\n", 0o600), "prefix", nil, false},
	} {
		lost, err := configuration.Replaced(c.path, configuration.Confirmed{Scheme: scheme(t, c.scheme), Open: c.open}, disarming)
		if err != nil || (lost != nil) != c.lost || lost != nil && lost.Scheme != scheme(t, "values+nok") {
			t.Errorf("%s: %+v, %v", name, lost, err)
		}
	}
	if _, err := configuration.Replaced(writeFile(t, "x", 0o600), confirmed(t), disarming); err == nil {
		t.Error("no error for what is no configuration")
	}
}

// Whatever the file, what is saved is there, or the file is as it was.
func FuzzSave(f *testing.F) {
	for _, text := range []string{whole, block, block + "  open: [d]\n", block + "  open:\n  - k\n  - d\n", "scheme: prefix", "{}", "a:\n  - b\n", "# x\r\nscheme: 'prefix'\r\n", "scheme:\n    prefix # x\n..."} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := writeFile(t, string(data), 0o600)
		before, parseErr := configuration.Parse(data, path, disarming)
		what := confirmed(t)
		if len(data)%2 == 0 {
			what.Key, what.Open = "", []string{"d"}
		}
		err := configuration.Save(path, what, disarming)
		if err != nil {
			if readFile(t, path) != string(data) {
				t.Errorf("changed in spite of %v", err)
			}
			return
		}
		after, err := configuration.Load(path, disarming)
		if parseErr != nil || err != nil || after.Confirmed == nil || after.Confirmed.Scheme != scheme(t, "values+nok") {
			t.Fatalf("%v, %v, %+v", parseErr, err, after)
		}
		for _, s := range before.Settings {
			if got, _ := after.Setting(s.Domain, s.Key.Section, s.Key.Name); (s.Domain != "" || s.Key.Name != "scheme") && strings.Join(got.Values, "\n") != strings.Join(s.Values, "\n") {
				t.Errorf("%s became %q", s.Key.Name, got.Values)
			}
		}
	})
}
