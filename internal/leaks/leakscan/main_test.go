package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/leaks"
)

const keysDir = "../../../testdata/keys"

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	clean := write("clean", "=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n")
	leaking := write("leaking", "=== RUN   TestA\n    a_test.go:1: "+leaks.Mark+" one\n")
	empty, quiet := write("empty", ""), write("quiet", "ok  \tgithub.com/drtxt/drtxt/keygen\t0.1s\n")
	for name, test := range map[string]struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		"clean":        {[]string{clean, keysDir}, 0, "0 leaks in 3 lines of 1 tests\n", ""},
		"leaking":      {[]string{leaking, keysDir}, 1, leaking + ":2: a test passphrase or PIN\n1 leaks in 2 lines of 1 tests\n", ""},
		"empty":        {[]string{empty, keysDir}, 2, "", "no test begins in it"},
		"no tests":     {[]string{quiet, keysDir}, 2, "", "no test begins in it"},
		"missing":      {[]string{filepath.Join(dir, "missing"), keysDir}, 2, "", "missing"},
		"a folder":     {[]string{dir, keysDir}, 2, "", dir},
		"no keys":      {[]string{leaking, dir}, 2, "", "no RSA private key"},
		"no arguments": {nil, 2, "", "usage"},
		"no folder":    {[]string{clean}, 2, "", "usage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			if status := run(&stdout, &stderr, test.args); status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			if stdout.String() != test.stdout || !strings.Contains(stderr.String(), test.stderr) || (test.stderr == "") != (stderr.Len() == 0) {
				t.Errorf("stdout %q, stderr %q", stdout.String(), stderr.String())
			}
		})
	}
}
