package signer

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"time"
)

// endGrace is how long a program may take to end once it was told to, and how long
// others may hold its output once it has ended.
const endGrace = time.Second

// errTooMuch is why a program was ended that wrote too much.
var errTooMuch = errors.New("too much output")

// CommandOptions say which program signs.
type CommandOptions struct {
	// Path is the absolute path of the program. It is executed as it is.
	Path string
	// Args are the program's arguments, without its name.
	Args []string
	// Environment is the whole environment of the program but for the variables
	// of the protocol, each as NAME=value.
	Environment []string
	// PublicKey is that of the key which the program signs with.
	PublicKey *rsa.PublicKey
	// Timeout is the time limit for one signature; [DefaultTimeout] if it is 0 or less.
	Timeout time.Duration
	// Stderr gets the program's standard error while it runs, as the bytes are: for a
	// terminal they have to be escaped. A last line that has no end gets one. If it is
	// nil they are dropped.
	Stderr io.Writer
}

// A Command is a [crypto.MessageSigner] that asks an external program, as the
// package comment specifies. It is for one signature at a time.
type Command struct {
	ctx     context.Context
	options CommandOptions
}

// NewCommand returns a signer after it has looked at the program, which has to be a
// regular file that this user can execute. On Unix, see [ModeChecked], it must
// belong to this user or root, and group and others must not be able to write it. The
// same is then looked at on all the way there, name by name and link by link: no
// folder on it may be writable for everybody, unless its sticky bit is set, and then a
// link or folder in it must belong to this user or root. At most 40 links are
// followed. On Windows its name must end in ".exe", because the system gives scripts to
// a shell. Errors are [*Error].
//
// The context ends every signature.
func NewCommand(ctx context.Context, options CommandOptions) (*Command, error) {
	if err := checkKey(options.PublicKey); err != nil {
		return nil, ofProgram(err, options.Path)
	}
	if err := checkEnvironment(options.Environment); err != nil {
		return nil, ofProgram(err, options.Path)
	}
	if err := checkProgram(options.Path); err != nil {
		return nil, ofProgram(err, options.Path)
	}
	options.Args = slices.Clone(options.Args)
	options.Environment = slices.Clone(options.Environment)
	if options.Timeout <= 0 {
		options.Timeout = DefaultTimeout
	}
	return &Command{ctx: ctx, options: options}, nil
}

// Public returns the public key, an [*rsa.PublicKey].
func (c *Command) Public() crypto.PublicKey { return c.options.PublicKey }

// Sign returns an [ErrDigest]: the program has to have the message.
func (c *Command) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, &Error{Path: c.options.Path, Kind: ErrDigest}
}

// SignMessage has the program sign the message. The options are [crypto.SHA256], or
// [*rsa.PSSOptions] with it; the reader is not used. The program is looked at again
// before it is started, because it may have been changed. Errors are [*Error].
func (c *Command) SignMessage(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := c.sign(message, opts)
	if err != nil {
		return nil, ofProgram(err, c.options.Path)
	}
	return signature, nil
}

func (c *Command) sign(message []byte, opts crypto.SignerOpts) ([]byte, error) {
	asked, err := paddingOf(opts)
	if err != nil {
		return nil, err
	}
	if err := checkProgram(c.options.Path); err != nil {
		return nil, err
	}
	output, err := c.run(message, asked)
	if err != nil {
		return nil, err
	}
	signature, err := decodeSignature(output)
	if err != nil {
		return nil, err
	}
	return signature, verify(c.options.PublicKey, message, signature, asked)
}

// run returns what the program wrote, if it ended well.
func (c *Command) run(message []byte, asked padding) ([]byte, error) {
	limited, cancel := context.WithTimeout(c.ctx, c.options.Timeout)
	defer cancel()
	ctx, stop := context.WithCancelCause(limited)
	defer stop(nil)
	if ctx.Err() != nil {
		return nil, c.ended(ctx)
	}

	cmd := exec.CommandContext(ctx, c.options.Path, c.options.Args...)
	cmd.Env = c.environment(message, asked)
	cmd.Stdin = bytes.NewReader(message)
	output := &cappedBuffer{overflow: func() { stop(errTooMuch) }}
	cmd.Stdout = output
	if c.options.Stderr != nil {
		said := &cappedWriter{to: c.options.Stderr, left: maxErrorOutput}
		defer said.endLine()
		cmd.Stderr = said
	}
	cmd.WaitDelay = endGrace

	group, err := startGroup(cmd)
	if err != nil {
		return nil, &Error{Kind: ErrStart, Err: systemError(err)}
	}
	err = cmd.Wait()
	group.end()
	switch {
	case ctx.Err() != nil:
		return nil, c.ended(ctx)
	case group.interrupted():
		return nil, &Error{Kind: ErrInterrupted, Err: context.Canceled}
	case !cmd.ProcessState.Success():
		return nil, &Error{Kind: ErrFailed, Found: cmd.ProcessState.String()}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, &Error{Kind: ErrFailed, Err: err}
	}
	return output.bytes, nil
}

// ended says why the context has ended the program.
func (c *Command) ended(ctx context.Context) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTooMuch):
		return &Error{Kind: ErrTooMuchOutput, Found: fmt.Sprintf("more than %d bytes", maxOutput)}
	case c.ctx.Err() == nil:
		return &Error{Kind: ErrTimeout, Found: "the limit is " + c.options.Timeout.String(), Err: context.DeadlineExceeded}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: ErrTimeout, Err: context.DeadlineExceeded}
	}
	return &Error{Kind: ErrInterrupted, Err: context.Canceled}
}
