//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// encryptedKey is a key file with testPassphrase.
func encryptedKey(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "k")
	drtxt("keygen", "--dir", dir, "--passphrase-file", passphraseFile(t)).want(t, 0)
	return filepath.Join(dir, "dr_privatekey.pem")
}

const testPassphrase = "test-passphrase-TEST-ONLY"

func passphraseFile(t *testing.T) string { return writeTemp(t, "passphrase", testPassphrase+"\n") }

// A passphrase comes through a descriptor that the caller opened, and as many as there
// are lines.
func TestPassphraseDescriptor(t *testing.T) {
	t.Parallel()
	private := encryptedKey(t)
	for lines, args := range map[string][]string{
		testPassphrase:          {"record", "off", "dr.example.com", "--key", private, "--passphrase-fd", "3"},
		testPassphrase + "\r\n": {"record", "off", "dr.example.com", "--key", private, "--passphrase-fd", "3"},
		testPassphrase + "\n" + testPassphrase + "\nmore\n": {"keygen", "passwd", private, "--passphrase-fd", "3", "--new-passphrase-fd", "3"},
	} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		write.WriteString(lines)
		write.Close()
		cmd := command(t, args...)
		cmd.ExtraFiles = []*os.File{read}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		status := wait(t, cmd)
		newResult(status, stdout.String(), stderr.String()).want(t, 0)
		read.Close()
	}
}

// A named pipe is a passphrase file too, as a shell makes one of <(command).
func TestPassphraseFromANamedPipe(t *testing.T) {
	t.Parallel()
	private, pipe := encryptedKey(t), filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	go os.WriteFile(pipe, []byte(testPassphrase+"\n"), 0)
	r := drtxt("record", "off", "dr.example.com", "--key", private, "--passphrase-file", pipe).want(t, 0)
	if strings.Contains(r.stderr, "warning") {
		t.Errorf("said %s", r.stderr)
	}
}

// While nobody writes a passphrase into a pipe, Ctrl-C ends the program.
func TestInterruptedWhileAPassphraseIsAwaited(t *testing.T) {
	t.Parallel()
	private, pipe := encryptedKey(t), filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(t, "record", "off", "dr.example.com", "--key", private, "--passphrase-file", pipe)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	status := wait(t, cmd)
	if r := newResult(status, stdout.String(), stderr.String()).want(t, 130); r.stdout != "" {
		t.Errorf("printed %q", r.stdout)
	}
}

// Lines as passphrase files have them.
func TestReadLine(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]struct {
		line  string
		ended bool
		rest  string
	}{
		"":                      {"", false, ""},
		"\n":                    {"", true, ""},
		"\r\n":                  {"", true, ""},
		"a":                     {"a", false, ""},
		"a\nb":                  {"a", true, "b"},
		"a\r\nb":                {"a", true, "b"},
		"a\r\r\nb":              {"a\r", true, "b"},
		" a b \n":               {" a b ", true, ""},
		strings.Repeat("a", 8):  {"aaaaaaaa", false, ""},
		strings.Repeat("a", 20): {"aaaaaaaaaa", false, "aaaaaaaaaa"},
		"12345678\r\nb":         {"12345678", true, "b"},
		"\xff\x00\n":            {"\xff\x00", true, ""},
	} {
		in := strings.NewReader(input)
		line, ended, err := readLine(in, 8)
		rest := input[len(input)-in.Len():]
		if string(line) != want.line || ended != want.ended || rest != want.rest || err != nil {
			t.Errorf("%q: got %q, %t, rest %q, %v", input, line, ended, rest, err)
		}
	}
}

// Passphrases that nobody can have meant.
func TestPassphrasesThatAreRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "k")
	for content, words := range map[string]string{
		"":                               "is empty",
		"\n" + testPassphrase + "\n":     "is empty",
		"\r\n":                           "is empty",
		"\xef\xbb\xbfTEST-ONLY\n":        "not plain text",
		"\xff\xfeT\x00E\x00\n":           "not plain text",
		"TEST\x00ONLY\n":                 "not plain text",
		strings.Repeat("x", 1024) + "\n": "more than 1023 bytes",
	} {
		drtxt("keygen", "--dir", dir, "--passphrase-file", writeTemp(t, "passphrase", content)).refused(t, 2, words, "first line")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
	longest := writeTemp(t, "passphrase", strings.Repeat("x", 1023))
	drtxt("keygen", "--dir", dir, "--passphrase-file", longest).want(t, 0)
	drtxt("record", "off", "dr.example.com", "--key", filepath.Join(dir, "dr_privatekey.pem"), "--passphrase-file", longest).want(t, 0)
}
