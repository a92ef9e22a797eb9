package verify_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// FuzzJudge takes records, one a line, a line's character-strings ending at every
// byte of the split that it holds.
func FuzzJudge(f *testing.F) {
	seeds := 0
	for _, v := range loadVectors(f) {
		var lines []string
		for _, record := range v.Records {
			lines = append(lines, strings.Join(record, "|"))
		}
		if text := strings.Join(lines, "\n"); len(text) < 2000 {
			f.Add(text, byte('|'), v.At, v.Domain)
			seeds++
		}
	}
	if seeds < 120 {
		f.Fatalf("only %d vectors became seeds", seeds)
	}
	key := loadKey(f, "test-a.public.pem")
	f.Fuzz(func(t *testing.T, text string, split byte, second int64, domain string) {
		var records []verify.TXT
		for line := range strings.SplitSeq(text, "\n") {
			records = append(records, strings.Split(line, string([]byte{split})))
		}
		for _, policy := range []verify.Policy{
			{At: at(second % (1 << 40)), Domain: domain, Keys: []verify.Key{key}, Expected: verify.ExpectOn},
			{At: at(second % (1 << 40)), AllowUnsigned: true, SkipSignature: true, WarnBefore: 1 << 50},
		} {
			checkJudgement(t, records, policy)
		}
	})
}

func checkJudgement(t *testing.T, records []verify.TXT, policy verify.Policy) {
	t.Helper()
	got := verify.Judge(records, policy)
	for _, again := range []func([]verify.TXT){slices.Reverse[[]verify.TXT], func(r []verify.TXT) { r[0], r[len(r)/2] = r[len(r)/2], r[0] }} {
		other := slices.Clone(records)
		again(other)
		if in := verify.Judge(other, policy); in.Verdict != got.Verdict || in.State != got.State || in.AsExpected != got.AsExpected {
			t.Errorf("%q: %s %v, in another order %s %v", records, got.Verdict, got.State, in.Verdict, in.State)
		}
	}
	for _, finding := range got.Findings {
		if !printable(finding.Message) || !printable(finding.Advice) || finding.Advice == "" || finding.Message == "" {
			t.Errorf("%+v", finding)
		}
	}
	if got.Verdict == verify.Valid {
		checkValid(t, records, policy)
	}
	if accepted := got.Verdict == verify.Valid || got.Verdict == verify.Unchecked || got.Verdict == verify.Unsigned; accepted != (got.Set != nil) {
		t.Errorf("%s with the set %v", got.Verdict, got.Set)
	}
	checkReport(t, verify.NewReport(got, policy))
}

// checkValid holds a valid verdict against the signature check alone.
func checkValid(t *testing.T, records []verify.TXT, policy verify.Policy) {
	t.Helper()
	var ours []string
	for _, txt := range records {
		if txtrecord.IsOurs(txt.Text()) {
			ours = append(ours, txt.Text())
		}
	}
	if len(policy.Keys) == 0 {
		t.Fatalf("%q is valid without a key", records)
	}
	if _, err := txtrecord.Verify(ours, policy.Scheme, policy.Keys[0].PublicKey); err != nil {
		t.Errorf("%q is valid, and the signature check says: %v", records, err)
	}
}

func checkReport(t *testing.T, report verify.Report) {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil || !utf8.Valid(data) {
		t.Fatalf("%q, %v", data, err)
	}
	got := decoded(t, report)
	if got["verdict"] != string(report.Verdict) || got["exit_status"] != float64(report.ExitStatus()) || len(got["findings"].([]any)) != len(report.Findings) {
		t.Errorf("%s", data)
	}
	if report.Policy.Domain == "" && !printable(report.Sentence()) {
		t.Errorf("%q", report.Sentence())
	}
	if report.ExitStatus() == verify.StatusDone && report.Set == nil && report.Verdict != verify.None {
		t.Errorf("%s ends in 0", report.Verdict)
	}
}
