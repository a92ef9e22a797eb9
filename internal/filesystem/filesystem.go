// Package filesystem has what programs that write with care need and package os lacks.
package filesystem

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// maxLinks is how many symbolic links a path may lead through, as Linux has it.
const maxLinks = 40

// FollowLinks returns what the symbolic links of a path lead to in the end, whether or
// not there is anything yet. The error is ELOOP where they do not end.
func FollowLinks(path string) (string, error) {
	for range maxLinks {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // not a link, or nothing there
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", syscall.ELOOP
}

// SyncDirectory waits until the disk has the names in a directory, so that they outlast a
// crash. Windows cannot do that, and some file systems say that they need not.
func SyncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	defer directory.Close()
	err = directory.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}
