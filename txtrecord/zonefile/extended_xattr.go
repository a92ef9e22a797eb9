//go:build darwin || freebsd || linux || netbsd

package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// copyExtended gives a new file the extended attributes of the one at path, POSIX
// access control lists and security labels among them. An attribute that cannot be
// copied is an error, unless the new file has the same by itself.
func copyExtended(file *os.File, path string) error {
	names, err := listExtended(func(to []byte) (int, error) { return unix.Listxattr(path, to) })
	if err != nil {
		return err
	}
	if err := removeForeign(file, names); err != nil {
		return err
	}
	for _, name := range names {
		value, err := readExtended(func(to []byte) (int, error) { return unix.Getxattr(path, name, to) })
		if err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
		fd := int(file.Fd())
		present, err := readExtended(func(to []byte) (int, error) { return unix.Fgetxattr(fd, name, to) })
		if err == nil && bytes.Equal(present, value) {
			continue
		}
		if err := unix.Fsetxattr(fd, name, value, 0); err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
	}
	return nil
}

// removeForeign takes away the access control lists that the new file got from its
// directory, and the old one does not have.
func removeForeign(file *os.File, names []string) error {
	fd := int(file.Fd())
	present, err := listExtended(func(to []byte) (int, error) { return unix.Flistxattr(fd, to) })
	if err != nil {
		return err
	}
	for _, name := range present {
		if !strings.HasPrefix(name, "system.") || slices.Contains(names, name) {
			continue
		}
		if err := unix.Fremovexattr(fd, name); err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
	}
	return nil
}

// listExtended returns the names of a file's extended attributes.
func listExtended(list func(to []byte) (int, error)) ([]string, error) {
	names, err := readExtended(list)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	if err != nil || len(names) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(names), "\x00"), "\x00"), nil
}

// readExtended reads what a system call returns the size of when it has no room.
func readExtended(read func(to []byte) (int, error)) ([]byte, error) {
	size, err := read(nil)
	if err != nil || size == 0 {
		return nil, err
	}
	value := make([]byte, size)
	size, err = read(value)
	return value[:max(size, 0)], err
}
