//go:build unix

package signer_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/keygen/signer"
)

// A folder holds a script and what it writes: the right signature and wrong ones.
func folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	right, other := signed(t, testKey(t, "test-a")), signed(t, testKey(t, "test-b"))
	text := base64.StdEncoding.EncodeToString([]byte(right))
	for name, content := range map[string]string{
		"raw":         right,
		"base64":      text,
		"other":       other,
		"other64":     base64.StdEncoding.EncodeToString([]byte(other)),
		"255":         right[:255],
		"257":         right + "\x00",
		"base64-255":  base64.StdEncoding.EncodeToString([]byte(right[:255])),
		"base64-257":  base64.StdEncoding.EncodeToString([]byte(right + "\x00")),
		"base64-258":  base64.StdEncoding.EncodeToString([]byte(right + "\x00\x00")),
		"urlsafe":     base64.URLEncoding.EncodeToString([]byte(right)),
		"urlsafe-raw": base64.RawURLEncoding.EncodeToString([]byte(right)),
		"hex":         hex.EncodeToString([]byte(right)),
		"crlf":        strings.Join(strings.SplitAfter(text, text[60:64]), "\r\n") + "\r\n",
		"spaced":      " \t" + text[:100] + " \t\n\n " + text[100:] + "\n",
		"foreign":     text[:100] + "!" + text[101:],
		"vertical":    text[:100] + "\v" + text[100:],
		"escape":      "\x1b[2J" + text,
		"bits":        strings.Replace(text, text[341:], string(nextInAlphabet(text[341]))+"==", 1),
		"zero":        strings.Repeat("\x00", 256),
		"mark":        "\ufeff" + text,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// nextInAlphabet differs from a base64 character in its lowest bit.
func nextInAlphabet(c byte) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return alphabet[strings.IndexByte(alphabet, c)^1]
}

// script writes an executable shell script to a folder. In its text DIR is the folder.
func script(t testing.TB, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "script")
	writeExecutable(t, path, "#!/bin/sh\n"+strings.ReplaceAll(text, "DIR", dir)+"\n")
	return path
}

