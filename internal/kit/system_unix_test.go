//go:build unix

package kit_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/verify"
)

// What stands in the place of a file and is none is not opened.
func TestSpecialFilesAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	outside := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(outside, read(t, whole, "on/on-01.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, put := range map[string]func(path string) error{
		"a link to a file outside":  func(path string) error { return os.Symlink(outside, path) },
		"a link to a file inside":   func(path string) error { return os.Symlink("on-02.json", path) },
		"a link that leads nowhere": func(path string) error { return os.Symlink("nowhere", path) },
		"a link to itself":          func(path string) error { return os.Symlink("on-01.json", path) },
		"a named pipe":              func(path string) error { return unix.Mkfifo(path, 0o600) },
		"a folder":                  func(path string) error { return os.Mkdir(path, 0o700) },
		"a socket": func(path string) error {
			listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
			if err == nil {
				listener.SetUnlinkOnClose(false)
				err = listener.Close()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyKit(t, whole)
			path := filepath.Join(dir, "on/on-01.json")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			done := make(chan *kit.Report)
			go func() { done <- check(t, dir, policy(t)) }()
			select {
			case report := <-done:
				if !has(report.Findings, kit.CodeNotRegular, "on/on-01.json") || report.Verdict() != verify.Invalid {
					t.Errorf("%v", report.Findings)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it waits")
			}
		})
	}
}

// The manifest, too, has to be a file.
func TestSpecialManifests(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for name, put := range map[string]func(path string) error{
		"a link":       func(path string) error { return os.Symlink(filepath.Join(whole, kit.ManifestFile), path) },
		"a named pipe": func(path string) error { return unix.Mkfifo(path, 0o600) },
		"a folder":     func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		dir := copyKit(t, whole)
		path := filepath.Join(dir, kit.ManifestFile)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		if _, err := kit.Open(dir); !is[*kit.NoKitError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A folder that is a link leads out of the kit: nothing behind it is read.
func TestLinkedFolders(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	dir := copyKit(t, whole)
	if err := os.RemoveAll(filepath.Join(dir, "on")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(whole, "on"), filepath.Join(dir, "on")); err != nil {
		t.Fatal(err)
	}
	report := check(t, dir, policy(t))
	if !has(report.Findings, kit.CodeFileForeign, "on") || !has(report.Findings, kit.CodeFileMissing, "on/on-01.json") {
		t.Errorf("%v", report.Findings)
	}
	// The kit itself may be reached by a link.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(whole, link); err != nil {
		t.Fatal(err)
	}
	if report := check(t, link, policy(t)); report.Verdict() != verify.Valid {
		t.Errorf("%v", report.Findings)
	}
}

// Foreign links and pipes are named, and not followed.
func TestForeignSpecialFiles(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "on", "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	report := check(t, dir, policy(t))
	if len(report.Findings) != 2 || !has(report.Findings, kit.CodeFileForeign, "link") || !has(report.Findings, kit.CodeFileForeign, "on/pipe") {
		t.Errorf("%v", report.Findings)
	}
}

// Modes that let others in are a warning, of files and of folders.
func TestExposedKits(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for name, mode := range map[string]os.FileMode{
		".": 0o755, "on": 0o710, "on/on-01.json": 0o640, kit.ManifestFile: 0o604, kit.HTMLFile: 0o602,
	} {
		dir := copyKit(t, whole)
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
		report := check(t, dir, policy(t))
		if !slices.Equal(codes(report.Findings), []kit.Code{kit.CodeExposed}) || !has(report.Findings, kit.CodeExposed, name) || report.Verdict() != verify.Valid {
			t.Errorf("%s: %v", name, report.Findings)
		}
	}
}
