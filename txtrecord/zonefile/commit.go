package zonefile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// commit does what [Edit.Commit] says.
func (e *Edit) commit(ctx context.Context) error {
	f := e.file
	lock, err := acquire(ctx, f.path)
	if err != nil {
		return err
	}
	defer lock.release()
	temporary, err := e.writeBeside()
	if err != nil {
		return err
	}
	// Last, so that little time is left for an editor that does not look at the lock.
	err = f.checkUnchanged()
	if err == nil {
		if err = os.Rename(temporary, f.path); err != nil {
			err = notWritten(f.path, err)
		}
	}
	if err != nil {
		return discard(temporary, err)
	}
	if err := filesystem.SyncDirectory(filepath.Dir(f.path)); err != nil {
		return &UnsyncedError{Path: f.path, Err: withoutPath(err)}
	}
	return nil
}

// checkUnchanged sees whether everything is as [Load] found it, the journals included.
func (f *File) checkUnchanged() error {
	same, err := f.source.unchanged()
	if err != nil {
		return &Error{Path: f.path, Kind: ErrUnreadable, Zone: f.zone.text, Err: withoutPath(err)}
	}
	if !same {
		return &ConflictError{Path: f.path}
	}
	for path, data := range f.includes.files {
		if same, err := holds(path, data); err != nil || !same {
			return &ConflictError{Path: path}
		}
	}
	if err := keepable(f.path); err != nil {
		return err
	}
	again := File{judge: f.judge, options: f.options, source: f.source, reading: f.reading}
	return again.checkJournals()
}

// maxBaseName leaves room for what is put around a name, where a name has at most 255
// bytes.
const maxBaseName = 200

// writeBeside writes the new text to a new file in the same directory, with the
// attributes of the old, and returns its path. The disk has it whole.
func (e *Edit) writeBeside() (path string, err error) {
	directory, base := filepath.Split(e.file.path)
	file, err := os.CreateTemp(directory, ".drtxt-"+base[:min(len(base), maxBaseName)]+"-*")
	if err != nil {
		return "", notWritten(e.file.path, err)
	}
	if err := e.fill(file); err != nil {
		file.Close()
		return "", discard(file.Name(), err)
	}
	return file.Name(), nil
}

// discard removes a file that was not needed because of err, and adds to that where it
// is left behind, as in a directory that files can only be added to.
func discard(path string, err error) error {
	if left := os.Remove(path); left != nil {
		return fmt.Errorf("%w; %q is left behind: %w", err, path, withoutPath(left))
	}
	return err
}

func (e *Edit) fill(file *os.File) error {
	if _, err := e.text.WriteTo(file); err != nil {
		return notWritten(e.file.path, err)
	}
	if err := copyAttributes(file, e.file.path); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return notWritten(e.file.path, err)
	}
	if err := file.Close(); err != nil {
		return notWritten(e.file.path, err)
	}
	return nil
}

func notWritten(path string, err error) error {
	refusal := &Error{Path: path, Kind: ErrNotWritten, Err: systemError(err)}
	if errors.Is(err, syscall.EBUSY) {
		refusal.hint = hintMounted
	}
	return refusal
}

// systemError takes the system's error out of one that says paths unquoted.
func systemError(err error) error {
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return withoutPath(err)
}
