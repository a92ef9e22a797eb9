package keygen_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/scrypt"
)

// testPassphrase is that of the encrypted fixtures, for tests only. No test
// prints it.
const testPassphrase = "test-passphrase-TEST-ONLY"

// tlv is one value in DER, whatever its content (X.690 §8.1).
func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	head := []byte{tag, byte(len(content))}
	if len(content) > 127 {
		length := big.NewInt(int64(len(content))).Bytes()
		head = append([]byte{tag, 0x80 | byte(len(length))}, length...)
	}
	return append(head, content...)
}

func sequence(parts ...[]byte) []byte { return tlv(0x30, parts...) }

func octets(content []byte) []byte { return tlv(0x04, content) }

func integer(n int64) []byte { return bigInteger(big.NewInt(n)) }

func bigInteger(n *big.Int) []byte {
	der, err := asn1.Marshal(n)
	if err != nil {
		panic(err)
	}
	return der
}

var null = tlv(0x05)

// oid is an OBJECT IDENTIFIER from its dotted form.
func oid(dotted string) []byte {
	var id asn1.ObjectIdentifier
	for number := range strings.SplitSeq(dotted, ".") {
		n, err := strconv.Atoi(number)
		if err != nil {
			panic(err)
		}
		id = append(id, n)
	}
	der, err := asn1.Marshal(id)
	if err != nil {
		panic(err)
	}
	return der
}

const (
	oidPBES2        = "1.2.840.113549.1.5.13"
	oidPBKDF2       = "1.2.840.113549.1.5.12"
	oidScrypt       = "1.3.6.1.4.1.11591.4.11"
	oidHMACSHA1     = "1.2.840.113549.2.7"
	oidHMACSHA256   = "1.2.840.113549.2.9"
	oidHMACSHA512   = "1.2.840.113549.2.11"
	oidAES128       = "2.16.840.1.101.3.4.1.2"
	oidAES256       = "2.16.840.1.101.3.4.1.42"
	oidRSA          = "1.2.840.113549.1.1.1"
	oidPSS          = "1.2.840.113549.1.1.10"
	oidECPublicKey  = "1.2.840.10045.2.1"
	oidExampleOther = "1.3.6.1.4.1.32473.1" // RFC 5612
)

// An envelope is an EncryptedPrivateKeyInfo in its parts.
type envelope struct {
	function   []byte // keyDerivationFunc
	cipher     []byte // encryptionScheme
	ciphertext []byte
}

func (e envelope) der() []byte {
	return sequence(sequence(oid(oidPBES2), sequence(e.function, e.cipher)), octets(e.ciphertext))
}

func encryptedPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}

var (
	testSalt = []byte("salt of 16 bytes")
	testIV   = []byte("also of 16 bytes")
)

// scryptFunction is scrypt as a keyDerivationFunc.
func scryptFunction(salt []byte, numbers ...int64) []byte {
	parameters := octets(salt)
	for _, n := range numbers {
		parameters = append(parameters, integer(n)...)
	}
	return sequence(oid(oidScrypt), sequence(parameters))
}

// pbkdf2Function is PBKDF2 as a keyDerivationFunc; prf may be empty.
func pbkdf2Function(salt []byte, iterations int64, prf []byte) []byte {
	return sequence(oid(oidPBKDF2), sequence(octets(salt), integer(iterations), prf))
}

func hmacWith(id string) []byte { return sequence(oid(id), null) }

func aes256CBC(iv []byte) []byte { return sequence(oid(oidAES256), octets(iv)) }

// sealed encrypts plain under testPassphrase, at the least cost that scrypt has.
func sealed(t testing.TB, plain []byte) envelope { return sealedWithSalt(t, plain, testSalt) }

func sealedWithSalt(t testing.TB, plain, salt []byte) envelope {
	t.Helper()
	return envelope{
		function:   scryptFunction(salt, 2, 1, 1),
		cipher:     aes256CBC(testIV),
		ciphertext: cbc(t, scryptKey(t, salt), padded(plain)),
	}
}

// scryptKey is the key that sealedWithSalt encrypts with.
func scryptKey(t testing.TB, salt []byte) []byte {
	t.Helper()
	key, err := scrypt.Key([]byte(testPassphrase), salt, 2, 1, 1, 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sealedPBKDF2 does it with one iteration of PBKDF2 over HMAC-SHA-256.
func sealedPBKDF2(t testing.TB, plain []byte) envelope {
	t.Helper()
	key, err := pbkdf2.Key(sha256.New, testPassphrase, testSalt, 1, 32)
	if err != nil {
		t.Fatal(err)
	}
	return envelope{
		function:   pbkdf2Function(testSalt, 1, hmacWith(oidHMACSHA256)),
		cipher:     aes256CBC(testIV),
		ciphertext: cbc(t, key, padded(plain)),
	}
}

func padded(plain []byte) []byte {
	n := aes.BlockSize - len(plain)%aes.BlockSize
	return append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
}

// cbc encrypts whole blocks.
func cbc(t testing.TB, key, text []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, len(text))
	cipher.NewCBCEncrypter(block, testIV).CryptBlocks(out, text)
	return out
}
