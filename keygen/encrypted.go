package keygen

import (
	"crypto/aes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// An Encryption says how a private key is encrypted and what a guess at its
// passphrase costs.
type Encryption struct {
	// Scheme is "PBES2" (RFC 8018 §6.2).
	Scheme string
	// KDF makes the cipher's key out of the passphrase: "scrypt" or "PBKDF2".
	KDF string
	// N, R and P are scrypt's numbers (RFC 7914 §2), else 0. A guess takes
	// 128·N·R bytes of memory.
	N, R, P int
	// Hash and Iterations are PBKDF2's, else "" and 0. Its HMAC is over
	// "SHA-256" or "SHA-512".
	Hash       string
	Iterations int
	// SaltLength is the length of the salt, in bytes.
	SaltLength int
	// Cipher is "AES-128-CBC", "AES-192-CBC" or "AES-256-CBC".
	Cipher string
}

// The one profile that is written. OpenSSL 3.0 takes no larger N.
const (
	writtenN    = 1 << 14
	writtenR    = 8
	writtenP    = 5
	writtenSalt = 16
)

// maxCiphertext is the most that an encrypted key may have, in bytes: several
// times what a key takes.
const maxCiphertext = 8 << 10

// An encryptedKey is an EncryptedPrivateKeyInfo (RFC 5958 §3).
type encryptedKey struct {
	scheme     *pbes2
	ciphertext []byte
}

// readEncrypted reads one that is all of der. What it returns is within all
// limits; nothing has been derived yet.
func readEncrypted(der cryptobyte.String) (*encryptedKey, error) {
	info, ok := readSequence(der)
	if !ok {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	algorithm, ok := readAlgorithm(&info)
	if !ok {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	ciphertext, ok := readOctets(&info)
	if !ok || !info.Empty() {
		return nil, wantPrivate.refuse(ErrDamaged, notDER)
	}
	scheme, err := readPBES2(algorithm)
	if err != nil {
		return nil, err
	}
	if len(ciphertext) > maxCiphertext {
		return nil, wantPrivate.refuse(ErrTooLarge, fmt.Sprintf("a ciphertext of %d bytes", len(ciphertext)))
	}
	if len(ciphertext) == 0 || len(ciphertext)%aes.BlockSize != 0 {
		return nil, wantPrivate.refuse(ErrDamaged, fmt.Sprintf("a ciphertext of %d bytes, not of whole blocks of %d", len(ciphertext), aes.BlockSize))
	}
	return &encryptedKey{scheme, ciphertext}, nil
}

// parseEncrypted reads an encrypted key; see [ParsePrivateKey].
func parseEncrypted(der []byte, passphrase Passphrase) (*rsa.PrivateKey, error) {
	encrypted, err := readEncrypted(der)
	if err != nil {
		return nil, err
	}
	if passphrase == nil {
		return nil, wantPrivate.refuse(ErrEncrypted, "")
	}
	secret, err := passphrase()
	defer clear(secret)
	if err != nil {
		return nil, err
	}
	plain, err := encrypted.decrypt(secret)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return parseDecrypted(plain)
}

// decrypt returns the plaintext, which the caller clears.
func (e *encryptedKey) decrypt(passphrase []byte) ([]byte, error) {
	key, err := e.scheme.derivation.derive(passphrase, e.scheme.cipher.keyLength)
	if err != nil { // FIPS 140 forbids it
		return nil, &FileError{Kind: ErrEncryption, Err: err}
	}
	defer clear(key)
	plain, ok := decryptCBC(key, e.scheme.iv, e.ciphertext)
	if !ok {
		return nil, &FileError{Kind: ErrPassphrase}
	}
	return plain, nil
}

// parseDecrypted reads a plaintext. With a wrong passphrase, or a damaged
// ciphertext, the padding fits now and then, and what is before it can be
// anything: only a key that is whole is refused for what it is.
func parseDecrypted(plain []byte) (*rsa.PrivateKey, error) {
	key, err := parsePKCS8(plain)
	if err != nil && (errors.Is(err, ErrDamaged) || !isWhole(plain)) {
		return nil, &FileError{Kind: ErrPassphrase}
	}
	return key, err
}

func (e *encryptedKey) describe() *Encryption {
	d := &Encryption{Scheme: "PBES2", Cipher: e.scheme.cipher.name}
	e.scheme.derivation.describe(d)
	return d
}

// EncodeEncryptedPrivateKey returns key as PEM, PKCS #8 `ENCRYPTED PRIVATE
// KEY` (RFC 5958 §3, RFC 7468 §11), in the one profile that is written: PBES2
// with scrypt (N=16384, r=8, p=5), a random salt of 16 bytes, AES-256-CBC. It
// takes some tenths of a second and 16 MiB. The caller clears passphrase; an
// empty one is refused with [ErrNoPassphrase], a key as by [EncodePrivateKey].
func EncodeEncryptedPrivateKey(key *rsa.PrivateKey, passphrase []byte) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, &FileError{Kind: ErrNoPassphrase}
	}
	plain, err := marshalPKCS8(key)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	der, err := encrypt(plain, passphrase)
	if err != nil {
		return nil, err
	}
	return encodePEM(labelEncrypted, der), nil
}

// encrypt returns an EncryptedPrivateKeyInfo.
func encrypt(plain, passphrase []byte) ([]byte, error) {
	derivation := &scryptDerivation{make([]byte, writtenSalt), writtenN, writtenR, writtenP}
	rand.Read(derivation.salt)
	iv := make([]byte, aes.BlockSize)
	rand.Read(iv)

	key, err := derivation.derive(passphrase, aes256.keyLength)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	ciphertext, err := encryptCBC(key, iv, plain)
	if err != nil {
		return nil, err
	}
	var out cryptobyte.Builder
	out.AddASN1(tag.SEQUENCE, func(out *cryptobyte.Builder) {
		addPBES2(out, derivation, iv)
		out.AddASN1OctetString(ciphertext)
	})
	return out.Bytes()
}
