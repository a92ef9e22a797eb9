//go:build interop

package keygen_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// An opensslRun is a directory with the passphrase in the file "passphrase" and the
// fixtures' key in "plain.pem", where openssl is run.
type opensslRun struct{ dir string }

func newOpenSSL(t *testing.T) opensslRun {
	t.Helper()
	o := opensslRun{t.TempDir()}
	o.write(t, "passphrase", []byte(testPassphrase+"\n"))
	o.write(t, "plain.pem", fixture(t, "pkcs8-private.pem"))
	return o
}

func (o opensslRun) path(name string) string { return filepath.Join(o.dir, name) }

func (o opensslRun) write(t *testing.T, name string, data []byte) {
	t.Helper()
	writeFile(t, o.path(name), data, 0o600)
}

// run fails the test where openssl is missing or refuses.
func (o opensslRun) run(t *testing.T, args ...string) {
	t.Helper()
	command := exec.Command("openssl", args...)
	command.Dir = o.dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// wantReads fails unless openssl's three commands take the fixtures' key out of the
// encrypted file.
func (o opensslRun) wantReads(t *testing.T, name string) {
	t.Helper()
	for command, args := range map[string][]string{
		"pkey": {"pkey"}, "rsa": {"rsa"}, "pkcs8": {"pkcs8", "-topk8", "-nocrypt"},
	} {
		out := name + "." + command
		o.run(t, append(args, "-in", name, "-passin", "file:passphrase", "-out", out)...)
		if !bytes.Equal(readFile(t, o.path(out)), fixture(t, "pkcs8-private.pem")) {
			t.Errorf("openssl %s takes another key out of %s", command, name)
		}
	}
	o.run(t, "pkey", "-check", "-noout", "-in", name, "-passin", "file:passphrase")
}

// openssl reads what we write, in every way that we write it.
func TestOpenSSLReadsOurs(t *testing.T) {
	t.Parallel()
	o := newOpenSSL(t)
	o.write(t, "encoded.pem", encodeEncrypted(t, testKey(), testPassphrase))
	o.wantReads(t, "encoded.pem")

	if err := keygen.WriteEncryptedPair(t.Context(), o.path("pair"), testKey(), []byte(testPassphrase)); err != nil {
		t.Fatal(err)
	}
	private := filepath.Join("pair", keygen.PrivateKeyFile)
	o.wantReads(t, private)
	o.run(t, "pkey", "-in", private, "-passin", "file:passphrase", "-pubout", "-out", "public.pem")
	if !bytes.Equal(readFile(t, o.path("public.pem")), readFile(t, o.path(filepath.Join("pair", keygen.PublicKeyFile)))) {
		t.Error("the public key is another")
	}

	o.write(t, "replaced.pem", fixture(t, "pkcs1-private.pem"))
	if err := keygen.ReplacePrivateKey(t.Context(), o.path("replaced.pem"), testKey(), []byte(testPassphrase)); err != nil {
		t.Fatal(err)
	}
	o.wantReads(t, "replaced.pem")
	if err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), o.path("replaced.pem"), testKey()); err != nil {
		t.Fatal(err)
	}
	o.wantReads(t, "replaced.pem")
}

// Passphrases that openssl takes byte for byte like us, up to the longest line that
// it reads from a file.
func TestOpenSSLReadsOddPassphrases(t *testing.T) {
	t.Parallel()
	for _, passphrase := range []string{"x", " leading and trailing ", "münchen ☃", "\xff\xfe", strings.Repeat("0123456789", 102) + "012"} {
		o := newOpenSSL(t)
		o.write(t, "passphrase", []byte(passphrase+"\n"))
		o.write(t, "encoded.pem", encodeEncrypted(t, testKey(), passphrase))
		o.wantReads(t, "encoded.pem")
	}
}

