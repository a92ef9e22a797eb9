package txtrecord_test

import (
	"crypto/rsa"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// A changes counts what became of the altered sets.
type changes struct{ tried, badSignature atomic.Int64 }

// tryEveryValue puts every other byte at one offset of the parts given.
func (c *changes) tryEveryValue(t *testing.T, values []string, parts []int, offset int, key *rsa.PublicKey) {
	original := values[parts[0]][offset]
	altered := slices.Clone(values)
	for step := 1; step < 256; step += changeStep {
		for _, part := range parts {
			text := []byte(values[part])
			text[offset] = original + byte(step)
			altered[part] = string(text)
		}
		c.tried.Add(1)
		set, err := txtrecord.Verify(altered, txtrecord.Scheme{}, key)
		switch {
		case err == nil || set != nil:
			t.Errorf("accepted with byte %#02x for %#02x at offset %d of parts %d: %q", original+byte(step), original, offset, parts, altered)
		case errors.Is(err, txtrecord.SignatureInvalid):
			c.badSignature.Add(1)
		}
	}
}

func TestEverySingleByteChangeIsRefused(t *testing.T) {
	key := testKey(t, "test-a")
	for name, activation := range map[string]txtrecord.Activation{"without d": plain, "with d": bound} {
		t.Run(name, func(t *testing.T) {
			values := mustSign(t, activation, txtrecord.Scheme{}, key)
			var c changes
			var wait sync.WaitGroup
			for part, value := range values {
				for offset := range value {
					wait.Go(func() { c.tryEveryValue(t, values, []int{part}, offset, &key.PublicKey) })
				}
			}
			wait.Wait()
			// Every other of the 64 characters in place of most of 342 comes as far
			// as the signature check.
			offsets := len(values[0]) + len(values[1])
			t.Logf("%d changes, %d refused by the signature alone", c.tried.Load(), c.badSignature.Load())
			if want := offsets * (254/changeStep + 1); int(c.tried.Load()) != want {
				t.Errorf("%d changes were tried, want %d", c.tried.Load(), want)
			}
			if c.badSignature.Load() < 340*63/changeStep*9/10 {
				t.Error("too few changes came as far as the signature")
			}
		})
	}
}

// The same byte changed in both parts leaves them equal: only the rules of the
// format and the signature stand against it.
func TestEveryByteChangedInBothPartsIsRefused(t *testing.T) {
	key := testKey(t, "test-a")
	values := mustSign(t, plain, txtrecord.Scheme{}, key)
	var c changes
	var wait sync.WaitGroup
	for offset := range mustParse(t, values[0])[0].Body() {
		wait.Go(func() { c.tryEveryValue(t, values, []int{0, 1}, offset, &key.PublicKey) })
	}
	wait.Wait()
	t.Logf("%d changes, %d refused by the signature alone", c.tried.Load(), c.badSignature.Load())
	if c.badSignature.Load() < 100/changeStep {
		t.Error("too few changes came as far as the signature")
	}
}
