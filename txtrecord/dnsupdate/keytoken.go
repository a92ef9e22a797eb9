package dnsupdate

import "strings"

// A tokenKind tells the parts of BIND's configuration grammar apart.
type tokenKind int

const (
	end tokenKind = iota
	word
	quoted
	open
	shut
	semicolon
)

// punctuation are the tokens of one byte.
var punctuation = map[byte]tokenKind{'{': open, '}': shut, ';': semicolon}

// A token is one of a key file. Its text is that of a word, or what is between quotes.
type token struct {
	kind tokenKind
	text string
	line int
}

func (t token) is(keyword string) bool { return t.kind == word && strings.EqualFold(t.text, keyword) }

// isValue reports whether the token can be a name or a value: quotes are optional.
func (t token) isValue() bool { return t.kind == word || t.kind == quoted }

func (t token) fault(class error) *KeyFileError { return &KeyFileError{Line: t.line, Err: class} }

// A tokenizer goes through the text of a key file.
type tokenizer struct {
	rest string
	line int
}

// tokenize takes the text apart, as BIND does: comments begin anywhere outside of
// quotes, even within a word. Errors are [*KeyFileError]s.
func tokenize(text string) ([]token, error) {
	z := &tokenizer{rest: text, line: 1}
	for all := []token(nil); ; {
		if err := z.skipBlank(); err != nil {
			return nil, err
		}
		t, err := z.token()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.kind == end {
			return all, nil
		}
	}
}

// take returns the next n bytes and goes beyond them.
func (z *tokenizer) take(n int) string {
	taken := z.rest[:n]
	z.rest = z.rest[n:]
	z.line += strings.Count(taken, "\n")
	return taken
}

func (z *tokenizer) fault() *KeyFileError { return &KeyFileError{Line: z.line, Err: ErrKeySyntax} }

const blanks = " \t\r\n"

// skipBlank goes beyond white space and comments.
func (z *tokenizer) skipBlank() error {
	for {
		z.take(len(z.rest) - len(strings.TrimLeft(z.rest, blanks)))
		switch {
		case strings.HasPrefix(z.rest, "#"), strings.HasPrefix(z.rest, "//"):
			z.take(upTo(z.rest, "\n"))
		case strings.HasPrefix(z.rest, "/*"):
			closing := strings.Index(z.rest[2:], "*/")
			if closing < 0 {
				return z.fault()
			}
			z.take(2 + closing + 2)
		default:
			return nil
		}
	}
}

// upTo returns where the first of these characters is, or the text's length.
func upTo(text, chars string) int {
	if at := strings.IndexAny(text, chars); at >= 0 {
		return at
	}
	return len(text)
}

func (z *tokenizer) token() (token, error) {
	t := token{line: z.line}
	if z.rest == "" {
		return t, nil
	}
	if kind, ok := punctuation[z.rest[0]]; ok {
		z.take(1)
		t.kind = kind
		return t, nil
	}
	if z.rest[0] == '"' {
		return z.quoted()
	}
	t.kind, t.text = word, z.take(wordEnd(z.rest))
	if !isPlain(t.text) {
		return token{}, t.fault(ErrKeySyntax)
	}
	return t, nil
}

// quoted is a token in quotes. Line ends and escapes have no use here.
func (z *tokenizer) quoted() (token, error) {
	t := token{kind: quoted, line: z.line}
	z.take(1)
	t.text = z.take(upTo(z.rest, `"`))
	if !strings.HasPrefix(z.rest, `"`) || !isPlain(t.text) {
		return token{}, t.fault(ErrKeySyntax)
	}
	z.take(1)
	return t, nil
}

// wordEnd returns the length of the word that the text begins with.
func wordEnd(text string) int {
	n := upTo(text, blanks+"{};\"#")
	for _, comment := range []string{"//", "/*"} {
		if at := strings.Index(text[:n], comment); at >= 0 {
			n = at
		}
	}
	return n
}

// isPlain reports whether the text is of printable ASCII without backslashes: a file
// in UTF-16, as some shells write, is none.
func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' })
}
