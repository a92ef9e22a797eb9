package appprofiles

import (
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// Expected is what the profiles are held against.
type Expected struct {
	// Domain is the disaster recovery domain in canonical form.
	Domain string
	// Type is the activation type that is planned; [txtrecord.NoType] is all products.
	Type txtrecord.Type
	// Keys are the public keys that are trusted. Without any, keys are not compared, and a
	// finding says so.
	Keys []verify.Key
	// Standing and Kit are the names of those trusted keys under which the records that stand
	// and those of a kit verify; empty where there are none. A client has one key: that it is
	// trusted too does not help it.
	Standing, Kit string
	// Signed says that what stands or a kit is signed, by whichever key.
	Signed bool
}

// products are those that the type is for.
func (e Expected) products() []productFields {
	return slices.DeleteFunc(slices.Clone(fields), func(f productFields) bool {
		return e.Type != txtrecord.NoType && e.Type != txtrecord.AllProducts && e.Type != f.product
	})
}

// A Report says who would be affected, and what is wrong.
type Report struct {
	Profiles []Judged
	// On and Test say whom a record would switch, for every product of the type:
	// [txtrecord.InternetAccess], [txtrecord.PrivateAccess]. They are not all who notice:
	// for Private Access, test as well as on restarts the connectors and edges that are
	// designated for disaster recovery and drops the sessions there [published].
	On, Test map[txtrecord.Type]*Audience
	// Compared is how many active profiles have both products on, with a domain and a key of
	// each: of the others it cannot be said that the products agree.
	Compared int
	Findings []finding.Finding
}

// A Judged is a profile and what a record would do to its clients, for every product of the
// type.
type Judged struct {
	Profile
	On, Test map[txtrecord.Type]Effect
}

// Judge holds an export against what is expected. Findings alike are one; their subjects are
// labels of profiles.
func Judge(export *Export, expected Expected) *Report {
	products := expected.products()
	report := &Report{}
	for _, profile := range export.Profiles {
		report.Profiles = append(report.Profiles, expected.effects(profile, products))
	}
	report.On = audiences(report.Profiles, products, func(p Judged) map[txtrecord.Type]Effect { return p.On })
	report.Test = audiences(report.Profiles, products, func(p Judged) map[txtrecord.Type]Effect { return p.Test })
	j := judge{expected: expected, products: products, report: report, somewhere: map[txtrecord.Type]bool{}}
	j.whole(export)
	report.Findings = j.gathering.Findings()
	finding.Sort(report.Findings)
	return report
}

func (e Expected) effects(p Profile, products []productFields) Judged {
	judged := Judged{p, map[txtrecord.Type]Effect{}, map[txtrecord.Type]Effect{}}
	for _, f := range products {
		on := e.onEffect(p, f)
		judged.On[f.product], judged.Test[f.product] = on, e.testEffect(p, f, on)
	}
	return judged
}

// A judge collects findings.
type judge struct {
	expected Expected
	products []productFields
	report   *Report
	// somewhere are the products that are on in an active profile.
	somewhere map[txtrecord.Type]bool
	gathering finding.Gathering
}

func (j *judge) found(code finding.Code, subject, format string, a ...any) {
	j.gathering.Add(Findings.New(code, subject, format, a...))
}

func (j *judge) whole(export *Export) {
	var active []Profile
	for _, p := range export.Profiles {
		if p.Counts() {
			active = append(active, p)
		} else {
			j.found(CodeInactive, p.Label(), "the profile is inactive: its settings were not judged")
		}
	}
	if !export.Complete {
		j.found(CodeCompletenessUnknown, "", "the export does not say how many app profiles there are: whether it has all cannot be told")
	}
	if len(active) == 0 {
		j.found(CodeNone, "", "%s", noneActive(len(export.Profiles)))
	} else {
		j.perProduct("", func(f productFields) []remark { return j.nobody(active, f) })
	}
	j.perProduct("", func(f productFields) []remark { return j.test(active, f) })
	for _, p := range active {
		j.profile(p)
	}
}

// nobody finds what no profile has.
func (j *judge) nobody(active []Profile, f productFields) []remark {
	on := switchedOn(active, f)
	if len(on) == 0 {
		return remarked(CodeNobodyOn, "disaster recovery %s", howOff(active, f))
	}
	j.somewhere[f.product] = true
	return nil
}

// noneActive says of how many profiles none is active.
func noneActive(n int) string {
	switch n {
	case 0:
		return "the export has no app profile"
	case 1:
		return "the only app profile is inactive"
	}
	return fmt.Sprintf("all %d app profiles are inactive", n)
}

// test judges whom status test would switch: nobody is too few for a trial, everybody whom on
// would switch is no trial.
func (j *judge) test(active []Profile, f productFields) []remark {
	allowed := func(p Profile) bool { return p.Recovery.product(f.product).AllowTest == apiexport.Yes }
	on, test := j.report.On[f.product], j.report.Test[f.product]
	switch {
	case j.somewhere[f.product] && !slices.ContainsFunc(switchedOn(active, f), allowed):
		return remarked(CodeTestNobody, "no active app profile that has disaster recovery on is said to allow test mode")
	case len(test.Profiles) == 0 && len(test.Open) == 0:
		return remarked(CodeTestNobody, "status test would switch nobody, as far as the export says")
	case len(test.Profiles) > 0 && len(test.Profiles) == len(on.Profiles): // it reaches none that on does not
		return remarked(CodeTestEverybody, "status test would switch the clients of every app profile that on would switch")
	}
	return nil
}

// switchedOn are the profiles that have a product on.
func switchedOn(active []Profile, f productFields) []Profile {
	return slices.DeleteFunc(slices.Clone(active), func(p Profile) bool {
		return p.Recovery == nil || p.Recovery.product(f.product).Enabled != apiexport.Yes
	})
}

// howOff tells a product that is off everywhere from one that the export does not mention.
func howOff(active []Profile, f productFields) string {
	mentioned := slices.ContainsFunc(active, func(p Profile) bool {
		return p.Recovery != nil && p.Recovery.product(f.product).Enabled != apiexport.Absent
	})
	if mentioned {
		return "is on in no active app profile"
	}
	return "is not mentioned in any active app profile, and taken as off"
}
