package signer_test

import (
	"bufio"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/internal/pseudoterminal"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
)

const pin = "TEST-ONLY-4711"

// A scene is what happens at a terminal.
type scene struct {
	Program string
	Args    []string
	Timeout time.Duration
	// CancelAfter interrupts this process, not the program.
	CancelAfter time.Duration
	// Background has another group stand in the foreground.
	Background bool
	// Peer has another member of this process's group read from the terminal meanwhile.
	Peer bool
	// Report is the file that the outcome is written to.
	Report string
}

// A report is how it was afterwards.
type report struct {
	Class      string // of the error
	Error      string
	Cancelled  bool // the error is context.Canceled
	Foreground bool
	Ignored    bool // SIGTTIN or SIGTTOU is
	Line       string
	Echo       bool
	PeerLine   string
}

var classes = map[string]*signer.Kind{
	"timeout": signer.ErrTimeout, "interrupted": signer.ErrInterrupted, "failed": signer.ErrFailed, "start": signer.ErrStart,
}

func init() {
	parts["shell"] = beShell
	parts["scene"] = playScene
	parts["read-pin"] = readPIN
	parts["read-line"] = readLine
	parts["status-130"] = func([]string) int { return 130 }
	parts["leave-foreground"] = func([]string) int { time.Sleep(time.Hour); return 0 }
	parts["list-descriptors"] = listDescriptors
	parts["with-descriptors"] = withDescriptors
}

// beShell leads the session, and has the scene played by a group in the foreground. A
// group that nobody in its session watches over would not be stopped.
func beShell(args []string) int {
	cmd := exec.Command(self(), append([]string{"scene"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: 0}
	if err := cmd.Run(); err != nil {
		return 19
	}
	return 0
}

// playScene signs at a terminal as cmd does, and then goes on using it.
func playScene(args []string) int {
	var s scene
	if err := json.Unmarshal([]byte(args[0]), &s); err != nil {
		return 20
	}
	r, err := s.play()
	if err != nil {
		r.Error = "the scene: " + err.Error()
	}
	text, err := json.Marshal(r)
	if err != nil || os.WriteFile(s.Report, text, 0o600) != nil {
		return 21
	}
	return 0
}

func (s *scene) play() (r report, err error) {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return r, err
	}
	defer terminal.Close()
	if s.Background {
		other := exec.Command(self(), "leave-foreground")
		other.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: int(terminal.Fd())}
		if err := other.Start(); err != nil {
			return r, err
		}
		defer other.Process.Kill()
	}
	var peer *exec.Cmd
	var said strings.Builder
	if s.Peer {
		peer = exec.Command(self(), "read-line", "later")
		peer.Stdout = &said
		if err := peer.Start(); err != nil {
			return r, err
		}
	}
	key, err := keygen.LoadPublicKey(testKeys + "test-a.public.pem")
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.CancelAfter > 0 {
		time.AfterFunc(s.CancelAfter, cancel)
	}
	command, err := signer.NewCommand(ctx, signer.CommandOptions{Path: s.Program, Args: s.Args, PublicKey: key, Timeout: s.Timeout, Stderr: os.Stderr})
	if err != nil {
		return r, err
	}
	_, err = sign(command, crypto.SHA256)
	for class, kind := range classes {
		if errors.Is(err, kind) {
			r.Class = class
		}
	}
	if err != nil {
		r.Error, r.Cancelled = err.Error(), errors.Is(err, context.Canceled)
	}
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return r, err
	}
	r.Foreground, r.Ignored, r.Echo = foreground == unix.Getpgrp(), signal.Ignored(syscall.SIGTTOU) || signal.Ignored(syscall.SIGTTIN), echoes(int(terminal.Fd()))
	if !r.Foreground {
		return r, nil
	}
	if peer != nil {
		fmt.Fprintln(os.Stderr, "for the peer")
		peer.Wait()
		r.PeerLine = said.String()
	}
	fmt.Fprintln(os.Stderr, "more?")
	r.Line, err = bufio.NewReader(terminal).ReadString('\n')
	return r, err
}

func self() string {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return path
}

func echoes(descriptor int) bool {
	settings, err := unix.IoctlGetTermios(descriptor, unix.TCGETS)
	return err == nil && settings.Lflag&unix.ECHO != 0 && settings.Lflag&unix.ICANON != 0
}

