package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// signWithKey is a program that signs, as docs/signers.md has it: with the key file in
// its first argument, told in its second how to.
func signWithKey() {
	fmt.Fprint(os.Stderr, "PIN\x1b[31m\n")
	key, err := keygen.LoadPrivateKey(os.Args[1], true, nil)
	if err != nil {
		panic(err)
	}
	message, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var options crypto.SignerOpts = crypto.SHA256
	if os.Getenv("DRTXT_PADDING") == "pss" {
		options = &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: rsa.PSSSaltLengthEqualsHash}
	}
	signature, err := crypto.SignMessage(key, rand.Reader, message, options)
	if err != nil {
		panic(err)
	}
	switch os.Args[2] {
	case "raw":
		os.Stdout.Write(signature)
	case "base64":
		text := base64.StdEncoding.EncodeToString(signature)
		fmt.Print(text[:100], "\r\n", text[100:], "\r\n")
	case "environment":
		fmt.Fprintln(os.Stderr, "environment: "+strings.Join(os.Environ(), " "))
		os.Stdout.Write(signature)
	case "fail":
		os.Stdout.Write(signature)
		os.Exit(1)
	}
}

// signerPath is the absolute path of that program.
func signerPath(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("drtxt-test-signer")
	if err != nil {
		t.Fatal(err)
	}
	if path, err = filepath.Abs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// With a key file and with a program that has the same key, the records are the same,
// byte for byte, under every scheme that allows it.
func TestSignerCommandSignsAsTheKeyFile(t *testing.T) {
	t.Parallel()
	key, path := keyFile(t, "test-a.private.pem"), signerPath(t)
	for _, scheme := range []string{"prefix", "trimmed", "values-semicolon+nok", "values+twice"} {
		record := []string{"record", "on", "dr.example.com", "--end", "2099-01-01T00:00:00Z", "--scheme", scheme}
		want := drtxt(append(record, "--key", key)...).want(t, 0).stdout
		for _, form := range []string{"raw", "base64"} {
			got := drtxt(append(record, "--signer-command", path, "--signer-arg", key, "--signer-arg", form,
				"--public", publicKey("test-a.public.pem"))...).want(t, 0)
			if got.stdout != want {
				t.Errorf("%s, %s: got %s, want %s", scheme, form, got.stdout, want)
			}
			if !strings.Contains(got.stderr, `PIN\x1b[31m`) {
				t.Errorf("its standard error is not shown, or not escaped: %q", got.stderr)
			}
		}
	}
	pss := drtxt("record", "off", "dr.example.com", "--scheme", "prefix+pss", "--signer-command", path,
		"--signer-arg", key, "--signer-arg", "raw", "--public", publicKey("test-a.public.pem")).want(t, 0)
	drtxt("verify", "--file", writeTemp(t, "off.txt", pss.stdout), "--scheme", "prefix+pss", "--public", publicKey("test-a.public.pem")).want(t, 0)
}

// A program that fails, or signs with another key, gives no records.
func TestSignerCommandThatFails(t *testing.T) {
	t.Parallel()
	key, path := keyFile(t, "test-a.private.pem"), signerPath(t)
	out := filepath.Join(t.TempDir(), "out")
	for words, args := range map[string][]string{
		"failed":                              {"--signer-arg", key, "--signer-arg", "fail", "--public", publicKey("test-a.public.pem")},
		"wrote no signature":                  {"--signer-arg", key, "--signer-arg", "nothing", "--public", publicKey("test-a.public.pem")},
		"gave a signature that does not hold": {"--signer-arg", key, "--signer-arg", "raw", "--public", publicKey("test-b.public.pem")},
	} {
		r := drtxt(append([]string{"record", "off", "dr.example.com", "--out", out, "--signer-command", path}, args...)...).want(t, 1)
		if !strings.Contains(r.stderr, words) || !strings.Contains(r.stderr, "hint: nothing was written; ") {
			t.Errorf("%q is missing in %s", words, r.stderr)
		}
		if _, err := os.Stat(out); err == nil {
			t.Error("records were written")
		}
	}
}

// Of the environment a program gets what is listed, and what it was said to get.
func TestSignerCommandEnvironment(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	env := call{env: map[string]string{"PATH": "/bin", "HOME": "/h", "AWS_PROFILE": "dr", "SECRET": "not passed on"}}
	r := env.run("record", "off", "dr.example.com", "--signer-command", signerPath(t), "--signer-arg", key, "--signer-arg", "environment",
		"--signer-environment", "AWS_PROFILE", "--signer-environment", "UNSET", "--public", publicKey("test-a.public.pem")).want(t, 0)
	_, line, _ := strings.Cut(r.stderr, "environment: ")
	line, _, _ = strings.Cut(line, "\n")
	for _, want := range []string{"PATH=/bin", "HOME=/h", "AWS_PROFILE=dr", "DRTXT_SIGNER_PROTOCOL=1", "DRTXT_SHA256=", "DRTXT_PADDING=pkcs1v15"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q is missing in %q", want, line)
		}
	}
	if strings.Contains(line, "SECRET") || strings.Contains(line, "UNSET") {
		t.Errorf("got %q", line)
	}
}

