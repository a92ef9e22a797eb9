package readiness

import (
	"reflect"
	"strings"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
)

// areasOfProfileCodes are those of the findings on app profiles that are about another area
// than whom on would switch.
var areasOfProfileCodes = map[finding.Code]Area{
	appprofiles.CodeTestNobody:     ProfilesTest,
	appprofiles.CodeTestUnnamed:    ProfilesTest,
	appprofiles.CodeTestEverybody:  ProfilesTest,
	appprofiles.CodeTestOpen:       ProfilesTest,
	appprofiles.CodeProductsDiffer: Products,
}

// assessProfiles says whom on and test would switch, and whether the two products agree.
func (a *Assessment) assessProfiles() {
	if a.Profiles == nil {
		a.skip(ProfilesOn, "whom on would switch")
		a.skip(ProfilesTest, "whom test would switch")
		a.skip(Products, "whether both products have the same domain and key")
		return
	}
	for _, f := range a.Profiles.Findings {
		area, elsewhere := areasOfProfileCodes[f.Code]
		if !elsewhere {
			area = ProfilesOn
		}
		a.add(area, f)
	}
	a.concludeAudience(ProfilesOn, a.Profiles.On)
	a.concludeAudience(ProfilesTest, a.Profiles.Test)
	a.concludeProducts()
}

// productNames are those of the products in the order in which they are named.
var productNames = []struct {
	product txtrecord.Type
	name    string
}{
	{txtrecord.InternetAccess, "Internet Access"},
	{txtrecord.PrivateAccess, "Private Access"},
}

// concludeAudience adds the row that says whom a status would switch. That it would switch
// nobody has findings, unless it is not settled.
func (a *Assessment) concludeAudience(area Area, audiences map[txtrecord.Type]*appprofiles.Audience) {
	var words []string
	nobody, open := false, false
	for _, audience := range Audiences(audiences) {
		nobody = nobody || len(audience.Profiles) == 0
		open = open || len(audience.Open) > 0
		words = append(words, audience.Products+": "+audience.inWords())
	}
	if nobody && open {
		a.concludeUnknown(area, "%s", strings.Join(words, "; "))
		return
	}
	a.conclude(area, "%s", strings.Join(words, "; "))
}

// An Audience is whom a status would switch.
type Audience struct {
	// Products names the products.
	Products string
	*appprofiles.Audience
}

// Audiences are those of the products, one where both have the same.
func Audiences(of map[txtrecord.Type]*appprofiles.Audience) []Audience {
	var all []Audience
	for _, p := range productNames {
		audience := of[p.product]
		switch last := len(all) - 1; {
		case audience == nil:
		case last >= 0 && reflect.DeepEqual(all[last].Audience, audience):
			all[last].Products += " and " + p.name
		default:
			all = append(all, Audience{p.name, audience})
		}
	}
	return all
}

func (a Audience) inWords() string {
	if len(a.Profiles) == 0 && len(a.Open) == 0 {
		return "nobody"
	}
	var words []string
	add := func(n int, what string) {
		if n > 0 {
			words = append(words, counted(n, what))
		}
	}
	add(len(a.Profiles), "profile")
	add(len(a.Groups), "group")
	add(len(a.Users), "user")
	if a.Unnamed > 0 {
		words = append(words, "possibly everybody")
	}
	if len(a.Open) > 0 {
		words = append(words, "not settled for "+counted(len(a.Open), "profile"))
	}
	return strings.Join(words, ", ")
}

// concludeProducts adds the row that says whether one record can be for both products.
func (a *Assessment) concludeProducts() {
	if len(a.Profiles.On) < len(productNames) {
		a.conclude(Products, "one product alone is meant")
		return
	}
	if a.Profiles.Compared == 0 {
		a.concludeUnknown(Products, "no active app profile has both products on, with a domain and a key of each: nothing to compare")
		return
	}
	a.conclude(Products, "domain and key of both compared in %d of %s", a.Profiles.Compared, counted(len(a.Profiles.Profiles), "profile"))
}
