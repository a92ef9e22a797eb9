//go:build unix

package keygen

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives file the owner that info has, and if this user may do that, the group:
// with the mode of a key file, the group can do nothing.
func keepOwner(file *os.File, info fs.FileInfo) error {
	now, err := file.Stat()
	if err != nil {
		return err
	}
	was, ok := info.Sys().(*syscall.Stat_t)
	is, isOK := now.Sys().(*syscall.Stat_t)
	if !ok || !isOK || was.Uid == is.Uid && was.Gid == is.Gid {
		return nil
	}
	if file.Chown(int(was.Uid), int(was.Gid)) == nil || was.Uid == is.Uid {
		return nil
	}
	return file.Chown(int(was.Uid), -1)
}

// links returns how many names a file has.
func links(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}
