package readiness

import (
	"slices"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

// A KeyFile is what can be said of the private key without its passphrase.
type KeyFile struct {
	// Path is the file's.
	Path string
	// Inspection is what it is, where Err is nil.
	Inspection keygen.Inspection
	// Err is why it cannot be read.
	Err error
}

// assessKey says in what state the private key is, and whether it is the pair of a trusted
// one.
func (a *Assessment) assessKey() {
	k := a.Key
	switch {
	case k == nil:
		a.skip(Key, "whether the private key is there")
		return
	case k.Err != nil:
		a.add(Key, Findings.New(CodeKeyUnusable, k.Path, "the private key cannot be used: %v", k.Err))
		a.conclude(Key, "%q cannot be used", k.Path)
		return
	case k.Inspection.Kind != keygen.KindPrivate:
		a.add(Key, Findings.New(CodeKeyUnusable, k.Path, "it is a %s key, not the private one", k.Inspection.Kind))
		a.conclude(Key, "%q is no private key", k.Path)
		return
	}
	encryption := "encrypted"
	if k.Inspection.Encryption == nil {
		encryption = "NOT encrypted"
		a.add(Key, Findings.New(CodeKeyUnencrypted, k.Path, "the private key is not encrypted: whoever has the file can activate"))
	}
	if mode := k.Inspection.Mode.Perm(); keygen.ModeChecked && mode&0o077 != 0 {
		a.add(Key, Findings.New(CodeKeyExposed, k.Path, "others than its owner have access to the private key: mode %04o", mode))
	}
	a.conclude(Key, "%q is %s; %s", k.Path, encryption, a.comparePair())
}

// comparePair holds the private key against the trusted ones, as far as the file tells which
// it is.
func (a *Assessment) comparePair() string {
	k := a.Key
	trusted := a.Report.Policy.Keys
	if k.Inspection.PublicKey == nil {
		a.add(Key, Findings.New(CodeKeyUnproven, k.Path, "which key it is cannot be told without its passphrase"))
		return "which key it is cannot be told without its passphrase"
	}
	name := keygen.Fingerprint(k.Inspection.PublicKey)
	from := ""
	if k.Inspection.FromBeside {
		from = ", says " + keygen.PublicKeyFile + " beside it"
		a.add(Key, Findings.New(CodeKeyUnproven, k.Path, "that it belongs to %s is what %s beside it says, and not proven", name, keygen.PublicKeyFile))
	}
	switch {
	case len(trusted) == 0:
		return name + from + "; not compared, without --public"
	case !slices.ContainsFunc(trusted, func(key verify.Key) bool { return key.Name == name }):
		a.add(Key, Findings.New(CodeKeyDiffers, k.Path, "the private key is %s%s, and none of the public keys that are trusted", name, from))
		return "it is " + name + from + ", of another pair"
	}
	return name + from
}
