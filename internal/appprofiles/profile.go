package appprofiles

import (
	"errors"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// profile judges an active profile.
func (j *judge) profile(p Profile) {
	if p.Active == apiexport.Absent {
		j.found(CodeActiveAbsent, p.Label(), "the export does not say whether the profile is active: it is taken as active")
	}
	if !p.namesSomebody() {
		j.found(CodeAudienceUnnamed, p.Label(), "the profile names neither groups nor users: whom it is for is not in the export, and can be everybody")
	}
	if p.Recovery == nil {
		j.found(CodeSectionAbsent, p.Label(), "the export has no disaster recovery section of the profile")
		return
	}
	j.perProduct(p.Label(), func(f productFields) []remark {
		product := p.Recovery.product(f.product)
		return append(j.product(f, product), testRemarks(p, product)...)
	})
	if len(j.products) > 1 {
		j.agreement(p.Label(), p.Recovery)
	}
}

// product judges what a profile has for a product. Domain and key count where it is on.
func (j *judge) product(f productFields, p *Product) []remark {
	switch {
	case p.Enabled == apiexport.Yes:
		return append(j.domain(p), j.key(p)...)
	case !j.somewhere[f.product]: // [CodeNobodyOn] said it of all
		return nil
	case p.Enabled == apiexport.No:
		return remarked(CodeProductOff, "disaster recovery is off: nothing is switched there")
	}
	return remarked(CodeProductOff, "the export does not say that disaster recovery is on: it is taken as off")
}

// testRemarks judge who may be switched by status test.
func testRemarks(p Profile, product *Product) []remark {
	switch {
	case product.AllowTest != apiexport.Yes:
		return nil
	case product.Enabled != apiexport.Yes:
		return remarked(CodeTestOpen, "test mode is allowed, and disaster recovery is not on: what status test does then is not documented")
	case !p.namesSomebody():
		return remarked(CodeTestUnnamed, "test mode is allowed, and the profile names nobody: status test can switch everybody")
	}
	return nil
}

func (j *judge) domain(p *Product) []remark {
	switch {
	case errors.Is(p.DomainErr, keygen.ErrPrivateGiven):
		return remarked(CodeKeyPrivate, "a private key stands where the domain should be")
	case p.DomainErr != nil:
		return remarked(CodeDomainDiffers, "the domain %v, and should be %q", p.DomainErr, j.expected.Domain)
	case p.Domain == "":
		return remarked(CodeDomainAbsent, "disaster recovery is on, and the export has no domain to look up")
	case p.Domain != j.expected.Domain:
		return remarked(CodeDomainDiffers, "the domain is %q, not %q", p.Domain, j.expected.Domain)
	}
	return nil
}

func (j *judge) key(p *Product) []remark {
	switch {
	case errors.Is(p.KeyErr, keygen.ErrPrivateGiven):
		return remarked(CodeKeyPrivate, "a private key stands where the public key should be")
	case p.KeyErr != nil:
		return remarked(CodeKeyDamaged, "the public key cannot be used: it %s", why(p.KeyErr))
	case p.Key == "" && j.expected.Signed:
		return remarked(CodeKeyAbsent, "disaster recovery is on and the records are signed, and the export has no public key to verify them with")
	case p.Key == "":
		return []remark{{CodeKeyAbsent, "disaster recovery is on, and the export has no public key to verify a signed record with", verify.Warning}}
	case len(j.expected.Keys) == 0:
		return remarked(CodeKeyUnchecked, "the public key is %s; there was none to compare it with", p.Key)
	case !j.expected.verifies(p.Key):
		return remarked(CodeKeyDiffers, "the public key is %s, not %s", p.Key, j.expected.keyNames())
	case j.expected.signersDiffer():
		return remarked(CodeKeyOfOne, "the public key is %s, and %s", p.Key, j.expected.otherThan(p.Key))
	}
	return nil
}

// why says what is wrong with a key, in words that hold nothing of it.
func why(err error) string {
	refusal, ok := errors.AsType[*keygen.FileError](err)
	if !ok {
		return "cannot be read"
	}
	says := refusal.Kind.Error()
	if policy, ok := errors.AsType[*txtrecord.KeyError](err); ok {
		says += ": " + policy.Error()
	}
	return says
}

// agreement compares what the two products have. Both count at once where both are on; where
// one is off, it is good to know before that is changed. What is absent was found already.
func (j *judge) agreement(label string, r *Recovery) {
	zia, zpa := &r.Internet, &r.Private
	domains, keys := zia.Domain != "" && zpa.Domain != "", zia.Key != "" && zpa.Key != ""
	on := zia.Enabled == apiexport.Yes && zpa.Enabled == apiexport.Yes
	if on && domains && keys {
		j.report.Compared++
	}
	if domains && zia.Domain != zpa.Domain {
		j.differ(on, label, "the domain of Internet Access is %q, that of Private Access %q", zia.Domain, zpa.Domain)
	}
	if keys && zia.Key != zpa.Key {
		j.differ(on, label, "the key of Internet Access is %s, that of Private Access %s", zia.Key, zpa.Key)
	}
}

// differ finds that the products differ; on says that both are on.
func (j *judge) differ(on bool, label, format string, a ...any) {
	f := Findings.New(CodeProductsDiffer, label, format, a...)
	if !on {
		f.Severity = verify.Info
		f.Message += "; disaster recovery is not on for both"
		f.Advice = "nothing while it is on for one product at most; before both are on, give them the same domain and key"
	}
	j.gathering.Add(f)
}
