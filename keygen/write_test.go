package keygen_test

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

func TestWritePair(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "parent", "keys")
	if err := keygen.CheckVacant(dir); err != nil {
		t.Fatal(err)
	}
	if err := keygen.WritePair(dir, testKey()); err != nil {
		t.Fatal(err)
	}
	wantPair(t, dir, testKey())
	for _, err := range []error{keygen.CheckVacant(dir), keygen.WritePair(dir, testKey())} {
		wantRefusal(t, err, keygen.ErrExists, filepath.Join(dir, keygen.PrivateKeyFile), "another directory with --dir")
	}
}

func TestWriteEncryptedPair(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	err := keygen.WriteEncryptedPair(t.Context(), dir, testKey(), nil)
	wantRefusal(t, err, keygen.ErrNoPassphrase, "", "--no-passphrase")
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory for nothing: %v", err)
	}
	passphrase := []byte(testPassphrase)
	if err := keygen.WriteEncryptedPair(t.Context(), dir, testKey(), passphrase); err != nil {
		t.Fatal(err)
	}
	if string(passphrase) != testPassphrase {
		t.Error("the caller's passphrase was changed")
	}
	path := filepath.Join(dir, keygen.PrivateKeyFile)
	readProfile(t, readFile(t, path))
	wantOpens(t, path, testAnswer)
	public, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile))
	if err != nil || !public.Equal(&testKey().PublicKey) {
		t.Errorf("public key: %v", err)
	}
	before := snapshot(t, dir)
	wantRefusal(t, keygen.WriteEncryptedPair(t.Context(), dir, testKey(), passphrase), keygen.ErrExists, path, "another directory with --dir")
	if after := snapshot(t, dir); !slices.Equal(before, after) {
		t.Error("the pair has changed")
	}
}

// wantPair fails unless dir holds key's two files and nothing else.
func wantPair(t *testing.T, dir string, key *rsa.PrivateKey) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, []string{keygen.PrivateKeyFile, keygen.PublicKeyFile}) {
		t.Fatalf("the directory holds %q", got)
	}
	private, err := keygen.LoadPrivateKey(filepath.Join(dir, keygen.PrivateKeyFile), false, nil)
	if err != nil || !private.Equal(key) {
		t.Errorf("private key: %v", err)
	}
	public, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile))
	if err != nil || !public.Equal(&key.PublicKey) {
		t.Errorf("public key: %v", err)
	}
}

// Whatever stands under one of the names is named, and stays as it is.
func TestVacancy(t *testing.T) {
	t.Parallel()
	const public, private = keygen.PublicKeyFile, keygen.PrivateKeyFile
	link := func(t *testing.T, path string) {
		if err := os.Symlink("nowhere", path); err != nil {
			t.Fatal(err)
		}
	}
	text := func(content string) func(*testing.T, string) {
		return func(t *testing.T, path string) { writeFile(t, path, []byte(content), 0o600) }
	}
	directory := func(t *testing.T, path string) {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	type files map[string]func(*testing.T, string)
	for name, test := range map[string]struct {
		files files
		kind  *keygen.Kind
		path  string
		hint  string
	}{
		"both":                     {files{public: text("a"), private: text("b")}, keygen.ErrExists, private, "keep using that pair"},
		"public alone":             {files{public: text("a")}, keygen.ErrPublicAlone, public, "never uploaded"},
		"public alone, empty":      {files{public: text("")}, keygen.ErrPublicAlone, public, "never uploaded"},
		"public is a dead link":    {files{public: link}, keygen.ErrPublicAlone, public, "never uploaded"},
		"public is a directory":    {files{public: directory}, keygen.ErrPublicAlone, public, "never uploaded"},
		"private alone":            {files{private: text("b")}, keygen.ErrPrivateAlone, private, "openssl pkey -in "},
		"private is a dead link":   {files{private: link}, keygen.ErrPrivateAlone, private, "-pubout -out "},
		"private is a directory":   {files{private: directory}, keygen.ErrPrivateAlone, private, "-pubout -out "},
		"private empty":            {files{private: text("")}, keygen.ErrUnfinished, private, "delete "},
		"private empty and public": {files{public: text("a"), private: text("")}, keygen.ErrUnfinished, private, "delete "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, put := range test.files {
				put(t, filepath.Join(dir, name))
			}
			before := snapshot(t, dir)
			path := filepath.Join(dir, test.path)
			wantRefusal(t, keygen.CheckVacant(dir), test.kind, path, test.hint)
			wantRefusal(t, keygen.WritePair(dir, testKey()), test.kind, path, test.hint)
			if after := snapshot(t, dir); !slices.Equal(before, after) {
				t.Errorf("before %q, after %q", before, after)
			}
		})
	}
}

