package zonefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// edited reads a zone file of example.com and adds a record.
func edited(t *testing.T, path string) *Edit {
	t.Helper()
	f, err := Load(path, "example.com", "dr.example.com", Options{})
	if err != nil {
		t.Fatal(err)
	}
	edit, err := f.Edit([]Change{{Type: "TXT", Remove: standing(f, "TXT").RDATA, Add: texts("v=1;new"), TTL: 30}}, november)
	if err != nil {
		t.Fatal(err)
	}
	return edit
}

// headEdited is what edited makes of head.
var headEdited = strings.Replace(head, " 7 ", " 8 ", 1) + "dr.example.com. 30 IN TXT \"v=1;new\"\n"

// wantUntouched sees whether a directory holds the file as it was, and no remains.
func wantUntouched(t *testing.T, path, text string) {
	t.Helper()
	if got := readFile(t, path); string(got) != text {
		t.Errorf("the file is\n%s\nwant\n%s", got, text)
	}
	remains, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".drtxt-*"))
	if err != nil || len(remains) > 0 {
		t.Errorf("left behind: %q, %v", remains, err)
	}
}

func TestCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	wantUntouched(t, path, head)
	if err := edit.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantUntouched(t, path, headEdited)
	var whole bytes.Buffer
	if n, err := edit.WriteTo(&whole); err != nil || whole.String() != headEdited || n != int64(len(headEdited)) {
		t.Errorf("WriteTo %d, %v: %s", n, err, whole.String())
	}
	// Once more: the file is not what was read.
	wantConflict(t, edit.Commit(context.Background()), path)
}

func wantConflict(t *testing.T, err error, path string) {
	t.Helper()
	real, evalErr := filepath.EvalSymlinks(path)
	if conflict, ok := errors.AsType[*ConflictError](err); !ok || evalErr != nil || conflict.Path != real || conflict.Hint() == "" {
		t.Errorf("got %v, want a conflict about %s", err, path)
	}
}

func TestConflict(t *testing.T) {
	other := strings.Replace(head, "600", "900", 1) // of the same length
	for name, change := range map[string]func(t *testing.T, path string){
		"bytes":   func(t *testing.T, path string) { writeFile(t, path, other) },
		"longer":  func(t *testing.T, path string) { writeFile(t, path, head+"; more\n") },
		"shorter": func(t *testing.T, path string) { writeFile(t, path, head[:len(head)-1]) },
		"included": func(t *testing.T, path string) {
			writeFile(t, filepath.Join(filepath.Dir(path), "other"), "dr A 192.0.2.1\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "zone")
			included := filepath.Join(filepath.Dir(path), "other")
			writeFile(t, path, head+"$INCLUDE other\n")
			writeFile(t, included, "x A 192.0.2.1\n")
			edit := edited(t, path)
			change(t, path)
			now := string(readFile(t, path))
			blamed := path
			if name == "included" {
				blamed = included
			}
			wantConflict(t, edit.Commit(context.Background()), blamed)
			wantUntouched(t, path, now)
		})
	}
}

func TestGoneBeforeCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := edit.Commit(context.Background()); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is back: %v", err)
	}
}

