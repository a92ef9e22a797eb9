package txtrecord

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
)

// Sign returns the two values of a signed activation, part 1 first. The signer is
// asked through [crypto.SignMessage], so it may hash for itself; its public key
// must pass [CheckKey]. The values are verified before they are returned.
//
// With a PKCS #1 v1.5 scheme the same arguments give the same bytes. Errors are
// those of [Activation.Validate], a [*KeyError], a [*LengthError], a
// [*SignerError], and those of [Verify].
func Sign(a Activation, scheme Scheme, signer crypto.Signer) ([]string, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	if signer == nil {
		return nil, &KeyError{}
	}
	key, ok := signer.Public().(*rsa.PublicKey)
	if !ok {
		return nil, &KeyError{}
	}
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	part1, part2, split, err := layOut(a)
	if err != nil {
		return nil, err
	}
	signature, err := signBody(part1, scheme, signer)
	if err != nil {
		return nil, err
	}
	text := base64.StdEncoding.EncodeToString(signature)
	values := []string{string(part1) + text[:split], string(part2) + text[split:]}
	if _, err := Verify(values, scheme, key); err != nil {
		return nil, &SignerError{Err: err}
	}
	return values, nil
}

// A SignerError says that the signer failed, or that what it returned does not
// verify under its own public key.
type SignerError struct{ Err error }

func (e *SignerError) Error() string { return fmt.Sprintf("the signer failed: %v", e.Err) }

// Unwrap returns the cause.
func (e *SignerError) Unwrap() error { return e.Err }

// layOut returns both parts up to and including "bh=", and how many characters of
// the signature go into part 1.
func layOut(a Activation) (part1, part2 []byte, split int, err error) {
	part1 = appendEnding(a.appendBody(nil), 1)
	a.Domain = ""
	part2 = appendEnding(a.appendBody(nil), 2)
	split, err = splitSignature(len(part1), len(part2))
	return part1, part2, split, err
}

func signBody(part1 []byte, scheme Scheme, signer crypto.Signer) ([]byte, error) {
	record, _ := Examine(string(part1)) // its bh is still empty
	signature, err := crypto.SignMessage(signer, rand.Reader, scheme.Message(&record), scheme.options())
	if err != nil {
		return nil, &SignerError{Err: err}
	}
	if len(signature) != signatureBytes {
		return nil, &SignerError{Err: fmt.Errorf("the signature has %d bytes, must have %d", len(signature), signatureBytes)}
	}
	return signature, nil
}