// writeExecutable does not have the file open when another test starts a program:
// nobody may execute what is open for writing.
func writeExecutable(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path+".new", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// signRetrying signs once more where a file counts as open for writing, because another
// test has forked meanwhile (https://go.dev/issue/22315).
func signRetrying(s crypto.Signer, opts crypto.SignerOpts) (signature []byte, err error) {
	for range 20 {
		if signature, err = sign(s, opts); !errors.Is(err, unix.ETXTBSY) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return signature, err
}

func TestScriptsThatSign(t *testing.T) {
	t.Parallel()
	want := signed(t, testKey(t, "test-a"))
	for title, text := range map[string]string{
		"raw":                      "cat DIR/raw",
		"it does not read":         "exec <&-; cat DIR/raw",
		"it reads slowly":          "sleep 0.2; cat >/dev/null; cat DIR/raw",
		"base64":                   "cat DIR/base64",
		"base64 and LF":            "cat DIR/base64; echo",
		"base64 with CRLF":         "cat DIR/crlf",
		"base64 with spaces":       "cat DIR/spaced",
		"in pieces":                "head -c 1 DIR/raw; sleep 0.1; head -c 100 DIR/raw | tail -c 99; sleep 0.1; tail -c 156 DIR/raw",
		"base64 in pieces":         "head -c 100 DIR/base64; sleep 0.2; echo; tail -c 244 DIR/base64",
		"closed before it ends":    "cat DIR/raw; exec >&-; sleep 0.2",
		"it speaks":                "echo signing >&2; cat DIR/raw",
		"others hold the output":   "sleep 600 & cat DIR/raw",
		"others hold it all":       "(trap '' TERM HUP INT; sleep 600 & sleep 600) & cat DIR/raw",
		"its errors are a message": "printf '\\033[2J\\377\\n' >&2; cat DIR/raw",
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := signRetrying(newCommand(t, script(t, folder(t), text)), crypto.SHA256)
			if err != nil || string(got) != want {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func TestHostileScripts(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		text  string
		kind  *signer.Kind
		found string
	}{
		"nothing":               {"exit 0", signer.ErrNoOutput, ""},
		"white space":           {"echo", signer.ErrOutput, "1 bytes, 0 without white space"},
		"another key":           {"cat DIR/other", signer.ErrSignature, ""},
		"another key in base64": {"cat DIR/other64", signer.ErrSignature, ""},
		"zeros":                 {"cat DIR/zero", signer.ErrSignature, ""},
		"255 bytes":             {"cat DIR/255", signer.ErrOutput, "255 bytes, "},
		"257 bytes":             {"cat DIR/257", signer.ErrOutput, "257 bytes, "},
		"raw and LF":            {"cat DIR/raw; echo", signer.ErrOutput, "257 bytes, "},
		"twice":                 {"cat DIR/raw DIR/raw", signer.ErrOutput, "512 bytes, "},
		"twice in base64":       {"cat DIR/base64 DIR/base64", signer.ErrOutput, "688 bytes, 688 "},
		"base64 of 255 bytes":   {"cat DIR/base64-255", signer.ErrOutput, "340 bytes, 340 "},
		"base64 of 257 bytes":   {"cat DIR/base64-257", signer.ErrOutput, "base64 of 257 bytes"},
		"base64 of 258 bytes":   {"cat DIR/base64-258", signer.ErrOutput, "base64 of 258 bytes"},
		"foreign character":     {"cat DIR/foreign", signer.ErrOutput, "344 characters, which are not strict base64"},
		"vertical tab":          {"cat DIR/vertical", signer.ErrOutput, "345 bytes, 345 "},
		"padding bits":          {"cat DIR/bits", signer.ErrOutput, "344 characters, which are not strict base64"},
		"base64url":             {"cat DIR/urlsafe", signer.ErrOutput, "344 characters, which are not strict base64"},
		"base64url, unpadded":   {"cat DIR/urlsafe-raw", signer.ErrOutput, "342 bytes, 342 "},
		"hexadecimal":           {"cat DIR/hex", signer.ErrOutput, "512 bytes, 512 "},
		"escape sequence":       {"cat DIR/escape", signer.ErrOutput, "348 bytes, 348 "},
		"byte order mark":       {"cat DIR/mark", signer.ErrOutput, "347 bytes, 347 "},
		"a word before":         {"echo Signature:; cat DIR/base64", signer.ErrOutput, "355 bytes, 354 "},
		"status 1":              {"cat DIR/raw; exit 1", signer.ErrFailed, "exit status 1"},
		"status 130":            {"cat DIR/raw; exit 130", signer.ErrFailed, "exit status 130"},
		"status 255":            {"cat DIR/base64; exit 255", signer.ErrFailed, "exit status 255"},
		"killed":                {"cat DIR/raw; kill -KILL $$", signer.ErrFailed, "signal: killed"},
		"SIGINT":                {"cat DIR/raw; kill -INT $$", signer.ErrInterrupted, ""},
		"endless":               {"trap '' TERM PIPE; yes", signer.ErrTooMuchOutput, "more than 4096 bytes"},
		"endless zeros":         {"cat /dev/zero", signer.ErrTooMuchOutput, "more than 4096 bytes"},
		"4097 bytes":            {"head -c 4097 /dev/zero; sleep 600", signer.ErrTooMuchOutput, "more than 4096 bytes"},
		"4096 bytes":            {"head -c 4096 /dev/zero", signer.ErrOutput, "4096 bytes, 4096 "},
		"endless afterwards":    {"cat DIR/raw; exec yes", signer.ErrTooMuchOutput, "more than 4096 bytes"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			path := script(t, folder(t), c.text)
			_, err := signRetrying(newCommand(t, path), crypto.SHA256)
			failure := wantError(t, err, c.kind)
			if failure.Path != path || !strings.HasPrefix(failure.Found, c.found) {
				t.Errorf("path %q, found %q, want %q", failure.Path, failure.Found, c.found)
			}
		})
	}
}

// A program that pads in its own way is told apart from one that has another key.
func TestOtherPadding(t *testing.T) {
	t.Parallel()
	command := newCommand(t, script(t, folder(t), "cat DIR/raw"))
	_, err := signRetrying(command, pssOptions)
	if failure := wantError(t, err, signer.ErrSignature); failure.Found != "padded as pkcs1v15" || failure.Wanted != "pss" {
		t.Errorf("%v", err)
	}
}

// The time limit ends whatever the program has started.
func TestHangingScripts(t *testing.T) {
	t.Parallel()
	for title, text := range map[string]string{
		"itself":                        "echo $$ >DIR/pid; exec sleep 600",
		"after the signature":           "echo $$ >DIR/pid; cat DIR/raw; exec sleep 600",
		"a child":                       "sleep 600 & echo $! >DIR/pid; wait",
		"a child without the pipes":     "sleep 600 <&- >&- 2>&- & echo $! >DIR/pid; wait",
		"SIGTERM ignored":               "trap '' TERM; echo $$ >DIR/pid; sleep 600; sleep 600",
		"SIGTERM ignored by a child":    "(trap '' TERM; exec sleep 600) & echo $! >DIR/pid; wait",
		"a grandchild, SIGTERM ignored": "(trap '' TERM; sleep 600 & echo $! >DIR/pid; wait) & wait",
		"stopped":                       "echo $$ >DIR/pid; kill -STOP $$",
		"all signals ignored, stopped":  "trap '' TERM INT HUP CONT; echo $$ >DIR/pid; kill -STOP $$; sleep 600",
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			options := signer.CommandOptions{Path: script(t, dir, text), Timeout: 500 * time.Millisecond}
			begin := time.Now()
			_, err := signRetrying(commandOf(t, options), crypto.SHA256)
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if wantError(t, err, signer.ErrTimeout); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is not a deadline that passed", err)
			}
			wantGone(t, filepath.Join(dir, "pid"))
		})
	}
}

