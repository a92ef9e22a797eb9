//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"runtime"
)

// takesEscapes reports whether a terminal acts on escape sequences; TERM says where not.
func takesEscapes(*os.File) bool { return true }

// terminalDevice is the terminal that the program was started from.
const terminalDevice = "/dev/tty"

// stateFolder is that of the XDG Base Directory Specification, and on macOS where its
// programs keep theirs.
func stateFolder() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support"), nil
	}
	return filepath.Join(home, ".local", "state"), nil
}
