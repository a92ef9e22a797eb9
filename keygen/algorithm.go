package keygen

import (
	"encoding/asn1"
	"math"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// An algorithm is an AlgorithmIdentifier (RFC 5280 §4.1.1.2).
type algorithm struct {
	id         asn1.ObjectIdentifier
	parameters cryptobyte.String
}

func readAlgorithm(der *cryptobyte.String) (a algorithm, ok bool) {
	ok = der.ReadASN1(&a.parameters, tag.SEQUENCE) && a.parameters.ReadASN1ObjectIdentifier(&a.id)
	return a, ok
}

// isNull reports whether parameters are NULL and nothing else.
func isNull(parameters cryptobyte.String) bool {
	var content cryptobyte.String
	return parameters.ReadASN1(&content, tag.NULL) && content.Empty() && parameters.Empty()
}

// readSequence reads a SEQUENCE that der is to consist of.
func readSequence(der cryptobyte.String) (content cryptobyte.String, ok bool) {
	ok = der.ReadASN1(&content, tag.SEQUENCE) && der.Empty()
	return content, ok
}

// readOctets reads an OCTET STRING without copying it.
func readOctets(der *cryptobyte.String) (octets []byte, ok bool) {
	var content cryptobyte.String
	ok = der.ReadASN1(&content, tag.OCTET_STRING)
	return content, ok
}

// readCount reads an INTEGER of 1 or more; what no int64 holds becomes the
// largest, which is beyond every limit.
func readCount(der *cryptobyte.String, count *int64) bool {
	number := new(big.Int)
	if !der.ReadASN1Integer(number) || number.Sign() <= 0 {
		return false
	}
	*count = math.MaxInt64
	if number.IsInt64() {
		*count = number.Int64()
	}
	return true
}

// readOptionalCount reads an INTEGER of 1 or more if one comes next.
func readOptionalCount(der *cryptobyte.String, count *int64) bool {
	return !der.PeekASN1Tag(tag.INTEGER) || readCount(der, count)
}

func addAlgorithm(out *cryptobyte.Builder, id asn1.ObjectIdentifier, parameters cryptobyte.BuilderContinuation) {
	out.AddASN1(tag.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddASN1ObjectIdentifier(id)
		parameters(out)
	})
}
