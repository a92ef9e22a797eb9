package keygen

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
)

// The labels of the PEM blocks that are read (RFC 7468 §10 and §13; those of
// PKCS #1 are OpenSSL's).
const (
	labelPKCS8        = "PRIVATE KEY"
	labelPKCS1Private = "RSA PRIVATE KEY"
	labelPKIX         = "PUBLIC KEY"
	labelPKCS1Public  = "RSA PUBLIC KEY"
)

// EncodePrivateKey returns key as PEM, PKCS #8 `PRIVATE KEY` (RFC 5958 §2). It
// refuses with [ErrPolicy], [ErrMultiPrime] or [ErrDamaged] what
// [ParsePrivateKey] would not take back.
func EncodePrivateKey(key *rsa.PrivateKey) ([]byte, error) {
	if err := checkPair(key); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, wantPrivate.refuse(ErrDamaged, "its numbers do not fit together")
	}
	defer clear(der)
	return pem.EncodeToMemory(&pem.Block{Type: labelPKCS8, Bytes: der}), nil
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
	return pem.EncodeToMemory(&pem.Block{Type: labelPKIX, Bytes: der}), nil
}

// ParsePrivateKey reads a private key: one PEM block `PRIVATE KEY` or `RSA
// PRIVATE KEY`. The error is a [*FileError] without a path. The caller clears
// data.
func ParsePrivateKey(data []byte) (*rsa.PrivateKey, error) {
	block, err := wantPrivate.decode(data)
	if err != nil {
		return nil, err
	}
	defer clear(block.Bytes)
	if block.Type == labelPKCS8 {
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
	if block.Type == labelPKIX {
		return parsePKIX(block.Bytes)
	}
	return parsePKCS1Public(block.Bytes)
}

// A wanted is the half of a pair that the caller asked for, in the words of
// an error.
type wanted string

const (
	wantPrivate wanted = "an unencrypted RSA private key, one PEM block"
	wantPublic  wanted = "an RSA public key, one PEM block"
)

func (w wanted) refuse(kind *Kind, found string) error {
	return &FileError{Kind: kind, Found: found, Wanted: string(w)}
}
