//go:build unix

package signer

import (
	"fmt"
	"io/fs"
	"os"
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
	if owner, foreign := foreignOwner(info); foreign {
		return &Error{Kind: ErrOwner, Found: fmt.Sprintf("user %d", owner)}
	}
	if err := unix.Access(path, unix.X_OK); err != nil {
		return &Error{Kind: ErrNotExecutable, Found: fmt.Sprintf("mode %04o", info.Mode().Perm()), Err: err}
	}
	return nil
}

// foreignOwner returns the owner, and whether that is neither this user nor root.
func foreignOwner(info fs.FileInfo) (owner uint32, foreign bool) {
	owner = info.Sys().(*syscall.Stat_t).Uid
	return owner, owner != 0 && int(owner) != os.Geteuid()
}
