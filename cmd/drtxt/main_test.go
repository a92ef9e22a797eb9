package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes drtxt a program that scripts and tests can run: the test binary
// itself, under that name.
func TestMain(m *testing.M) {
	// Under the race detector every process would wait a second before it ends.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	commands := map[string]func(){"drtxt": main, "drtxt-test-signer": signWithKey}
	maps.Copy(commands, systemCommands)
	if name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); commands[name] == nil {
		// The configuration of whoever runs the tests has no say in them.
		os.Setenv("XDG_CONFIG_HOME", filepath.Join(os.TempDir(), "drtxt-tests-have-no-configuration"))
	}
	testscript.Main(m, commands)
}

const (
	keysDir    = "../../testdata/keys"
	vectorsDir = "../../testdata/vectors"
)

// testNow is the clock of the tests that run in this process.
var testNow = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// A call runs the program in this process.
type call struct {
	stdin io.Reader         // empty if nil
	env   map[string]string // its DRTXT_ variables and the like
	now   time.Time         // testNow if zero
	clock func() time.Time  // in place of now, where time passes
	color bool              // both streams are terminals
	// terminal is who sits there to be asked; nobody if nil.
	terminal func() (io.ReadCloser, error)
}

// A result is all that a run of the program shows.
type result struct {
	status         int
	stdout, stderr string
}

func (c call) run(args ...string) result {
	if c.stdin == nil {
		c.stdin = strings.NewReader("")
	}
	if c.now.IsZero() {
		c.now = testNow
	}
	if c.clock == nil {
		c.clock = func() time.Time { return c.now }
	}
	var stdout, stderr bytes.Buffer
	env := &environment{
		in: c.stdin, out: &stdout, err: &stderr,
		now: c.clock,
		getenv: func(name string) string {
			if name == "TERM" && c.terminal != nil {
				return "dumb" // nothing moves
			}
			return c.env[name]
		},
		outTerminal: c.color,
		errTerminal: c.terminal != nil, openTerminal: c.terminal, terminalSize: func() (int, int) { return 80, 24 },
		stateFolder: func() (string, error) { return "", errors.New("none in tests") },
	}
	status := run(env, args)
	return newResult(status, stdout.String(), stderr.String())
}

// drtxt runs the program in this process, in the environment that tests mostly want.
func drtxt(args ...string) result { return call{}.run(args...) }

// execute runs the program as a process of its own.
func execute(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	cmd := command(t, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := wait(t, cmd)
	return newResult(status, stdout.String(), stderr.String())
}

// command is the program as a process that was not started yet; it is killed after a
// minute.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, "drtxt", args...)
}

// wait runs a command, started or not, to its end and returns its exit status, -1 if
// a signal ended it.
func wait(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	run := cmd.Run
	if cmd.Process != nil {
		run = cmd.Wait
	}
	err := run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// want asserts the exit status and shows both streams if it is another.
func (r result) want(t *testing.T, status int) result {
	t.Helper()
	if r.status != status {
		t.Fatalf("exit status %d, want %d\nstdout: %s\nstderr: %s", r.status, status, clip(r.stdout), clip(r.stderr))
	}
	return r
}

// refused asserts a failure that is told as the contract says, with these words in
// it, and nothing on standard output.
func (r result) refused(t *testing.T, status int, words ...string) {
	t.Helper()
	r.want(t, status)
	if r.stdout != "" {
		t.Errorf("standard output of a failure: %s", clip(r.stdout))
	}
	if err := checkVoice(r.stderr); err != nil {
		t.Errorf("%v\nstderr: %s", err, clip(r.stderr))
	}
	for _, word := range words {
		if !strings.Contains(r.stderr, word) {
			t.Errorf("%q is missing in: %s", word, clip(r.stderr))
		}
	}
}

func clip(text string) string {
	if len(text) > 2000 {
		return text[:2000] + "…"
	}
	return text
}

// verification decodes standard output as the JSON of a verification.
func (r result) verification(t *testing.T) verification {
	t.Helper()
	var v verification
	decoder := json.NewDecoder(strings.NewReader(r.stdout))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in: %s", err, clip(r.stdout))
	}
	return v
}

// verification is the contract's JSON, written down once more and not taken from the
// code.
type verification struct {
	Schema          string            `json:"schema"`
	Domain          string            `json:"domain"`
	At              int64             `json:"at"`
	Scheme          string            `json:"scheme"`
	SchemeConfirmed *bool             `json:"scheme_confirmed"`
	Verdict         string            `json:"verdict"`
	State           map[string]string `json:"state"`
	Start           *int64            `json:"start"`
	End             *int64            `json:"end"`
	Key             string            `json:"key"`
	Expected        string            `json:"expected"`
	AsExpected      *bool             `json:"as_expected"`
	ExitStatus      int               `json:"exit_status"`
	Servers         []server          `json:"servers"`
	Findings        []reportedFinding `json:"findings"`
}

type server struct {
	Server    string   `json:"server"`
	Address   string   `json:"address"`
	Role      string   `json:"role"`
	Transport string   `json:"transport"`
	Outcome   string   `json:"outcome"`
	Verdict   string   `json:"verdict"`
	TTL       *int     `json:"ttl"`
	RTT       *float64 `json:"rtt_ms"`
}

type reportedFinding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Server   string `json:"server"`
	Message  string `json:"message"`
	Advice   string `json:"advice"`
}

func (v *verification) has(code, severity string) bool {
	for _, f := range v.Findings {
		if f.Code == code && f.Severity == severity {
			return true
		}
	}
	return false
}

// keyFile copies a private test key to where its mode is right, whatever the mode in
// the checkout is.
func keyFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(keysDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return writeTemp(t, filepath.Base(name), string(data))
}

func publicKey(name string) string { return filepath.Join(keysDir, name) }

// writeTemp writes a file of mode 0600 in a folder of its own.
func writeTemp(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// files lists the names in a folder.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}

// fingerprintA is that of the test key a, as openssl says:
//
//	openssl pkey -pubin -in test-a.public.pem -outform DER | openssl dgst -sha256 -binary | base64
const fingerprintA = "SHA256:8x16XGZRUjRMxDR66q2ouxTXgDSvmmK/tBNt4E+lPQs"

// docsPath is the absolute path of a file in docs.
func docsPath(name string) string {
	path, err := filepath.Abs(filepath.Join("../../docs", name))
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(path)
}
