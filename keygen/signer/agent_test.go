package signer_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
)

// dialer connects to a server that runs in this process.
func dialer(serve func(net.Conn)) func(context.Context) (io.ReadWriteCloser, error) {
	return func(context.Context) (io.ReadWriteCloser, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			serve(theirs)
		}()
		return ours, nil
	}
}

func dialKeyring(ring agent.Agent) func(context.Context) (io.ReadWriteCloser, error) {
	return dialer(func(c net.Conn) { agent.ServeAgent(ring, c) })
}

func add(t testing.TB, ring agent.Agent, key agent.AddedKey) {
	t.Helper()
	if err := ring.Add(key); err != nil {
		t.Fatal(err)
	}
}

func edKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// certificate is one over the public half of the key.
func certificate(t testing.TB, key *rsa.PrivateKey) *ssh.Certificate {
	t.Helper()
	authority, err := ssh.NewSignerFromKey(edKey(t))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	cert := &ssh.Certificate{Key: public, CertType: ssh.UserCert, ValidPrincipals: []string{"test"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	return cert
}

// newAgent is a signer for the key test-a.
func newAgent(t testing.TB, dial func(context.Context) (io.ReadWriteCloser, error)) (*signer.Agent, error) {
	t.Helper()
	return agentWithin(t, signer.DefaultTimeout, dial)
}

func agentWithin(t testing.TB, timeout time.Duration, dial func(context.Context) (io.ReadWriteCloser, error)) (*signer.Agent, error) {
	t.Helper()
	return signer.NewAgent(t.Context(), signer.AgentOptions{Dial: dial, PublicKey: &testKey(t, "test-a").PublicKey, Timeout: timeout})
}

func TestAgentSigns(t *testing.T) {
	t.Parallel()
	key := testKey(t, "test-a")
	ring := agent.NewKeyring()
	add(t, ring, agent.AddedKey{PrivateKey: edKey(t), Comment: "ed25519"})
	add(t, ring, agent.AddedKey{PrivateKey: testKey(t, "test-b"), Comment: "test-b"})
	add(t, ring, agent.AddedKey{PrivateKey: key, Certificate: certificate(t, key)})
	add(t, ring, agent.AddedKey{PrivateKey: key, Comment: "test-a"})
	a, err := newAgent(t, dialKeyring(ring))
	if err != nil {
		t.Fatal(err)
	}
	if !key.PublicKey.Equal(a.Public()) {
		t.Error("the public key is another")
	}
	for range 2 {
		if got, err := sign(a, crypto.SHA256); err != nil || string(got) != signed(t, key) {
			t.Errorf("%x, %v", got, err)
		}
	}
}

func TestKeyThatTheAgentDoesNotHold(t *testing.T) {
	t.Parallel()
	a, b := testKey(t, "test-a"), testKey(t, "test-b")
	for title, c := range map[string]struct {
		prepare      func(*testing.T, agent.Agent)
		held, others int
		says, hint   string
	}{
		"empty": {func(*testing.T, agent.Agent) {}, 0, 0, "it is empty, or locked", "ssh-add -X"},
		"locked": {func(t *testing.T, ring agent.Agent) {
			add(t, ring, agent.AddedKey{PrivateKey: a})
			ring.Lock([]byte("TEST-ONLY"))
		}, 0, 0, "it is empty, or locked", "ssh-add -X"},
		"another kind": {func(t *testing.T, ring agent.Agent) { add(t, ring, agent.AddedKey{PrivateKey: edKey(t)}) },
			0, 1, "it holds no RSA key, and 1 of other kinds", "ssh-add -s"},
		"a certificate": {func(t *testing.T, ring agent.Agent) {
			add(t, ring, agent.AddedKey{PrivateKey: a, Certificate: certificate(t, a)})
		},
			0, 1, "it holds no RSA key, and 1 of other kinds", "ssh-add -s"},
		"another key": {func(t *testing.T, ring agent.Agent) {
			add(t, ring, agent.AddedKey{PrivateKey: b, Comment: "a\n\x1b[2J\u202ecomment " + strings.Repeat("é", 100)})
		}, 1, 0, `"a\n\x1b[2J\u202ecomment ` + strings.Repeat("é", 25) + `…"`, "ssh-add -s"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			ring := agent.NewKeyring()
			c.prepare(t, ring)
			_, err := newAgent(t, dialKeyring(ring))
			missing, ok := errors.AsType[*signer.KeyNotFoundError](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if len(missing.Held) != c.held || missing.Others != c.others || missing.Wanted.Fingerprint != keygen.Fingerprint(&a.PublicKey) || missing.Wanted.SSHFingerprint != signer.SSHFingerprint(&a.PublicKey) {
				t.Errorf("%+v", missing)
			}
			if text := err.Error(); !strings.Contains(text, c.says) || !strings.Contains(text, missing.Wanted.Fingerprint) || strings.ContainsAny(text, "\n\x1b\u202e") {
				t.Errorf("error %q", text)
			}
			for _, key := range missing.Held {
				if !strings.Contains(err.Error(), key.Fingerprint) || !strings.Contains(err.Error(), key.SSHFingerprint) || key.Fingerprint != keygen.Fingerprint(&b.PublicKey) || key.SSHFingerprint != signer.SSHFingerprint(&b.PublicKey) {
					t.Errorf("%+v in %q", key, err)
				}
			}
			leaks.Check(t, "the error", err.Error()+"\n"+missing.Hint())
			if !strings.Contains(missing.Hint(), c.hint) {
				t.Errorf("hint %q", missing.Hint())
			}
		})
	}
}

// An agent with very many keys makes no endless error text.
func TestManyKeys(t *testing.T) {
	t.Parallel()
	var keys []byte
	const many = 300
	for i := range many {
		n := new(big.Int).Lsh(big.NewInt(int64(2*i+1)), 2047-20)
		keys = append(keys, ssh.Marshal(struct {
			Blob    []byte
			Comment string
		}{rsaBlob(n), "key"})...)
	}
	_, err := newAgent(t, dialer(answering(listOf(many, keys), nil)))
	missing, ok := errors.AsType[*signer.KeyNotFoundError](err)
	if !ok || len(missing.Held) != many || !strings.HasSuffix(err.Error(), " and 292 more") || len(err.Error()) > 2000 {
		t.Errorf("%d keys, %v", len(missing.Held), err)
	}
}

func rsaBlob(n *big.Int) []byte {
	return ssh.Marshal(struct {
		Name string
		E, N *big.Int
	}{"ssh-rsa", big.NewInt(65537), n})
}

func listOf(count uint32, keys []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{12}, count), keys...)
}

