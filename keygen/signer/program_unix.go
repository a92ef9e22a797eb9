//go:build unix

package signer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// ModeChecked tells whether [NewCommand] looks at owner and permission bits.
const ModeChecked = true

// checkExecutable looks at owner and permissions of the file itself.
func checkExecutable(path string, info fs.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return &Error{Kind: ErrWritable, Found: fmt.Sprintf("mode %04o", mode)}
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != 0 && int(owner) != os.Geteuid() {
		return &Error{Kind: ErrOwner, Found: fmt.Sprintf("user %d", owner)}
	}
	if err := unix.Access(path, unix.X_OK); err != nil {
		return &Error{Kind: ErrNotExecutable, Found: fmt.Sprintf("mode %04o", info.Mode().Perm()), Err: err}
	}
	return nil
}

// checkFolders looks at every folder above a file.
func checkFolders(path string) error {
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if err != nil {
			return &Error{Kind: ErrNotFound, Err: systemError(err)}
		}
		if mode := info.Mode(); mode.Perm()&0o002 != 0 && mode&fs.ModeSticky == 0 {
			return &Error{Kind: ErrOpenFolder, Found: fmt.Sprintf("%s, mode %04o", strconv.Quote(folder), mode.Perm())}
		}
		if folder == filepath.Dir(folder) {
			return nil
		}
	}
}
