package main

import (
	"context"
	"os"

	"golang.org/x/sys/windows"
)

// untilInterrupted has nothing to do: no key but Ctrl-C ends or stops a program here.
func untilInterrupted(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// inherited is about descriptors, of which this system has none but the first three.
func inherited(int) bool { return false }

// discardUnread throws away what was typed and not read.
func discardUnread(console *os.File) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(console.Fd()))
}

// hideInput has a console take lines and not show what is typed. The function that it
// returns gives it back its mode.
func hideInput(console *os.File) (show func(), err error) {
	handle := windows.Handle(console.Fd())
	var before uint32
	if err := windows.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	hidden := before&^windows.ENABLE_ECHO_INPUT | windows.ENABLE_LINE_INPUT | windows.ENABLE_PROCESSED_INPUT
	if err := windows.SetConsoleMode(handle, hidden); err != nil {
		return nil, err
	}
	return func() {
		discardUnread(console)
		_ = windows.SetConsoleMode(handle, before)
	}, nil
}
