package keygen_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// answering returns a passphrase that fails the test when it is asked twice, and
// what was handed out, to see that it was cleared.
func answering(t testing.TB, passphrase string) (ask keygen.Passphrase, handed *[]byte) {
	handed = new([]byte)
	return func() ([]byte, error) {
		if *handed != nil {
			t.Error("the passphrase is asked for twice")
		}
		*handed = []byte(passphrase)
		return *handed, nil
	}, handed
}

// unlocked parses PEM with a passphrase, and holds what ParsePrivateKey promises
// of that.
func unlocked(t testing.TB, data []byte, passphrase string) (*rsa.PrivateKey, error) {
	t.Helper()
	ask, handed := answering(t, passphrase)
	key, err := keygen.ParsePrivateKey(bytes.Clone(data), ask)
	if len(bytes.Trim(*handed, "\x00")) > 0 {
		t.Error("the passphrase was not cleared")
	}
	if (key == nil) == (err == nil) {
		t.Errorf("a key: %v, an error: %v", key != nil, err != nil)
	}
	if err != nil && passphrase != "" && strings.Contains(err.Error(), passphrase) {
		t.Error("the error has the passphrase")
	}
	return key, err
}

// neverAsk fails the test when a passphrase is asked for.
func neverAsk(t testing.TB) keygen.Passphrase {
	return func() ([]byte, error) {
		t.Error("a passphrase is asked for")
		return []byte(testPassphrase), nil
	}
}

// openedExpectations reads opened.txt: encrypted file → what it gives.
func openedExpectations(t testing.TB) map[string]string {
	t.Helper()
	expect := make(map[string]string)
	for line := range strings.Lines(string(fixture(t, "opened.txt"))) {
		if fields := strings.Fields(line); len(fields) == 2 {
			expect[fields[0]] = fields[1]
		}
	}
	if len(expect) < 15 {
		t.Fatalf("opened.txt has %d files", len(expect))
	}
	return expect
}

// Every encrypted fixture gives what opened.txt says, by bytes and by file.
func TestOpenedFixtures(t *testing.T) {
	t.Parallel()
	opened := openedExpectations(t)
	for name, expect := range expectations(t) {
		if word, ok := opened[name]; ok != (expect[0] == "Encrypted") {
			t.Errorf("%s is %s in expect.txt and %q in opened.txt", name, expect[0], word)
		}
	}
	for name, word := range opened {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, path := fixture(t, name), filepath.Join(fixtures, name)
			key, err := unlocked(t, data, testPassphrase)
			judge(t, key != nil, err, "", word, data)
			wantKey(t, key, word)
			ask, _ := answering(t, testPassphrase)
			key, err = keygen.LoadPrivateKey(path, true, ask)
			judge(t, key != nil, err, path, word, data)
			wantKey(t, key, word)
		})
	}
}

// wantKey fails unless key is the fixtures' where one is expected.
func wantKey(t *testing.T, key *rsa.PrivateKey, word string) {
	t.Helper()
	if word == "ok" && !key.Equal(testKey()) {
		t.Error("another key")
	}
}

