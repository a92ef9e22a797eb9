package signer

import (
	"io/fs"
	"path/filepath"
)

// checkProgram looks at the program as [NewCommand] says.
func checkProgram(path string) error {
	if !filepath.IsAbs(path) {
		return &Error{Kind: ErrNotAbsolute}
	}
	target, info, err := follow(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &Error{Kind: ErrNotRegular, Found: typeText(info.Mode())}
	}
	return checkExecutable(target, info)
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
