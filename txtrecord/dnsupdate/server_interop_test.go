//go:build interop

package dnsupdate_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

// The servers have two zones, of which one takes updates without a key.
const (
	signedZone = "example.com"
	openZone   = "example.org"
)

// zoneFile is what each of them begins with.
const zoneFile = `$TTL 300
@ SOA ns hostmaster 7 3600 600 604800 60
@ NS ns
ns A 127.0.0.1
alias CNAME example.net.
`

// A peer is a server that is spoken with, and what it answers in its own way.
type peer struct {
	name    string
	start   func(testing.TB) *running
	refuses refusals
	// passesOverCNAME is whether it reports success and does nothing where a CNAME
	// stands (RFC 2136 §3.4.2.2), in the place of a refusal.
	passesOverCNAME bool
	// foldsCase is whether a TXT prerequisite is met by a record that differs in the
	// case of its letters.
	foldsCase bool
}

// refusals are the replies to updates that are not to be carried out, Server left out.
type refusals struct {
	wrongSecret, unknownKey, wrongAlgorithm, clockOff dnsupdate.RefusedError
	// foreignZone is where the server does not have the zone.
	foreignZone dnsupdate.RefusedError
	// foreignKey is where the key is known and may not update the zone, withoutKey
	// where there is none and there should be.
	foreignKey, withoutKey dnsupdate.RefusedError
	// name is where the key may not update that name; nil: the server knows no such
	// rule.
	name *dnsupdate.RefusedError
}

var peers = []peer{bind, knot, powerDNS}

// bystander is a key that the servers know and that may update nothing.
var bystander = dnsupdate.Key{Name: "bystander.", Algorithm: "hmac-sha256", Secret: []byte("a secret for tests alone, of 40 octets..")}

// A running server is a real one in a directory of its own, until the test ends.
type running struct {
	address string
	command []string
	process *os.Process
	ended   chan struct{}
	log     transcript
}

// run starts a server that stays in the foreground, and waits until it serves.
func run(t testing.TB, address string, command ...string) *running {
	t.Helper()
	s := &running{address: address, command: command}
	s.start(t)
	t.Cleanup(func() {
		s.end()
		if t.Failed() {
			t.Logf("%s:\n%s", command[0], s.log.String())
		}
	})
	return s
}

func (s *running) start(t testing.TB) {
	t.Helper()
	command := exec.Command(s.command[0], s.command[1:]...)
	command.Stdout, command.Stderr = &s.log, &s.log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	s.process, s.ended = command.Process, ended
	go func() {
		defer close(ended)
		_ = command.Wait()
	}()
	s.await(t)
}

// kill ends the server without notice.
func (s *running) kill() {
	_ = s.process.Kill()
	<-s.ended
}

func (s *running) end() {
	_ = s.process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.process.Kill()
		<-s.ended
	}
}

func (s *running) await(t testing.TB) {
	t.Helper()
	question := new(dns.Msg).SetQuestion(dns.Fqdn(signedZone), dns.TypeSOA)
	for range 300 {
		answer, _, err := (&dns.Client{Net: "tcp", Timeout: time.Second}).Exchange(question, s.address)
		if err == nil && len(answer.Answer) == 1 {
			return
		}
		select {
		case <-s.ended:
			t.Fatal("the server has ended")
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatal("the server does not serve the zone")
}

// A transcript can be read while a program still writes to it.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// freePort returns a port of 127.0.0.1 that is free for UDP and TCP, and that is not
// among those that the system gives to clients.
func freePort(t testing.TB) int {
	t.Helper()
	for range 50 {
		port := 10000 + rand.IntN(20000)
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		tcp, err := net.Listen("tcp4", address)
		if err != nil {
			continue
		}
		tcp.Close()
		udp, err := net.ListenPacket("udp4", address)
		if err != nil {
			continue
		}
		udp.Close()
		return port
	}
	t.Fatal("no free port")
	return 0
}

// write puts files into a new directory.
func write(t testing.TB, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		text = strings.ReplaceAll(text, "DIR", dir)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fill puts what differs from test to test in the place of names in capitals.
func fill(template string, port int) string {
	return strings.NewReplacer(
		"PORT", strconv.Itoa(port),
		"BYSTANDER_SECRET", secretOf(bystander),
		"DRILL_SECRET", secretOf(key),
	).Replace(template)
}

func secretOf(k dnsupdate.Key) string { return base64.StdEncoding.EncodeToString(k.Secret) }

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
