//go:build unix

package filesystem

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFollowLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for link, target := range map[string]string{
		"relative": "second", "second": at("missing"), "loop": "pool", "pool": "loop",
	} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for from, want := range map[string]string{"relative": "missing", "missing": "missing", ".": ""} {
		if got, err := FollowLinks(at(from)); err != nil || got != at(want) {
			t.Errorf("%s leads to %q, %v, want %q", from, got, err, at(want))
		}
	}
	if got, err := FollowLinks(at("loop")); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a loop leads to %q, %v", got, err)
	}
}

func TestSyncDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := SyncDirectory(dir); err != nil {
		t.Error(err)
	}
	if err := SyncDirectory(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
}

func TestForeignOwner(t *testing.T) {
	t.Parallel()
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if owner, foreign := ForeignOwner(info); foreign {
		t.Errorf("a folder of our own belongs to user %d", owner)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := t.TempDir()
	if err := os.Chown(dir, 12345, -1); err != nil {
		t.Fatal(err)
	}
	if info, err = os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	if owner, foreign := ForeignOwner(info); owner != 12345 || !foreign {
		t.Errorf("the owner is %d, foreign %t", owner, foreign)
	}
}
