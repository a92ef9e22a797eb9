//go:build !unix

package kit

// isMountPoint reports whether a folder is known to be one. Here it is not looked at, and
// renaming it fails.
func isMountPoint(string) bool { return false }
