//go:build unix

package keygen_test

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

func TestLoadExposedPrivateKey(t *testing.T) {
	t.Parallel()
	data := fixture(t, "pkcs8-private.pem")
	for mode, exposed := range map[fs.FileMode]bool{
		0o400: false, 0o600: false, 0o700: false,
		0o601: true, 0o602: true, 0o604: true, 0o610: true, 0o620: true, 0o640: true, 0o644: true, 0o666: true,
	} {
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "key.pem")
			writeFile(t, path, data, mode)
			if _, err := keygen.LoadPrivateKey(path, true, nil); err != nil {
				t.Errorf("allowed: %v", err)
			}
			_, err := keygen.LoadPrivateKey(path, false, nil)
			if !exposed {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			refusal := wantRefusal(t, err, keygen.ErrExposed, path, "chmod 600 ")
			if refusal.Mode != mode || !strings.Contains(refusal.Hint(), "--allow-exposed-key") {
				t.Errorf("got mode %v, hint %q", refusal.Mode, refusal.Hint())
			}
		})
	}
}

// A path can hold what a terminal obeys; an error quotes it.
func TestErrorQuotesThePath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no such\n\x1b[2Jfile")
	_, err := keygen.LoadPublicKey(path)
	wantRefusal(t, err, keygen.ErrUnreadable, path, "check the path")
}

// The mode that counts is that of the file a symbolic link leads to.
func TestLoadFollowsSymlinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "key.pem"), filepath.Join(dir, "link")
	writeFile(t, path, fixture(t, "pkcs8-private.pem"), 0o600)
	if err := os.Symlink("key.pem", link); err != nil {
		t.Fatal(err)
	}
	if _, err := keygen.LoadPrivateKey(link, false, nil); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := keygen.LoadPrivateKey(link, false, nil)
	wantRefusal(t, err, keygen.ErrExposed, link, "chmod 600 ")
}

func TestLoadSpecialFiles(t *testing.T) {
	t.Parallel()
	// Not t.TempDir: a socket's path has at most about a hundred bytes.
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	fifo, socket := filepath.Join(dir, "fifo"), filepath.Join(dir, "socket")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()

	for path, want := range map[string]string{fifo: "named pipe", socket: "socket", os.DevNull: "device"} {
		inTime(t, func() {
			_, err := keygen.LoadPrivateKey(path, true, nil)
			if got := wantRefusal(t, err, keygen.ErrNotRegular, path, "regular file"); got.Found != want {
				t.Errorf("%s: found %q", path, got.Found)
			}
		})
	}
	inTime(t, func() { // as when the path becomes a FIFO between stat and open
		file, err := os.OpenFile(fifo, keygen.OpenFlags, 0)
		if err != nil {
			t.Error(err)
			return
		}
		file.Close()
	})
}

// inTime fails if f, which may wait for ever, does not return.
func inTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("hangs")
	}
}
