package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/keygen"
)

type keygenOptions struct {
	dir          string
	noPassphrase bool
	out          output
}

func newKeygenCommand(env *environment) *cobra.Command {
	var o keygenOptions
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make the key pair that signs the records",
		Long: `Make an RSA 2048 key pair: dr_publickey.pem, which is uploaded to the vendor's
portal, and dr_privatekey.pem, which signs the records and must stay secret.

An existing file is never overwritten. The fingerprint is printed on standard
output: SHA256: and the base64 of the SHA-256 digest of the public key.`,
		Example: `  drtxt keygen --no-passphrase --dir keys
  drtxt keygen --no-passphrase`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runKeygen(cmd.Context(), env, &o) },
	}
	cmd.Flags().StringVar(&o.dir, "dir", ".", "folder for the two files; made if missing, mode 0700")
	cmd.Flags().BoolVar(&o.noPassphrase, "no-passphrase", false, "write the private key unencrypted")
	o.out.flags(env, cmd, []string{"text", "json"})
	return cmd
}

func runKeygen(ctx context.Context, env *environment, o *keygenOptions) error {
	if !o.noPassphrase {
		return refusal(errors.New("private keys cannot be encrypted by this version yet, and are never written unencrypted unasked"),
			"add --no-passphrase, and keep the file on an encrypted disk that nobody else can read")
	}
	if err := o.out.check(filepath.Join(o.dir, keygen.PublicKeyFile), filepath.Join(o.dir, keygen.PrivateKeyFile)); err != nil {
		return err
	}
	if err := keygen.CheckVacant(o.dir); err != nil {
		return err
	}
	key, err := generateKey(ctx, env)
	if err != nil {
		return err
	}
	if err := keygen.WritePair(o.dir, key); err != nil {
		return err
	}
	if !keygen.ModeChecked {
		env.note("drtxt: on this system nobody but you must have access to the folder: file modes are not set")
	}
	env.note("wrote %s: upload it in the portal's disaster recovery settings", quoted(filepath.Join(o.dir, keygen.PublicKeyFile)))
	env.note("wrote %s, unencrypted: keep it secret; whoever has it and the DNS can switch every client", quoted(filepath.Join(o.dir, keygen.PrivateKeyFile)))
	result, err := o.render(key)
	if err != nil {
		return err
	}
	return o.out.write(ctx, env, result)
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
	})
}

// generateKey makes a key and can be interrupted meanwhile.
func generateKey(ctx context.Context, env *environment) (*rsa.PrivateKey, error) {
	defer showProgress(env, func() string { return "making the key" })()
	type result struct {
		key *rsa.PrivateKey
		err error
	}
	done := make(chan result, 1)
	go func() {
		key, err := keygen.Generate()
		done <- result{key, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		return r.key, r.err
	}
}
