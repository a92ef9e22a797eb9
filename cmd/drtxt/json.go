package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// encodeJSON writes a result as JSON in printable ASCII, over several lines.
func encodeJSON(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	return asciiJSON(text), err
}

// encodeJSONLine writes a result as JSON in printable ASCII, on one line.
func encodeJSONLine(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	return asciiJSON(text), err
}

// asciiJSON escapes what is not ASCII and ends the text: a terminal may act on some of
// the characters that JSON lets stand, such as those from U+0080 to U+009F.
func asciiJSON(text []byte) []byte {
	other := func(r rune) bool { return r >= 0x7f }
	if bytes.IndexFunc(text, other) < 0 {
		return append(text, '\n')
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		if !other(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	b.WriteByte('\n')
	return b.Bytes()
}