// Whatever contradicts itself is refused before anything is asked.
func TestSigningIsUnderstood(t *testing.T) {
	t.Parallel()
	key, public, path := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem"), signerPath(t)
	both := []string{"--public", public, "--public", publicKey("test-b.public.pem")}
	for name, test := range map[string]struct {
		words string
		args  []string
	}{
		"nothing":                  {"no private key to sign with", nil},
		"key and program":          {"--key and --signer-command contradict", []string{"--key", key, "--signer-command", path, "--public", public}},
		"key and agent":            {"--key and --signer-agent contradict", []string{"--key", key, "--signer-agent", "--public", public}},
		"program and agent":        {"--signer-command and --signer-agent contradict", []string{"--signer-agent", "--signer-command", path, "--public", public}},
		"unsigned and program":     {"--unsigned and --signer-command contradict", []string{"--unsigned", "--signer-command", path}},
		"program, no public":       {"needs to know the public key", []string{"--signer-command", path}},
		"agent, no public":         {"needs to know the public key", []string{"--signer-agent"}},
		"program, two public":      {"and 2 are given", append([]string{"--signer-command", path}, both...)},
		"arguments alone":          {"--signer-command, which is not given", []string{"--key", key, "--signer-arg", "x"}},
		"environment alone":        {"--signer-command, which is not given", []string{"--key", key, "--signer-environment", "X"}},
		"passphrase, no key":       {"no --key that it would open", []string{"--signer-command", path, "--public", public, "--passphrase-file", "x"}},
		"agent and PSS":            {"it knows no PSS", []string{"--signer-agent", "--public", public, "--scheme", "prefix+pss"}},
		"value in the environment": {`--signer-environment "A=B" is not the name`, []string{"--signer-command", path, "--public", public, "--signer-environment", "A=B"}},
		"relative":                 {"not an absolute path", []string{"--signer-command", "sign", "--public", public}},
		"with arguments in it":     {"cannot be looked at", []string{"--signer-command", path + " " + key, "--public", public}},
		"missing public":           {"no such file", []string{"--signer-command", path, "--public", "missing.pem"}},
		"no agent":                 {"cannot be reached", []string{"--signer-agent", "--public", public}},
		"timeout":                  {`--signer-timeout "soon"`, []string{"--key", key, "--signer-timeout", "soon"}},
		"timeout of nothing":       {`--signer-timeout "0s"`, []string{"--key", key, "--signer-timeout", "0s"}},
		"another public":           {"they are no pair", []string{"--key", key, "--public", publicKey("test-b.public.pem")}},
		"two passphrases":          {"contradict each other", []string{"--key", key, "--passphrase-file", "x", "--passphrase-fd", "0"}},
		"descriptor 1":             {"not a descriptor to read from", []string{"--key", key, "--passphrase-fd", "1"}},
		"descriptor -2":            {"not a descriptor to read from", []string{"--key", key, "--passphrase-fd", "-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drtxt(append([]string{"record", "off", "dr.example.com"}, test.args...)...).refused(t, 2, test.words)
		})
	}
	drtxt(append([]string{"record", "off", "dr.example.com", "--key", key}, both...)...).want(t, 0)
}
