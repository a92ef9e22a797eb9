package main

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
	// noCharacter takes a key its meaning away (termios(3), _POSIX_VDISABLE).
	noCharacter = 0
)

// discardInput throws away what was typed and not read.
func discardInput(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) }
