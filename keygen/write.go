package keygen

import (
	"context"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// The names of a pair's files.
const (
	PublicKeyFile  = "dr_publickey.pem"
	PrivateKeyFile = "dr_privatekey.pem"
)

// fileMode is the mode of both files from their first byte on, narrowed by
// the umask and never widened.
const fileMode = 0o600

// WritePair writes key into dir, unencrypted: the public key, then the private
// key, each with mode 0600 and on the disk before it has its name. dir is made
// if it is missing, with mode 0700. Nothing is ever overwritten: what
// [CheckVacant] refuses, WritePair refuses, and of several at once one
// succeeds. When it fails it leaves no file of its own.
//
// On Linux each file is whole or absent, whenever the process is killed; what
// a kill can leave is the public key alone, and a private key exists under its
// own name or not at all. Other systems, and Linux file systems without
// O_TMPFILE, cannot do that: there the file is created under its name and
// written at once, and a kill between the two system calls leaves it empty,
// which the next CheckVacant says.
func WritePair(dir string, key *rsa.PrivateKey) error {
	private, err := EncodePrivateKey(key)
	if err != nil {
		return err
	}
	return writeKeys(dir, key, private)
}

// WriteEncryptedPair is [WritePair] with the private key encrypted, as
// [EncodeEncryptedPrivateKey] does it. The caller clears passphrase. Where the
// context ends before anything is written, nothing is, and the error is its.
func WriteEncryptedPair(ctx context.Context, dir string, key *rsa.PrivateKey, passphrase []byte) error {
	private, err := EncodeEncryptedPrivateKey(key, passphrase)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		clear(private)
		return ctx.Err()
	}
	return writeKeys(dir, key, private)
}

// writeKeys writes the two files of key; private is the second, encoded, and
// is cleared.
func writeKeys(dir string, key *rsa.PrivateKey, private []byte) error {
	defer clear(private)
	public, err := EncodePublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	if err := CheckVacant(dir); err != nil {
		return err
	}
	if err := makeDir(dir); err != nil {
		return err
	}
	return writePair(dir, public, private)
}

// writePair takes the public key back when the private key cannot be written.
// Whoever creates the public key owns both names until then.
func writePair(dir string, public, private []byte) error {
	publicPath := filepath.Join(dir, PublicKeyFile)
	if err := writeNew(publicPath, public); err != nil {
		return err
	}
	if err := writeNew(filepath.Join(dir, PrivateKeyFile), private); err != nil {
		os.Remove(publicPath) // should this fail too, the next CheckVacant says so
		return err
	}
	return nil
}

// CheckVacant refuses a directory that holds a file under one of the pair's
// names, dangling symbolic links included: with [ErrExists], [ErrPublicAlone],
// [ErrPrivateAlone] or [ErrUnfinished]. A directory that does not exist is
// vacant. It is for asking before a key is generated; WritePair asks again.
func CheckVacant(dir string) error {
	// The private key first, because it is written last: who looks while a pair
	// is being written does not take its private key to stand alone.
	privatePath := filepath.Join(dir, PrivateKeyFile)
	private, err := lookUp(privatePath)
	if err != nil {
		return err
	}
	publicPath := filepath.Join(dir, PublicKeyFile)
	public, err := lookUp(publicPath)
	if err != nil {
		return err
	}
	switch {
	case public == nil && private == nil:
		return nil
	case private == nil:
		return &FileError{Path: publicPath, Kind: ErrPublicAlone}
	case private.Mode().IsRegular() && private.Size() == 0:
		return &FileError{Path: privatePath, Kind: ErrUnfinished}
	case public == nil:
		return &FileError{Path: privatePath, Kind: ErrPrivateAlone}
	}
	return &FileError{Path: privatePath, Kind: ErrExists}
}

// lookUp returns what has the name path, nil if nothing has.
func lookUp(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, systemError(ErrUnwritable, path, err)
	}
	return info, nil
}

// makeDir makes dir and its parents where missing, with mode 0700.
func makeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return systemError(ErrUnwritable, dir, err)
	}
	return syncDir(filepath.Dir(dir))
}
