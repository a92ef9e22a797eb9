package signer

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"io"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/drtxt/drtxt/keygen"
)

// maxAnswers is how many bytes an agent may answer in one conversation. A key and
// its comment take about 400.
const maxAnswers = 256 << 10

// AgentOptions say which SSH agent signs.
type AgentOptions struct {
	// Dial connects to the agent; [DialAgent] makes one.
	Dial func(context.Context) (io.ReadWriteCloser, error)
	// PublicKey is that of the agent's key to sign with.
	PublicKey *rsa.PublicKey
	// Timeout is the time limit for one conversation with the agent, in which a
	// person may have to confirm; [DefaultTimeout] if it is 0 or less.
	Timeout time.Duration
}

// An Agent is a [crypto.MessageSigner] that has an SSH agent sign
// (draft-ietf-sshm-ssh-agent), which may pass it on to a PKCS #11 token. It knows
// rsa-sha2-256 alone (RFC 8332 §3), which is RSASSA-PKCS1-v1_5 over SHA-256.
type Agent struct {
	ctx     context.Context
	options AgentOptions
	key     *agent.Key
}

// NewAgent returns a signer after it has found the key in the agent; certificates
// are not looked at. If the key is not there, the error is a [*KeyNotFoundError], else an
// [*Error].
//
// The context ends every conversation.
func NewAgent(ctx context.Context, options AgentOptions) (*Agent, error) {
	if err := checkKey(options.PublicKey); err != nil {
		return nil, ofAgent(err)
	}
	if options.Timeout <= 0 {
		options.Timeout = DefaultTimeout
	}
	a := &Agent{ctx: ctx, options: options}
	keys, err := converse(a, func(client agent.ExtendedAgent) ([]*agent.Key, error) { return client.List() })
	if err != nil {
		return nil, ofAgent(err)
	}
	if a.key, err = find(keys, options.PublicKey); err != nil {
		return nil, err
	}
	return a, nil
}

// find returns the key that is wanted, or a [*KeyNotFoundError].
func find(keys []*agent.Key, wanted *rsa.PublicKey) (*agent.Key, error) {
	missing := &KeyNotFoundError{Wanted: identify(wanted)}
	for _, key := range keys {
		public := rsaKey(key)
		switch {
		case public == nil:
			missing.Others++
		case public.Equal(wanted):
			return key, nil
		default:
			identity := identify(public)
			identity.Comment = key.Comment
			missing.Held = append(missing.Held, identity)
		}
	}
	return nil, missing
}

// rsaKey returns nil for keys of other kinds, and for certificates.
func rsaKey(key *agent.Key) *rsa.PublicKey {
	parsed, err := ssh.ParsePublicKey(key.Blob)
	if err != nil {
		return nil
	}
	public, ok := parsed.(ssh.CryptoPublicKey)
	if !ok { // a certificate
		return nil
	}
	rsaPublic, _ := public.CryptoPublicKey().(*rsa.PublicKey)
	return rsaPublic
}

func identify(key *rsa.PublicKey) Identity {
	return Identity{SSHFingerprint: SSHFingerprint(key), Fingerprint: keygen.Fingerprint(key)}
}

// SSHFingerprint returns the name that SSH gives a key: "SHA256:" and the unpadded
// base64 of SHA-256 over the key in SSH's encoding (RFC 4253 §6.6). It looks like
// [keygen.Fingerprint], and differs. It is "" for what is no key at all.
func SSHFingerprint(key *rsa.PublicKey) string {
	if key == nil || key.N == nil {
		return ""
	}
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(public)
}

// Public returns the public key, an [*rsa.PublicKey].
func (a *Agent) Public() crypto.PublicKey { return a.options.PublicKey }

// Sign returns an [ErrDigest]: an agent is given the message.
func (a *Agent) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, ofAgent(&Error{Kind: ErrDigest})
}

