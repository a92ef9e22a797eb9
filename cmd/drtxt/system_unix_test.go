//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// systemCommands are programs for tests of this system: drtxt-limited is drtxt that
// can write at most a hundred bytes to a file, as if the disk were full;
// drtxt-umask-027 is drtxt under that umask; drtxt-deaf does not end at a signal.
var systemCommands = map[string]func(){
	"drtxt-limited": func() {
		var before unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			panic(err)
		}
		limited := before
		limited.Cur = 100
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limited); err != nil {
			panic(err)
		}
		status := run(systemEnvironment(), os.Args[1:])
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil { // coverage is written at the end
			panic(err)
		}
		os.Exit(status)
	},
	"drtxt-deaf": deaf,
	"drtxt-umask-027": func() {
		unix.Umask(0o027)
		main()
	},
}

// execAs is execute for a program under another name.
func execAs(t *testing.T, program string, args ...string) result {
	t.Helper()
	cmd := command(t, args...)
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path, cmd.Args[0] = path, program
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := wait(t, cmd)
	return newResult(status, stdout.String(), stderr.String())
}

// resultCommands are those that write a result, each with arguments for one that is
// good.
func resultCommands(t *testing.T) map[string][]string {
	t.Helper()
	values := writeTemp(t, "values", "v=1;k=all;b=on\n")
	return map[string][]string{
		"record":  {"record", "off", "dr.example.com", "--key", keyFile(t, "test-a.private.pem")},
		"json":    {"record", "off", "dr.example.com", "--key", keyFile(t, "test-a.private.pem"), "--format", "json"},
		"verify":  {"verify", "--file", values, "--allow-unsigned"},
		"wrong":   {"verify", "--file", values},
		"explain": {"explain", "v=1;k=all;b=on"},
		"drill":   {"drill"},
	}
}

// A pipe that nobody reads is told like any other failure, and does not end the
// program by a signal.
func TestClosedPipe(t *testing.T) {
	t.Parallel()
	commands := resultCommands(t)
	commands["version"] = []string{"version"}
	commands["help"] = []string{"--help"}
	commands["help of a command"] = []string{"verify", "--help"}
	commands["completion"] = []string{"completion", "zsh"}
	for name, args := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			read.Close()
			var stderr bytes.Buffer
			cmd := command(t, args...)
			cmd.Stdout, cmd.Stderr = write, &stderr
			status := wait(t, cmd)
			write.Close()
			newResult(status, "", stderr.String()).refused(t, 2, "broken pipe", "hint: ")
		})
	}
	t.Run("keygen", func(t *testing.T) { // the pair is there, and that was said before
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "k")
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		read.Close()
		var stderr bytes.Buffer
		cmd := command(t, "keygen", "--no-passphrase", "--dir", dir)
		cmd.Stdout, cmd.Stderr = write, &stderr
		status := wait(t, cmd)
		write.Close()
		r := newResult(status, "", stderr.String()).want(t, 2)
		if !strings.Contains(r.stderr, "broken pipe") || files(t, dir) != "dr_privatekey.pem dr_publickey.pem" {
			t.Errorf("stderr %s", r.stderr)
		}
	})
}

// A file that cannot be written whole is not there afterwards, and the old one is as
// it was.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	for name, args := range resultCommands(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			out := filepath.Join(dir, "out")
			execAs(t, "drtxt-limited", append(args, "--out", out)...).refused(t, 2, `writing "`+out+`": file too large`)
			if left := files(t, dir); left != "" {
				t.Errorf("left behind: %s", left)
			}
			if err := os.WriteFile(out, []byte("the old one\n"), 0o640); err != nil {
				t.Fatal(err)
			}
			execAs(t, "drtxt-limited", append(args, "--out", out)...).refused(t, 2, "file too large")
			if data, err := os.ReadFile(out); err != nil || string(data) != "the old one\n" || files(t, dir) != "out" {
				t.Errorf("the old file: %q, %v; in its folder: %s", data, err, files(t, dir))
			}
		})
	}
	t.Run("keygen", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "k")
		execAs(t, "drtxt-limited", "keygen", "--no-passphrase", "--dir", dir).refused(t, 2, "file too large")
		if left := files(t, dir); left != "" {
			t.Errorf("left behind: %s", left)
		}
	})
}

