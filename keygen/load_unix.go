//go:build unix

package keygen

import (
	"os"

	"golang.org/x/sys/unix"
)

// ModeChecked tells whether [LoadPrivateKey] looks at the permission bits.
const ModeChecked = true

// openFlags keep open from waiting for a writer, should the path have become
// a named pipe in the meantime, and from taking a terminal.
const openFlags = os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY
