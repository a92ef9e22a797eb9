package keygen

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
)

// The labels of the PEM blocks that are read (RFC 7468 §10, §11 and §13; those
// of PKCS #1 are OpenSSL's).
const (
	labelPKCS8        = "PRIVATE KEY"
	labelEncrypted    = "ENCRYPTED PRIVATE KEY"
	labelPKCS1Private = "RSA PRIVATE KEY"
	labelPKIX         = "PUBLIC KEY"
	labelPKCS1Public  = "RSA PUBLIC KEY"
)

// EncodePrivateKey returns key as PEM, PKCS #8 `PRIVATE KEY` (RFC 5958 §2). It
// refuses with [ErrPolicy], [ErrMultiPrime] or [ErrDamaged] what
// [ParsePrivateKey] would not take back. The caller clears the result.
func EncodePrivateKey(key *rsa.PrivateKey) ([]byte, error) {
	der, err := marshalPKCS8(key)
	if err != nil {
		return nil, err
	}
	defer clear(der)
	return encodePEM(labelPKCS8, der), nil
}

// EncodePublicKey returns key as PEM, PKIX `PUBLIC KEY` (RFC 5280 §4.1.2.7).
// The error is [ErrPolicy].
func EncodePublicKey(key *rsa.PublicKey) ([]byte, error) {
	if err := checkPolicy(key); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	return encodePEM(labelPKIX, der), nil
}

// encodePEM writes a block into memory that never grows: growing would leave
// copies of a key behind.
func encodePEM(label string, der []byte) []byte {
	const frame = len("-----BEGIN -----\n-----END -----\n")
	encoded := base64.StdEncoding.EncodedLen(len(der))
	lines := encoded/64 + 1
	text := bytes.NewBuffer(make([]byte, 0, frame+2*len(label)+encoded+lines))
	pem.Encode(text, &pem.Block{Type: label, Bytes: der}) // a Buffer takes everything
	return text.Bytes()
}

// A Passphrase returns the passphrase of a private key, as the bytes that it
// was encrypted with. It is asked once, and only for a key that is encrypted,
// in a way that is read and within its limits. What it returns is cleared
// after use; its error ends the reading and is returned as it is.
type Passphrase func() ([]byte, error)

// ParsePrivateKey reads a private key: one PEM block `PRIVATE KEY`, `ENCRYPTED
// PRIVATE KEY` or `RSA PRIVATE KEY`. An encrypted one is refused with
// [ErrEncrypted] where passphrase is nil, and with [ErrPassphrase] where the
// answer does not open it. That can take some seconds and 128 MiB, where the
// file asks for as much as is allowed. The error is a [*FileError] without a
// path, or the passphrase's. The caller clears data.
func ParsePrivateKey(data []byte, passphrase Passphrase) (*rsa.PrivateKey, error) {
	block, err := wantPrivate.decode(data)
	if err != nil {
		return nil, err
	}
	defer clear(block.Bytes)
	return parsePrivate(block, passphrase)
}

func parsePrivate(block *pem.Block, passphrase Passphrase) (*rsa.PrivateKey, error) {
	switch block.Type {
	case labelEncrypted:
		return parseEncrypted(block.Bytes, passphrase)
	case labelPKCS8:
		return parsePKCS8(block.Bytes)
	}
	return parsePKCS1Private(block.Bytes)
}

// ParsePublicKey reads a public key: one PEM block `PUBLIC KEY` or `RSA PUBLIC
// KEY`. The error is a [*FileError] without a path.
func ParsePublicKey(data []byte) (*rsa.PublicKey, error) {
	block, err := wantPublic.decode(data)
	if err != nil {
		return nil, err
	}
	return parsePublic(block)
}

func parsePublic(block *pem.Block) (*rsa.PublicKey, error) {
	if block.Type == labelPKIX {
		return parsePKIX(block.Bytes)
	}
	return parsePKCS1Public(block.Bytes)
}

// A wanted is what the caller asked for, in the words of an error.
type wanted string

const (
	wantPrivate wanted = "an RSA private key, one PEM block"
	wantPublic  wanted = "an RSA public key, one PEM block"
	wantEither  wanted = "an RSA key, one PEM block"
)

func (w wanted) refuse(kind *Kind, found string) error {
	return &FileError{Kind: kind, Found: found, Wanted: string(w)}
}
