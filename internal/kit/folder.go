package kit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"
)

// A Folder is a kit as it lies on the disk: its manifest, and what there is beside it.
type Folder struct {
	// Manifest is what the folder says of itself.
	Manifest *Manifest
	// Digest is the SHA-256 digest of the manifest's file, in hexadecimal.
	Digest string

	dir     string
	entries []entry
}

// An entry is one name in a folder, as it was when the folder was opened.
type entry struct {
	path string
	mode fs.FileMode
	size int64
	err  error
}

// maxEntries is how many names are looked at: a kit has fewer than 1500.
const maxEntries = 10000

// A NoKitError says that a folder holds no kit that can be read.
type NoKitError struct {
	Dir string
	Err error
}

func (e *NoKitError) Error() string { return fmt.Sprintf("%q holds no kit: %v", e.Dir, e.Err) }

// Unwrap returns the cause.
func (e *NoKitError) Unwrap() error { return e.Err }

// Hint is the way out.
func (e *NoKitError) Hint() string {
	if hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](e.Err); ok {
		return hinted.Hint()
	}
	return "name the folder that `drtxt kit` made; it has a " + ManifestFile
}

// Open reads the manifest of the kit in a folder, which has to be one, and lists the
// folder. The files are read when they are needed, so the folder has to stay. Nothing
// outside of it is read, and links are not followed. The error is a [*NoKitError].
func Open(dir string) (*Folder, error) {
	f, err := open(dir)
	if err != nil {
		if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
			err = fmt.Errorf("%s: %w", wrapped.Path, wrapped.Err)
		}
		return nil, &NoKitError{dir, err}
	}
	return f, nil
}

func open(dir string) (*Folder, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() { // opening a named pipe waits
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	data, _, err := readRegular(root, ManifestFile, MaxManifest)
	if err != nil {
		return nil, err
	}
	m, err := Decode(data)
	if err != nil {
		return nil, err
	}
	l := lister{root: root}
	if err := l.walk("."); err != nil {
		return nil, err
	}
	sha, _ := digest(data)
	return &Folder{Manifest: m, Digest: sha, dir: dir, entries: l.entries}, nil
}

// paths are those of every file of the kit.
func (m *Manifest) paths() map[string]bool {
	paths := map[string]bool{ManifestFile: true}
	for _, s := range m.Sets {
		for _, f := range s.Files {
			paths[f.Path] = true
		}
	}
	for _, d := range m.Documents {
		paths[d.Path] = true
	}
	return paths
}

// isFolder reports whether a path is that of a folder of every kit.
func isFolder(name string) bool { return slices.Contains([]string{".", "off", "test", "on"}, name) }

// A lister lists what lies in a kit.
type lister struct {
	root    *os.Root
	entries []entry
}

// walk lists a folder of the kit, in the order of the names.
func (l *lister) walk(dir string) error {
	info, err := l.root.Lstat(dir)
	if err != nil {
		return err
	}
	l.entries = append(l.entries, entry{path: dir, mode: info.Mode()})
	names, err := l.names(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := l.visit(path.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// names are those in a folder, sorted.
func (l *lister) names(dir string) ([]string, error) {
	file, err := l.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	names, err := file.Readdirnames(maxEntries)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(names)+len(l.entries) > maxEntries {
		return nil, fmt.Errorf("there are more than %d files in it", maxEntries)
	}
	slices.Sort(names)
	return names, nil
}

func (l *lister) visit(name string) error {
	info, err := l.root.Lstat(name)
	if err != nil {
		l.entries = append(l.entries, entry{path: name, err: err})
		return nil
	}
	if info.IsDir() && isFolder(name) {
		return l.walk(name)
	}
	l.entries = append(l.entries, entry{path: name, mode: info.Mode(), size: info.Size()})
	return nil
}

var (
	errNotRegular = errors.New("is no regular file")
	errTooLarge   = errors.New("is too large")
)

// readRegular reads a file that is none but a regular one, before it is opened and after:
// opening a named pipe waits, and opening a device can act on it.
func readRegular(root *os.Root, name string, most int64) ([]byte, fs.FileMode, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !before.Mode().IsRegular() {
		return nil, before.Mode(), fmt.Errorf("%s %w", name, errNotRegular)
	}
	file, err := root.OpenFile(name, openFlags, 0)
	if err != nil {
		return nil, before.Mode(), err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, before.Mode(), err
	}
	if !info.Mode().IsRegular() || !os.SameFile(before, info) {
		return nil, before.Mode(), fmt.Errorf("%s %w", name, errNotRegular)
	}
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s %w", name, errTooLarge)
	}
	return data, info.Mode(), err
}

// read reads a file of so many bytes at most.
func (f *Folder) read(name string, most int64) ([]byte, fs.FileMode, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, 0, err
	}
	defer root.Close()
	return readRegular(root, name, most)
}

// find is the entry at a path.
func (f *Folder) find(name string) (*entry, bool) {
	i := slices.IndexFunc(f.entries, func(e entry) bool { return e.path == name })
	if i < 0 {
		return nil, false
	}
	return &f.entries[i], true
}
