//go:build interop

package interop

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// recipe is a block of docs/signers.md, by the name behind its fence. Each of the texts to
// be replaced, as pairs of old and new, must stand in it.
func recipe(t testing.TB, name string, replacements ...string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/signers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n```sh "+name+"\n")
	text, _, ended := strings.Cut(rest, "\n```\n")
	if !found || !ended {
		t.Fatalf("docs/signers.md has no block %s", name)
	}
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(text, replacements[i]) {
			t.Fatalf("the block %s does not hold %q", name, replacements[i])
		}
	}
	return strings.NewReplacer(replacements...).Replace(text) + "\n"
}

// drtxtRecipe is a block that makes records, with an end that is the same in every run.
func drtxtRecipe(t testing.TB, name string, replacements ...string) string {
	t.Helper()
	return recipe(t, name, append([]string{"drtxt record", drtxt + " record", "--for 8h", strings.Join(noEnd, " ")}, replacements...)...)
}

// script runs a shell script in the folder.
func (h *holder) script(t testing.TB, variables []string, text string) result {
	t.Helper()
	return h.run(t, variables, "sh", "-e", "-c", text)
}

// wantRecords checks that a block has made what the key file makes.
func (h *holder) wantRecords(t testing.TB, title string, r result) {
	t.Helper()
	if want := h.fromFile(t); r.status != 0 || r.out != want {
		t.Errorf("%s: status %d, %q, want %q\n%s", title, r.status, r.out, want, r.err)
	}
}

