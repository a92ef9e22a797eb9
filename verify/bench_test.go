package verify_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// The verdict on a set must take at most 1.15 times the bare verification of its
// signature.

func BenchmarkJudge(b *testing.B) {
	records, policy := verify.Values(signed(b, window(txtrecord.On))...), trusting(b)
	b.ReportAllocs()
	for b.Loop() {
		if got := verify.Judge(records, policy); got.Verdict != verify.Valid {
			b.Fatal(got.Findings)
		}
	}
}

func BenchmarkBareVerify(b *testing.B) {
	set, err := txtrecord.Verify(signed(b, window(txtrecord.On)), txtrecord.Scheme{}, trusting(b).Keys[0].PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(set.Parts[0].Signature() + set.Parts[1].Signature())
	if err != nil {
		b.Fatal(err)
	}
	key, digest := trusting(b).Keys[0].PublicKey, sha256.Sum256([]byte(set.Parts[0].Body()))
	b.ReportAllocs()
	for b.Loop() {
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudgeRatio takes turns between the two and reports how many times as long
// the judgement takes: a ratio in one run holds on a machine whose speed drifts.
func BenchmarkJudgeRatio(b *testing.B) {
	records, policy := verify.Values(signed(b, window(txtrecord.On))...), trusting(b)
	set, err := txtrecord.Verify([]string{records[0].Text(), records[1].Text()}, policy.Scheme, policy.Keys[0].PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	digest := sha256.Sum256([]byte(set.Parts[0].Body()))
	var ours, bare time.Duration
	for b.Loop() {
		begin := time.Now()
		if got := verify.Judge(records, policy); got.Verdict != verify.Valid {
			b.Fatal(got.Findings)
		}
		between := time.Now()
		if err := rsa.VerifyPKCS1v15(policy.Keys[0].PublicKey, crypto.SHA256, digest[:], set.Signature); err != nil {
			b.Fatal(err)
		}
		ours, bare = ours+between.Sub(begin), bare+time.Since(between)
	}
	b.ReportMetric(float64(ours)/float64(bare), "times-bare")
}
