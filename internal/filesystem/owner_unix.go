//go:build unix

package filesystem

import (
	"io/fs"
	"os"
	"syscall"
)

// ForeignOwner returns the owner of a file that belongs to neither this user nor root; ok
// is false where it does, or where the system has no such owners.
func ForeignOwner(info fs.FileInfo) (owner uint32, ok bool) {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known || stat.Uid == 0 || int(stat.Uid) == os.Geteuid() {
		return 0, false
	}
	return stat.Uid, true
}
