//go:build interop

package interop

import (
	"encoding/base64"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// bodyAndSignature takes a pair apart as an independent reader would: the body is
// part 1 before "n=", the signature both bh joined and then decoded.
func bodyAndSignature(t *testing.T, pair string) (body, signature string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(pair), "\n")
	if len(lines) != 2 {
		t.Fatalf("not two records: %q", pair)
	}
	body = regexp.MustCompile(`^.*;n=2;p=1;`).FindString(lines[0])
	body = strings.TrimSuffix(body, "n=2;p=1;")
	joined := ""
	for _, line := range lines {
		_, share, ok := strings.Cut(line, ";bh=")
		if !ok || body == "" {
			t.Fatalf("not a part: %q", line)
		}
		joined += share
	}
	raw, err := base64.StdEncoding.DecodeString(joined)
	if err != nil {
		t.Fatal(err)
	}
	return body, string(raw)
}

func opensslVerifies(t *testing.T, public, body, signature string, options ...string) bool {
	t.Helper()
	args := append([]string{"dgst", "-sha256", "-verify", public}, options...)
	args = append(args, "-signature", writeTemp(t, "sig.bin", signature), writeTemp(t, "body.bin", body))
	r := run(t, "", "openssl", args...)
	return r.status == 0 && strings.Contains(r.out, "Verified OK")
}

func TestOpenSSLVerifiesOurRecords(t *testing.T) {
	private, public := keyPair(t)
	for _, args := range [][]string{
		{"on", "dr.example.com", "--type", "all", "--forwarding", "fail-open", "--for", "8h"},
		{"off", "dr.example.com", "--type", "zpa"},
		{"test", "dr.example.com", "--type", "zia", "--start", "+1h", "--for", "7d", "--bind-domain"},
		{"on", "dr.example.com", "--no-end", "--scheme", "prefix"},
	} {
		pair := must(t, drtxt, append([]string{"record", "--key", private}, args...)...)
		body, signature := bodyAndSignature(t, pair)
		if !opensslVerifies(t, public, body, signature) {
			t.Errorf("%q: openssl does not verify %q", args, pair)
		}
		if opensslVerifies(t, public, strings.Replace(body, "v=1", "v=2", 1), signature) {
			t.Errorf("%q: openssl verifies another body", args)
		}
	}
}

func TestOpenSSLVerifiesOurPSSRecords(t *testing.T) {
	private, public := keyPair(t)
	pair := must(t, drtxt, "record", "off", "dr.example.com", "--key", private, "--scheme", "prefix+pss")
	body, signature := bodyAndSignature(t, pair)
	if !opensslVerifies(t, public, body, signature, "-sigopt", "rsa_padding_mode:pss") {
		t.Errorf("openssl does not verify %q", pair)
	}
	if opensslVerifies(t, public, body, signature) {
		t.Error("openssl verifies a PSS signature as PKCS #1 v1.5")
	}
}

// The same key written by openssl in each form that we read must give the same
// records, byte for byte.
func TestWeReadOpenSSLKeys(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	must(t, "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path("pkcs8.pem"))
	must(t, "openssl", "rsa", "-in", path("pkcs8.pem"), "-traditional", "-out", path("pkcs1.pem"))
	must(t, "openssl", "pkey", "-in", path("pkcs8.pem"), "-pubout", "-out", path("pkix.pem"))
	must(t, "openssl", "rsa", "-in", path("pkcs8.pem"), "-RSAPublicKey_out", "-out", path("pkcs1pub.pem"))
	must(t, "chmod", "600", path("pkcs8.pem"), path("pkcs1.pem"))
	record := []string{"record", "on", "dr.example.com", "--start", "1800000000", "--end", "253402300799", "--key"}
	want := must(t, drtxt, append(record, path("pkcs8.pem"))...)
	if got := must(t, drtxt, append(record, path("pkcs1.pem"))...); got != want {
		t.Errorf("PKCS #1 gives %q, PKCS #8 %q", got, want)
	}
	file := writeTemp(t, "on.txt", want)
	for _, public := range []string{"pkix.pem", "pkcs1pub.pem"} {
		must(t, drtxt, "verify", "--file", file, "--public", path(public), "--at", "1800000000", "--expect", "on")
	}
}

// openssl must read both files of a pair, and find that they belong together and
// that the fingerprint is the digest of the public one.
func TestOpenSSLReadsOurKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "k")
	fingerprint := strings.TrimSpace(must(t, drtxt, "keygen", "--no-passphrase", "--dir", dir))
	private, public := filepath.Join(dir, "dr_privatekey.pem"), filepath.Join(dir, "dr_publickey.pem")
	must(t, "openssl", "pkey", "-in", private, "-check", "-noout")
	derived := must(t, "openssl", "pkey", "-in", private, "-pubout")
	if written := must(t, "openssl", "pkey", "-pubin", "-in", public); written != derived {
		t.Error("the public key is not that of the private one")
	}
	text := must(t, "openssl", "pkey", "-in", private, "-noout", "-text")
	if !strings.Contains(text, "2048 bit") || !strings.Contains(text, "publicExponent: 65537") {
		t.Error("not RSA 2048 with exponent 65537")
	}
	der := writeTemp(t, "public.der", must(t, "openssl", "pkey", "-pubin", "-in", public, "-outform", "DER"))
	digest := must(t, "openssl", "dgst", "-sha256", "-binary", der)
	if want := "SHA256:" + base64.RawStdEncoding.EncodeToString([]byte(digest)); fingerprint != want {
		t.Errorf("fingerprint %s, openssl's digest says %s", fingerprint, want)
	}
}
