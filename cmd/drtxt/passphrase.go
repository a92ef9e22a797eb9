package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"syscall"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// A passphraseSource says where a passphrase comes from: a file, a descriptor, or the
// person at the terminal.
type passphraseSource struct {
	prefix string // of the flags' names: "" or "new-"
	file   string
	fd     int // noDescriptor for none
	// descriptor is fd once it was used: if it were forgotten, it would be closed, and
	// another passphrase may come from it too.
	descriptor *os.File
}

const noDescriptor = -1

// maxPassphrase bounds a passphrase, in bytes: OpenSSL reads no more of a file.
const maxPassphrase = 1023

func (s *passphraseSource) flags(cmd *cobra.Command, prefix, of string) {
	s.prefix = prefix
	f := cmd.Flags()
	f.StringVar(&s.file, prefix+"passphrase-file", "", of+": the first line of this `FILE`")
	f.IntVar(&s.fd, prefix+"passphrase-fd", noDescriptor, of+": a line from this open file descriptor `N`")
}

// given reports whether nobody is to be asked.
func (s *passphraseSource) given() bool { return s.file != "" || s.fd != noDescriptor }

// check refuses flags that contradict each other, before anything is done.
func (s *passphraseSource) check() error {
	file, fd := "--"+s.prefix+"passphrase-file", "--"+s.prefix+"passphrase-fd"
	switch {
	case s.file != "" && s.fd != noDescriptor:
		return refusal(fmt.Errorf("%s and %s contradict each other", file, fd), "leave one of them out")
	case s.fd == noDescriptor:
		return nil
	case s.fd < 0 || s.fd == 1 || s.fd == 2 || s.fd > math.MaxInt32:
		return refusal(fmt.Errorf("%s %d is not a descriptor to read from", fd, s.fd), "give 0 for standard input, or one that was opened for reading, from 3 on")
	case s.fd > 2 && runtime.GOOS == "windows":
		return refusal(fmt.Errorf("%s %d: this system passes no descriptors beyond standard input", fd, s.fd), "give 0 for standard input, or use "+file)
	}
	return nil
}

// read returns the passphrase from the file or the descriptor. The caller clears it.
func (s *passphraseSource) read(ctx context.Context, env *environment) ([]byte, error) {
	name := quoted(s.file)
	if s.fd != noDescriptor {
		name = fmt.Sprintf("descriptor %d", s.fd)
	}
	line, err := unlessDone(ctx, 0, func() ([]byte, error) {
		in, err := s.open(env)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		if s.fd == 0 && env.inTerminal || isTerminal(in) {
			return nil, errTerminal
		}
		line, _, err := readLine(in, maxPassphrase)
		return line, err
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, withHint(fmt.Errorf("reading the passphrase from %s: %w", name, withoutPath(err)), "give --"+s.prefix+"passphrase-file a file whose first line is the passphrase")
	}
	if s.file != "" {
		warnExposed(env, s.file)
	}
	if err := checkPassphrase(line); err != nil {
		clear(line)
		return nil, refusal(fmt.Errorf("the passphrase in %s %w", name, err), "the first line is the passphrase, as plain text without a byte order mark")
	}
	return line, nil
}

// open opens the file, or takes the descriptor, which stays open.
func (s *passphraseSource) open(env *environment) (io.ReadCloser, error) {
	switch {
	case s.fd == 0:
		return io.NopCloser(env.in), nil
	case s.fd != noDescriptor:
		if !inherited(s.fd) {
			return nil, syscall.EBADF
		}
		s.descriptor = os.NewFile(uintptr(s.fd), "descriptor")
		return openDescriptor{s.descriptor}, nil
	}
	return os.Open(s.file)
}

// An openDescriptor stays open: another passphrase may come from it too.
type openDescriptor struct{ *os.File }

// Close does nothing.
func (openDescriptor) Close() error { return nil }

func isTerminal(in io.Reader) bool {
	file, ok := in.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(file.Fd()))
}

// withoutPath takes the system's error out of one that names the path unquoted.
func withoutPath(err error) error {
	if wrapped, ok := errors.AsType[*os.PathError](err); ok {
		return wrapped.Err
	}
	return err
}

var (
	errEmptyPassphrase = errors.New("is empty")
	errLongPassphrase  = fmt.Errorf("has more than %d bytes", maxPassphrase)
	errNotText         = errors.New("is not plain text")
	errTerminal        = errors.New("it is a terminal, which would show what is typed: leave it out, to be asked")
	errKeyFile         = errors.New("is the first line of a key file")
)

// checkPassphrase refuses what cannot have been meant: nobody could type a null byte or
// a byte order mark at a terminal.
func checkPassphrase(line []byte) error {
	switch {
	case len(line) == 0:
		return errEmptyPassphrase
	case len(line) > maxPassphrase:
		return errLongPassphrase
	case bytes.IndexByte(line, 0) >= 0, bytes.HasPrefix(line, []byte("\xef\xbb\xbf")), bytes.HasPrefix(line, []byte("\xff\xfe")):
		return errNotText
	case bytes.HasPrefix(line, []byte("-----BEGIN ")):
		return errKeyFile
	}
	return nil
}

// readLine reads up to the end of a line, or of the input, and not a byte beyond. It
// returns the line without LF or CRLF, and whether it had that end; what is longer than
// most comes back cut.
func readLine(in io.Reader, most int) (line []byte, ended bool, err error) {
	line = make([]byte, 0, most+len("\r\n"))
	for len(line) < cap(line) {
		n, err := in.Read(line[len(line) : len(line)+1])
		line = line[:len(line)+n]
		if n > 0 && line[len(line)-1] == '\n' {
			return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), true, nil
		}
		if errors.Is(err, io.EOF) {
			return line, false, nil
		}
		if err != nil {
			clear(line)
			return nil, false, err
		}
	}
	return line, false, nil
}

// strongLength is from how many characters on a passphrase that a person chose is not
// warned about.
const strongLength = 12

// warnShort warns of a passphrase that whoever steals the file would soon guess.
func warnShort(env *environment, passphrase []byte) {
	if utf8.RuneCount(passphrase) < strongLength {
		env.note("warning: the passphrase has fewer than %d characters: whoever steals the file can guess it; --generate-passphrase makes one of ten words", strongLength)
	}
}
