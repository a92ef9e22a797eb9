package configuration

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// Load reads the file at path; symbolic links are followed. disarming are the names of
// flags that are never keys. Errors are an [*Error]; [fs.ErrNotExist] is found in that
// of a file that does not exist.
func Load(path string, disarming []string) (*File, error) {
	data, _, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(data, path, disarming)
}

// read returns the content of a configuration, and what it is. That, and who can
// write it, is judged on the open descriptor: the name can come to mean another file at
// any time.
func read(path string) ([]byte, fs.FileInfo, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, systemError(ErrUnreadable, path, err)
	}
	if err := checkRegular(path, info); err != nil {
		return nil, nil, err
	}
	if err := checkWriters(path, info); err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, nil, systemError(ErrUnreadable, path, err)
	}
	if len(data) > MaxSize {
		return nil, nil, &Error{Path: path, Kind: ErrTooLarge}
	}
	return data, info, nil
}

// openRegular opens path for reading. It looks before, because opening a device can act
// on it and a socket cannot be opened at all.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, systemError(ErrUnreadable, path, err)
	}
	if err := checkRegular(path, info); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, openFlags, 0)
	if err != nil {
		return nil, systemError(ErrUnreadable, path, err)
	}
	return file, nil
}

func checkRegular(path string, info fs.FileInfo) error {
	mode := info.Mode()
	what := "device"
	switch {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		what = "directory"
	case mode&fs.ModeNamedPipe != 0:
		what = "named pipe"
	case mode&fs.ModeSocket != 0:
		what = "socket"
	}
	return &Error{Path: path, Kind: ErrNotRegular, Detail: what}
}

// checkWriters refuses a file that somebody else can write.
func checkWriters(path string, info fs.FileInfo) error {
	if !ModeChecked {
		return nil
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return &Error{Path: path, Kind: ErrWritable, Detail: fmt.Sprintf("mode %04o", mode)}
	}
	if owner, ok := filesystem.ForeignOwner(info); ok {
		return &Error{Path: path, Kind: ErrForeign, Detail: fmt.Sprintf("user id %d", owner)}
	}
	return nil
}

// RequireInputs refuses a setting that names a file to be read which is not there, of kind
// [ErrMissing]. It is for those that are used.
func (f *File) RequireInputs(s Setting) error {
	if !s.Key.Input {
		return nil
	}
	for i, path := range s.Values {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			refusal := f.Refuse(s, ErrMissing, strconv.Quote(path))
			refusal.Line, refusal.Column = s.places[i].line, s.places[i].column
			return refusal
		}
	}
	return nil
}
