package main

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printableLine makes one line of text safe for a terminal: what does not print,
// line breaks and direction marks included, is shown as an escape. Printable text
// in any script stays as it is.
func printableLine(text string) string {
	if !strings.ContainsFunc(text, unprintable) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			b.WriteString(`\x` + hexByte(text[i]))
		case unprintable(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A printableWriter makes every line safe that a library writes by itself.
type printableWriter struct{ to io.Writer }

// Write writes whole lines; it reports all bytes as written, because their number
// changes.
func (w printableWriter) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		bare, ended := strings.CutSuffix(line, "\n")
		text := printableLine(bare)
		if ended {
			text += "\n"
		}
		if _, err := io.WriteString(w.to, text); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func hexByte(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
