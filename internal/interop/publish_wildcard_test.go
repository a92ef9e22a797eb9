//go:build interop

package interop

import (
	"testing"
)

// wildcards answer at every name that does not exist, the domain among them.
const wildcards = `* 300 IN TXT "v=spf1 -all"
* 300 IN A 192.0.2.80
`

// What a wildcard answers does not stand at the name: it can neither be replaced nor
// kept, and no longer answers there once something does.
func TestPublishAtWildcard(t *testing.T) {
	t.Parallel()
	for name, start := range primaries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, o := start(t, zoneHead+wildcards), newPublisher(t)
			before := sets{txt: []string{txtSeen("300", "v=spf1 -all")}, a: []string{"300 C0000250"}}
			wantStanding(t, "before", p.address, before)
			off := o.records(t, "off", "30")
			published := o.publish(t, append(p.own(t), confirmed(off.file)...)...)
			published.want(t, "off", 0, "was  nothing", "a wildcard answers at the name so far")
			wantStanding(t, "off", p.address, sets{txt: off.seenWith("30")})
			o.publish(t, append(p.own(t), confirmed(off.file)...)...).wantNothingToDo(t, "again")
			o.undo(t, published).want(t, "undo", 0, "then nothing")
			wantStanding(t, "undone", p.address, before)
		})
	}
}

// A record that stands at the name is no wildcard's, even if all around it have the same.
func TestPublishBesideWildcards(t *testing.T) {
	t.Parallel()
	for name, start := range primaries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const same = "dr 300 IN TXT \"v=spf1 -all\"\n*.dr 300 IN TXT \"v=spf1 -all\"\n"
			p, o := start(t, zoneHead+wildcards+same), newPublisher(t)
			off := o.records(t, "off", "30")
			published := o.publish(t, append(p.own(t), confirmed(off.file)...)...)
			published.want(t, "off", 0, "= kept, another's: \"v=spf1 -all\"")
			wantStanding(t, "off", p.address, sets{txt: together(off.seenWith("30"), []string{txtSeen("30", "v=spf1 -all")})})
			o.undo(t, published).want(t, "undo", 0)
			wantStanding(t, "undone", p.address, sets{txt: []string{txtSeen("300", "v=spf1 -all")}})
		})
	}
}
