//go:build unix

package zonefile

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// The bits of a mode that are kept.
const modeBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

var errOtherOwner = errors.New("it belongs to another user or group")

// keepable refuses a file that this user cannot replace by one with the same owner,
// and one that has several names.
func keepable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return &Error{Path: path, Kind: ErrUnreadable, Err: withoutPath(err)}
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return &Error{Path: path, Kind: ErrNotKept}
	}
	if stat.Nlink > 1 {
		return &Error{Path: path, Kind: ErrHardLinked}
	}
	user := os.Geteuid()
	if user == 0 {
		return nil
	}
	groups, err := os.Getgroups()
	if err != nil {
		groups = nil
	}
	if int(stat.Uid) != user || int(stat.Gid) != os.Getegid() && !slices.Contains(groups, int(stat.Gid)) {
		return &Error{Path: path, Kind: ErrNotKept, Err: errOtherOwner}
	}
	return nil
}

// copyAttributes gives a new file the owner, mode and extended attributes of the one
// at path, and sees whether it has them.
func copyAttributes(file *os.File, path string) error {
	refuse := func(err error) error {
		return &Error{Path: path, Kind: ErrNotKept, Err: systemError(err)}
	}
	old, err := os.Stat(path)
	if err != nil {
		return refuse(err)
	}
	stat := old.Sys().(*syscall.Stat_t)
	// The owner first: setting it takes away bits of the mode.
	if err := file.Chown(int(stat.Uid), int(stat.Gid)); err != nil {
		return refuse(err)
	}
	if err := copyExtended(file, path); err != nil {
		return refuse(err)
	}
	if err := file.Chmod(old.Mode() & modeBits); err != nil {
		return refuse(err)
	}
	made, err := file.Stat()
	if err != nil {
		return refuse(err)
	}
	madeStat := made.Sys().(*syscall.Stat_t)
	if made.Mode() != old.Mode() || madeStat.Uid != stat.Uid || madeStat.Gid != stat.Gid {
		return refuse(errOtherOwner)
	}
	return nil
}