// keyList is the answer that has the key test-a alone.
func keyList(t testing.TB) []byte {
	t.Helper()
	return listOf(1, ssh.Marshal(struct {
		Blob    []byte
		Comment string
	}{rsaBlob(testKey(t, "test-a").N), ""}))
}

// framed puts the length before a message.
func framed(message []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)
}

// answering is an agent that answers to the two kinds of requests with these messages;
// nil is an end of the connection. A sign request with other flags than RSA-SHA-256
// ends it too.
func answering(list, signature []byte) func(net.Conn) {
	return func(c net.Conn) {
		for {
			var size [4]byte
			if _, err := io.ReadFull(c, size[:]); err != nil {
				return
			}
			request := make([]byte, binary.BigEndian.Uint32(size[:]))
			if _, err := io.ReadFull(c, request); err != nil {
				return
			}
			answer := list
			if request[0] == 13 {
				answer = signature
				if !bytes.HasSuffix(request, []byte{0, 0, 0, 2}) {
					return
				}
			}
			if answer == nil {
				return
			}
			c.Write(framed(answer))
		}
	}
}

// signatureAnswer is a message with a signature.
func signatureAnswer(format, blob string) []byte {
	return append([]byte{14}, ssh.Marshal(struct{ Signature []byte }{ssh.Marshal(struct{ Format, Blob string }{format, blob})})...)
}

