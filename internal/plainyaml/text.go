package plainyaml

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses what YAML would read in another encoding, or not at all, and what reads
// otherwise than it looks. The error is an [*Error] of class [ErrText] with the place of the
// first of that.
func CheckText(text []byte) error {
	line, column := 1, 1
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if detail, hint := faultAt(rest, len(rest) == len(text)); detail != "" {
			return &Error{Class: ErrText, Line: line, Column: column, Detail: detail, Hint: hint}
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
		rest = rest[size:]
	}
	return nil
}

// faultAt says what is wrong with the first character of a text, and the way out; nothing
// where that has its place. begins says that nothing stands before it.
func faultAt(text []byte, begins bool) (detail, hint string) {
	r, size := utf8.DecodeRune(text)
	switch {
	case begins && (bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff})):
		return "it is UTF-16, as PowerShell's > writes it", "save it as UTF-8"
	case begins && r == '\ufeff':
		return "it begins with a byte order mark", "save it as UTF-8 without one"
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("there is the byte 0x%02X", text[0]), "save it as UTF-8; it may be in an older encoding, such as Latin-1"
	case r == 0:
		return "there is a NUL character", "delete it; a text that is full of them is UTF-16: save that as UTF-8"
	case r == '\r' && !bytes.HasPrefix(text, []byte("\r\n")):
		return "a line ends in CR alone, where an editor may show no end", "end every line with LF, or with CR LF"
	case r == '\u0085', r == '\u2028', r == '\u2029': // YAML 1.1, section 4.2: a key could hide in what looks like a comment
		return fmt.Sprintf("a line ends in %U, where an editor may show no end", r), "delete that character, and end the line with LF, or with CR LF"
	case unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r':
		return fmt.Sprintf("there is the control character %U", r), "delete it; an editor may not show it"
	case r == '\ufffe', r == '\uffff':
		return fmt.Sprintf("there is %U, which is no character", r), "delete it; an editor may not show it"
	}
	return "", ""
}