// lookUp is the path of a program.
func lookUp(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDocumentedOpenSSL(t *testing.T) {
	t.Parallel()
	h := newHolder(t)
	line := drtxtRecipe(t, "drtxt-openssl", "/usr/bin/openssl", lookUp(t, "openssl"), "/etc/drtxt/dr_privatekey.pem", h.path("dr_privatekey.pem"))
	h.wantRecords(t, "openssl", h.script(t, nil, line))

	encrypted := h.path("encrypted.pem")
	must(t, "openssl", "pkcs8", "-topk8", "-scrypt", "-in", h.path("dr_privatekey.pem"), "-out", encrypted,
		"-passout", "file:"+h.write(t, "passphrase", testOnlyPassphrase, "600"))
	line = strings.ReplaceAll(line, h.path("dr_privatekey.pem"), encrypted)
	h.wantRecords(t, "openssl with a passphrase", h.atTerminal(t, nil, line, reply{"pass phrase for " + encrypted + ":", testOnlyPassphrase}))

	path := h.write(t, "sign-openssl", recipe(t, "sign-openssl"), "755")
	args := append(slices.Clone(fixed), "--public", h.path("dr_publickey.pem"), "--signer-command", path, "--signer-arg", h.path("dr_privatekey.pem"))
	h.wantRecords(t, "the script", h.run(t, nil, drtxt, args...))
	h.run(t, nil, drtxt, append(args, "--scheme", "prefix+pss")...).want(t, "the script under PSS", 0)
}

func TestDocumentedToken(t *testing.T) {
	t.Parallel()
	h, k := newHolder(t), newToken(t)
	variables := []string{k.variable()}
	module := []string{"/usr/lib/softhsm/libsofthsm2.so", k.module}
	memory := []string{"/dev/shm/drtxt", "/dev/shm/" + filepath.Base(h.dir) + filepath.Base(t.TempDir())}
	pin := reply{"Please enter User PIN: ", testOnlyPIN}
	toTerminal := "exec >/dev/tty\n" // pkcs11-tool asks on standard output
	h.atTerminal(t, variables, toTerminal+recipe(t, "import-token", append(module, memory...)...), pin, pin).want(t, "import", 0)
	if left, _ := filepath.Glob(memory[1] + "*"); len(left) > 0 {
		t.Errorf("the private key is left in %q", left)
	}

	must(t, "mv", h.path("dr_publickey.pem"), h.path("uploaded.pem"))
	h.script(t, variables, recipe(t, "public-token", module...)).want(t, "the public key", 0)
	must(t, "cmp", h.path("dr_publickey.pem"), h.path("uploaded.pem"))

	asks := h.write(t, "sign-token", recipe(t, "sign-token", module...), "755")
	line := strings.TrimSuffix(drtxtRecipe(t, "drtxt-token", "/usr/local/libexec/drtxt/sign-token", asks), "\n") + " --signer-environment SOFTHSM2_CONF"
	h.wantRecords(t, "PIN at the terminal", h.atTerminal(t, variables, line, pin))
	h.atTerminal(t, variables, line+" --scheme prefix+pss", pin).want(t, "PIN at the terminal, PSS", 0)
	h.atTerminal(t, variables, line, reply{pin.prompt, "TEST-ONLY-wrong"}).want(t, "a wrong PIN", 1, "CKR_PIN_INCORRECT")
	h.atTerminal(t, variables, line, reply{pin.prompt, "\x03"}).want(t, "Ctrl-C", 130)

	file := h.write(t, "token-pin", testOnlyPIN+"\n", "600")
	service := h.write(t, "sign-token-service", recipe(t, "sign-token-service", append(module, "/etc/drtxt/token-pin", file)...), "755")
	line = strings.ReplaceAll(line, asks, service)
	h.wantRecords(t, "PIN of a service", h.script(t, variables, line))
	h.script(t, variables, line+" --scheme prefix+pss").want(t, "PIN of a service, PSS", 0)
}

// kms does what AWS KMS does with a request to sign.
func kms(t testing.TB, h *holder, asked *[]string) http.Handler {
	key, err := keygen.LoadPrivateKey(h.path("dr_privatekey.pem"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			KeyID            string `json:"KeyId"`
			Message          []byte
			MessageType      string
			SigningAlgorithm string
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || r.Header.Get("X-Amz-Target") != "TrentService.Sign" {
			http.Error(w, `{"__type":"ValidationException"}`, http.StatusBadRequest)
			return
		}
		*asked = append(*asked, request.KeyID+" "+request.MessageType+" "+request.SigningAlgorithm)
		digest := request.Message
		if request.MessageType == "RAW" {
			sum := sha256.Sum256(request.Message)
			digest = sum[:]
		}
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest)
		if err != nil {
			http.Error(w, `{"__type":"ValidationException"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		json.NewEncoder(w).Encode(map[string]any{"KeyId": request.KeyID, "Signature": signature, "SigningAlgorithm": request.SigningAlgorithm})
	})
}

func TestDocumentedAWS(t *testing.T) {
	t.Parallel()
	h := newHolder(t)
	var asked []string
	server := httptest.NewServer(kms(t, h, &asked))
	defer server.Close()
	must(t, "mkdir", h.path(".aws"))
	h.write(t, ".aws/credentials", "[test-only]\naws_access_key_id = TEST-ONLY\naws_secret_access_key = TEST-ONLY\n", "600")
	variables := []string{"HOME=" + h.dir, "AWS_PROFILE=test-only", "AWS_REGION=us-east-1"}
	path := "/usr/bin/aws"
	if _, err := os.Stat(path); err != nil {
		path = lookUp(t, "aws")
	}
	line := drtxtRecipe(t, "drtxt-aws", "/usr/bin/aws", path, "--signer-arg kms", "--signer-arg --endpoint-url --signer-arg "+server.URL+" --signer-arg kms")
	h.wantRecords(t, "aws", h.script(t, variables, line))
	if want := "alias/drtxt RAW RSASSA_PKCS1_V1_5_SHA_256"; len(asked) != 1 || asked[0] != want {
		t.Errorf("KMS was asked for %q, want %q", asked, want)
	}

	asked = nil
	digest := h.write(t, "sign-aws-digest", recipe(t, "sign-aws-digest", "aws kms", path+" --endpoint-url "+server.URL+" kms"), "755")
	args := append(slices.Clone(fixed), "--public", h.path("dr_publickey.pem"), "--signer-command", digest,
		"--signer-environment", "AWS_PROFILE", "--signer-environment", "AWS_REGION")
	h.wantRecords(t, "the digest alone", h.run(t, variables, drtxt, args...))
	if want := "alias/drtxt DIGEST RSASSA_PKCS1_V1_5_SHA_256"; len(asked) != 1 || asked[0] != want {
		t.Errorf("KMS was asked for %q, want %q", asked, want)
	}
}

func TestDocumentedAgent(t *testing.T) {
	t.Parallel()
	h, k := newHolder(t), newToken(t)
	k.importKey(t, h)
	sign := drtxtRecipe(t, "drtxt-agent")

	must(t, "openssl", "pkcs8", "-topk8", "-scrypt", "-in", h.path("dr_privatekey.pem"), "-out", h.path("encrypted.pem"),
		"-passout", "file:"+h.write(t, "passphrase", testOnlyPassphrase, "600"))
	must(t, "chmod", "600", h.path("encrypted.pem"))
	fromFile := startAgent(t)
	variables := append(h.askpass(t, testOnlyPassphrase), fromFile.variable())
	h.script(t, variables, recipe(t, "agent-file", "dr_privatekey.pem", "encrypted.pem")).want(t, "ssh-add", 0)
	h.wantRecords(t, "a key from a file", h.script(t, variables, sign))

	must(t, "mv", h.path("dr_publickey.pem"), h.path("uploaded.pem"))
	h.script(t, variables, recipe(t, "public-agent")).want(t, "the public key", 0)
	must(t, "cmp", h.path("dr_publickey.pem"), h.path("uploaded.pem"))

	for answer, status := range map[string]int{"true": 0, "false": 1} {
		confirming := startAgent(t, "SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS="+lookUp(t, answer), "DISPLAY=none")
		h.script(t, []string{confirming.variable()}, recipe(t, "agent-confirm")).want(t, "ssh-add -c", 0)
		if r := h.script(t, []string{confirming.variable()}, sign); status == 0 {
			h.wantRecords(t, "confirmed", r)
		} else {
			r.want(t, "not confirmed", status, "the SSH agent gave no usable answer", "hint: ")
		}
	}

	withToken := startAgent(t, k.variable())
	variables = append(h.askpass(t, testOnlyPIN), withToken.variable())
	module := []string{"/usr/lib/softhsm/libsofthsm2.so", k.module}
	h.script(t, variables, recipe(t, "agent-token", module...)).want(t, "ssh-add -s", 0)
	h.wantRecords(t, "a token", h.script(t, variables, sign))
	h.script(t, variables, recipe(t, "agent-token-away", module...)).want(t, "ssh-add -e", 0)
	h.script(t, variables, sign).want(t, "a token that is gone", 2)
}
