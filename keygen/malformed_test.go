package keygen_test

import (
	"bytes"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// A malformed is an EncryptedPrivateKeyInfo that is refused, or one at a limit
// that is not.
type malformed struct {
	name  string
	der   []byte
	want  *keygen.Kind // nil: read
	found string       // what the error names
}

// malformedFiles are many ways to be wrong, around one envelope that opens.
func malformedFiles(t testing.TB) []malformed {
	good := sealed(t, fixture(t, "private.der"))
	list := structures(good)
	list = append(list, schemes(good)...)
	list = append(list, scrypts(good)...)
	list = append(list, pbkdf2s(good)...)
	return append(list, ciphers(good)...)
}

// structures are wrong around what counts.
func structures(good envelope) []malformed {
	der := good.der()
	ciphertext := octets(good.ciphertext)
	pbes2 := sequence(oid(oidPBES2), sequence(good.function, good.cipher))
	replaced := func(i int, b byte) []byte {
		out := bytes.Clone(der)
		out[i] = b
		return out
	}
	// der begins 30 82 xx xx 30 xx 06 09.
	longLength := append([]byte{0x30, 0x83, 0}, der[2:]...)
	indefinite := append(append([]byte{0x30, 0x80}, der[4:]...), 0, 0)
	innerLong := sequence(append([]byte{0x30, 0x81}, pbes2[1:]...), ciphertext)
	constructed := sequence(pbes2, tlv(0x24, ciphertext))
	const damaged = "not the DER"
	return []malformed{
		{"as it should be", der, nil, ""},
		{"nothing", nil, keygen.ErrDamaged, damaged},
		{"one zero", []byte{0}, keygen.ErrDamaged, damaged},
		{"NULL", null, keygen.ErrDamaged, damaged},
		{"empty SEQUENCE", sequence(), keygen.ErrDamaged, damaged},
		{"SET", replaced(0, 0x31), keygen.ErrDamaged, damaged},
		{"cut in the middle", der[:len(der)/2], keygen.ErrDamaged, damaged},
		{"cut by one byte", der[:len(der)-1], keygen.ErrDamaged, damaged},
		{"one byte behind", append(bytes.Clone(der), 0), keygen.ErrDamaged, damaged},
		{"twice", append(bytes.Clone(der), der...), keygen.ErrDamaged, damaged},
		{"length with a leading zero", longLength, keygen.ErrDamaged, damaged},
		{"inner length in two bytes", innerLong, keygen.ErrDamaged, damaged},
		{"indefinite length", indefinite, keygen.ErrDamaged, damaged},
		{"length beyond the end", replaced(2, 0x7f), keygen.ErrDamaged, damaged},
		{"length of 2^32", append([]byte{0x30, 0x85, 1, 0, 0, 0, 0}, der[4:]...), keygen.ErrDamaged, damaged},
		{"long form of the tag", append([]byte{0x3f, 0x10}, der[1:]...), keygen.ErrDamaged, damaged},
		{"no ciphertext at all", sequence(pbes2), keygen.ErrDamaged, damaged},
		{"ciphertext before algorithm", sequence(ciphertext, pbes2), keygen.ErrDamaged, damaged},
		{"ciphertext in pieces", constructed, keygen.ErrDamaged, damaged},
		{"ciphertext as BIT STRING", sequence(pbes2, tlv(0x03, []byte{0}, good.ciphertext)), keygen.ErrDamaged, damaged},
		{"something behind ciphertext", sequence(pbes2, ciphertext, null), keygen.ErrDamaged, damaged},
		{"a PKCS #8 key", sequence(integer(0), sequence(oid(oidRSA), null), octets(nil)), keygen.ErrDamaged, damaged},
	}
}

// schemes have another algorithm, or PBES2 with other parameters.
func schemes(good envelope) []malformed {
	ciphertext := octets(good.ciphertext)
	scheme := func(parts ...[]byte) []byte { return sequence(sequence(parts...), ciphertext) }
	pbes1 := sequence(octets(testSalt[:8]), integer(2048))
	longOID := append([]byte{0x2a}, bytes.Repeat([]byte{1}, 100)...)
	const damaged = "not the DER"
	return []malformed{
		{"no algorithm", scheme(), keygen.ErrDamaged, damaged},
		{"OID of no bytes", scheme(tlv(0x06), pbes1), keygen.ErrDamaged, damaged},
		{"OID with a leading zero", scheme(tlv(0x06, []byte{0x2a, 0x80, 0x01}), pbes1), keygen.ErrDamaged, damaged},
		{"OID without an end", scheme(tlv(0x06, []byte{0x2a, 0x86}), pbes1), keygen.ErrDamaged, damaged},
		{"PBES1, MD2 and DES", scheme(oid("1.2.840.113549.1.5.1"), pbes1), keygen.ErrEncryption, "PBES1 with MD2 and DES"},
		{"PBES1, MD5 and DES", scheme(oid("1.2.840.113549.1.5.3"), pbes1), keygen.ErrEncryption, "PBES1 with MD5 and DES"},
		{"PBES1, SHA-1 and RC2", scheme(oid("1.2.840.113549.1.5.11"), pbes1), keygen.ErrEncryption, "PBES1 with SHA-1 and RC2"},
		{"PKCS #12, RC4", scheme(oid("1.2.840.113549.1.12.1.1"), pbes1), keygen.ErrEncryption, "PKCS #12 PBE with SHA-1 and 128-bit RC4"},
		{"PKCS #12, triple DES", scheme(oid("1.2.840.113549.1.12.1.3"), pbes1), keygen.ErrEncryption, "3-key triple DES"},
		{"unknown scheme", scheme(oid(oidExampleOther)), keygen.ErrEncryption, "OID 1.3.6.1.4.1.32473.1"},
		{"endless scheme", scheme(tlv(0x06, longOID)), keygen.ErrEncryption, "an OID of 102 numbers"},
		{"PBES2 alone", scheme(oid(oidPBES2)), keygen.ErrDamaged, damaged},
		{"PBES2 with NULL", scheme(oid(oidPBES2), null), keygen.ErrDamaged, damaged},
		{"PBES2 with nothing in it", scheme(oid(oidPBES2), sequence()), keygen.ErrDamaged, damaged},
		{"PBES2 without a cipher", scheme(oid(oidPBES2), sequence(good.function)), keygen.ErrDamaged, damaged},
		{"PBES2 with three parts", scheme(oid(oidPBES2), sequence(good.function, good.cipher, good.cipher)), keygen.ErrDamaged, damaged},
		{"PBES2 and something", scheme(oid(oidPBES2), sequence(good.function, good.cipher), null), keygen.ErrDamaged, damaged},
		{"PBES2 the wrong way round", scheme(oid(oidPBES2), sequence(good.cipher, good.function)), keygen.ErrEncryption, "OID 2.16.840.1.101.3.4.1.42"},
		{"unknown derivation", scheme(oid(oidPBES2), sequence(sequence(oid(oidExampleOther), null), good.cipher)), keygen.ErrEncryption, "OID 1.3.6.1.4.1.32473.1"},
	}
}

func withFunction(good envelope, function []byte) []byte {
	good.function = function
	return good.der()
}

// scrypts have other parameters of scrypt.
func scrypts(good envelope) []malformed {
	raw := func(parts ...[]byte) []byte { return withFunction(good, sequence(oid(oidScrypt), sequence(parts...))) }
	cost := func(numbers ...int64) []byte { return withFunction(good, scryptFunction(testSalt, numbers...)) }
	salted := func(n int) []byte { return withFunction(good, scryptFunction(make([]byte, n), 2, 1, 1)) }
	salt := octets(testSalt)
	huge := bigInteger(new(big.Int).Lsh(big.NewInt(1), 20_000))
	const damaged = "not the DER"
	return []malformed{
		{"scrypt without parameters", withFunction(good, sequence(oid(oidScrypt))), keygen.ErrDamaged, damaged},
		{"NULL before the cipher", withFunction(good, append(sequence(oid(oidScrypt)), 0x05, 0)), keygen.ErrDamaged, damaged},
		{"scrypt and something", withFunction(good, sequence(oid(oidScrypt), sequence(salt, integer(2), integer(1), integer(1)), null)), keygen.ErrDamaged, damaged},
		{"scrypt without a salt", raw(integer(2), integer(1), integer(1)), keygen.ErrDamaged, damaged},
		{"scrypt, salt of 0", salted(0), keygen.ErrEncryption, "a salt of 0 bytes"},
		{"scrypt, salt of 7", salted(7), keygen.ErrEncryption, "a salt of 7 bytes"},
		{"scrypt, salt of 65", salted(65), keygen.ErrEncryption, "a salt of 65 bytes"},
		{"scrypt, N=0", cost(0, 8, 1), keygen.ErrDamaged, damaged},
		{"scrypt, N=1", cost(1, 8, 1), keygen.ErrDamaged, "N=1"},
		{"scrypt, N=3", cost(3, 8, 1), keygen.ErrDamaged, "N=3"},
		{"scrypt, N=2^17-1", cost(1<<17-1, 8, 1), keygen.ErrDamaged, "N=131071"},
		{"scrypt, N negative", cost(-2, 8, 1), keygen.ErrDamaged, damaged},
		{"scrypt, N=2^17+1", cost(1<<17+1, 8, 1), keygen.ErrCost, "N=131073"},
		{"scrypt, N=2^18", cost(1<<18, 8, 1), keygen.ErrCost, "N=262144"},
		{"scrypt, N=2^62", cost(1<<62, 8, 1), keygen.ErrCost, "N=4611686018427387904"},
		{"scrypt, N=2^20000", raw(salt, huge, integer(8), integer(1)), keygen.ErrCost, "N=9223372036854775807 or more"},
		{"scrypt, N in two bytes", raw(salt, tlv(0x02, []byte{0, 2}), integer(1), integer(1)), keygen.ErrDamaged, damaged},
		{"scrypt, N of no bytes", raw(salt, tlv(0x02), integer(1), integer(1)), keygen.ErrDamaged, damaged},
		{"scrypt, N=2^16 with r=1", cost(1<<16, 1, 1), keygen.ErrDamaged, "N=65536 and r=1"},
		{"scrypt, N=2^17 with r=1", cost(1<<17, 1, 1), keygen.ErrDamaged, "N=131072 and r=1"},
		{"scrypt, r=0", cost(2, 0, 1), keygen.ErrDamaged, damaged},
		{"scrypt, r negative", cost(2, -1, 1), keygen.ErrDamaged, damaged},
		{"scrypt, r=9", cost(2, 9, 1), keygen.ErrCost, "r=9"},
		{"scrypt, r=2^30", cost(2, 1<<30, 1), keygen.ErrCost, "r=1073741824"},
		{"scrypt, p=0", cost(2, 1, 0), keygen.ErrDamaged, damaged},
		{"scrypt, p=17", cost(2, 1, 17), keygen.ErrCost, "p=17"},
		{"scrypt, p=2^63-1", cost(2, 1, math.MaxInt64), keygen.ErrCost, "p=9223372036854775807"},
		{"scrypt without p", cost(2, 1), keygen.ErrDamaged, damaged},
		{"scrypt, key length of 32", cost(2, 1, 1, 32), nil, ""},
		{"scrypt, key length of 16", cost(2, 1, 1, 16), keygen.ErrDamaged, "a key length of 16 bytes"},
		{"scrypt, key length of 0", cost(2, 1, 1, 0), keygen.ErrDamaged, damaged},
		{"scrypt, key length of 2^20000", raw(salt, integer(2), integer(1), integer(1), huge), keygen.ErrDamaged, "a key length of 9223372036854775807"},
		{"scrypt, five numbers", cost(2, 1, 1, 32, 32), keygen.ErrDamaged, damaged},
		{"scrypt, something behind", raw(salt, integer(2), integer(1), integer(1), null), keygen.ErrDamaged, damaged},
	}
}

// pbkdf2s have other parameters of PBKDF2. They do not open with what is in
// good; those that are read give ErrPassphrase.
func pbkdf2s(good envelope) []malformed {
	raw := func(parts ...[]byte) []byte { return withFunction(good, sequence(oid(oidPBKDF2), sequence(parts...))) }
	prf := hmacWith(oidHMACSHA256)
	times := func(n int64) []byte { return withFunction(good, pbkdf2Function(testSalt, n, prf)) }
	salted := func(n int) []byte { return withFunction(good, pbkdf2Function(make([]byte, n), 1, prf)) }
	with := func(prf []byte) []byte { return withFunction(good, pbkdf2Function(testSalt, 1, prf)) }
	salt := octets(testSalt)
	huge := bigInteger(new(big.Int).Lsh(big.NewInt(1), 64))
	const damaged = "not the DER"
	return []malformed{
		{"PBKDF2, one iteration", times(1), keygen.ErrPassphrase, ""},
		{"PBKDF2, SHA-512", with(hmacWith(oidHMACSHA512)), keygen.ErrPassphrase, ""},
		{"PBKDF2 without parameters", withFunction(good, sequence(oid(oidPBKDF2))), keygen.ErrDamaged, damaged},
		{"PBKDF2, NULL", withFunction(good, sequence(oid(oidPBKDF2), null)), keygen.ErrDamaged, damaged},
		{"PBKDF2 without a salt", raw(integer(1), prf), keygen.ErrDamaged, damaged},
		{"PBKDF2, other salt source", raw(sequence(oid(oidExampleOther)), integer(1), prf), keygen.ErrEncryption, "another source"},
		{"PBKDF2, salt of 7", salted(7), keygen.ErrEncryption, "a salt of 7 bytes"},
		{"PBKDF2, salt of 8", salted(8), keygen.ErrPassphrase, ""},
		{"PBKDF2, salt of 64", salted(64), keygen.ErrPassphrase, ""},
		{"PBKDF2, salt of 65", salted(65), keygen.ErrEncryption, "a salt of 65 bytes"},
		{"PBKDF2 without iterations", raw(salt, prf), keygen.ErrDamaged, damaged},
		{"PBKDF2, 0 iterations", times(0), keygen.ErrDamaged, damaged},
		{"PBKDF2, -1 iterations", times(-1), keygen.ErrDamaged, damaged},
		{"PBKDF2, too many iterations", times(10_000_001), keygen.ErrCost, "iterations: 10000001"},
		{"PBKDF2, 2^64 iterations", raw(salt, huge, prf), keygen.ErrCost, "or more"},
		{"PBKDF2, key length of 32", raw(salt, integer(1), integer(32), prf), keygen.ErrPassphrase, ""},
		{"PBKDF2, key length of 24", raw(salt, integer(1), integer(24), prf), keygen.ErrDamaged, "a key length of 24 bytes"},
		{"PBKDF2, no function", with(nil), keygen.ErrEncryption, "HMAC-SHA-1"},
		{"PBKDF2, HMAC-SHA-1", with(hmacWith(oidHMACSHA1)), keygen.ErrEncryption, "HMAC-SHA-1"},
		{"PBKDF2, HMAC-SHA-384", with(hmacWith("1.2.840.113549.2.10")), keygen.ErrEncryption, "HMAC-SHA-384"},
		{"PBKDF2, HMAC-MD5", with(hmacWith("1.2.840.113549.2.6")), keygen.ErrEncryption, "HMAC-MD5"},
		{"PBKDF2, unknown function", with(hmacWith(oidExampleOther)), keygen.ErrEncryption, "OID 1.3.6.1.4.1.32473.1"},
		{"PBKDF2, function without NULL", with(sequence(oid(oidHMACSHA256))), keygen.ErrDamaged, damaged},
		{"PBKDF2, function with a number", with(sequence(oid(oidHMACSHA256), integer(1))), keygen.ErrDamaged, damaged},
		{"PBKDF2, function of nothing", with(sequence()), keygen.ErrDamaged, damaged},
		{"PBKDF2, two functions", with(append(bytes.Clone(prf), prf...)), keygen.ErrDamaged, damaged},
		{"PBKDF2, function is a number", with(octets([]byte{1})), keygen.ErrDamaged, damaged},
	}
}

// ciphers have another cipher, vector or ciphertext.
func ciphers(good envelope) []malformed {
	with := func(cipher []byte) []byte {
		e := good
		e.cipher = cipher
		return e.der()
	}
	text := func(n int) []byte {
		e := good
		e.ciphertext = make([]byte, n)
		return e.der()
	}
	const damaged = "not the DER"
	return []malformed{
		{"AES-128-CBC, another key", with(sequence(oid(oidAES128), octets(testIV))), keygen.ErrPassphrase, ""},
		{"triple DES", with(sequence(oid("1.2.840.113549.3.7"), octets(testIV[:8]))), keygen.ErrEncryption, "DES-EDE3-CBC"},
		{"RC2", with(sequence(oid("1.2.840.113549.3.2"), sequence(integer(58), octets(testIV[:8])))), keygen.ErrEncryption, "RC2-CBC"},
		{"AES-256-GCM", with(sequence(oid("2.16.840.1.101.3.4.1.46"), sequence(octets(testIV[:12])))), keygen.ErrEncryption, "AES-256-GCM"},
		{"Camellia", with(sequence(oid("1.2.392.200011.61.1.1.1.4"), octets(testIV))), keygen.ErrEncryption, "Camellia-256-CBC"},
		{"unknown cipher", with(sequence(oid(oidExampleOther), octets(testIV))), keygen.ErrEncryption, "OID 1.3.6.1.4.1.32473.1"},
		{"no vector", with(sequence(oid(oidAES256))), keygen.ErrDamaged, damaged},
		{"NULL for a vector", with(sequence(oid(oidAES256), null)), keygen.ErrDamaged, damaged},
		{"empty vector", with(aes256CBC(nil)), keygen.ErrDamaged, "vector of 0 bytes"},
		{"vector of 8", with(aes256CBC(testIV[:8])), keygen.ErrDamaged, "vector of 8 bytes"},
		{"vector of 15", with(aes256CBC(testIV[:15])), keygen.ErrDamaged, "vector of 15 bytes"},
		{"vector of 17", with(aes256CBC(make([]byte, 17))), keygen.ErrDamaged, "vector of 17 bytes"},
		{"two vectors", with(sequence(oid(oidAES256), octets(testIV), octets(testIV))), keygen.ErrDamaged, damaged},
		{"empty ciphertext", text(0), keygen.ErrDamaged, "ciphertext of 0 bytes"},
		{"ciphertext of 1", text(1), keygen.ErrDamaged, "ciphertext of 1 bytes"},
		{"ciphertext of 15", text(15), keygen.ErrDamaged, "ciphertext of 15 bytes"},
		{"ciphertext of 16", text(16), keygen.ErrPassphrase, ""},
		{"ciphertext of 1233", text(1233), keygen.ErrDamaged, "ciphertext of 1233 bytes"},
		{"ciphertext of 8 KiB", text(8 << 10), keygen.ErrPassphrase, ""},
		{"ciphertext of 8 KiB and a block", text(8<<10 + 16), keygen.ErrTooLarge, "ciphertext of 8208 bytes"},
		{"ciphertext of 60 KiB", text(60 << 10), keygen.ErrTooLarge, "ciphertext of 61440 bytes"},
	}
}

// Every one is refused for its reason, which is named, and before a passphrase is
// asked for unless that is what it takes to see.
func TestMalformedEncrypted(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, test := range malformedFiles(t) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := encryptedPEM(test.der)
			ask := neverAsk(t)
			if test.want == nil || test.want == keygen.ErrPassphrase {
				ask, _ = answering(t, testPassphrase)
			}
			key, err := keygen.ParsePrivateKey(data, ask)
			if test.want == nil {
				if err != nil || !key.Equal(testKey()) {
					t.Errorf("got %v", err)
				}
				return
			}
			refusal := wantRefusal(t, err, test.want, "", "")
			if !strings.Contains(refusal.Found, test.found) {
				t.Errorf("found %q, want %q", refusal.Found, test.found)
			}
			if len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
		if test.want != nil && test.want != keygen.ErrPassphrase {
			refused++
		}
	}
	if refused < 100 {
		t.Errorf("only %d are refused", refused)
	}
}

