// Package pseudoterminal gives tests a terminal to run programs at (pty(7)). Only
// tests use it.
package pseudoterminal

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Open returns a terminal, and the end at which somebody types and reads what is shown.
// Neither becomes the controlling terminal of the caller. Both are closed when the test
// has ended.
func Open(t testing.TB) (typing, terminal *os.File) {
	t.Helper()
	typing = open(t, "/dev/ptmx")
	if err := unix.IoctlSetPointerInt(int(typing.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(typing.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	return typing, open(t, fmt.Sprintf("/dev/pts/%d", number))
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// Echoes reports whether a terminal shows what is typed.
func Echoes(t testing.TB, terminal *os.File) bool {
	t.Helper()
	return Settings(t, terminal).Lflag&unix.ECHO != 0
}

// Settings are those of a terminal, by either of its ends.
func Settings(t testing.TB, terminal *os.File) *unix.Termios {
	t.Helper()
	raw, err := terminal.SyscallConn() // Fd would have reading from it block for ever
	if err != nil {
		t.Fatal(err)
	}
	var settings *unix.Termios
	var settingsErr error
	if err := raw.Control(func(fd uintptr) { settings, settingsErr = unix.IoctlGetTermios(int(fd), unix.TCGETS) }); err != nil {
		t.Fatal(err)
	}
	if settingsErr != nil {
		t.Fatal(settingsErr)
	}
	return settings
}
