package signer_test

import (
	"crypto"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen/signer"
)

// A right signature with the other padding is told apart from a wrong one, both ways.
func TestOtherPaddingIsAClassOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked         crypto.SignerOpts
		always        string
		found, wanted string
	}{
		{pssOptions, "pkcs1v15", "padded as pkcs1v15", "pss"},
		{crypto.SHA256, "pss", "padded as pss", "pkcs1v15"},
	} {
		_, err := sign(newCommand(t, program, "sign-always", c.always, keyFile(t, "test-a")), c.asked)
		failure := wantError(t, err, signer.ErrOtherPadding)
		if failure.Found != c.found || failure.Wanted != c.wanted {
			t.Errorf("found %q, wanted %q", failure.Found, failure.Wanted)
		}
		if !errors.Is(err, signer.ErrSignature) {
			t.Errorf("%v is no bad signature", err)
		}
	}
	_, err := sign(newCommand(t, program, "sign", keyFile(t, "test-b")), pssOptions)
	if wantError(t, err, signer.ErrSignature); errors.Is(err, signer.ErrOtherPadding) {
		t.Errorf("%v is about the padding", err)
	}
}

func init() {
	// sign-always PADDING KEYFILE signs with one padding, whatever it is asked for.
	parts["sign-always"] = func(args []string) int {
		if err := os.Setenv("DRTXT_PADDING", args[0]); err != nil {
			return 50
		}
		return parts["sign"](args[1:])
	}
}

// What a program is told to do about a bad signature makes no sense for an agent.
func TestHintsForAgents(t *testing.T) {
	t.Parallel()
	for title, kind := range map[string]*signer.Kind{"signature": signer.ErrSignature, "padding": signer.ErrOtherPadding} {
		program, agent := (&signer.Error{Kind: kind}).Hint(), (&signer.Error{Kind: kind, Agent: true}).Hint()
		if !strings.Contains(program, "DRTXT_PADDING") {
			t.Errorf("%s: a program is told %q", title, program)
		}
		if strings.Contains(agent, "DRTXT") || strings.Contains(agent, "standard input") || !strings.Contains(agent, "agent") {
			t.Errorf("%s: an agent's user is told %q", title, agent)
		}
	}
	if (&signer.Error{Kind: signer.ErrTimeout, Agent: true}).Hint() != (&signer.Error{Kind: signer.ErrTimeout}).Hint() {
		t.Error("a hint is lost for agents")
	}
}
