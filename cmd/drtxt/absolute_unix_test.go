//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ".." is taken out of a path only where that cannot change what it means.
func TestAbsolute(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"a/b", "c"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "a", "b"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(dir, "a"))
	for path, want := range map[string]string{
		"x":             "/a/x",
		"./x":           "/a/x",
		"../c/x":        "/c/x",
		"b/../../c/./x": "/c/x",
		"b/..x/y":       "/a/b/..x/y",
		"../link/x":     "/link/x",
		"../link/../x":  "/a/../link/../x", // which is a/x
		"missing/../x":  "/a/missing/../x",
		dir + "/a/../c": "/a/../c", // as it was typed
	} {
		if got := strings.TrimPrefix(absolute(path), dir); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
