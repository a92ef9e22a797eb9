//go:build unix

package keygen_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

// The umask narrows the modes and never widens them. It belongs to the
// process: this test is not parallel.
func TestUmask(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o277, 0o777} {
		t.Run(fmt.Sprintf("%04o", umask), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			if umask&0o300 != 0 { // a directory made with it could not be used
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			named := filepath.Join(t.TempDir(), "named")
			key := testKey()
			before := unix.Umask(umask)
			err := keygen.WritePair(dir, key)
			errNamed := keygen.CreateNamed(named, nil)
			unix.Umask(before)
			if err != nil || errNamed != nil {
				t.Fatal(err, errNamed)
			}
			wantMode(t, dir, 0o700)
			for _, path := range []string{
				filepath.Join(dir, keygen.PublicKeyFile), filepath.Join(dir, keygen.PrivateKeyFile), named,
			} {
				wantMode(t, path, 0o600&^fs.FileMode(umask))
			}
		})
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %v, want %v", path, got, want)
	}
}
