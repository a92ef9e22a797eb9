package keygen

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// create makes the file path as fill fills it, whole or not at all: fill gets a
// file without a name (open(2), O_TMPFILE), which vanishes with the process
// until linkat(2) names it. linkat never replaces anything. Where that cannot be
// had, fill is called once more.
func create(path string, fill func(*os.File) error) error {
	err := createNameless(path, fill)
	if lacksTmpfile(err) {
		return createNamed(path, fill)
	}
	return err
}

func createNameless(path string, fill func(*os.File) error) error {
	file, err := os.OpenFile(filepath.Dir(path), os.O_RDWR|unix.O_TMPFILE, fileMode)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := fill(file); err != nil {
		return err
	}
	// By way of /proc, because AT_EMPTY_PATH needs a capability.
	source := "/proc/self/fd/" + strconv.Itoa(int(file.Fd()))
	return unix.Linkat(unix.AT_FDCWD, source, unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
}

// lacksTmpfile reports whether err is how a kernel or a file system without
// O_TMPFILE, or a system without /proc, refuses.
func lacksTmpfile(err error) bool {
	for _, errno := range []error{unix.EOPNOTSUPP, unix.EISDIR, unix.EINVAL, unix.ENOENT, unix.ENOSYS} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
