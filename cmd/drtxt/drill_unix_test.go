//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord/export"
)

// Too few open files are this machine's, and the way out is said.
func TestDrillWithTooFewFiles(t *testing.T) {
	t.Parallel()
	cmd := command(t, "drill", "--clients", "1000")
	cmd.Args = append([]string{"sh", "-c", `ulimit -n 30 && exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
	var err error
	if cmd.Path, err = exec.LookPath("sh"); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := wait(t, cmd)
	newResult(status, stdout.String(), stderr.String()).refused(t, 4, "nothing could be rehearsed", "ulimit -n 1024")
}

// Whoever kills it while the key is written finds the folder whole, or not there.
func TestDrillKilledWhileItKeeps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := command(t, "drill", "--keep", filepath.Join(dir, "kept"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		if keys, _ := filepath.Glob(filepath.Join(dir, "*", "dr_privatekey.pem")); len(keys) > 0 {
			break
		}
		if drafts, _ := filepath.Glob(filepath.Join(dir, ".*", "dr_privatekey.pem")); len(drafts) > 0 {
			break
		}
		if time.Since(begin) > time.Minute {
			t.Fatal("no key is written")
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	entries, err := os.ReadDir(filepath.Join(dir, "kept"))
	if want := 2 + 4*len(export.Formats); err == nil && len(entries) != want {
		t.Errorf("%d files, want %d or no folder", len(entries), want)
	}
}

// A path of a key that means something to Markdown, or to a terminal, stays a path.
func TestDrillProtocolHoldsOddPaths(t *testing.T) {
	t.Parallel()
	odd := filepath.Join(t.TempDir(), "a`b\x1b[1m.pem")
	if err := os.WriteFile(odd, []byte(readText(t, publicKey("test-a.public.pem"))), 0o600); err != nil {
		t.Fatal(err)
	}
	protocol := drtxt("drill", "--kit", newKit(t, "--count", "1"), "--public", odd, "--fault", "cut-at-semicolon", "--format", "markdown").want(t, 0).stdout
	if err := checkPrintable(protocol); err != nil {
		t.Error(err)
	}
	if strings.Contains(protocol, "a`b") {
		t.Error("the backtick in the path ends the code")
	}
}
