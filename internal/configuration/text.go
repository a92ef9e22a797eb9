package configuration

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// checkText refuses what YAML would read in another encoding, or not at all, and what
// reads otherwise than it looks. It says where the first of that is.
func (p *parser) checkText(data []byte) error {
	if len(data) > MaxSize {
		return &Error{Path: p.file.Path, Kind: ErrTooLarge}
	}
	at := place{1, 1}
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if fault := faultAt(rest, len(rest) == len(data)); fault != nil {
			return &Error{Path: p.file.Path, Line: at.line, Column: at.column, Kind: ErrEncoding, Detail: fault.detail, hint: fault.hint}
		}
		if at.column++; r == '\n' {
			at = place{at.line + 1, 1}
		}
		rest = rest[size:]
	}
	return nil
}

// A textFault is what has no place in the text of a configuration.
type textFault struct{ detail, hint string }

// faultAt looks at the first character of a text, nil where it is none. begins says that
// nothing stands before it.
func faultAt(text []byte, begins bool) *textFault {
	r, size := utf8.DecodeRune(text)
	switch {
	case begins && (bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff})):
		return &textFault{"it is UTF-16, as PowerShell's > writes it", "save it as UTF-8"}
	case begins && r == '\ufeff':
		return &textFault{"it begins with a byte order mark", "save it as UTF-8 without one"}
	case r == utf8.RuneError && size == 1:
		return &textFault{fmt.Sprintf("there is the byte 0x%02X", text[0]), "save it as UTF-8; it may be in an older encoding, such as Latin-1"}
	case r == 0:
		return &textFault{"there is a NUL character", "delete it; a text that is full of them is UTF-16: save that as UTF-8"}
	case r == '\r' && !bytes.HasPrefix(text, []byte("\r\n")):
		return &textFault{"a line ends in CR alone, where an editor may show no end", "end every line with LF, or with CR LF"}
	case r == '\u0085', r == '\u2028', r == '\u2029': // YAML 1.1, section 4.2: a key could hide in what looks like a comment
		return &textFault{fmt.Sprintf("a line ends in %U, where an editor may show no end", r), "delete that character, and end the line with LF, or with CR LF"}
	case unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r':
		return &textFault{fmt.Sprintf("there is the control character %U", r), "delete it; an editor may not show it"}
	case r == '\ufffe', r == '\uffff':
		return &textFault{fmt.Sprintf("there is %U, which is no character", r), "delete it; an editor may not show it"}
	}
	return nil
}
