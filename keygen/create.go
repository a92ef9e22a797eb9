package keygen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// writeNew makes the file path with data in it, both on the disk when it
// returns. The error is [ErrExists] where something has that name already, a
// dangling symbolic link too, else [ErrUnwritable]; it leaves nothing then.
func writeNew(path string, data []byte) error {
	err := create(path, func(file *os.File) error { return writeSynced(file, data) })
	if errors.Is(err, fs.ErrExist) {
		return &FileError{Path: path, Kind: ErrExists}
	}
	if err != nil {
		return systemError(ErrUnwritable, path, err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}

// createNamed creates path and then fills it. A kill between the two leaves an
// empty file; nothing else but O_TMPFILE could avoid that without a second name
// for a private key.
func createNamed(path string, fill func(*os.File) error) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	err = errors.Join(fill(file), file.Close())
	if err != nil {
		os.Remove(path)
	}
	return err
}

// writeSynced writes data with one system call and waits until the disk has it.
func writeSynced(file *os.File, data []byte) error {
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Sync()
}

// syncDir waits until the disk has the names in dir.
func syncDir(dir string) error {
	if err := filesystem.SyncDirectory(dir); err != nil {
		return systemError(ErrUnwritable, dir, err)
	}
	return nil
}
