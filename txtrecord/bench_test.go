package txtrecord_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// benchmarkSet is a signed pair, its key, and what openssl would be given.
func benchmarkSet(b *testing.B) (key *rsa.PrivateKey, values []string, message []byte) {
	b.Helper()
	key, err := rsa.GenerateKey(rand.Reader, txtrecord.KeyBits)
	if err != nil {
		b.Fatal(err)
	}
	values, err = txtrecord.Sign(benchmarkActivation, txtrecord.Scheme{}, key)
	if err != nil {
		b.Fatal(err)
	}
	record, err := txtrecord.Parse(values[0])
	if err != nil {
		b.Fatal(err)
	}
	return key, values, []byte(record.Body())
}

var benchmarkActivation = txtrecord.Activation{
	Type:       txtrecord.AllProducts,
	Status:     txtrecord.On,
	Forwarding: txtrecord.FailOpen,
	Start:      time.Unix(1800000000, 0),
	End:        time.Unix(1800028800, 0),
}

func BenchmarkParsePair(b *testing.B) {
	_, values, _ := benchmarkSet(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, value := range values {
			if _, err := txtrecord.Parse(value); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkJoin(b *testing.B) {
	_, values, _ := benchmarkSet(b)
	var records []txtrecord.Record
	for _, value := range values {
		r, err := txtrecord.Parse(value)
		if err != nil {
			b.Fatal(err)
		}
		records = append(records, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := txtrecord.Join(records); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	key, values, _ := benchmarkSet(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := txtrecord.Verify(values, txtrecord.Scheme{}, &key.PublicKey); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	key, _, _ := benchmarkSet(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := txtrecord.Sign(benchmarkActivation, txtrecord.Scheme{}, key); err != nil {
			b.Fatal(err)
		}
	}
}

// The bare operations of the standard library, to hold the others against.

func BenchmarkBareVerify(b *testing.B) {
	key, _, message := benchmarkSet(b)
	digest := sha256.Sum256(message)
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBareSign(b *testing.B) {
	key, _, message := benchmarkSet(b)
	digest := sha256.Sum256(message)
	for b.Loop() {
		if _, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignRatio takes turns between Sign, which verifies what it made, and the
// bare operations, and reports how many times as long Sign takes: a ratio in one run
// holds on a machine whose speed drifts.
func BenchmarkSignRatio(b *testing.B) {
	key, _, message := benchmarkSet(b)
	digest := sha256.Sum256(message)
	var ours, bare time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := txtrecord.Sign(benchmarkActivation, txtrecord.Scheme{}, key); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			b.Fatal(err)
		}
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
		ours, bare = ours+between.Sub(begin), bare+time.Since(between)
	}
	b.ReportMetric(float64(ours)/float64(bare), "times-bare")
}
