//go:build interop

package interop

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// A reply is what somebody types when a program asks.
type reply struct{ prompt, text string }

// atTerminal runs a shell script at a terminal of its own, where somebody answers its
// questions. Standard output goes elsewhere; standard error is the terminal.
func (h *holder) atTerminal(t testing.TB, variables []string, script string, replies ...reply) result {
	t.Helper()
	typing, terminal := pseudoterminal.Open(t)
	var out bytes.Buffer
	cmd := exec.Command("sh", "-e", "-c", script)
	cmd.Dir, cmd.Env = h.dir, append(os.Environ(), variables...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, &out, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	var shown transcript
	collected := make(chan struct{}) // closed when nothing more can be shown
	go func() {
		defer close(collected)
		buffer := make([]byte, 1<<10)
		for {
			n, err := typing.Read(buffer)
			shown.Write(buffer[:n])
			if err != nil {
				return
			}
		}
	}()
	defer cmd.Process.Kill()
	seen := 0
	for _, r := range replies {
		await(t, &shown, func() bool {
			at := strings.Index(shown.String()[seen:], r.prompt)
			if at < 0 || pseudoterminal.Echoes(t, typing) {
				return false
			}
			seen += at + len(r.prompt)
			return true
		})
		fmt.Fprintln(typing, r.text)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatalf("the script does not end; the terminal shows %q", shown.String())
	}
	select {
	case <-collected:
	case <-time.After(patience):
		t.Error("the terminal is still in use, so that more may be shown there")
	}
	for _, r := range replies {
		if strings.Contains(shown.String(), r.text) {
			t.Error("the terminal shows what was typed in secret")
		}
	}
	return newResult(t, "the script or its terminal", out.String(), shown.String(), cmd.ProcessState.ExitCode())
}

func await(t testing.TB, shown *transcript, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ready(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the program does not ask; the terminal shows %q", shown.String())
		}
	}
}
