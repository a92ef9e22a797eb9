package keygen

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// loadBeside returns the public key that lies beside the private key file at
// path, or where symbolic links lead from there, under the names that a pair has, or
// nil where there is none.
func loadBeside(path string) (*rsa.PublicKey, error) {
	if filepath.Base(path) != PrivateKeyFile {
		target, err := filepath.EvalSymlinks(path)
		if err != nil || filepath.Base(target) != PrivateKeyFile {
			return nil, nil
		}
		path = target
	}
	public := filepath.Join(filepath.Dir(path), PublicKeyFile)
	if _, err := os.Lstat(public); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	key, err := LoadPublicKey(public)
	if refusal, ok := errors.AsType[*FileError](err); ok {
		return nil, beside(refusal)
	}
	return key, err
}

// beside turns the refusal of a public key into what it means for the private
// key that it lies beside.
func beside(refusal *FileError) error {
	cause := fmt.Errorf("it %w", refusal.Kind)
	if refusal.Err != nil {
		cause = fmt.Errorf("it %w: %w", refusal.Kind, refusal.Err)
	}
	return &FileError{Path: refusal.Path, Kind: ErrBeside, Found: refusal.Found, Err: cause}
}

// checkBeside refuses a private key file whose public key is key where
// another lies beside it.
func checkBeside(path string, key *rsa.PublicKey) error {
	public, err := loadBeside(path)
	if err != nil || public == nil || public.Equal(key) {
		return err
	}
	return &FileError{
		Path:  path,
		Kind:  ErrMismatch,
		Found: "beside it is " + Fingerprint(public) + ", its own is " + Fingerprint(key),
	}
}
