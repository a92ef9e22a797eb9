package main

import (
	"strings"
	"testing"
)

// mistakes are configurations that are wrong, one of every kind, with what is said of each
// and where.
var mistakes = []struct{ text, at, words string }{
	{"scheem: prefix\n", "line 1, column 1", `the key "scheem" is not known`},
	{"ttl: 30s\n\nexpect: on\n", "line 3, column 1", `the key "expect" is not known`},
	{"publish:\n  tsig: x\n", "line 2, column 3", `the key "tsig" is not known`},
	{"domains:\n  dr.example.com:\n    tll: 30s\n", "line 3, column 5", `the key "tll" is not known`},
	{"tsig-file: x\n", "line 1, column 1", `belongs under publish`},
	{"kit: {ttl: 30s}\n", "line 1, column 7", `belongs outside of kit`},
	{"domains:\n  dr.example.com:\n    domains: {a.example: {}}\n", "line 3, column 5", "belongs at the top level"},
	{"no-end: true\n", "line 1, column 1", "counts only as a flag"},
	{"domains:\n  dr.example.com:\n    publish: {confirm: dr.example.com}\n", "line 3, column 15", "counts only as a flag"},
	{"ttl: 30s\nttl: 60s\n", "line 2, column 1", "stands there twice"},
	{"domains:\n  dr.example.com: {}\n  DR.EXAMPLE.COM: {}\n", "line 3, column 3", `stands there twice, before as "dr.example.com"`},
	{"domains:\n  example: {}\n", "line 2, column 3", "is a single label"},
	{"domains:\n  \"dr.\\u202eexample.com\": {}\n", "line 2, column 3", `cannot be converted`},
	{"ttl:\n", "line 1, column", "has no value"},
	{"server: []\n", "line 1, column 9", "has no value"},
	{"domains:\n  dr.example.com:\n", "line 2, column", "has no value"},
	{"ttl: 30\n", "line 1, column 6", "must be a text"},
	{"signer-arg: one\n", "line 1, column 13", "must be a list"},
	{"bind-domain: 'yes'\n", "line 1, column 14", "must be true or false"},
	{"kit: {count: many}\n", "line 1, column 14", "must be a whole number"},
	{"domains: dr.example.com\n", "line 1, column 10", "must be a mapping"},
	{"ttl: 2d\n", "line 1, column 6", "must be a duration from 1s to 24h"},
	{"for: no-end\n", "line 1, column 6", "must be a positive duration"},
	{"type: both\n", "line 1, column 7", "must be zia, zpa or all"},
	{"forwarding: fail\n", "line 1, column 13", "must be fail-open or fail-close"},
	{"resolver: 'dns://x'\n", "line 1, column 11", "must be a resolver"},
	{"acknowledge: everything\n", "line 1, column 14", "must be the code of a warning"},
	{"kit: {timezone: Mars/Olympus}\n", "line 1, column 17", "a time zone"},
	{"kit: {format: [pdf]}\n", "line 1, column 16", "a format"},
	{"public: missing.pem\n", "line 1, column 9", `names "missing.pem", which does not exist`},
	{"domains:\n  dr.example.com:\n    public: [missing.pem]\n", "line 3, column 14", "does not exist"},
	{"- ttl\n", "line 1, column 1", "no mapping"},
	{"ttl: &a 30s\nfor: *a\n", "line 1, column 6", "an anchor"},
	{"ttl: [30s\n", "line 2, column 1", "is not YAML"},
	{"ttl: 30s\n---\nttl: 60s\n", "line 2, column 1", "second document"},
	{"\uFEFFttl: 30s\n", "line 1, column 1", "byte order mark"},
	{"\xff\xfet\x00t\x00l\x00", "line 1, column 1", "is UTF-16"},
	{"ttl: 30s\n# n\xfc\n", "line 2, column 4", "the byte 0xFC"},
	{"ttl: 30s\nt\x00y\x00", "line 2, column 2", "a NUL character"},
	{"# \x1b[8mttl: 30s\n", "line 1, column 3", "the control character U+001B"},
	{"# x\rttl: 30s\n", "line 1, column 4", "CR alone"},
	{"# x\u2028ttl: 30s\n", "line 1, column 4", "U+2028"},
	{"zone: example.com\ndomains:\n  dr.example.net: {}\n", "line 1, column 7", "a zone that dr.example.net lies in"},
	{"kit: {window: 1d}\n", "line 1, column 15", "must be longer than kit.overlap, 1d"},
	{"scheme: values\nscheme-confirmed: {scheme: prefix, date: 2026-12-01, way: pair}\n", "line 2, column 19", "one of the two was changed by hand"},
	{"scheme: prefix\ndomains:\n  dr.example.com:\n    scheme-confirmed: {scheme: prefix, date: 2026-12-01, way: pair}\n", "line 4, column 5", "belongs at the top level"},
}

// Whatever is wrong with a configuration is said by every command that reads it, with its
// place and the way out; nothing is done.
func TestConfigurationMistakes(t *testing.T) {
	t.Parallel()
	for _, m := range mistakes {
		path := writeTemp(t, "drtxt.yaml", m.text)
		words := []string{m.words}
		if strings.Contains(m.words, "missing.pem") {
			words = []string{`missing.pem", which does not exist`} // it names the folder too
		}
		if m.at != "" {
			words = append(words, quoted(path)+", "+m.at)
		}
		for _, args := range []string{"verify dr.example.com", "record off dr.example.com", "watch dr.example.com --until off", "explain v=1", "config show"} {
			r := drtxt(append(strings.Fields(args), "--config", path)...)
			if args == "config show" && strings.Contains(m.words, "does not exist") {
				r.stdout = "" // all is shown before
			}
			r.refused(t, 2, words...)
		}
	}
}
