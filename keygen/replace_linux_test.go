package keygen_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

func init() {
	children["replacements"] = replaceAgain
	children["replaceLimited"] = replaceLimited
	children["replaceJailed"] = replaceJailed
}

// replaceAgain replaces the key at args[0] until it is killed, by the content of
// args[1] and of args[2] in turn.
func replaceAgain(args []string) {
	key := testKey()
	var contents [][]byte
	for _, path := range args[1:] {
		data, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		contents = append(contents, data)
	}
	fmt.Println("ready")
	for i := range 100_000 {
		if err := keygen.ReplaceWith(args[0], key, contents[i%2], testAnswer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// Whenever the process is killed, the path names a whole key, and what is beside
// it is the new file, whole too.
func TestKillReplace(t *testing.T) {
	t.Parallel()
	kills := 240
	if testing.Short() {
		kills = 24
	}
	sources := t.TempDir()
	plain, encrypted := filepath.Join(sources, "plain"), filepath.Join(sources, "encrypted")
	writeFile(t, plain, fixture(t, "pkcs8-private.pem"), 0o600)
	writeFile(t, encrypted, encryptedKeyFile(t), 0o600)
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	count := make(map[string]int)
	for range kills {
		killAtRandom(t, child(t, "replacements", path, encrypted, plain))
		count[replacedState(t, path)]++
	}
	t.Logf("where the kill struck: %v", count)
	if count["unencrypted"] == 0 || count["encrypted"] == 0 {
		t.Errorf("only one content was ever seen: %v", count)
	}
}

// replacedState names what stands at path, and fails if that is not a whole key
// or if anything but a whole new file is beside it, which it removes.
func replacedState(t *testing.T, path string) string {
	t.Helper()
	for _, name := range names(t, filepath.Dir(path)) {
		if name != "key.pem" && name != "key.pem.new" {
			t.Fatalf("the directory holds %q", name)
		}
		wantOpens(t, filepath.Join(filepath.Dir(path), name), testAnswer)
	}
	found, err := keygen.Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	state := "unencrypted"
	if found.Encryption != nil {
		state = "encrypted"
	}
	if os.Remove(path+".new") == nil {
		state += ", and the new file"
	}
	return state
}

// replaceLimited replaces the key at args[0] while no file may become larger than
// args[1] bytes, and prints the error's class.
func replaceLimited(args []string) {
	key := testKey()
	signal.Ignore(unix.SIGXFSZ)
	limit, _ := strconv.ParseUint(args[1], 10, 64)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
	err := keygen.ReplacePrivateKeyUnencrypted(context.Background(), args[0], key)
	fmt.Println(errors.Is(err, keygen.ErrNotReplaced), errors.Is(err, unix.EFBIG))
}

// A new file that cannot be written to its end leaves the old as it was.
func TestReplaceFileSizeLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []string{"0", "100", "1000"} {
		path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
		before := snapshot(t, filepath.Dir(path))
		out, err := child(t, "replaceLimited", path, limit).Output()
		if err != nil || string(out) != "true true\n" {
			t.Errorf("limit %s: %v, %q", limit, err, out)
		}
		wantSnapshot(t, filepath.Dir(path), before)
	}
}

func wantSnapshot(t *testing.T, dir string, want []string) {
	t.Helper()
	if got := snapshot(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the directory has changed: %q", names(t, dir))
	}
}

// A disk without room for a second key; then one that is read-only.
func TestReplaceOnAFullDisk(t *testing.T) {
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
	path := filepath.Join(dir, "key.pem")
	writeFile(t, path, fixture(t, "pkcs8-private.pem"), 0o600)
	before := snapshot(t, dir)
	for _, errno := range []error{unix.ENOSPC, unix.EROFS} {
		err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
		wantRefusal(t, err, keygen.ErrNotReplaced, path, "nothing was changed")
		if !errors.Is(err, errno) {
			t.Errorf("got %v, want %v", err, errno)
		}
		wantSnapshot(t, dir, before)
		if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// A file that is mounted by itself cannot be replaced: the new one goes.
func TestReplaceAMountedFile(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", fixture(t, "pkcs8-private.pem"), nil)
	if err := unix.Mount(path, path, "", unix.MS_BIND, ""); err != nil {
		t.Skipf("mount: %v", err)
	}
	defer unix.Unmount(path, unix.MNT_DETACH)
	err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
	wantRefusal(t, err, keygen.ErrNotReplaced, path, "mounted by itself")
	if !errors.Is(err, unix.EBUSY) {
		t.Errorf("got %v, want EBUSY", err)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("the directory holds %q", got)
	}
}

// The owner is kept where that can be, by root alone; else nothing is changed.
func TestReplaceKeepsTheOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can make another user's file")
	}
	dir := openDir(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "key.pem")
	writeFile(t, path, fixture(t, "pkcs8-private.pem"), 0o644)
	before := snapshot(t, dir)
	asNobody(t, func() {
		err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
		wantRefusal(t, err, keygen.ErrNotReplaced, path, "must own ")
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("got %v, want EPERM", err)
		}
	})
	wantSnapshot(t, dir, before)
	wantOwner(t, path, 0, 0)

	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey()); err != nil {
		t.Fatal(err)
	}
	wantOwner(t, path, 65534, 65534)
	wantMode(t, path, 0o600)
	asNobody(t, func() {
		if err := keygen.ReplacePrivateKey(t.Context(), path, testKey(), []byte(newPassphrase)); err != nil {
			t.Error(err) // the group cannot be kept, and can do nothing
		}
	})
	wantOwner(t, path, 65534, 0)
	wantMode(t, path, 0o600)
}

