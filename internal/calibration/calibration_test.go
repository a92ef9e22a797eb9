package calibration_test

import (
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const keysDir = "../../testdata/keys"

func publicKey(t testing.TB, name string) *rsa.PublicKey {
	t.Helper()
	key, err := keygen.LoadPublicKey(filepath.Join(keysDir, name+".public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func privateKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.LoadPrivateKey(filepath.Join(keysDir, name+".private.pem"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// vectorSets loads the vectors by their names.
func loadVectors(t testing.TB) map[string]vectors.Vector {
	t.Helper()
	all, err := vectors.Load("../../testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]vectors.Vector{}
	for _, v := range all {
		byName[v.Name] = v
	}
	return byName
}

// set joins the records of a vector.
func set(t testing.TB, v vectors.Vector) *txtrecord.Set {
	t.Helper()
	var records []txtrecord.Record
	for _, strings := range v.Records {
		record, err := txtrecord.Parse(verify.TXT(strings).Text())
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	joined, err := txtrecord.Join(records)
	if err != nil {
		t.Fatal(err)
	}
	return joined
}

func names(schemes []txtrecord.Scheme) string {
	var all []string
	for _, s := range schemes {
		all = append(all, s.String())
	}
	return strings.Join(all, " ")
}

// For every scheme that there is, openssl made a vector, and exactly that scheme is found
// on it, with the right one of several keys.
func TestFindEveryScheme(t *testing.T) {
	all := loadVectors(t)
	keys := []*rsa.PublicKey{publicKey(t, "test-b"), publicKey(t, "test-a")}
	for _, scheme := range txtrecord.Schemes() {
		name := "scheme-" + strings.ReplaceAll(scheme.String(), "+", "-")
		v, ok := all[name]
		if !ok {
			t.Errorf("there is no vector %s", name)
			continue
		}
		if v.Scheme != scheme.String() || v.Verdict != "valid" {
			t.Errorf("%s is about %q, %s", name, v.Scheme, v.Verdict)
		}
		match, ok := calibration.Find(set(t, v), keys)
		if !ok || names(match.Schemes) != scheme.String() || match.Key != 1 || len(match.Open) > 0 {
			t.Errorf("%s: %t, found %s, key %d, open %v", name, ok, names(match.Schemes), match.Key, match.Open)
		}
		if _, ok := calibration.Find(set(t, v), keys[:1]); ok {
			t.Errorf("%s: found under another key", name)
		}
	}
}

// What a pair does not have, it cannot tell.
func TestFindEquals(t *testing.T) {
	all := loadVectors(t)
	key := []*rsa.PublicKey{publicKey(t, "test-a")}
	for name, want := range map[string]struct{ schemes, open string }{
		"valid-all-on":                {"prefix prefix+nod", "d"},
		"valid-k-absent-on":           {"prefix prefix+nok prefix+nod prefix+nok+nod", "k d"},
		"valid-2022-shape":            {"prefix prefix+nok", "k"},
		"scheme-values-2022-shape":    {"values values+nok", "k"},
		"scheme-prefix-nok-k-absent":  {"prefix prefix+nok prefix+nod prefix+nok+nod", "k d"},
		"scheme-prefix-nok-k-altered": {"prefix+nok prefix+nok+nod", "d"},
		"scheme-prefix-pss-salt-32":   {"prefix+pss", ""},
		"scheme-prefix-pss-salt-222":  {"prefix+pss", ""},
		"valid-d-in-both-parts":       {"prefix", ""},
		"valid-order-part-2-first":    {"prefix prefix+nod", "d"},
		"window-all-on-after-end":     {"prefix prefix+nod", "d"}, // the time does not count
	} {
		match, ok := calibration.Find(set(t, all[name]), key)
		if !ok || names(match.Schemes) != want.schemes || strings.Join(match.Open, " ") != want.open || match.Scheme() != match.Schemes[0] {
			t.Errorf("%s: %t, %s, open %q; want %s, %q", name, ok, names(match.Schemes), match.Open, want.schemes, want.open)
		}
	}
}

// What the bare RSA operation shows of signatures that fit no scheme. The digests are
// those of sha256sum and the like over what generate.sh has signed.
func TestOpen(t *testing.T) {
	all := loadVectors(t)
	for name, want := range map[string]struct {
		d      calibration.Diagnosis
		digest string // its beginning, in hexadecimal
	}{
		"bad-signature-sha1":                      {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-1"}, ""},
		"bad-signature-sha384":                    {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-384"}, ""},
		"bad-signature-sha512":                    {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-512"}, ""},
		"bad-signature-text-and-newline":          {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-256"}, ""},
		"bad-signature-text-with-n":               {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-256"}, ""},
		"bad-signature-empty-text":                {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-256"}, "e3b0c44298fc1c14"},
		"bad-signature-padding-without-null":      {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-256"}, ""},
		"bad-signature-digest-without-digestinfo": {calibration.Diagnosis{Origin: calibration.PKCS1Data}, ""},
		"bad-signature-digest-in-hexadecimal":     {calibration.Diagnosis{Origin: calibration.PKCS1, Hash: "SHA-256"}, ""},
		"bad-signature-padding-block-type-0":      {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-padding-block-type-2":      {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-padding-no-separator":      {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-padding-one-byte-other":    {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"scheme-prefix-pss-mgf1-sha1":             {calibration.Diagnosis{Origin: calibration.PSS, Hash: "SHA-256", MaskHash: "SHA-1"}, ""},
		"scheme-prefix-pss":                       {calibration.Diagnosis{Origin: calibration.PSS, Hash: "SHA-256", MaskHash: "SHA-256"}, ""},
		"scheme-prefix-pss-salt-32":               {calibration.Diagnosis{Origin: calibration.PSS, Hash: "SHA-256", MaskHash: "SHA-256", Salt: 32}, ""},
		"scheme-prefix-pss-salt-222":              {calibration.Diagnosis{Origin: calibration.PerhapsPSS, Hash: "SHA-256", MaskHash: "SHA-256", Salt: 222}, ""},
		"bad-signature-other-key":                 {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-reversed":                  {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-zero":                      {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-one":                       {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-modulus":                   {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
		"bad-signature-all-ones":                  {calibration.Diagnosis{Origin: calibration.Unknown}, ""},
	} {
		v, ok := all[name]
		if !ok {
			t.Errorf("there is no vector %s", name)
			continue
		}
		got := calibration.Open(set(t, v).Signature, publicKey(t, strings.TrimSuffix(v.Public[0], ".public.pem")))
		digest := hex.EncodeToString(got.Digest)
		got.Digest = nil
		if !reflect.DeepEqual(got, want.d) || !strings.HasPrefix(digest, want.digest) {
			t.Errorf("%s: %+v, digest %s; want %+v", name, got, digest, want.d)
		}
		if size := map[string]int{"SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}[got.Hash]; got.Origin == calibration.PKCS1 && len(digest) != size {
			t.Errorf("%s: a digest of %d characters", name, len(digest))
		}
	}
}

// The digest that a signature opens to is the one that was signed.
func TestOpenDigest(t *testing.T) {
	all := loadVectors(t)
	got := calibration.Open(set(t, all["valid-all-on"]).Signature, publicKey(t, "test-a"))
	// printf %s 'v=1;k=all;b=on;t=1800000000;x=1800028800;' | sha256sum
	const want = "bb0e1d959acacec297a2b49f37909d450a7122a165d9e5d12e99a60b864bc52b"
	if hex.EncodeToString(got.Digest) != want {
		t.Errorf("got %x, want %s", got.Digest, want)
	}
}

// A signature beyond the modulus is none (RFC 8017 §5.2.2), whatever it is modulo that.
func TestOpenBeyondTheModulus(t *testing.T) {
	key := publicKey(t, "test-a")
	signature := set(t, loadVectors(t)["valid-signature-leading-zero-byte"]).Signature
	if got := calibration.Open(signature, key); got.Origin != calibration.PKCS1 {
		t.Fatalf("the signature itself: %+v", got)
	}
	beyond := new(big.Int).Add(new(big.Int).SetBytes(signature), key.N)
	if got := calibration.Open(beyond.FillBytes(make([]byte, 257)), key); got.Origin != calibration.Unknown {
		t.Errorf("got %+v", got)
	}
}

// A signature of another length does not make it panic.
func TestOpenOddSizes(t *testing.T) {
	key := publicKey(t, "test-a")
	for _, signature := range [][]byte{nil, {1}, make([]byte, 300), slices.Repeat([]byte{0xff}, 300)} {
		if got := calibration.Open(signature, key); got.Origin != calibration.Unknown {
			t.Errorf("%d bytes: %+v", len(signature), got)
		}
	}
}

// The order of a trial, and why: see Likely.
func TestLikely(t *testing.T) {
	likely := calibration.Likely()
	if len(likely) != len(txtrecord.Schemes()) {
		t.Fatalf("%d schemes", len(likely))
	}
	const first = "prefix trimmed values+nok values-semicolon+nok values values-semicolon prefix+nok trimmed+nok " +
		"prefix+nod trimmed+nod values+nok+nod values-semicolon+nok+nod values+nod values-semicolon+nod prefix+nok+nod trimmed+nok+nod " +
		"prefix+pss trimmed+pss"
	if got := names(likely); !strings.HasPrefix(got, first+" ") || !strings.HasSuffix(got, " trimmed+nok+nod+pss+twice") {
		t.Errorf("got %s", got)
	}
	seen := map[string]bool{}
	for _, s := range likely {
		seen[s.String()] = true
	}
	if len(seen) != len(likely) {
		t.Errorf("%d of %d are distinct", len(seen), len(likely))
	}
}

// Of schemes that sign the same bytes, the first stays.
func TestDistinct(t *testing.T) {
	for text, want := range map[string]int{
		"v=1;k=zia;b=test;x=1800000000":                  32,
		"v=1;k=zia;b=test;d=dr.example.com;x=1800000000": 64,
		"v=1;b=test;x=1800000000":                        16,
		"v=1;d=dr.example.com;b=test;x=1800000000;t=1":   32,
	} {
		record, _ := txtrecord.Examine(text + ";n=2;p=1;bh=")
		distinct := calibration.Distinct(&record, calibration.Likely())
		if len(distinct) != want || distinct[0] != (txtrecord.Scheme{}) {
			t.Errorf("%s: %d, want %d", text, len(distinct), want)
		}
	}
}

// Every scheme is said in words of its own.
func TestWords(t *testing.T) {
	seen := map[string]string{}
	for _, s := range txtrecord.Schemes() {
		words := calibration.Words(s)
		if seen[words] != "" {
			t.Errorf("%s and %s: %s", s, seen[words], words)
		}
		seen[words] = s.String()
		if strings.Contains(words, "PSS") != s.PSS() || strings.Contains(words, "twice") != strings.HasSuffix(s.String(), "+twice") {
			t.Errorf("%s: %s", s, words)
		}
	}
}
