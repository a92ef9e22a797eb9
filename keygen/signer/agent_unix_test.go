//go:build unix

package signer_test

import (
	"crypto"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh/agent"

	"github.com/drtxt/drtxt/keygen/signer"
)

func TestAgentAtASocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "s") // a socket's path has at most about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	listener, err := net.Listen("unix", filepath.Join(dir, "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ring := agent.NewKeyring()
	add(t, ring, agent.AddedKey{PrivateKey: testKey(t, "test-a")})
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, connection)
		}
	}()
	a, err := newAgent(t, signer.DialAgent(signer.AgentAddress(listener.Addr().String())))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := sign(a, crypto.SHA256); err != nil || string(got) != signed(t, testKey(t, "test-a")) {
		t.Errorf("%x, %v", got, err)
	}
	if got := signer.AgentAddress(""); got != "" {
		t.Errorf("the agent's address is %q where there is none", got)
	}
}
