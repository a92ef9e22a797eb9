package keygen

import (
	"bytes"
	"context"
	"crypto/rsa"
	"os"
)

// What only a race or another system reaches otherwise.
var WriteFiles = writePair

// CreateNamed is how other systems make the file path with data in it.
func CreateNamed(path string, data []byte) error {
	return createNamed(path, func(file *os.File) error { return writeSynced(file, data) })
}

// ReplaceWith replaces the key at path by data, which holds key. passphrase is
// asked for when the new file is read back, before it has a name.
func ReplaceWith(path string, key *rsa.PrivateKey, data []byte, passphrase Passphrase) error {
	encode := func() ([]byte, error) { return bytes.Clone(data), nil }
	return replace(context.Background(), path, key, encode, passphrase)
}

// ReplaceEncoding is ReplaceWith what encode returns, which takes its time.
func ReplaceEncoding(ctx context.Context, path string, key *rsa.PrivateKey, encode func() ([]byte, error)) error {
	return replace(ctx, path, key, encode, nil)
}

// InspectEncrypted is what [Inspect] says of an EncryptedPrivateKeyInfo.
func InspectEncrypted(der []byte) (*Encryption, error) {
	key, err := readEncrypted(der)
	if err != nil {
		return nil, err
	}
	return key.describe(), nil
}

const (
	OpenFlags   = openFlags
	MaxFileSize = maxFileSize
)