// --out keeps the mode of a file that it replaces, gives a new one what the umask
// leaves, and goes through a symbolic link without replacing it.
func TestOutModesAndLinks(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	record := func(program, out string) result {
		return execAs(t, program, "record", "off", "dr.example.com", "--key", key, "--out", out)
	}
	want := drtxt("record", "off", "dr.example.com", "--key", key).want(t, 0).stdout
	check := func(path string, mode os.FileMode) {
		t.Helper()
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if info.Mode() != mode || err != nil || string(data) != want {
			t.Errorf("%s: mode %v, want %v; %v; %q", path, info.Mode(), mode, err, clip(string(data)))
		}
	}
	dir := t.TempDir()
	made := filepath.Join(dir, "made")
	record("drtxt-umask-027", made).want(t, 0)
	check(made, 0o640)
	for _, mode := range []os.FileMode{0o600, 0o644, 0o666, 0o440} {
		kept := filepath.Join(dir, "kept")
		os.Remove(kept)
		if err := os.WriteFile(kept, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(kept, mode); err != nil {
			t.Fatal(err)
		}
		record("drtxt-umask-027", kept).want(t, 0)
		check(kept, mode)
	}
	target, link := filepath.Join(dir, "folder", "target"), filepath.Join(dir, "link")
	if err := os.Mkdir(filepath.Dir(target), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte("old"), 0o604); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(target, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("folder/target", link); err != nil {
		t.Fatal(err)
	}
	record("drtxt", link).want(t, 0)
	check(target, 0o604)
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || files(t, filepath.Dir(target)) != "target" {
		t.Errorf("the link: %v, %v", info, err)
	}
	if left := files(t, dir); left != "folder kept link made" {
		t.Errorf("the folder holds %s", left)
	}
}

// --out follows a link to where nothing stands yet, and keeps the link.
func TestOutThroughDanglingLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	drtxt("record", "off", "dr.example.com", "--unsigned", "--out", link).want(t, 0)
	if left := files(t, dir); left != "link target" {
		t.Errorf("the folder holds %s", left)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "target")); err != nil || string(data) != "v=1;k=all;b=off\n" {
		t.Errorf("%v: %q", err, data)
	}
}

// --out where nothing can be written.
func TestOutRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	loop, dangling := filepath.Join(dir, "loop"), filepath.Join(dir, "dangling")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("missing/target", dangling); err != nil {
		t.Fatal(err)
	}
	file := writeTemp(t, "file", "")
	for out, words := range map[string]string{
		dir:                                    "directory",
		filepath.Join(dir, "missing", "out"):   "no such file or directory",
		filepath.Join(file, "out"):             "not a directory",
		loop:                                   "too many",
		dangling:                               "no such file or directory",
		filepath.Join(dir, "\x1b[2J", "out\n"): `\x1b[2J`,
		filepath.Join(dir, strings.Repeat("x", 300)): "file name too long",
	} {
		for _, args := range resultCommands(t) {
			execute(t, "", append(args, "--out", out)...).refused(t, 2, words)
		}
	}
	if left := files(t, dir); left != "dangling loop" {
		t.Errorf("the folder holds %s", left)
	}
}

