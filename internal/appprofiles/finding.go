package appprofiles

import (
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The codes; docs/findings.md explains each.
const (
	CodeNone                finding.Code = "profiles-none"
	CodeNobodyOn            finding.Code = "profiles-product-off"
	CodeDomainAbsent        finding.Code = "profile-domain-absent"
	CodeDomainDiffers       finding.Code = "profile-domain-differs"
	CodeKeyDiffers          finding.Code = "profile-key-differs"
	CodeKeyDamaged          finding.Code = "profile-key-damaged"
	CodeKeyPrivate          finding.Code = "profile-key-private"
	CodeProductsDiffer      finding.Code = "profile-products-differ"
	CodeSectionAbsent       finding.Code = "profile-section-absent"
	CodeProductOff          finding.Code = "profile-product-off"
	CodeKeyAbsent           finding.Code = "profile-key-absent"
	CodeKeyUnchecked        finding.Code = "profile-key-unchecked"
	CodeKeyOfOne            finding.Code = "profile-key-of-one"
	CodeTestNobody          finding.Code = "profile-test-nobody"
	CodeTestUnnamed         finding.Code = "profile-test-unnamed"
	CodeTestEverybody       finding.Code = "profile-test-everybody"
	CodeTestOpen            finding.Code = "profile-test-open"
	CodeInactive            finding.Code = "profile-inactive"
	CodeAudienceUnnamed     finding.Code = "profile-audience-unnamed"
	CodeActiveAbsent        finding.Code = "profile-active-absent"
	CodeCompletenessUnknown finding.Code = "profiles-completeness-unknown"
)

const adviceThere = "correct it in the app profile's disaster recovery section, then export again"

// Findings are all kinds of findings, the gravest first.
var Findings = finding.Table{
	{Code: CodeNone, Severity: verify.Error, Advice: "export the app profiles of every platform and every page, then check again"},
	{Code: CodeNobodyOn, Severity: verify.Error,
		Advice: "switch disaster recovery on for the product in the app profiles, or check the type that is meant with --type"},
	{Code: CodeDomainAbsent, Severity: verify.Error, Advice: adviceThere},
	{Code: CodeDomainDiffers, Severity: verify.Error, Advice: adviceThere},
	{Code: CodeKeyDiffers, Severity: verify.Error,
		Advice: "upload the public key of the pair that signs in that app profile, or sign with the pair whose public key is there; then export again"},
	{Code: CodeKeyDamaged, Severity: verify.Error, Advice: "upload dr_publickey.pem there anew, then export again"},
	{Code: CodeKeyPrivate, Severity: verify.Error,
		Advice: "take it out of there; make a new pair, upload its public key everywhere, and destroy this export: whoever reads the portal or the file can sign (docs/rotation.md)"},
	{Code: CodeKeyAbsent, Severity: verify.Error,
		Advice: "upload dr_publickey.pem there, then export again; what a client without a key does with a signed record is not documented"},
	{Code: CodeProductsDiffer, Severity: verify.Error,
		Advice: "give both products the same domain and key: one record of type all is at one name and has one signature"},
	{Code: CodeSectionAbsent, Severity: verify.Warning,
		Advice: "look into that app profile in the portal; if disaster recovery is set up there, export again"},
	{Code: CodeProductOff, Severity: verify.Warning,
		Advice: "switch disaster recovery on for the product there, if these users are to keep their access"},
	{Code: CodeKeyOfOne, Severity: verify.Warning,
		Advice: "end the rotation: the records that stand, the kit and every app profile have to have one key (docs/rotation.md)"},
	{Code: CodeKeyUnchecked, Severity: verify.Warning, Advice: "name the public key with --public FILE"},
	{Code: CodeTestNobody, Severity: verify.Warning,
		Advice: "allow test mode in the app profile of a small group, so that on is not the first trial"},
	{Code: CodeTestUnnamed, Severity: verify.Warning,
		Advice: "allow test mode in the app profile of a small group alone, which names it; look in the portal whom this one is for"},
	{Code: CodeTestEverybody, Severity: verify.Info,
		Advice: "nothing, if test is meant to reach all of them; else allow test mode in the app profile of a small group alone"},
	{Code: CodeTestOpen, Severity: verify.Info,
		Advice: "switch disaster recovery on for the product there, or test mode off"},
	{Code: CodeInactive, Severity: verify.Info, Advice: "nothing to do if it is meant to be inactive"},
	{Code: CodeAudienceUnnamed, Severity: verify.Info, Advice: "look in the portal whom these profiles are for"},
	{Code: CodeActiveAbsent, Severity: verify.Info, Advice: "look in the portal whether these profiles are active"},
	{Code: CodeCompletenessUnknown, Severity: verify.Info,
		Advice: "make sure that the export has every page and every platform: who is missing there is missing here"},
}
