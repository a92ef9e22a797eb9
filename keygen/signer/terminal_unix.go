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
func (t *terminal) takeBack(program int, endedWell bool) {
	if t == nil {
		return
	}
	if !t.lost(program) {
		_ = unix.IoctlSetPointerInt(t.descriptor, unix.TIOCSPGRP, t.group)
		if !endedWell {
			t.discardTyped()
		}
		_ = term.Restore(t.descriptor, t.settings)
		// Other members of this group may have been stopped meanwhile.
		_ = unix.Kill(-t.group, unix.SIGCONT)
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

// lost reports whether somebody else is in the foreground by now, such as the shell
// that this process was stopped under.
func (t *terminal) lost(program int) bool {
	foreground, err := unix.IoctlGetInt(t.descriptor, unix.TIOCGPGRP)
	switch {
	case err != nil:
		return true
	case foreground == program, foreground == t.group:
		return false
	}
	return unix.Kill(-foreground, 0) != unix.ESRCH
}
