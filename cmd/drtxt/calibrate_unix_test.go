//go:build unix

package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh/agent"

	"github.com/drtxt/drtxt/txtrecord"
)

// serveAgent serves an SSH agent with test key a, and returns its socket.
func serveAgent(t *testing.T) string {
	t.Helper()
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: testSigner(t, "test-a.private.pem")}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "agent") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = agent.ServeAgent(keyring, conn)
			}()
		}
	}()
	return socket
}

// An SSH agent has no PSS: those schemes are left out of its trial, and that is said.
func TestTrialOfAnAgent(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "trial")
	asked := call{env: map[string]string{"SSH_AUTH_SOCK": serveAgent(t)}}
	r := asked.run("calibrate", "--trial", dir, "trial.example.com", "--signer-agent", "--public", publicKey("test-a.public.pem"), "--format", "json").want(t, 0)
	form := r.calibrated(t)
	if !strings.HasPrefix(r.stderr, "the SSH agent is asked for 32 signatures, two for each of 16 schemes") {
		t.Errorf("said %s", r.stderr)
	}
	if form.Trial == nil || len(form.Trial.Sets) != 16 || len(form.Trial.Omitted) != 16 {
		t.Fatalf("got %+v", form.Trial)
	}
	for _, name := range form.Trial.Omitted {
		if s, err := txtrecord.ParseScheme(name); err != nil || !s.PSS() {
			t.Errorf("%s is left out", name)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "TRIAL.md"))
	if err != nil || !strings.Contains(string(page), "Left out") {
		t.Errorf("the page does not say so: %v", err)
	}
}

// trialOf makes a trial with a signer that is a script around a program that signs, and
// says how often it was started. In the script, sign is that program's line.
func trialOf(t *testing.T, script string, flags ...string) (r result, dir string, started int) {
	t.Helper()
	key := keyFile(t, "test-a.private.pem")
	folder := t.TempDir()
	log := filepath.Join(folder, "started")
	path := filepath.Join(folder, "sign")
	// Under the race detector every process would wait a second before it ends.
	text := "#!/bin/sh\nexport GORACE=atexit_sleep_ms=0\necho \"$DRTXT_PADDING\" >>" + log + "\nsign() { " + signerPath(t) + " " + key + " raw; }\n" + script + "\n"
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(folder, "trial")
	args := []string{"calibrate", "--trial", dir, "trial.example.com", "--public", publicKey("test-a.public.pem"), "--format", "json", "--signer-command", path}
	r = drtxt(append(args, flags...)...)
	said, err := os.ReadFile(log)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return r, dir, strings.Count(string(said), "\n")
}

// A program signs under every scheme, and how often it is started is said before.
func TestTrialOfAProgram(t *testing.T) {
	t.Parallel()
	r, _, started := trialOf(t, "sign")
	if form := r.want(t, 0).calibrated(t); len(form.Trial.Sets) != 32 || len(form.Trial.Omitted) != 0 {
		t.Errorf("got %+v", form.Trial)
	}
	before, _, _ := strings.Cut(r.stderr, `PIN\x1b`)
	if !strings.HasPrefix(before, "the signer is started up to 64 times, twice for each of 32 schemes: ") || !strings.Contains(before, "wrong PINs") || started != 64 {
		t.Errorf("started %d times, and said before: %s", started, before)
	}
	if strings.Contains(r.stderr, "warning") {
		t.Errorf("said %s", r.stderr)
	}
}

// Of a program that cannot do PSS, those schemes are left out, whatever it does instead. It
// is asked for it once, and why they are left out is said.
func TestTrialOfAProgramWithoutPSS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ pss, says string }{
		"its padding is fixed": {"DRTXT_PADDING=pkcs1v15; sign", "padded as pkcs1v15"},
		"it fails":             {"exit 3", "exit status 3); if a wrong PIN was the cause, make the trial again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, dir, started := trialOf(t, "if [ $DRTXT_PADDING = pss ]; then "+c.pss+"; else sign; fi")
			form := r.want(t, 0).calibrated(t)
			if len(form.Trial.Sets) != 16 || len(form.Trial.Omitted) != 16 || started != 2*16+1 {
				t.Fatalf("%d sets, %d left out, started %d times", len(form.Trial.Sets), len(form.Trial.Omitted), started)
			}
			for _, name := range form.Trial.Omitted {
				if s, err := txtrecord.ParseScheme(name); err != nil || !s.PSS() {
					t.Errorf("%s is left out", name)
				}
			}
			if said := strings.Count(r.stderr, "warning: the schemes with +pss are left out"); said != 1 || !strings.Contains(r.stderr, c.says) {
				t.Errorf("the reason is said %d times: %s", said, r.stderr)
			}
			page := readText(t, filepath.Join(dir, "TRIAL.md"))
			if !strings.Contains(page, "Left out") || !strings.Contains(page, "`trimmed+pss`") || !strings.Contains(page, "another signer") || strings.Contains(page, "--key") {
				t.Error("the page does not say so, or advises a key file")
			}
		})
	}
}

// Every other failure of the program is one, and nothing is written.
func TestTrialOfAProgramThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script  string
		started int
	}{
		"at once":              {"exit 1", 1},
		"in the other padding": {"if [ $DRTXT_PADDING = pkcs1v15 ]; then DRTXT_PADDING=pss; fi; sign", 1},
		"too late for PSS":     {"if [ $DRTXT_PADDING = pss ]; then sleep 100; fi; sign", 17},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, dir, started := trialOf(t, c.script, "--signer-timeout", "5s")
			r.want(t, 1)
			if !strings.Contains(r.stderr, "\ndrtxt: the signer failed: ") || started != c.started || r.stdout != "" || strings.Contains(r.stderr, "left out") {
				t.Errorf("started %d times, said %s", started, r.stderr)
			}
			if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the folder is there: %v", err)
			}
		})
	}
}
