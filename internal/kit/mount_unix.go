//go:build unix && !linux

package kit

import "golang.org/x/sys/unix"

// isMountPoint reports whether another file system is mounted on a folder: such a folder
// cannot be renamed.
func isMountPoint(dir string) bool {
	var inside, above unix.Stat_t
	return unix.Stat(dir, &inside) == nil && unix.Stat(dir+"/..", &above) == nil && inside.Dev != above.Dev
}
