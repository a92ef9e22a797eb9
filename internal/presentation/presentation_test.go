package presentation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/presentation"
)

func TestEscape(t *testing.T) {
	cases := map[string]string{
		"":              "",
		"v=1;b=on":      "v=1;b=on",
		`a"b\c`:         `a\"b\\c`,
		" ~":            " ~",
		"\x00\x1f\x7f":  `\000\031\127`,
		"\x80\xff":      `\128\255`,
		"ü":             `\195\188`,
		"\x1b[31m\n065": `\027[31m\010065`,
	}
	for wire, want := range cases {
		if got := presentation.Escape(wire); got != want {
			t.Errorf("Escape(%q) = %s, want %s", wire, got, want)
		}
		if got := presentation.Quote(wire); got != `"`+want+`"` {
			t.Errorf("Quote(%q) = %s", wire, got)
		}
		if got := presentation.Unescape(want); got != wire {
			t.Errorf("Unescape(%q) = %q, want %q", want, got, wire)
		}
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		`a\;b`:   "a;b",
		`\`:      `\`,
		`a\`:     `a\`,
		`\\`:     `\`,
		`\6`:     "6",
		`\06`:    "06",
		`\06x`:   "06x",
		`\065`:   "A",
		`\0655`:  "A5",
		`\255`:   "\xff",
		`\256`:   "256",
		`\999`:   "999",
		`\00\00`: "0000",
	} {
		if got := presentation.Unescape(text); got != want {
			t.Errorf("Unescape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestQuotedStrings(t *testing.T) {
	for line, want := range map[string][]string{
		`"v=1;b=on"`:        {"v=1;b=on"},
		`""`:                {""},
		"\t \"a\" \t\"b\" ": {"a", "b"},
		`"a""b"`:            {"a", "b"},
		`"a\"b" "\\"`:       {`a"b`, `\`},
		`"\034"`:            {`"`},
		"":                  nil,
		"  ":                nil,
		`"`:                 nil,
		`"a`:                nil,
		`"a\"`:              nil,
		`"a\`:               nil,
		`a`:                 nil,
		`"a" b`:             nil,
		`'a'`:               nil,
		`"a" ; comment`:     nil,
	} {
		got, err := presentation.QuotedStrings(line)
		if !slices.Equal(got, want) || errors.Is(err, presentation.ErrQuoting) != (want == nil) {
			t.Errorf("QuotedStrings(%q) = %q, %v, want %q", line, got, err, want)
		}
	}
}

// The library must read the same octets out of the text, and its text must come
// back to the same octets.
func TestAgreesWithLibrary(t *testing.T) {
	for b := range 256 {
		wire := "v" + string([]byte{byte(b)}) + "065"
		rr, err := dns.NewRR("x. 30 IN TXT " + presentation.Quote(wire))
		if err != nil {
			t.Errorf("%q: %v", wire, err)
			continue
		}
		packed := make([]byte, 64)
		end, err := dns.PackRR(rr, packed, 0, nil, false)
		if err != nil || string(packed[end-len(wire):end]) != wire {
			t.Errorf("%q becomes %q on the wire, %v", wire, packed[:end], err)
		}
		again, _, err := dns.UnpackRR(packed[:end], 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := presentation.Unescape(again.(*dns.TXT).Txt[0]); got != wire {
			t.Errorf("%q comes back as %q", wire, got)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	var all strings.Builder
	for b := range 256 {
		f.Add(string([]byte{byte(b)}), `\`)
		all.WriteByte(byte(b))
	}
	f.Add(all.String(), "065")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, wire := range []string{a, b, a + b} {
			text := presentation.Escape(wire)
			if got := presentation.Unescape(text); got != wire {
				t.Errorf("%q escapes to %q, which is %q", wire, text, got)
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
				t.Errorf("%q escapes to %q", wire, text)
			}
		}
		line := presentation.Quote(a) + " " + presentation.Quote(b)
		if got, err := presentation.QuotedStrings(line); err != nil || !slices.Equal(got, []string{a, b}) {
			t.Errorf("%s is %q, %v", line, got, err)
		}
		presentation.Unescape(a)
		presentation.QuotedStrings(a)
	})
}
