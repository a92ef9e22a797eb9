package calibration_test

import (
	"crypto/rsa"
	"path/filepath"
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
