package configuration

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"time"
)

// Create writes the text of a new configuration, which has to be one that [Parse] takes,
// with mode 0600, and the folders to it with 0700. It never replaces anything: the error is
// of kind [ErrExists] then. Errors are an [*Error].
func Create(path string, text []byte, disarming []string) error {
	if _, err := Parse(text, path, disarming); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return &Error{Path: path, Kind: ErrExists}
	}
	return create(path, text)
}

// Save makes the confirmed scheme the one that the file at path names. Of a file
// that is there every other byte stays, comments and the order of the keys too, and so do
// its mode and its group; one that is not is made, with mode 0600, as are the folders to
// it, with 0700. The new text is parsed and compared with what was meant before it takes
// the place of the old one, whole or not at all; a symbolic link stays, and what it
// points to is replaced, or made.
//
// Errors are an [*Error]: what [Load] refuses, [ErrUneditable], [ErrChanged], or
// [ErrUnwritten], also of a file that its owner made read-only.
func Save(path string, confirmed Confirmed, disarming []string) error {
	return save(path, confirmed, disarming, func() {})
}

// save calls meanwhile after it has read the file and before it writes.
func save(path string, confirmed Confirmed, disarming []string, meanwhile func()) error {
	confirmed.Date = confirmed.Date.UTC().Truncate(24 * time.Hour)
	old, info, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err := rewrite([]byte(preamble), path, confirmed, disarming)
		if err != nil {
			return err
		}
		meanwhile()
		return create(path, text)
	}
	if err != nil {
		return err
	}
	text, err := rewrite(old, path, confirmed, disarming)
	if err != nil {
		return err
	}
	meanwhile()
	return replace(path, old, text, info)
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
	if !ok || scheme != confirmed.Scheme || !reflect.DeepEqual(after.Confirmed, &confirmed) || !reflect.DeepEqual(others(before), others(after)) {
		return nil, &Error{Path: path, Kind: ErrUneditable, Detail: "afterwards it would say something else"}
	}
	return text, nil
}

// others are the domains and the values of all keys but the scheme for every domain, in
// their order.
func others(f *File) [][]string {
	all := [][]string{f.Domains()}
	for _, s := range f.Settings {
		if s.Domain != "" || s.Key.Name != schemeKey {
			all = append(all, append([]string{s.Domain, s.Key.String()}, s.Values...))
		}
	}
	return all
}

// Replaced says what [Save] would lose: the confirmation of another scheme, or one of the
// same that leaves fewer tags open; nil where there is none. A file that does not exist
// has none.
func Replaced(path string, confirmed Confirmed, disarming []string) (*Confirmed, error) {
	file, err := Load(path, disarming)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || file.Confirmed == nil {
		return nil, err
	}
	old := file.Confirmed
	if old.Scheme == confirmed.Scheme && len(old.Settled(confirmed.Open)) == 0 {
		return nil, nil
	}
	return old, nil
}
