package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

// keyKinds are the words that a refusal says for each kind in the fixtures'
// expect.txt.
var keyKinds = map[string]*keygen.Kind{
	"PrivateGiven": keygen.ErrPrivateGiven, "PublicGiven": keygen.ErrPublicGiven, "Policy": keygen.ErrPolicy,
	"MultiPrime": keygen.ErrMultiPrime, "NotRSA": keygen.ErrNotRSA, "Encrypted": keygen.ErrEncrypted,
	"Certificate": keygen.ErrCertificate, "OtherBlock": keygen.ErrOtherBlock, "NotPEM": keygen.ErrNotPEM,
	"OpenSSH": keygen.ErrOpenSSH, "Empty": keygen.ErrEmpty, "Junk": keygen.ErrJunk, "ManyBlocks": keygen.ErrManyBlocks,
	"Headers": keygen.ErrHeaders, "Damaged": keygen.ErrDamaged, "Encryption": keygen.ErrEncryption, "Cost": keygen.ErrCost,
}

// Every malformed key file, where a private and where a public key is wanted: refused
// with its reason, nothing written.
func TestMalformedKeyFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(keysDir, "malformed")
	list, err := os.Open(filepath.Join(dir, "expect.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	records := writeTemp(t, "records.txt", "v=1;k=all;b=on\n")
	tested := 0
	for lines := bufio.NewScanner(list); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 || fields[0] == "#" {
			continue
		}
		tested++
		t.Run(fields[0], func(t *testing.T) {
			t.Parallel()
			path := keyFile(t, filepath.Join("malformed", fields[0]))
			out := filepath.Join(t.TempDir(), "out")
			signing := drtxt("record", "off", "dr.example.com", "--key", path, "--out", out)
			checkKeyFile(t, signing, fields[1], path, 0)
			if _, err := os.Stat(out); (err == nil) != (fields[1] == "ok") {
				t.Errorf("the result: %v", err)
			}
			verifying := drtxt("verify", "--file", records, "--allow-unsigned", "--public", path)
			checkKeyFile(t, verifying, fields[2], path, 0)
			explaining := drtxt("explain", "v=1;k=all;b=on", "--public", path)
			checkKeyFile(t, explaining, fields[2], path, 1)
		})
	}
	if tested < 40 {
		t.Errorf("only %d key files", tested)
	}
}

// checkKeyFile holds a run against what expect.txt says of the key file: ok, then it
// ends in that status, or the kind of the refusal.
func checkKeyFile(t *testing.T, r result, expect, path string, status int) {
	t.Helper()
	if expect == "ok" {
		r.want(t, status)
		return
	}
	kind := keyKinds[expect]
	if kind == nil {
		t.Fatalf("unknown kind %q in expect.txt", expect)
	}
	r.refused(t, 2, `"`+path+`"`, kind.Error())
}

// Key files that are none, or too much.
func TestUnreadableKeyFiles(t *testing.T) {
	t.Parallel()
	records := writeTemp(t, "records.txt", "v=1;k=all;b=on\n")
	dir := t.TempDir()
	huge := writeTemp(t, "huge.pem", strings.Repeat("-----BEGIN PUBLIC KEY-----\n", 40000))
	binary := writeTemp(t, "binary.pem", "\x00\x1b[2J\xff\x7f"+strings.Repeat("\x80", 1000))
	for path, words := range map[string]string{
		filepath.Join(dir, "missing.pem"):        "no such file",
		filepath.Join(dir, "no", "such", "file"): "no such file",
		filepath.Join(dir, "a\x1b[31m\nb"):       `a\x1b[31m\nb`,
		dir:                                      "directory",
		huge:                                     "too large",
		binary:                                   "not PEM",
		os.DevNull:                               "not a regular file",
	} {
		drtxt("record", "off", "dr.example.com", "--key", path).refused(t, 2, words)
		drtxt("verify", "--file", records, "--public", path).refused(t, 2, words)
	}
}

// A public key that is a good one, and another.
func TestForeignPublicKey(t *testing.T) {
	t.Parallel()
	records := drtxt("record", "on", "dr.example.com", "--for", "8h", "--key", keyFile(t, "test-a.private.pem")).want(t, 0).stdout
	path := writeTemp(t, "on.txt", records)
	r := drtxt("verify", "--file", path, "--public", publicKey("test-b.public.pem"), "--format", "json").want(t, 1)
	got := r.verification(t)
	if got.Verdict != "invalid" || got.State["zia"] != "undetermined" || !got.has("signature-invalid", "error") || got.Key != "" {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(r.stdout, "another key, another scheme, or altered") {
		t.Errorf("got %s", r.stdout)
	}
}
