package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/drtxt/drtxt/keygen"
)

// passphraseTries is how often a person may mistype.
const passphraseTries = 3

// unlock loads a private key, with its passphrase where it is encrypted: from its source,
// else from the person at the terminal.
func unlock(ctx context.Context, env *environment, d *dialogue, path string, allowExposed bool, source *passphraseSource) (*rsa.PrivateKey, error) {
	for try := 1; ; try++ {
		asked := false
		key, err := loadShowing(ctx, env, path, allowExposed, func() (passphrase []byte, err error) {
			if source.given() {
				return source.read(ctx, env)
			}
			asked = true
			passphrase, err = d.ask(ctx, "Passphrase of "+quoted(path)+": ")
			if err == nil && len(passphrase) > maxPassphrase {
				return passphrase, refusal(fmt.Errorf("what was typed %w", errLongPassphrase), "run it again, and type the passphrase alone")
			}
			return passphrase, askingError(err, quoted(path)+" holds an encrypted private key, and its passphrase is needed", "add --passphrase-file FILE, or --passphrase-fd N")
		})
		if !asked || try == passphraseTries || !errors.Is(err, keygen.ErrPassphrase) {
			return key, err
		}
		env.note("drtxt: that does not unlock %s: once more", quoted(path))
	}
}

// loadShowing loads a private key, and shows progress from when its passphrase is there:
// deriving the key from it can take seconds. An interruption does not wait for that.
func loadShowing(ctx context.Context, env *environment, path string, allowExposed bool, passphrase keygen.Passphrase) (*rsa.PrivateKey, error) {
	type result struct {
		key *rsa.PrivateKey
		err error
	}
	known, done := make(chan struct{}), make(chan result, 1)
	go func() {
		key, err := keygen.LoadPrivateKey(path, allowExposed, func() ([]byte, error) {
			answer, err := passphrase()
			if err == nil {
				close(known)
			}
			return answer, err
		})
		done <- result{key, err}
	}()
	select {
	case r := <-done:
		return r.key, r.err
	case <-known: // asking ends with the context by itself
	}
	defer showProgress(env, func() string { return "unlocking the private key" })()
	select {
	case r := <-done:
		return r.key, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
