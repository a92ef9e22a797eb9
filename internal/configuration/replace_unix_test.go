//go:build unix

package configuration_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/drtxt/drtxt/internal/configuration"
)

// A symbolic link stays, also one to a file that is not there yet.
func TestSaveThroughLinks(t *testing.T) {
	for _, there := range []bool{true, false} {
		dir := t.TempDir()
		target, link := filepath.Join(dir, "to", "drtxt.yaml"), filepath.Join(dir, "link")
		if err := os.Symlink(filepath.Join("to", "drtxt.yaml"), link); err != nil {
			t.Fatal(err)
		}
		if there {
			if err := os.Mkdir(filepath.Dir(target), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(target, []byte("public: a\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := configuration.Save(link, confirmed(t), disarming); err != nil {
			t.Fatal(err)
		}
		if got, err := os.Readlink(link); err != nil || got != filepath.Join("to", "drtxt.yaml") {
			t.Errorf("the link leads to %q, %v", got, err)
		}
		if _, err := configuration.Load(target, disarming); err != nil {
			t.Error(err)
		}
	}
	loop := filepath.Join(t.TempDir(), "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if err := configuration.Save(loop, confirmed(t), disarming); err == nil {
		t.Error("saved through a loop")
	}
}

// The group stays, which may be all by which a service can read the file.
func TestSaveKeepsTheGroup(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file any group")
	}
	path := writeFile(t, "public: a\n", 0o640)
	if err := os.Chown(path, -1, 4242); err != nil {
		t.Fatal(err)
	}
	if err := configuration.Save(path, confirmed(t), disarming); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Gid != 4242 || info.Mode().Perm() != 0o640 {
		t.Errorf("group %d, mode %v", stat.Gid, info.Mode())
	}
}

// What somebody else wrote meanwhile is not written over.
func TestSaveSeesOthers(t *testing.T) {
	for name, meanwhile := range map[string]func(path string) error{
		"written": func(path string) error { return os.WriteFile(path, []byte("public: b\n"), 0o600) },
		"replaced": func(path string) error {
			return errors.Join(os.WriteFile(path+".other", []byte("public: a\n"), 0o600), os.Rename(path+".other", path))
		},
		"removed": os.Remove,
	} {
		path := writeFile(t, "public: a\n", 0o600)
		err := configuration.SaveAfter(path, confirmed(t), disarming, func() {
			if err := meanwhile(path); err != nil {
				t.Fatal(err)
			}
		})
		if !errors.Is(err, configuration.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "drtxt.yaml")
	err := configuration.SaveAfter(path, confirmed(t), disarming, func() {
		if err := os.WriteFile(path, []byte("public: b\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	if data, _ := os.ReadFile(path); !errors.Is(err, configuration.ErrChanged) || string(data) != "public: b\n" {
		t.Errorf("a new file: %v", err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// A comment on the line that would have to go is nobody's to take away.
func TestSaveSparesComments(t *testing.T) {
	const text = "scheme: prefix\nscheme-confirmed:\n  scheme: prefix\n  date: 2026-11-01\n  way: pair\n  key: " + fingerprint + " # checked twice\n"
	path := writeFile(t, text, 0o600)
	without := confirmed(t)
	without.Key = ""
	if err := configuration.Save(path, without, disarming); !errors.Is(err, configuration.ErrUneditable) {
		t.Errorf("got %v", err)
	}
	if got := readFile(t, path); got != text {
		t.Errorf("the file is now %q", got)
	}
}
