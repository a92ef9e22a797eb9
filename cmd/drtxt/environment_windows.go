package main

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// takesEscapes has a console act on escape sequences, and reports whether it does: older
// ones print them.
func takesEscapes(console *os.File) bool {
	handle := windows.Handle(console.Fd())
	var mode uint32
	return windows.GetConsoleMode(handle, &mode) == nil &&
		windows.SetConsoleMode(handle, mode|windows.ENABLE_PROCESSED_OUTPUT|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// terminalDevice is the console's input, whatever standard input is.
const terminalDevice = "CONIN$"

func stateFolder() (string, error) {
	if dir := os.Getenv("LocalAppData"); dir != "" {
		return dir, nil
	}
	return "", errors.New("%LocalAppData% is not set")
}
