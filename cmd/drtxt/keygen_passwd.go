package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/keygen"
)

type keygenPasswdOptions struct {
	allowExposedKey bool
	old             passphraseSource
	new             newPassphrase
}

func newKeygenPasswdCommand(env *environment) *cobra.Command {
	var o keygenPasswdOptions
	cmd := &cobra.Command{
		Use:   "passwd FILE",
		Short: "Change the passphrase of a private key",
		Long: `Change the passphrase of a private key file, encrypt one that is not, or, with
--no-passphrase, take the encryption away. The file is replaced whole or not at all,
and the key in it stays the same: nothing has to be uploaded or signed again.

Copies of the old file, in backups too, still open with the old passphrase. Whoever
may have had both has the key: make a new pair then (docs/rotation.md).`,
		Example: `  drtxt keygen passwd keys/dr_privatekey.pem
  drtxt keygen passwd keys/dr_privatekey.pem --passphrase-file old.txt --new-passphrase-file new.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeygenPasswd(cmd.Context(), env, &o, args[0])
		},
	}
	cmd.Flags().BoolVar(&o.allowExposedKey, "allow-exposed-key", false, "accept a private key file that others can read; the new one is readable by its owner alone")
	o.old.flags(cmd, "", "the passphrase that the key has now")
	o.new.flags(cmd, "new-", "the new passphrase")
	return cmd
}

func runKeygenPasswd(ctx context.Context, env *environment, o *keygenPasswdOptions, path string) error {
	if err := o.old.check(); err != nil {
		return err
	}
	if err := o.new.check(); err != nil {
		return err
	}
	before, err := os.Stat(path)
	if err != nil {
		return withHint(pathError("reading", path, err), "check the path")
	}
	d := newDialogue(env)
	defer d.close()
	key, err := unlock(ctx, env, d, path, o.allowExposedKey, &o.old)
	if err != nil {
		return err
	}
	passphrase, undo, err := o.new.choose(ctx, env, d)
	d.close() // before anything that a second Ctrl-C could end
	if err != nil {
		return err
	}
	defer clear(passphrase)
	if err := unchanged(path, before); err != nil {
		undo()
		return err
	}
	if o.new.none {
		err = keygen.ReplacePrivateKeyUnencrypted(ctx, path, key)
	} else {
		err = keygen.ReplacePrivateKey(ctx, path, key, passphrase)
	}
	if err != nil {
		if !errors.Is(err, keygen.ErrUnsynced) { // then the new file stands there already
			undo()
		}
		return err
	}
	o.describe(env, path, keygen.Fingerprint(&key.PublicKey))
	return nil
}

// unchanged refuses a file that somebody replaced while passphrases were asked for: it
// may hold another key by now.
func unchanged(path string, before os.FileInfo) error {
	now, err := os.Stat(path)
	if err == nil && os.SameFile(before, now) && now.ModTime().Equal(before.ModTime()) && now.Size() == before.Size() {
		return nil
	}
	return refusal(fmt.Errorf("%s was changed meanwhile; nothing was written", quoted(path)), "look at it with `drtxt keygen inspect`, and run it again")
}

func (o *keygenPasswdOptions) describe(env *environment, path, fingerprint string) {
	if o.new.none {
		env.note("wrote %s, key %s, unencrypted: keep it secret; whoever has it and the DNS can switch every client", quoted(path), fingerprint)
	} else {
		env.note("wrote %s, key %s, encrypted with the new passphrase", quoted(path), fingerprint)
	}
	if o.new.generate && o.new.source.file != "" {
		env.note("wrote %s, the passphrase: keep it elsewhere", quoted(o.new.source.file))
	}
	env.note("copies of the old file still open as they did: destroy them")
}
