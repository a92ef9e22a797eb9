//go:build unix

package signer

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A terminal is the controlling terminal, in whose foreground this process was. Its
// methods do nothing where there is none.
type terminal struct {
	descriptor int
	group      int // this process's
	settings   *term.State
	ignored    []os.Signal // those that are ignored because of it
}

// foregroundTerminal returns nil unless this process is in the foreground of a
// terminal.
func foregroundTerminal() *terminal {
	descriptor, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	t := &terminal{descriptor: descriptor, group: unix.Getpgrp()}
	foreground, err := unix.IoctlGetInt(descriptor, unix.TIOCGPGRP)
	if err == nil && foreground == t.group {
		t.settings, err = term.GetState(descriptor)
	}
	if err != nil || t.settings == nil {
		unix.Close(descriptor)
		return nil
	}
	return t
}

// handedOver keeps this process from being stopped in the background, where it may have
// to write to the terminal and has to take it back. A member of its group that reads
// from the terminal, such as a pager, would have them all stopped.
func (t *terminal) handedOver() {
	if t == nil {
		return
	}
	for _, s := range []os.Signal{unix.SIGTTIN, unix.SIGTTOU} {
		if !signal.Ignored(s) {
			signal.Ignore(s)
			t.ignored = append(t.ignored, s)
		}
	}
}

// takeBack brings this process to the foreground again, and the settings of the
// terminal back, after the program, which led the group given, has ended. Where it did
// not end well, what was typed and not read is thrown away: it may be part of a PIN,
// which a shell would show.
//
// Who holds the foreground by then keeps it. If that is no shell, it came from the
// program and left its group; the settings are not its to keep.
func (t *terminal) takeBack(program int, endedWell bool) {
	if t == nil {
		return
	}
	foreground, err := unix.IoctlGetInt(t.descriptor, unix.TIOCGPGRP)
	switch {
	case err != nil:
		// It has been hung up.
	case t.isFree(foreground, program):
		_ = unix.IoctlSetPointerInt(t.descriptor, unix.TIOCSPGRP, t.group)
		if !endedWell {
			t.discardTyped()
		}
		_ = term.Restore(t.descriptor, t.settings)
		// Other members of this group may have been stopped meanwhile.
		_ = unix.Kill(-t.group, unix.SIGCONT)
	case !isShell(foreground):
		_ = term.Restore(t.descriptor, t.settings)
	}
	for _, s := range t.ignored {
		obey(s)
	}
	unix.Close(t.descriptor)
}

// obey undoes [signal.Ignore], which [signal.Reset] does not.
func obey(s os.Signal) {
	unheard := make(chan os.Signal, 1)
	signal.Notify(unheard, s)
	signal.Stop(unheard)
}

// discardTyped reads without waiting. It leaves the terminal in raw mode, in which
// lines that were not finished can be read as well.
func (t *terminal) discardTyped() {
	if _, err := term.MakeRaw(t.descriptor); err != nil {
		return
	}
	if err := unix.SetNonblock(t.descriptor, true); err != nil {
		return
	}
	const most = 16 // a terminal holds 4 KiB
	typed := make([]byte, 1<<10)
	defer clear(typed)
	for range most {
		if n, err := unix.Read(t.descriptor, typed); n <= 0 || err != nil {
			return
		}
	}
}

// isFree reports whether the group in the foreground is this process's, the program's,
// or has no members any more.
func (t *terminal) isFree(foreground, program int) bool {
	return foreground == program || foreground == t.group || unix.Kill(-foreground, 0) == unix.ESRCH
}

// isShell reports whether a group is that of the shell which this process was started
// by, or of the session's first: either takes the foreground where it sees its job
// stopped, and has settings of its own.
func isShell(group int) bool {
	session, err := unix.Getsid(0)
	return err == nil && isIn(session, group) || isIn(unix.Getppid(), group)
}

func isIn(pid, group int) bool {
	of, err := unix.Getpgid(pid)
	return err == nil && of == group
}
