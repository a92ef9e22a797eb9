package appprofiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/apiexport"
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
	Answer Answer
	// Why says what is not settled, empty where it is.
	Why string
}

// onEffect is what status on would do.
func (e Expected) onEffect(p Profile, f productFields) Effect {
	switch {
	case !p.Counts():
		return Effect{Answer: Stays}
	case p.Recovery == nil:
		return Effect{Open, "the export has no disaster recovery section"}
	}
	product := p.Recovery.product(f.product)
	if product.Enabled != apiexport.Yes {
		return Effect{Answer: Stays}
	}
	return e.recordEffect(product)
}

// recordEffect is whether a client finds the record and can verify it.
func (e Expected) recordEffect(p *Product) Effect {
	switch {
	case p.DomainErr != nil:
		return Effect{Answer: Stays}
	case p.Domain == "":
		return Effect{Open, "there is no domain to look up"}
	case p.Domain != e.Domain:
		return Effect{Answer: Stays}
	case p.KeyErr != nil:
		return Effect{Open, "the key there cannot be read"}
	case p.Key == "":
		return Effect{Open, "there is no key to verify with"}
	case len(e.Keys) > 0 && !e.verifies(p.Key):
		return Effect{Answer: Stays}
	case e.signersDiffer():
		return Effect{Open, "the records that stand and the kit have different keys, and this is one of them"}
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
	case product.AllowTest != apiexport.Yes:
		return Effect{Answer: Stays}
	case product.Enabled != apiexport.Yes:
		return Effect{Open, "test mode is allowed, and disaster recovery is not on for the product"}
	}
	return on
}

// verifies reports whether records verify under a key: what stands or the kit if there is
// either, else what a trusted key may sign.
func (e Expected) verifies(fingerprint string) bool {
	if e.Standing != "" || e.Kit != "" {
		return fingerprint == e.Standing || fingerprint == e.Kit
	}
	return slices.ContainsFunc(e.Keys, func(key verify.Key) bool { return key.Name == fingerprint })
}

// signersDiffer reports whether no client can follow both what stands and the kit.
func (e Expected) signersDiffer() bool { return e.Standing != "" && e.Kit != "" && e.Standing != e.Kit }

// keyNames names the keys that records verify under in words.
func (e Expected) keyNames() string {
	const standing, kit = "which signed the records that stand", "which signed the kit"
	switch {
	case e.signersDiffer():
		return fmt.Sprintf("%s, %s, or %s, %s", e.Standing, standing, e.Kit, kit)
	case e.Standing != "" && e.Kit != "":
		return e.Standing + ", " + standing + " and the kit"
	case e.Standing != "":
		return e.Standing + ", " + standing
	case e.Kit != "":
		return e.Kit + ", " + kit
	}
	var names []string
	for _, key := range e.Keys {
		names = append(names, key.Name)
	}
	return strings.Join(names, " or ")
}

// otherThan says what does not verify under the key of one of two signers.
func (e Expected) otherThan(fingerprint string) string {
	if fingerprint == e.Standing {
		return "the kit is signed by " + e.Kit
	}
	return "the records that stand are signed by " + e.Standing
}