func TestHostileAgentsWhenListing(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		serve func(net.Conn)
		kind  *signer.Kind
	}{
		"it hangs up":              {func(net.Conn) {}, signer.ErrAgentAnswer},
		"it hangs up when asked":   {answering(nil, nil), signer.ErrAgentAnswer},
		"it says nothing":          {func(c net.Conn) { io.Copy(io.Discard, c) }, signer.ErrTimeout},
		"it reads nothing":         {func(net.Conn) { time.Sleep(10 * time.Second) }, signer.ErrTimeout},
		"it refuses":               {answering([]byte{5}, nil), signer.ErrAgentAnswer},
		"success":                  {answering([]byte{6}, nil), signer.ErrAgentAnswer},
		"an empty message":         {answering([]byte{}, nil), signer.ErrAgentAnswer},
		"an unknown message":       {answering([]byte{99}, nil), signer.ErrAgentAnswer},
		"a signature":              {answering(signatureAnswer("rsa-sha2-256", "x"), nil), signer.ErrAgentAnswer},
		"a cut list":               {answering(keyList(t)[:100], nil), signer.ErrAgentAnswer},
		"more keys than there are": {answering(listOf(1<<20, nil), nil), signer.ErrAgentAnswer},
		"far too many keys":        {answering(listOf(1<<32-1, nil), nil), signer.ErrAgentAnswer},
		"a key that is none":       {answering(listOf(1, []byte{0, 0, 0, 1, 'x', 0, 0, 0, 0}), nil), signer.ErrAgentAnswer},
		"a huge list":              {answering(listOf(1, bytes.Repeat([]byte{0}, 1<<20)), nil), signer.ErrTooLongAnswer},
		"a huge size":              {talking(nil, "\xff\xff\xff\xff"), signer.ErrAgentAnswer},
		"HTTP":                     {talking(nil, "HTTP/1.1 400 Bad Request\r\n\r\n"), signer.ErrAgentAnswer},
		"half a size":              {talking(nil, "\x00\x00"), signer.ErrAgentAnswer},
		"it stops midway":          {talking(make(chan bool), "\x00\x00\x01\x00\x0c"), signer.ErrTimeout},
		"it never stops":           {endless, signer.ErrTooLongAnswer},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			timeout := signer.DefaultTimeout
			if c.kind == signer.ErrTimeout {
				timeout = 200 * time.Millisecond
			}
			_, err := agentWithin(t, timeout, dialer(c.serve))
			if failure := wantError(t, err, c.kind); !failure.Agent || failure.Path != "" || !strings.HasPrefix(err.Error(), "the SSH agent ") {
				t.Errorf("%v", err)
			}
		})
	}
}

// talking is an agent that says something when asked, and hangs up, or does so after a
// channel is closed.
func talking(until chan bool, text string) func(net.Conn) {
	return func(c net.Conn) {
		c.Read(make([]byte, 1<<10))
		io.WriteString(c, text)
		if until != nil {
			<-until
		}
	}
}

// endless begins an answer of 16 MiB, the most that the library takes, and goes on.
func endless(c net.Conn) {
	c.Read(make([]byte, 1<<10))
	c.Write([]byte{1, 0, 0, 0, 12})
	for {
		if _, err := c.Write(make([]byte, 1<<16)); err != nil {
			return
		}
	}
}

