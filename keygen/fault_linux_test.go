package keygen_test

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

func init() {
	children["limited"] = writeLimited
	children["jailed"] = writeJailed
}

// writeLimited writes a pair into args[0] and a file into args[1] while no
// file may become larger than args[2] bytes, and prints the two errors' class.
func writeLimited(args []string) {
	key := testKey()
	signal.Ignore(unix.SIGXFSZ)
	limit, _ := strconv.ParseUint(args[2], 10, 64)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
	err := keygen.WritePair(args[0], key)
	refusal, _ := errors.AsType[*keygen.FileError](err)
	fmt.Println(errors.Is(err, keygen.ErrUnwritable), errors.Is(err, unix.EFBIG), filepath.Base(refusal.Path))
	err = keygen.CreateNamed(filepath.Join(args[1], "named"), make([]byte, limit+1))
	fmt.Println(errors.Is(err, unix.EFBIG))
}

// A file that cannot be written to its end leaves nothing, and takes the
// public key with it.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	for limit, failing := range map[string]string{
		"0":   keygen.PublicKeyFile,
		"100": keygen.PublicKeyFile,
		"500": keygen.PrivateKeyFile, // the public key has 451 bytes
	} {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			pair, named := t.TempDir(), t.TempDir()
			out, err := child(t, "limited", pair, named, limit).Output()
			if want := "true true " + failing + "\ntrue\n"; err != nil || string(out) != want {
				t.Fatalf("the child: %v, %q, want %q", err, out, want)
			}
			if left := append(names(t, pair), names(t, named)...); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// A disk with room for the public key alone; then one that is read-only.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	size := "size=" + strconv.Itoa(os.Getpagesize())
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, size); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	err := keygen.WritePair(dir, testKey())
	wantRefusal(t, err, keygen.ErrUnwritable, filepath.Join(dir, keygen.PrivateKeyFile), "free some space")
	if !errors.Is(err, unix.ENOSPC) {
		t.Errorf("got %v, want ENOSPC", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}

	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if err := keygen.WritePair(dir, testKey()); !errors.Is(err, keygen.ErrUnwritable) || !errors.Is(err, unix.EROFS) {
		t.Errorf("got %v, want EROFS", err)
	}
}

// writeJailed writes a pair into /keys below args[0], where there is no /proc.
func writeJailed(args []string) {
	key := testKey()
	if err := errors.Join(unix.Chroot(args[0]), unix.Chdir("/")); err != nil {
		fmt.Println("skip:", err)
		return
	}
	if _, err := os.Stat("/proc"); err == nil {
		panic("/proc is there")
	}
	if err := keygen.WritePair("/keys", key); err != nil {
		panic(err)
	}
	err := keygen.WritePair("/keys", key)
	fmt.Println(errors.Is(err, keygen.ErrExists))
}

// Without /proc a nameless file cannot get a name; the other way is taken.
func TestWithoutProc(t *testing.T) {
	t.Parallel()
	jail := t.TempDir()
	out, err := child(t, "jailed", jail).Output()
	if err != nil {
		t.Fatalf("the child: %v: %s", err, out)
	}
	if string(out) != "true\n" {
		t.Skipf("the child: %s", out)
	}
	wantPair(t, filepath.Join(jail, "keys"), testKey())
}
