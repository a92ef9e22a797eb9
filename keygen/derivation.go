package keygen

import (
	"encoding/asn1"
	"fmt"
	"math"

	"golang.org/x/crypto/cryptobyte"
)

// A derivation makes a cipher's key out of a passphrase.
type derivation interface {
	// check refuses numbers for which the function is not defined, and what
	// costs too much.
	check() error
	// derive returns a key of length bytes. What check refuses it is never
	// asked for.
	derive(passphrase []byte, length int) ([]byte, error)
	describe(*Encryption)
}

var (
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
)

// readDerivation reads a keyDerivationFunc, and the length in bytes that it
// says the key has, 0 if it does not say.
func readDerivation(function algorithm) (d derivation, keyLength int64, err error) {
	var read func(cryptobyte.String) (derivation, int64, error)
	switch {
	case function.id.Equal(oidScrypt):
		read = readScrypt
	case function.id.Equal(oidPBKDF2):
		read = readPBKDF2
	default:
		return nil, 0, notRead(nameOf(function.id, schemeNames))
	}
	parameters, ok := readSequence(function.parameters)
	if !ok {
		return nil, 0, wantPrivate.refuse(ErrDamaged, notDER)
	}
	return read(parameters)
}

// What a salt may have, in bytes. The least is that of RFC 8018 §4.1.
const (
	minSalt = 8
	maxSalt = 64
)

func readSalt(der *cryptobyte.String) ([]byte, error) {
	salt, ok := readOctets(der)
	if !ok {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	if len(salt) < minSalt || len(salt) > maxSalt {
		return nil, &FileError{
			Kind:   ErrEncryption,
			Found:  fmt.Sprintf("a salt of %d bytes", len(salt)),
			Wanted: fmt.Sprintf("one of %d to %d", minSalt, maxSalt),
		}
	}
	return salt, nil
}

// tooCostly refuses a number that stands for more work than most.
func tooCostly(what string, number, most int64) error {
	found := fmt.Sprint(what, number)
	if number == math.MaxInt64 {
		found += " or more"
	}
	return &FileError{Kind: ErrCost, Found: found, Wanted: fmt.Sprintf("at most %d", most)}
}
