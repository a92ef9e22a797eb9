package signer

import (
	"io/fs"
	"os"
	"path/filepath"
)

// checkProgram looks at the program as [NewCommand] says.
func checkProgram(path string) error {
	if !filepath.IsAbs(path) {
		return &Error{Kind: ErrNotAbsolute}
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return &Error{Kind: ErrNotFound, Err: systemError(err)}
	}
	info, err := os.Stat(target)
	if err != nil {
		return &Error{Kind: ErrNotFound, Err: systemError(err)}
	}
	if !info.Mode().IsRegular() {
		return &Error{Kind: ErrNotRegular, Found: typeText(info.Mode())}
	}
	if err := checkExecutable(target, info); err != nil {
		return err
	}
	for _, way := range []string{filepath.Clean(path), target} {
		if err := checkFolders(way); err != nil {
			return err
		}
	}
	return nil
}

// typeText names a type of file that is not regular.
func typeText(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}
