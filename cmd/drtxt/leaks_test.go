package main

import (
	"crypto/rsa"
	"fmt"
	"testing"

	"github.com/drtxt/drtxt/internal/leaks"
)

// newResult is what a run showed, which must be none of the secrets.
func newResult(status int, stdout, stderr string) result {
	if what := leaks.OfTests().Find(stdout + "\n" + stderr); what != "" {
		panic("the program shows " + what)
	}
	return result{status, stdout, stderr}
}

func TestShownSecretsAreNoticed(t *testing.T) {
	t.Parallel()
	shows := func(stdout, stderr string) (noticed bool) {
		defer func() { noticed = recover() != nil }()
		newResult(0, stdout, stderr)
		return false
	}
	key := testSigner(t, "test-b.private.pem")
	for name, text := range map[string]string{
		"a passphrase": "wrong passphrase: " + leaks.Mark + " one",
		"a key":        fmt.Sprintf("panic: %+v", *key),
		"a prime":      fmt.Sprintf("{\"p\": \"%x\"}", key.Primes[0]),
	} {
		if !shows("first line\n"+text+"\n", "") || !shows("first line", "drtxt: "+text) {
			t.Errorf("%s is not noticed", name)
		}
	}
	if shows(fingerprintA, fmt.Sprint(rsa.PublicKey(key.PublicKey))) {
		t.Error("what is public is taken for a secret")
	}
}
