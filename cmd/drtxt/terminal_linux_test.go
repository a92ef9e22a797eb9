package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// A session is the program at a terminal of its own, with somebody who types.
type session struct {
	t        *testing.T
	cmd      *exec.Cmd
	stdout   bytes.Buffer
	typing   *os.File
	terminal *os.File
	before   *unix.Termios // the terminal's settings when the program had not begun
	// showsSecrets is for the one that does so on purpose.
	showsSecrets bool
	// collected is closed when there is nothing more to come.
	collected chan struct{}

	mu    sync.Mutex
	shown []byte
	seen  int // how much of it expect has passed
}

// startSession starts the program with this standard input; standard error is the
// terminal. Neither that nor standard output may ever show a secret of the tests.
func startSession(t *testing.T, stdin string, args ...string) *session {
	t.Helper()
	cmd := command(t, args...)
	cmd.Stdin = strings.NewReader(stdin)
	return startAtTerminal(t, cmd)
}

// startAtTerminal starts a command; standard error is the terminal, and standard input too
// where the command has none.
func startAtTerminal(t *testing.T, cmd *exec.Cmd) *session {
	t.Helper()
	s := &session{t: t, cmd: cmd, collected: make(chan struct{})}
	s.typing, s.terminal = pseudoterminal.Open(t)
	s.before = pseudoterminal.Settings(t, s.terminal)
	if cmd.Stdin == nil {
		cmd.Stdin = s.terminal
	}
	cmd.Stdout, cmd.Stderr = &s.stdout, s.terminal
	cmd.Env = append(cmd.Environ(), "TERM=dumb")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	go s.collect()
	return s
}

// close ends the program if it has not ended, and looks for secrets in all that it showed.
func (s *session) close() {
	s.t.Helper()
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
	s.terminal.Close()
	select {
	case <-s.collected:
	case <-time.After(20 * time.Second):
		s.t.Error("the terminal is still in use, so that more may be shown there")
	}
	if !s.showsSecrets {
		s.check(s.t)
	}
}

// check fails the test if a secret of the tests was shown.
func (s *session) check(t testing.TB) {
	t.Helper()
	leaks.Check(t, "the terminal", s.screen())
	leaks.Check(t, "standard output", s.stdout.String())
}

func (s *session) collect() {
	defer close(s.collected)
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

// end waits until the program has ended with this status, and all that it showed is there.
func (s *session) end(status int) {
	s.t.Helper()
	got := wait(s.t, s.cmd)
	s.drain()
	if got != status {
		s.t.Fatalf("exit status %d, want %d; shown %q, stdout %q", got, status, s.screen(), s.stdout.String())
	}
}

// drain waits until what was shown has been collected: what the test shows itself comes
// behind it.
func (s *session) drain() {
	const behind = "\x1e"
	if _, err := s.terminal.WriteString(behind); err != nil {
		return // it was hung up, and nothing more will come
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		s.mu.Lock()
		shown, found := bytes.CutSuffix(s.shown, []byte(behind))
		s.shown = shown
		s.mu.Unlock()
		if found {
			return
		}
	}
}

// skipLongWalk leaves out what runs many processes one after the other where tests are to
// be short, as under the race detector, which would not see more in it.
func skipLongWalk(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a long walk through processes; run without -short")
	}
}

// A recorder takes down what a check says.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func TestSecretsAtTheTerminalAreNoticed(t *testing.T) {
	t.Parallel()
	for where, args := range map[string][]string{
		"the terminal":    {"no-such-command-" + leaks.Mark},
		"standard output": {"explain", "v=1;k=" + leaks.Mark},
	} {
		s := startSession(t, "", args...)
		s.showsSecrets = true
		wait(t, s.cmd)
		s.close() // all of it is there
		r := &recorder{TB: t}
		s.check(r)
		if want := []string{where + " shows a test passphrase or PIN"}; !slices.Equal(r.said, want) {
			t.Errorf("it says %q, want %q", r.said, want)
		}
	}
}
