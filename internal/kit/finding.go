package kit

import (
	"cmp"
	"slices"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// A Code names a kind of finding. Codes are stable.
type Code string

// The codes; docs/findings.md explains each.
const (
	CodeOtherDomain   Code = "kit-other-domain"
	CodeFileMissing   Code = "kit-file-missing"
	CodeFileChanged   Code = "kit-file-changed"
	CodeFileForeign   Code = "kit-file-foreign"
	CodeNotRegular    Code = "kit-not-regular"
	CodeUnreadable    Code = "kit-file-unreadable"
	CodeSetInvalid    Code = "kit-set-invalid"
	CodeSetDiffers    Code = "kit-set-differs"
	CodeUnchecked     Code = "kit-unchecked"
	CodeKeyDiffers    Code = "kit-key-differs"
	CodeSchemeDiffers Code = "kit-scheme-differs"
	CodeWindowDiffers Code = "kit-window-differs"
	CodeNotDerived    Code = "kit-file-differs"
	CodeOtherVersion  Code = "kit-other-version"
	CodeExpired       Code = "kit-expired"
	CodeEndsSoon      Code = "kit-ends-soon"
	CodeNotBegun      Code = "kit-not-begun"
	CodeWindowGap     Code = "kit-window-gap"
	CodeTTL           Code = "kit-ttl"
	CodeExposed       Code = "kit-exposed"
)

// A codeInfo describes a kind of finding.
type codeInfo struct {
	Code     Code
	Severity verify.Severity
	// Advice is what to do next.
	Advice string
}

const (
	adviceTrust   = "do not publish from it: take a copy of the kit that is known to be good, or make a new one"
	adviceForeign = "take it out of the folder, and look at who put it there: what lies in a kit is trusted in a hurry"
	adviceNew     = "make a new kit with `drtxt kit`"
)

// codes are all kinds of findings, the gravest first.
var codes = []codeInfo{
	{CodeOtherDomain, verify.Error, "take the kit of the domain that is meant"},
	{CodeKeyDiffers, verify.Error, "the key that is configured in the vendor's portal counts: verify with it, or make a new kit with its private half"},
	{CodeSchemeDiffers, verify.Error, "verify with the scheme that the clients take, and make a new kit if that is another one than the kit's"},
	{CodeSetInvalid, verify.Error, adviceTrust}, // behind what can be the cause of it
	{CodeUnchecked, verify.Error, "name the public key with --public FILE, one that does not come from the kit"},
	{CodeSetDiffers, verify.Error, adviceTrust},
	{CodeFileChanged, verify.Error, adviceTrust},
	{CodeFileMissing, verify.Error, adviceTrust},
	{CodeNotRegular, verify.Error, "put a copy of the file in its place, from a kit that is known to be good"},
	{CodeUnreadable, verify.Error, "check the owner and the permissions of the file and its folders"},
	{CodeFileForeign, verify.Error, adviceForeign},
	{CodeNotDerived, verify.Error, adviceTrust},
	{CodeOtherVersion, verify.Error, "check it with the version that made it, or make a new kit with this one"},
	{CodeWindowDiffers, verify.Error, adviceTrust},
	{CodeExpired, verify.Error, adviceNew},
	{CodeEndsSoon, verify.Warning, adviceNew + ", and destroy this one once it has ended"},
	{CodeNotBegun, verify.Warning, "nothing to do if that is meant; until then only off can be picked"},
	{CodeWindowGap, verify.Warning, adviceNew},
	{CodeTTL, verify.Warning, adviceNew + " and a --ttl from 30s to 15m"},
	{CodeExposed, verify.Warning, "take the permissions of others away: `chmod -R go= DIR`"},
}

// Kinds are all kinds of findings in a kit, the gravest first.
func Kinds() finding.Table {
	kinds := make(finding.Table, len(codes))
	for i, info := range codes {
		kinds[i] = finding.Kind{Code: finding.Code(info.Code), Severity: info.Severity, Advice: info.Advice}
	}
	return kinds
}

// A Finding is one thing that was seen in a kit, with what to do next.
type Finding struct {
	Code     Code            `json:"code"`
	Severity verify.Severity `json:"severity"`
	// Path is the file or folder concerned, empty where it is the kit as such.
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	Advice  string `json:"advice"`
}

func newFinding(code Code, path, message string) Finding {
	i := rank(code)
	return Finding{code, codes[i].Severity, path, message, codes[i].Advice}
}

func rank(code Code) int {
	return slices.IndexFunc(codes, func(info codeInfo) bool { return info.Code == code })
}

// sortFindings puts the gravest first.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return cmp.Compare(rank(a.Code), rank(b.Code)) })
}
