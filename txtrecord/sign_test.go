package txtrecord_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// A stubSigner is a signer whose public key and answer a test chooses.
type stubSigner struct {
	public crypto.PublicKey
	sign   func(digest []byte, opts crypto.SignerOpts) ([]byte, error)
}

func (s stubSigner) Public() crypto.PublicKey { return s.public }

func (s stubSigner) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.sign(digest, opts)
}

func TestSignIsDeterministicUnlessPSS(t *testing.T) {
	key := testKey(t, "test-a")
	for _, name := range []string{"prefix", "values+twice"} {
		if !slices.Equal(mustSign(t, bound, mustScheme(t, name), key), mustSign(t, bound, mustScheme(t, name), key)) {
			t.Errorf("%s gave two signatures for one activation", name)
		}
	}
	pss := mustScheme(t, "prefix+pss")
	if slices.Equal(mustSign(t, bound, pss, key), mustSign(t, bound, pss, key)) {
		t.Error("PSS gave the same signature twice: its salt is not random")
	}
}

func TestSignWritesWhatWasAsked(t *testing.T) {
	values := mustSign(t, bound, txtrecord.Scheme{}, testKey(t, "test-a"))
	for i, want := range []string{
		"v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;n=2;p=1;bh=",
		"v=1;k=all;b=on;m=fo;t=1800000000;x=1800028800;n=2;p=2;bh=",
	} {
		if !strings.HasPrefix(values[i], want) {
			t.Errorf("part %d is %q, want %q and a signature", i+1, values[i], want)
		}
	}
}

// Nothing is signed that could not be written.
func TestSignRefusesAnInvalidActivation(t *testing.T) {
	key := testKey(t, "test-a")
	signer := stubSigner{&key.PublicKey, func([]byte, crypto.SignerOpts) ([]byte, error) {
		t.Error("the signer was asked")
		return nil, nil
	}}
	for name, a := range map[string]txtrecord.Activation{
		"empty":               {},
		"a tag in the type":   {Type: "all;m=fc", Status: txtrecord.On},
		"a tag in d":          {Type: txtrecord.AllProducts, Status: txtrecord.On, Domain: "dr.example.com;b=off"},
		"start after end":     {Type: txtrecord.AllProducts, Status: txtrecord.On, Start: end, End: start},
		"d that does not fit": {Type: txtrecord.AllProducts, Status: txtrecord.On, Domain: domainOf(200)},
	} {
		if values, err := txtrecord.Sign(a, txtrecord.Scheme{}, signer); err == nil || values != nil {
			t.Errorf("%s: got %q, %v", name, values, err)
		}
	}
}

// generatedKey is a new key of another size than the format's.
func generatedKey(t *testing.T, bits int) *rsa.PublicKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return &key.PublicKey
}

// The policy on keys is the same for signing and for verifying, and it comes before
// the signer is asked.
func TestKeyPolicy(t *testing.T) {
	good := testKey(t, "test-a")
	set, err := txtrecord.Verify(mustSign(t, plain, txtrecord.Scheme{}, good), txtrecord.Scheme{}, &good.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		public *rsa.PublicKey
		want   txtrecord.KeyError
		reason string
	}{
		{"none", nil, txtrecord.KeyError{}, "no RSA public key"},
		{"without modulus", &rsa.PublicKey{E: 65537}, txtrecord.KeyError{}, "no RSA public key"},
		{"1024 bits", generatedKey(t, 1024), txtrecord.KeyError{Bits: 1024, Exponent: 65537}, "1024 bits, must have 2048"},
		{"3072 bits", generatedKey(t, 3072), txtrecord.KeyError{Bits: 3072, Exponent: 65537}, "3072 bits, must have 2048"},
		{"2047 bits", &rsa.PublicKey{N: new(big.Int).Rsh(good.N, 1), E: 65537}, txtrecord.KeyError{Bits: 2047, Exponent: 65537}, "2047 bits"},
		{"exponent 3", &rsa.PublicKey{N: good.N, E: 3}, txtrecord.KeyError{Bits: 2048, Exponent: 3}, "exponent is 3, must be 65537"},
		{"exponent 1", &rsa.PublicKey{N: good.N, E: 1}, txtrecord.KeyError{Bits: 2048, Exponent: 1}, "exponent is 1"},
		{"exponent 65539", &rsa.PublicKey{N: good.N, E: 65539}, txtrecord.KeyError{Bits: 2048, Exponent: 65539}, "exponent is 65539"},
	} {
		t.Run(test.name, func(t *testing.T) {
			signer := stubSigner{test.public, func([]byte, crypto.SignerOpts) ([]byte, error) {
				t.Error("the signer was asked")
				return nil, nil
			}}
			values, signErr := txtrecord.Sign(plain, txtrecord.Scheme{}, signer)
			if values != nil {
				t.Errorf("got %q", values)
			}
			for _, err := range []error{txtrecord.CheckKey(test.public), signErr, set.Verify(txtrecord.Scheme{}, test.public)} {
				fault, ok := errors.AsType[*txtrecord.KeyError](err)
				if !ok || *fault != test.want || !strings.Contains(err.Error(), test.reason) {
					t.Errorf("got %v, want %+v", err, test.want)
				}
			}
		})
	}
	if err := txtrecord.CheckKey(&good.PublicKey); err != nil {
		t.Error(err)
	}
}

