package keygen_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// contentKinds are the words of expect.txt, with words of the hint.
var contentKinds = map[string]struct {
	kind *keygen.Kind
	hint string
}{
	"Empty":        {keygen.ErrEmpty, "drtxt keygen"},
	"NotPEM":       {keygen.ErrNotPEM, "openssl pkey -inform DER -in"},
	"Junk":         {keygen.ErrJunk, "byte order mark"},
	"ManyBlocks":   {keygen.ErrManyBlocks, "a file of its own"},
	"Headers":      {keygen.ErrHeaders, "delete the header lines"},
	"OtherBlock":   {keygen.ErrOtherBlock, "drtxt keygen"},
	"Encrypted":    {keygen.ErrEncrypted, "--passphrase-file"},
	"Encryption":   {keygen.ErrEncryption, "(umask 077; openssl pkcs8 -topk8 -scrypt "},
	"Cost":         {keygen.ErrCost, "at a lower cost"},
	"Passphrase":   {keygen.ErrPassphrase, "from a copy"},
	"Certificate":  {keygen.ErrCertificate, "openssl x509 -in"},
	"NotRSA":       {keygen.ErrNotRSA, "RSA alone"},
	"OpenSSH":      {keygen.ErrOpenSSH, "ssh-keygen -e -m PKCS8 -f"},
	"PrivateGiven": {keygen.ErrPrivateGiven, "-pubout"},
	"PublicGiven":  {keygen.ErrPublicGiven, "dr_privatekey.pem"},
	"Damaged":      {keygen.ErrDamaged, "from a copy"},
	"MultiPrime":   {keygen.ErrMultiPrime, "drtxt keygen"},
	"Policy":       {keygen.ErrPolicy, "drtxt keygen"},
}

// expectations reads expect.txt: file → what reading it gives, private first.
func expectations(t *testing.T) map[string][2]string {
	t.Helper()
	expect := make(map[string][2]string)
	for line := range strings.Lines(string(fixture(t, "expect.txt"))) {
		fields := strings.Fields(line)
		if len(fields) == 3 {
			expect[fields[0]] = [2]string{fields[1], fields[2]}
		}
	}
	if len(expect) < 40 {
		t.Fatalf("expect.txt has %d files", len(expect))
	}
	return expect
}

// Every fixture gives what expect.txt says, by bytes and by file.
func TestFixtures(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for name, expect := range expectations(t) {
		seen[expect[0]], seen[expect[1]] = true, true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, path := fixture(t, name), filepath.Join(fixtures, name)
			private, err := keygen.ParsePrivateKey(bytes.Clone(data), nil)
			judge(t, private != nil, err, "", expect[0], data)
			private, err = keygen.LoadPrivateKey(path, true, nil)
			judge(t, private != nil, err, path, expect[0], data)
			public, err := keygen.ParsePublicKey(data)
			judge(t, public != nil, err, "", expect[1], data)
			public, err = keygen.LoadPublicKey(path)
			judge(t, public != nil, err, path, expect[1], data)
		})
	}
	for _, word := range openedExpectations(t) {
		seen[word] = true
	}
	for word := range contentKinds {
		if !seen[word] {
			t.Errorf("no fixture for %s", word)
		}
	}
}

func TestEveryFixtureHasAnExpectation(t *testing.T) {
	t.Parallel()
	expect := expectations(t)
	for _, name := range names(t, fixtures) {
		ext := filepath.Ext(name)
		if _, ok := expect[name]; !ok && (ext == ".pem" || ext == ".der") {
			t.Errorf("%s is not in expect.txt", name)
		}
	}
}

func judge(t *testing.T, accepted bool, err error, path, word string, data []byte) {
	t.Helper()
	if accepted != (word == "ok") || accepted != (err == nil) {
		t.Fatalf("accepted %v, error %v, want %s", accepted, err, word)
	}
	if accepted {
		return
	}
	want, ok := contentKinds[word]
	if !ok {
		t.Fatalf("unknown word %s in expect.txt", word)
	}
	refusal := wantRefusal(t, err, want.kind, path, want.hint)
	if _, ok := errors.AsType[*txtrecord.KeyError](err); ok != (word == "Policy") {
		t.Errorf("holds a *txtrecord.KeyError: %v", ok)
	}
	if word != "Policy" && word != "Passphrase" && refusal.Wanted == "" {
		t.Errorf("%q does not say what is wanted", err)
	}
	wantNothingOf(t, data, err.Error()+refusal.Hint())
}

