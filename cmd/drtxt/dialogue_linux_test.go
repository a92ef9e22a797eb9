package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// What is typed before it is asked for answers the questions, and is not shown.
func TestPassphrasesTypedAhead(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "k")
	s := startSession(t, "", "keygen", "--dir", dir)
	s.expect("New passphrase: ")
	s.waitForEcho(false)
	s.press(testPassphrase + "\n" + testPassphrase + "\n" + "a command for the shell\n")
	s.end(0)
	if strings.Contains(s.screen(), "a command") {
		t.Errorf("shown %q", s.screen())
	}
	wantNothingTyped(t, s)
	drtxt("record", "off", "dr.example.com", "--key", filepath.Join(dir, "dr_privatekey.pem"), "--passphrase-file", passphraseFile(t)).want(t, 0)
}

// wantNothingTyped fails if what was typed too much is left for a shell to execute.
func wantNothingTyped(t *testing.T, s *session) {
	t.Helper()
	s.press("later\n")
	if err := s.terminal.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	n, err := s.terminal.Read(line)
	if got := string(line[:n]); got != "later\n" || err != nil {
		t.Errorf("a shell would read %d bytes, %v", n, err)
	}
}

// A line that is too long ends the run at once, and none of it is left for a shell.
func TestPassphraseTooLongAtTheTerminal(t *testing.T) {
	t.Parallel()
	private := encryptedKey(t)
	for _, args := range [][]string{
		{"record", "off", "dr.example.com", "--key", private},
		{"keygen", "--dir", filepath.Join(t.TempDir(), "k")},
	} {
		s := startSession(t, "", args...)
		s.expect("assphrase")
		s.waitForEcho(false)
		s.press(strings.Repeat("x", 3000) + "\n")
		s.expect("more than 1023 bytes")
		s.end(2)
		wantNothingTyped(t, s)
	}
}

// After SIGSTOP a shell may have had the terminal show again what is typed.
func TestPromptContinuedHidesAgain(t *testing.T) {
	t.Parallel()
	private := encryptedKey(t)
	s := startSession(t, "", "record", "off", "dr.example.com", "--key", private)
	s.expect("Passphrase of ")
	s.waitForEcho(false)
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := setSettings(s.terminal, s.before); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.waitForEcho(false)
	s.press(testPassphrase + "\n")
	s.end(0)
}

// Ctrl-C counts also while the key is derived and encrypted; nothing is written then.
func TestInterruptedWhileEncrypting(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond} {
		dir := filepath.Join(t.TempDir(), "k")
		s := startSession(t, "", "keygen", "--dir", dir)
		s.answer("New passphrase: ", testPassphrase+"\n")
		s.answer("The same again: ", testPassphrase+"\n")
		time.Sleep(pause)
		s.press("\x03")
		switch status := wait(t, s.cmd); status {
		case 130:
			if _, err := os.Stat(dir); err == nil {
				t.Errorf("after %s: interrupted, and the folder was made", pause)
			}
		case 0: // it was too late
			if names := files(t, dir); names != "dr_privatekey.pem dr_publickey.pem" {
				t.Errorf("after %s: there is %s", pause, names)
			}
		default:
			t.Errorf("after %s: exit status %d, shown %q", pause, status, s.screen())
		}
	}
}

// Where standard error is a terminal that is not the session's, nobody can be asked.
func TestTerminalOfAnotherSession(t *testing.T) {
	t.Parallel()
	_, terminal := pseudoterminal.Open(t)
	cmd := command(t, "record", "off", "dr.example.com", "--key", encryptedKey(t))
	cmd.Stderr = terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if status := wait(t, cmd); status != 2 {
		t.Errorf("exit status %d", status)
	}
}

// A descriptor that the program was not given, and one that shows what is typed.
func TestDescriptorsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, fd := range []string{"3", "4", "5", "6", "7", "8", "9", "4294967296", "4294967299"} {
		dir := filepath.Join(t.TempDir(), "k")
		execute(t, "", "keygen", "--dir", dir, "--passphrase-fd", fd).refused(t, 2, fd)
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: the folder was made", fd)
		}
	}
	_, terminal := pseudoterminal.Open(t)
	execute(t, "", "keygen", "--dir", filepath.Join(t.TempDir(), "k"), "--passphrase-file", terminal.Name()).refused(t, 2, "it is a terminal")
}
