package txtrecord_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/drtxt/drtxt/txtrecord"
)

var (
	label63 = strings.Repeat("a", 63)
	name253 = strings.Repeat(label63+".", 3) + strings.Repeat("b", 61)
)

func TestCanonicalDomain(t *testing.T) {
	for name, want := range map[string]string{
		"dr.example.com":         "dr.example.com",
		"DR.Example.COM":         "dr.example.com",
		"dr.example.com.":        "dr.example.com",
		"localhost":              "localhost",
		"_dr.example.com":        "_dr.example.com",
		"d-r.ex--ample.com":      "d-r.ex--ample.com",
		"xn--bcher-kva.example":  "xn--bcher-kva.example",
		"1.2.3.4":                "1.2.3.4",
		label63 + ".example.com": label63 + ".example.com",
		name253:                  name253,
		strings.ToUpper(name253): name253,
		name253 + ".":            name253,
	} {
		if got, err := txtrecord.CanonicalDomain(name); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestCanonicalDomainRefuses(t *testing.T) {
	for _, test := range []struct{ name, label, reason string }{
		{"", "", "is empty"},
		{".", "", "is empty"},
		{"..", "", "two dots in a row"},
		{"dr..example.com", "", "two dots in a row"},
		{".dr.example.com", "", "one at the start"},
		{"dr.example.com..", "", "empty label"},
		{label63 + "a.example.com", label63 + "a", "64 bytes, the limit is 63"},
		{name253 + "b", "", "254 characters, the limit is 253"},
		{name253 + "b.", "", "254 characters, the limit is 253"},
		{"-dr.example.com", "-dr", "hyphen"},
		{"dr-.example.com", "dr-", "hyphen"},
		{"dr.-.com", "-", "hyphen"},
		{"dr example.com", "dr example", "holds ' '"},
		{" dr.example.com", " dr", "holds ' '"},
		{"dr.example.com\n", "com\n", `holds '\n'`},
		{"dr.exam\x1bple.com", "exam\x1bple", `holds '\x1b'`},
		{"dr.example.com;b=off", "com;b=off", "holds ';'"},
		{"*.example.com", "*", "holds '*'"},
		{"d\\r.example.com", "d\\r", `holds '\\'`},
		{"bücher.example", "bücher", "holds 'ü'"},
		{"dr\xff.example.com", "dr\xff", "holds"},
	} {
		got, err := txtrecord.CanonicalDomain(test.name)
		fault, ok := errors.AsType[*txtrecord.DomainError](err)
		if !ok || got != "" || fault.Domain != test.name || fault.Label != test.label || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%q: got %q, %v, want label %q, %q", test.name, got, err, test.label, test.reason)
		}
		if err != nil && (strings.ContainsFunc(err.Error(), unicode.IsControl) || !utf8.ValidString(err.Error())) {
			t.Errorf("%q: the text holds a raw byte", test.name)
		}
	}
}