// SignMessage has the agent sign the message, over a connection of its own. The
// options are [crypto.SHA256]; PSS is an [ErrPadding], and the agent is not asked.
// The reader is not used. Errors are [*Error].
func (a *Agent) SignMessage(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := a.sign(message, opts)
	if err != nil {
		return nil, ofAgent(err)
	}
	return signature, nil
}

func (a *Agent) sign(message []byte, opts crypto.SignerOpts) ([]byte, error) {
	asked, err := paddingOf(opts)
	if err != nil {
		return nil, err
	}
	if asked != pkcs1v15 {
		return nil, &Error{Kind: ErrPadding, Found: "PSS is asked of an SSH agent"}
	}
	answer, err := converse(a, func(client agent.ExtendedAgent) (*ssh.Signature, error) {
		return client.SignWithFlags(a.key, message, agent.SignatureFlagRsaSha256)
	})
	if err != nil {
		return nil, err
	}
	signature, err := signatureOf(answer)
	if err != nil {
		return nil, err
	}
	return signature, verify(a.options.PublicKey, message, signature, asked)
}

// signatureOf takes the signature out of the agent's answer. Agents leave leading zeros
// out, which RFC 8017 wants.
func signatureOf(answer *ssh.Signature) ([]byte, error) {
	switch size := len(answer.Blob); {
	case answer.Format != ssh.KeyAlgoRSASHA256:
		return nil, &Error{Kind: ErrSignatureFormat, Found: "format " + quoteShort(answer.Format), Wanted: ssh.KeyAlgoRSASHA256}
	case size == 0 || size > signatureSize || len(answer.Rest) > 0:
		return nil, &Error{Kind: ErrAgentAnswer, Found: "a signature of " + strconv.Itoa(size+len(answer.Rest)) + " bytes"}
	}
	padded := bytes.Repeat([]byte{0}, signatureSize-len(answer.Blob))
	return append(padded, answer.Blob...), nil
}

// quoteShort quotes no more than the beginning of what came from outside.
func quoteShort(text string) string {
	const most = 40
	return strconv.Quote(text[:min(len(text), most)])
}

// converse connects to the agent and does the work, within the time limit. Where the
// connection cannot be brought to an end, it is left behind.
func converse[T any](a *Agent, work func(agent.ExtendedAgent) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(a.ctx, a.options.Timeout)
	defer cancel()
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := connect(ctx, a.options.Dial, work)
		done <- outcome{value, err}
	}()
	var none T
	select {
	case o := <-done:
		if o.err == nil {
			return o.value, nil
		}
		if ctx.Err() == nil {
			return none, o.err
		}
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return none, &Error{Kind: ErrInterrupted, Err: context.Canceled}
	}
	return none, &Error{Kind: ErrTimeout, Err: context.DeadlineExceeded}
}

func connect[T any](ctx context.Context, dial func(context.Context) (io.ReadWriteCloser, error), work func(agent.ExtendedAgent) (T, error)) (T, error) {
	var none T
	connection, err := dial(ctx)
	if err != nil {
		if _, ok := errors.AsType[*Error](err); ok {
			return none, err
		}
		return none, &Error{Kind: ErrNoAgent, Err: err}
	}
	stop := context.AfterFunc(ctx, func() { connection.Close() })
	defer func() {
		if stop() {
			connection.Close()
		}
	}()
	answers := &answers{from: connection, left: maxAnswers}
	value, err := work(agent.NewClient(struct {
		io.Reader
		io.Writer
	}{answers, connection}))
	switch {
	case answers.left < 0:
		return none, &Error{Kind: ErrTooLongAnswer}
	case err != nil:
		return none, &Error{Kind: ErrAgentAnswer, Found: quoteShort(err.Error())}
	}
	return value, nil
}

// answers are what an agent says, up to a limit. The field left falls below 0 when there
// is more.
type answers struct {
	from io.Reader
	left int
}

func (a *answers) Read(p []byte) (int, error) {
	n, err := a.from.Read(p[:min(len(p), max(a.left, 0)+1)])
	if a.left -= n; a.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
