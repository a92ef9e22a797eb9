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
	cmd.Flags().StringVarP(&o.out.path, "out", "o", "", "write the fingerprint to this `FILE` instead of standard output")
	return cmd
}

func runKeygen(ctx context.Context, env *environment, o *keygenOptions) error {
	if !o.noPassphrase {
		return refusal(errors.New("private keys cannot be encrypted by this version yet, and are never written unencrypted unasked"),
			"add --no-passphrase, and keep the file on an encrypted disk that nobody else can read")
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
	return o.out.write(env, []byte(keygen.Fingerprint(&key.PublicKey)+"\n"))
}

// generateKey makes a key and can be interrupted meanwhile.
func generateKey(ctx context.Context, env *environment) (*rsa.PrivateKey, error) {
	defer showProgress(env, "making the key")()
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
