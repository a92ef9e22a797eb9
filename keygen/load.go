package keygen

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFileSize is the most that is read of a key file, in bytes: twenty times
// what a key takes.
const maxFileSize = 64 << 10

// LoadPrivateKey reads the private key file at path, as [ParsePrivateKey]
// does; symbolic links are followed. A file with any permission for group or
// others is refused with [ErrExposed] unless allowExposed; see [ModeChecked].
//
// If path ends in [PrivateKeyFile] and a [PublicKeyFile] lies in the same
// directory, that has to be its public key: else the error is [ErrMismatch],
// or [ErrBeside] where the public key cannot be read.
func LoadPrivateKey(path string, allowExposed bool, passphrase Passphrase) (*rsa.PrivateKey, error) {
	data, err := readFile(path, allowExposed)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	key, err := ParsePrivateKey(data, passphrase)
	if err != nil {
		return nil, atPath(err, path)
	}
	if err := checkBeside(path, &key.PublicKey); err != nil {
		return nil, err
	}
	return key, nil
}

// LoadPublicKey reads the public key file at path; symbolic links are followed.
func LoadPublicKey(path string) (*rsa.PublicKey, error) {
	const allowExposed = true // it is public
	data, err := readFile(path, allowExposed)
	if err != nil {
		return nil, err
	}
	defer clear(data) // a private key may have been given by mistake
	key, err := ParsePublicKey(data)
	if err != nil {
		return nil, atPath(err, path)
	}
	return key, nil
}

// readFile returns the whole content of a key file.
func readFile(path string, allowExposed bool) ([]byte, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if mode := info.Mode().Perm(); ModeChecked && !allowExposed && mode&0o077 != 0 {
		return nil, exposed(path, mode)
	}
	return readCapped(file, path)
}

func exposed(path string, mode fs.FileMode) error {
	return &FileError{
		Path:   path,
		Kind:   ErrExposed,
		Found:  fmt.Sprintf("mode %04o", mode),
		Wanted: "mode 0600",
		Mode:   mode,
	}
}

// openRegular opens path for reading. It looks before, because opening a
// device can act on it and a socket cannot be opened at all. What it is, is
// judged again on the open descriptor, whose info is returned: the name can
// come to mean another file at any time.
func openRegular(path string) (file *os.File, info fs.FileInfo, err error) {
	info, err = os.Stat(path)
	if err != nil {
		return nil, nil, systemError(ErrUnreadable, path, err)
	}
	if err := checkRegular(path, info); err != nil {
		return nil, nil, err
	}
	file, err = os.OpenFile(path, openFlags, 0)
	if err != nil {
		return nil, nil, systemError(ErrUnreadable, path, err)
	}
	info, err = file.Stat()
	if err != nil {
		err = systemError(ErrUnreadable, path, err)
	} else {
		err = checkRegular(path, info)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

func checkRegular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &FileError{Path: path, Kind: ErrNotRegular, Found: typeText(info.Mode())}
}

// typeText names a type of file that is not regular.
func typeText(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "directory"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// readCapped reads file into one buffer made beforehand: growing it would
// leave copies of a key in memory.
func readCapped(file io.Reader, path string) ([]byte, error) {
	buffer := make([]byte, maxFileSize+1)
	n, err := io.ReadFull(file, buffer)
	switch {
	case err == nil:
		clear(buffer)
		return nil, &FileError{Path: path, Kind: ErrTooLarge, Found: "more than 64 KiB"}
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		clear(buffer)
		return nil, systemError(ErrUnreadable, path, err)
	}
	return buffer[:n], nil
}
