package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// A pair that is made and used at a terminal, while standard input is a pipe: asked
// twice, never shown, which every session sees to.
func TestPassphraseAtTheTerminal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "k")
	s := startSession(t, "not-this\nnot-this\n", "keygen", "--dir", dir)
	s.answer("New passphrase: ", testPassphrase+"\n")
	s.answer("The same again: ", testPassphrase+"\n")
	s.expect("encrypted")
	s.end(0)
	s.waitForEcho(true)
	if !strings.HasPrefix(s.stdout.String(), "SHA256:") {
		t.Errorf("printed %q", s.stdout.String())
	}
	private := filepath.Join(dir, "dr_privatekey.pem")
	if data, err := os.ReadFile(private); err != nil || !strings.HasPrefix(string(data), "-----BEGIN ENCRYPTED PRIVATE KEY-----") {
		t.Errorf("the file begins with %.40q, %v", data, err)
	}

	s = startSession(t, "", "record", "off", "dr.example.com", "--key", private)
	s.answer("Passphrase of ", "mistyped-TEST-ONLY\n")
	s.expect("once more")
	s.expect("Passphrase of ")
	s.waitForEcho(false)
	s.press("\x1a") // does nothing
	s.press(testPassphrase + "\n")
	s.end(0)
	if strings.Count(s.stdout.String(), "bh=") != 2 {
		t.Errorf("printed %q", s.stdout.String())
	}
}

// Three times wrong, or nothing typed, ends in 2 and writes nothing.
func TestPassphraseMistyped(t *testing.T) {
	t.Parallel()
	private := encryptedKey(t)
	for name, typed := range map[string][]string{
		"three times": {"a\n", "b\n", "c\n"},
		"empty":       {"\n", "\n", "\n"},
		"Ctrl-D":      {"\x04"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSession(t, "", "record", "off", "dr.example.com", "--key", private)
			for _, line := range typed {
				s.answer("Passphrase of ", line)
			}
			s.expect("hint: ")
			s.end(2)
			s.waitForEcho(true)
			if s.stdout.Len() > 0 {
				t.Errorf("printed %q", s.stdout.String())
			}
		})
	}
}

// Two that differ, an empty one, an end of input: no key is written.
func TestNewPassphraseMistyped(t *testing.T) {
	t.Parallel()
	for name, typed := range map[string][]string{
		"differ":        {testPassphrase + "\n", "another-TEST-ONLY\n"},
		"empty":         {"\n"},
		"Ctrl-D":        {"\x04"},
		"Ctrl-D, later": {testPassphrase + "\n", "\x04"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "k")
			s := startSession(t, "", "keygen", "--dir", dir)
			for i, line := range typed {
				s.answer([]string{"New passphrase: ", "The same again: "}[i], line)
			}
			s.expect("hint: ")
			s.end(2)
			s.waitForEcho(true)
			if _, err := os.Stat(dir); err == nil {
				t.Error("the folder was made")
			}
		})
	}
}

// However a prompt is interrupted, the terminal shows again what is typed.
func TestInterruptedPromptRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(*session){
		"Ctrl-C":          func(s *session) { s.press("\x03") },
		"Ctrl-C in words": func(s *session) { s.press("half\x03") },
		"Ctrl-\\":         func(s *session) { s.press("\x1c") },
		"Ctrl-Z, Ctrl-C":  func(s *session) { s.press("\x1a\x03") },
		"SIGTERM":         func(s *session) { s.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGHUP":          func(s *session) { s.cmd.Process.Signal(syscall.SIGHUP) },
		"SIGINT, SIGINT":  func(s *session) { s.cmd.Process.Signal(os.Interrupt); s.cmd.Process.Signal(os.Interrupt) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "k")
			s := startSession(t, "", "keygen", "--dir", dir)
			s.expect("New passphrase: ")
			s.waitForEcho(false)
			interrupt(s)
			s.end(130)
			if after := pseudoterminal.Settings(t, s.terminal); *after != *s.before || after.Lflag&unix.ECHO == 0 {
				t.Errorf("the terminal's settings were %+v, are %+v", s.before, after)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("the folder was made")
			}
		})
	}
}

// A key file that is replaced while the new passphrase is asked for stays as it is then.
func TestKeyReplacedWhilePassphrasesAreAskedFor(t *testing.T) {
	t.Parallel()
	private, other := encryptedKey(t), encryptedKey(t)
	s := startSession(t, "", "keygen", "passwd", private)
	s.answer("Passphrase of ", testPassphrase+"\n")
	s.expect("New passphrase: ")
	if err := os.Remove(filepath.Join(filepath.Dir(private), "dr_publickey.pem")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, private); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(private)
	if err != nil {
		t.Fatal(err)
	}
	s.waitForEcho(false)
	s.press("new-passphrase-TEST-ONLY\n")
	s.answer("The same again: ", "new-passphrase-TEST-ONLY\n")
	s.expect("was changed meanwhile; nothing was written")
	s.end(2)
	if got, err := os.ReadFile(private); string(got) != string(want) || err != nil {
		t.Errorf("the file was changed, %v", err)
	}
}

// A generated passphrase is shown once, at the terminal alone, and has to be typed.
func TestGeneratedPassphraseIsShownOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "k")
	s := startSession(t, "", "keygen", "--dir", dir, "--generate-passphrase")
	s.expect("write it down.")
	s.expect("Type it, with its hyphens")
	_, rest, _ := strings.Cut(s.screen(), "write it down.")
	words := strings.Fields(rest)[0]
	if strings.Count(words, "-") != 9 {
		t.Fatalf("shown %q", s.screen())
	}
	s.waitForEcho(false)
	s.press("something-else\n")
	s.expect("once more")
	s.answer("Type it, with its hyphens", words+"\n")
	s.end(0)
	if strings.Count(s.screen(), words) != 1 || strings.Contains(s.stdout.String(), words) {
		t.Errorf("shown %q, printed %q", s.screen(), s.stdout.String())
	}
	drtxt("record", "off", "dr.example.com", "--key", filepath.Join(dir, "dr_privatekey.pem"),
		"--passphrase-file", writeTemp(t, "words", words+"\r\nmore\n")).want(t, 0)
}
