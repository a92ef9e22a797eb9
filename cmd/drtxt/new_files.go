package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// newFiles are files that belong together, none of which was there before: all are
// written, or all are taken back.
type newFiles struct {
	folders, paths []string
}

// folder makes a folder, and those above it, for its owner alone, unless it is there.
func (n *newFiles) folder(path string) error {
	n.folders = missingFolders(path)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return withHint(pathError("making the folder", path, err), "name another folder")
	}
	return nil
}

// write writes a file that only its owner can read.
func (n *newFiles) write(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return withHint(pathError("writing", path, err), "name another folder; nothing is ever overwritten")
	}
	n.paths = append(n.paths, path)
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close(), filesystem.SyncDirectory(filepath.Dir(path))); err != nil {
		return withHint(pathError("writing", path, err), "make room on the disk, or name another folder")
	}
	return nil
}

// remove takes back what was written; a folder with anything else in it stays.
func (n *newFiles) remove() {
	for _, path := range n.paths {
		os.Remove(path)
	}
	for _, path := range slices.Backward(n.folders) {
		os.Remove(path)
	}
}

// checkEmpty refuses a folder that holds anything, so that nothing in it can be mistaken for
// what is going to be left there, or the other way round.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return refusal(pathError("reading the folder", dir, err), "name a new or an empty folder")
	case len(entries) > 0:
		return refusal(fmt.Errorf("the folder %s is not empty", quoted(dir)), "name a new or an empty folder")
	}
	return nil
}

// missingFolders are those that have to be made for a folder to be there, from above.
func missingFolders(folder string) []string {
	var missing []string
	for folder = filepath.Clean(folder); !isThere(folder) && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		missing = append(missing, folder)
	}
	slices.Reverse(missing)
	return missing
}

// checkWritable refuses a folder in which no file can be made, or which cannot be made
// itself.
func checkWritable(folder string) error {
	probe, err := os.CreateTemp(nearestFolder(folder), ".drtxt-*")
	if err != nil {
		return withHint(pathError("writing into", folder, err), "name another place")
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// nearestFolder is the folder itself, or the one above it that is there.
func nearestFolder(folder string) string {
	if missing := missingFolders(folder); len(missing) > 0 {
		return filepath.Dir(missing[0])
	}
	return folder
}