func TestHostileAgentsWhenSigning(t *testing.T) {
	t.Parallel()
	right, other := signed(t, testKey(t, "test-a")), signed(t, testKey(t, "test-b"))
	for title, c := range map[string]struct {
		answer []byte
		kind   *signer.Kind
	}{
		"it hangs up":                      {nil, signer.ErrAgentAnswer},
		"it refuses":                       {[]byte{5}, signer.ErrAgentAnswer},
		"success":                          {[]byte{6}, signer.ErrAgentAnswer},
		"a list":                           {keyList(t), signer.ErrAgentAnswer},
		"another key":                      {signatureAnswer("rsa-sha2-256", other), signer.ErrSignature},
		"SHA-1":                            {signatureAnswer("ssh-rsa", right), signer.ErrSignatureFormat},
		"SHA-512":                          {signatureAnswer("rsa-sha2-512", right), signer.ErrSignatureFormat},
		"another algorithm":                {signatureAnswer("ssh-ed25519", right[:64]), signer.ErrSignatureFormat},
		"a format that is long and obeyed": {signatureAnswer("\x1b[2J"+strings.Repeat("\n", 1000), right), signer.ErrSignatureFormat},
		"no format":                        {signatureAnswer("", right), signer.ErrSignatureFormat},
		"nothing":                          {signatureAnswer("rsa-sha2-256", ""), signer.ErrAgentAnswer},
		"one byte":                         {signatureAnswer("rsa-sha2-256", "x"), signer.ErrSignature},
		"255 bytes":                        {signatureAnswer("rsa-sha2-256", right[:255]), signer.ErrSignature},
		"257 bytes":                        {signatureAnswer("rsa-sha2-256", right+"\x00"), signer.ErrAgentAnswer},
		"a zero byte before":               {signatureAnswer("rsa-sha2-256", "\x00"+right), signer.ErrAgentAnswer},
		"trailing bytes":                   {append([]byte{14}, ssh.Marshal(struct{ S []byte }{append(ssh.Marshal(struct{ F, B string }{"rsa-sha2-256", right}), 0)})...), signer.ErrAgentAnswer},
		"bytes behind it all":              {append(signatureAnswer("rsa-sha2-256", right), 0), signer.ErrAgentAnswer},
		"huge":                             {signatureAnswer("rsa-sha2-256", strings.Repeat("x", 1<<20)), signer.ErrTooLongAnswer},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			a, err := newAgent(t, dialer(answering(keyList(t), c.answer)))
			if err != nil {
				t.Fatal(err)
			}
			_, err = sign(a, crypto.SHA256)
			if failure := wantError(t, err, c.kind); !failure.Agent || len(err.Error()) > 400 {
				t.Errorf("%v", err)
			}
		})
	}
}

// RFC 8017 has signatures as long as the modulus; agents may leave out zeros at their
// beginning.
func TestShortSignature(t *testing.T) {
	t.Parallel()
	key := testKey(t, "test-a")
	for i := range 10000 {
		text := []byte(message + strings.Repeat(" ", i))
		digest := sha256.Sum256(text)
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		if signature[0] != 0 {
			continue
		}
		a, err := newAgent(t, dialer(answering(keyList(t), signatureAnswer("rsa-sha2-256", string(bytes.TrimLeft(signature, "\x00"))))))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := crypto.SignMessage(a, nil, text, crypto.SHA256); err != nil || !bytes.Equal(got, signature) {
			t.Errorf("%x, %v", got, err)
		}
		return
	}
	t.Fatal("no such signature was found")
}

// What an agent cannot do it is not asked for, and whatever it answers it is asked once.
func TestAgentIsAskedOnce(t *testing.T) {
	t.Parallel()
	var dialled atomic.Int32
	dial := dialer(answering(keyList(t), []byte{5}))
	a, err := newAgent(t, func(ctx context.Context) (io.ReadWriteCloser, error) { dialled.Add(1); return dial(ctx) })
	if err != nil {
		t.Fatal(err)
	}
	_, err = sign(a, pssOptions)
	wantError(t, err, signer.ErrPadding)
	_, err = sign(a, crypto.SHA512)
	wantError(t, err, signer.ErrHash)
	_, err = a.Sign(nil, make([]byte, 32), crypto.SHA256)
	wantError(t, err, signer.ErrDigest)
	if n := dialled.Load(); n != 1 {
		t.Errorf("connected %d times before it was asked", n)
	}
	_, err = sign(a, crypto.SHA256)
	wantError(t, err, signer.ErrAgentAnswer)
	if n := dialled.Load(); n != 2 {
		t.Errorf("connected %d times", n)
	}
}

