//go:build interop

package interop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
)

// drtxt is the path of the program under test.
var drtxt string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	// Debian keeps servers and checkers where an ordinary PATH does not look.
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	dir, err := os.MkdirTemp("", "drtxt-interop")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	drtxt = filepath.Join(dir, "drtxt")
	build := exec.Command("go", "build", "-o", drtxt, "../../cmd/drtxt")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A result is what a program printed and ended with.
type result struct {
	out, err string
	status   int
}

// newResult is what a run of a program showed, which must be none of the secrets of the
// tests.
func newResult(t testing.TB, name, out, err string, status int) result {
	t.Helper()
	leaks.Check(t, name, out+"\n"+err)
	return result{out, err, status}
}

// run runs a program to its end. That it cannot be started fails the test.
func run(t testing.TB, in, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &errs
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		t.Fatalf("%s %q: %v\n%s", name, args, err, errs.String())
	}
	return newResult(t, name, out.String(), errs.String(), cmd.ProcessState.ExitCode())
}

// must is run for a program that has to succeed; it returns what was printed.
func must(t testing.TB, name string, args ...string) string {
	t.Helper()
	r := run(t, "", name, args...)
	if r.status != 0 {
		t.Fatalf("%s %q ended in %d\n%s%s", name, args, r.status, r.out, r.err)
	}
	return r.out
}

// keyPair makes a key pair and returns the paths of its halves.
func keyPair(t testing.TB) (private, public string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "k")
	must(t, drtxt, "keygen", "--no-passphrase", "--dir", dir)
	return filepath.Join(dir, "dr_privatekey.pem"), filepath.Join(dir, "dr_publickey.pem")
}

// writeTemp writes a file for this test.
func writeTemp(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
