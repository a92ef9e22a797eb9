package txtrecord_test

import (
	"crypto/rsa"
	"errors"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/txtrecord"
)

var holds = []string{"valid", "scheduled", "expired"}

func schemeOf(t testing.TB, v vectors.Vector) txtrecord.Scheme {
	t.Helper()
	if v.Scheme == "" {
		return txtrecord.Scheme{}
	}
	return mustScheme(t, v.Scheme)
}

// Under PKCS #1 v1.5 a signature is a function of key and message, so Sign has to
// give byte for byte what openssl and a shell script gave.
func TestSignEqualsOpenSSL(t *testing.T) {
	keys := map[string]*rsa.PrivateKey{
		"test-a.public.pem":       testKey(t, "test-a"),
		"test-a.pkcs1-public.pem": testKey(t, "test-a"),
		"test-b.public.pem":       testKey(t, "test-b"),
	}
	compared, bySchemes := 0, map[txtrecord.Scheme]int{}
	for _, v := range loadVectors(t) {
		scheme := schemeOf(t, v)
		if !slices.Contains(holds, v.Expect) || !v.Canonical || scheme.PSS() {
			continue
		}
		want := slices.DeleteFunc(textsOf(v), func(text string) bool { return !txtrecord.IsOurs(text) })
		slices.SortFunc(want, func(a, b string) int { return mustParse(t, a)[0].Part - mustParse(t, b)[0].Part })
		signer := slices.IndexFunc(v.Public, func(name string) bool {
			_, err := txtrecord.Verify(want, scheme, &keys[name].PublicKey)
			return err == nil
		})
		if signer < 0 {
			t.Errorf("%s: does not verify under any of %q", v.Name, v.Public)
			continue
		}
		got, err := txtrecord.Sign(mustParse(t, want[0])[0].Activation, scheme, keys[v.Public[signer]])
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v, want %q", v.Name, got, err, want)
		}
		compared++
		bySchemes[scheme]++
	}
	t.Logf("%d sets compared, under %d schemes", compared, len(bySchemes))
	if compared < 100 || len(bySchemes) < 17 {
		t.Error("that is fewer than there were")
	}
}

// Each vector with a signed set of one key, straight through Verify. Of the records
// that stand at the name, those that are not ours are left alone.
func TestVectorsThroughVerify(t *testing.T) {
	public := map[string]*rsa.PublicKey{
		"test-a.public.pem":       &testKey(t, "test-a").PublicKey,
		"test-a.pkcs1-public.pem": &testKey(t, "test-a").PublicKey,
		"test-b.public.pem":       &testKey(t, "test-b").PublicKey,
	}
	classes := map[string]error{
		"syntax":        txtrecord.ErrSyntax,
		"incomplete":    txtrecord.ErrIncomplete,
		"conflict":      txtrecord.ErrConflict,
		"bad-signature": txtrecord.ErrSignature,
		"unsigned":      txtrecord.ErrUnsigned,
		"none":          txtrecord.ErrNoRecord,
		"foreign":       txtrecord.ErrNoRecord,
	}
	judged := 0
	for _, v := range loadVectors(t) {
		want, refused := classes[v.Expect]
		if len(v.Public) != 1 || !refused && !slices.Contains(holds, v.Expect) {
			continue
		}
		judged++
		ours := slices.DeleteFunc(textsOf(v), func(text string) bool { return !txtrecord.IsOurs(text) })
		set, err := txtrecord.Verify(ours, schemeOf(t, v), public[v.Public[0]])
		if refused && (!errors.Is(err, want) || set != nil) || !refused && err != nil {
			t.Errorf("%s: got %v, want %s", v.Name, err, v.Expect)
		}
	}
	t.Logf("%d vectors judged", judged)
	if judged < 500 {
		t.Errorf("only %d vectors were judged", judged)
	}
}

// Parts that differ are refused whether the signature holds or not; Altered tells
// one altered set from the halves of two. That d is another name than the one at
// which the set stands is for the caller to see.
func TestVectorsWhosePartsDiffer(t *testing.T) {
	key := &testKey(t, "test-a").PublicKey
	byClass := map[string]int{}
	for _, v := range loadVectors(t) {
		if v.Expect != "mismatch" || len(v.Public) != 1 {
			continue
		}
		texts := textsOf(v)
		set, err := txtrecord.Verify(texts, schemeOf(t, v), key)
		switch fault, _ := errors.AsType[*txtrecord.RecordError](err); {
		case err == nil && v.Domain != "" && set.Activation.Domain != v.Domain:
			byClass["domain"]++
		case errors.Is(err, txtrecord.ErrUnsigned):
			byClass["unsigned"]++
		case errors.Is(err, txtrecord.PartsDiffer):
			byClass["parts"]++
		case errors.Is(err, txtrecord.MixedHalves) && txtrecord.Altered(mustParse(t, texts...), schemeOf(t, v), key):
			byClass["altered"]++
		default:
			t.Errorf("%s: got %v, %v", v.Name, set, fault)
		}
	}
	t.Log(byClass)
	for _, class := range []string{"domain", "parts", "altered"} {
		if byClass[class] == 0 {
			t.Errorf("no vector of the class %s was judged", class)
		}
	}
}
