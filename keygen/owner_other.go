//go:build !unix

package keygen

import (
	"io/fs"
	"os"
)

// keepOwner leaves the owner to Windows, which takes the one of the process.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// links is not known on Windows without asking for more than the file's info.
func links(fs.FileInfo) uint64 { return 1 }
