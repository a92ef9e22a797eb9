package keygen

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/scrypt"
)

// The most that scrypt is run with: memory is 128·N·r bytes, 128 MiB then, and
// time grows with N·r·p.
const (
	maxScryptN = 1 << 17
	maxScryptR = 8
	maxScryptP = 16
)

// scryptDerivation is scrypt (RFC 7914 §6).
type scryptDerivation struct {
	salt    []byte
	n, r, p int64
}

// readScrypt reads scrypt-params (RFC 7914 §7).
func readScrypt(parameters cryptobyte.String) (d derivation, keyLength int64, err error) {
	salt, err := readSalt(&parameters)
	if err != nil {
		return nil, 0, err
	}
	s := &scryptDerivation{salt: salt}
	for _, number := range []*int64{&s.n, &s.r, &s.p} {
		if !readCount(&parameters, number) {
			return nil, 0, wantPrivate.refuse(ErrDamaged, notDER)
		}
	}
	if !readOptionalCount(&parameters, &keyLength) || !parameters.Empty() {
		return nil, 0, wantPrivate.refuse(ErrDamaged, notDER)
	}
	return s, keyLength, nil
}

// add writes scrypt-params, without the optional key length.
func (d *scryptDerivation) add(out *cryptobyte.Builder) {
	out.AddASN1(tag.SEQUENCE, func(out *cryptobyte.Builder) {
		out.AddASN1OctetString(d.salt)
		for _, number := range []int64{d.n, d.r, d.p} {
			out.AddASN1Int64(number)
		}
	})
}

func (d *scryptDerivation) check() error {
	for _, parameter := range []struct {
		name         string
		number, most int64
	}{
		{"N", d.n, maxScryptN},
		{"r", d.r, maxScryptR},
		{"p", d.p, maxScryptP},
	} {
		if parameter.number > parameter.most {
			return tooCostly("scrypt with "+parameter.name+"=", parameter.number, parameter.most)
		}
	}
	switch {
	case d.n < 2 || d.n&(d.n-1) != 0:
		return wantPrivate.refuse(ErrDamaged, fmt.Sprintf("scrypt with N=%d, which is no power of two above 1", d.n))
	case d.r == 1 && d.n >= 1<<16: // N < 2^(128·r/8) (RFC 7914 §2) is wider for any other r
		return wantPrivate.refuse(ErrDamaged, fmt.Sprintf("scrypt with N=%d and r=1, which do not go together", d.n))
	}
	return nil
}

func (d *scryptDerivation) derive(passphrase []byte, length int) ([]byte, error) {
	// What FIPS 140 forbids is an error in crypto/pbkdf2, from which scrypt
	// makes a panic.
	if _, err := pbkdf2.Key(sha256.New, "", d.salt, 1, length); err != nil {
		return nil, err
	}
	return scrypt.Key(passphrase, d.salt, int(d.n), int(d.r), int(d.p), length)
}

func (d *scryptDerivation) describe(e *Encryption) {
	e.KDF, e.SaltLength = "scrypt", len(d.salt)
	e.N, e.R, e.P = int(d.n), int(d.r), int(d.p)
}
