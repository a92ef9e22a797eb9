package keygen

import (
	"crypto/rand"
	"crypto/rsa"

	"github.com/drtxt/drtxt/txtrecord"
)

// Generate makes a key pair of the format's kind: RSA, 2048 bits, exponent
// 65537. It takes some tenths of a second.
func Generate() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, txtrecord.KeyBits)
}
