//go:build unix

package signer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// maxLinks is how many symbolic links a path may lead through. Linux allows as many.
const maxLinks = 40

// openToAll is the permission bit with which everybody can write.
const openToAll = 0o002

// A walk goes along a path name by name, as the system does, and looks at every
// folder and every link on the way. To simplify the path first would be wrong: where
// "hop" is a link, "hop/.." is not the folder that it lies in.
type walk struct {
	at    string      // as far as it has come, by a path without links
	info  fs.FileInfo // what is there
	rest  string      // the way ahead, from there
	links int         // that were followed
}

// follow returns the path without links of the file that a path leads to, or why the
// way there is not to be trusted.
func follow(path string) (target string, info fs.FileInfo, err error) {
	w := &walk{rest: path}
	if err := w.enter("/"); err != nil {
		return "", nil, err
	}
	for w.rest != "" {
		if err := w.step(); err != nil {
			return "", nil, err
		}
	}
	return w.at, w.info, nil
}

// step takes the next name.
func (w *walk) step() error {
	name, rest, more := strings.Cut(w.rest, "/")
	w.rest = rest
	switch name {
	case "", ".":
		return nil
	case "..":
		return w.enter(filepath.Dir(w.at))
	}
	path := filepath.Join(w.at, name)
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return &Error{Kind: ErrNotFound, Err: systemError(err)}
	case info.Mode()&fs.ModeSymlink != 0:
		return w.link(path, info, more)
	case info.IsDir():
		return w.folder(path, info)
	case more:
		return &Error{Kind: ErrNotFound, Err: unix.ENOTDIR}
	}
	w.at, w.info = path, info
	return nil
}

// enter goes to a folder that is named by a path without links.
func (w *walk) enter(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return &Error{Kind: ErrNotFound, Err: systemError(err)}
	}
	if err := checkFolder(path, info); err != nil {
		return err
	}
	w.at, w.info = path, info
	return nil
}

// folder goes down into a folder.
func (w *walk) folder(path string, info fs.FileInfo) error {
	if err := w.checkEntry(path, info); err != nil {
		return err
	}
	return w.enter(path)
}

// link goes where a link leads.
func (w *walk) link(path string, info fs.FileInfo, more bool) error {
	if err := w.checkEntry(path, info); err != nil {
		return err
	}
	if w.links++; w.links > maxLinks {
		return &Error{Kind: ErrNotFound, Err: unix.ELOOP}
	}
	target, err := os.Readlink(path)
	if err != nil {
		return &Error{Kind: ErrNotFound, Err: systemError(err)}
	}
	if more {
		w.rest = target + "/" + w.rest
	} else {
		w.rest = target
	}
	if filepath.IsAbs(target) {
		return w.enter("/")
	}
	return nil
}

// checkFolder refuses a folder in which everybody can put another file in the place of one.
func checkFolder(path string, info fs.FileInfo) error {
	if mode := info.Mode(); mode.Perm()&openToAll != 0 && mode&fs.ModeSticky == 0 {
		return &Error{Kind: ErrOpenFolder, Found: fmt.Sprintf("%s, mode %04o", strconv.Quote(path), mode.Perm())}
	}
	return nil
}

// checkEntry refuses a link or folder of another user's in a folder that everybody can
// write: the sticky bit, which that folder has, leaves it to its owner to put another in
// its place.
func (w *walk) checkEntry(path string, info fs.FileInfo) error {
	if w.info.Mode().Perm()&openToAll == 0 {
		return nil
	}
	if owner, foreign := filesystem.ForeignOwner(info); foreign {
		return &Error{Kind: ErrReplaceable, Found: fmt.Sprintf("%s, user %d", strconv.Quote(path), owner)}
	}
	return nil
}