func TestSymbolicLinks(t *testing.T) {
	directory := t.TempDir()
	for _, sub := range []string{"a", "b", "b/c"} {
		if err := os.Mkdir(filepath.Join(directory, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	real := filepath.Join(directory, "b", "zone")
	first := filepath.Join(directory, "a", "first")
	symlink(t, "second", first)
	symlink(t, filepath.Join(directory, "a", "third"), filepath.Join(directory, "a", "second"))
	symlink(t, "../through/../zone", filepath.Join(directory, "a", "third")) // through leads to b/c
	symlink(t, filepath.Join("b", "c"), filepath.Join(directory, "through"))
	writeFile(t, real, head)
	edit := edited(t, first)
	if err := edit.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantUntouched(t, real, headEdited)
	if target, err := os.Readlink(first); target != "second" || err != nil {
		t.Errorf("the link is %q, %v", target, err)
	}
	if same, err := filepath.EvalSymlinks(real); err != nil || edit.file.Path() != same {
		t.Errorf("path %q, want %q", edit.file.Path(), same)
	}
}

func TestLinkLeadsElsewhere(t *testing.T) {
	directory := t.TempDir()
	for _, name := range []string{"one", "two"} {
		writeFile(t, filepath.Join(directory, name), head)
	}
	link := filepath.Join(directory, "link")
	symlink(t, "one", link)
	edit := edited(t, link)
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	symlink(t, "two", link)
	wantConflict(t, edit.Commit(context.Background()), filepath.Join(directory, "one"))
	wantUntouched(t, filepath.Join(directory, "one"), head)
	wantUntouched(t, filepath.Join(directory, "two"), head)
}

func TestLinkLoop(t *testing.T) {
	directory := t.TempDir()
	symlink(t, "b", filepath.Join(directory, "a"))
	symlink(t, "a", filepath.Join(directory, "b"))
	symlink(t, "nothing", filepath.Join(directory, "dangling"))
	for _, name := range []string{"a", "dangling"} {
		if _, err := Load(filepath.Join(directory, name), "", "dr.example.com", Options{}); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of many editors that have read the same file one writes; the others find out.
func TestConcurrentCommits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	for range 20 {
		writeFile(t, path, head)
		const editors = 8
		edits := make([]*Edit, editors)
		for i := range edits {
			edits[i] = edited(t, path)
		}
		errs := make([]error, editors)
		var all sync.WaitGroup
		for i := range edits {
			all.Go(func() { errs[i] = edits[i].Commit(context.Background()) })
		}
		all.Wait()
		written := 0
		for _, err := range errs {
			if err == nil {
				written++
			} else {
				wantConflict(t, err, path)
			}
		}
		if written != 1 {
			t.Fatalf("%d have written", written)
		}
		wantUntouched(t, path, headEdited)
	}
}

func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	held, err := tryLock(edit.file.path)
	if err != nil || held == nil {
		t.Fatal(held, err)
	}
	cause := errors.New("enough")
	ctx, cancel := context.WithTimeoutCause(context.Background(), 100*time.Millisecond, cause)
	defer cancel()
	err = edit.Commit(ctx)
	if locked, ok := errors.AsType[*LockedError](err); !ok || !errors.Is(err, cause) || locked.Hint() == "" {
		t.Errorf("got %v", err)
	}
	wantUntouched(t, path, head)
	time.AfterFunc(50*time.Millisecond, held.release)
	if err := edit.Commit(context.Background()); err != nil {
		t.Error(err)
	}
	wantUntouched(t, path, headEdited)
}

func TestCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := edit.Commit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	wantUntouched(t, path, head)
}

// A file that stands in the way of the directory's name cannot be written beside.
func TestLongName(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("z", 240))
	writeFile(t, path, head)
	if err := edited(t, path).Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantUntouched(t, path, headEdited)
}

// What cannot be removed is named.
func TestDiscard(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "file")
	writeFile(t, file, "")
	cause := notWritten("zone", fs.ErrPermission)
	if err := discard(file, cause); err != cause {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	writeFile(t, file, "")
	err := discard(directory, cause) // is not empty
	if !errors.Is(err, ErrNotWritten) || !strings.Contains(err.Error(), fmt.Sprintf("%q is left behind", directory)) {
		t.Errorf("got %v", err)
	}
}

func TestMountedByItself(t *testing.T) {
	for cause, want := range map[error]string{
		&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EBUSY}:  hintMounted,
		&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EACCES}: ErrNotWritten.hint,
	} {
		refusal, ok := errors.AsType[*Error](notWritten("zone", cause))
		if !ok || refusal.Kind != ErrNotWritten || refusal.Hint() != want {
			t.Errorf("%v: hint %q", cause, refusal.Hint())
		}
	}
}
