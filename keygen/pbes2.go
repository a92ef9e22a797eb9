package keygen

import (
	"crypto/aes"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidAES256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

// A blockCipher is AES in CBC mode with keys of one length, in bytes.
type blockCipher struct {
	name      string
	keyLength int
}

// aes256 is the cipher that is written.
var aes256 = blockCipher{"AES-256-CBC", 32}

// blockCiphers are those that are read (RFC 8018 appendix B.2.5).
var blockCiphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {"AES-128-CBC", 16},
	"2.16.840.1.101.3.4.1.22": {"AES-192-CBC", 24},
	oidAES256.String():        aes256,
}

// notRead refuses an encryption by the name of the part that is not read.
func notRead(found string) error {
	return &FileError{
		Kind:   ErrEncryption,
		Found:  found,
		Wanted: "PBES2 with scrypt, or with PBKDF2 over HMAC-SHA-256 or HMAC-SHA-512, and AES in CBC mode",
	}
}

// pbes2 is how a key is encrypted (RFC 8018 §6.2).
type pbes2 struct {
	derivation derivation
	cipher     blockCipher
	iv         []byte
}

// readPBES2 reads an encryptionAlgorithm (RFC 8018 appendix A.4). What it
// returns is within all limits.
func readPBES2(scheme algorithm) (*pbes2, error) {
	if !scheme.id.Equal(oidPBES2) {
		return nil, notRead(nameOf(scheme.id, schemeNames))
	}
	function, encryption, ok := readPBES2Parameters(scheme.parameters)
	if !ok {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	derivation, keyLength, err := readDerivation(function)
	if err != nil {
		return nil, err
	}
	cipher, iv, err := readCipher(encryption)
	if err != nil {
		return nil, err
	}
	if keyLength != 0 && keyLength != int64(cipher.keyLength) {
		return nil, wantPrivate.refuse(ErrDamaged, fmt.Sprintf("a key length of %d bytes, where %s has %d", keyLength, cipher.name, cipher.keyLength))
	}
	if err := derivation.check(); err != nil {
		return nil, err
	}
	return &pbes2{derivation, cipher, iv}, nil
}

// readPBES2Parameters reads the two parts of PBES2-params.
func readPBES2Parameters(der cryptobyte.String) (function, encryption algorithm, ok bool) {
	parameters, ok := readSequence(der)
	if !ok {
		return function, encryption, false
	}
	if function, ok = readAlgorithm(&parameters); !ok {
		return function, encryption, false
	}
	encryption, ok = readAlgorithm(&parameters)
	return function, encryption, ok && parameters.Empty()
}

// readCipher reads an encryptionScheme, whose parameter is the initialisation
// vector (RFC 8018 appendix B.2.5).
func readCipher(encryption algorithm) (c blockCipher, iv []byte, err error) {
	c, ok := blockCiphers[encryption.id.String()]
	if !ok {
		return c, nil, notRead(nameOf(encryption.id, schemeNames))
	}
	iv, ok = readOctets(&encryption.parameters)
	if !ok || !encryption.parameters.Empty() {
		return c, nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	if len(iv) != aes.BlockSize {
		return c, nil, wantPrivate.refuse(ErrDamaged, fmt.Sprintf("an initialisation vector of %d bytes, not %d", len(iv), aes.BlockSize))
	}
	return c, iv, nil
}

// addPBES2 writes an encryptionAlgorithm with scrypt and AES-256-CBC.
func addPBES2(out *cryptobyte.Builder, d *scryptDerivation, iv []byte) {
	addAlgorithm(out, oidPBES2, func(out *cryptobyte.Builder) {
		out.AddASN1(tag.SEQUENCE, func(out *cryptobyte.Builder) {
			addAlgorithm(out, oidScrypt, d.add)
			addAlgorithm(out, oidAES256, func(out *cryptobyte.Builder) { out.AddASN1OctetString(iv) })
		})
	})
}
