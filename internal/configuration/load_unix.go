//go:build unix

package configuration

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ModeChecked tells whether [Load] looks at who can write the file.
const ModeChecked = true

// openFlags keep open from waiting for a writer, should the path have become a named
// pipe in the meantime, and from taking a terminal.
const openFlags = os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY

// keepGroup gives a file the group of the one that info is about.
func keepGroup(file *os.File, info fs.FileInfo) error {
	old, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	var now unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &now); err != nil {
		return err
	}
	if now.Gid == old.Gid {
		return nil
	}
	return file.Chown(-1, int(old.Gid))
}
