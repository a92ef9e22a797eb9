package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// encodeJSON writes a result as JSON in printable ASCII: a terminal may act on some
// of the characters that JSON lets stand, such as those from U+0080 to U+009F.
func encodeJSON(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return nil, err
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
	return b.Bytes(), nil
}
