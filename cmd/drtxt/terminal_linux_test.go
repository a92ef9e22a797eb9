package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// A session is the program at a terminal of its own, with somebody who types.
type session struct {
	t        *testing.T
	cmd      *exec.Cmd
	stdout   bytes.Buffer
	typing   *os.File
	terminal *os.File

	mu    sync.Mutex
	shown []byte
	seen  int // how much of it expect has passed
}

// startSession starts the program with this standard input; standard error is the
// terminal.
func startSession(t *testing.T, stdin string, args ...string) *session {
	t.Helper()
	s := &session{t: t, cmd: command(t, args...)}
	s.typing, s.terminal = pseudoterminal.Open(t)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = strings.NewReader(stdin), &s.stdout, s.terminal
	s.cmd.Env = append(os.Environ(), "TERM=dumb")
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	go s.collect()
	return s
}

func (s *session) collect() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.typing.Read(buffer)
		s.mu.Lock()
		s.shown = append(s.shown, buffer[:n]...)
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// screen is all that was shown so far.
func (s *session) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.shown)
}

// expect waits until the text is shown, behind what was expected before.
func (s *session) expect(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if i := strings.Index(s.screen()[s.seen:], text); i >= 0 {
			s.seen += i + len(text)
			return
		}
	}
	s.t.Fatalf("%q is not shown, but %q", text, s.screen())
}

// answer waits for the question, and until the terminal shows nothing of what is typed,
// then types.
func (s *session) answer(question, typed string) {
	s.t.Helper()
	s.expect(question)
	s.waitForEcho(false)
	s.press(typed)
}

func (s *session) press(keys string) {
	s.t.Helper()
	if _, err := s.typing.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// waitForEcho waits until the terminal shows what is typed, or does not.
func (s *session) waitForEcho(want bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if pseudoterminal.Echoes(s.t, s.terminal) == want {
			return
		}
	}
	s.t.Fatalf("the terminal's echo is %t, shown %q", !want, s.screen())
}

// end waits until the program has ended with this status.
func (s *session) end(status int) {
	s.t.Helper()
	got := wait(s.t, s.cmd)
	if got != status {
		s.t.Fatalf("exit status %d, want %d; shown %q, stdout %q", got, status, s.screen(), s.stdout.String())
	}
}