// openssl opens what the tests here make by themselves, salts of every length
// among them, and so do we: neither relies on the other alone.
func TestOpenSSLReadsOtherSalts(t *testing.T) {
	t.Parallel()
	o := newOpenSSL(t)
	for length := 8; length <= 64; length += 7 {
		name := fmt.Sprintf("salt%d.pem", length)
		o.write(t, name, encryptedPEM(sealedWithSalt(t, fixture(t, "private.der"), bytes.Repeat([]byte{byte(length)}, length)).der()))
		o.wantReads(t, name)
		wantOpens(t, o.path(name), testAnswer)
	}
}

// We read whatever openssl writes that is within the limits, and say of it what
// was asked for.
func TestReadsOpenSSLs(t *testing.T) {
	t.Parallel()
	scrypt := func(n, r, p int) keygen.Encryption {
		return keygen.Encryption{Scheme: "PBES2", KDF: "scrypt", N: n, R: r, P: p, SaltLength: 8, Cipher: "AES-256-CBC"}
	}
	pbkdf2 := func(hash string, iterations int, cipher string) keygen.Encryption {
		return keygen.Encryption{Scheme: "PBES2", KDF: "PBKDF2", Hash: hash, Iterations: iterations, SaltLength: 8, Cipher: cipher}
	}
	for args, want := range map[string]keygen.Encryption{
		"pkcs8 -topk8": pbkdf2("SHA-256", 2048, "AES-256-CBC"),
		"pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256":           pbkdf2("SHA-256", 2048, "AES-256-CBC"),
		"pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA256":           pbkdf2("SHA-256", 2048, "AES-192-CBC"),
		"pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512":           pbkdf2("SHA-512", 2048, "AES-128-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA256 -iter 1":                   pbkdf2("SHA-256", 1, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA256 -iter 10000":               pbkdf2("SHA-256", 10_000, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA256 -iter 600000":              pbkdf2("SHA-256", 600_000, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA256 -iter 1000000":             pbkdf2("SHA-256", 1_000_000, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA512 -iter 2048":                pbkdf2("SHA-512", 2048, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA512 -iter 210000":              pbkdf2("SHA-512", 210_000, "AES-256-CBC"),
		"pkcs8 -topk8 -v2prf hmacWithSHA512 -iter 1000000":             pbkdf2("SHA-512", 1_000_000, "AES-256-CBC"),
		"pkcs8 -topk8 -scrypt":                                         scrypt(16384, 8, 1),
		"pkcs8 -topk8 -scrypt -scrypt_N 2 -scrypt_r 1 -scrypt_p 1":     scrypt(2, 1, 1),
		"pkcs8 -topk8 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 16": scrypt(1024, 8, 16),
		"pkcs8 -topk8 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 5": scrypt(16384, 8, 5),
		"pkcs8 -topk8 -scrypt -scrypt_N 65536 -scrypt_r 2 -scrypt_p 1": scrypt(65536, 2, 1),
		"pkcs8 -topk8 -scrypt -scrypt_N 32768 -scrypt_r 1 -scrypt_p 2": scrypt(32768, 1, 2),
		"pkey -aes256": pbkdf2("SHA-256", 2048, "AES-256-CBC"),
		"pkey -aes192": pbkdf2("SHA-256", 2048, "AES-192-CBC"),
		"pkey -aes128": pbkdf2("SHA-256", 2048, "AES-128-CBC"),
		"rsa -aes256":  pbkdf2("SHA-256", 2048, "AES-256-CBC"),
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			o := newOpenSSL(t)
			o.run(t, append(strings.Fields(args), "-in", "plain.pem", "-passout", "file:passphrase", "-out", "key.pem")...)
			wantOpens(t, o.path("key.pem"), testAnswer)
			_, err := keygen.LoadPrivateKey(o.path("key.pem"), false, newAnswer)
			wantRefusal(t, err, keygen.ErrPassphrase, o.path("key.pem"), "")
			if got, err := keygen.Inspect(o.path("key.pem")); err != nil || got.Encryption == nil || *got.Encryption != want {
				t.Errorf("got %+v, %v", got.Encryption, err)
			}
		})
	}
}

// A key that openssl makes and encrypts at once.
func TestReadsGenerated(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"genpkey -quiet -algorithm RSA -aes256 -pass file:passphrase -out key.pem",
		"genpkey -quiet -algorithm RSA -aes-128-cbc -pass file:passphrase -out key.pem",
		"genrsa -aes256 -passout file:passphrase -out key.pem 2048",
	} {
		o := newOpenSSL(t)
		o.run(t, strings.Fields(args)...)
		o.run(t, "pkey", "-in", "key.pem", "-passin", "file:passphrase", "-out", "opened.pem")
		key, err := keygen.LoadPrivateKey(o.path("key.pem"), false, testAnswer)
		if err != nil {
			t.Errorf("%s: %v", args, err)
			continue
		}
		if _, private := encoded(t, key); !bytes.Equal(private, readFile(t, o.path("opened.pem"))) {
			t.Errorf("%s: another key", args)
		}
	}
}

// What openssl writes and we refuse is refused for what it is; and the hint's line,
// run as it stands, makes a file of it that we read, in the profile that we write.
func TestHintMakesAReadableKey(t *testing.T) {
	t.Parallel()
	for args, found := range map[string]string{
		"pkcs8 -topk8 -v2prf hmacWithSHA1":                                     "HMAC-SHA-1",
		"pkcs8 -topk8 -v2prf hmacWithSHA224":                                   "HMAC-SHA-224",
		"pkcs8 -topk8 -v2prf hmacWithSHA384":                                   "HMAC-SHA-384",
		"pkcs8 -topk8 -v2prf hmacWithSHA512-256":                               "HMAC-SHA-512/256",
		"pkcs8 -topk8 -v2 des3":                                                "DES-EDE3-CBC",
		"pkcs8 -topk8 -v2 camellia-256-cbc":                                    "Camellia-256-CBC",
		"pkcs8 -topk8 -v2 aria-256-cbc":                                        "ARIA-256-CBC",
		"pkcs8 -topk8 -scrypt -v2 camellia128":                                 "Camellia-128-CBC",
		"pkcs8 -topk8 -v1 PBE-SHA1-3DES":                                       "PKCS #12 PBE with SHA-1 and 3-key triple DES",
		"pkcs8 -topk8 -v1 PBE-SHA1-2DES":                                       "PKCS #12 PBE with SHA-1 and 2-key triple DES",
		"pkcs8 -topk8 -iter 10000001":                                          "PBKDF2 iterations: 10000001",
		"rsa -traditional -aes256":                                             "PEM headers, the key one MD5 of the passphrase",
		"rsa -traditional -des3":                                               "PEM headers, the key one MD5 of the passphrase",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-MD5-DES":      "PBES1 with MD5 and DES",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-DES":     "PBES1 with SHA-1 and DES",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-MD5-RC2-64":   "PBES1 with MD5 and RC2",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-RC2-64":  "PBES1 with SHA-1 and RC2",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-RC4-128": "PKCS #12 PBE with SHA-1 and 128-bit RC4",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-RC4-40":  "PKCS #12 PBE with SHA-1 and 40-bit RC4",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-RC2-128": "PKCS #12 PBE with SHA-1 and 128-bit RC2",
		"pkcs8 -topk8 -provider default -provider legacy -v1 PBE-SHA1-RC2-40":  "PKCS #12 PBE with SHA-1 and 40-bit RC2",
		"pkcs8 -topk8 -provider default -provider legacy -v2 des":              "DES-CBC",
		"pkcs8 -topk8 -provider default -provider legacy -v2 rc2":              "RC2-CBC",
		"pkcs8 -topk8 -provider default -provider legacy -v2 seed":             "SEED-CBC",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			o := newOpenSSL(t)
			o.run(t, append(strings.Fields(args), "-in", "plain.pem", "-passout", "file:passphrase", "-out", "key.pem")...)
			_, err := keygen.LoadPrivateKey(o.path("key.pem"), false, neverAsk(t))
			kind := keygen.ErrEncryption
			if strings.HasPrefix(found, "PBKDF2") {
				kind = keygen.ErrCost
			}
			refusal := wantRefusal(t, err, kind, o.path("key.pem"), "(umask 077; openssl pkcs8 -topk8 ")
			if refusal.Found != found {
				t.Errorf("found %q, want %q", refusal.Found, found)
			}
			_, err = keygen.Inspect(o.path("key.pem"))
			wantRefusal(t, err, kind, o.path("key.pem"), "")
			o.follow(t, refusal.Hint(), strings.Contains(args, "legacy"))
		})
	}
}

