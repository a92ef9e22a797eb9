package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
)

func newKeygenInspectCommand(env *environment) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Say what a key file is, without its passphrase",
		Long: `Say what a private or public key file is: its kind and format, its size in bits, how
it is encrypted and what a guess at the passphrase costs, its fingerprint, and who can
read it. No passphrase is asked for.

An encrypted file does not tell which key is in it; then what is said of that is what
dr_publickey.pem says, where it lies beside dr_privatekey.pem.`,
		Example: `  drtxt keygen inspect keys/dr_privatekey.pem
  drtxt keygen inspect keys/dr_publickey.pem --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeygenInspect(cmd.Context(), env, &out, args[0])
		},
	}
	out.flags(env, cmd, []string{"text", "json"})
	return cmd
}

func runKeygenInspect(ctx context.Context, env *environment, out *output, path string) error {
	if err := out.check(path, publicBeside(path)); err != nil {
		return err
	}
	found, err := keygen.Inspect(path)
	if err != nil {
		return err
	}
	if found.Kind == keygen.KindPrivate {
		warnExposed(env, path)
	}
	result := inspectionText(path, &found)
	if out.format == "json" {
		if result, err = encodeJSON(newInspectionJSON(path, &found)); err != nil {
			return err
		}
	}
	return out.write(ctx, env, result)
}

// inspectionText is one line for each thing that is known, its name first.
func inspectionText(path string, found *keygen.Inspection) []byte {
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%-12s %s\n", name, value) }
	line("file", quoted(path))
	line("kind", found.Kind+" key")
	line("format", found.Format)
	if found.Kind == keygen.KindPrivate {
		line("encryption", encryptionInWords(found.Encryption))
	}
	key, says := found.PublicKey, ""
	switch {
	case key == nil:
		line("fingerprint", "not known before it is decrypted")
	case found.FromBeside:
		says = ", says " + keygen.PublicKeyFile + " beside it"
		fallthrough
	default:
		line("bits", fmt.Sprint(key.N.BitLen())+says)
		line("fingerprint", keygen.Fingerprint(key)+says)
		line("in SSH", signer.SSHFingerprint(key)+", as ssh-add -l names it")
	}
	if keygen.ModeChecked {
		line("mode", fmt.Sprintf("%04o", found.Mode))
	}
	return b.Bytes()
}

// encryptionInWords says how a private key is encrypted, and what a guess costs.
func encryptionInWords(e *keygen.Encryption) string {
	if e == nil {
		return "none: whoever has the file has the key"
	}
	cost := fmt.Sprintf("N=%d r=%d p=%d, %s a guess", e.N, e.R, e.P, inBinary(int64(128*e.N*e.R)))
	if e.Iterations > 0 {
		cost = fmt.Sprintf("HMAC-%s, %d iterations", strings.ReplaceAll(e.Hash, "SHA-", "SHA"), e.Iterations)
	}
	return fmt.Sprintf("%s: %s (%s), %s", e.Scheme, e.KDF, cost, e.Cipher)
}

// inspectionJSON is the JSON form of what keygen inspect says.
type inspectionJSON struct {
	Schema     string          `json:"schema"`
	File       string          `json:"file"`
	Kind       string          `json:"kind"`
	Format     string          `json:"format"`
	Mode       string          `json:"mode,omitempty"`
	Encryption *encryptionJSON `json:"encryption,omitempty"`
	Key        *keyJSON        `json:"key,omitempty"`
}

type encryptionJSON struct {
	Scheme     string `json:"scheme"`
	KDF        string `json:"kdf"`
	N          int    `json:"n,omitempty"`
	R          int    `json:"r,omitempty"`
	P          int    `json:"p,omitempty"`
	Hash       string `json:"hash,omitempty"`
	Iterations int    `json:"iterations,omitempty"`
	Cipher     string `json:"cipher"`
}

type keyJSON struct {
	Bits           int    `json:"bits"`
	Fingerprint    string `json:"fingerprint"`
	SSHFingerprint string `json:"ssh_fingerprint"`
	// Proven is false where it is the public key beside an encrypted private key.
	Proven bool `json:"proven"`
}

func newInspectionJSON(path string, found *keygen.Inspection) inspectionJSON {
	result := inspectionJSON{Schema: "drtxt/keyinspection/v1", File: path, Kind: found.Kind, Format: found.Format}
	if keygen.ModeChecked {
		result.Mode = fmt.Sprintf("%04o", found.Mode)
	}
	if e := found.Encryption; e != nil {
		result.Encryption = &encryptionJSON{e.Scheme, e.KDF, e.N, e.R, e.P, e.Hash, e.Iterations, e.Cipher}
	}
	if key := found.PublicKey; key != nil {
		result.Key = &keyJSON{key.N.BitLen(), keygen.Fingerprint(key), signer.SSHFingerprint(key), !found.FromBeside}
	}
	return result
}
