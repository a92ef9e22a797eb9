package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
)

// A failingSigner signs with a key, or fails.
type failingSigner struct {
	*rsa.PrivateKey
	asked int
	fails func(asked int, pss bool) error
}

func (f *failingSigner) SignMessage(random io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	f.asked++
	_, pss := opts.(*rsa.PSSOptions)
	if err := f.fails(f.asked, pss); err != nil {
		return nil, err
	}
	return crypto.SignMessage(f.PrivateKey, random, message, opts)
}

// madeBy makes a trial with that signer, and returns what was said.
func madeBy(t *testing.T, by *failingSigner) (trial *calibration.Trial, said string, err error) {
	t.Helper()
	by.PrivateKey = testSigner(t, "test-a.private.pem")
	var stderr strings.Builder
	signs := &trialSigner{env: &environment{err: &stderr}, signing: &signing{command: "/sign"}, by: by, key: &by.PublicKey}
	trial, err = calibration.Plan{
		Domain:     "trial.example.com",
		Activation: txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Test, End: testNow.Add(24 * time.Hour)},
		TTL:        30,
		Key:        signs.key,
		Made:       testNow,
		Sign:       signs.sign,
	}.Make()
	return trial, stderr.String(), err
}

// What a signer answers that ran to its end leaves PSS out when it is asked for it for the
// first time, and so that it is not asked again; what kept it from answering does not.
func TestTrialSignerWithoutPSS(t *testing.T) {
	t.Parallel()
	for kind, left := range map[*signer.Kind]bool{
		signer.ErrSignature: true, signer.ErrOtherPadding: true, signer.ErrPadding: true, signer.ErrFailed: true,
		signer.ErrNoOutput: true, signer.ErrOutput: true, signer.ErrTooMuchOutput: true,
		signer.ErrTimeout: false, signer.ErrInterrupted: false, signer.ErrStart: false, signer.ErrWritable: false, signer.ErrNotFound: false,
	} {
		failure := &signer.Error{Path: "/sign", Kind: kind}
		by := &failingSigner{fails: func(_ int, pss bool) error {
			if pss {
				return failure
			}
			return nil
		}}
		trial, said, err := madeBy(t, by)
		if !left {
			if !errors.Is(err, kind) || by.asked != 17 || said != "" {
				t.Errorf("%v: %v, asked %d times, said %q", kind, err, by.asked, said)
			}
			continue
		}
		if err != nil || len(trial.Sets) != 16 || len(trial.Omitted) != 16 || by.asked != 2*16+1 {
			t.Errorf("%v: %v, asked %d times", kind, err, by.asked)
			continue
		}
		if !strings.HasPrefix(said, "warning: the schemes with +pss are left out") || !strings.Contains(said, failure.Error()) || strings.Count(said, "\n") != 1 {
			t.Errorf("%v: said %q", kind, said)
		}
		if strings.Contains(said, "PIN") != (kind == signer.ErrFailed) {
			t.Errorf("%v: said %q", kind, said)
		}
	}
}

// Every other failure is one, whenever it comes.
func TestTrialSignerThatFails(t *testing.T) {
	t.Parallel()
	failure := &signer.Error{Path: "/sign", Kind: signer.ErrFailed}
	for _, last := range []int{1, 2, 16, 18, 32, 33, 64} { // 17 is the first that asks for PSS
		by := &failingSigner{fails: func(asked int, _ bool) error {
			if asked == last {
				return failure
			}
			return nil
		}}
		if _, said, err := madeBy(t, by); !errors.Is(err, signer.ErrFailed) || by.asked != last || said != "" {
			t.Errorf("at the signature %d: %v, asked %d times, said %q", last, err, by.asked, said)
		}
	}
	by := &failingSigner{fails: func(int, bool) error { return fmt.Errorf("it stopped: %w", context.Canceled) }}
	if _, _, err := madeBy(t, by); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	sound := &failingSigner{fails: func(int, bool) error { return nil }}
	if trial, said, err := madeBy(t, sound); err != nil || len(trial.Sets) != 32 || sound.asked != 64 || said != "" {
		t.Errorf("%v, asked %d times, said %q", err, sound.asked, said)
	}
}
