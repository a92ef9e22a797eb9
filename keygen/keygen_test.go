package keygen_test

import (
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

const fixtures = "../testdata/keys/malformed"

// testKey is the key of pkcs8-private.pem, pkix-public.pem and their like.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := keygen.LoadPrivateKey(filepath.Join(fixtures, "pkcs8-private.pem"), true, nil)
	if err != nil {
		panic(err)
	}
	return key
})

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// encoded returns the two files of a pair.
func encoded(t testing.TB, key *rsa.PrivateKey) (public, private []byte) {
	t.Helper()
	private, err := keygen.EncodePrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err = keygen.EncodePublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

// wantRefusal fails unless err is a *FileError of that kind and path, whose
// text is one printable line and whose hint has the given words.
func wantRefusal(t *testing.T, err error, kind *keygen.Kind, path, hint string) *keygen.FileError {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want the kind %q", err, kind)
	}
	refusal, ok := errors.AsType[*keygen.FileError](err)
	if !ok {
		t.Fatalf("got a %T, want a *FileError", err)
	}
	if refusal.Path != path {
		t.Errorf("got path %q, want %q", refusal.Path, path)
	}
	if text := err.Error(); strings.ContainsFunc(text, isControl) || strings.HasSuffix(text, ".") {
		t.Errorf("not a sentence for one line: %q", text)
	}
	if !strings.Contains(refusal.Hint(), hint) {
		t.Errorf("hint %q does not have %q", refusal.Hint(), hint)
	}
	return refusal
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func writeFile(t testing.TB, path string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// names lists a directory.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

// generated is a new key.
func generated(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return key
}
