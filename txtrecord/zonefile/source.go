package zonefile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// A source is where a zone file was read from.
type source struct {
	// trail is the path as given, made absolute, then each target of a symbolic link; the
	// last is the file itself.
	trail []string
	data  []byte
}

// maxLinks is how many symbolic links in a row are followed.
const maxLinks = 40

// follow returns the trail from path to a file. Directories on the way are resolved
// as the system does: what ".." means is known when the link before it is.
func follow(path string) (trail []string, err error) {
	directory := "."
	for range maxLinks {
		if !filepath.IsAbs(path) {
			path = directory + string(filepath.Separator) + path
		}
		parent, base := filepath.Split(path)
		if directory, err = filepath.EvalSymlinks(parent); err != nil {
			return trail, err
		}
		if directory, err = filepath.Abs(directory); err != nil {
			return trail, err
		}
		here := filepath.Join(directory, base)
		trail = append(trail, here)
		info, err := os.Lstat(here)
		if err != nil {
			return trail, err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return trail, nil
		}
		if path, err = os.Readlink(here); err != nil {
			return trail, err
		}
	}
	return trail, syscall.ELOOP
}

// real is the path of the file itself.
func (s *source) real() string { return s.trail[len(s.trail)-1] }

// readSource reads the zone file at path.
func readSource(path string) (source, error) {
	trail, err := follow(path)
	if err != nil {
		return source{}, &Error{Path: path, Kind: ErrUnreadable, Err: withoutPath(err)}
	}
	s := source{trail: trail}
	s.data, err = readRegular(s.real())
	switch {
	case errors.Is(err, errNotRegular):
		return source{}, &Error{Path: s.real(), Kind: ErrNotRegular}
	case err != nil:
		return source{}, &Error{Path: s.real(), Kind: ErrUnreadable, Err: withoutPath(err)}
	case len(s.data) == 0:
		return source{}, &Error{Path: s.real(), Kind: ErrEmpty}
	}
	return s, nil
}

// unchanged reports whether the path still leads to the same file, and that has the
// same bytes.
func (s *source) unchanged() (bool, error) {
	trail, err := follow(s.trail[0])
	if errors.Is(err, fs.ErrNotExist) || err == nil && !slices.Equal(trail, s.trail) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return holds(s.real(), s.data)
}

// holds reports whether a file has exactly these bytes. It holds little of it in
// memory.
func holds(path string, data []byte) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := file.Read(buffer)
		if !bytes.HasPrefix(data, buffer[:n]) {
			return false, nil
		}
		data = data[n:]
		if err == io.EOF {
			return len(data) == 0, nil
		}
		if err != nil {
			return false, err
		}
	}
}
