package keygen_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// addFixtures seeds a fuzz test, and fails it rather than run on nothing.
func addFixtures(f *testing.F) {
	f.Helper()
	paths, _ := filepath.Glob(filepath.Join(fixtures, "*.pem"))
	if len(paths) < 40 {
		f.Fatalf("%d fixtures", len(paths))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// What is accepted is allowed, and its encoding is the same key.
func FuzzParsePublicKey(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := keygen.ParsePublicKey(data)
		if err != nil {
			return
		}
		if err := txtrecord.CheckKey(key); err != nil {
			t.Fatal(err)
		}
		again, err := keygen.EncodePublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keygen.ParsePublicKey(again); err != nil || !got.Equal(key) {
			t.Fatalf("encoded and parsed again: %v", err)
		}
	})
}

// What is accepted is allowed, and its encoding is the same key.
func FuzzParsePrivateKey(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := keygen.ParsePrivateKey(data)
		if err != nil {
			return
		}
		if err := txtrecord.CheckKey(&key.PublicKey); err != nil {
			t.Fatal(err)
		}
		again, err := keygen.EncodePrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keygen.ParsePrivateKey(again); err != nil || !got.Equal(key) {
			t.Fatalf("encoded and parsed again: %v", err)
		}
	})
}
