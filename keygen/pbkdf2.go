package keygen

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// maxIterations is the most that PBKDF2 is run with.
const maxIterations = 10_000_000

// A pseudorandomFunction is HMAC with a hash, which has the name.
type pseudorandomFunction struct {
	name string
	hash func() hash.Hash
}

// pseudorandomFunctions are those that are read (RFC 8018 appendix B.1.2).
var pseudorandomFunctions = map[string]pseudorandomFunction{
	"1.2.840.113549.2.9":  {"SHA-256", sha256.New},
	"1.2.840.113549.2.11": {"SHA-512", sha512.New},
}

// hmacWithSHA1 is the one that counts where none is named. It is not read.
const hmacWithSHA1 = "1.2.840.113549.2.7"

// pbkdf2Derivation is PBKDF2 (RFC 8018 §5.2).
type pbkdf2Derivation struct {
	salt       []byte
	iterations int64
	function   pseudorandomFunction
}

// readPBKDF2 reads PBKDF2-params (RFC 8018 appendix A.2).
func readPBKDF2(parameters cryptobyte.String) (d derivation, keyLength int64, err error) {
	if parameters.PeekASN1Tag(tag.SEQUENCE) {
		return nil, 0, notRead("PBKDF2 with a salt from another source")
	}
	salt, err := readSalt(&parameters)
	if err != nil {
		return nil, 0, err
	}
	p := &pbkdf2Derivation{salt: salt}
	if !readCount(&parameters, &p.iterations) || !readOptionalCount(&parameters, &keyLength) {
		return nil, 0, wantPrivate.refuse(ErrDamaged, notDER)
	}
	p.function, err = readFunction(parameters)
	if err != nil {
		return nil, 0, err
	}
	return p, keyLength, nil
}

// readFunction reads a prf, the last of PBKDF2-params.
func readFunction(der cryptobyte.String) (f pseudorandomFunction, err error) {
	if der.Empty() {
		return f, notRead(schemeNames[hmacWithSHA1])
	}
	a, ok := readAlgorithm(&der)
	if !ok || !der.Empty() {
		return f, wantPrivate.refuse(ErrDamaged, notDER)
	}
	f, ok = pseudorandomFunctions[a.id.String()]
	if !ok {
		return f, notRead(nameOf(a.id, schemeNames))
	}
	if !isNull(a.parameters) {
		return f, wantPrivate.refuse(ErrDamaged, notDER)
	}
	return f, nil
}

func (d *pbkdf2Derivation) check() error {
	if d.iterations > maxIterations {
		return tooCostly("PBKDF2 iterations: ", d.iterations, maxIterations)
	}
	return nil
}

func (d *pbkdf2Derivation) derive(passphrase []byte, length int) ([]byte, error) {
	return pbkdf2.Key(d.function.hash, string(passphrase), d.salt, int(d.iterations), length)
}

func (d *pbkdf2Derivation) describe(e *Encryption) {
	e.KDF, e.SaltLength = "PBKDF2", len(d.salt)
	e.Hash, e.Iterations = d.function.name, int(d.iterations)
}
