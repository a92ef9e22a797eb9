package keygen_test

import (
	"crypto/rsa"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// The fingerprint is OpenSSL's digest, whichever way the key was stored.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	want := strings.TrimSpace(string(fixture(t, "fingerprint.txt")))
	for _, name := range []string{"pkix-public.pem", "pkcs1-public.pem", "crlf-public.pem"} {
		key, err := keygen.LoadPublicKey(filepath.Join(fixtures, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := keygen.Fingerprint(key); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := keygen.Fingerprint(&testKey().PublicKey); got != want {
		t.Errorf("private key: got %s, want %s", got, want)
	}
	if got := keygen.Fingerprint(nil) + keygen.Fingerprint(new(rsa.PublicKey)); got != "" {
		t.Errorf("no key: got %s", got)
	}
}
