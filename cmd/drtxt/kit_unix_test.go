//go:build unix

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/internal/shellwords"
)

// Ctrl-C while a program signs: nothing is left.
func TestKitInterruptedWhileSigning(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			signer := filepath.Join(t.TempDir(), "signer")
			if err := os.WriteFile(signer, []byte("#!/bin/sh\nexec sleep 60\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := command(t, "kit", "dr.example.com", "--out", filepath.Join(parent, "kit"), "--signer-command", signer, "--public", publicKey("test-a.public.pem"))
			stderr := startHearing(t, cmd)
			time.Sleep(300 * time.Millisecond) // until the program runs; before that it must end in the same way
			begin := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(stderr)
			if err != nil {
				t.Error(err)
			}
			if status, took := wait(t, cmd), time.Since(begin); status != 130 || string(said) != "drtxt: interrupted\n" || took > 5*time.Second {
				t.Errorf("status %d after %v: %q", status, took, said)
			}
			if got := files(t, parent); got != "" {
				t.Errorf("it left %q", got)
			}
		})
	}
}

// Ctrl-C at any moment: there is the whole kit and status 0, or nothing at all.
func TestKitInterruptedWhenever(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	begin := func(dir string) (*exec.Cmd, io.Reader) {
		cmd := command(t, "kit", "dr.example.com", "--out", dir, "--key", key, "--count", "30", "--window", "1d", "--overlap", "1h")
		return cmd, startHearing(t, cmd)
	}
	cmd, stderr := begin(filepath.Join(t.TempDir(), "kit"))
	started := time.Now()
	io.Copy(io.Discard, stderr)
	if status := wait(t, cmd); status != 0 {
		t.Fatalf("status %d", status)
	}
	usual := time.Since(started)
	outcomes := map[string]int{}
	const times = 16
	for i := range times {
		parent := t.TempDir()
		dir := filepath.Join(parent, "kit")
		cmd, stderr := begin(dir)
		time.Sleep(usual * time.Duration(i) / (times - 2))
		cmd.Process.Signal(os.Interrupt)
		said, err := io.ReadAll(stderr)
		if err != nil {
			t.Fatal(err)
		}
		status, left := wait(t, cmd), files(t, parent)
		switch {
		case left == "kit" && (status == 0 || status == 130): // interrupted once it was there, it is not told of
			execute(t, "", "kit", "verify", dir, "--public", public).want(t, 0)
			outcomes["whole"]++
		case left == "" && status == 130 && string(said) == "drtxt: interrupted\n":
			outcomes["nothing"]++
		default:
			t.Errorf("after %d of %d: status %d, it left %q and says %q", i, times, status, left, said)
		}
	}
	t.Logf("in %v: %v", usual, outcomes)
	if outcomes["nothing"] == 0 {
		t.Error("no signal came in time")
	}
}

// A folder that cannot be written to, and a key that is a pipe, are told of.
func TestKitWhereItCannotBe(t *testing.T) {
	t.Parallel()
	key := keyFile(t, "test-a.private.pem")
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"a pipe": pipe, "below a file": filepath.Join(key, "kit"), "a system's folder": "/proc/kit", "too long": filepath.Join(t.TempDir(), strings.Repeat("k", 300))} {
		r := drtxt("kit", "dr.example.com", "--out", dir, "--key", key)
		r.refused(t, 2)
		if !strings.Contains(r.stderr, "hint: ") {
			t.Errorf("%s: %s", name, r.stderr)
		}
	}
}

// A pipe in the place of a kit, or of a key, does not make it wait.
func TestKitThatIsAPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	drtxt("kit", "verify", pipe, "--public", publicKey("test-a.public.pem")).refused(t, 2, "holds no kit")
	drtxt("kit", "pick", pipe, "--status", "off").refused(t, 2, "holds no kit")
	drtxt("kit", "verify", newKit(t), "--public", pipe).refused(t, 2)
}

