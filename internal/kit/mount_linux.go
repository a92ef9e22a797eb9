package kit

import "golang.org/x/sys/unix"

// isMountPoint reports whether a file system is mounted on a folder, or a folder of another
// place: such a folder cannot be renamed. Kernels before 5.8 do not say; there renaming
// fails.
func isMountPoint(dir string) bool {
	var stat unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, dir, 0, unix.STATX_TYPE, &stat)
	return err == nil && stat.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}
