//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package zonefile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock returns nil if the lock is held by another. The lock is on the zone file
// itself, so that it needs no file of its own; who has waited for it may find that the
// path leads to another file now.
func tryLock(path string) (*lock, error) {
	file, err := openForLock(path)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, unix.EINTR) {
		file.Close()
		return nil, nil
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	if same, err := isAt(file, path); err != nil || !same {
		file.Close()
		return nil, err
	}
	return &lock{file}, nil
}

// openForLock opens for writing where it can: NFS locks no other files exclusively.
func openForLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS) {
		file, err = os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	}
	return file, err
}

func isAt(file *os.File, path string) (bool, error) {
	held, err := file.Stat()
	if err != nil {
		return false, err
	}
	now, err := os.Lstat(path)
	if err != nil {
		return false, err
	}
	return os.SameFile(held, now), nil
}

func (l *lock) release() { l.file.Close() }
