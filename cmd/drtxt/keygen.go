package main

import (
	"context"
	"crypto/rsa"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/keygen"
)

type keygenOptions struct {
	dir        string
	passphrase newPassphrase
	out        output
}

func newKeygenCommand(env *environment) *cobra.Command {
	var o keygenOptions
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make the key pair that signs the records",
		Long: `Make an RSA 2048 key pair: dr_publickey.pem, which is uploaded to the vendor's
portal, and dr_privatekey.pem, which signs the records and must stay secret.

The private key is encrypted with a passphrase, which is asked for at the terminal
unless a flag says where it comes from: PKCS #8, scrypt and AES-256, as openssl and
others read it. Nothing brings a lost passphrase back.

An existing file is never overwritten. The fingerprint is printed on standard
output: SHA256: and the base64 of the SHA-256 digest of the public key.`,
		Example: `  drtxt keygen --dir keys
  drtxt keygen --dir keys --generate-passphrase
  drtxt keygen --dir keys --passphrase-file passphrase.txt
  drtxt keygen inspect keys/dr_privatekey.pem
  drtxt keygen passwd keys/dr_privatekey.pem`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runKeygen(cmd.Context(), env, &o) },
	}
	cmd.Flags().StringVar(&o.dir, "dir", ".", "folder for the two files; made if missing, mode 0700")
	o.passphrase.flags(cmd, "", "the passphrase")
	o.out.flags(env, cmd, []string{"text", "json"})
	cmd.AddCommand(withKnownArguments(newKeygenPasswdCommand(env)), withKnownArguments(newKeygenInspectCommand(env)))
	return cmd
}

func runKeygen(ctx context.Context, env *environment, o *keygenOptions) (err error) {
	if err := o.passphrase.check(); err != nil {
		return err
	}
	if err := o.out.check(filepath.Join(o.dir, keygen.PublicKeyFile), filepath.Join(o.dir, keygen.PrivateKeyFile), o.passphrase.source.file); err != nil {
		return err
	}
	if err := keygen.CheckVacant(o.dir); err != nil {
		return err
	}
	d := newDialogue(env)
	passphrase, undo, err := o.passphrase.choose(ctx, env, d)
	d.close()
	if err != nil {
		return err
	}
	defer clear(passphrase)
	key, err := o.write(ctx, env, passphrase)
	if err != nil {
		undo()
		return err
	}
	o.describe(env)
	result, err := o.render(key)
	if err != nil {
		return err
	}
	return o.out.write(ctx, env, result)
}

// write makes the pair; a nil passphrase is for none.
func (o *keygenOptions) write(ctx context.Context, env *environment, passphrase []byte) (*rsa.PrivateKey, error) {
	key, err := generateKey(ctx, env)
	if err != nil {
		return nil, err
	}
	if passphrase == nil {
		return key, keygen.WritePair(o.dir, key)
	}
	return key, keygen.WriteEncryptedPair(ctx, o.dir, key, passphrase)
}

// describe says what was written, and what to do with it.
func (o *keygenOptions) describe(env *environment) {
	if !keygen.ModeChecked {
		env.note("drtxt: on this system nobody but you must have access to the folder: file modes are not set")
	}
	env.note("wrote %s: upload it in the portal, in the disaster recovery settings and in the Client Connector app profiles", quoted(filepath.Join(o.dir, keygen.PublicKeyFile)))
	private := quoted(filepath.Join(o.dir, keygen.PrivateKeyFile))
	if o.passphrase.none {
		env.note("wrote %s, unencrypted: keep it secret; whoever has it and the DNS can switch every client", private)
	} else {
		env.note("wrote %s, encrypted: keep it and its passphrase secret and apart; whoever has both and the DNS can switch every client", private)
	}
	if o.passphrase.generate && o.passphrase.source.file != "" {
		env.note("wrote %s, the passphrase: keep it elsewhere", quoted(o.passphrase.source.file))
	}
}

// keyPairJSON is the JSON form of what keygen made.
type keyPairJSON struct {
	Schema      string `json:"schema"`
	Fingerprint string `json:"fingerprint"`
	Public      string `json:"public"`
	Private     string `json:"private"`
	Encrypted   bool   `json:"encrypted"`
}

// render is the fingerprint, alone or with the paths of the files.
func (o *keygenOptions) render(key *rsa.PrivateKey) ([]byte, error) {
	fingerprint := keygen.Fingerprint(&key.PublicKey)
	if o.out.format == "text" {
		return []byte(fingerprint + "\n"), nil
	}
	return encodeJSON(keyPairJSON{
		Schema:      "drtxt/keypair/v1",
		Fingerprint: fingerprint,
		Public:      filepath.Join(o.dir, keygen.PublicKeyFile),
		Private:     filepath.Join(o.dir, keygen.PrivateKeyFile),
		Encrypted:   !o.passphrase.none,
	})
}

// generateKey makes a key and can be interrupted meanwhile.
func generateKey(ctx context.Context, env *environment) (*rsa.PrivateKey, error) {
	defer showProgress(env, func() string { return "making the key" })()
	return unlessDone(ctx, 0, keygen.Generate)
}