// readPIN asks at the terminal, and signs if it is the right one.
func readPIN(args []string) int {
	if signal.Ignored(syscall.SIGTTOU) || signal.Ignored(syscall.SIGTTIN) {
		return 29
	}
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 30
	}
	fmt.Fprint(os.Stderr, "PIN: ")
	typed, err := term.ReadPassword(int(terminal.Fd()))
	if err != nil || string(typed) != pin {
		return 31
	}
	return parts["sign"](args)
}

func readLine(args []string) int {
	if slices.Contains(args, "later") {
		time.Sleep(500 * time.Millisecond)
	}
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 32
	}
	line, err := bufio.NewReader(terminal).ReadString('\n')
	fmt.Print(line)
	if err != nil {
		return 33
	}
	return 0
}

// A stage is a terminal with a session of its own.
type stage struct {
	t      *testing.T
	typing *os.File
	cmd    *exec.Cmd
	report string
	// collected is closed when there is nothing more to come.
	collected chan struct{}

	mu    sync.Mutex
	shown []byte
	seen  int // how much of it await has passed
}

// begin starts the scene. Its terminal may never show a secret of the tests.
func (s *scene) begin(t *testing.T) *stage {
	t.Helper()
	typing, terminal := pseudoterminal.Open(t)
	defer terminal.Close()
	s.Report = filepath.Join(t.TempDir(), "report")
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "shell", string(text))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	at := &stage{t: t, typing: typing, cmd: cmd, report: s.Report, collected: make(chan struct{})}
	t.Cleanup(at.close)
	go at.collect()
	return at
}

// close ends the session if it has not ended, and looks for secrets in all that the
// terminal showed.
func (s *stage) close() {
	s.t.Helper()
	s.cmd.Process.Kill()
	s.cmd.Wait()
	select {
	case <-s.collected:
	case <-time.After(20 * time.Second):
		s.t.Error("the terminal is still in use, so that more may be shown there")
	}
	leaks.Check(s.t, "the terminal", s.screen())
}

func (s *stage) collect() {
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
func (s *stage) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.shown)
}

// await waits until the terminal shows a text, behind what was awaited before.
func (s *stage) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if i := strings.Index(s.screen()[s.seen:], text); i >= 0 {
			s.seen += i + len(text)
			return
		}
	}
	t.Fatalf("the terminal does not show %q, but %q", text, s.screen())
}

func (s *stage) write(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(s.typing, text); err != nil {
		t.Fatal(err)
	}
}

// end is how the scene ended.
func (s *stage) end(t *testing.T) report {
	t.Helper()
	if err := s.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.report)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	leaks.Check(t, "the error", r.Error)
	return r
}

