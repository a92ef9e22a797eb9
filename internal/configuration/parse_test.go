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
var disarming = []string{"unsigned", "allow-exposed-key", "confirm", "no-end"}

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
type: all
forwarding: fail-open
for: 8h
bind-domain: true
ttl: 30s
zone: example.com
server: [ns1.example.com, "[2001:db8::1]:53"]
resolver: tls://dns.example.net
warn-before: 2d
acknowledge: [ends-soon, unsigned]
publish: {server: "192.0.2.1:53", tsig-file: update.key, zone-file: /etc/zone, undo-dir: undo, audit: audit.log}
kit:
  window: 7d
  count: 8
  overlap: 1d
  format: [terraform, route53]
  timezone: Europe/Berlin
domains:
  dr.example.com:
    scheme: prefix
    public: dr.pem
    publish:
      zone-file: example.com.zone
    kit: {count: 3}
  DR.münchen.example.: {zone: MÜNCHEN.example}
`

// values are those of all settings, by domain and key.
func values(f *configuration.File) map[string][]string {
	all := map[string][]string{}
	for _, s := range f.Settings {
		name := s.Key.String()
		if s.Domain != "" {
			name = s.Domain + " " + name
		}
		all[name] = s.Values
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
		"type":               {"all"},
		"forwarding":         {"fail-open"},
		"for":                {"8h"},
		"bind-domain":        {"true"},
		"ttl":                {"30s"},
		"zone":               {"example.com"},
		"server":             {"ns1.example.com", "[2001:db8::1]:53"},
		"resolver":           {"tls://dns.example.net"},
		"warn-before":        {"2d"},
		"acknowledge":        {"ends-soon", "unsigned"},
		"publish.server":     {"192.0.2.1:53"},
		"publish.tsig-file":  {filepath.Join("folder", "update.key")},
		"publish.zone-file":  {"/etc/zone"},
		"publish.undo-dir":   {filepath.Join("folder", "undo")},
		"publish.audit":      {filepath.Join("folder", "audit.log")},
		"kit.window":         {"7d"},
		"kit.count":          {"8"},
		"kit.overlap":        {"1d"},
		"kit.format":         {"terraform", "route53"},
		"kit.timezone":       {"Europe/Berlin"},

		"dr.example.com scheme":            {"prefix"},
		"dr.example.com public":            {filepath.Join("folder", "dr.pem")},
		"dr.example.com publish.zone-file": {filepath.Join("folder", "example.com.zone")},
		"dr.example.com kit.count":         {"3"},
		munich + " zone":                   {"MÜNCHEN.example"},
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
	if s, ok := f.Setting("", configuration.General, "key"); !ok || s.Line != 11 || s.Column != 1 {
		t.Errorf("key at %d:%d", s.Line, s.Column)
	}
	for _, key := range configuration.Keys {
		if want[key.String()] == nil {
			t.Errorf("the test does not know %s", key)
		}
	}
}

const munich = "dr.xn--mnchen-3ya.example"

// What a domain says wins over what is said for every domain, key by key.
func TestSettingOfADomain(t *testing.T) {
	f, err := configuration.Parse([]byte(whole), "drtxt.yaml", disarming)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Domains(); !reflect.DeepEqual(got, []string{"dr.example.com", munich}) {
		t.Errorf("domains %q", got)
	}
	if got := f.Written(munich) + " " + f.Written("dr.example.com") + " " + f.Written("dr.example.net"); got != "DR.münchen.example. dr.example.com dr.example.net" {
		t.Errorf("written %s", got)
	}
	for _, c := range []struct{ domain, section, name, want string }{
		{"", configuration.General, "scheme", "trimmed"},
		{"dr.example.com", configuration.General, "scheme", "prefix"},
		{munich, configuration.General, "scheme", "trimmed"},
		{"dr.example.net", configuration.General, "scheme", "trimmed"},
		{"dr.example.com", configuration.General, "ttl", "30s"},
		{"dr.example.com", configuration.General, "server", "ns1.example.com"},
		{"dr.example.com", configuration.Publish, "server", "192.0.2.1:53"},
		{"dr.example.com", configuration.Publish, "zone-file", "example.com.zone"},
		{"dr.example.com", configuration.Kit, "count", "3"},
		{munich, configuration.Kit, "count", "8"},
		{"", configuration.Kit, "count", "8"},
		{"dr.example.com", configuration.General, "count", ""},
		{"dr.example.com", configuration.Publish, "ttl", ""},
	} {
		s, ok := f.Setting(c.domain, c.section, c.name)
		if ok != (c.want != "") || ok && s.Values[0] != c.want {
			t.Errorf("%+v: %q, %t", c, s.Values, ok)
		}
	}
}

// Which keys say something to which command.
func TestReaching(t *testing.T) {
	names := func(section string) string {
		var all []string
		for _, key := range configuration.Reaching(section) {
			all = append(all, key.String())
		}
		return " " + strings.Join(all, " ") + " "
	}
	for _, c := range []struct {
		section, key string
		want         bool
	}{
		{configuration.General, "server", true},
		{configuration.General, "zone", true},
		{configuration.General, "publish.server", false},
		{configuration.General, "kit.count", false},
		{configuration.Publish, "zone", true},
		{configuration.Publish, "server", false},
		{configuration.Publish, "publish.server", true},
		{configuration.Publish, "kit.count", false},
		{configuration.Kit, "server", true},
		{configuration.Kit, "kit.format", true},
		{configuration.Kit, "publish.tsig-file", false},
	} {
		if got := strings.Contains(names(c.section), " "+c.key+" "); got != c.want {
			t.Errorf("%s reaches %q: %t", c.key, c.section, got)
		}
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
		{"scheme: prefix\nexpect: on\n", configuration.ErrUnknown, "2:1", `the key "expect"`},
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

		{"type: zpa and zia\n", configuration.ErrValue, "1:7", "must be zia, zpa or all"},
		{"type: ALL\n", configuration.ErrValue, "1:7", "must be zia, zpa or all"},
		{"forwarding: open\n", configuration.ErrValue, "1:13", "fail-open or fail-close"},
		{"for: eight hours\n", configuration.ErrValue, "1:6", "a positive duration"},
		{"for: 0s\n", configuration.ErrValue, "1:6", "a positive duration"},
		{"for: -1h\n", configuration.ErrValue, "1:6", "a positive duration"},
		{"for: 1500ms\n", configuration.ErrValue, "1:6", "whole seconds"},
		{"for: 8\n", configuration.ErrType, "1:6", "a text"},
		{"for: no-end\n", configuration.ErrValue, "1:6", "a positive duration"},
		{"bind-domain: all\n", configuration.ErrType, "1:14", "true or false"},
		{"ttl: 30\n", configuration.ErrType, "1:6", "a text"},
		{"ttl: 0s\n", configuration.ErrValue, "1:6", "from 1s to 24h"},
		{"ttl: 25h\n", configuration.ErrValue, "1:6", "from 1s to 24h"},
		{"ttl: '86401'\n", configuration.ErrValue, "1:6", "from 1s to 24h"},
		{"zone: ex ample.com\n", configuration.ErrValue, "1:7", "the name of a zone"},
		{"server: ns1:port\n", configuration.ErrValue, "1:9", "a host"},
		{"server: [ns1.example.com, udp://192.0.2.1]\n", configuration.ErrValue, "1:27", "a host"},
		{"server: 192.0.2.1/24\n", configuration.ErrValue, "1:9", "a host"},
		{"resolver: ftp://192.0.2.1\n", configuration.ErrValue, "1:11", "a resolver"},
		{"resolver: [udp://192.0.2.1, 'tls://']\n", configuration.ErrValue, "1:29", "a resolver"},
		{"warn-before: -1h\n", configuration.ErrValue, "1:14", "a duration"},
		{"warn-before: soon\n", configuration.ErrValue, "1:14", "a duration"},
		{"acknowledge: ends-later\n", configuration.ErrValue, "1:14", "the code of a warning"},
		{"acknowledge: [ends-soon, bad-signature]\n", configuration.ErrValue, "1:26", "the code of a warning"},
		{"signer-timeout: 0s\n", configuration.ErrValue, "1:17", "a positive duration"},
		{"signer-timeout: soon\n", configuration.ErrValue, "1:17", "a positive duration"},

		{"publish: {server: [a, b]}\n", configuration.ErrType, "1:19", `"publish.server" must be a text`},
		{"publish:\n  server: a/b\n", configuration.ErrValue, "2:11", `"publish.server" must be a host`},
		{"publish:\n  server: a\n  server: b\n", configuration.ErrDuplicate, "3:3", "twice"},
		{"publish:\n  sever: a\n", configuration.ErrUnknown, "2:3", `the key "sever"`},
		{"publish:\n  ttl: 30s\n", configuration.ErrMisplaced, "2:3", `the key "ttl" belongs outside of publish`},
		{"publish:\n  count: 8\n", configuration.ErrMisplaced, "2:3", `the key "count" belongs under kit`},
		{"publish:\n  kit: {count: 8}\n", configuration.ErrMisplaced, "2:3", `the key "kit" belongs at the top level`},
		{"publish:\n  confirm: dr.example.com\n", configuration.ErrDisarming, "2:3", "takes a safety away"},
		{"publish:\n", configuration.ErrEmpty, "", `"publish" has no value`},
		{"publish: {}\n", configuration.ErrEmpty, "1:10", `"publish" has no value`},
		{"publish: ns1.example.com\n", configuration.ErrType, "1:10", `"publish" must be a mapping of server, tsig-file`},
		{"publish: [server]\n", configuration.ErrType, "1:10", `"publish" must be a mapping`},
		{"tsig-file: a\n", configuration.ErrMisplaced, "1:1", `the key "tsig-file" belongs under publish`},
		{"kit: {count: eight}\n", configuration.ErrType, "1:14", `"kit.count" must be a whole number`},
		{"kit: {count: '8'}\n", configuration.ErrType, "1:14", `"kit.count" must be a whole number`},
		{"kit: {count: 0}\n", configuration.ErrValue, "1:14", "from 1 to 52"},
		{"kit: {count: 53}\n", configuration.ErrValue, "1:14", "from 1 to 52"},
		{"kit: {count: -1}\n", configuration.ErrValue, "1:14", "from 1 to 52"},
		{"kit: {count: 0x8}\n", configuration.ErrValue, "1:14", "from 1 to 52"},
		{"kit: {count: +8}\n", configuration.ErrValue, "1:14", "from 1 to 52"},
		{"kit: {count: 8.0}\n", configuration.ErrType, "1:14", "a whole number"},
		{"kit: {count: 99999999999999999999}\n", configuration.ErrType, "1:14", "a whole number"},
		{"kit: {window: 0d}\n", configuration.ErrValue, "1:15", `"kit.window" must be a positive duration`},
		{"kit: {overlap: -1d}\n", configuration.ErrValue, "1:16", `"kit.overlap" must be a duration`},
		{"kit: {format: [terraform, bind]}\n", configuration.ErrValue, "1:27", "a format of drtxt record"},
		{"kit: {timezone: Europe/Atlantis}\n", configuration.ErrValue, "1:17", "a time zone"},
		{"kit: {timezone: Local}\n", configuration.ErrValue, "1:17", "a time zone"},
		{"kit: {timezone: ../../etc/localtime}\n", configuration.ErrValue, "1:17", "a time zone"},

		{"domains:\n", configuration.ErrEmpty, "", `"domains" has no value`},
		{"domains: {}\n", configuration.ErrEmpty, "1:10", `"domains" has no value`},
		{"domains: dr.example.com\n", configuration.ErrType, "1:10", `"domains" must be a mapping of domains`},
		{"domains: [dr.example.com]\n", configuration.ErrType, "1:10", `"domains" must be a mapping of domains`},
		{"domains:\n  dr.example.com:\n", configuration.ErrEmpty, "2:18", `"dr.example.com" has no value`},
		{"domains:\n  dr.example.com: dr_publickey.pem\n", configuration.ErrType, "2:19", `"dr.example.com" must be a mapping of keys`},
		{"domains:\n  dr.example.com: [ttl]\n", configuration.ErrType, "2:19", `"dr.example.com" must be a mapping of keys`},
		{"domains:\n  dr: {}\n", configuration.ErrDomain, "2:3", `the domain "dr" is a single label`},
		{"domains:\n  192.0.2.1: {}\n", configuration.ErrDomain, "2:3", "is an address"},
		{"domains:\n  '*.example.com': {}\n", configuration.ErrDomain, "2:3", "holds"},
		{"domains:\n  '': {}\n", configuration.ErrDomain, "2:3", "is empty"},
		{"domains:\n  \"dr\\e.example.com\": {}\n", configuration.ErrDomain, "2:3", `the domain "dr\x1b.example.com"`},
		{"domains:\n  dr.example.com: {}\n  dr.example.com: {}\n", configuration.ErrDuplicate, "3:3", "twice"},
		{"domains:\n  dr.example.com: {}\n  DR.example.com.: {}\n", configuration.ErrTwice, "3:3", `the domain "DR.example.com." stands there twice, before as "dr.example.com"`},
		{"domains:\n  dr.münchen.example: {}\n  " + munich + ": {}\n", configuration.ErrTwice, "3:3", `before as "dr.münchen.example"`},
		{"domains:\n  dr.example.com: {}\ndomains:\n  dr.example.net: {}\n", configuration.ErrDuplicate, "3:1", "twice"},
		{"domains:\n  [dr.example.com]: {}\n", configuration.ErrMapping, "2:3", ""},
		{"domains:\n  dr.example.com: {tll: 30s}\n", configuration.ErrUnknown, "2:20", `the key "tll"`},
		{"domains:\n  dr.example.com: {ttl: soon}\n", configuration.ErrValue, "2:25", "from 1s to 24h"},
		{"domains:\n  dr.example.com: {unsigned: true}\n", configuration.ErrDisarming, "2:20", "takes a safety away"},
		{"domains:\n  dr.example.com:\n    publish: {confirm: x}\n", configuration.ErrDisarming, "3:15", "takes a safety away"},
		{"domains:\n  dr.example.com:\n    kit: {no-end: true}\n", configuration.ErrDisarming, "3:11", "takes a safety away"},
		{"domains:\n  dr.example.com:\n    publish:\n      kit: {count: 1}\n", configuration.ErrMisplaced, "4:7", "at the top level"},
		{"domains:\n  dr.example.com:\n    domains: {dr.example.net: {}}\n", configuration.ErrMisplaced, "3:5", `the key "domains" belongs at the top level`},
		{"scheme: prefix\ndomains:\n  dr.example.com:\n    scheme-confirmed: {scheme: prefix, date: 2026-12-01, way: pair}\n", configuration.ErrMisplaced, "4:5", `"scheme-confirmed" belongs at the top level`},
		{"domains:\n  dr.example.com: {server: a, server: b}\n", configuration.ErrDuplicate, "2:31", "twice"},
		{"domains:\n  dr.example.com:\n    publish: {audit: a}\n    publish: {audit: a}\n", configuration.ErrDuplicate, "4:5", "twice"},
		{"dr.example.com: {ttl: 30s}\n", configuration.ErrUnknown, "1:1", `the key "dr.example.com"`},
		{"domains:\n  dr.example.com: &a {ttl: 30s}\n  dr.example.net: *a\n", configuration.ErrFeature, "2:19", "an anchor"},
		{"scheme-confirmed: {scheme: prefix, date: 2026-12-01, way: pair}\ndomains:\n  dr.example.com: {scheme: prefix}\n", configuration.ErrConfirmed, "1:19", "the file names no scheme"},

		{"scheme: [\n", configuration.ErrSyntax, "2:1", ""},
		{"scheme: \"x\n", configuration.ErrSyntax, "", ""},
		{"scheme: prefix\n\tkey: x\n", configuration.ErrSyntax, "", "tab"},
		{"scheme: prefix\n key: x\n", configuration.ErrSyntax, "", ""},
		{"scheme: a: b\n", configuration.ErrSyntax, "", ""},
		{"scheme: prefix\n---\n[\n", configuration.ErrSyntax, "", ""},
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
		if c.kind == configuration.ErrSyntax && refusal.Line == 0 {
			t.Errorf("%.60q: no line", c.text)
		}
	}
}

// unchosen are the keys that count wherever the file was found: they neither choose what
// signs and what is believed, nor where records go.
const unchosen = " type forwarding for bind-domain ttl zone server resolver warn-before acknowledge kit.window kit.count kit.overlap kit.format kit.timezone "

// sample is a value that a key takes.
func sample(key configuration.Key) string {
	switch key.String() {
	case "scheme":
		return "prefix"
	case "type":
		return "zpa"
	case "forwarding":
		return "fail-close"
	case "for", "ttl", "warn-before", "signer-timeout", "kit.overlap":
		return "1h"
	case "kit.window":
		return "2d"
	case "zone", "server", "publish.server":
		return "example.com"
	case "resolver":
		return "udp://192.0.2.1"
	case "acknowledge":
		return "expired"
	case "kit.format":
		return "route53"
	case "kit.timezone":
		return "UTC"
	}
	switch key.Shape {
	case configuration.List:
		return "[X]"
	case configuration.Switch:
		return "false"
	case configuration.Number:
		return "1"
	}
	return "/x"
}

// What lay in the working directory may choose neither what signs nor where to publish, in
// whatever place it says so.
func TestRequireUnchosen(t *testing.T) {
	for _, key := range configuration.Keys {
		line := key.Name + ": " + sample(key)
		if key.Section != configuration.General {
			line = key.Section + ": {" + line + "}"
		}
		for _, text := range []string{line + "\n", "domains:\n  dr.example.com:\n    " + line + "\n"} {
			f, err := configuration.Parse([]byte(text), "drtxt.yaml", disarming)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.RequireUnchosen(); key.Chosen != errors.Is(err, configuration.ErrUnchosen) {
				t.Errorf("%q: %v", text, err)
			}
			if counts := strings.Contains(unchosen, " "+key.String()+" "); key.Chosen == counts {
				t.Errorf("%s counts wherever it was found: %t", key, !key.Chosen)
			}
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