// The lines that pick prints are for a shell, and publish what was picked: from a folder of
// whatever name, with the settings of the run that printed them.
func TestKitNextLinesWork(t *testing.T) {
	t.Parallel()
	r := &rotation{t: t, dir: t.TempDir(), server: servePrimary(t)}
	for name, text := range map[string]string{
		"update.key": updateKeyFile, "private.pem": readIn(t, keyFile(t, "test-a.private.pem")), "public.pem": readIn(t, publicKey("test-a.public.pem")),
		"publish.yaml": "publish: {server: " + r.server + ", tsig-file: update.key}\nzone: example.com\n",
	} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"-y", "it's $(a) `b`", "=x", "~", "ümläut"} {
		word := shellwords.Word(dir)
		made := r.sh("drtxt kit dr.example.com --config publish.yaml --key private.pem --count 1 --out "+word, 0)
		r.sh(strings.Replace(nextLine(t, made), "PUBLIC_KEY", "public.pem", 1), 0)
		for _, status := range []string{"test", "on", "off"} {
			picked := r.sh("drtxt kit pick --status "+status+" --public public.pem --config publish.yaml --at +1m -- "+word+" DR.example.com", 0)
			line := nextLine(t, picked)
			for _, want := range []string{" DR.example.com ", " --config publish.yaml", " --at 20"} {
				if !strings.Contains(line, want) {
					t.Errorf("%q is missing in %s", want, line)
				}
			}
			first, _, _ := strings.Cut(line, " | ")
			if again := r.sh(first, 0); again.stdout != picked.stdout {
				t.Errorf("%s prints %s", line, again.stdout)
			}
			r.sh(line+" --confirm dr.example.com", 0)
			r.sh("drtxt verify dr.example.com --server "+r.server+" --public public.pem --expect "+status, 0)
		}
		picked := r.sh("drtxt kit pick --status on --public public.pem --out - -- "+word, 0)
		r.sh(nextLine(t, picked)+" --confirm dr.example.com", 0)
	}
	// What no line can show is left to be filled in.
	r.sh("drtxt kit dr.example.com --key private.pem --count 1 --out \"$(printf 'a\\tb')\"", 0)
	if line := nextLine(t, r.sh("drtxt kit pick \"$(printf 'a\\tb')\" --status off --public public.pem", 0)); !strings.HasPrefix(line, "drtxt kit pick PATH --status off ") {
		t.Error(line)
	}
}

// nextLine is the command that a run says to go on with.
func nextLine(t *testing.T, r result) string {
	t.Helper()
	_, line, found := strings.Cut(r.stderr, "\nnext: `")
	end := strings.LastIndex(line, "`")
	if !found || end < 0 {
		t.Fatalf("there is no next line in %s", r.stderr)
	}
	return line[:end]
}

// A public key that comes from standard input is none that others could name.
func TestKitPublicKeyFromStandardInput(t *testing.T) {
	t.Parallel()
	r := &rotation{t: t, dir: t.TempDir(), server: "127.0.0.1:1"}
	public, err := filepath.Abs(publicKey("test-a.public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	r.sh("drtxt kit dr.example.com --out kit --count 1 --key "+shellwords.Word(keyFile(t, "test-a.private.pem"))+" --public /dev/stdin <"+shellwords.Word(public), 0)
	if page := readIn(t, filepath.Join(r.dir, "kit", "RUNBOOK.md")); strings.Contains(page, "/dev/stdin") || !strings.Contains(page, "--public PUBLIC_KEY") {
		t.Error("the runbook names it")
	}
}

// That a kit cannot be at its place is told before anything is signed.
func TestKitIsRefusedBeforeItIsSigned(t *testing.T) {
	t.Parallel()
	signer, public := filepath.Join(t.TempDir(), "signer"), publicKey("test-a.public.pem")
	if err := os.WriteFile(signer, []byte("#!/bin/sh\ntouch \"$0.ran\"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for dir, word := range map[string]string{"/proc/kit": "/proc/kit", "/proc": "is a mount point"} {
		r := drtxt("kit", "dr.example.com", "--out", dir, "--signer-command", signer, "--public", public)
		if runtime.GOOS == "linux" || dir == "/proc/kit" {
			r.refused(t, 2, word)
		}
		if dir == "/proc" && runtime.GOOS == "linux" && !strings.Contains(r.stderr, "hint: name a folder below it") {
			t.Errorf("%s", r.stderr)
		}
	}
	if _, err := os.Stat(signer + ".ran"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was signed")
	}
}
