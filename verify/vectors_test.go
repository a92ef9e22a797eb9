package verify_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const keyFolder = "../testdata/keys"

func loadVectors(t testing.TB) []vectors.Vector {
	t.Helper()
	all, err := vectors.Load("../testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 120 {
		t.Fatalf("only %d vectors were found", len(all))
	}
	return all
}

func loadKey(t testing.TB, name string) verify.Key {
	t.Helper()
	key, err := keygen.LoadPublicKey(filepath.Join(keyFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return verify.Key{PublicKey: key, Name: keygen.Fingerprint(key)}
}

// policyOf is what a vector is judged under.
func policyOf(t testing.TB, v vectors.Vector) verify.Policy {
	t.Helper()
	policy := verify.Policy{At: time.Unix(v.At, 0), Domain: v.Domain}
	for _, name := range v.Public {
		policy.Keys = append(policy.Keys, loadKey(t, name))
	}
	if v.Scheme != "" {
		scheme, err := txtrecord.ParseScheme(v.Scheme)
		if err != nil {
			t.Fatal(err)
		}
		policy.Scheme = scheme
	}
	if err := policy.Validate(); err != nil {
		t.Fatal(err)
	}
	return policy
}

func recordsOf(v vectors.Vector) []verify.TXT {
	records := make([]verify.TXT, len(v.Records))
	for i, strings := range v.Records {
		records[i] = strings
	}
	return records
}

func stateText(p verify.Products) string {
	return fmt.Sprintf("zia=%s zpa=%s", p.InternetAccess, p.PrivateAccess)
}

// classes ties what a vector expects to the class of the error that must be behind
// a finding.
var classes = map[string]error{
	"syntax":        txtrecord.ErrSyntax,
	"incomplete":    txtrecord.ErrIncomplete,
	"mismatch":      txtrecord.ErrMismatch,
	"conflict":      txtrecord.ErrConflict,
	"bad-signature": txtrecord.ErrSignature,
}

func TestVectors(t *testing.T) {
	for _, v := range loadVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			policy := policyOf(t, v)
			got := verify.Judge(recordsOf(v), policy)
			if string(got.Verdict) != v.Verdict || stateText(got.State) != v.State {
				t.Errorf("%s: got %s, %s, want %s, %s: %v", v.Comment, got.Verdict, stateText(got.State), v.Verdict, v.State, got.Findings)
			}
			report := verify.NewReport(got, policy)
			if status := report.ExitStatus(); status != v.Exit {
				t.Errorf("%s: exit status %d, want %d", v.Comment, status, v.Exit)
			}
			checkClass(t, v, got)
			if got.Set != nil && isCanonical(got) != v.Canonical {
				t.Errorf("%s: canonical %t, want %t: %v", v.Comment, isCanonical(got), v.Canonical, got.Findings)
			}
		})
	}
}

func checkClass(t *testing.T, v vectors.Vector, got verify.Judgement) {
	t.Helper()
	want, ok := classes[v.Expect]
	if !ok {
		return
	}
	behind := func(f verify.Finding) bool { return f.Err != nil && isClass(f.Err, want) }
	if !slices.ContainsFunc(got.Findings, behind) {
		t.Errorf("%s: no finding of class %q: %v", v.Comment, want, got.Findings)
	}
}

func isCanonical(j verify.Judgement) bool {
	return !slices.ContainsFunc(j.Findings, func(f verify.Finding) bool {
		return f.Code == verify.CodeNotCanonical || f.Code == verify.CodeSeveralStrings
	})
}

// The verdict must not depend on the order in which a server lists the records.
func TestVerdictIndependentOfOrder(t *testing.T) {
	for _, v := range loadVectors(t) {
		records := recordsOf(v)
		if len(records) < 2 || len(records) > 5 {
			continue
		}
		policy := policyOf(t, v)
		want := verify.Judge(records, policy)
		for order := range permutations(records) {
			got := verify.Judge(order, policy)
			if got.Verdict != want.Verdict || got.State != want.State || !slices.Equal(codes(got), codes(want)) {
				t.Fatalf("%s: in the order %q: %s %v %q, otherwise %s %v %q", v.Name, order, got.Verdict, got.State, codes(got), want.Verdict, want.State, codes(want))
			}
		}
	}
}
