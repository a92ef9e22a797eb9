package leaks

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// encodings are the ways in which bytes are printed: base64 wherever they begin in what
// is encoded, in both alphabets; hexadecimal; the list that fmt makes of a slice.
func encodings(data []byte) []string {
	forms := []string{hex.EncodeToString(data), strings.Trim(fmt.Sprint(data), "[]")}
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			forms = append(forms, insideBase64(encoding, data, before))
		}
	}
	return forms
}

// insideBase64 is what data always gives where so many bytes stand before it, without the
// characters that its neighbours have a part in.
func insideBase64(encoding *base64.Encoding, data []byte, before int) string {
	const bitsOfByte, bitsOfCharacter = 8, 6
	encoded := encoding.EncodeToString(append(make([]byte, before), data...))
	first := (before*bitsOfByte + bitsOfCharacter - 1) / bitsOfCharacter
	end := (before + len(data)) * bitsOfByte / bitsOfCharacter
	return encoded[first:end]
}

// hexSeparators are what stands between the bytes where they are printed by openssl, by
// fmt's %#v and % x, and the upper case of %X.
var hexSeparators = strings.NewReplacer("0x", "", "0X", "", ":", "", ",", "", " ", "")

// compactHex is the text with hexadecimal bytes as [hex] writes them.
func compactHex(text string) string { return strings.ToLower(hexSeparators.Replace(text)) }
