//go:build unix

package keygen_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

// The mode is narrowed to what the owner needs, and never widened, whatever the
// umask is. The umask belongs to the process: this test is not parallel.
func TestReplaceKeepsTheMode(t *testing.T) {
	for _, umask := range []int{0, 0o077, 0o777} {
		for mode, want := range map[fs.FileMode]fs.FileMode{
			0o600: 0o600, 0o400: 0o400, 0o644: 0o600, 0o666: 0o600, 0o777: 0o600, 0o440: 0o400, 0o500: 0o400,
		} {
			path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			before := unix.Umask(umask)
			err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
			unix.Umask(before)
			if err != nil {
				t.Fatalf("%v: %v", mode, err)
			}
			wantMode(t, path, want)
		}
	}
}

// Symbolic links stay; the file that they lead to is replaced.
func TestReplaceFollowsSymlinks(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	elsewhere := t.TempDir()
	link := filepath.Join(elsewhere, "link")
	if err := os.Symlink(path, filepath.Join(elsewhere, "first")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("first", link); err != nil {
		t.Fatal(err)
	}
	if err := keygen.ReplacePrivateKey(t.Context(), link, testKey(), []byte(newPassphrase)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		t.Fatalf("got %v, %v", info, err)
	}
	wantOpens(t, path, newAnswer)
	wantOpens(t, link, newAnswer)
	if got := names(t, elsewhere); len(got) != 2 {
		t.Errorf("the links' directory holds %q", got)
	}
}

// Links that end nowhere, or in a circle.
func TestReplaceBrokenSymlinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nowhere, circle := filepath.Join(dir, "nowhere"), filepath.Join(dir, "circle")
	if err := os.Symlink("missing", nowhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("circle", circle); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{nowhere, circle} {
		wantRefusal(t, keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey()), keygen.ErrUnreadable, path, "")
	}
}

// A second name would keep the old content.
func TestReplaceHardLinked(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	second := path + ".second"
	if err := os.Link(path, second); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, second} {
		wantRefusal(t, keygen.ReplacePrivateKeyUnencrypted(t.Context(), name, testKey()), keygen.ErrLinked, name, "second name")
	}
	if got := names(t, filepath.Dir(path)); len(got) != 2 {
		t.Errorf("the directory holds %q", got)
	}
	third := path + ".third"
	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	err := keygen.ReplaceWith(path, testKey(), encryptedKeyFile(t), func() ([]byte, error) {
		if err := os.Link(path, third); err != nil {
			t.Error(err)
		}
		return testAnswer()
	})
	wantRefusal(t, err, keygen.ErrChanged, path, "")
}

// What is no regular file is neither opened nor replaced.
func TestReplaceAndInspectSpecialFiles(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := fifo + ".link"
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{fifo: "named pipe", link: "named pipe", os.DevNull: "device", filepath.Dir(fifo): "directory"} {
		inTime(t, func() {
			err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
			if got := wantRefusal(t, err, keygen.ErrNotRegular, path, "regular file"); got.Found != want {
				t.Errorf("%s: found %q", path, got.Found)
			}
			_, err = keygen.Inspect(path)
			if got := wantRefusal(t, err, keygen.ErrNotRegular, path, "regular file"); got.Found != want {
				t.Errorf("%s: found %q", path, got.Found)
			}
		})
	}
}

// Inspect reports the mode of the file behind a link and refuses none.
func TestInspectReportsTheMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o400, 0o600, 0o604, 0o644, 0o666, 0o777} {
		path := neighbours(t, "key.pem", encryptedKeyFile(t), nil)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		link := path + ".link"
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, link} {
			if got, err := keygen.Inspect(name); err != nil || got.Mode != mode {
				t.Errorf("%v: got %v, %v", mode, got.Mode, err)
			}
		}
	}
}

// An encrypted key that others can read is refused too: they can try passphrases
// on it.
func TestLoadExposedEncryptedKey(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", encryptedKeyFile(t), nil)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := keygen.LoadPrivateKey(path, false, neverAsk(t))
	wantRefusal(t, err, keygen.ErrExposed, path, "chmod 600 ")
	if _, err := keygen.LoadPrivateKey(path, true, testAnswer); err != nil {
		t.Error(err)
	}
}
