package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/filesystem"
	"github.com/drtxt/drtxt/keygen"
)

// A newPassphrase says with what a private key is to be encrypted, or that it is not.
type newPassphrase struct {
	source   passphraseSource
	generate bool
	none     bool
}

func (n *newPassphrase) flags(cmd *cobra.Command, prefix, of string) {
	n.source.flags(cmd, prefix, of)
	f := cmd.Flags()
	f.BoolVar(&n.generate, "generate-passphrase", false, "make a passphrase of ten words, and show it at the terminal, or write it to a new --"+prefix+"passphrase-file")
	f.BoolVar(&n.none, "no-passphrase", false, "write the private key unencrypted")
}

// check refuses flags that contradict each other.
func (n *newPassphrase) check() error {
	fd := "--" + n.source.prefix + "passphrase-fd"
	switch {
	case n.none && n.generate:
		return contradict("--no-passphrase", "--generate-passphrase")
	case n.none && n.source.file != "":
		return contradict("--no-passphrase", "--"+n.source.prefix+"passphrase-file")
	case n.none && n.source.fd != noDescriptor:
		return contradict("--no-passphrase", fd)
	case n.generate && n.source.fd != noDescriptor:
		return contradict("--generate-passphrase", fd)
	}
	return n.source.check()
}

// choose returns the new passphrase, nil where there is to be none. undo takes back what
// was written for it. The caller clears it.
func (n *newPassphrase) choose(ctx context.Context, env *environment, d *dialogue) (passphrase []byte, undo func(), err error) {
	undo = func() {}
	switch {
	case n.none:
		return nil, undo, nil
	case n.generate && n.source.file != "":
		return n.generateFile()
	case n.generate:
		passphrase, err = n.generateShown(ctx, env, d)
	case n.source.given():
		passphrase, err = n.source.read(ctx, env)
	default:
		passphrase, err = n.ask(ctx, d)
	}
	if err == nil && !n.generate {
		warnShort(env, passphrase)
	}
	return passphrase, undo, err
}

// generateFile writes a passphrase to a file that only its owner can read, and that was
// not there before.
func (n *newPassphrase) generateFile() (passphrase []byte, undo func(), err error) {
	path := n.source.file
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, nil, refusal(fmt.Errorf("%s exists already", quoted(path)), "name a new file for the passphrase, or leave --generate-passphrase out to use the one in it")
	}
	if err != nil {
		return nil, nil, refusal(pathError("writing", path, err), "name a file in a folder that is there, and where this user may write")
	}
	passphrase = keygen.GeneratePassphrase()
	line := append(bytes.Clone(passphrase), '\n')
	defer clear(line)
	_, err = file.Write(line)
	if err = errors.Join(err, file.Sync(), file.Close(), filesystem.SyncDirectory(filepath.Dir(path))); err != nil {
		os.Remove(path)
		return nil, nil, withHint(pathError("writing", path, err), "name another file")
	}
	return passphrase, func() { os.Remove(path) }, nil
}

// unasked says that a new passphrase could not be asked for.
func (n *newPassphrase) unasked(err error) error {
	prefix := "--" + n.source.prefix
	return askingError(err, "the private key is to be encrypted, which needs a passphrase",
		"add "+prefix+"passphrase-file FILE, or "+prefix+"passphrase-fd N; --no-passphrase writes the key unencrypted")
}

// generateShown shows a passphrase at the terminal, and has it typed once, because
// nothing will ever show it again.
func (n *newPassphrase) generateShown(ctx context.Context, env *environment, d *dialogue) ([]byte, error) {
	if err := d.open(); err != nil {
		return nil, n.unasked(err)
	}
	passphrase := keygen.GeneratePassphrase()
	fmt.Fprintf(env.err, "The passphrase, which is shown this once: write it down.\n\n  %s\n\n", passphrase)
	for range passphraseTries {
		answer, err := d.ask(ctx, "Type it, with its hyphens, to be sure that it was written down right: ")
		if err != nil {
			clear(passphrase)
			return nil, n.unasked(err)
		}
		same := bytes.Equal(answer, passphrase)
		clear(answer)
		if same {
			return passphrase, nil
		}
		env.note("drtxt: that is another one: once more")
	}
	clear(passphrase)
	return nil, refusal(errors.New("the passphrase was not typed as it was shown; nothing was written"), "run it again")
}

var errDifferent = errors.New("the two passphrases differ")

// askPatiently is ask for somebody who may mistype.
func (n *newPassphrase) askPatiently(ctx context.Context, env *environment, d *dialogue) ([]byte, error) {
	for try := 1; ; try++ {
		passphrase, err := n.ask(ctx, d)
		switch {
		case err == nil || try == passphraseTries:
			return passphrase, err
		case errors.Is(err, errDifferent):
			env.note("drtxt: %v: once more", errDifferent)
		case errors.Is(err, errEmptyPassphrase), errors.Is(err, errLongPassphrase):
			env.note("drtxt: that is empty, or longer than %d bytes: once more", maxPassphrase)
		default:
			return passphrase, err
		}
	}
}

// ask has a passphrase typed twice.
func (n *newPassphrase) ask(ctx context.Context, d *dialogue) ([]byte, error) {
	passphrase, err := d.ask(ctx, "New passphrase: ")
	if err != nil {
		return nil, n.unasked(err)
	}
	if err := checkPassphrase(passphrase); err != nil {
		clear(passphrase)
		return nil, refusal(fmt.Errorf("the passphrase %w; nothing was written", err), "run it again, and type one; --generate-passphrase makes a good one")
	}
	again, err := d.ask(ctx, "The same again: ")
	if err != nil {
		clear(passphrase)
		return nil, n.unasked(err)
	}
	defer clear(again)
	if !bytes.Equal(passphrase, again) {
		clear(passphrase)
		return nil, refusal(fmt.Errorf("%w; nothing was written", errDifferent), "run it again")
	}
	return passphrase, nil
}
