package configuration_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/configuration"
)

// What does not belong into a text is refused where it stands, with a hint of its own.
func TestTextRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, at, words, hint string }{
		{"\uFEFFttl: 30s\n", "1:1", "begins with a byte order mark", "UTF-8 without one"},
		{"\xff\xfet\x00t\x00l\x00", "1:1", "is UTF-16", "save it as UTF-8"},
		{"\xfe\xff\x00t\x00t\x00l", "1:1", "is UTF-16", "save it as UTF-8"},
		{"t\x00t\x00l\x00", "1:2", "a NUL character", "full of them is UTF-16"},
		{"ttl: 30s\nkey: n\xfc.pem\n", "2:7", "the byte 0xFC", "Latin-1"},
		{"ttl: 30s\n# n\u00fc: \xfc\n", "2:7", "the byte 0xFC", "Latin-1"},
		{"ttl: 30s\n\xff\xfe\n", "2:1", "the byte 0xFF", "Latin-1"},
		{"key: \xed\xa0\x80\n", "1:6", "the byte 0xED", "Latin-1"}, // a surrogate
		{"ttl: 30s\n\nkey: a\x01b\n", "3:7", "the control character U+0001", "delete it"},
		{"# a\x1b[8mb\n", "1:4", "the control character U+001B", "delete it"},
		{"# a\x7f\n", "1:4", "the control character U+007F", "delete it"},
		{"# a\u009b31m\n", "1:4", "the control character U+009B", "delete it"},
		{"# a\uffff\n", "1:4", "U+FFFF, which is no character", "delete it"},
		{"ttl: 30s # a\rkey: b\n", "1:13", "CR alone", "LF, or with CR LF"},
		{"ttl: 30s\r\r\n", "1:9", "CR alone", "LF, or with CR LF"},
		{"ttl: 30s\r", "1:9", "CR alone", "LF, or with CR LF"},
		{"ttl: 30s\r\n# a\u0085key: b\n", "2:4", "U+0085", "end the line with LF"},
		{"# \u00fc\u2028key: b\n", "1:4", "U+2028", "end the line with LF"},
		{"# a\n# a\u2029key: b\n", "2:4", "U+2029", "end the line with LF"},
	} {
		_, err := configuration.Parse([]byte(c.text), "drtxt.yaml", nil)
		refusal, ok := errors.AsType[*configuration.Error](err)
		if !ok || !errors.Is(err, configuration.ErrEncoding) {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if at := fmt.Sprintf("%d:%d", refusal.Line, refusal.Column); at != c.at {
			t.Errorf("%q: at %s, want %s", c.text, at, c.at)
		}
		if !strings.Contains(err.Error(), c.words) || !strings.Contains(refusal.Hint(), c.hint) {
			t.Errorf("%q: %v, hint %q", c.text, err, refusal.Hint())
		}
	}
}

// What only looks as if it did not is left alone.
func TestTextTaken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ttl: 30s\r\nfor: 8h\r\n", "ttl: 30s\t# \U0001F600 \ufffd\n", "key: n\u00fc.pem\n"} {
		if _, err := configuration.Parse([]byte(text), "drtxt.yaml", nil); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