// follow runs the line in a hint, with the answers that a person would type, and
// wants a readable key of it.
func (o opensslRun) follow(t *testing.T, hint string, legacy bool) {
	t.Helper()
	_, rest, _ := strings.Cut(hint, "(umask 077; openssl ")
	line, rest, ok := strings.Cut(rest, "-out NEW)")
	if !ok {
		t.Fatalf("no line in the hint %q", hint)
	}
	if legacy {
		if !strings.Contains(rest, "-provider default -provider legacy") {
			t.Fatalf("the hint %q does not name the legacy provider", hint)
		}
		line += "-provider default -provider legacy "
	}
	o.write(t, "again", []byte(testPassphrase+"\n")) // one file for both would mean two lines
	script := "(umask 077; openssl " + line + "-out new.pem -passin file:passphrase -passout file:again)"
	command := exec.Command("sh", "-c", script)
	command.Dir = o.dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	wantOpens(t, o.path("new.pem"), testAnswer)
	want := keygen.Encryption{Scheme: "PBES2", KDF: "scrypt", N: 16384, R: 8, P: 5, Cipher: "AES-256-CBC"}
	got, err := keygen.Inspect(o.path("new.pem"))
	if err != nil {
		t.Fatal(err)
	}
	got.Encryption.SaltLength = 0 // openssl's own, 8 or 16
	if *got.Encryption != want {
		t.Errorf("got %+v", got.Encryption)
	}
	if info, err := os.Stat(o.path("new.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
}

// scrypt beyond our limits is beyond openssl's memory too: what it refuses to
// write we refuse to read.
func TestOpenSSLRefusesLargerN(t *testing.T) {
	t.Parallel()
	o := newOpenSSL(t)
	command := exec.Command("openssl", "pkcs8", "-topk8", "-scrypt", "-scrypt_N", "262144", "-scrypt_r", "8", "-scrypt_p", "1",
		"-in", "plain.pem", "-passout", "file:passphrase", "-out", "key.pem")
	command.Dir = o.dir
	if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), "memory limit exceeded") {
		t.Errorf("got %v, %s", err, out)
	}
}

