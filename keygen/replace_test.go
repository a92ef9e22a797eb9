package keygen_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

const newPassphrase = "new-passphrase-TEST-ONLY"

func newAnswer() ([]byte, error) { return []byte(newPassphrase), nil }

// From every format to encrypted, to another passphrase, and to unencrypted.
func TestReplacePrivateKey(t *testing.T) {
	t.Parallel()
	for name, old := range map[string][]byte{
		"PKCS8": fixture(t, "pkcs8-private.pem"), "PKCS1": fixture(t, "pkcs1-private.pem"), "encrypted": encryptedKeyFile(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := neighbours(t, keygen.PrivateKeyFile, old, fixture(t, "pkix-public.pem"))
			passphrase := []byte(newPassphrase)
			if err := keygen.ReplacePrivateKey(t.Context(), path, testKey(), passphrase); err != nil {
				t.Fatal(err)
			}
			if string(passphrase) != newPassphrase {
				t.Error("the caller's passphrase was changed")
			}
			readProfile(t, readFile(t, path))
			wantOpens(t, path, newAnswer)
			if _, err := keygen.LoadPrivateKey(path, false, testAnswer); !errors.Is(err, keygen.ErrPassphrase) {
				t.Errorf("with the old passphrase: %v", err)
			}
			if err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(readFile(t, path), fixture(t, "pkcs8-private.pem")) {
				t.Error("the unencrypted key is another")
			}
			if got := names(t, filepath.Dir(path)); !slices.Equal(got, []string{keygen.PrivateKeyFile, keygen.PublicKeyFile}) {
				t.Errorf("the directory holds %q", got)
			}
		})
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func wantOpens(t *testing.T, path string, passphrase keygen.Passphrase) {
	t.Helper()
	key, err := keygen.LoadPrivateKey(path, false, passphrase)
	if err != nil || !key.Equal(testKey()) {
		t.Errorf("%s: %v", path, err)
	}
}

// replacements are the two ways to replace the key at a path.
var replacements = map[string]func(path string, key *rsa.PrivateKey) error{
	"encrypted": func(path string, key *rsa.PrivateKey) error {
		return keygen.ReplacePrivateKey(context.Background(), path, key, []byte(newPassphrase))
	},
	"unencrypted": func(path string, key *rsa.PrivateKey) error {
		return keygen.ReplacePrivateKeyUnencrypted(context.Background(), path, key)
	},
}

// What is refused is refused both ways, and leaves everything as it was.
func TestReplaceRefuses(t *testing.T) {
	t.Parallel()
	other := generated(t)
	for name, test := range map[string]struct {
		key  *rsa.PrivateKey
		old  []byte
		want *keygen.Kind
		hint string
	}{
		"another key":                   {other, fixture(t, "pkcs8-private.pem"), keygen.ErrChanged, "nothing was changed"},
		"another key, encrypted before": {other, encryptedKeyFile(t), keygen.ErrMismatch, "away"},
		"no key":                        {nil, fixture(t, "pkcs8-private.pem"), keygen.ErrPolicy, ""},
		"not PEM":                       {testKey(), []byte("a text"), keygen.ErrNotPEM, ""},
		"empty":                         {testKey(), nil, keygen.ErrEmpty, ""},
		"a public key":                  {testKey(), fixture(t, "pkix-public.pem"), keygen.ErrPublicGiven, ""},
		"another encryption":            {testKey(), fixture(t, "encrypted-sha1-private.pem"), keygen.ErrEncryption, "openssl pkcs8"},
		"a small key":                   {testKey(), fixture(t, "rsa1024-private.pem"), keygen.ErrPolicy, ""},
		"too large":                     {testKey(), make([]byte, keygen.MaxFileSize+1), keygen.ErrTooLarge, ""},
	} {
		for way, replace := range replacements {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				path := neighbours(t, keygen.PrivateKeyFile, test.old, fixture(t, "pkix-public.pem"))
				before := snapshot(t, filepath.Dir(path))
				wantRefusal(t, replace(path, test.key), test.want, path, test.hint)
				if after := snapshot(t, filepath.Dir(path)); !slices.Equal(before, after) {
					t.Errorf("the directory holds %q", names(t, filepath.Dir(path)))
				}
			})
		}
	}
}

func TestReplaceWithoutPassphrase(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	for _, passphrase := range [][]byte{nil, {}} {
		err := keygen.ReplacePrivateKey(t.Context(), path, testKey(), passphrase)
		wantRefusal(t, err, keygen.ErrNoPassphrase, path, "--passphrase-file")
	}
	wantOpens(t, path, nil)
}

func TestReplaceNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	for way, replace := range replacements {
		wantRefusal(t, replace(missing, testKey()), keygen.ErrUnreadable, missing, "check the path")
		wantRefusal(t, replace(dir, testKey()), keygen.ErrNotRegular, dir, "")
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("%s: the directory holds %q", way, left)
		}
	}
}

// An encrypted key with nothing beside it cannot say whose it is; under any other
// name what lies beside it does not matter.
func TestReplaceEncryptedAlone(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", encryptedKeyFile(t), otherPublicKey(t))
	if err := keygen.ReplacePrivateKey(t.Context(), path, testKey(), []byte(newPassphrase)); err != nil {
		t.Fatal(err)
	}
	wantOpens(t, path, newAnswer)
}

