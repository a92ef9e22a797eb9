package keygen_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// neighbours puts a private key file named name into a new directory, and
// public, if it is not nil, beside it. It returns the path of the private key.
func neighbours(t *testing.T, name string, private, public []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	writeFile(t, path, private, 0o600)
	if public != nil {
		writeFile(t, filepath.Join(filepath.Dir(path), keygen.PublicKeyFile), public, 0o644)
	}
	return path
}

// encryptedKeyFile is the fixtures' key, encrypted at the least cost.
func encryptedKeyFile(t testing.TB) []byte {
	return encryptedPEM(sealed(t, fixture(t, "private.der")).der())
}

func testAnswer() ([]byte, error) { return []byte(testPassphrase), nil }

// otherPublicKey is the public key of another pair.
func otherPublicKey(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/keys/test-a.public.pem")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A pair is looked at as one, however the private key is stored.
func TestPublicKeyBeside(t *testing.T) {
	t.Parallel()
	for format, private := range map[string][]byte{
		"PKCS8": fixture(t, "pkcs8-private.pem"), "PKCS1": fixture(t, "pkcs1-private.pem"), "encrypted": encryptedKeyFile(t),
	} {
		for name, test := range map[string]struct {
			public []byte // nil: none
			want   *keygen.Kind
			says   string
		}{
			"none":              {nil, nil, ""},
			"its own":           {fixture(t, "pkix-public.pem"), nil, ""},
			"its own, PKCS #1":  {fixture(t, "pkcs1-public.pem"), nil, ""},
			"another":           {otherPublicKey(t), keygen.ErrMismatch, "beside it is SHA256:"},
			"a private key":     {fixture(t, "pkcs8-private.pem"), keygen.ErrBeside, "it holds a private key"},
			"empty":             {[]byte{}, keygen.ErrBeside, "it is empty"},
			"damaged":           {fixture(t, "truncated-private.pem"), keygen.ErrBeside, "it holds a damaged key"},
			"another algorithm": {fixture(t, "ec-public.pem"), keygen.ErrBeside, "(EC): it holds a key of another algorithm"},
			"too small":         {fixture(t, "rsa1024-public.pem"), keygen.ErrBeside, "1024"},
			"a certificate":     {fixture(t, "certificate.pem"), keygen.ErrBeside, "it holds a certificate"},
		} {
			t.Run(format+"/"+name, func(t *testing.T) {
				t.Parallel()
				path := neighbours(t, keygen.PrivateKeyFile, private, test.public)
				key, err := keygen.LoadPrivateKey(path, false, testAnswer)
				if test.want == nil {
					if err != nil || !key.Equal(testKey()) {
						t.Errorf("got %v", err)
					}
					return
				}
				if key != nil {
					t.Error("a key beside the error")
				}
				wantBeside(t, err, test.want, path, test.says)

				elsewhere := neighbours(t, "other-name.pem", private, test.public)
				if _, err := keygen.LoadPrivateKey(elsewhere, false, testAnswer); err != nil {
					t.Errorf("under another name: %v", err)
				}
			})
		}
	}
}

// wantBeside fails unless err is about the public key beside the private one at
// path, and its hint names that file.
func wantBeside(t *testing.T, err error, kind *keygen.Kind, path, says string) {
	t.Helper()
	public := filepath.Join(filepath.Dir(path), keygen.PublicKeyFile)
	hint := "move "
	if filepath.Separator == '/' {
		hint += `"` + public + `" away`
	}
	if kind == keygen.ErrBeside {
		path = public
	}
	refusal := wantRefusal(t, err, kind, path, hint)
	if !strings.Contains(refusal.Error(), says) {
		t.Errorf("%q does not say %q", refusal, says)
	}
}

// The mismatch names both keys.
func TestMismatchNamesBoth(t *testing.T) {
	t.Parallel()
	path := neighbours(t, keygen.PrivateKeyFile, fixture(t, "pkcs8-private.pem"), otherPublicKey(t))
	other, err := keygen.ParsePublicKey(otherPublicKey(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = keygen.LoadPrivateKey(path, false, nil)
	want := "beside it is " + keygen.Fingerprint(other) + ", its own is " + keygen.Fingerprint(&testKey().PublicKey)
	if got := wantRefusal(t, err, keygen.ErrMismatch, path, ""); got.Found != want {
		t.Errorf("found %q", got.Found)
	}
}

// What is wrong with the private key comes first, and no public key excuses a
// wrong passphrase.
func TestPrivateKeyComesFirst(t *testing.T) {
	t.Parallel()
	path := neighbours(t, keygen.PrivateKeyFile, encryptedKeyFile(t), otherPublicKey(t))
	_, err := keygen.LoadPrivateKey(path, false, func() ([]byte, error) { return []byte("wrong"), nil })
	wantRefusal(t, err, keygen.ErrPassphrase, path, "")
	_, err = keygen.LoadPrivateKey(path, false, nil)
	wantRefusal(t, err, keygen.ErrEncrypted, path, "--passphrase-file")
}

// A name that leads nowhere is not "no public key".
func TestBesideIsADanglingLink(t *testing.T) {
	t.Parallel()
	path := neighbours(t, keygen.PrivateKeyFile, fixture(t, "pkcs8-private.pem"), nil)
	public := filepath.Join(filepath.Dir(path), keygen.PublicKeyFile)
	if err := os.Symlink("nowhere", public); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	_, err := keygen.LoadPrivateKey(path, false, nil)
	wantBeside(t, err, keygen.ErrBeside, path, "it cannot be read")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", err)
	}
}

func TestBesideIsADirectory(t *testing.T) {
	t.Parallel()
	path := neighbours(t, keygen.PrivateKeyFile, fixture(t, "pkcs8-private.pem"), nil)
	if err := os.Mkdir(filepath.Join(filepath.Dir(path), keygen.PublicKeyFile), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := keygen.LoadPrivateKey(path, false, nil)
	wantBeside(t, err, keygen.ErrBeside, path, "(directory): it is not a regular file")
}

// Bytes that come from no file have nothing beside them.
func TestParseLooksAtNothingElse(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, keygen.PublicKeyFile, []byte("no key"), 0o600)
	data, err := keygen.EncodePrivateKey(generated(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keygen.ParsePrivateKey(bytes.Clone(data), nil); err != nil {
		t.Error(err)
	}
	writeFile(t, keygen.PrivateKeyFile, data, 0o600)
	_, err = keygen.LoadPrivateKey(keygen.PrivateKeyFile, false, nil)
	wantRefusal(t, err, keygen.ErrBeside, keygen.PublicKeyFile, `move "`+keygen.PublicKeyFile+`" away`)
}
