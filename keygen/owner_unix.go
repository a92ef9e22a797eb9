//go:build unix

package keygen

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives file the owner and the group that info has.
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
	return file.Chown(int(was.Uid), int(was.Gid))
}

// links returns how many names a file has.
func links(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}
