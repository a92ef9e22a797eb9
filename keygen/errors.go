package keygen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// A FileError says why a key, or the file that it stands in, was refused.
// [errors.Is] finds its Kind and whatever its Err is or wraps:
// [fs.ErrNotExist], [fs.ErrPermission], a system's error number.
type FileError struct {
	// Path is the file's, "" where bytes were parsed that came from no file.
	Path string
	// Kind is the class: one of this package's Err variables.
	Kind *Kind
	// Found is what was found, where Kind alone leaves it open: "EC".
	Found string
	// Wanted is what should have been there, "" where Kind or Err say so.
	Wanted string
	// Mode is the file's permission bits where Kind is [ErrExposed], else 0.
	Mode fs.FileMode
	// Err is the cause, or nil: a [*txtrecord.KeyError] or the system's error.
	Err error
}

// Error returns one line that holds nothing from the file unquoted.
func (e *FileError) Error() string {
	text := "the input"
	if e.Path != "" {
		text = strconv.Quote(e.Path)
	}
	text += " " + e.Kind.says
	if e.Found != "" {
		text += " (" + e.Found + ")"
	}
	if e.Wanted != "" {
		text += "; wanted: " + e.Wanted
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the Kind and, where there is one, the cause.
func (e *FileError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint returns what to do about it: a sentence without a full stop, with the
// exact command where there is one.
func (e *FileError) Hint() string {
	public := filepath.Join(filepath.Dir(e.Path), PublicKeyFile)
	return strings.NewReplacer(
		"FILE", shellWord(e.Path, "FILE"),
		PublicKeyFile, shellWord(public, PublicKeyFile),
	).Replace(e.Kind.hint)
}

// shellWord returns path quoted for a command line, or the placeholder where
// a shell would read more into the path than a name.
func shellWord(path, placeholder string) string {
	if path == "" || path[0] == '-' || strings.ContainsFunc(path, special) {
		return placeholder
	}
	return strconv.Quote(path)
}

// special reports whether r may mean something between a shell's double quotes.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+,=:@ ", r)
}

// atPath names the file in a refusal of its content that names none yet.
func atPath(err error, path string) error {
	if refusal, ok := errors.AsType[*FileError](err); ok && refusal.Path == "" {
		refusal.Path = path
	}
	return err
}

// systemError makes a refusal of what the operating system said. It takes the
// bare error number out, because [fs.PathError] and [os.LinkError] print paths
// unquoted.
func systemError(kind *Kind, path string, err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrapped.Err
	}
	if wrapped, ok := errors.AsType[*os.LinkError](err); ok {
		err = wrapped.Err
	}
	return &FileError{Path: path, Kind: kind, Err: err}
}