// Numbers that pass for a key by their size alone verify nothing, and break nothing.
func TestMoreThanTheSizeMakesAKey(t *testing.T) {
	key := testKey(t, "test-a")
	values := mustSign(t, plain, txtrecord.Scheme{}, key)
	for name, n := range map[string]*big.Int{
		"even":        new(big.Int).Sub(key.N, big.NewInt(1)),
		"all ones":    new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 2048), big.NewInt(1)),
		"a power":     new(big.Int).Lsh(big.NewInt(1), 2047),
		"a neighbour": new(big.Int).Add(key.N, big.NewInt(2)),
	} {
		if _, err := txtrecord.Verify(values, txtrecord.Scheme{}, &rsa.PublicKey{N: n, E: 65537}); !errors.Is(err, txtrecord.SignatureInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSignWithAnotherKindOfKey(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	values, err := txtrecord.Sign(plain, txtrecord.Scheme{}, key)
	fault, ok := errors.AsType[*txtrecord.KeyError](err)
	if !ok || fault.Bits != 0 || values != nil || err.Error() != "no RSA public key" {
		t.Errorf("got %q, %v", values, err)
	}
}

var errToken = errors.New("the token was pulled out")

// A signer is a stranger: whatever it returns, only a signature that verifies under
// its own public key is published.
func TestSignerThatFails(t *testing.T) {
	key, other := testKey(t, "test-a"), testKey(t, "test-b")
	random := make([]byte, 256)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		sign func(digest []byte, opts crypto.SignerOpts) ([]byte, error)
		want error
	}{
		{"an error", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, errToken }, errToken},
		{"nothing", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, nil }, nil},
		{"a byte too few", func([]byte, crypto.SignerOpts) ([]byte, error) { return random[:255], nil }, nil},
		{"a byte too many", func([]byte, crypto.SignerOpts) ([]byte, error) { return append(slices.Clone(random), 0), nil }, nil},
		{"garbage", func([]byte, crypto.SignerOpts) ([]byte, error) { return random, nil }, txtrecord.SignatureInvalid},
		{"zeros", func([]byte, crypto.SignerOpts) ([]byte, error) { return make([]byte, 256), nil }, txtrecord.SignatureInvalid},
		{"another key's", func(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
			return other.Sign(rand.Reader, digest, opts)
		}, txtrecord.SignatureInvalid},
		{"another message's", func(_ []byte, opts crypto.SignerOpts) ([]byte, error) {
			digest := sha256.Sum256([]byte("v=1;k=all;b=off;"))
			return key.Sign(rand.Reader, digest[:], opts)
		}, txtrecord.SignatureInvalid},
		{"another padding's", func(digest []byte, _ crypto.SignerOpts) ([]byte, error) {
			return rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest, nil)
		}, txtrecord.SignatureInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			values, err := txtrecord.Sign(plain, txtrecord.Scheme{}, stubSigner{&key.PublicKey, test.sign})
			if _, ok := errors.AsType[*txtrecord.SignerError](err); !ok || values != nil {
				t.Fatalf("got %q, %v", values, err)
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if !strings.HasPrefix(err.Error(), "the signer failed: ") {
				t.Errorf("the text is %q", err)
			}
		})
	}
}

