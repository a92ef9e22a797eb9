package configuration_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/configuration"
)

// Values that are right by themselves have to fit each other, for a domain as they come
// together there.
func TestTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, at, words, hint string }{
		{"zone: example.com\n", "", "", ""},
		{"zone: example.com\ndomains: {dr.example.com: {}, example.com: {}}\n", "", "", ""},
		{"zone: EXAMPLE.com.\ndomains: {dr.example.com: {}}\n", "", "", ""},
		{"zone: example.com\ndomains: {dr.example.net: {zone: net}}\n", "", "", ""},
		{"domains: {dr.münchen.example: {zone: xn--mnchen-3ya.example}}\n", "", "", ""},
		{"zone: example.com\ndomains: {dr.example.com: {}, dr.example.net: {}}\n", "1:7", `"zone" must be a zone that dr.example.net lies in`, "put it under the domains that lie in it"},
		{"domains:\n  dr.example.com: {zone: ample.com}\n", "2:26", `"zone" must be a zone that dr.example.com lies in`, "correct the value"},
		{"zone: example.com\ndomains:\n  dr.example.com:\n    zone: dr2.example.com\n", "4:11", "a zone that dr.example.com lies in", "correct the value"},

		{"kit: {window: 2d}\n", "", "", ""},
		{"kit: {overlap: 6d}\n", "", "", ""},
		{"kit: {window: 1h, overlap: 0s}\n", "", "", ""},
		{"kit: {window: 1d}\n", "1:15", `"kit.window" must be longer than kit.overlap, 1d`, "correct the value"},
		{"kit: {overlap: 7d}\n", "1:16", `"kit.overlap" must be shorter than kit.window, 7d`, "correct the value"},
		{"kit:\n  overlap: 2d\n  window: 48h\n", "3:11", `"kit.window" must be longer than kit.overlap, 2d`, "correct the value"},
		{"kit: {window: 2d}\ndomains: {dr.example.com: {kit: {overlap: 2d}}}\n", "2:43", `"kit.overlap" must be shorter than kit.window, 2d`, "correct the value"},
		{"kit: {overlap: 2d}\ndomains: {dr.example.com: {kit: {window: 2d}}}\n", "2:42", `"kit.window" must be longer than kit.overlap, 2d`, "correct the value"},
		{"domains:\n  dr.example.com: {kit: {window: 1h}}\n", "2:34", `"kit.window" must be longer than kit.overlap, 1d`, "correct the value"},
		{"kit: {window: 1h, overlap: 1h}\ndomains: {dr.example.com: {kit: {window: 2h}}}\n", "1:15", "longer than kit.overlap, 1h", "correct the value"},
	} {
		_, err := configuration.Parse([]byte(c.text), "drtxt.yaml", nil)
		refusal, refused := errors.AsType[*configuration.Error](err)
		if refused != (c.at != "") {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if !refused {
			continue
		}
		if at := fmt.Sprintf("%d:%d", refusal.Line, refusal.Column); at != c.at || !errors.Is(err, configuration.ErrValue) {
			t.Errorf("%q: at %s, want %s (%v)", c.text, at, c.at, err)
		}
		if !strings.Contains(err.Error(), c.words) || !strings.Contains(refusal.Hint(), c.hint) {
			t.Errorf("%q: %v, hint %q", c.text, err, refusal.Hint())
		}
	}
}
