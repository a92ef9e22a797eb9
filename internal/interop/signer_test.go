//go:build interop

package interop

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/keygen"
	external "github.com/drtxt/drtxt/keygen/signer"
)

// Secrets of the tests alone.
const (
	testOnlyPIN        = "TEST-ONLY-user-pin"
	testOnlySOPIN      = "TEST-ONLY-so-pin"
	testOnlyPassphrase = "TEST-ONLY-passphrase"
)

// A holder is a folder with the pair test-a as keygen names its files.
type holder struct{ dir string }

func newHolder(t testing.TB) *holder {
	t.Helper()
	h := &holder{t.TempDir()}
	for file, key := range map[string]string{"dr_privatekey.pem": "test-a.private.pem", "dr_publickey.pem": "test-a.public.pem"} {
		data, err := os.ReadFile("../../testdata/keys/" + key)
		if err != nil {
			t.Fatal(err)
		}
		writeIn(t, h.dir, file, string(data))
		must(t, "chmod", "600", h.path(file))
	}
	return h
}

func (h *holder) path(name string) string { return filepath.Join(h.dir, name) }

// write writes a file that nobody else can change.
func (h *holder) write(t testing.TB, name, content, mode string) string {
	t.Helper()
	writeIn(t, h.dir, name, content)
	must(t, "chmod", mode, h.path(name))
	return h.path(name)
}

// fixed are arguments that give the same records in every run.
var fixed = slices.Concat([]string{"record", "on", "dr.example.com"}, noEnd)

// fromFile are the records as the private key file signs them.
func (h *holder) fromFile(t testing.TB) string {
	t.Helper()
	return must(t, drtxt, append(slices.Clone(fixed), "--key", h.path("dr_privatekey.pem"))...)
}

// A token is one of SoftHSM's, in a folder of its own.
type token struct{ config, module string }

func newToken(t testing.TB) *token {
	t.Helper()
	dir := t.TempDir()
	must(t, "mkdir", filepath.Join(dir, "tokens"))
	k := &token{config: writeIn(t, dir, "softhsm2.conf", "directories.tokendir = "+filepath.Join(dir, "tokens")+"\n"), module: softHSM(t)}
	k.util(t, "--init-token", "--free", "--label", "drtxt", "--pin", testOnlyPIN, "--so-pin", testOnlySOPIN)
	return k
}

