//go:build unix

package signer

import (
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// ModeChecked tells whether [NewCommand] looks at owner and permission bits.
const ModeChecked = true

// checkExecutable looks at owner and permissions of the file itself.
func checkExecutable(path string, info fs.FileInfo) error {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return &Error{Kind: ErrWritable, Found: fmt.Sprintf("mode %04o", mode)}
	}
	if owner, foreign := filesystem.ForeignOwner(info); foreign {
		return &Error{Kind: ErrOwner, Found: fmt.Sprintf("user %d", owner)}
	}
	if err := unix.Access(path, unix.X_OK); err != nil {
		return &Error{Kind: ErrNotExecutable, Found: fmt.Sprintf("mode %04o", info.Mode().Perm()), Err: err}
	}
	return nil
}
