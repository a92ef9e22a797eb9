//go:build unix

package configuration_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/configuration"
)

// Who else can write the file chooses what signs.
func TestLoadLooksAtTheMode(t *testing.T) {
	for mode, refused := range map[fs.FileMode]bool{
		0o600: false, 0o644: false, 0o400: false, 0o755: false,
		0o620: true, 0o602: true, 0o666: true, 0o664: true, 0o777: true, 0o622: true,
	} {
		path := writeFile(t, "public: a\n", mode)
		_, err := configuration.Load(path, disarming)
		if errors.Is(err, configuration.ErrWritable) != refused || err != nil && !refused {
			t.Errorf("%04o: %v", mode, err)
		}
		var want error
		switch {
		case refused:
			want = configuration.ErrWritable
		case mode == 0o400: // its owner made it read-only
			want = configuration.ErrUnwritten
		}
		if err := configuration.Save(path, confirmed(t), disarming); !errors.Is(err, want) {
			t.Errorf("saving, %04o: %v", mode, err)
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		if _, err := configuration.Load(link, disarming); errors.Is(err, configuration.ErrWritable) != refused {
			t.Errorf("%04o through a link: %v", mode, err)
		}
	}
}

// A file of another user's can be written by that user.
func TestLoadLooksAtTheOwner(t *testing.T) {
	path := writeFile(t, "public: a\n", 0o600)
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 4242, -1); err != nil {
			t.Fatal(err)
		}
	} else {
		// /etc/passwd is root's, who may write everything anyway: not refused for that.
		if _, err := configuration.Load("/etc/passwd", disarming); err == nil || errors.Is(err, configuration.ErrForeign) {
			t.Errorf("root's file: %v", err)
		}
		return
	}
	_, err := configuration.Load(path, disarming)
	if !errors.Is(err, configuration.ErrForeign) || !strings.Contains(err.Error(), "4242") {
		t.Errorf("%v", err)
	}
}

// What is no file is refused at once, and a pipe does not make it wait.
func TestLoadNotRegular(t *testing.T) {
	dir := t.TempDir()
	pipe, socket := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for path, what := range map[string]string{pipe: "named pipe", socket: "socket", dir: "directory", "/dev/null": "device"} {
		_, err := configuration.Load(path, disarming)
		if !errors.Is(err, configuration.ErrNotRegular) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		if err := configuration.Save(path, confirmed(t), disarming); !errors.Is(err, configuration.ErrNotRegular) {
			t.Errorf("saving to a %s: %v", what, err)
		}
	}
}

func TestLoadUnreadable(t *testing.T) {
	_, err := configuration.Load(filepath.Join(t.TempDir(), "none"), disarming)
	if !errors.Is(err, configuration.ErrUnreadable) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	loop := filepath.Join(t.TempDir(), "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if _, err := configuration.Load(loop, disarming); !errors.Is(err, configuration.ErrUnreadable) || !errors.Is(err, syscall.ELOOP) {
		t.Errorf("%v", err)
	}
	large := writeFile(t, strings.Repeat("#", configuration.MaxSize+1), 0o600)
	if _, err := configuration.Load(large, disarming); !errors.Is(err, configuration.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	exact := writeFile(t, strings.Repeat("#", configuration.MaxSize), 0o600)
	if _, err := configuration.Load(exact, disarming); err != nil {
		t.Errorf("%v", err)
	}
}

// A link stays a link.
func TestSaveThroughALink(t *testing.T) {
	path := writeFile(t, "# mine\n", 0o600)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := configuration.Save(link, confirmed(t), disarming); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 || readFile(t, path) != "# mine\n"+block {
		t.Errorf("%v, %v, %q", info.Mode(), err, readFile(t, path))
	}
}