func TestContextEndsTheAgent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	silent := dialer(func(c net.Conn) { io.Copy(io.Discard, c) })
	_, err := signer.NewAgent(ctx, signer.AgentOptions{Dial: silent, PublicKey: &testKey(t, "test-a").PublicKey})
	if wantError(t, err, signer.ErrInterrupted); !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not cancelled", err)
	}
}

// A silent agent is hung up on, and one that talks on and on is not listened to.
func TestAgentIsHungUpOn(t *testing.T) {
	t.Parallel()
	ended := make(chan int64, 1)
	_, err := agentWithin(t, 200*time.Millisecond, dialer(func(c net.Conn) {
		io.Copy(io.Discard, c)
		ended <- 0
	}))
	wantError(t, err, signer.ErrTimeout)
	wantWithin(t, ended, 0)
	_, err = newAgent(t, dialer(func(c net.Conn) {
		c.Read(make([]byte, 1<<10))
		c.Write([]byte{1, 0, 0, 0, 12})
		n, _ := io.Copy(c, io.LimitReader(zeros{}, 15<<20))
		ended <- n
	}))
	wantError(t, err, signer.ErrTooLongAnswer)
	wantWithin(t, ended, 1<<20)
}

// wantWithin checks that the agent ends, having written no more than so many bytes.
func wantWithin(t testing.TB, ended <-chan int64, most int64) {
	t.Helper()
	select {
	case n := <-ended:
		if n > most {
			t.Errorf("%d bytes were taken", n)
		}
	case <-time.After(10 * time.Second):
		t.Error("the connection is still open")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// stubborn is a connection that nothing brings to an end.
type stubborn struct{}

func (stubborn) Read([]byte) (int, error)    { select {} }
func (stubborn) Write(p []byte) (int, error) { return len(p), nil }
func (stubborn) Close() error                { select {} }

func TestStubbornConnection(t *testing.T) {
	t.Parallel()
	_, err := agentWithin(t, 200*time.Millisecond, func(context.Context) (io.ReadWriteCloser, error) { return stubborn{}, nil })
	wantError(t, err, signer.ErrTimeout)
	_, err = agentWithin(t, 200*time.Millisecond, func(context.Context) (io.ReadWriteCloser, error) { select {} })
	wantError(t, err, signer.ErrTimeout)
}

func TestAgentThatCannotBeReached(t *testing.T) {
	t.Parallel()
	for title, dial := range map[string]func(context.Context) (io.ReadWriteCloser, error){
		"no address": signer.DialAgent(""),
		"no socket":  signer.DialAgent(t.TempDir() + "/no\x1b[2Jsocket"),
		"an error":   func(context.Context) (io.ReadWriteCloser, error) { return nil, errors.New("broken") },
	} {
		_, err := newAgent(t, dial)
		if failure := wantError(t, err, signer.ErrNoAgent); !failure.Agent {
			t.Errorf("%s: %v", title, err)
		}
	}
	_, err := signer.NewAgent(t.Context(), signer.AgentOptions{Dial: signer.DialAgent("")})
	wantError(t, err, signer.ErrKey)
}

// The value was made with: ssh-keygen -i -m PKCS8 -f test-a.public.pem | ssh-keygen -l -f -
func TestSSHFingerprint(t *testing.T) {
	t.Parallel()
	key := &testKey(t, "test-a").PublicKey
	if got, want := signer.SSHFingerprint(key), "SHA256:72GDj2Mz7yipCTqZNnJsDOCtCNf3fEWXdiahqLhOWAo"; got != want || got == keygen.Fingerprint(key) {
		t.Errorf("%s, want %s", got, want)
	}
	for _, none := range []*rsa.PublicKey{nil, {}} {
		if got := signer.SSHFingerprint(none); got != "" {
			t.Errorf("%q for no key", got)
		}
	}
}
