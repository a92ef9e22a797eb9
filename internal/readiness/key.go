package readiness

import (
	"cmp"
	"fmt"
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
		a.conclude(Key, "it cannot be used")
		return
	case k.Inspection.Kind != keygen.KindPrivate:
		a.add(Key, Findings.New(CodeKeyUnusable, k.Path, "it is a %s key, not the private one", k.Inspection.Kind))
		a.conclude(Key, "it is no private key")
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
	a.conclude(Key, "%s; %s", encryption, a.comparePair())
}

// StandingKey is the name of the key that what stands verifies under, empty if there is none.
func (g *Gathered) StandingKey() string { return g.Report.Key }

// KitKey is the name of the key that the kit verifies under, empty without a kit, and where it
// is none that is trusted, which the kit's findings say.
func (g *Gathered) KitKey() string {
	if g.Kit == nil || !isTrusted(g.Kit.Policy.Keys, g.Kit.Manifest.Key) {
		return ""
	}
	return g.Kit.Manifest.Key
}

// Signed reports whether there are signed records, by whichever key: a kit has no others.
func (g *Gathered) Signed() bool {
	return g.Kit != nil || g.Report.Set != nil && g.Report.Set.Signed()
}

func isTrusted(keys []verify.Key, name string) bool {
	return slices.ContainsFunc(keys, func(key verify.Key) bool { return key.Name == name })
}

// assessSigners warns where what stands and the kit verify under two keys that are both
// trusted: a client has one of them.
func (a *Assessment) assessSigners() {
	if standing, kit := a.StandingKey(), a.KitKey(); standing != "" && kit != "" && standing != kit {
		a.add(Kit, Findings.New(CodeSignersDiffer, "", "the records that stand are signed by %s, the kit by %s: a client has one of these keys, and follows one of the two", standing, kit))
	}
}

// comparePair holds the private key against the trusted ones, as far as the file tells which
// it is.
func (a *Assessment) comparePair() string {
	k := a.Key
	if k.Inspection.PublicKey == nil {
		a.addUnproven("which key it is cannot be told without its passphrase")
		return "which key it is is not known"
	}
	name, from, says := keygen.Fingerprint(k.Inspection.PublicKey), "", ""
	if k.Inspection.FromBeside {
		says = ", says " + keygen.PublicKeyFile
		from = says + " beside it"
		a.addUnproven("that it belongs to %s is what %s beside it says, and not proven", name, keygen.PublicKeyFile)
	}
	standing, kit := a.StandingKey(), a.KitKey()
	switch trusted := a.Report.Policy.Keys; {
	case len(trusted) == 0:
		return "not compared, without --public"
	case !isTrusted(trusted, name):
		a.add(Key, Findings.New(CodeKeyDiffers, k.Path, "the private key is %s%s, and none of the public keys that are trusted", name, from))
	case (standing != "" || kit != "") && name != standing && name != kit:
		a.add(Key, Findings.New(CodeKeyDiffers, k.Path, "the private key is %s%s, and not %s, under which %s", name, from, cmp.Or(standing, kit), a.signedInWords()))
	default:
		return "the right pair" + says
	}
	return "of another pair" + says
}

// signedInWords says what verifies under a key.
func (a *Assessment) signedInWords() string {
	standing, kit := a.StandingKey(), a.KitKey()
	switch {
	case standing == kit:
		return "the records that stand and the kit verify"
	case kit == "":
		return "the records that stand verify"
	case standing == "":
		return "the kit verifies"
	}
	return fmt.Sprintf("the records that stand verify, nor %s, under which the kit does", kit)
}

// addUnproven notes that it is not proven which key the file holds.
func (a *Assessment) addUnproven(format string, says ...any) {
	f := Findings.New(CodeKeyUnproven, a.Key.Path, format, says...)
	f.Advice = "sign something with it once: `" + a.commands().SignOff + "` asks for its passphrase, and refuses a key of another pair"
	a.add(Key, f)
}
