package appprofiles

import (
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/verify"
)

// An Answer says whether the clients of a profile would follow a record.
type Answer string

// The answers.
const (
	// Switches: they would, as far as the export says.
	Switches Answer = "yes"
	// Stays: they would not.
	Stays Answer = "no"
	// Open: the export does not settle it, or the vendor's pages do not.
	Open Answer = "open"
)

// An Effect is what a record that verifies under the expected key would do to the clients of
// a profile, for one product.
type Effect struct {
	Answer Answer `json:"answer"`
	// Why says what decided, empty where they switch.
	Why string `json:"why,omitempty"`
}

// onEffect is what status on would do.
func (e Expected) onEffect(p Profile, f productFields) Effect {
	switch {
	case !p.Counts():
		return Effect{Stays, "the profile is inactive"}
	case p.Recovery == nil:
		return Effect{Open, "the export has no disaster recovery section"}
	}
	product := p.Recovery.product(f.product)
	switch product.Enabled {
	case apiexport.No:
		return Effect{Stays, "disaster recovery is off for the product"}
	case apiexport.Absent:
		return Effect{Stays, "the export does not say that disaster recovery is on for the product"}
	}
	return e.recordEffect(product)
}

// recordEffect is whether a client finds the record and can verify it.
func (e Expected) recordEffect(p *Product) Effect {
	switch {
	case p.Domain == "":
		return Effect{Open, "there is no domain to look up"}
	case !e.sameDomain(p.Domain):
		return Effect{Stays, "another domain is looked up"}
	case p.KeyErr != nil:
		return Effect{Open, "the key there cannot be read"}
	case p.Key == "":
		return Effect{Open, "there is no key to verify with"}
	case len(e.Keys) > 0 && !e.hasKey(p.Key):
		return Effect{Stays, "the signature does not hold under the key there"}
	}
	return Effect{Answer: Switches}
}

// testEffect is what status test would do; on is what status on would.
func (e Expected) testEffect(p Profile, f productFields, on Effect) Effect {
	if !p.Counts() || p.Recovery == nil {
		return on
	}
	product := p.Recovery.product(f.product)
	switch {
	case product.AllowTest == apiexport.No:
		return Effect{Stays, "test mode is not allowed"}
	case product.AllowTest == apiexport.Absent:
		return Effect{Stays, "the export does not say that test mode is allowed"}
	case product.Enabled != apiexport.Yes:
		return Effect{Open, "test mode is allowed, and disaster recovery is not on for the product"}
	}
	return on
}

func (e Expected) sameDomain(text string) bool {
	domain, err := domainname.Canonical(text)
	return err == nil && domain == e.Domain
}

func (e Expected) hasKey(fingerprint string) bool {
	return slices.ContainsFunc(e.Keys, func(key verify.Key) bool { return key.Name == fingerprint })
}

// keyNames names the expected keys in words.
func (e Expected) keyNames() string {
	var names []string
	for _, key := range e.Keys {
		names = append(names, key.Name)
	}
	return strings.Join(names, " or ")
}