// softHSM is the path of SoftHSM's library.
func softHSM(t testing.TB) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/softhsm", "/usr/lib/*/softhsm", "/usr/lib64/softhsm", "/usr/lib64/pkcs11", "/usr/local/lib/softhsm"} {
		if found, _ := filepath.Glob(pattern + "/libsofthsm2.so"); len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("libsofthsm2.so is not there")
	return ""
}

// variable has SoftHSM find the token.
func (k *token) variable() string { return "SOFTHSM2_CONF=" + k.config }

// importKey puts the private key of a holder into the token.
func (k *token) importKey(t testing.TB, h *holder) {
	t.Helper()
	k.util(t, "--import", h.path("dr_privatekey.pem"), "--token", "drtxt", "--label", "dr", "--id", "01", "--pin", testOnlyPIN)
}

// util runs softhsm2-util, whose arguments are not to be seen.
func (k *token) util(t testing.TB, args ...string) {
	t.Helper()
	cmd := exec.Command("softhsm2-util", args...)
	cmd.Env = append(os.Environ(), k.variable())
	out, err := cmd.CombinedOutput()
	leaks.Check(t, "softhsm2-util", string(out))
	if err != nil {
		t.Fatalf("softhsm2-util: %v\n%s", err, out)
	}
}

// An sshAgent is a real one.
type sshAgent struct{ socket string }

// startAgent starts an agent with variables of its own.
func startAgent(t testing.TB, variables ...string) *sshAgent {
	t.Helper()
	dir, err := os.MkdirTemp("", "a") // a socket's path has at most about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	a := &sshAgent{filepath.Join(dir, "agent")}
	libraries := filepath.Dir(softHSM(t))
	if real, err := filepath.EvalSymlinks(softHSM(t)); err == nil {
		libraries += "/*," + filepath.Dir(real)
	}
	args := append(variables, "ssh-agent", "-D", "-a", a.socket, "-P", libraries+"/*")
	startProgram(t, "env", args...).await(t, func() bool { _, err := os.Stat(a.socket); return err == nil })
	return a
}

func (a *sshAgent) variable() string { return "SSH_AUTH_SOCK=" + a.socket }

// askpass is a program that answers with a secret, as ssh-add wants it.
func (h *holder) askpass(t testing.TB, secret string) []string {
	t.Helper()
	file := h.write(t, "secret", secret+"\n", "600")
	return []string{"SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS=" + h.write(t, "askpass", "#!/bin/sh\ncat '"+file+"'\n", "700")}
}

// run runs a program in the folder, with variables added to the environment, which are
// not to be seen.
func (h *holder) run(t testing.TB, variables []string, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = h.dir, append(os.Environ(), variables...), &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("%s: %v\n%s", name, err, errs.String())
	}
	return newResult(t, name, out.String(), errs.String(), cmd.ProcessState.ExitCode())
}

// The same key gives the same records from a file, from a token through pkcs11-tool, and
// from the same token through an SSH agent.
func TestTokenSignsLikeTheFile(t *testing.T) {
	t.Parallel()
	h, k := newHolder(t), newToken(t)
	k.importKey(t, h)
	want := h.fromFile(t)

	tool := strings.TrimSpace(must(t, "sh", "-c", "command -v pkcs11-tool"))
	args := append(slices.Clone(fixed), "--public", h.path("dr_publickey.pem"), "--signer-command", tool,
		"--signer-environment", "SOFTHSM2_CONF", "--signer-environment", "TEST_ONLY_PIN")
	for _, arg := range []string{"--module", k.module, "--token-label", "drtxt", "--login", "--pin", "env:TEST_ONLY_PIN", "--id", "01", "--sign", "--mechanism"} {
		args = append(args, "--signer-arg", arg)
	}
	variables := []string{k.variable(), "TEST_ONLY_PIN=" + testOnlyPIN}
	pkcs1 := append(slices.Clone(args), "--signer-arg", "SHA256-RSA-PKCS")
	r := h.run(t, variables, drtxt, pkcs1...)
	if r.status != 0 || r.out != want {
		t.Errorf("pkcs11-tool: status %d, %q, want %q\n%s", r.status, r.out, want, r.err)
	}
	pss := append(slices.Clone(args), "--signer-arg", "SHA256-RSA-PKCS-PSS")
	r = h.run(t, variables, drtxt, append(slices.Clone(pss), "--scheme", "prefix+pss")...)
	if r.status != 0 {
		t.Errorf("pkcs11-tool, PSS: status %d\n%s", r.status, r.err)
	}
	body, signature := bodyAndSignature(t, r.out)
	if !opensslVerifies(t, h.path("dr_publickey.pem"), body, signature, "-sigopt", "rsa_padding_mode:pss") {
		t.Error("openssl does not verify the token's PSS signature")
	}
	h.run(t, variables, drtxt, pss...).want(t, "the other padding", 1, "padded as pss", "hint: ")
	h.run(t, []string{k.variable(), "TEST_ONLY_PIN=wrong"}, drtxt, pkcs1...).want(t, "a wrong PIN", 1, "CKR_PIN_INCORRECT", "exit status 1", "hint: ")

	a := startAgent(t, k.variable())
	variables = append(h.askpass(t, testOnlyPIN), a.variable())
	byAgent := append(slices.Clone(fixed), "--public", h.path("dr_publickey.pem"), "--signer-agent")
	h.run(t, variables, drtxt, byAgent...).want(t, "an empty agent", 2, "it is empty, or locked", "hint: ", "ssh-add")
	if r := h.run(t, variables, "ssh-add", "-s", k.module); r.status != 0 {
		t.Fatalf("ssh-add: %s", r.err)
	}
	if r := h.run(t, variables, drtxt, byAgent...); r.status != 0 || r.out != want {
		t.Errorf("the agent: status %d, %q, want %q\n%s", r.status, r.out, want, r.err)
	}
	h.run(t, variables, drtxt, append(byAgent, "--scheme", "prefix+pss")...).want(t, "PSS by the agent", 2, "hint: ")
}

// Both fingerprints are as other programs have them, and the error that shows them is
// about the agent's keys.
func TestAgentHoldsAnotherKey(t *testing.T) {
	t.Parallel()
	h := newHolder(t)
	_, public := keyPair(t)
	a := startAgent(t)
	variables := []string{a.variable()}
	if r := h.run(t, variables, "ssh-add", h.path("dr_privatekey.pem")); r.status != 0 {
		t.Fatalf("ssh-add: %s", r.err)
	}
	listed := strings.Fields(h.run(t, variables, "ssh-add", "-l").out)
	key, err := keygen.LoadPublicKey(h.path("dr_publickey.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if len(listed) < 2 || listed[1] != external.SSHFingerprint(key) {
		t.Errorf("ssh-add lists %q, we name it %s", listed, external.SSHFingerprint(key))
	}
	args := append(slices.Clone(fixed), "--public", public, "--signer-agent")
	h.run(t, variables, drtxt, args...).want(t, "another key", 2, external.SSHFingerprint(key), keygen.Fingerprint(key), "hint: ")
	if r := h.run(t, append(h.askpass(t, testOnlyPassphrase), a.variable()), "ssh-add", "-x"); r.status != 0 {
		t.Fatalf("ssh-add: %s", r.err)
	}
	args = append(slices.Clone(fixed), "--public", h.path("dr_publickey.pem"), "--signer-agent")
	h.run(t, variables, drtxt, args...).want(t, "a locked agent", 2, "it is empty, or locked", "ssh-add -X")
}
