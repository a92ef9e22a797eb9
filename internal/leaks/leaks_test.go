package leaks

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	keysDir      = "../../testdata/keys"
	malformedDir = "../../testdata/keys/malformed"
	privateFile  = "test-a.private.pem"
)

func load(t *testing.T, dirs ...string) *Finder {
	t.Helper()
	f, err := Load(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(keysDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// bodyLines are the lines of a PEM file without the first and the last.
func bodyLines(t *testing.T, name string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(readFile(t, name)), "\n")
	return lines[1 : len(lines)-1]
}

func privateKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(readFile(t, privateFile)))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

// What is planted is found, on its line, and named without being repeated.
func TestFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	finder, key := load(t, keysDir), privateKey(t)
	body := bodyLines(t, privateFile)
	d, p, q := key.D.Bytes(), key.Primes[0].Bytes(), key.Primes[1].Bytes()
	pkcs1 := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key))
	for name, sample := range map[string]string{
		"a passphrase":                         "passphrase: " + Mark + " of this test",
		"a passphrase in the middle":           "x" + Mark + "x",
		"a passphrase in base64":               base64.StdEncoding.EncodeToString([]byte(Mark + " one")),
		"a passphrase in base64, shifted":      base64.StdEncoding.EncodeToString([]byte("a" + Mark + " two")),
		"a passphrase in base64, shifted 2":    base64.StdEncoding.EncodeToString([]byte("ab" + Mark + " three")),
		"a passphrase in hex":                  fmt.Sprintf("%x", "ab"+Mark),
		"a passphrase as a slice":              fmt.Sprint([]byte("ab" + Mark)),
		"a passphrase as Go has it":            fmt.Sprintf("%#v", []byte("ab"+Mark)),
		"the last line of the PEM body":        body[len(body)-1],
		"a line of the middle":                 body[len(body)/2],
		"twenty characters of a line":          body[len(body)-2][7:27],
		"a whole file on a line":               fmt.Sprintf("%q", readFile(t, privateFile)),
		"another file's encoding":              pkcs1[len(pkcs1)-60:],
		"d in base64":                          base64.StdEncoding.EncodeToString(d),
		"d as a JWK has it":                    base64.RawURLEncoding.EncodeToString(d),
		"a part that a JWK writes its own way": urlPart(t, d),
		"d in hex":                             hex.EncodeToString(d),
		"p in upper case hex":                  fmt.Sprintf("%X", p),
		"p as openssl prints it":               strings.TrimSuffix(strings.ReplaceAll(fmt.Sprintf("% x", p[40:55]), " ", ":"), ":"),
		"q as Go has it":                       fmt.Sprintf("%#v", q),
		"q as a slice":                         fmt.Sprint(q),
		"q, part of a slice":                   fmt.Sprint(q[60:70]),
		"d in decimal":                         key.D.String(),
		"p in decimal":                         key.Primes[0].String(),
		"the struct":                           fmt.Sprintf("%v", key),
		"the precomputed values":               fmt.Sprint(key.Precomputed.Dp, key.Precomputed.Qinv),
		"dq":                                   key.Precomputed.Dq.Text(16),
		"raw, in quotes":                       fmt.Sprintf("%x", string(p)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := finder.Scan(strings.NewReader("=== RUN   TestX\nnothing\n    x_test.go:1: " + sample + "\nnothing"))
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Leaks) != 1 || report.Leaks[0].Line != 3 || report.Lines != 4 || report.Tests != 1 {
				t.Fatalf("not found: %+v", report)
			}
			what := report.Leaks[0].What
			if what == "" || finder.Find(what) != "" {
				t.Error("it is not named, or repeated")
			}
			if got := finder.Find("nothing\n" + sample + "\nnothing\n"); got != what {
				t.Errorf("in a text: %q, want %q", got, what)
			}
		})
	}
}

// urlPart is as much as is recognised of a number in base64, with a character in its middle
// that only the alphabet for URLs has.
func urlPart(t *testing.T, number []byte) string {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString(number)
	at := window/2 + strings.IndexAny(text[window/2:], "-_")
	return text[at-window/2 : at+window/2]
}

// Every line of every private key's body, but those of the public half, is known.
func TestKnowsTheWholeBody(t *testing.T) {
	t.Parallel()
	finder := load(t, keysDir)
	for _, name := range []string{"test-a.private.pem", "test-b.private.pem"} {
		lines := bodyLines(t, name)
		for i, line := range lines {
			// What stands before, head, modulus and exponent, is about 300 bytes, 48 a line.
			if i >= 7 && finder.Find(line) == "" {
				t.Errorf("%s: line %d of %d is not known", name, i+1, len(lines))
			}
		}
	}
}

// What is public, or is like a secret alone, is none.
func TestFindsNothingElse(t *testing.T) {
	t.Parallel()
	finder, key := load(t, keysDir, malformedDir), privateKey(t)
	modulus := key.N.Bytes()
	for name, sample := range map[string]string{
		"public keys":        readFile(t, "test-a.public.pem") + readFile(t, "test-b.public.pem") + readFile(t, "test-a.pkcs1-public.pem"),
		"a modulus":          fmt.Sprintf("%x\n%X\n%v\n%d\n%s", modulus, modulus, modulus, key.N, base64.StdEncoding.EncodeToString(modulus)),
		"the public key":     fmt.Sprintf("%v", key.PublicKey),
		"the head of a file": strings.Join(strings.Split(readFile(t, privateFile), "\n")[:2], "\n"),
		"a near mark":        "TEST ONLY, test-only, TEST_ONLY",
		"zeros":              strings.Repeat("0", 1000) + strings.Repeat(" 0", 1000) + strings.Repeat("A", 1000),
		"nothing":            "",
	} {
		report, err := finder.Scan(strings.NewReader(sample))
		if err != nil || len(report.Leaks) > 0 {
			t.Errorf("%s: %v, %+v", name, err, report.Leaks)
		}
	}
}

// A finder that knows no key would find nothing, and look as if all were well.
func TestKnowsNothing(t *testing.T) {
	t.Parallel()
	public := t.TempDir()
	if err := os.WriteFile(filepath.Join(public, "a.public.pem"), []byte(readFile(t, "test-a.public.pem")), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dirs := range map[string][]string{
		"no folder":         nil,
		"an absent folder":  {filepath.Join(public, "absent")},
		"public keys alone": {public},
		"one of two":        {keysDir, public},
	} {
		if f, err := Load(dirs...); f != nil || !errors.Is(err, ErrNoSecrets) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Keys that crypto/rsa refuses are known too.
func TestKnowsMalformedKeys(t *testing.T) {
	t.Parallel()
	finder := load(t, malformedDir)
	for _, name := range []string{"e3", "rsa512", "rsa1024", "rsa3072", "rsapss", "multiprime", "pkcs1", "pkcs8"} {
		lines := bodyLines(t, filepath.Join("malformed", name+"-private.pem"))
		if finder.Find(lines[len(lines)-2]) == "" {
			t.Errorf("%s: the end of its body is not known", name)
		}
	}
}

// A line of any length is read whole.
func TestScanLongLine(t *testing.T) {
	t.Parallel()
	finder := load(t, keysDir)
	report, err := finder.Scan(strings.NewReader(strings.Repeat("x", 1<<20) + Mark))
	if err != nil || len(report.Leaks) != 1 {
		t.Errorf("%v %+v", err, report)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func TestScanReportsErrors(t *testing.T) {
	t.Parallel()
	if _, err := load(t, keysDir).Scan(failing{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
}
