//go:build !unix

package configuration

import (
	"io/fs"
	"os"
)

// ModeChecked tells whether [Load] looks at who can write the file. Windows has no such
// bits, and its access control lists are not read.
const ModeChecked = false

const openFlags = os.O_RDONLY

func keepGroup(*os.File, fs.FileInfo) error { return nil }
