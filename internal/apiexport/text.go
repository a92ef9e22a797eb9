package apiexport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// plainText returns a file's text without its byte order mark, and refuses what is no UTF-8.
func plainText(page Page) ([]byte, error) {
	data := page.Data
	switch {
	case len(data) > MaxSize:
		return nil, &Error{Page: page.Name, Kind: ErrTooLarge, Detail: fmt.Sprintf("it has more than %d MiB", MaxSize>>20)}
	case isUTF16(data):
		return nil, &Error{Page: page.Name, Kind: ErrUTF16}
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Error{Page: page.Name, Kind: ErrEmpty}
	}
	return data, nil
}

// isUTF16 recognises the byte order marks, and the zero byte that one of the first two
// characters' bytes is: a text that is meant to be read here begins with ASCII.
func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) ||
		len(data) > 1 && (data[0] == 0) != (data[1] == 0)
}

// BeginsAsJSON reports whether a file's first character that is not blank is one that an
// object or an array begins with.
func BeginsAsJSON(data []byte) bool {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, byteOrderMark))
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}

// mistaken are what gets saved in the place of JSON, by how it begins.
var mistaken = []struct{ prefix, what, way string }{
	{"<", "it is HTML or XML, perhaps a page to sign in at", "the session had ended, or a proxy answered: sign in again and export again"},
	{"HTTP/", "the headers of the answer stand before it", "save the body alone, without curl's -i"},
	{"\x1f\x8b", "it is compressed by gzip", "unpack it with gunzip, or let curl do it with --compressed"},
	{"PK\x03\x04", "it is a ZIP archive or a spreadsheet", "unpack it; of a spreadsheet there is nothing to read"},
	{"%PDF", "it is a PDF", ""},
}

// PlainText returns a file's text without its byte order mark, for what is to be read
// otherwise than as JSON. It refuses what is empty, too large, UTF-16, or of a kind that
// gets saved by mistake, such as a page of HTML. Errors are an [*Error].
func PlainText(page Page) ([]byte, error) {
	text, err := plainText(page)
	if err != nil {
		return nil, err
	}
	return text, mistake(page.Name, bytes.TrimSpace(text))
}

// wholeJSON returns the JSON of a text, which has to be one object or array and nothing
// else.
func wholeJSON(name string, text []byte) (json.RawMessage, error) {
	if !BeginsAsJSON(text) {
		return nil, notJSON(name, bytes.TrimSpace(text))
	}
	if err := requireUTF8(name, text); err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		return nil, invalid(name, text)
	}
	return bytes.TrimSpace(text), nil
}

// invalid says why a text is not one value of JSON.
func invalid(name string, text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(new(json.RawMessage))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Page: name, Where: position(text, len(text)), Kind: ErrTruncated}
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &Error{Page: name, Where: position(text, max(int(syntax.Offset)-1, 0)), Kind: ErrNotJSON, Detail: syntax.Error()}
	}
	behind := len(text) - len(bytes.TrimLeft(text[decoder.InputOffset():], " \t\r\n"))
	return &Error{Page: name, Where: position(text, behind), Kind: ErrNotJSON,
		Detail: "something stands behind the first value", Way: "save every page to a file of its own, and name all files"}
}

// requireUTF8 refuses bytes in whose place [encoding/json] would put another character.
func requireUTF8(name string, text []byte) error {
	at := firstInvalid(text)
	switch {
	case at < 0:
		return nil
	case !utf8.FullRune(text[at:]):
		return &Error{Page: name, Where: position(text, at), Kind: ErrTruncated}
	}
	return &Error{Page: name, Where: position(text, at), Kind: ErrNotJSON, Detail: fmt.Sprintf("the byte 0x%02X is not UTF-8", text[at]), Way: "save it as UTF-8"}
}

// NotJSON says what a file is that does not begin as JSON, for who wanted that. The error is
// an [*Error] of kind [ErrNotJSON].
func NotJSON(page Page) error {
	return notJSON(page.Name, bytes.TrimSpace(bytes.TrimPrefix(page.Data, byteOrderMark)))
}

// IsTable reports whether a file seems to be CSV, by its first line.
func IsTable(page Page) bool {
	text := bytes.TrimSpace(bytes.TrimPrefix(page.Data, byteOrderMark))
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.ContainsAny(line, ",;\t") && !bytes.ContainsAny(line, ":#")
}

// notJSON says what a text is that begins as no JSON does.
func notJSON(name string, text []byte) error {
	if err := mistake(name, text); err != nil {
		return err
	}
	detail := "it begins with neither { nor ["
	if IsTable(Page{Data: text}) {
		detail = "it seems to be CSV, as the portal exports tables"
	}
	return &Error{Page: name, Kind: ErrNotJSON, Detail: detail, Way: "the list has to come from the API, as JSON"}
}

// mistake says what a text is by how it begins, nil where it may be what it should be.
func mistake(name string, text []byte) error {
	for _, m := range mistaken {
		if bytes.HasPrefix(text, []byte(m.prefix)) {
			return &Error{Page: name, Kind: ErrNotJSON, Detail: m.what, Way: m.way}
		}
	}
	return nil
}

// firstInvalid is the offset of the first byte that is no UTF-8, -1 where there is none.
func firstInvalid(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for at := 0; ; {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// position is the line and the column, in characters from 1, of a byte.
func position(text []byte, at int) string {
	before := text[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	return fmt.Sprintf("line %d, column %d", line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])+1)
}

// step is one member in a path.
func step(name string) string {
	plain := name != "" && len(name) <= 64 && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_')
	})
	if plain {
		return "." + name
	}
	const most = 64
	if characters := []rune(name); len(characters) > most {
		name = string(characters[:most]) + "…"
	}
	return fmt.Sprintf("[%q]", name)
}
