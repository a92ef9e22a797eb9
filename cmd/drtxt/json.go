package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf16"
)

// encodeJSON writes a result as JSON in printable ASCII, over several lines.
func encodeJSON(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	return asciiJSON(text), err
}

// encodeJSONLine writes a result that knows its JSON in printable ASCII, on one line.
func encodeJSONLine(value json.Marshaler) ([]byte, error) {
	text, err := value.MarshalJSON()
	return asciiJSON(text), err
}

// asciiJSON escapes what is not ASCII and ends the text: a terminal may act on some of
// the characters that JSON lets stand, such as those from U+0080 to U+009F.
func asciiJSON(text []byte) []byte {
	if !slices.ContainsFunc(text, func(c byte) bool { return c >= 0x7f }) {
		return append(text, '\n')
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		if r < 0x7f {
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
