package appprofiles

import (
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
)

// An Audience is whom a record would switch, as far as the export says. They are affected on
// the platforms of the profiles.
type Audience struct {
	// Profiles are the labels of the profiles whose clients would switch.
	Profiles []string
	// Groups and Users are whom these profiles name, sorted, each once.
	Groups, Users []string
	// Unnamed is how many of these profiles name nobody: whom they are for is not in the
	// export, and can be everybody.
	Unnamed int
	// Open are the profiles of which the export does not settle it.
	Open []Unsettled
}

// An Unsettled is a profile of which it is not settled whether its clients would switch.
type Unsettled struct {
	// Profile is its label.
	Profile string `json:"profile"`
	// Why says what is not settled.
	Why string `json:"why"`
}

// audienceOf collects whom an effect reaches.
func audienceOf(profiles []Judged, effect func(Judged) Effect) *Audience {
	a := &Audience{}
	for _, p := range profiles {
		switch e := effect(p); e.Answer {
		case Switches:
			a.add(p.Profile)
		case Open:
			a.Open = append(a.Open, Unsettled{p.Label(), e.Why})
		}
	}
	slices.Sort(a.Groups)
	slices.Sort(a.Users)
	a.Groups, a.Users = slices.Compact(a.Groups), slices.Compact(a.Users)
	return a
}

func (a *Audience) add(p Profile) {
	a.Profiles = append(a.Profiles, p.Label())
	a.Groups = append(a.Groups, p.Groups...)
	a.Users = append(a.Users, p.Users...)
	if !p.namesSomebody() {
		a.Unnamed++
	}
}

// audiences are those of every product.
func audiences(profiles []Judged, products []productFields, effects func(Judged) map[txtrecord.Type]Effect) map[txtrecord.Type]*Audience {
	all := map[txtrecord.Type]*Audience{}
	for _, f := range products {
		all[f.product] = audienceOf(profiles, func(p Judged) Effect { return effects(p)[f.product] })
	}
	return all
}
