package configuration

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// The modes of a file and a folder that are made.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// Save makes the confirmed scheme the one that the file at path names. Of a file
// that is there every other byte stays, comments and the order of the keys too, and so
// does its mode; one that is not is made, with mode 0600, as are the folders to it, with
// 0700. The new text is parsed and compared with what was meant before it takes the
// place of the old one, whole or not at all; a symbolic link stays, and what it points
// to is replaced.
//
// Errors are an [*Error]: what [Load] refuses, [ErrUneditable], or [ErrUnwritten].
func Save(path string, confirmed Confirmed, disarming []string) error {
	confirmed.Date = confirmed.Date.UTC().Truncate(24 * time.Hour)
	old, mode, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		old, mode = []byte(preamble), fileMode
	case err != nil:
		return err
	}
	text, err := rewrite(old, path, confirmed, disarming)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	if err := replace(path, text, mode); err != nil {
		return systemError(ErrUnwritten, path, err)
	}
	return nil
}

// preamble begins a new file.
const preamble = `# The configuration of drtxt, in YAML. Its keys are the names of flags, which win over
# it, as do variables such as DRTXT_SCHEME. Relative paths are relative to this folder.
#
# scheme is what signatures are over. scheme-confirmed says how that was found out; it is
# written by drtxt calibrate --save alone, and has to name the same scheme.
`

// rewrite returns the text with the scheme and its confirmation in it, known to mean
// that and otherwise what it meant before.
func rewrite(old []byte, path string, confirmed Confirmed, disarming []string) ([]byte, error) {
	before, err := Parse(old, path, disarming)
	if err != nil {
		return nil, err
	}
	text, err := edit(old, path, &confirmed)
	if err != nil {
		return nil, err
	}
	after, err := Parse(text, path, disarming)
	if err != nil {
		return nil, &Error{Path: path, Kind: ErrUneditable, Detail: fmt.Sprintf("afterwards it could not be read (%v)", err)}
	}
	scheme, ok := after.Scheme()
	if !ok || scheme != confirmed.Scheme || after.Confirmed == nil || *after.Confirmed != confirmed || !reflect.DeepEqual(others(before), others(after)) {
		return nil, &Error{Path: path, Kind: ErrUneditable, Detail: "afterwards it would say something else"}
	}
	return text, nil
}

// others are the values of all keys but the scheme, in their order.
func others(f *File) [][]string {
	var all [][]string
	for _, s := range f.Settings {
		if s.Key.Name != schemeKey {
			all = append(all, append([]string{s.Key.Name}, s.Values...))
		}
	}
	return all
}

// replace makes the text the whole of the file, or leaves the file as it was.
func replace(path string, text []byte, mode fs.FileMode) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".drtxt-*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// Replaced says what [Save] with this scheme would take the place of: the confirmation
// of another scheme, nil where there is none. A file that does not exist has none.
func Replaced(path string, scheme txtrecord.Scheme, disarming []string) (*Confirmed, error) {
	file, err := Load(path, disarming)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || file.Confirmed == nil || file.Confirmed.Scheme == scheme {
		return nil, err
	}
	return file.Confirmed, nil
}
