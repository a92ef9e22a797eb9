//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// hideInput has a terminal take lines and not show what is typed, nor stop at Ctrl-Z,
// which would leave it like that to a shell. The function that it returns throws away
// what was typed and not read, and gives the terminal back its settings.
func hideInput(terminal *os.File) (show func(), err error) {
	before, err := settingsOf(terminal)
	if err != nil {
		return nil, err
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	hidden.Lflag |= unix.ICANON | unix.ISIG
	hidden.Iflag |= unix.ICRNL
	hidden.Cc[unix.VSUSP] = noCharacter
	if err := setSettings(terminal, &hidden); err != nil {
		return nil, err
	}
	continued, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(continued, syscall.SIGCONT)
	go func() {
		defer close(ended)
		for range continued { // a shell has given it other settings meanwhile
			_ = setSettings(terminal, &hidden)
		}
	}()
	return func() {
		signal.Stop(continued)
		close(continued)
		<-ended
		discardUnread(terminal)
		_ = setSettings(terminal, before)
	}, nil
}

// discardUnread throws away what was typed and not read, a line that has no end yet, too.
func discardUnread(terminal *os.File) {
	_ = control(terminal, func(fd int) { _ = discardInput(fd) })
}

func settingsOf(terminal *os.File) (settings *unix.Termios, err error) {
	controlErr := control(terminal, func(fd int) { settings, err = unix.IoctlGetTermios(fd, getTermios) })
	if controlErr != nil {
		return nil, controlErr
	}
	return settings, err
}

func setSettings(terminal *os.File, settings *unix.Termios) (err error) {
	controlErr := control(terminal, func(fd int) { err = unix.IoctlSetTermios(fd, setTermios, settings) })
	if controlErr != nil {
		return controlErr
	}
	return err
}

// control is for the descriptor of a file that must stay as it is: Fd would have reading
// from it block.
func control(file *os.File, f func(fd int)) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { f(int(fd)) })
}

// untilInterrupted has Ctrl-\ and a second Ctrl-C count as an interruption while somebody
// is asked: both would leave a terminal that shows nothing of what is typed.
func untilInterrupted(ctx context.Context) (context.Context, func()) {
	return signal.NotifyContext(ctx, syscall.SIGQUIT, syscall.SIGINT, syscall.SIGTERM)
}

// inherited reports whether a descriptor was open when the program was started: those
// that it opened itself are closed when another program is executed.
func inherited(fd int) bool {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil && flags&unix.FD_CLOEXEC == 0
}