// Every process of the group is told to end before it is killed, a stopped one too, so
// that it can clean up.
func TestGroupCanCleanUp(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	options := signer.CommandOptions{Timeout: 500 * time.Millisecond, Path: script(t, dir, `
trap 'wait; echo leader >DIR/leader; exit' TERM
sh -c 'trap "echo child >DIR/child; exit" TERM; sleep 600 & wait' &
sh -c 'trap "echo stopped >DIR/stopped; exit" TERM; kill -STOP $$; sleep 600' &
wait`)}
	_, err := signRetrying(commandOf(t, options), crypto.SHA256)
	wantError(t, err, signer.ErrTimeout)
	for _, name := range []string{"leader", "child", "stopped"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s did not hear of it: %v", name, err)
		}
	}
}

// What a program leaves behind is killed as well when it has ended well.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	command := newCommand(t, script(t, dir, "(trap '' TERM; exec sleep 600) <&- >&- 2>&- & echo $! >DIR/pid; cat DIR/raw"))
	if _, err := signRetrying(command, crypto.SHA256); err != nil {
		t.Fatal(err)
	}
	wantGone(t, filepath.Join(dir, "pid"))
}

// wantGone checks that the process whose number is in a file has ended.
func wantGone(t testing.TB, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if gone(pid) {
			return
		}
	}
	t.Errorf("process %d lives on", pid)
}

// gone reports whether a process has ended; it may be a zombie that nobody waits for.
func gone(pid int) bool {
	if unix.Kill(pid, 0) == unix.ESRCH {
		return true
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(status), ") Z ")
}

// The program is run once, whatever comes of it.
func TestNoRetry(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"exit 1", "exit 0", "cat DIR/other", "echo"} {
		dir := folder(t)
		_, err := signRetrying(newCommand(t, script(t, dir, "echo run >>DIR/runs; "+text)), crypto.SHA256)
		if err == nil {
			t.Errorf("%s: no error", text)
		}
		if runs, _ := os.ReadFile(filepath.Join(dir, "runs")); string(runs) != "run\n" {
			t.Errorf("%s: runs %q", text, runs)
		}
	}
}

