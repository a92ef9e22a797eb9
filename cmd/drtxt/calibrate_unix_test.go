//go:build unix

package main

import (
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
	form := asked.run("calibrate", "--trial", dir, "trial.example.com", "--signer-agent", "--public", publicKey("test-a.public.pem"), "--format", "json").want(t, 0).calibrated(t)
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

// A program signs under every scheme.
func TestTrialOfAProgram(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "trial")
	args := []string{"calibrate", "--trial", dir, "trial.example.com", "--public", publicKey("test-a.public.pem"), "--format", "json",
		"--signer-command", signerPath(t), "--signer-arg", keyFile(t, "test-a.private.pem"), "--signer-arg", "raw"}
	if form := drtxt(args...).want(t, 0).calibrated(t); len(form.Trial.Sets) != 32 || len(form.Trial.Omitted) != 0 {
		t.Errorf("got %+v", form.Trial)
	}
}
