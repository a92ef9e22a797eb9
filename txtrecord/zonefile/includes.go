package zonefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// includes are the files that a zone file includes. Each is read once, so that every
// reading of the zone sees the same. It implements [fs.FS] for the DNS library, which
// hands it paths without their leading slash.
type includes struct {
	files map[string][]byte
	zone  *textReader
	// open are those that are being read, innermost last; opened counts all.
	open   []*includedFile
	opened int
	// closed are those that were read, in order.
	closed []closing
}

// A closing is the end of an included file, and how far the one that includes it was
// read then.
type closing struct {
	file   *includedFile
	within *textReader
	offset int
}

// maxIncludes bounds how often files are included: a file that includes itself twice
// would otherwise be read 2ⁿ times, n deep.
const maxIncludes = 1000

var errTooManyIncludes = fmt.Errorf("more than %d files are included", maxIncludes)

// An includeError says which included file cannot be read.
type includeError struct {
	path string
	err  error
}

func (e *includeError) Error() string { return fmt.Sprintf("%q: %v", e.path, e.err) }

func (e *includeError) Unwrap() error { return e.err }

// Open reads the file, the first time.
func (i *includes) Open(name string) (fs.File, error) {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = string(filepath.Separator) + path
	}
	if i.opened++; i.opened > maxIncludes {
		return nil, &includeError{path, errTooManyIncludes}
	}
	data, known := i.files[path]
	if !known {
		var err error
		if data, err = readRegular(path); err != nil {
			return nil, &includeError{path, withoutPath(err)}
		}
		i.files[path] = data
	}
	file := &includedFile{textReader: newTextReader(text{data}), path: path, within: i}
	i.open = append(i.open, file)
	return file, nil
}

// restart prepares for another reading of the zone.
func (i *includes) restart(zone *textReader) {
	i.zone, i.open, i.opened, i.closed = zone, nil, 0, nil
}

// innermost is what is being read: an included file, or the zone.
func (i *includes) innermost() *textReader {
	if len(i.open) == 0 {
		return i.zone
	}
	return i.open[len(i.open)-1].textReader
}

// atFault is the included file that the library gave up in, nil if it is the zone
// file. It closes those around it too; but from what includes a file that was read to
// its end it reads on.
func (i *includes) atFault() *includedFile {
	var fault *includedFile
	reader := i.innermost()
	for _, c := range slices.Backward(i.closed) {
		if c.within != reader || c.offset != reader.consumed() {
			break
		}
		fault, reader = c.file, c.file.textReader
	}
	return fault
}

// An includedFile is read by the DNS library.
type includedFile struct {
	*textReader
	path   string
	within *includes
}

func (f *includedFile) Close() error {
	i := f.within
	i.open = i.open[:len(i.open)-1]
	around := i.innermost()
	i.closed = append(i.closed, closing{f, around, around.consumed()})
	return nil
}

func (f *includedFile) Stat() (fs.FileInfo, error) { return nil, errors.ErrUnsupported }

// readRegular reads a file that is a regular one, symbolic links followed.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	return os.ReadFile(path)
}

var errNotRegular = errors.New("not a regular file")

// withoutPath takes the system's error out of one that says the path unquoted.
func withoutPath(err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		return wrapped.Err
	}
	return err
}

// slashed is a path in the form that the library joins included paths to.
func slashed(path string) string { return strings.ReplaceAll(path, string(filepath.Separator), "/") }
