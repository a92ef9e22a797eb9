package txtrecord

import (
	"encoding/base64"
	"fmt"
	"strconv"
)

const (
	// firstPartLength is what part 1 is filled to, in bytes, like the published
	// sample's.
	firstPartLength = 240
	// signatureBytes is the length of an RSA 2048 signature.
	signatureBytes = KeyBits / 8
)

// signatureText is the length of a signature in base64, both parts together.
var signatureText = base64.StdEncoding.EncodedLen(signatureBytes)

// A LengthError says that the tags leave too little room for the signature, or
// that an unsigned record is too long.
type LengthError struct {
	// Over is by how many bytes the record set is too long.
	Over int
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("the records would be too long by %d bytes for two strings of at most %d", e.Over, MaxString)
}

// splitSignature returns how many characters of the signature go into part 1, for
// parts whose text up to and including "bh=" has these lengths. Part 1 is filled to
// 240 bytes; where part 2 would then be too long, part 1 takes more.
func splitSignature(before1, before2 int) (int, error) {
	least := signatureText - (MaxString - before2)
	most := MaxString - before1
	if least > most {
		return 0, &LengthError{Over: least - most}
	}
	return min(max(firstPartLength-before1, least), most), nil
}

// appendEnding appends the tags n, p and the start of bh to a body without final
// semicolon.
func appendEnding(body []byte, part int) []byte {
	body = append(body, ";n=2;p="...)
	body = strconv.AppendInt(body, int64(part), 10)
	return append(body, ";bh="...)
}
