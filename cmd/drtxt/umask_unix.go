//go:build unix

package main

import (
	"os"
	"syscall"
)

// umask returns what the caller does not want in the mode of new files. It can only
// be read by setting it, so nothing else may create files meanwhile.
func umask() os.FileMode {
	mask := syscall.Umask(0o077)
	syscall.Umask(mask)
	return os.FileMode(mask)
}
