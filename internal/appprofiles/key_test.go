package appprofiles_test

import (
	"bufio"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/keygen"
)

// What a portal may have made of a key is read; the forms of the issue stand in a fixture
// too.
func TestParseKey(t *testing.T) {
	t.Parallel()
	text := publicKeyText(t)
	bare := strings.Join(strings.Split(strings.TrimSpace(text), "\n")[1:8], "")
	want := testKey(t, "test-a").Name
	for name, form := range map[string]string{
		"as it is":          text,
		"CRLF":              strings.ReplaceAll(text, "\n", "\r\n"),
		"CR":                strings.ReplaceAll(text, "\n", "\r"),
		"written":           strings.ReplaceAll(text, "\n", `\n`),
		"written CRLF":      strings.ReplaceAll(text, "\n", `\r\n`),
		"written twice":     strings.ReplaceAll(text, "\n", `\\n`),
		"one line":          strings.ReplaceAll(text, "\n", " "),
		"nothing between":   strings.ReplaceAll(text, "\n", ""),
		"narrow lines":      text[:27] + strings.ReplaceAll(text[27:], "w", "w\n"),
		"mark":              "\uFEFF" + text,
		"no final line end": strings.TrimSpace(text),
		"bare":              bare,
		"bare, written":     bare[:100] + `\n` + bare[100:],
		"quoted":            `"` + strings.ReplaceAll(text, "\n", `\n`) + `"`,
		"file in base64":    base64.StdEncoding.EncodeToString([]byte(text)),
	} {
		key, err := appprofiles.ParseKey(form)
		if err != nil || keygen.Fingerprint(key) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// It is no more lenient than keygen is: whatever keygen reads it reads as the same key, and
// what keygen refuses it refuses, but for what a portal does to a text.
func TestParseKeyAsKeygen(t *testing.T) {
	t.Parallel()
	lenient := map[string]bool{"bom-public.pem": true}
	files, err := filepath.Glob("../../testdata/keys/malformed/*.pem")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, refusal := keygen.ParsePublicKey(data)
		got, err := appprofiles.ParseKey(string(data))
		name := filepath.Base(file)
		switch {
		case refusal == nil && (err != nil || !got.Equal(want)):
			t.Errorf("%s: %v", name, err)
		case refusal != nil && err == nil && !lenient[name]:
			t.Errorf("%s is read, and keygen says: %v", name, refusal)
		case err != nil && got != nil:
			t.Errorf("%s: a key beside an error", name)
		}
		requireNothingOf(t, name, string(data), err)
	}
}

// requireNothingOf looks for lines of a key in an error.
func requireNothingOf(t *testing.T, name, text string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if line := lines.Text(); len(line) > 20 && !strings.HasPrefix(line, "-----") && strings.Contains(err.Error(), line[:20]) {
			t.Errorf("%s: %v quotes the key", name, err)
		}
	}
}

// A block that ends as another began is none.
func TestParseKeyLabels(t *testing.T) {
	t.Parallel()
	text := strings.Replace(publicKeyText(t), "END PUBLIC", "END RSA PUBLIC", 1)
	if _, err := appprofiles.ParseKey(text); err == nil {
		t.Error("it is read")
	}
}

// A private key is told for what it is in every form, and never shown.
func TestParseKeyPrivate(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../testdata/keys/test-b.private.pem")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(key.(*rsa.PrivateKey))
	for name, form := range map[string]string{
		"PEM":          text,
		"written":      strings.ReplaceAll(text, "\n", `\n`),
		"one line":     strings.ReplaceAll(text, "\n", " "),
		"bare":         base64.StdEncoding.EncodeToString(block.Bytes),
		"bare PKCS #1": base64.StdEncoding.EncodeToString(pkcs1),
		"in base64":    base64.StdEncoding.EncodeToString(data),
		"cut short":    text[:len(text)/2] + "\n-----END PRIVATE KEY-----",
		"no last line": text[:len(text)/2],
		"in brackets":  "<key>" + text + "</key>",
		"in JSON":      `{"key":"` + strings.ReplaceAll(text, "\n", `\n`) + `"}`,
		"narrow":       strings.Join(strings.Split(text, ""), "\n"),
		"escaped":      strings.ReplaceAll(text, " ", "%20"),
		"cut base64":   base64.StdEncoding.EncodeToString([]byte(text[:600])),
		"a comment":    "# mine\n" + text,
		"with public":  publicKeyText(t) + text,
		"encrypted":    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n",
	} {
		_, err := appprofiles.ParseKey(form)
		if !errors.Is(err, keygen.ErrPrivateGiven) {
			t.Errorf("%s: %v", name, err)
		}
		requireNothingOf(t, name, text, err)
	}
}
