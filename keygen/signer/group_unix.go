//go:build unix

package signer

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A group is the process group that a program leads.
type group struct {
	cmd      *exec.Cmd
	terminal *terminal
}

// startGroup starts the program, in the foreground of the terminal where this process
// is there.
func startGroup(cmd *exec.Cmd) (*group, error) {
	keepDescriptors()
	g := &group{cmd: cmd, terminal: foregroundTerminal()}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if g.terminal != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: g.terminal.descriptor}
	}
	cmd.Cancel = g.terminate
	err := cmd.Start()
	// Not before: the program would inherit what is ignored.
	g.terminal.handedOver()
	if err != nil {
		// The program's process may have come to the foreground and ended there.
		g.terminal.takeBack(0, true)
		return nil, err
	}
	return g, nil
}

// terminate tells the group to end, its stopped members too.
func (g *group) terminate() error {
	if unix.Kill(-g.cmd.Process.Pid, unix.SIGTERM) == unix.ESRCH {
		return os.ErrProcessDone
	}
	_ = unix.Kill(-g.cmd.Process.Pid, unix.SIGCONT)
	return nil
}

// end kills what is left once the program has ended.
func (g *group) end() {
	_ = unix.Kill(-g.cmd.Process.Pid, unix.SIGKILL)
	g.terminal.takeBack(g.cmd.Process.Pid, g.cmd.ProcessState.Success())
}

// interrupted reports whether the program ended because of Ctrl-C. Status 130 stands
// for it where there was a terminal to type it at.
func (g *group) interrupted() bool {
	status := g.cmd.ProcessState.Sys().(syscall.WaitStatus)
	const byConvention = 128 + int(syscall.SIGINT)
	return status.Signaled() && status.Signal() == syscall.SIGINT ||
		g.terminal != nil && status.Exited() && status.ExitStatus() == byConvention
}

// keepDescriptors keeps from the program what this process itself was started with
// beyond the standard descriptors, such as one with a passphrase. All others are
// closed at exec as Go opens them.
func keepDescriptors() {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		const most = 1024 // the usual limit
		for descriptor := 3; descriptor < most; descriptor++ {
			unix.CloseOnExec(descriptor)
		}
		return
	}
	for _, entry := range entries {
		if descriptor, err := strconv.Atoi(entry.Name()); err == nil && descriptor > 2 {
			unix.CloseOnExec(descriptor)
		}
	}
}
