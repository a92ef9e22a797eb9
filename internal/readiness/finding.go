package readiness

import (
	"cmp"
	"slices"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// A Finding is one thing that was seen in an area.
type Finding struct {
	Area Area `json:"area"`
	finding.Finding
}

// The codes of the findings that are made here.
const (
	CodeNoRecord          finding.Code = "check-no-record"
	CodeNotQuiet          finding.Code = "check-not-quiet"
	CodeTTLRefused        finding.Code = "check-ttl-refused"
	CodeAddressMissing    finding.Code = "check-address-missing"
	CodeAddressForeign    finding.Code = "check-address-foreign"
	CodeAAAAMissing       finding.Code = "check-aaaa-missing"
	CodeAddressNotAsked   finding.Code = "check-address-not-asked"
	CodeSignersDiffer     finding.Code = "check-signers-differ"
	CodeKeyUnusable       finding.Code = "check-key-unusable"
	CodeKeyDiffers        finding.Code = "check-key-differs"
	CodeKeyUnencrypted    finding.Code = "check-key-unencrypted"
	CodeKeyExposed        finding.Code = "check-key-exposed"
	CodeKeyUnproven       finding.Code = "check-key-unproven"
	CodeSchemeUnconfirmed finding.Code = "check-scheme-unconfirmed"
	CodeAuthenticationAge finding.Code = "check-authentication-age"
)

// Findings are the kinds of findings that are made here.
var Findings = finding.Table{
	{Code: CodeNoRecord, Severity: verify.Error, Advice: "publish a standing off, so that a later activation is seen sooner; if nothing is meant to stand, say so with --expect none"},
	{Code: CodeNotQuiet, Severity: verify.Warning, Advice: "if that is meant, say so with --expect; if not, publish off"},
	{Code: CodeTTLRefused, Severity: verify.Error, Advice: "choose a TTL that the DNS host takes"},
	{Code: CodeAddressMissing, Severity: verify.Error, Advice: "publish the addresses of the edges"},
	{Code: CodeAddressForeign, Severity: verify.Error, Advice: "designate its edge for disaster recovery, or take the address out of the DNS"},
	{Code: CodeAAAAMissing, Severity: verify.Info, Advice: "nothing: the vendor documents A records alone, and the edge has another address there"},
	{Code: CodeAddressNotAsked, Severity: verify.Warning, Advice: "ask again; look at why the server does not answer for this type"},
	{Code: CodeSignersDiffer, Severity: verify.Warning, Advice: "publish a standing record of the key that the app profiles have, or make a new kit with it (docs/rotation.md)"},
	{Code: CodeKeyUnusable, Severity: verify.Error, Advice: "put the private key back from its copy in safekeeping; if there is none, make a new pair and configure its public key (docs/rotation.md)"},
	{Code: CodeKeyDiffers, Severity: verify.Error, Advice: "find out which key the portal has, and keep the private key that belongs to it"},
	{Code: CodeKeyUnencrypted, Severity: verify.Warning, Advice: "encrypt it: `drtxt keygen passwd FILE`"},
	{Code: CodeKeyExposed, Severity: verify.Warning, Advice: "take the permissions of others away: `chmod 600 FILE`; `drtxt record` refuses the file until then, or needs --allow-exposed-key"},
	{Code: CodeKeyUnproven, Severity: verify.Info, Advice: "sign something with it once, which asks for its passphrase and refuses a key of another pair"},
	{Code: CodeSchemeUnconfirmed, Severity: verify.Info, Advice: "confirm it on a quiet day: `drtxt calibrate` (docs/calibrate.md)"},
	{Code: CodeAuthenticationAge, Severity: verify.Info, Advice: "have the users who matter sign in within that time, again and again on quiet days"},
}

// sortFindings puts the gravest first, and those of one severity in the order of their areas.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.Area.index(), b.Area.index()))
	})
}
