package leaks

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Check fails a test if a text that somebody could have seen holds a secret of the tests.
// It says where the text was shown, and not what.
func Check(t testing.TB, where, text string) {
	t.Helper()
	if what := OfTests().Find(text); what != "" {
		t.Errorf("%s shows %s", where, what)
	}
}

// OfTests is the finder that knows the private test keys of this module. It is made when
// it is first asked for, in the folder that `go test` starts a test in, or below. It
// panics if there are no keys, for it would find nothing.
var OfTests = sync.OnceValue(func() *Finder {
	root, err := moduleRoot()
	if err != nil {
		panic(err)
	}
	keys := filepath.Join(root, "testdata", "keys")
	finder, err := Load(keys, filepath.Join(keys, "malformed"))
	if err != nil {
		panic(err)
	}
	return finder
})

// moduleRoot is the folder of go.mod, this one or one above.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", fmt.Errorf("no folder above has a go.mod: %w", os.ErrNotExist)
		}
		dir = above
	}
}