// The program gets exactly this, and the bytes that are to be signed.
func TestWhatTheProgramGets(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	args := []string{"-x", "two words", "", `a"b'c\d$HOME;*`, "é\n"}
	path := script(t, dir, `cat >DIR/in; for a; do printf '%s\0' "$a"; done >DIR/args; tr '\0' '\n' </proc/$$/environ >DIR/environment; pwd >DIR/pwd; cat DIR/raw`)
	command := commandOf(t, signer.CommandOptions{Path: path, Args: args, Environment: []string{"PATH=" + os.Getenv("PATH"), "PIN_FILE=/a b"}})
	args[0] = "changed afterwards"
	if _, err := signRetrying(command, crypto.SHA256); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if got := read("in"); got != message {
		t.Errorf("standard input %q", got)
	}
	if got, want := read("args"), "-x\x00two words\x00\x00a\"b'c\\d$HOME;*\x00é\n\x00"; got != want {
		t.Errorf("arguments %q, want %q", got, want)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSuffix(read("pwd"), "\n"); got != here {
		t.Errorf("working directory %q, want %q", got, here)
	}
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		return // no way to see it here
	}
	digest := sha256.Sum256([]byte(message))
	want := []string{"DRTXT_PADDING=pkcs1v15", "DRTXT_SHA256=" + hex.EncodeToString(digest[:]), "DRTXT_SIGNER_PROTOCOL=1", "PATH=" + os.Getenv("PATH"), "PIN_FILE=/a b"}
	got := strings.Split(strings.TrimSuffix(read("environment"), "\n"), "\n")
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("environment %q, want %q", got, want)
	}
}

func TestEnvironmentNames(t *testing.T) {
	t.Parallel()
	if got := signer.EnvironmentNames(); !slices.Equal(got, []string{"PATH", "HOME", "USER", "LANG", "TMPDIR"}) {
		t.Errorf("%q", got)
	}
}

func TestProgramsThatAreRefused(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		prepare func(t *testing.T, dir string) (path string)
		kind    *signer.Kind
		found   string
	}{
		"others can write it": {withMode(0o757), signer.ErrWritable, "mode 0757"},
		"its group can":       {withMode(0o775), signer.ErrWritable, "mode 0775"},
		"not executable":      {withMode(0o644), signer.ErrNotExecutable, "mode 0644"},
		"a link to one that others can write": {func(t *testing.T, dir string) string {
			return linkTo(t, withMode(0o777)(t, dir), filepath.Join(dir, "link"))
		}, signer.ErrWritable, "mode 0777"},
		"an open folder": {inFolder(0o777), signer.ErrOpenFolder, ""},
		"an open folder above": {func(t *testing.T, dir string) string {
			return inFolder(0o700)(t, filepath.Dir(inFolder(0o777)(t, dir)))
		}, signer.ErrOpenFolder, ""},
		"a link in an open folder": {func(t *testing.T, dir string) string {
			return linkTo(t, script(t, dir, "cat DIR/raw"), filepath.Join(filepath.Dir(inFolder(0o777)(t, dir)), "link"))
		}, signer.ErrOpenFolder, ""},
		"a link into an open folder": {func(t *testing.T, dir string) string {
			return linkTo(t, inFolder(0o777)(t, dir), filepath.Join(dir, "link"))
		}, signer.ErrOpenFolder, ""},
		"a dangling link": {func(t *testing.T, dir string) string {
			return linkTo(t, "nowhere", filepath.Join(dir, "link"))
		}, signer.ErrNotFound, ""},
		"a link to itself": {func(t *testing.T, dir string) string {
			return linkTo(t, "link", filepath.Join(dir, "link"))
		}, signer.ErrNotFound, ""},
		"a named pipe": {func(t *testing.T, dir string) string {
			path := filepath.Join(dir, "fifo")
			if err := unix.Mkfifo(path, 0o755); err != nil {
				t.Fatal(err)
			}
			return path
		}, signer.ErrNotRegular, "a named pipe"},
		"a device": {func(*testing.T, string) string { return os.DevNull }, signer.ErrNotRegular, "a device"},
		"a name that a terminal obeys": {func(_ *testing.T, dir string) string {
			return filepath.Join(dir, "no\n\x1b[2Jsuch")
		}, signer.ErrNotFound, ""},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			path := c.prepare(t, folder(t))
			_, err := signer.NewCommand(t.Context(), signer.CommandOptions{Path: path, PublicKey: &testKey(t, "test-a").PublicKey})
			if failure := wantError(t, err, c.kind); failure.Path != path || !strings.HasPrefix(failure.Found, c.found) {
				t.Errorf("path %q, found %q, want %q", failure.Path, failure.Found, c.found)
			}
		})
	}
}