// What is refused whatever the passphrase, is refused before it is asked for.
func TestRefusedUnasked(t *testing.T) {
	t.Parallel()
	for name, expect := range expectations(t) {
		if expect[0] == "Encrypted" {
			continue
		}
		_, err := keygen.ParsePrivateKey(fixture(t, name), neverAsk(t))
		if (err == nil) != (expect[0] == "ok") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// writtenProfile is what EncodeEncryptedPrivateKey writes, as encoding/asn1 reads it.
type writtenProfile struct {
	Algorithm struct {
		Scheme     asn1.ObjectIdentifier
		Parameters struct {
			Function struct {
				Scrypt     asn1.ObjectIdentifier
				Parameters struct {
					Salt    []byte
					N, R, P int
				}
			}
			Encryption struct {
				Cipher asn1.ObjectIdentifier
				IV     []byte
			}
		}
	}
	Ciphertext []byte
}

func readProfile(t *testing.T, data []byte) (p writtenProfile) {
	t.Helper()
	block, rest := pem.Decode(data)
	if block == nil || len(rest) > 0 || block.Type != "ENCRYPTED PRIVATE KEY" || len(block.Headers) > 0 {
		t.Fatalf("not one PEM block: %.40q", data)
	}
	if rest, err := asn1.Unmarshal(block.Bytes, &p); err != nil || len(rest) > 0 {
		t.Fatal(err)
	}
	if again, err := asn1.Marshal(p); err != nil || !bytes.Equal(again, block.Bytes) {
		t.Fatalf("there is more in it: %v", err)
	}
	return p
}

func TestWrittenProfile(t *testing.T) {
	t.Parallel()
	var written []writtenProfile
	for range 2 {
		data := encodeEncrypted(t, testKey(), testPassphrase)
		p := readProfile(t, data)
		parameters := p.Algorithm.Parameters
		scrypt, cipher := parameters.Function.Parameters, parameters.Encryption
		if p.Algorithm.Scheme.String() != oidPBES2 || parameters.Function.Scrypt.String() != oidScrypt || cipher.Cipher.String() != oidAES256 {
			t.Errorf("got %v", p.Algorithm)
		}
		if scrypt.N != 16384 || scrypt.R != 8 || scrypt.P != 5 || len(scrypt.Salt) != 16 || len(cipher.IV) != 16 {
			t.Errorf("got %v", p.Algorithm)
		}
		key, err := unlocked(t, data, testPassphrase)
		if err != nil || !key.Equal(testKey()) {
			t.Errorf("read again: %v", err)
		}
		written = append(written, p)
	}
	one, two := written[0].Algorithm.Parameters, written[1].Algorithm.Parameters
	if bytes.Equal(one.Function.Parameters.Salt, two.Function.Parameters.Salt) || bytes.Equal(one.Encryption.IV, two.Encryption.IV) {
		t.Error("salt or initialisation vector twice the same")
	}
}

func encodeEncrypted(t testing.TB, key *rsa.PrivateKey, passphrase string) []byte {
	t.Helper()
	data, err := keygen.EncodeEncryptedPrivateKey(key, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEncodeEncryptedRefuses(t *testing.T) {
	t.Parallel()
	for name, passphrase := range map[string][]byte{"nil": nil, "empty": {}} {
		_, err := keygen.EncodeEncryptedPrivateKey(testKey(), passphrase)
		if wantRefusal(t, err, keygen.ErrNoPassphrase, "", "--passphrase-file"); err.Error() == "" {
			t.Error(name)
		}
	}
	_, err := keygen.EncodeEncryptedPrivateKey(new(rsa.PrivateKey), []byte(testPassphrase))
	wantRefusal(t, err, keygen.ErrPolicy, "", "")
}

// A passphrase is bytes; none is changed on its way.
func TestPassphraseBytes(t *testing.T) {
	t.Parallel()
	const odd = " test-\xff\x00\r\né-passphrase "
	data := encodeEncrypted(t, testKey(), odd)
	if key, err := unlocked(t, data, odd); err != nil || !key.Equal(testKey()) {
		t.Errorf("the same: %v", err)
	}
	for _, other := range []string{"", odd + "\n", strings.TrimSpace(odd), strings.ToUpper(odd), odd[:len(odd)-1]} {
		_, err := unlocked(t, data, other)
		wantRefusal(t, err, keygen.ErrPassphrase, "", "check the passphrase")
	}
}

// The one who is asked ends the reading, and is quoted as is.
func TestPassphraseError(t *testing.T) {
	t.Parallel()
	interrupted := errors.New("interrupted")
	_, err := keygen.LoadPrivateKey(filepath.Join(fixtures, "encrypted-pkcs8-private.pem"), true, func() ([]byte, error) {
		return nil, interrupted
	})
	if err != interrupted {
		t.Errorf("got %v", err)
	}
	elsewhere := &keygen.FileError{Path: "elsewhere", Kind: keygen.ErrUnreadable}
	_, err = keygen.LoadPrivateKey(filepath.Join(fixtures, "encrypted-pkcs8-private.pem"), true, func() ([]byte, error) {
		return nil, elsewhere
	})
	if wantRefusal(t, err, keygen.ErrUnreadable, "elsewhere", "") != elsewhere {
		t.Errorf("got %v", err)
	}
}

// One altered bit anywhere in the vector or the ciphertext: never a key, never
// another reason.
func TestAlteredCiphertext(t *testing.T) {
	t.Parallel()
	good := sealed(t, fixture(t, "private.der"))
	if key, err := unlocked(t, encryptedPEM(good.der()), testPassphrase); err != nil || !key.Equal(testKey()) {
		t.Fatal(err)
	}
	altered := func(text []byte, bit int) []byte {
		text = bytes.Clone(text)
		text[bit/8] ^= 1 << (bit % 8)
		return text
	}
	for bit := range 8 * len(testIV) {
		bad := good
		bad.cipher = aes256CBC(altered(testIV, bit))
		_, err := unlocked(t, encryptedPEM(bad.der()), testPassphrase)
		wantRefusal(t, err, keygen.ErrPassphrase, "", "")
	}
	for bit := 0; bit < 8*len(good.ciphertext); bit += 7 {
		bad := good
		bad.ciphertext = altered(good.ciphertext, bit)
		_, err := unlocked(t, encryptedPEM(bad.der()), testPassphrase)
		wantRefusal(t, err, keygen.ErrPassphrase, "", "")
	}
	for blocks := 1; blocks < len(good.ciphertext)/16; blocks++ {
		bad := good
		bad.ciphertext = good.ciphertext[:16*blocks]
		_, err := unlocked(t, encryptedPEM(bad.der()), testPassphrase)
		wantRefusal(t, err, keygen.ErrPassphrase, "", "")
	}
}

// What stands inside, and what it gives.
func TestDecryptedContent(t *testing.T) {
	t.Parallel()
	good := fixture(t, "private.der")
	bare := decodePEM(t, "pkcs1-private.pem")
	rsaID := sequence(oid(oidRSA), null)
	info := func(version int64, algorithm []byte, key []byte, more ...[]byte) []byte {
		return sequence(append([][]byte{integer(version), algorithm, octets(key)}, more...)...)
	}
	attributes := tlv(0xa0, sequence(oid("2.5.29.15"), tlv(0x31, tlv(0x03, []byte{0, 0x80}))))
	publicKey := tlv(0x81, []byte{0})
	other := rsaNumbers(testKey())
	small := numbersOf(61, 53, 17)
	for name, test := range map[string]struct {
		plain []byte
		want  *keygen.Kind // nil: the key
	}{
		"as written":                     {info(0, rsaID, bare), nil},
		"with attributes":                {info(0, rsaID, bare, attributes), nil},
		"with its public key":            {info(1, rsaID, bare, publicKey), nil},
		"with both":                      {info(1, rsaID, bare, attributes, publicKey), nil},
		"nothing":                        {nil, keygen.ErrPassphrase},
		"zeros":                          {make([]byte, 48), keygen.ErrPassphrase},
		"text":                           {[]byte("the key is in the safe"), keygen.ErrPassphrase},
		"one byte too many":              {append(bytes.Clone(good), 0), keygen.ErrPassphrase},
		"one byte too few":               {good[:len(good)-1], keygen.ErrPassphrase},
		"public key alone":               {fixture(t, "public.der"), keygen.ErrPassphrase},
		"PKCS #1":                        {bare, keygen.ErrPassphrase},
		"PEM":                            {fixture(t, "pkcs8-private.pem"), keygen.ErrPassphrase},
		"encrypted twice":                {sealed(t, good).der(), keygen.ErrPassphrase},
		"version 1 without public key":   {info(1, rsaID, bare), keygen.ErrPassphrase},
		"version 0 with public key":      {info(0, rsaID, bare, publicKey), keygen.ErrPassphrase},
		"version 2":                      {info(2, rsaID, bare, publicKey), keygen.ErrPassphrase},
		"negative version":               {info(-1, rsaID, bare), keygen.ErrPassphrase},
		"something behind the key":       {info(0, rsaID, bare, null), keygen.ErrPassphrase},
		"attributes behind public key":   {info(1, rsaID, bare, publicKey, attributes), keygen.ErrPassphrase},
		"attributes twice":               {info(0, rsaID, bare, attributes, attributes), keygen.ErrPassphrase},
		"no key":                         {sequence(integer(0), rsaID), keygen.ErrPassphrase},
		"an empty key":                   {info(0, rsaID, nil), keygen.ErrPassphrase},
		"without NULL":                   {info(0, sequence(oid(oidRSA)), bare), keygen.ErrPassphrase},
		"NULL with content":              {info(0, sequence(oid(oidRSA), []byte{5, 1, 0}), bare), keygen.ErrPassphrase},
		"two parameters":                 {info(0, sequence(oid(oidRSA), null, null), bare), keygen.ErrPassphrase},
		"key with something behind":      {info(0, rsaID, append(bytes.Clone(bare), 0)), keygen.ErrPassphrase},
		"numbers that do not fit":        {info(0, rsaID, other.with(3, 1).der()), keygen.ErrPassphrase},
		"another d mod p-1":              {info(0, rsaID, other.with(6, 2).der()), keygen.ErrPassphrase},
		"another exponent, not fitting":  {info(0, rsaID, other.with(2, 2).der()), keygen.ErrPassphrase},
		"another modulus, not fitting":   {info(0, rsaID, other.with(1, -2).der()), keygen.ErrPassphrase},
		"unknown algorithm over RSA":     {info(0, sequence(oid(oidExampleOther), null), bare), keygen.ErrPassphrase},
		"unknown algorithm":              {info(0, sequence(oid(oidExampleOther)), []byte("key")), keygen.ErrNotRSA},
		"elliptic curve":                 {decodePEM(t, "ec-private.pem"), keygen.ErrNotRSA},
		"Ed25519":                        {decodePEM(t, "ed25519-private.pem"), keygen.ErrNotRSA},
		"RSA-PSS":                        {info(0, sequence(oid(oidPSS)), bare), keygen.ErrNotRSA},
		"small":                          {info(0, rsaID, small.der()), keygen.ErrPolicy},
		"small, damaged":                 {info(0, rsaID, small.with(1, 2).der()), keygen.ErrPassphrase},
		"small, with a prime of 1":       {info(0, rsaID, numbersOf(1, 3233, 17).der()), keygen.ErrPassphrase},
		"512 bits":                       {decodePEM(t, "rsa512-private.pem"), keygen.ErrPolicy},
		"4096 bits":                      {decodePEM(t, "rsa4096-private.pem"), keygen.ErrPolicy},
		"exponent 3":                     {decodePEM(t, "e3-private.pem"), keygen.ErrPolicy},
		"three primes":                   {decodePEM(t, "multiprime-private.pem"), keygen.ErrMultiPrime},
		"two primes and others, damaged": {info(0, rsaID, small.with(0, 1).der(sequence(sequence(integer(3))))), keygen.ErrPassphrase},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range []envelope{sealed(t, test.plain), sealedPBKDF2(t, test.plain)} {
				key, err := unlocked(t, encryptedPEM(e.der()), testPassphrase)
				if test.want == nil {
					if err != nil || !key.Equal(testKey()) {
						t.Errorf("got %v", err)
					}
					continue
				}
				wantRefusal(t, err, test.want, "", "")
			}
		})
	}
}

// Only what RFC 5652 §6.3 calls padding is taken off: before each of these stands
// a whole key, up to where the last byte says that the padding begins.
func TestPadding(t *testing.T) {
	t.Parallel()
	repeated := func(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }
	for name, test := range map[string]struct {
		padding []byte
		ok      bool
	}{
		"1":                {[]byte{1}, true},
		"7":                {repeated(7, 7), true},
		"16":               {repeated(16, 16), true},
		"none":             {nil, false}, // the key's own last byte is 0
		"17":               {repeated(17, 17), false},
		"32":               {repeated(32, 32), false},
		"2, the other 1":   {[]byte{1, 2}, false},
		"16, the first 15": {append([]byte{15}, repeated(16, 15)...), false},
		"5, the third 0":   {[]byte{5, 5, 0, 5, 5}, false},
		"zeros before 4":   {[]byte{0, 0, 0, 4}, false}, // ANSI X9.23
		"random before 8":  {[]byte{9, 8, 7, 6, 5, 4, 3, 8}, false},
		"3, the second 2":  {[]byte{3, 2, 3}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := sealed(t, nil)
			text := append(keyEndingAt(t, -len(test.padding)), test.padding...)
			e.ciphertext = cbc(t, scryptKey(t, testSalt), text)
			key, err := unlocked(t, encryptedPEM(e.der()), testPassphrase)
			if test.ok {
				if err != nil || !key.Equal(testKey()) {
					t.Errorf("got %v", err)
				}
				return
			}
			wantRefusal(t, err, keygen.ErrPassphrase, "", "")
		})
	}
}

// keyEndingAt is a whole PKCS #8 key whose last byte is 0 and whose length is that
// modulo 16.
func keyEndingAt(t *testing.T, length int) []byte {
	t.Helper()
	bare := decodePEM(t, "pkcs1-private.pem")
	for n := 1; n <= 16; n++ {
		attributes := tlv(0xa0, octets(make([]byte, n)))
		key := sequence(integer(0), sequence(oid(oidRSA), null), octets(bare), attributes)
		if (len(key)-length)%16 == 0 {
			return key
		}
	}
	t.Fatal("no such length")
	return nil
}

// numbers are those of an RSAPrivateKey, its version first.
type numbers []*big.Int

func rsaNumbers(key *rsa.PrivateKey) numbers {
	return numbers{
		big.NewInt(0), key.N, big.NewInt(int64(key.E)), key.D, key.Primes[0], key.Primes[1],
		key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv,
	}
}

// numbersOf makes a key of two small primes.
func numbersOf(p, q, e int64) numbers {
	P, Q, E := big.NewInt(p), big.NewInt(q), big.NewInt(e)
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(P, one), new(big.Int).Sub(Q, one)
	D := new(big.Int).ModInverse(E, new(big.Int).Mul(p1, q1))
	if D == nil {
		D = one
	}
	mod := func(n *big.Int) *big.Int {
		if n.Sign() == 0 {
			return one
		}
		return new(big.Int).Mod(D, n)
	}
	return numbers{big.NewInt(0), new(big.Int).Mul(P, Q), E, D, P, Q, mod(p1), mod(q1), one}
}

// with returns the numbers with one of them increased.
func (n numbers) with(i int, increase int64) numbers {
	n = slices.Clone(n)
	n[i] = new(big.Int).Add(n[i], big.NewInt(increase))
	return n
}

func (n numbers) der(more ...[]byte) []byte {
	var parts [][]byte
	for _, number := range n {
		parts = append(parts, bigInteger(number))
	}
	return sequence(append(parts, more...)...)
}

func decodePEM(t testing.TB, name string) []byte {
	t.Helper()
	block, _ := pem.Decode(fixture(t, name))
	if block == nil {
		t.Fatalf("%s is not PEM", name)
	}
	return block.Bytes
}

// What FIPS 140 forbids is an error too: a salt of 8 bytes.
func TestFIPS140Only(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"encrypted-scrypt-private.pem", "encrypted-pkcs8-private.pem"} {
		command := child(t, "unlock", filepath.Join(fixtures, name))
		command.Env = append(command.Env, "GODEBUG=fips140=only")
		out, err := command.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), "refused: ") {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}

func init() { children["unlock"] = unlockFile }

// unlockFile reads the private key file args[0] and prints whether it is refused
// for its encryption.
func unlockFile(args []string) {
	_, err := keygen.LoadPrivateKey(args[0], true, func() ([]byte, error) { return []byte(testPassphrase), nil })
	if errors.Is(err, keygen.ErrEncryption) {
		os.Stdout.WriteString("refused: ")
	}
	if err != nil {
		os.Stdout.WriteString(err.Error())
	}
}
