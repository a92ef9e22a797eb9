package keygen_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/drtxt/drtxt/keygen"
)

func TestLoadCapsTheSize(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key.pem")
	data := fixture(t, "pkcs8-private.pem")
	padding := bytes.Repeat([]byte("\n"), keygen.MaxFileSize-len(data))
	data = append(data, padding...)

	writeFile(t, path, data, 0o600)
	if _, err := keygen.LoadPrivateKey(path, false, nil); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	writeFile(t, path, append(data, '\n'), 0o600)
	_, err := keygen.LoadPrivateKey(path, false, nil)
	wantRefusal(t, err, keygen.ErrTooLarge, path, "check the path")
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no such file")
	_, err := keygen.LoadPrivateKey(path, false, nil)
	wantRefusal(t, err, keygen.ErrUnreadable, path, "check the path")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", err)
	}
	_, err = keygen.LoadPublicKey(path)
	wantRefusal(t, err, keygen.ErrUnreadable, path, "check the path")
}

func TestLoadDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := keygen.LoadPublicKey(dir)
	if got := wantRefusal(t, err, keygen.ErrNotRegular, dir, "regular file"); got.Found != "directory" {
		t.Errorf("found %q", got.Found)
	}
}

// A path goes into a command only where a shell reads it as a name.
func TestHintQuotesThePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"dr_privatekey.pem":  `take the public key out of it with: openssl pkey -in "dr_privatekey.pem" -pubout`,
		"my keys/schlüssel":  `take the public key out of it with: openssl pkey -in "my keys/schlüssel" -pubout`,
		"$(reboot).pem":      `take the public key out of it with: openssl pkey -in FILE -pubout`,
		"`reboot`":           `take the public key out of it with: openssl pkey -in FILE -pubout`,
		"a\"; reboot; \"":    `take the public key out of it with: openssl pkey -in FILE -pubout`,
		"-engine":            `take the public key out of it with: openssl pkey -in FILE -pubout`,
		"line\nbreak":        `take the public key out of it with: openssl pkey -in FILE -pubout`,
		"FILE/dr_public.pem": `take the public key out of it with: openssl pkey -in "FILE/dr_public.pem" -pubout`,
		"":                   `take the public key out of it with: openssl pkey -in FILE -pubout`,
	} {
		refusal := &keygen.FileError{Path: path, Kind: keygen.ErrPrivateGiven}
		if got := refusal.Hint(); got != want {
			t.Errorf("%q: got %s", path, got)
		}
	}
}