func withMode(mode fs.FileMode) func(*testing.T, string) string {
	return func(t *testing.T, dir string) string {
		t.Helper()
		path := script(t, dir, "cat DIR/raw")
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// inFolder puts a script into a folder of its own.
func inFolder(mode fs.FileMode) func(*testing.T, string) string {
	return func(t *testing.T, dir string) string {
		t.Helper()
		inner := filepath.Join(dir, "folder")
		if err := os.Mkdir(inner, 0o700); err != nil {
			t.Fatal(err)
		}
		path := script(t, inner, "cat "+filepath.Join(dir, "raw"))
		if err := os.Chmod(inner, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func linkTo(t *testing.T, target, path string) string {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSocketIsRefused(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") // a socket's path has at most about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "socket")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = signer.NewCommand(t.Context(), signer.CommandOptions{Path: path, PublicKey: &testKey(t, "test-a").PublicKey})
	if failure := wantError(t, err, signer.ErrNotRegular); failure.Found != "a socket" {
		t.Errorf("found %q", failure.Found)
	}
}

func TestAnotherUsersProgram(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	path := script(t, folder(t), "cat DIR/raw")
	if err := os.Chown(path, 12345, -1); err != nil {
		t.Fatal(err)
	}
	_, err := signer.NewCommand(t.Context(), signer.CommandOptions{Path: path, PublicKey: &testKey(t, "test-a").PublicKey})
	if failure := wantError(t, err, signer.ErrOwner); failure.Found != "user 12345" {
		t.Errorf("found %q", failure.Found)
	}
}

// Links and sticky folders are fine, and the program sees the name that was given.
func TestProgramsThatAreTaken(t *testing.T) {
	t.Parallel()
	for title, prepare := range map[string]func(*testing.T, string) string{
		"link": func(t *testing.T, dir string) string {
			return linkTo(t, "script", filepath.Join(filepath.Dir(script(t, dir, `test "$0" = DIR/link && cat DIR/raw`)), "link"))
		},
		"sticky folder":        inFolder(0o777 | fs.ModeSticky),
		"its group's folder":   inFolder(0o775),
		"read and execute":     withMode(0o555),
		"for this user's eyes": withMode(0o700),
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			if _, err := signRetrying(newCommand(t, prepare(t, folder(t))), crypto.SHA256); err != nil {
				t.Error(err)
			}
		})
	}
}

// What the program is, is looked at again before each signature.
func TestProgramChangedMeanwhile(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	path := script(t, dir, "echo run >>DIR/runs; cat DIR/raw")
	command := newCommand(t, path)
	if err := os.Chmod(path, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := signRetrying(command, crypto.SHA256)
	wantError(t, err, signer.ErrWritable)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = signRetrying(command, crypto.SHA256)
	wantError(t, err, signer.ErrNotFound)
	if runs, _ := os.ReadFile(filepath.Join(dir, "runs")); len(runs) > 0 {
		t.Error("it was run")
	}
}

func TestFilesThatCannotStart(t *testing.T) {
	t.Parallel()
	for title, content := range map[string]string{
		"empty":               "",
		"garbage":             "\x00\x01\x02garbage",
		"no interpreter line": "cat raw\n",
		"missing interpreter": "#!/no/such/interpreter\n",
		// An ELF header of 64 bits for a machine that does not exist.
		"another machine": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x02\x00\xfe\xfe\x01\x00\x00\x00" + strings.Repeat("\x00", 40),
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(folder(t), "program")
			writeExecutable(t, path, content)
			_, err := signRetrying(newCommand(t, path), crypto.SHA256)
			if wantError(t, err, signer.ErrStart); !errors.Is(err, unix.ENOEXEC) && !errors.Is(err, unix.ENOENT) {
				t.Errorf("%v does not say why", err)
			}
		})
	}
	_, err := sign(newCommand(t, script(t, folder(t), "cat DIR/raw"), "a\x00b"), crypto.SHA256)
	wantError(t, err, signer.ErrStart)
}

// Standard error is passed on as it comes, up to a limit. What is beyond does not
// keep the program from going on.
func TestStandardError(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct{ text, want string }{
		"nothing":          {"", ""},
		"a prompt":         {"printf 'PIN: ' >&2", "PIN: \n"},
		"two lines":        {"echo one >&2; echo two >&2", "one\ntwo\n"},
		"no final newline": {"printf 'one\\ntwo' >&2; echo >&2; printf end >&2; exec 2>&-", "one\ntwo\nend\n"},
		"escape sequences": {`printf '\033[2J\377\r\n' >&2`, "\x1b[2J\xff\r\n"},
		"as much as fits":  {"head -c 65536 /dev/zero >&2", strings.Repeat("\x00", 64<<10) + "\n"},
		"one byte more":    {"head -c 65537 /dev/zero >&2", strings.Repeat("\x00", 64<<10) + "\n[more of the signer's standard error is not shown]\n"},
		"a flood":          {"head -c 10000000 /dev/zero >&2", strings.Repeat("\x00", 64<<10) + "\n[more of the signer's standard error is not shown]\n"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			var errs bytes.Buffer
			command := commandOf(t, signer.CommandOptions{Path: script(t, folder(t), c.text+"\ncat DIR/raw"), Stderr: &errs})
			if _, err := signRetrying(command, crypto.SHA256); err != nil {
				t.Fatal(err)
			}
			leaks.Check(t, "standard error", errs.String())
			if got := errs.String(); got != c.want {
				t.Errorf("%d bytes, want %d; the end is %q", len(got), len(c.want), got[max(0, len(got)-60):])
			}
		})
	}
}

// brokenWriter takes nothing.
type brokenWriter struct{ asked int }

func (w *brokenWriter) Write([]byte) (int, error) {
	w.asked++
	return 0, errors.New("broken")
}

func TestStandardErrorThatNobodyTakes(t *testing.T) {
	t.Parallel()
	var broken brokenWriter
	command := commandOf(t, signer.CommandOptions{Path: script(t, folder(t), "head -c 1000000 /dev/zero >&2; cat DIR/raw"), Stderr: &broken})
	if _, err := signRetrying(command, crypto.SHA256); err != nil || broken.asked != 1 {
		t.Errorf("asked %d times: %v", broken.asked, err)
	}
}

// A prompt has to be seen before the program goes on.
func TestStandardErrorIsLive(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	answer := filepath.Join(dir, "answer")
	var said []byte
	command := commandOf(t, signer.CommandOptions{
		Path: script(t, dir, "printf 'PIN: ' >&2; until test -e DIR/answer; do sleep 0.02; done; cat DIR/raw"),
		Stderr: writerFunc(func(p []byte) {
			said = append(said, p...)
			os.WriteFile(answer, said, 0o600)
		}),
	})
	if _, err := signRetrying(command, crypto.SHA256); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(answer); string(got) != "PIN: \n" {
		t.Errorf("%q", got)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }
