package configuration

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// The modes of a file and a folder that are made.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// create makes the file at path, or the one that symbolic links lead to from there,
// and never replaces one.
func create(path string, text []byte) error {
	target, err := filesystem.FollowLinks(path)
	if err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	if err := os.MkdirAll(filepath.Dir(target), folderMode); err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	draft, err := writeDraft(target, text, func(file *os.File) error { return file.Chmod(fileMode) })
	if err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	defer os.Remove(draft)
	err = os.Link(draft, target) // never replaces anything, as renaming does
	switch {
	case errors.Is(err, fs.ErrExist):
		return &Error{Path: path, Kind: ErrChanged}
	case err != nil: // a file system without hard links
		if _, err := os.Lstat(target); err == nil {
			return &Error{Path: path, Kind: ErrChanged}
		}
		if err := os.Rename(draft, target); err != nil {
			return systemError(ErrUnwritten, path, err)
		}
	}
	return nil
}

// replace puts a text in the place of the old one, which info is about, or leaves the
// file as it was.
func replace(path string, old, text []byte, info fs.FileInfo) error {
	if info.Mode()&0o200 == 0 {
		return systemError(ErrUnwritten, path, syscall.EACCES)
	}
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Path: path, Kind: ErrChanged}
	}
	if err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	draft, err := writeDraft(target, text, func(file *os.File) error {
		return errors.Join(keepGroup(file, info), file.Chmod(info.Mode().Perm()))
	})
	if err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	defer os.Remove(draft)
	if now, nowInfo, err := read(target); err != nil || !os.SameFile(info, nowInfo) || !bytes.Equal(now, old) {
		return &Error{Path: path, Kind: ErrChanged}
	}
	if err := os.Rename(draft, target); err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	return nil
}

// writeDraft writes a text into a new file beside target, with the mode and owner that
// prepare gives it, and returns its name once the disk has it.
func writeDraft(target string, text []byte, prepare func(*os.File) error) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(target), ".drtxt-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if err = errors.Join(prepare(file), err, file.Sync(), file.Close()); err != nil {
		os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}
