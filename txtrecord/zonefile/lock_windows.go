package zonefile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockSuffix makes the name of the lock file. A file that is open cannot be replaced,
// so the lock is on another one, which stays.
const lockSuffix = ".lock"

// tryLock returns nil if the lock is held by another.
func tryLock(path string) (*lock, error) {
	file, err := os.OpenFile(path+lockSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if err == nil {
		return &lock{file}, nil
	}
	file.Close()
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return nil, nil
	}
	return nil, err
}

func (l *lock) release() { l.file.Close() }