// What the signer is asked for: the digest, under SHA-256, padded by the scheme.
func TestSignerIsGivenTheDigest(t *testing.T) {
	key := testKey(t, "test-a")
	for _, name := range []string{"prefix", "prefix+pss"} {
		asked := 0
		values, err := txtrecord.Sign(plain, mustScheme(t, name), stubSigner{&key.PublicKey, func(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
			asked++
			want := sha256.Sum256([]byte(body))
			_, pss := opts.(*rsa.PSSOptions)
			if string(digest) != string(want[:]) || opts.HashFunc() != crypto.SHA256 || pss != (name == "prefix+pss") {
				t.Errorf("%s: asked for %x under %v", name, digest, opts)
			}
			return key.Sign(rand.Reader, digest, opts)
		}})
		if err != nil || len(values) != 2 || asked != 1 {
			t.Errorf("%s: got %q, %v, asked %d times", name, values, err, asked)
		}
	}
}

// A messageSigner hashes for itself, as some hardware does.
type messageSigner struct {
	*rsa.PrivateKey
	t       *testing.T
	message string
}

func (s *messageSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	s.t.Error("asked to sign a digest")
	return nil, errToken
}

func (s *messageSigner) SignMessage(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	s.message += string(message)
	digest := sha256.Sum256(message)
	return s.PrivateKey.Sign(rand.Reader, digest[:], opts)
}

func TestMessageSignerIsGivenTheMessage(t *testing.T) {
	key := testKey(t, "test-a")
	bodyDigest := sha256.Sum256([]byte(body))
	for name, want := range map[string]string{
		"prefix":       body,
		"prefix+pss":   body,
		"values":       "1allon18000000001800028800",
		"prefix+twice": string(bodyDigest[:]),
	} {
		var signer crypto.MessageSigner = &messageSigner{PrivateKey: key, t: t}
		values, err := txtrecord.Sign(plain, mustScheme(t, name), signer)
		if got := signer.(*messageSigner).message; err != nil || got != want {
			t.Errorf("%s: got the message %q, %v, want %q", name, got, err, want)
		}
		if _, err := txtrecord.Verify(values, mustScheme(t, name), &key.PublicKey); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Any length of salt is accepted, also none and the longest that fits.
func TestVerifyAcceptsAnySaltLength(t *testing.T) {
	key := testKey(t, "test-a")
	digest := sha256.Sum256([]byte(body))
	for _, salt := range []int{rsa.PSSSaltLengthAuto, 1, 20, 32, 222} {
		signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		text := base64.StdEncoding.EncodeToString(signature)
		values := []string{ending(body, "1", text[:185]), ending(body, "2", text[185:])}
		if _, err := txtrecord.Verify(values, mustScheme(t, "prefix+pss"), &key.PublicKey); err != nil {
			t.Errorf("salt of %d: %v", salt, err)
		}
	}
}

// Every field comes back from the signed values, in every combination.
func TestSignedActivationsParseBack(t *testing.T) {
	key := testKey(t, "test-b")
	windows := [][2]time.Time{{}, {start, {}}, {{}, end}, {start, end}, {start, start}, {second(0).UTC(), second(txtrecord.MaxInstant).UTC()}}
	signed := 0
	for _, product := range []txtrecord.Type{txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts} {
		for _, status := range []txtrecord.Status{txtrecord.On, txtrecord.Off, txtrecord.Test} {
			for _, forwarding := range []txtrecord.Forwarding{txtrecord.NoForwarding, txtrecord.FailOpen, txtrecord.FailClose} {
				for i, window := range windows {
					want := txtrecord.Activation{Type: product, Status: status, Forwarding: forwarding, Start: window[0], End: window[1]}
					if i%2 == 0 {
						want.Domain = fmt.Sprintf("dr%d.example.com", i)
					}
					set, err := txtrecord.Verify(mustSign(t, want, txtrecord.Scheme{}, key), txtrecord.Scheme{}, &key.PublicKey)
					if err != nil || set.Activation != want || len(set.Deviations) > 0 {
						t.Errorf("got %+v, %v, want %+v", set, err, want)
					}
					signed++
				}
			}
		}
	}
	if signed != 162 {
		t.Errorf("%d activations were signed", signed)
	}
}
