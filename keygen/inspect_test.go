package keygen_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// Every fixture that could be read is described; every other is refused as
// where it is read.
func TestInspectFixtures(t *testing.T) {
	t.Parallel()
	for name, expect := range expectations(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := keygen.Inspect(filepath.Join(fixtures, name))
			switch word := inspected(expect); word {
			case "ok", "Encrypted":
				if err != nil || got.Kind == "" || got.Format == "" {
					t.Errorf("got %+v, %v", got, err)
				}
			default:
				wantRefusal(t, err, contentKinds[word].kind, filepath.Join(fixtures, name), "")
				if got != (keygen.Inspection{}) {
					t.Errorf("got %+v beside the error", got)
				}
			}
		})
	}
}

// inspected is what a fixture gives that may be private or public: what it gives
// for what it is.
func inspected(expect [2]string) string {
	if expect[0] == "PublicGiven" {
		return expect[1]
	}
	return expect[0]
}

func TestInspect(t *testing.T) {
	t.Parallel()
	key := &testKey().PublicKey
	public := fixture(t, "pkix-public.pem")
	pbkdf2 := &keygen.Encryption{Scheme: "PBES2", KDF: "PBKDF2", Hash: "SHA-256", Iterations: 2048, SaltLength: 8, Cipher: "AES-256-CBC"}
	sha512 := &keygen.Encryption{Scheme: "PBES2", KDF: "PBKDF2", Hash: "SHA-512", Iterations: 2048, SaltLength: 8, Cipher: "AES-256-CBC"}
	step := &keygen.Encryption{Scheme: "PBES2", KDF: "PBKDF2", Hash: "SHA-256", Iterations: 600_000, SaltLength: 16, Cipher: "AES-256-CBC"}
	aes128 := &keygen.Encryption{Scheme: "PBES2", KDF: "PBKDF2", Hash: "SHA-256", Iterations: 2048, SaltLength: 8, Cipher: "AES-128-CBC"}
	scrypt := &keygen.Encryption{Scheme: "PBES2", KDF: "scrypt", N: 16384, R: 8, P: 5, SaltLength: 8, Cipher: "AES-256-CBC"}
	for name, test := range map[string]struct {
		file   string // a fixture
		as     string // the name that it has
		public []byte // what lies beside it, nil for nothing
		want   keygen.Inspection
	}{
		"PKCS #8": {"pkcs8-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "PKCS #8", PublicKey: key}},
		"PKCS #1": {"pkcs1-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "PKCS #1", PublicKey: key}},
		"PKCS #8, its public key beside it": {"pkcs8-private.pem", keygen.PrivateKeyFile, public,
			keygen.Inspection{Kind: "private", Format: "PKCS #8", PublicKey: key}},
		"public":          {"pkix-public.pem", "key", nil, keygen.Inspection{Kind: "public", Format: "SubjectPublicKeyInfo", PublicKey: key}},
		"public, PKCS #1": {"pkcs1-public.pem", "key", nil, keygen.Inspection{Kind: "public", Format: "PKCS #1", PublicKey: key}},
		"PBKDF2":          {"encrypted-pkcs8-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: pbkdf2}},
		"SHA-512":         {"encrypted-sha512-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: sha512}},
		"step":            {"encrypted-step-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: step}},
		"AES-128":         {"encrypted-aes128-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: aes128}},
		"scrypt":          {"encrypted-scrypt-private.pem", "key", nil, keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: scrypt}},
		"encrypted, nothing beside it": {"encrypted-scrypt-private.pem", keygen.PrivateKeyFile, nil,
			keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: scrypt}},
		"encrypted, a public key beside it": {"encrypted-scrypt-private.pem", keygen.PrivateKeyFile, public,
			keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: scrypt, PublicKey: key, FromBeside: true}},
		"encrypted under another name": {"encrypted-scrypt-private.pem", "key", public,
			keygen.Inspection{Kind: "private", Format: "encrypted PKCS #8", Encryption: scrypt}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := neighbours(t, test.as, fixture(t, test.file), test.public)
			got, err := keygen.Inspect(path)
			if err != nil {
				t.Fatal(err)
			}
			if keygen.ModeChecked {
				test.want.Mode = 0o600
			} else {
				test.want.Mode = got.Mode
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %+v", got, got.Encryption)
			}
		})
	}
}

// What we write is described as what the package comment says.
func TestInspectWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	writeFile(t, path, encodeEncrypted(t, testKey(), testPassphrase), 0o600)
	got, err := keygen.Inspect(path)
	want := keygen.Encryption{Scheme: "PBES2", KDF: "scrypt", N: 16384, R: 8, P: 5, SaltLength: 16, Cipher: "AES-256-CBC"}
	if err != nil || got.Encryption == nil || *got.Encryption != want {
		t.Errorf("got %+v, %v", got.Encryption, err)
	}
}

// A public key beside it that is another's, or none, is refused as when loading.
func TestInspectBeside(t *testing.T) {
	t.Parallel()
	path := neighbours(t, keygen.PrivateKeyFile, fixture(t, "pkcs8-private.pem"), otherPublicKey(t))
	_, err := keygen.Inspect(path)
	wantBeside(t, err, keygen.ErrMismatch, path, "")
	path = neighbours(t, keygen.PrivateKeyFile, encryptedKeyFile(t), []byte("no key"))
	_, err = keygen.Inspect(path)
	wantBeside(t, err, keygen.ErrBeside, path, "it is not PEM text")
}

func TestInspectUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	_, err := keygen.Inspect(missing)
	wantRefusal(t, err, keygen.ErrUnreadable, missing, "check the path")
	_, err = keygen.Inspect(dir)
	wantRefusal(t, err, keygen.ErrNotRegular, dir, "")
	large := filepath.Join(dir, "large")
	writeFile(t, large, make([]byte, keygen.MaxFileSize+1), 0o600)
	_, err = keygen.Inspect(large)
	wantRefusal(t, err, keygen.ErrTooLarge, large, "")
}
