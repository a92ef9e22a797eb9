package domainname_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/txtrecord"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, domain, zone string }{
		{"dr.example.com", "dr.example.com", "dr.example.com"},
		{"DR.Example.COM.", "dr.example.com", "dr.example.com"},
		{"dr.münchen.example", "dr.xn--mnchen-3ya.example", "dr.xn--mnchen-3ya.example"},
		{"DR.MÜNCHEN.example.", "dr.xn--mnchen-3ya.example", "dr.xn--mnchen-3ya.example"},
		{"dr.xn--mnchen-3ya.example", "dr.xn--mnchen-3ya.example", "dr.xn--mnchen-3ya.example"},
		{"_dr.example.com", "_dr.example.com", "_dr.example.com"},
		{"com", "", "com"},
		{"192.0.2.1", "", "192.0.2.1"},
		{"", "", ""},
		{".", "", ""},
		{"dr..example.com", "", ""},
		{"-dr.example.com", "", ""},
		{"dr.exam ple.com", "", ""},
		{"*.example.com", "", ""},
		{"dr.ex\xffmple.com", "", ""},
		{"dr.\u202eexample.com", "", ""},
		{"dr.xn--ü.example", "", ""},
		{strings.Repeat("a", 64) + ".example", "", ""},
		{strings.Repeat("ü", 60) + ".example", "", ""},
	} {
		for of, want := range map[string]string{"domain": c.domain, "zone": c.zone} {
			read := domainname.Canonical
			if of == "zone" {
				read = domainname.CanonicalZone
			}
			got, err := read(c.text)
			if _, refused := errors.AsType[*txtrecord.DomainError](err); got != want || refused != (want == "") {
				t.Errorf("%s %q: %q, %v; want %q", of, c.text, got, err, want)
			}
		}
	}
}

// What has no U-labels is left alone, whatever it is.
func TestToASCII(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "DR.Example": "DR.Example", "a b": "a b", "Ü.Example": "xn--tda.example"} {
		if got, err := domainname.ToASCII(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestLiesIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		domain, zone string
		want         bool
	}{
		{"dr.example.com", "example.com", true},
		{"dr.example.com", "com", true},
		{"example.com", "example.com", true},
		{"dr.example.com", "ample.com", false},
		{"example.com", "dr.example.com", false},
		{"dr.example.com", "example.net", false},
	} {
		if got := domainname.LiesIn(c.domain, c.zone); got != c.want {
			t.Errorf("%s in %s: %t", c.domain, c.zone, got)
		}
	}
}
