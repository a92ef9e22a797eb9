package signer_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	parts["leave-helper"] = leaveHelper
	parts["silence-terminal"] = func([]string) int { return silenceTerminal() }
	parts["give-terminal"] = giveTerminal
	parts["nested-shell"] = nestedShell
}

// leaveHelper signs, and leaves a process behind that has a group of its own, which is in
// the foreground, and has changed the settings.
func leaveHelper(args []string) int {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 60
	}
	helper := exec.Command(self(), "silence-terminal")
	helper.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: int(terminal.Fd())}
	if helper.Start() != nil {
		return 61
	}
	for deadline := time.Now().Add(10 * time.Second); echoes(int(terminal.Fd())); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return 62
		}
	}
	return parts["sign"](args)
}

// silenceTerminal stays until the terminal is hung up.
func silenceTerminal() int {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil || silence(terminal) != nil {
		return 63
	}
	time.Sleep(time.Minute)
	return 0
}

func silence(terminal *os.File) error {
	settings, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	settings.Lflag &^= unix.ECHO | unix.ICANON
	return unix.IoctlSetTermios(int(terminal.Fd()), unix.TCSETS, settings)
}

// giveTerminal stands for a shell that takes the terminal, and changes its settings, while
// a program signs: the first shell of the session, or that which started the signing.
func giveTerminal(args []string) int {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 64
	}
	shell, err := unix.Getsid(0)
	if args[0] == "parent" {
		shell, err = parentOf(os.Getppid())
	}
	if err != nil {
		return 65
	}
	group, err := unix.Getpgid(shell)
	if err != nil || silence(terminal) != nil {
		return 66
	}
	if unix.IoctlSetPointerInt(int(terminal.Fd()), unix.TIOCSPGRP, group) != nil {
		return 67
	}
	return parts["sign"](args[1:])
}

// parentOf returns the parent of another process.
func parentOf(pid int) (int, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), ") ") // behind the program's name
	return strconv.Atoi(strings.Fields(after)[1])
}

// Whoever the program leaves in the foreground does not keep the terminal as it made it.
func TestHelperThatStaysInTheForeground(t *testing.T) {
	t.Parallel()
	s := scene{Program: program, Args: []string{"leave-helper", keyFile(t, "test-a")}}
	if got, want := s.begin(t).end(t), (report{Echo: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// nestedShell has a scene played below a shell that is not the session's first.
func nestedShell(args []string) int {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return 68
	}
	cmd := exec.Command(self(), "scene", args[0])
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: int(terminal.Fd())}
	if cmd.Run() != nil {
		return 69
	}
	return 0
}

// A shell that has taken the terminal keeps the settings that it made.
func TestShellKeepsItsSettings(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"first", "parent"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			inner := scene{Program: program, Args: []string{"give-terminal", shell, keyFile(t, "test-a")}, Report: filepath.Join(t.TempDir(), "inner")}
			text, err := json.Marshal(inner)
			if err != nil {
				t.Fatal(err)
			}
			outer := scene{Program: program, Args: []string{"nested-shell", string(text)}}
			at := outer.begin(t)
			if shell == "parent" { // which is the outer scene's program, gone by now
				at.await(t, "more?")
				at.write(t, "later\n")
			}
			at.end(t)
			data, err := os.ReadFile(inner.Report)
			if err != nil {
				t.Fatal(err)
			}
			var got report
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if got != (report{}) { // signed, in the background, the settings as the shell made them
				t.Errorf("%+v", got)
			}
		})
	}
}
