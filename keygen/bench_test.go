package keygen_test

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"testing"
	"time"

	"golang.org/x/crypto/scrypt"

	"github.com/drtxt/drtxt/keygen"
)

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		if _, err := keygen.Generate(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParsePublicKey(b *testing.B) {
	data := fixture(b, "pkix-public.pem")
	for b.Loop() {
		if _, err := keygen.ParsePublicKey(data); err != nil {
			b.Fatal(err)
		}
	}
}

// Reading what we write takes what scrypt takes.
func BenchmarkDecryptScrypt(b *testing.B) {
	data := encodeEncrypted(b, testKey(), testPassphrase)
	benchmarkDecrypt(b, data, func() error {
		_, err := scrypt.Key([]byte(testPassphrase), testSalt, 16384, 8, 5, 32)
		return err
	})
}

// Reading what step writes takes what PBKDF2 takes.
func BenchmarkDecryptPBKDF2(b *testing.B) {
	benchmarkDecrypt(b, fixture(b, "encrypted-step-private.pem"), func() error {
		_, err := pbkdf2.Key(sha256.New, testPassphrase, testSalt, 600_000, 32)
		return err
	})
}

// benchmarkDecrypt reads data, and does beside it what cannot be spared.
func benchmarkDecrypt(b *testing.B, data []byte, derive func() error) {
	var read, derived time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := keygen.ParsePrivateKey(data, testAnswer); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		if err := derive(); err != nil {
			b.Fatal(err)
		}
		read += between.Sub(start)
		derived += time.Since(between)
	}
	b.ReportMetric(float64(read.Milliseconds())/float64(b.N), "ms/key")
	b.ReportMetric(float64(read)/float64(derived), "times-derivation")
}

// A refusal costs next to nothing, whatever the file asks for.
func BenchmarkRefuseCost(b *testing.B) {
	data := fixture(b, "encrypted-iterations-private.pem")
	for b.Loop() {
		if _, err := keygen.ParsePrivateKey(data, testAnswer); err == nil {
			b.Fatal("not refused")
		}
	}
}
