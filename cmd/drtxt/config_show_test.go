package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// What the commands refuse of a variable, config show shows and refuses; what they take, it
// takes.
func TestShownVariables(t *testing.T) {
	t.Parallel()
	const file = "ttl: 5m\nfor: 8h\nserver: ns1.example.com\nsigner-agent: true\nkit: {overlap: 2d}\npublish: {server: ns0.example.com}\ndomains: {dr.example.com: {zone: example.com}}\n"
	for _, c := range []struct {
		variable, value, key, must, words string
	}{
		{"TTL", "99d", "ttl", "a duration from 1s", ""},
		{"TTL", "60", "ttl", "", ""},
		{"TYPE", "foo", "type", "zia, zpa or all", ""},
		{"SCHEME", "nope", "scheme", "the name of a scheme", ""},
		{"FORWARDING", "fail", "forwarding", "fail-open or fail-close", ""},
		{"FORWARDING", "portal", "forwarding", "", ""},
		{"BIND_DOMAIN", "perhaps", "bind-domain", "true or false", ""},
		{"BIND_DOMAIN", "1", "bind-domain", "", ""},
		{"FOR", "0s", "for", "a positive duration", ""},
		{"WARN_BEFORE", "0s", "warn-before", "", ""},
		{"SERVER", "a/b", "server", "a host", ""},
		{"RESOLVER", "udp://192.0.2.1,,tls://dns.example.net", "resolver", "a resolver", ""},
		{"ACKNOWLEDGE", "ends-soon,all", "acknowledge", "the code of a warning", ""},
		{"ZONE", "example.net", "zone", "a zone that dr.example.com lies in", ""},
		{"ZONE", "com", "zone", "", ""},
		{"SIGNER_COMMAND", "sign", "signer-command", "an absolute path", ""},
		{"PUBLIC", "missing.pem", "public", "", `DRTXT_PUBLIC names "missing.pem", which does not exist`},
		{"KEY", "missing.pem", "key", "", `DRTXT_KEY names "missing.pem", which does not exist`},
		{"TSIG_FILE", "missing.key", "publish.tsig-file", "", `DRTXT_TSIG_FILE names "missing.key"`},
		{"UNDO_DIR", "missing", "publish.undo-dir", "", ""},
		{"COUNT", "many", "kit.count", "a number from 1 to", ""},
		{"COUNT", "60", "kit.count", "a number from 1 to", ""},
		{"COUNT", "0x8", "kit.count", "", ""},
		{"WINDOW", "2d", "kit.window", "longer than kit.overlap, 2d", ""},
		{"WINDOW", "49h", "kit.window", "", ""},
		{"OVERLAP", "7d", "kit.overlap", "shorter than kit.window, 7d", ""},
		{"TIMEZONE", "Mars/Olympus", "kit.timezone", "the name of a time zone", ""},
	} {
		name := "DRTXT_" + c.variable
		words := c.words
		if c.must != "" {
			words = name + " " // and the value, and what it must be
		}
		r := call{env: map[string]string{name: c.value, "DRTXT_CONFIG": writeTemp(t, "drtxt.yaml", file)}}.run("config", "show", "--format", "json")
		shown := shownSettingOf(t, r.stdout, c.key)
		if shown.Variable != name || !strings.HasPrefix(shown.MustBe, c.must) || (c.must == "") != (shown.MustBe == "") {
			t.Errorf("%s=%s: %+v", name, c.value, shown)
		}
		if err := schemas(t).validate("configuration", r.stdout); err != nil {
			t.Errorf("%s=%s: %v", name, c.value, err)
		}
		if words == "" {
			r.want(t, 0)
			continue
		}
		r.stdout = "" // all is shown before
		r.refused(t, 2, words, c.must, "correct the variable, or unset it")
	}
}

func shownSettingOf(t *testing.T, text, key string) shownSetting {
	t.Helper()
	var shown shownConfiguration
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
	for _, s := range shown.Domains[0].Settings {
		if key == s.Key && s.Section == "" || key == s.Section+"."+s.Key {
			return s
		}
	}
	t.Fatalf("there is no %s", key)
	return shownSetting{}
}

// A variable sets aside in config show what it sets aside in the commands.
func TestShownVariablesSetAside(t *testing.T) {
	t.Parallel()
	const file = "for: 8h\nserver: ns1.example.com\nresolver: udp://192.0.2.1\nzone: example.com\npublish: {server: ns0.example.com}\n"
	for _, c := range []struct{ variable, value, key, by string }{
		{"END", "+1h", "for", "end"},
		{"FILE", "x", "server", "file"},
		{"FILE", "x", "resolver", "file"},
		{"ROOT_HINTS", "x", "server", "root-hints"},
		{"ROOT_HINTS", "x", "resolver", ""},
		{"ZONE_FILE", "drtxt.yaml", "publish.server", "zone-file"},
		{"UNDO", "x", "publish.server", "undo"},
		{"NO_END", "true", "for", ""}, // a flag alone
	} {
		path := writeTemp(t, "drtxt.yaml", file)
		if c.value == "drtxt.yaml" {
			c.value = path
		}
		r := call{env: map[string]string{"DRTXT_" + c.variable: c.value, "DRTXT_CONFIG": path}}.run("config", "show", "--format", "json").want(t, 0)
		if shown := shownSettingOf(t, r.stdout, c.key); shown.SetAsideBy != c.by || shown.Source != fromFile {
			t.Errorf("%s: %+v, want it set aside by %q", c.variable, shown, c.by)
		}
	}
}

// What a kit takes where nothing is configured is what a configuration is checked against.
func TestKitDefaultsInTheConfiguration(t *testing.T) {
	t.Parallel()
	kit := newKitCommand(&environment{}).Flags()
	for line, refused := range map[string]bool{
		"kit: {window: " + kit.Lookup("overlap").DefValue + "}\n": true,
		"kit: {overlap: " + kit.Lookup("window").DefValue + "}\n": true,
		"kit: {window: 86401s}\n":                                 false,
		"kit: {overlap: 604799s}\n":                               false,
	} {
		r := drtxt("config", "show", "--config", writeTemp(t, "drtxt.yaml", line))
		if refused {
			r.refused(t, 2, "line 1, column 1", "than kit.")
		} else {
			r.want(t, 0)
		}
	}
}
