//go:build unix

package kit

import (
	"os"

	"golang.org/x/sys/unix"
)

// ModeChecked tells whether [Folder.Check] looks at who can read a kit. Windows has no
// such bits, and its access control lists are not read.
const ModeChecked = true

// openFlags keep open from waiting for a writer, should the path have become a named
// pipe in the meantime, and from taking a terminal.
const openFlags = os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY
