package txtrecord_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/txtrecord"
)

// The window that most tests sign.
var (
	start = time.Unix(1800000000, 0).UTC()
	end   = time.Unix(1800028800, 0).UTC()
)

// plain and bound are the activations that most tests sign: without and with d.
var (
	plain = txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On, Start: start, End: end}
	bound = txtrecord.Activation{
		Type:       txtrecord.AllProducts,
		Status:     txtrecord.On,
		Domain:     "dr.example.com",
		Forwarding: txtrecord.FailOpen,
		Start:      start,
		End:        end,
	}
)

// testKey reads a private key from testdata/keys, such as "test-a".
func testKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "keys", name+".private.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

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

// textsOf are a vector's records, each with its character-strings joined.
func textsOf(v vectors.Vector) []string {
	var texts []string
	for _, record := range v.Records {
		texts = append(texts, strings.Join(record, ""))
	}
	return texts
}

func mustScheme(t testing.TB, name string) txtrecord.Scheme {
	t.Helper()
	scheme, err := txtrecord.ParseScheme(name)
	if err != nil {
		t.Fatal(err)
	}
	return scheme
}

func mustSign(t testing.TB, a txtrecord.Activation, scheme txtrecord.Scheme, key *rsa.PrivateKey) []string {
	t.Helper()
	values, err := txtrecord.Sign(a, scheme, key)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func mustParse(t testing.TB, values ...string) []txtrecord.Record {
	t.Helper()
	records := make([]txtrecord.Record, len(values))
	for i, value := range values {
		var err error
		if records[i], err = txtrecord.Parse(value); err != nil {
			t.Fatalf("%q: %v", value, err)
		}
	}
	return records
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// permutations yields every order of the elements.
func permutations[T any](all []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) { permute(slices.Clone(all), 0, yield) }
}

func permute[T any](all []T, from int, yield func([]T) bool) bool {
	if from == len(all) {
		return yield(slices.Clone(all))
	}
	for i := from; i < len(all); i++ {
		all[from], all[i] = all[i], all[from]
		if !permute(all, from+1, yield) {
			return false
		}
		all[from], all[i] = all[i], all[from]
	}
	return true
}
