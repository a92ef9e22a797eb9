package signer

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
)

// An Error says why a signer was refused, or gave no signature. [errors.Is] finds its
// Kind and whatever its Err is or wraps: [context.Canceled],
// [context.DeadlineExceeded], a system's error number.
type Error struct {
	// Path is the program's, "" for an SSH agent.
	Path string
	// Agent tells that the signer is an SSH agent.
	Agent bool
	// Kind is the class: one of this package's Err variables.
	Kind *Kind
	// Found is what was found, where Kind alone leaves it open.
	Found string
	// Wanted is what should have been there, "" where Kind or Err say so.
	Wanted string
	// Err is the cause, or nil.
	Err error
}

// Error returns one line. Nothing that came from outside is unquoted in it.
func (e *Error) Error() string {
	text := strconv.Quote(e.Path)
	if e.Agent {
		text = "the SSH agent"
	}
	text += " " + e.Kind.says
	if e.Found != "" {
		text += " (" + e.Found + ")"
	}
	if e.Wanted != "" {
		text += "; wanted: " + e.Wanted
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the Kind and, where there is one, the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint returns what to do about it: a sentence without a full stop.
func (e *Error) Hint() string {
	if e.Agent && e.Kind.agentHint != "" {
		return e.Kind.agentHint
	}
	return e.Kind.hint
}

// ofProgram names the program in an error.
func ofProgram(err error, path string) error {
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.Path = path
	}
	return err
}

// ofAgent tells an error that the signer is an SSH agent.
func ofAgent(err error) error {
	if failure, ok := errors.AsType[*Error](err); ok {
		failure.Agent = true
	}
	return err
}

// systemError takes the error number out of what the operating system said, because
// the errors around it print paths and addresses unquoted.
func systemError(err error) error {
	if wrapped, ok := errors.AsType[*net.OpError](err); ok {
		err = wrapped.Err
	}
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrapped.Err
	}
	if wrapped, ok := errors.AsType[*os.SyscallError](err); ok {
		err = wrapped.Err
	}
	return err
}

// An Identity is a key that an SSH agent holds.
type Identity struct {
	// SSHFingerprint is how ssh-add -l names it.
	SSHFingerprint string
	// Fingerprint is how [keygen.Fingerprint] names it. It looks like the other and
	// is never the same: the two hash different encodings of the key.
	Fingerprint string
	// Comment is what the agent says about it, as it came.
	Comment string
}

// A KeyNotFoundError says that an SSH agent does not hold the key.
type KeyNotFoundError struct {
	// Wanted is the key that was looked for; it has no Comment.
	Wanted Identity
	// Held are the agent's RSA keys, in its order.
	Held []Identity
	// Others is how many keys of other kinds it holds, certificates among them.
	Others int
}

// maxListed is how many keys an error text names.
const maxListed = 8

// Error returns one line that names the keys; comments are quoted and cut.
func (e *KeyNotFoundError) Error() string {
	text := "the SSH agent does not hold the key " + e.Wanted.String()
	switch {
	case len(e.Held) == 0 && e.Others == 0:
		return text + ": it shows no key at all: it is empty, or locked"
	case len(e.Held) == 0:
		return text + fmt.Sprintf(": it holds no RSA key, and %d of other kinds", e.Others)
	}
	var held []string
	for _, key := range e.Held[:min(len(e.Held), maxListed)] {
		held = append(held, key.String())
	}
	text += "; its RSA keys: " + strings.Join(held, ", ")
	if more := len(e.Held) - maxListed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Hint returns what to do about it.
func (e *KeyNotFoundError) Hint() string {
	if len(e.Held) == 0 && e.Others == 0 {
		return "look with ssh-add -l; unlock it with ssh-add -X, or add the key with ssh-add FILE, a token's with ssh-add -s LIBRARY"
	}
	return "add the key with ssh-add FILE, a token's with ssh-add -s LIBRARY; or give the public key of one that it holds"
}

// String names the key both ways, its comment quoted and cut.
func (i Identity) String() string {
	text := i.Fingerprint + " (in SSH's form " + i.SSHFingerprint + ")"
	if i.Comment == "" {
		return text
	}
	const most = 40
	comment := []rune(i.Comment)
	if len(comment) > most {
		comment = append(comment[:most], '…')
	}
	return text + " " + strconv.Quote(string(comment))
}
