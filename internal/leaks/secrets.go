package leaks

import (
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
)

// ErrNoSecrets says that there is no private key whose leaks could be found.
var ErrNoSecrets = errors.New("no RSA private key in a PEM file")

// Load returns a finder that knows the RSA private keys in the PEM files of these
// folders, whatever else is wrong with the keys. Where a folder has none the error is
// [ErrNoSecrets]. Encrypted keys are none: their passphrases have the [Mark].
func Load(dirs ...string) (*Finder, error) {
	if len(dirs) == 0 {
		return nil, ErrNoSecrets
	}
	f := &Finder{marks: append(encodings([]byte(Mark)), Mark), windows: map[string]string{}}
	for _, dir := range dirs {
		known := len(f.windows)
		paths, err := filepath.Glob(filepath.Join(dir, "*.pem"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if err := f.learn(path); err != nil {
				return nil, err
			}
		}
		if len(f.windows) == known {
			return nil, fmt.Errorf("%s: %w", dir, ErrNoSecrets)
		}
	}
	return f, nil
}

// learn takes in the private keys of a file.
func (f *Finder) learn(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		for _, number := range privateNumbers(block.Bytes) {
			f.add(number.name+" of "+filepath.Base(path), number.value)
		}
	}
	return nil
}

// add takes in a number. Its base64 is that of the PEM body, too, where it stands.
func (f *Finder) add(what string, number *big.Int) {
	for _, form := range append(encodings(number.Bytes()), number.String()) {
		for i := range len(form) - window + 1 {
			f.windows[form[i:i+window]] = what
		}
	}
}

// A pkcs8 is a PrivateKeyInfo (RFC 5958 §2) up to the key.
type pkcs8 struct {
	Version   int
	Algorithm asn1.RawValue
	Key       []byte
}

// A pkcs1 is an RSAPrivateKey (RFC 8017 appendix A.1.2).
type pkcs1 struct {
	Version           int
	Modulus, Exponent *big.Int
	Private           *big.Int
	Prime1, Prime2    *big.Int
	CRT1, CRT2, CRT   *big.Int
	Others            []pkcs1Prime `asn1:"optional"`
}

// A pkcs1Prime is an OtherPrimeInfo.
type pkcs1Prime struct{ Prime, Exponent, Coefficient *big.Int }

// A privateNumber is one that the public key does not hold.
type privateNumber struct {
	name  string
	value *big.Int
}

// privateNumbers are those of an RSA private key; none of anything else. They are read
// without crypto/rsa, which refuses keys that tests have on purpose.
func privateNumbers(der []byte) []privateNumber {
	var info pkcs8
	if _, err := asn1.Unmarshal(der, &info); err == nil {
		der = info.Key
	}
	var key pkcs1
	if _, err := asn1.Unmarshal(der, &key); err != nil {
		return nil
	}
	numbers := []privateNumber{
		{"the private exponent", key.Private},
		{"prime 1", key.Prime1}, {"prime 2", key.Prime2},
		{"exponent 1", key.CRT1}, {"exponent 2", key.CRT2}, {"the coefficient", key.CRT},
	}
	for _, other := range key.Others {
		numbers = append(numbers, privateNumber{"another prime", other.Prime},
			privateNumber{"its exponent", other.Exponent}, privateNumber{"its coefficient", other.Coefficient})
	}
	return numbers
}
