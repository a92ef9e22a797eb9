package publish

import (
	"bytes"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A Plan is what a publication changes at one name.
type Plan struct {
	// Domain is the name, lower case, without its final dot.
	Domain  string
	Changes []Change
	// Before is what stood when the plan was made.
	Before Standing
}

// A Change is what happens to the set of one type.
type Change struct {
	// Before and After are the whole set, foreign records included. After has our
	// records first, and one TTL.
	Before txtrecord.StandingRRSet
	After  txtrecord.WireRRSet
	// Removed go, Added come, Unchanged are ours and stay, Kept are foreign TXT records
	// that stay.
	Removed, Added, Unchanged, Kept [][]byte
	// TTLChanged says that one of our records that stay gets another TTL.
	TTLChanged bool
}

// Type is that of the set.
func (c *Change) Type() string { return c.After.Type }

// Empty reports whether the change changes nothing: the records stand, with the TTL.
func (c *Change) Empty() bool { return len(c.Removed) == 0 && len(c.Added) == 0 && !c.TTLChanged }

// Ours returns our records before and after.
func (c *Change) Ours() (before, after [][]byte) {
	return slices.Concat(c.Unchanged, c.Removed), slices.Concat(c.Unchanged, c.Added)
}

// NewPlan plans to have exactly these records of ours at the domain, each of a type of
// its own; a set without records is removed. Foreign TXT records are kept.
func NewPlan(domain string, standing Standing, wanted []txtrecord.WireRRSet) *Plan {
	plan := &Plan{Domain: domain, Before: standing}
	for _, want := range wanted {
		plan.Changes = append(plan.Changes, newChange(standing.Set(want.Type), want))
	}
	return plan
}

func newChange(stands txtrecord.StandingRRSet, want txtrecord.WireRRSet) Change {
	stands.Name = want.Name
	change := Change{Before: stands, After: want, Kept: foreign(stands)}
	standing, ttls := ours(stands)
	for i, rdata := range standing {
		if !contains(want.RDATA, rdata) {
			change.Removed = append(change.Removed, rdata)
			continue
		}
		change.Unchanged = append(change.Unchanged, rdata)
		change.TTLChanged = change.TTLChanged || ttls[i] != want.TTL
	}
	for _, rdata := range want.RDATA {
		if !contains(standing, rdata) {
			change.Added = append(change.Added, rdata)
		}
	}
	// Name servers differ in what they make of a set with several TTLs; in a zone file
	// ours have to be the first.
	if len(standing) > 0 && !isOurs(want.Type, stands.RDATA[0]) && stands.TTLs[0] != want.TTL {
		change.TTLChanged = change.TTLChanged || len(change.Unchanged) > 0
	}
	// A server gives its records in whatever order.
	for _, records := range [][][]byte{change.Removed, change.Unchanged, change.Kept} {
		slices.SortFunc(records, bytes.Compare)
	}
	if len(want.RDATA) == 0 && want.TTL == 0 {
		change.After.TTL = stands.TTL // of what is kept, if anything is
	}
	change.After.RDATA = slices.Concat(want.RDATA, change.Kept)
	return change
}

func contains(all [][]byte, rdata []byte) bool {
	return slices.ContainsFunc(all, func(other []byte) bool { return bytes.Equal(other, rdata) })
}

// Empty reports whether everything already stands.
func (p *Plan) Empty() bool {
	return !slices.ContainsFunc(p.Changes, func(c Change) bool { return !c.Empty() })
}

// Done reports whether what stands is what the plan leads to, the TTL of our records
// included.
func (p *Plan) Done(now Standing) bool {
	return p.all(now, func(c *Change, stands txtrecord.StandingRRSet) bool {
		_, ttls := ours(stands)
		wrong := func(ttl uint32) bool { return ttl != c.After.TTL }
		return stands.Equal(c.After) && !slices.ContainsFunc(ttls, wrong)
	})
}

// Untouched reports whether the records that stand are those that the plan began with.
func (p *Plan) Untouched(now Standing) bool {
	return p.all(now, func(c *Change, stands txtrecord.StandingRRSet) bool { return stands.Equal(c.Before.WireRRSet) })
}

func (p *Plan) all(now Standing, holds func(*Change, txtrecord.StandingRRSet) bool) bool {
	for i := range p.Changes {
		stands := now.Set(p.Changes[i].Type())
		stands.Name = p.Changes[i].After.Name
		if !holds(&p.Changes[i], stands) {
			return false
		}
	}
	return true
}

// TXT returns the TXT records before and after the plan, as verification takes them,
// and whether it is about TXT records at all.
func (p *Plan) TXT() (before, after []verify.TXT, ok bool) {
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Type() == "TXT" {
			return TXT(c.Before.WireRRSet), TXT(c.After), true
		}
	}
	return nil, nil, false
}

// TXT returns the records of a TXT set, as verification takes them.
func TXT(set txtrecord.WireRRSet) []verify.TXT {
	all := make([]verify.TXT, len(set.RDATA))
	for i, rdata := range set.RDATA {
		all[i] = asTXT(rdata)
	}
	return all
}