// snapshot describes the entries of dir: name, type, content.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	for _, name := range names(t, dir) {
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		content, _ := os.ReadFile(filepath.Join(dir, name))
		list = append(list, name+" "+info.Mode().Type().String()+" "+string(content))
	}
	return list
}

func TestPrivateAloneHintNamesBothFiles(t *testing.T) {
	t.Parallel()
	refusal := &keygen.FileError{Path: filepath.Join("keys", keygen.PrivateKeyFile), Kind: keygen.ErrPrivateAlone}
	want := `make the public key from it with: openssl pkey -in "keys/dr_privatekey.pem" -pubout -out "keys/dr_publickey.pem"`
	if got := refusal.Hint(); filepath.Separator == '/' && got != want {
		t.Errorf("got %s", got)
	}
}

// A name taken after CheckVacant looked is seen by the system call itself.
func TestTakenInTheMeantime(t *testing.T) {
	t.Parallel()
	for _, name := range []string{keygen.PublicKeyFile, keygen.PrivateKeyFile} {
		for kind, put := range map[string]func(path string) error{
			"file":      func(path string) error { return os.WriteFile(path, []byte("old"), 0o600) },
			"dead link": func(path string) error { return os.Symlink("nowhere", path) },
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := put(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				before := snapshot(t, dir)
				err := keygen.WriteFiles(dir, []byte("public"), []byte("private"))
				wantRefusal(t, err, keygen.ErrExists, filepath.Join(dir, name), "another directory")
				if after := snapshot(t, dir); !slices.Equal(before, after) {
					t.Errorf("before %q, after %q", before, after)
				}
			})
		}
	}
}

// Of many at once one wins, and the pair is the winner's.
func TestConcurrentWritePair(t *testing.T) {
	t.Parallel()
	keys := []*rsa.PrivateKey{testKey()}
	for range 2 {
		key, err := keygen.Generate()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	for range 30 {
		dir := filepath.Join(t.TempDir(), "keys")
		errs := make([]error, 9)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() { errs[i] = keygen.WritePair(dir, keys[i%len(keys)]) })
		}
		group.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner >= 0:
				t.Fatalf("both %d and %d won", winner, i)
			case err == nil:
				winner = i
			case !errors.Is(err, keygen.ErrExists) && !errors.Is(err, keygen.ErrPublicAlone):
				t.Errorf("the loser %d got %v", i, err)
			}
		}
		if winner < 0 {
			t.Fatalf("nobody won: %v", errs)
		}
		wantPair(t, dir, keys[winner%len(keys)])
	}
}

func TestDirIsAFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "file")
	writeFile(t, dir, []byte("text"), 0o600)
	if err := keygen.WritePair(dir, testKey()); !errors.Is(err, keygen.ErrUnwritable) {
		t.Errorf("got %v", err)
	}
	below := filepath.Join(dir, "below")
	if err := keygen.WritePair(below, testKey()); !errors.Is(err, keygen.ErrUnwritable) {
		t.Errorf("below: got %v", err)
	}
}

// The way of systems without O_TMPFILE keeps to the same rules.
func TestCreateNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := keygen.CreateNamed(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := keygen.CreateNamed(path, []byte("newer")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: got %v", err)
	}
	if data, _ := os.ReadFile(path); !bytes.Equal(data, []byte("new")) {
		t.Errorf("the file holds %q", data)
	}
	link := path + ".link"
	if err := os.Symlink("nowhere", link); err != nil {
		t.Fatal(err)
	}
	if err := keygen.CreateNamed(link, []byte("new")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a dangling link: got %v", err)
	}
	if len(names(t, filepath.Dir(path))) != 2 {
		t.Errorf("the directory holds %q", names(t, filepath.Dir(path)))
	}
}
