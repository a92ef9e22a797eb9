package plainyaml_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/plainyaml"
)

// read checks and loads a text, as every reader does.
func read(text string) error {
	if err := plainyaml.CheckText([]byte(text)); err != nil {
		return err
	}
	_, err := plainyaml.Load([]byte(text))
	return err
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text         string
		class        error
		line, column int
		detail       string
	}{
		"anchor":           {"a: &b c\n", plainyaml.ErrFeature, 1, 4, "an anchor"},
		"alias":            {"a: [*b]\n", plainyaml.ErrSyntax, 1, 0, ""},
		"tag":              {"a: !!str 1\n", plainyaml.ErrFeature, 1, 4, "a tag"},
		"merge key":        {"a:\n  <<: {b: c}\n", plainyaml.ErrFeature, 2, 3, "a merge key"},
		"second document":  {"a: b\n---\nc: d\n", plainyaml.ErrDocuments, 2, 1, ""},
		"tab":              {"a:\n\tb: c\n", plainyaml.ErrSyntax, 2, 0, ""},
		"open quote":       {"a: \"b\n", plainyaml.ErrSyntax, 0, 0, ""},
		"carriage return":  {"a: b # c\rd: e\n", plainyaml.ErrText, 1, 9, "CR alone"},
		"line separator":   {"a: b # c\u2028d: e\n", plainyaml.ErrText, 1, 9, "U+2028"},
		"next line":        {"a: b # c\u0085d: e\n", plainyaml.ErrText, 1, 9, "U+0085"},
		"NUL":              {"a: b\nc: \x00\n", plainyaml.ErrText, 2, 4, "NUL"},
		"escape":           {"a: \x1b[1m\n", plainyaml.ErrText, 1, 4, "U+001B"},
		"Latin-1":          {"a: \xfc\n", plainyaml.ErrText, 1, 4, "0xFC"},
		"no character":     {"a: \uffff\n", plainyaml.ErrText, 1, 4, "U+FFFF"},
		"byte order mark":  {"\ufeffa: b\n", plainyaml.ErrText, 1, 1, "byte order mark"},
		"UTF-16":           {"\xff\xfea\x00", plainyaml.ErrText, 1, 1, "UTF-16"},
		"mark in the text": {"a: b\x7f\n", plainyaml.ErrText, 1, 5, "U+007F"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := read(c.text)
			refusal, ok := errors.AsType[*plainyaml.Error](err)
			if !ok || !errors.Is(err, c.class) {
				t.Fatalf("%v, want %v", err, c.class)
			}
			if c.line > 0 && refusal.Line != c.line || c.column > 0 && refusal.Column != c.column || !strings.Contains(refusal.Detail, c.detail) {
				t.Errorf("line %d, column %d: %q; want line %d, column %d: %q", refusal.Line, refusal.Column, refusal.Detail, c.line, c.column, c.detail)
			}
			if (c.class == plainyaml.ErrText) != (refusal.Hint != "") || (c.class == plainyaml.ErrSyntax) != (refusal.Err != nil) {
				t.Errorf("the hint is %q, the library's message %v", refusal.Hint, refusal.Err)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "\n"} {
		if root, err := plainyaml.Load([]byte(text)); root != nil || err != nil {
			t.Errorf("%q: %v, %v", text, root, err)
		}
	}
	text := "a: b\r\nc:\n  - d: 'é, * and & and !'\n"
	if err := read(text); err != nil {
		t.Error(err)
	}
	if root, err := plainyaml.Load([]byte(text)); err != nil || len(root.Content) != 4 || root.Content[3].Content[0].Content[1].Value != "é, * and & and !" {
		t.Errorf("%v, %v", root, err)
	}
}