// Ctrl-C while a server keeps silent, while standard input is read, and while a named
// pipe is: 130, promptly, and it is said.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			t.Run("verify", func(t *testing.T) {
				t.Parallel()
				address, asked := silent(t)
				out := filepath.Join(t.TempDir(), "out")
				cmd := command(t, "verify", "dr.example.com", "--server", address, "--timeout", "30s", "--question-timeout", "30s", "--out", out)
				interrupt(t, cmd, signal, func() { <-asked })
				if _, err := os.Stat(out); err == nil {
					t.Error("a result was written")
				}
			})
			t.Run("standard input", func(t *testing.T) {
				t.Parallel()
				read, write, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer write.Close()
				cmd := command(t, "explain")
				cmd.Stdin = read
				interrupt(t, cmd, signal, func() {
					read.Close()
					// More than a pipe holds: once it is written, somebody reads.
					if _, err := io.WriteString(write, strings.Repeat("v=1;b=on\n", 1<<15)); err != nil {
						t.Error(err)
					}
				})
			})
			t.Run("named pipe", func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "pipe")
				if err := unix.Mkfifo(path, 0o600); err != nil {
					t.Fatal(err)
				}
				var pipe *os.File
				cmd := command(t, "verify", "--file", path)
				interrupt(t, cmd, signal, func() {
					var err error
					if pipe, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil { // waits for the reader
						t.Error(err)
					}
				})
				pipe.Close()
			})
		})
	}
}

// interrupt starts a program, sends it the signal once it is ready, and asserts how it
// ends.
func interrupt(t *testing.T, cmd *exec.Cmd, signal os.Signal, ready func()) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready()
	begin := time.Now()
	if err := cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	status := wait(t, cmd)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	if r := newResult(status, stdout.String(), stderr.String()); r != (result{130, "", "drtxt: interrupted\n"}) {
		t.Errorf("status %d, stderr %q, stdout %q", r.status, r.stderr, r.stdout)
	}
}

// Files that this user may not read, and folders where it may not write. The program
// runs as nobody where the tests run as root, who may do everything.
func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} { // nobody must get here
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "drtxt")
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		path, lookErr := exec.LookPath("drtxt")
		if lookErr != nil {
			t.Fatal(lookErr)
		}
		if self, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	// A process that another test starts meanwhile would inherit the open file, and a
	// program that is open for writing cannot be run.
	syscall.ForkLock.RLock()
	err = os.WriteFile(program, self, 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("v=1;k=all;b=on\n"), 0o000); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	coverage := filepath.Join(dir, "coverage") // where go test -cover would have it written, nobody may not
	if err := os.Mkdir(coverage, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(coverage, 0o777); err != nil {
		t.Fatal(err)
	}
	asNobody := func(args ...string) result {
		cmd := command(t, args...)
		cmd.Path, cmd.Args[0], cmd.Dir, cmd.Err = program, "drtxt", dir, nil
		cmd.Env = append(os.Environ(), "GOCOVERDIR="+coverage)
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		status := wait(t, cmd)
		return newResult(status, stdout.String(), stderr.String())
	}
	asNobody("explain", "v=1;k=all;b=on").want(t, 0)
	for _, args := range [][]string{
		{"record", "off", "dr.example.com", "--key", secret},
		{"verify", "--file", secret},
		{"verify", "--file", "drtxt", "--public", secret},
		{"explain", "x", "--public", secret},
		{"record", "off", "dr.example.com", "--unsigned", "--out", filepath.Join(closed, "out")},
		{"keygen", "--no-passphrase", "--dir", closed},
		{"keygen", "--no-passphrase", "--dir", filepath.Join(closed, "k")},
		{"drill", "--keep", filepath.Join(closed, "k")},
	} {
		asNobody(args...).refused(t, 2, "permission denied")
	}
	if left := files(t, closed); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

// Standard output by another name is standard output: what it is appended to is not
// replaced, and a pipe is written to.
func TestOutIsStandardOutput(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"/dev/stdout", "/dev/fd/1"} {
		log := writeTemp(t, "log", "kept\n")
		appended, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd := command(t, "record", "off", "dr.example.com", "--unsigned", "--out", name)
		cmd.Stdout = appended
		if status := wait(t, cmd); status != 0 {
			t.Errorf("%s: exit status %d", name, status)
		}
		appended.Close()
		if text, err := os.ReadFile(log); err != nil || string(text) != "kept\nv=1;k=all;b=off\n" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if r := drtxt("record", "off", "dr.example.com", "--unsigned", "--out", name).want(t, 0); r.stdout != "v=1;k=all;b=off\n" {
			t.Errorf("%s over a pipe: %q", name, r.stdout)
		}
	}
}
