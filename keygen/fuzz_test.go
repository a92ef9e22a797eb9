package keygen_test

import (
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"testing"
	"time"

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
		key, err := keygen.ParsePrivateKey(data, nil)
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
		if got, err := keygen.ParsePrivateKey(again, nil); err != nil || !got.Equal(key) {
			t.Fatalf("encoded and parsed again: %v", err)
		}
	})
}

// What one reading may take without what the derivation takes: far more than any
// took, far less than a file could ask for that is not checked.
const (
	mostTime   = 5 * time.Second // a busy machine and the race detector included
	mostMemory = 4 << 20
)

// measured runs f and fails if it takes more than the most, and memory beyond.
func measured(t *testing.T, memory uint64, f func()) {
	t.Helper()
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	before, start := allocated[0].Value.Uint64(), time.Now()
	f()
	if took := time.Since(start); took > mostTime {
		t.Errorf("took %v", took)
	}
	metrics.Read(allocated)
	if took := allocated[0].Value.Uint64() - before; took > mostMemory+memory {
		t.Errorf("took %d bytes of memory", took)
	}
}

// cheap reports whether a derivation takes little enough to be done a thousand
// times a second, and how much memory it may take.
func cheap(e *keygen.Encryption) (memory uint64, ok bool) {
	memory = 2 * 128 * uint64(e.R) * uint64(e.N+e.P)
	return memory, e.N*e.R*e.P <= 1<<10 && e.Iterations <= 1<<10
}

var errTooDear = errors.New("not derived here")

// Whatever the structure says: no panic, bounded time and memory, a passphrase
// asked for within the limits alone, and an error or an allowed key.
func FuzzDecryptPrivateKey(f *testing.F) {
	seeds := malformedFiles(f)
	if len(seeds) < 100 {
		f.Fatalf("%d seeds", len(seeds))
	}
	for _, seed := range seeds {
		f.Add(seed.der)
	}
	for name := range openedExpectations(f) {
		f.Add(decodePEM(f, name))
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		data := encryptedPEM(der)
		encryption, err := keygen.InspectEncrypted(der)
		if err != nil {
			wantSameRefusal(t, data, err)
			return
		}
		wantWithinLimits(t, encryption)
		memory, ok := cheap(encryption)
		if !ok {
			memory = 0
		}
		measured(t, memory, func() {
			key, err := keygen.ParsePrivateKey(data, func() ([]byte, error) {
				if !ok {
					return nil, errTooDear
				}
				return testAnswer()
			})
			if !ok && err != errTooDear {
				t.Errorf("got %v", err)
			}
			wantAllowed(t, key, err)
		})
	})
}

// wantSameRefusal fails unless ParsePrivateKey refuses data with the kind of err,
// without asking for a passphrase.
func wantSameRefusal(t *testing.T, data []byte, err error) {
	t.Helper()
	measured(t, 0, func() {
		refusal, ok := errors.AsType[*keygen.FileError](err)
		if !ok {
			t.Fatalf("got a %T", err)
		}
		if _, err := keygen.ParsePrivateKey(data, neverAsk(t)); !errors.Is(err, refusal.Kind) {
			t.Errorf("got %v, want %v", err, refusal.Kind)
		}
	})
}

func wantWithinLimits(t *testing.T, e *keygen.Encryption) {
	t.Helper()
	isScrypt := e.KDF == "scrypt" && e.N > 1 && e.N <= 1<<17 && e.N&(e.N-1) == 0 && e.R >= 1 && e.R <= 8 && e.P >= 1 && e.P <= 16 &&
		e.Hash == "" && e.Iterations == 0
	isPBKDF2 := e.KDF == "PBKDF2" && (e.Hash == "SHA-256" || e.Hash == "SHA-512") && e.Iterations >= 1 && e.Iterations <= 10_000_000 &&
		e.N == 0 && e.R == 0 && e.P == 0
	if !isScrypt && !isPBKDF2 || e.SaltLength < 8 || e.SaltLength > 64 {
		t.Errorf("got %+v", e)
	}
}

// wantAllowed fails unless there is either a key that is allowed or an error.
func wantAllowed(t *testing.T, key *rsa.PrivateKey, err error) {
	t.Helper()
	if (key == nil) == (err == nil) {
		t.Fatalf("a key: %v, an error: %v", key != nil, err != nil)
	}
	if key == nil {
		return
	}
	if err := txtrecord.CheckKey(&key.PublicKey); err != nil {
		t.Fatal(err)
	}
	if _, err := keygen.EncodePrivateKey(key); err != nil {
		t.Fatal(err)
	}
}

// Whatever stands inside, with a padding that fits.
func FuzzDecryptedContent(f *testing.F) {
	names := []string{
		"pkcs8-private.pem", "pkcs1-private.pem", "rsa512-private.pem", "rsa4096-private.pem", "e3-private.pem",
		"multiprime-private.pem", "ec-private.pem", "ed25519-private.pem", "rsapss-private.pem", "pkix-public.pem",
	}
	for _, name := range names {
		f.Add(decodePEM(f, name))
	}
	inside := []*keygen.Kind{keygen.ErrPassphrase, keygen.ErrNotRSA, keygen.ErrPolicy, keygen.ErrMultiPrime}
	f.Fuzz(func(t *testing.T, plain []byte) {
		if len(plain) >= 8<<10 {
			return // more than is read
		}
		data := encryptedPEM(sealed(t, plain).der())
		measured(t, 0, func() {
			key, err := keygen.ParsePrivateKey(data, testAnswer)
			wantAllowed(t, key, err)
			if err != nil && !slices.ContainsFunc(inside, func(kind *keygen.Kind) bool { return errors.Is(err, kind) }) {
				t.Errorf("got %v", err)
			}
			_, unencrypted := keygen.ParsePrivateKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain}), nil)
			if (err == nil) != (unencrypted == nil) {
				t.Errorf("encrypted %v, unencrypted %v", err, unencrypted)
			}
		})
	})
}
