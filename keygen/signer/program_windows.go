package signer

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ModeChecked tells whether [NewCommand] looks at owner and permission bits.
// Windows has no such bits, and its access control lists are not read.
const ModeChecked = false

// checkExecutable keeps scripts out: Windows would give them to a shell, which
// reads the arguments in its own way.
func checkExecutable(path string, _ fs.FileInfo) error {
	if extension := strings.ToLower(filepath.Ext(path)); extension != ".exe" {
		return &Error{Kind: ErrNotExecutable, Wanted: "a name that ends in .exe"}
	}
	return nil
}

// follow returns the path without links of the file that a path leads to.
func follow(path string) (target string, info fs.FileInfo, err error) {
	if target, err = filepath.EvalSymlinks(path); err == nil {
		info, err = os.Stat(target)
	}
	if err != nil {
		return "", nil, &Error{Kind: ErrNotFound, Err: systemError(err)}
	}
	return target, info, nil
}
