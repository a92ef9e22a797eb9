package keygen_test

import (
	"testing"

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