func wantOwner(t *testing.T, path string, uid, gid uint32) {
	t.Helper()
	var stat unix.Stat_t
	if err := unix.Stat(path, &stat); err != nil {
		t.Fatal(err)
	}
	if stat.Uid != uid || stat.Gid != gid {
		t.Errorf("%s belongs to %d:%d", path, stat.Uid, stat.Gid)
	}
}

// Another user's key is not read, replaced or inspected; a directory that takes no
// new file keeps the old one.
func TestReplaceWhereOneMayNot(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	path := filepath.Join(dir, "key.pem")
	writeFile(t, path, fixture(t, "pkcs8-private.pem"), 0)
	asNobody(t, func() {
		wantRefusal(t, keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey()), keygen.ErrUnreadable, path, "may read")
		_, err := keygen.Inspect(path)
		wantRefusal(t, err, keygen.ErrUnreadable, path, "may read")
	})
	if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	asNobody(t, func() {
		err := keygen.ReplacePrivateKeyUnencrypted(t.Context(), path, testKey())
		wantRefusal(t, err, keygen.ErrNotReplaced, path, "nothing was changed")
	})
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("the directory holds %q", got)
	}
}

// replaceJailed replaces the key /key.pem below args[0], where there is no /proc.
func replaceJailed(args []string) {
	key := testKey()
	if err := errors.Join(unix.Chroot(args[0]), unix.Chdir("/")); err != nil {
		fmt.Println("skip:", err)
		return
	}
	fmt.Println(keygen.ReplacePrivateKeyUnencrypted(context.Background(), "/key.pem", key))
}

// Without /proc a nameless file cannot get a name; the other way is taken.
func TestReplaceWithoutProc(t *testing.T) {
	t.Parallel()
	path := neighbours(t, "key.pem", encryptedKeyFile(t), nil)
	out, err := child(t, "replaceJailed", filepath.Dir(path)).Output()
	if err != nil {
		t.Fatalf("the child: %v: %s", err, out)
	}
	if string(out) != "<nil>\n" {
		t.Skipf("the child: %s", out)
	}
	wantOpens(t, path, nil)
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("the directory holds %q", got)
	}
}
