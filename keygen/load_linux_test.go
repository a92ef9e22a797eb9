package keygen_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

// openDir makes a directory that every user may pass through and list.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "keygen")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asNobody runs f without root's right to every file: the calling thread
// takes the file system user 65534 (setfsuid(2)). Other users need no change.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	setFSUID(65534)
	defer setFSUID(0)
	if got := setFSUID(65534); got != 65534 {
		t.Fatalf("the file system user is %d", got)
	}
	f()
}

// setFSUID returns the user before.
func setFSUID(uid uintptr) uintptr {
	before, _, _ := unix.RawSyscall(unix.SYS_SETFSUID, uid, 0, 0)
	return before
}

func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(openDir(t), "key.pem")
	writeFile(t, path, fixture(t, "pkcs8-private.pem"), 0)
	asNobody(t, func() {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("the directory hides the file: %v", err)
		}
		if _, err := os.Open(path); !errors.Is(err, unix.EACCES) {
			t.Fatalf("os.Open gives %v, this test needs EACCES", err)
		}
		_, err := keygen.LoadPrivateKey(path, false, nil)
		wantRefusal(t, err, keygen.ErrUnreadable, path, "may read")
		if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, unix.EACCES) {
			t.Errorf("%v does not wrap fs.ErrPermission", err)
		}
	})
}

func TestWriteWhereOneMayNot(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	asNobody(t, func() {
		if err := os.Mkdir(filepath.Join(dir, "x"), 0o700); !errors.Is(err, unix.EACCES) {
			t.Fatalf("os.Mkdir gives %v, this test needs EACCES", err)
		}
		err := keygen.WritePair(dir, testKey())
		wantRefusal(t, err, keygen.ErrUnwritable, filepath.Join(dir, keygen.PublicKeyFile), "--dir")
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v does not wrap fs.ErrPermission", err)
		}
		below := filepath.Join(dir, "below")
		wantRefusal(t, keygen.WritePair(below, testKey()), keygen.ErrUnwritable, below, "--dir")
	})
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		err := keygen.CheckVacant(dir)
		wantRefusal(t, err, keygen.ErrUnwritable, filepath.Join(dir, keygen.PrivateKeyFile), "--dir")
	})
}

// A directory that cannot be opened cannot be synced: what could be lost with
// the power is taken back.
func TestWriteWhereSyncFails(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, 65534, -1); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o300); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		err := keygen.WritePair(dir, testKey())
		wantRefusal(t, err, keygen.ErrUnwritable, dir, "--dir")
		if !errors.Is(err, unix.EACCES) {
			t.Errorf("got %v, want EACCES", err)
		}
	})
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
