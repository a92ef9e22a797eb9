package txtrecord

import (
	"crypto/rsa"
	"fmt"
)

// The one kind of key that the format knows [published].
const (
	KeyBits     = 2048
	KeyExponent = 65537
)

// A KeyError says that a public key is not of the format's kind: RSA with a
// modulus of 2048 bits and the public exponent 65537.
type KeyError struct {
	// Bits is the length of the modulus, 0 where there is no RSA key at all.
	Bits int
	// Exponent is the public exponent.
	Exponent int
}

func (e *KeyError) Error() string {
	switch {
	case e.Bits == 0:
		return "no RSA public key"
	case e.Bits != KeyBits:
		return fmt.Sprintf("the key has %d bits, must have %d", e.Bits, KeyBits)
	}
	return fmt.Sprintf("the key's public exponent is %d, must be %d", e.Exponent, KeyExponent)
}

// CheckKey returns a [*KeyError] unless key is RSA 2048 with exponent 65537.
func CheckKey(key *rsa.PublicKey) error {
	if key == nil || key.N == nil {
		return &KeyError{}
	}
	if bits := key.N.BitLen(); bits != KeyBits || key.E != KeyExponent {
		return &KeyError{Bits: bits, Exponent: key.E}
	}
	return nil
}
