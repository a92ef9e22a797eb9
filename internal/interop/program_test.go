//go:build interop

package interop

import (
	"bytes"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
)

// patience is how long a server may take to start, to reload, or to hear of a change.
const patience = 15 * time.Second

// A program runs in the background until the test ends or stops it.
type program struct {
	name  string
	cmd   *exec.Cmd
	log   transcript
	ended chan struct{}
}

// startProgram starts a program that stays in the foreground of its process, so that it
// can be ended by its process id and leaves nothing behind.
func startProgram(t testing.TB, name string, args ...string) *program {
	t.Helper()
	p := &program{name: name, cmd: exec.Command(name, args...), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.start(t)
	return p
}

func (p *program) start(t testing.TB) {
	t.Helper()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		p.stop()
		leaks.Check(t, p.name, p.log.String())
	})
}

// stop ends the program and waits until it has ended.
func (p *program) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.cmd.Process.Kill()
		<-p.ended
	}
}

// reload makes a server read its configuration again.
func (p *program) reload(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
}

// await waits until the program is ready, as the given check has it.
func (p *program) await(t testing.TB, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if ready() {
			return
		}
		select {
		case <-p.ended:
			t.Fatalf("%s has ended\n%s", p.name, p.log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%s is not ready\n%s", p.name, p.log.String())
}

// A transcript can be read while a program still writes to it.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
