//go:build unix

package zonefile

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestModeIsKept(t *testing.T) {
	for _, mode := range []os.FileMode{0o600, 0o640, 0o644, 0o664, 0o444, 0o666, 0o604, 0o755} {
		path := filepath.Join(t.TempDir(), "zone")
		writeFile(t, path, head)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if err := edited(t, path).Commit(context.Background()); err != nil {
			t.Fatal(err)
		}
		wantUntouched(t, path, headEdited)
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("mode %v, want %v", info.Mode(), mode)
		}
	}
}

func TestOwnerIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	user, group := os.Getuid(), os.Getgid()
	if user == 0 {
		user, group = 1234, 4321
		if err := os.Chown(path, user, group); err != nil {
			t.Fatal(err)
		}
	}
	if err := edited(t, path).Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); int(stat.Uid) != user || int(stat.Gid) != group {
		t.Errorf("owner %d:%d, want %d:%d", stat.Uid, stat.Gid, user, group)
	}
}

func TestHardLinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	if err := os.Link(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	if err := edit.Commit(context.Background()); !errors.Is(err, ErrHardLinked) {
		t.Errorf("commit: %v", err)
	}
	if _, err := Load(path, "", "dr.example.com", Options{}); !errors.Is(err, ErrHardLinked) {
		t.Errorf("load: %v", err)
	}
	wantUntouched(t, path, head)
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, "", "dr.example.com", Options{}); !errors.Is(err, ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	text := filepath.Join(t.TempDir(), "zone")
	writeFile(t, text, head+"$INCLUDE "+path+"\n")
	if _, err := Load(text, "", "dr.example.com", Options{}); !errors.Is(err, ErrIncludeUnknown) {
		t.Errorf("included: %v", err)
	}
}

// Who opened the file before it was replaced must not take its lock for that of the new
// one.
func TestLockOfReplacedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	before, err := openForLock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	if same, err := isAt(before, path); err != nil || !same {
		t.Errorf("before: %v, %v", same, err)
	}
	writeFile(t, path+".new", head)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if same, err := isAt(before, path); err != nil || same {
		t.Errorf("after: %v, %v", same, err)
	}
}

// asNobody runs one test of this program as a user with no rights, and wants the
// text in what it prints. Without root's rights the test runs as it is.
func asNobody(t *testing.T, name, directory string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(directory, "program")
	data := readFile(t, program)
	if err := os.WriteFile(copied, data, 0o755); err != nil {
		t.Fatal(err)
	}
	for at := directory; at != filepath.Dir(at) && at != os.TempDir(); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, copied, "-test.run", "^"+name+"$", "-test.v")
	command.Env = append(os.Environ(), "ZONEFILE_TEST_DIRECTORY="+directory)
	command.Dir = directory
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestWithoutRights is about files of other users and directories that this one may
// not write to.
func TestWithoutRights(t *testing.T) {
	directory := os.Getenv("ZONEFILE_TEST_DIRECTORY")
	if directory != "" {
		testAsNobody(t, directory)
		return
	}
	directory = t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("needs root, to have two users")
	}
	for path, owner := range map[string]int{"root's": 0, "group's": 65534, "mine": 65534, "hidden": 0, "ours/zone": 65534} {
		path = filepath.Join(directory, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, head)
		group := owner
		if filepath.Base(path) == "group's" {
			group = 0
		}
		if err := os.Chown(path, owner, group); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(filepath.Join(directory, "hidden"), 0), os.Chown(filepath.Join(directory, "ours"), 65534, 65534)); err != nil {
		t.Fatal(err)
	}
	asNobody(t, "TestWithoutRights", directory)
}

func testAsNobody(t *testing.T, directory string) {
	for name, kind := range map[string]*Kind{"root's": ErrNotKept, "group's": ErrNotKept, "hidden": ErrUnreadable} {
		if _, err := Load(filepath.Join(directory, name), "", "dr.example.com", Options{}); !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", name, err, kind)
		}
	}
	mine := filepath.Join(directory, "mine")
	if err := edited(t, mine).Commit(context.Background()); !errors.Is(err, ErrNotWritten) {
		t.Errorf("directory of root: %v", err)
	}
	wantUntouched(t, mine, head)
	ours := filepath.Join(directory, "ours", "zone")
	if err := edited(t, ours).Commit(context.Background()); err != nil {
		t.Error(err)
	}
	wantUntouched(t, ours, headEdited)
}

// Nothing is left behind where the new file cannot be made like the old.
func TestNotBeside(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "zone")
	writeFile(t, path, head)
	e := edited(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := e.writeBeside(); err == nil {
		t.Error("there is nothing whose attributes could be kept")
	}
	if left, err := os.ReadDir(directory); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