// A program can ask for a PIN at the terminal although it has a process group of its own.
func TestProgramAsksForAPIN(t *testing.T) {
	t.Parallel()
	s := scene{Program: program, Args: []string{"read-pin", keyFile(t, "test-a")}}
	at := s.begin(t)
	at.await(t, "PIN: ")
	at.awaitSilence(t)
	at.write(t, pin+"\n")
	at.await(t, "more?")
	at.write(t, "later\n")
	if got, want := at.end(t), (report{Foreground: true, Echo: true, Line: "later\n"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// awaitSilence waits until the terminal does not echo any more.
func (s *stage) awaitSilence(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		settings, err := unix.IoctlGetTermios(int(s.typing.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if settings.Lflag&unix.ECHO == 0 {
			return
		}
	}
	t.Fatal("the terminal still echoes")
}

// However the program ends, this process has its terminal again as it was, and a PIN
// that was typed halfway does not come to light.
func TestTerminalAfterwards(t *testing.T) {
	t.Parallel()
	garbage := filepath.Join(t.TempDir(), "garbage")
	writeExecutable(t, garbage, "garbage")
	asks := []string{"read-pin", keyFile(t, "test-a")}
	for title, c := range map[string]struct {
		scene scene
		typed string
		want  report
	}{
		"time limit":       {scene{Args: asks, Timeout: time.Second}, pin[:10], report{Class: "timeout"}},
		"interrupted here": {scene{Args: asks, CancelAfter: time.Second}, pin[:10], report{Class: "interrupted", Cancelled: true}},
		"Ctrl-C":           {scene{Args: asks}, pin[:10] + "\x03", report{Class: "interrupted", Cancelled: true}},
		"Ctrl-Z":           {scene{Args: asks, Timeout: 2 * time.Second}, pin[:10] + "\x1a", report{Class: "timeout"}},
		"Ctrl-\\":          {scene{Args: asks}, "\x1c", report{Class: "failed"}},
		"wrong PIN":        {scene{Args: asks}, "TEST-ONLY-0000\n", report{Class: "failed"}},
		"status 130":       {scene{Args: []string{"status-130"}}, "", report{Class: "interrupted", Cancelled: true}},
		"not started":      {scene{Program: garbage}, "", report{Class: "start"}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			if c.scene.Program == "" {
				c.scene.Program = program
			}
			at := c.scene.begin(t)
			if c.typed != "" {
				at.await(t, "PIN: ")
				at.awaitSilence(t)
				at.write(t, c.typed)
			}
			at.await(t, "more?")
			at.write(t, "later\n")
			got := at.end(t)
			if got.Error == "" {
				t.Error("no error")
			}
			c.want.Foreground, c.want.Echo, c.want.Line = true, true, "later\n"
			if got.Error = ""; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// A process in the background does not take the terminal from who has it: its program
// is stopped when it reads from there, and ended at the time limit.
func TestProgramInTheBackground(t *testing.T) {
	t.Parallel()
	s := scene{Program: program, Args: []string{"read-line"}, Timeout: time.Second, Background: true}
	got := s.begin(t).end(t)
	if got.Error = ""; got != (report{Class: "timeout", Echo: true}) {
		t.Errorf("%+v", got)
	}
}

// A pager that reads from the terminal meanwhile is stopped; it goes on afterwards.
func TestPeerGoesOn(t *testing.T) {
	t.Parallel()
	s := scene{Program: program, Args: []string{"read-pin", keyFile(t, "test-a")}, Peer: true}
	at := s.begin(t)
	at.await(t, "PIN: ")
	at.awaitSilence(t)
	time.Sleep(time.Second) // the peer reads, and is stopped
	at.write(t, pin+"\n")
	at.await(t, "for the peer")
	at.write(t, "peer\n")
	at.await(t, "more?")
	at.write(t, "later\n")
	if got, want := at.end(t), (report{Foreground: true, Echo: true, Line: "later\n", PeerLine: "peer\n"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// listDescriptors writes which descriptors it was started with.
func listDescriptors(args []string) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 40
	}
	var open []string
	for _, entry := range entries {
		target, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && !ofRuntime(target) {
			open = append(open, entry.Name())
		}
	}
	if os.WriteFile(args[0], []byte(strings.Join(open, " ")), 0o600) != nil {
		return 41
	}
	return parts["sign"](args[1:])
}

// ofRuntime reports whether Go opened a file for itself.
func ofRuntime(target string) bool {
	return slices.ContainsFunc([]string{"anon_inode:", "/proc/", "/sys/fs/cgroup/"}, func(prefix string) bool {
		return strings.HasPrefix(target, prefix)
	})
}

// withDescriptors signs, having been started with more descriptors than three.
func withDescriptors(args []string) int {
	if _, err := os.NewFile(3, "inherited").Stat(); err != nil {
		return 42
	}
	key, err := keygen.LoadPublicKey(testKeys + "test-a.public.pem")
	if err != nil {
		return 43
	}
	command, err := signer.NewCommand(context.Background(), signer.CommandOptions{Path: self(), Args: args, PublicKey: key})
	if err != nil {
		return 44
	}
	if _, err := sign(command, crypto.SHA256); err != nil {
		return 45
	}
	return 0
}

// The program has no descriptor but the standard ones, not even those that this process
// was started with: one may lead to a passphrase.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	secret, err := os.Open(keyFile(t, "test-b"))
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	list := filepath.Join(t.TempDir(), "list")
	cmd := exec.Command(program, "with-descriptors", "list-descriptors", list, keyFile(t, "test-a"))
	cmd.ExtraFiles = []*os.File{secret, secret, secret}
	out, err := cmd.CombinedOutput()
	leaks.Check(t, "the program", string(out))
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	got, err := os.ReadFile(list)
	if err != nil || !slices.Equal(strings.Fields(string(got)), []string{"0", "1", "2"}) {
		t.Errorf("%q, %v", got, err)
	}
}
