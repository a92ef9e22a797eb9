// Package presentation converts character-strings between their bytes on the wire
// and the text form of zone files (RFC 1035 §5.1), which dig and the DNS library
// use too.
package presentation

import (
	"errors"
	"fmt"
	"strings"
)

// Escape returns the text form of a character-string, without quotes: a quote and
// a backslash are escaped by a backslash, every byte outside printable ASCII
// becomes \DDD.
func Escape(wire string) string {
	var b strings.Builder
	b.Grow(len(wire))
	for i := range len(wire) {
		switch c := wire[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Quote is [Escape] between double quotes.
func Quote(wire string) string { return `"` + Escape(wire) + `"` }

// Unescape returns the bytes that a text form without quotes stands for. A
// backslash at the very end stands for itself.
func Unescape(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	wire := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			wire = append(wire, text[i])
			continue
		}
		if value, ok := decimal(text[i+1:]); ok {
			wire = append(wire, value)
			i += 3
			continue
		}
		i++
		wire = append(wire, text[i])
	}
	return string(wire)
}

// decimal reads the DDD of \DDD.
func decimal(text string) (byte, bool) {
	if len(text) < 3 {
		return 0, false
	}
	value := 0
	for i := range 3 {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		value = value*10 + int(text[i]-'0')
	}
	return byte(value), value <= 255
}

// ErrQuoting is what a line ends in that is not quoted strings alone.
var ErrQuoting = errors.New("not quoted strings")

// QuotedStrings reads a line that consists of double-quoted strings and white space,
// as "dig +short" prints a TXT record, into the bytes of each string.
func QuotedStrings(line string) ([]string, error) {
	var all []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		if rest[0] != '"' {
			return nil, ErrQuoting
		}
		end := closingQuote(rest)
		if end < 0 {
			return nil, ErrQuoting
		}
		all = append(all, Unescape(rest[1:end]))
		rest = rest[end+1:]
	}
	if all == nil {
		return nil, ErrQuoting
	}
	return all, nil
}

// closingQuote is the index of the quote that ends the string at text[0], or -1.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
