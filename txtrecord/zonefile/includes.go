package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	pathpkg "path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// includes are the files that a zone file includes. Each is read once, so that every
// reading of the zone sees the same. It implements [fs.FS] for the DNS library, which
// hands it paths without their leading slash.
type includes struct {
	// directories are where else relative paths may lead.
	directories []string
	// files are by their paths. Some may only have been compared with an included one.
	files map[string][]byte
	// relative are the relative paths that each of the files includes.
	relative map[string][]string
	// zone is the zone file, and zoneRelative are the relative paths that it includes.
	zone         *includedFile
	zoneRelative []string
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

func newIncludes(directories []string) *includes {
	return &includes{directories: directories, files: map[string][]byte{}, relative: map[string][]string{}}
}

// Open reads the file, the first time.
func (i *includes) Open(name string) (fs.File, error) {
	if i.opened++; i.opened > maxIncludes {
		return nil, &includeError{rooted(name), errTooManyIncludes}
	}
	path, err := i.find(name)
	if err != nil {
		return nil, err
	}
	file := &includedFile{textReader: newTextReader(text{i.files[path]}), name: name, path: path, within: i}
	i.open = append(i.open, file)
	return file, nil
}

// rooted is the path that the DNS library takes name for.
func rooted(name string) string {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = string(filepath.Separator) + path
	}
	return path
}

// find returns the path of what the library calls name: of the files that it may mean,
// the first, where those that there are hold the same.
func (i *includes) find(name string) (found string, err error) {
	candidates := i.candidates(name)
	for _, path := range candidates {
		err := i.readOnce(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", err
		case found == "":
			found = path
		case !bytes.Equal(i.files[path], i.files[found]):
			return "", &Error{Kind: ErrIncludeUnknown, Found: fmt.Sprintf("%q or %q, which differ", found, path)}
		}
	}
	if found == "" {
		return "", &includeError{candidates[0], syscall.ENOENT}
	}
	return found, nil
}

// candidates are the paths that name may mean.
func (i *includes) candidates(name string) []string {
	around, relative := i.innermost(), i.zoneRelative
	if around != i.zone {
		relative = i.relative[around.path]
	}
	for _, argument := range relative {
		if pathpkg.Join(pathpkg.Dir(around.name), argument) != name {
			continue
		}
		all := []string{filepath.Join(filepath.Dir(around.path), filepath.FromSlash(argument))}
		for _, directory := range i.directories {
			all = append(all, filepath.Join(directory, filepath.FromSlash(argument)))
		}
		return all
	}
	return []string{rooted(name)}
}

// readOnce reads and examines a file, unless that was done.
func (i *includes) readOnce(path string) error {
	if _, known := i.files[path]; known {
		return nil
	}
	data, err := readRegular(path)
	if err != nil {
		return &includeError{path, withoutPath(err)}
	}
	relative, err := examine(path, data)
	if err != nil {
		return err
	}
	i.files[path], i.relative[path] = data, relative
	return nil
}

// restart prepares for another reading of the zone file at path, which includes files by
// these relative paths.
func (i *includes) restart(zone *textReader, path string, relative []string) {
	i.zone = &includedFile{textReader: zone, name: strings.TrimLeft(slashed(path), "/"), path: path}
	i.zoneRelative, i.open, i.opened, i.closed = relative, nil, 0, nil
}

// innermost is what is being read: an included file, or the zone.
func (i *includes) innermost() *includedFile {
	if len(i.open) == 0 {
		return i.zone
	}
	return i.open[len(i.open)-1]
}

// atFault is the included file that the library gave up in, nil if it is the zone
// file. It closes those around it too; but from what includes a file that was read to
// its end it reads on.
func (i *includes) atFault() *includedFile {
	var fault *includedFile
	reader := i.innermost().textReader
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
	// name is what the library calls the file at path.
	name, path string
	within     *includes
}

func (f *includedFile) Close() error {
	i := f.within
	i.open = i.open[:len(i.open)-1]
	around := i.innermost().textReader
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