// Other keys that openssl encrypts are opened and refused for what they are.
func TestOpenSSLsOtherKeys(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]*keygen.Kind{
		"-algorithm RSA -pkeyopt rsa_keygen_bits:1024":   keygen.ErrPolicy,
		"-algorithm RSA -pkeyopt rsa_keygen_bits:2047":   keygen.ErrPolicy,
		"-algorithm RSA -pkeyopt rsa_keygen_bits:3072":   keygen.ErrPolicy,
		"-algorithm RSA -pkeyopt rsa_keygen_pubexp:3":    keygen.ErrPolicy,
		"-algorithm RSA -pkeyopt rsa_keygen_primes:3":    keygen.ErrMultiPrime,
		"-algorithm RSA-PSS":                             keygen.ErrNotRSA,
		"-algorithm EC -pkeyopt ec_paramgen_curve:P-256": keygen.ErrNotRSA,
		"-algorithm ED25519":                             keygen.ErrNotRSA,
		"-algorithm X448":                                keygen.ErrNotRSA,
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			o := newOpenSSL(t)
			o.run(t, strings.Fields("genpkey -aes256 -pass file:passphrase -out key.pem -quiet "+args)...)
			_, err := keygen.LoadPrivateKey(o.path("key.pem"), false, testAnswer)
			wantRefusal(t, err, want, o.path("key.pem"), "")
			_, err = keygen.LoadPrivateKey(o.path("key.pem"), false, newAnswer)
			wantRefusal(t, err, keygen.ErrPassphrase, o.path("key.pem"), "")
		})
	}
}