// What a killed replacement left is named, and stays.
func TestReplaceAfterAKill(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	left := path + ".new"
	writeFile(t, left, []byte("left"), 0o600)
	for way, replace := range replacements {
		wantRefusal(t, replace(path, testKey()), keygen.ErrReplacing, realPath(t, left), "delete ")
		if string(readFile(t, left)) != "left" {
			t.Errorf("%s: what was left is changed", way)
		}
	}
	wantOpens(t, path, nil)
}

// realPath is path as a file is named whose links are followed.
func realPath(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Of many at once at least one wins, and what stands is whole and one of theirs;
// the others are told what is the matter.
func TestConcurrentReplace(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	errs := make([]error, 6)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey()) })
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, keygen.ErrReplacing) && !errors.Is(err, keygen.ErrChanged):
			t.Errorf("got %v", err)
		}
	}
	if won == 0 {
		t.Errorf("nobody won: %v", errs)
	}
	wantOpens(t, path, nil)
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("the directory holds %q", got)
	}
}

// What changes while the new file is made stays, and the new file does not.
func TestReplaceChangedMeanwhile(t *testing.T) {
	t.Parallel()
	key := fixture(t, "pkcs8-private.pem")
	for name, change := range map[string]func(t *testing.T, path string){
		"another content": func(t *testing.T, path string) { writeFile(t, path, encryptedKeyFile(t), 0o600) },
		"a line more":     func(t *testing.T, path string) { writeFile(t, path, append(bytes.Clone(key), '\n'), 0o600) },
		"another file, the same content": func(t *testing.T, path string) {
			writeFile(t, path+".other", key, 0o600)
			if err := os.Rename(path+".other", path); err != nil {
				t.Fatal(err)
			}
		},
		"gone": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := neighbours(t, "key.pem", key, nil)
			var changed []string
			err := keygen.ReplaceWith(path, testKey(), encryptedKeyFile(t), func() ([]byte, error) {
				change(t, path)
				changed = snapshot(t, filepath.Dir(path))
				return testAnswer()
			})
			wantRefusal(t, err, keygen.ErrChanged, path, "nothing was changed")
			changed = slices.DeleteFunc(changed, func(entry string) bool { return strings.HasPrefix(entry, "key.pem.new ") })
			if after := snapshot(t, filepath.Dir(path)); !slices.Equal(changed, after) {
				t.Errorf("the directory holds %q", names(t, filepath.Dir(path)))
			}
		})
	}
}

// A new file that does not open, or holds another key, never replaces the old.
func TestReplaceReadsBack(t *testing.T) {
	t.Parallel()
	_, otherKey := encoded(t, generated(t))
	for name, test := range map[string]struct {
		data       []byte
		passphrase keygen.Passphrase
	}{
		"another passphrase": {encryptedKeyFile(t), newAnswer},
		"another key":        {otherKey, nil},
		"no key":             {[]byte("no key"), nil},
	} {
		path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
		before := snapshot(t, filepath.Dir(path))
		err := keygen.ReplaceWith(path, testKey(), test.data, test.passphrase)
		refusal := wantRefusal(t, err, keygen.ErrNotReplaced, path, "nothing was changed")
		if !strings.Contains(refusal.Error(), "read back") {
			t.Errorf("%s: got %v", name, refusal)
		}
		if after := snapshot(t, filepath.Dir(path)); !slices.Equal(before, after) {
			t.Errorf("%s: the directory holds %q", name, names(t, filepath.Dir(path)))
		}
	}
}

// While the new file is made, another key may be put in the place of the old one, or the
// user may think better of it: then nothing is replaced.
func TestReplaceWhileEncoding(t *testing.T) {
	t.Parallel()
	old, other := fixture(t, "pkcs8-private.pem"), fixture(t, "pkcs1-private.pem")
	encode := func() ([]byte, error) { return keygen.EncodePrivateKey(testKey()) }
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		path := neighbours(t, "key.pem", old, nil)
		err := keygen.ReplaceEncoding(t.Context(), path, testKey(), func() ([]byte, error) {
			writeFile(t, path+".other", other, 0o600)
			if err := os.Rename(path+".other", path); err != nil {
				t.Fatal(err)
			}
			return encode()
		})
		if data, _ := os.ReadFile(path); !errors.Is(err, keygen.ErrChanged) || !bytes.Equal(data, other) {
			t.Errorf("got %v", err)
		}
		if left := names(t, filepath.Dir(path)); len(left) != 1 {
			t.Errorf("left behind: %q", left)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		path := neighbours(t, "key.pem", old, nil)
		ctx, cancel := context.WithCancel(t.Context())
		err := keygen.ReplaceEncoding(ctx, path, testKey(), func() ([]byte, error) {
			cancel()
			return encode()
		})
		if data, _ := os.ReadFile(path); !errors.Is(err, context.Canceled) || !bytes.Equal(data, old) {
			t.Errorf("got %v", err)
		}
		dir := filepath.Join(t.TempDir(), "k")
		if err := keygen.WriteEncryptedPair(ctx, dir, testKey(), []byte(testPassphrase)); !errors.Is(err, context.Canceled) {
			t.Errorf("a new pair: %v", err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("the folder was made")
		}
	})
}