// wantNothingOf fails if text has twelve characters of the PEM body in data.
func wantNothingOf(t *testing.T, data []byte, text string) {
	t.Helper()
	for line := range bytes.Lines(data) {
		for i := 0; i+12 <= len(line) && !bytes.HasPrefix(line, []byte("-----")); i++ {
			if strings.Contains(text, string(line[i:i+12])) {
				t.Fatalf("%q quotes the key", text)
			}
		}
	}
}

func TestPolicyErrorHoldsTheNumbers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]txtrecord.KeyError{
		"rsa512-private.pem": {Bits: 512, Exponent: 65537},
		"rsa1024-public.pem": {Bits: 1024, Exponent: 65537},
		"e3-private.pem":     {Bits: 2048, Exponent: 3},
	} {
		_, err := keygen.LoadPrivateKey(filepath.Join(fixtures, name), true, nil)
		if strings.Contains(name, "public") {
			_, err = keygen.LoadPublicKey(filepath.Join(fixtures, name))
		}
		if got, ok := errors.AsType[*txtrecord.KeyError](err); !ok || *got != want {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
}

func TestFoundNamesTheAlgorithm(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ec-private.pem":      "EC",
		"ec-sec1-private.pem": "EC",
		"ed25519-private.pem": "Ed25519",
		"rsapss-private.pem":  "RSA-PSS",

		"encrypted-legacy-private.pem":     "PEM headers, the key one MD5 of the passphrase",
		"encrypted-sha1-private.pem":       "HMAC-SHA-1",
		"encrypted-sha384-private.pem":     "HMAC-SHA-384",
		"encrypted-3des-private.pem":       "DES-EDE3-CBC",
		"encrypted-camellia-private.pem":   "Camellia-256-CBC",
		"encrypted-pbes1-private.pem":      "PBES1 with MD5 and DES",
		"encrypted-pkcs12-private.pem":     "PKCS #12 PBE with SHA-1 and 3-key triple DES",
		"encrypted-iterations-private.pem": "PBKDF2 iterations: 10000001",
	} {
		_, err := keygen.LoadPrivateKey(filepath.Join(fixtures, name), true, nil)
		if got, _ := errors.AsType[*keygen.FileError](err); got == nil || got.Found != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestOddInputs(t *testing.T) {
	t.Parallel()
	good := string(fixture(t, "pkix-public.pem"))
	der := fixture(t, "public.der")
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	otherOID := bytes.Replace(der, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x7f"), 1)
	// The SEQUENCE grows by a NULL at its end.
	longer := append(bytes.Clone(der), 5, 0)
	longer[3] += 2
	lines := strings.SplitAfter(good, "\n")
	for name, test := range map[string]struct {
		input string
		want  *keygen.Kind // nil: accepted
	}{
		"blank lines around":        {"\r\n \t\n" + good + "\n\n", nil},
		"no final line end":         {strings.TrimSpace(good), nil},
		"base64 indented":           {lines[0] + " " + strings.Join(lines[1:], ""), nil},
		"no-break space before":     {"\u00a0" + good, keygen.ErrJunk},
		"NUL after":                 {good + "\x00", keygen.ErrJunk},
		"broken block after":        {good + "-----BEGIN PUBLIC KEY-----\n", keygen.ErrManyBlocks},
		"END alone after":           {good + "-----END PUBLIC KEY-----\n", keygen.ErrJunk},
		"UTF-16":                    {"\xff\xfe-\x00-\x00-\x00-\x00-\x00B\x00", keygen.ErrNotPEM},
		"prose":                     {"the key is in the safe", keygen.ErrNotPEM},
		"escape sequence as label":  {strings.ReplaceAll(good, "PUBLIC", "\x1b[31mPUBLIC"), keygen.ErrOtherBlock},
		"labels differ":             {strings.Replace(good, "END PUBLIC", "END RSA PUBLIC", 1), keygen.ErrDamaged},
		"another exponent":          {strings.Replace(good, "AQAB\n-", "AQAC\n-", 1), keygen.ErrPolicy},
		"empty block":               {block("PUBLIC KEY", nil), keygen.ErrDamaged},
		"empty PKCS #1 block":       {block("RSA PUBLIC KEY", nil), keygen.ErrDamaged},
		"unknown algorithm":         {block("PUBLIC KEY", otherOID), keygen.ErrNotRSA},
		"foreign bytes in SEQUENCE": {block("PUBLIC KEY", longer), keygen.ErrDamaged},
		"DSA":                       {block("DSA PRIVATE KEY", nil), keygen.ErrNotRSA},
		"OpenSSH in PEM":            {block("OPENSSH PRIVATE KEY", nil), keygen.ErrOpenSSH},
		"no key inside":             {block("PUBLIC KEY", der[:24]), keygen.ErrDamaged},
		"key of junk inside":        {block("PUBLIC KEY", append(bytes.Clone(der[:26]), make([]byte, len(der)-26)...)), keygen.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := keygen.ParsePublicKey([]byte(test.input))
			if test.want == nil {
				if err != nil || !key.Equal(&testKey().PublicKey) {
					t.Fatalf("got %v, want the key", err)
				}
				return
			}
			wantRefusal(t, err, test.want, "", "")
		})
	}
}

// base64's unused bits are zero in what this package accepts (RFC 4648 §3.5).
func TestNonCanonicalBase64(t *testing.T) {
	t.Parallel()
	padded := fixture(t, "pkcs1-private.pem")
	i := bytes.IndexByte(padded, '=')
	if i < 0 {
		t.Fatal("the fixture's base64 has no padding")
	}
	padded[i-1]++ // canonical characters before padding end in zero bits
	_, err := keygen.ParsePrivateKey(padded, nil)
	wantRefusal(t, err, keygen.ErrDamaged, "", "")
}

// A private key with any one bit of it altered is refused.
func TestDamagedPrivateKey(t *testing.T) {
	t.Parallel()
	der := fixture(t, "private.der")
	for i := range der {
		damaged := bytes.Clone(der)
		damaged[i] ^= 1 << (i % 8)
		_, err := keygen.ParsePrivateKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: damaged}), nil)
		if err == nil {
			t.Errorf("accepted with byte %d altered", i)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	key, err := keygen.Generate()
	if err != nil {
		t.Fatal(err)
	}
	if err := txtrecord.CheckKey(&key.PublicKey); err != nil {
		t.Fatal(err)
	}
	public, private := encoded(t, key)
	if !bytes.HasPrefix(private, []byte("-----BEGIN PRIVATE KEY-----\n")) || !bytes.HasPrefix(public, []byte("-----BEGIN PUBLIC KEY-----\n")) {
		t.Errorf("got the labels %.30q and %.30q", private, public)
	}
	gotPrivate, err := keygen.ParsePrivateKey(private, nil)
	if err != nil || !gotPrivate.Equal(key) {
		t.Errorf("private key: %v", err)
	}
	gotPublic, err := keygen.ParsePublicKey(public)
	if err != nil || !gotPublic.Equal(&key.PublicKey) {
		t.Errorf("public key: %v", err)
	}
}

// OpenSSL and we write the same key the same way.
func TestEncodingIsOpenSSLs(t *testing.T) {
	t.Parallel()
	public, private := encoded(t, testKey())
	if !bytes.Equal(public, fixture(t, "pkix-public.pem")) {
		t.Error("the public key differs")
	}
	if !bytes.Equal(private, fixture(t, "pkcs8-private.pem")) {
		t.Error("the private key differs")
	}
}

func TestEncodeRefusesWhatParseWould(t *testing.T) {
	t.Parallel()
	inconsistent := *testKey()
	inconsistent.D = new(big.Int).Add(inconsistent.D, big.NewInt(2))
	inconsistent.Precomputed = rsa.PrecomputedValues{}
	threePrimes := *testKey()
	threePrimes.Primes = append(threePrimes.Primes[:2:2], big.NewInt(3))
	small := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: big.NewInt(3233), E: 17}}
	for name, test := range map[string]struct {
		key  *rsa.PrivateKey
		want *keygen.Kind
	}{
		"nil":          {nil, keygen.ErrPolicy},
		"zero":         {new(rsa.PrivateKey), keygen.ErrPolicy},
		"small":        {small, keygen.ErrPolicy},
		"three primes": {&threePrimes, keygen.ErrMultiPrime},
		"inconsistent": {&inconsistent, keygen.ErrDamaged},
	} {
		_, err := keygen.EncodePrivateKey(test.key)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
		dir := filepath.Join(t.TempDir(), "keys")
		if err := keygen.WritePair(dir, test.key); !errors.Is(err, test.want) {
			t.Errorf("%s: WritePair: got %v, want %v", name, err, test.want)
		}
	}
	if _, err := keygen.EncodePublicKey(nil); !errors.Is(err, keygen.ErrPolicy) {
		t.Errorf("no public key: got %v", err)
	}
}
