//go:build interop

package txtrecord_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// openssl says whether openssl verifies a signature over a message by test-a.
func openssl(t *testing.T, scheme txtrecord.Scheme, message, signature []byte) (verified bool) {
	t.Helper()
	dir := t.TempDir()
	messageFile, signatureFile := filepath.Join(dir, "message"), filepath.Join(dir, "signature")
	for path, data := range map[string][]byte{messageFile: message, signatureFile: signature} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"dgst", "-sha256", "-verify", filepath.Join("..", "testdata", "keys", "test-a.public.pem"), "-signature", signatureFile}
	if scheme.PSS() {
		args = append(args, "-sigopt", "rsa_padding_mode:pss")
	}
	out, err := exec.Command("openssl", append(args, messageFile)...).Output()
	switch answer := strings.TrimSpace(string(out)); {
	case err == nil && answer == "Verified OK":
		return true
	case err != nil && answer == "Verification failure":
		return false
	default:
		t.Fatalf("openssl says %q, %v", answer, err)
		return false
	}
}

// A peer that nobody here wrote agrees with every scheme, and sees one changed byte.
// Where it is not installed the test fails: whoever asks for interop has to bring it.
func TestOpenSSLVerifiesEveryScheme(t *testing.T) {
	key := testKey(t, "test-a")
	schemes := txtrecord.Schemes()
	if len(schemes) != 64 {
		t.Fatalf("%d schemes", len(schemes))
	}
	for _, scheme := range schemes {
		t.Run(scheme.String(), func(t *testing.T) {
			t.Parallel()
			set, err := txtrecord.Join(mustParse(t, mustSign(t, bound, scheme, key)...))
			if err != nil {
				t.Fatal(err)
			}
			message := scheme.Message(set.Parts[0])
			if !openssl(t, scheme, message, set.Signature) {
				t.Error("openssl does not verify the signature")
			}
			message[len(message)/2] ^= 1
			if openssl(t, scheme, message, set.Signature) {
				t.Error("openssl verifies the signature over another message")
			}
			message[len(message)/2] ^= 1
			set.Signature[200] ^= 1
			if openssl(t, scheme, message, set.Signature) {
				t.Error("openssl verifies another signature")
			}
		})
	}
}

// By hand, as an administrator would: cut part 1 before n=, join the two bh, decode
// with openssl too.
func TestOpenSSLDecodesAndVerifies(t *testing.T) {
	values := mustSign(t, bound, txtrecord.Scheme{}, testKey(t, "test-a"))
	_, one, _ := strings.Cut(values[0], "bh=")
	_, two, _ := strings.Cut(values[1], "bh=")
	decode := exec.Command("openssl", "base64", "-d", "-A")
	decode.Stdin = strings.NewReader(one + two)
	signature, err := decode.Output()
	if err != nil || len(signature) != 256 {
		t.Fatalf("openssl decodes %d bytes, %v", len(signature), err)
	}
	message, _, _ := strings.Cut(values[0], "n=2")
	if !openssl(t, txtrecord.Scheme{}, []byte(message), signature) {
		t.Error("openssl does not verify the signature")
	}
}
