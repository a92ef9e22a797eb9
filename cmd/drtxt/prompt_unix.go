//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// hideInput has a terminal take lines and not show what is typed. The function that it
// returns gives it back its settings.
func hideInput(terminal *os.File) (show func(), err error) {
	before, err := settingsOf(terminal)
	if err != nil {
		return nil, err
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	hidden.Lflag |= unix.ICANON | unix.ISIG
	hidden.Iflag |= unix.ICRNL
	if err := setSettings(terminal, &hidden); err != nil {
		return nil, err
	}
	return func() { _ = setSettings(terminal, before) }, nil
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

// withoutStops has Ctrl-\ and a second Ctrl-C count as an interruption, and Ctrl-Z do
// nothing: all of them would leave a terminal that shows nothing of what is typed.
func withoutStops(ctx context.Context) (context.Context, func()) {
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGQUIT, syscall.SIGINT, syscall.SIGTERM)
	stops := make(chan os.Signal, 1) // nobody reads it; Reset would not undo Ignore
	signal.Notify(stops, syscall.SIGTSTP)
	return ctx, func() {
		signal.Stop(stops)
		cancel()
	}
}
