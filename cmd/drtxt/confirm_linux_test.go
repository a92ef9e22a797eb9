package main

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// terminalPair is a terminal, and the end at which somebody types.
func terminalPair(t *testing.T) (typing, terminal *os.File) {
	t.Helper()
	typing, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { typing.Close() })
	if err := unix.IoctlSetPointerInt(int(typing.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(typing.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return typing, terminal
}

// What was typed before the question was seen answers nothing, whatever it was.
func TestTypedAheadIsDiscarded(t *testing.T) {
	t.Parallel()
	for _, ahead := range []string{"", "dr.example.com\n", "\x04dr.example.com\n", "\x04\x04\ndr.example.com\n\x04"} {
		typing, terminal := terminalPair(t)
		fmt.Fprint(typing, ahead)
		discardTyped(terminal)
		fmt.Fprint(typing, "later\n")
		if line, err := bufio.NewReader(terminal).ReadString('\n'); line != "later\n" || err != nil {
			t.Errorf("after %q: %q, %v", ahead, line, err)
		}
	}
}
