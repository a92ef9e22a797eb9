//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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
