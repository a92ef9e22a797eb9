package appprofiles

import (
	"errors"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// profile judges an active profile.
func (j *judge) profile(p Profile) {
	if p.Active == apiexport.Absent {
		j.found(CodeActiveAbsent, p.Label(), "the export does not say whether the profile is active: it is taken as active")
	}
	if len(p.Groups) == 0 && len(p.Users) == 0 {
		j.found(CodeAudienceUnnamed, p.Label(), "the profile names neither groups nor users: whom it is for is not in the export, and can be everybody")
	}
	if p.Recovery == nil {
		j.found(CodeSectionAbsent, p.Label(), "the export has no disaster recovery section of the profile")
		return
	}
	j.perProduct(p.Label(), func(f productFields) []remark { return j.product(f, p.Recovery.product(f.product)) })
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

func (j *judge) domain(p *Product) []remark {
	switch {
	case p.Domain == "":
		return remarked(CodeDomainAbsent, "disaster recovery is on, and the export has no domain to look up")
	case !j.expected.sameDomain(p.Domain):
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
	case p.Key == "":
		return remarked(CodeKeyAbsent, "disaster recovery is on, and the export has no public key to verify a signed record with")
	case len(j.expected.Keys) == 0:
		return remarked(CodeKeyUnchecked, "the public key is %s; there was none to compare it with", p.Key)
	case !j.expected.hasKey(p.Key):
		return remarked(CodeKeyDiffers, "the public key is %s, not %s", p.Key, j.expected.keyNames())
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

// agreement compares what the two products have, where both are on. What is absent was found
// already.
func (j *judge) agreement(label string, r *Recovery) {
	zia, zpa := &r.Internet, &r.Private
	if zia.Enabled != apiexport.Yes || zpa.Enabled != apiexport.Yes {
		return
	}
	if zia.Domain != "" && zpa.Domain != "" && canonical(zia.Domain) != canonical(zpa.Domain) {
		j.found(CodeProductsDiffer, label, "the domain of Internet Access is %q, that of Private Access %q", zia.Domain, zpa.Domain)
	}
	if zia.Key != "" && zpa.Key != "" && zia.Key != zpa.Key {
		j.found(CodeProductsDiffer, label, "the key of Internet Access is %s, that of Private Access %s", zia.Key, zpa.Key)
	}
}

// canonical is a domain in canonical form, or as it is where it has none.
func canonical(text string) string {
	if domain, err := domainname.Canonical(text); err == nil {
		return domain
	}
	return text
}