// Without anybody to ask, an encrypted key is refused as encrypted after
// everything else: what could never be read is called that.
func TestEncryptedWithoutPassphrase(t *testing.T) {
	t.Parallel()
	for _, test := range malformedFiles(t) {
		want := test.want
		if want == nil || want == keygen.ErrPassphrase {
			want = keygen.ErrEncrypted
		}
		_, err := keygen.ParsePrivateKey(encryptedPEM(test.der), nil)
		wantRefusal(t, err, want, "", "")
	}
}

// The costs at their limits are allowed; what they take is not tried here.
func TestCostLimits(t *testing.T) {
	t.Parallel()
	good := sealed(t, nil)
	for name, function := range map[string][]byte{
		"scrypt":      scryptFunction(make([]byte, 64), 1<<17, 8, 16),
		"scrypt, r=1": scryptFunction(make([]byte, 64), 1<<15, 1, 16),
		"scrypt, r=2": scryptFunction(make([]byte, 64), 1<<17, 2, 16),
		"PBKDF2":      pbkdf2Function(make([]byte, 8), 10_000_000, hmacWith(oidHMACSHA512)),
	} {
		_, err := keygen.ParsePrivateKey(encryptedPEM(withFunction(good, function)), nil)
		if wantRefusal(t, err, keygen.ErrEncrypted, "", "") == nil {
			t.Error(name)
		}
	}
}
