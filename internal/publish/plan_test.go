package publish_test

import (
	"slices"
	"testing"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/txtrecord"
)

const (
	on      = "v=1;k=all;b=on"
	off     = "v=1;k=all;b=off"
	damaged = "v=1"
	foreign = "google-site-verification=abc"
)

// txt is a TXT set at dr.example.com with a character-string for each record.
func txt(ttl uint32, values ...string) txtrecord.WireRRSet {
	return set("TXT", ttl, values...)
}

func set(rrtype string, ttl uint32, values ...string) txtrecord.WireRRSet {
	wire, err := txtrecord.RRSet{Name: "dr.example.com.", Type: rrtype, TTL: ttl, Values: values}.Wire()
	if err != nil {
		panic(err)
	}
	return wire
}

// standing is what stands, each set's records all with its TTL.
func standing(sets ...txtrecord.WireRRSet) publish.Standing {
	var s publish.Standing
	for _, wire := range sets {
		s.Sets = append(s.Sets, txtrecord.StandingRRSet{WireRRSet: wire, TTLs: slices.Repeat([]uint32{wire.TTL}, len(wire.RDATA))})
	}
	return s
}

// texts are records in presentation form.
func texts(rrtype string, records [][]byte) []string {
	all := []string{}
	for _, rdata := range records {
		all = append(all, publish.Text(rrtype, rdata))
	}
	return all
}

func quoted(values ...string) []string {
	all := []string{}
	for _, value := range values {
		all = append(all, `"`+value+`"`)
	}
	return all
}

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		title                           string
		stands                          publish.Standing
		want                            txtrecord.WireRRSet
		removed, added, unchanged, kept []string
		after                           []string
		ttl                             uint32
		empty                           bool
	}{
		{
			title: "nothing stood", want: txt(30, on),
			added: quoted(on), after: quoted(on), ttl: 30,
		}, {
			title: "ours replaced, another's kept behind", stands: standing(txt(60, foreign, off)), want: txt(30, on),
			removed: quoted(off), added: quoted(on), kept: quoted(foreign), after: quoted(on, foreign), ttl: 30,
		}, {
			title: "what is damaged is ours", stands: standing(txt(60, damaged)), want: txt(30, on),
			removed: quoted(damaged), added: quoted(on), after: quoted(on), ttl: 30,
		}, {
			title: "the same, in whatever order", stands: standing(txt(30, off, on)), want: txt(30, on, off),
			unchanged: quoted(on, off), after: quoted(on, off), ttl: 30, empty: true,
		}, {
			title: "another TTL", stands: standing(txt(60, on)), want: txt(30, on),
			unchanged: quoted(on), after: quoted(on), ttl: 30,
		}, {
			title: "half stands", stands: standing(txt(30, on)), want: txt(30, on, off),
			unchanged: quoted(on), added: quoted(off), after: quoted(on, off), ttl: 30,
		}, {
			title: "removed", stands: standing(txt(60, on, foreign)), want: txt(0),
			removed: quoted(on), kept: quoted(foreign), after: quoted(foreign), ttl: 60,
		}, {
			title: "nothing to remove", stands: standing(txt(60, foreign)), want: txt(0),
			kept: quoted(foreign), after: quoted(foreign), ttl: 60, empty: true,
		}, {
			title: "addresses are all ours", stands: standing(set("A", 60, "192.0.2.1", "192.0.2.2")), want: set("A", 30, "192.0.2.2", "192.0.2.3"),
			removed: []string{"192.0.2.1"}, added: []string{"192.0.2.3"}, unchanged: []string{"192.0.2.2"}, after: []string{"192.0.2.2", "192.0.2.3"}, ttl: 30,
		},
	} {
		t.Run(c.title, func(t *testing.T) {
			plan := publish.NewPlan("dr.example.com", c.stands, []txtrecord.WireRRSet{c.want})
			change := plan.Changes[0]
			for _, side := range []struct {
				name string
				got  [][]byte
				want []string
			}{
				{"removed", change.Removed, c.removed},
				{"added", change.Added, c.added},
				{"unchanged", change.Unchanged, c.unchanged},
				{"kept", change.Kept, c.kept},
				{"after", change.After.RDATA, c.after},
			} {
				if got := texts(change.Type(), side.got); !slices.Equal(got, side.want) {
					t.Errorf("%s: %q, want %q", side.name, got, side.want)
				}
			}
			if change.After.TTL != c.ttl || plan.Empty() != c.empty {
				t.Errorf("TTL %d, empty %t", change.After.TTL, plan.Empty())
			}
			if !plan.Untouched(c.stands) || !plan.Done(standing(change.After)) {
				t.Errorf("untouched %t, done %t", plan.Untouched(c.stands), plan.Done(standing(change.After)))
			}
			if plan.Done(c.stands) != c.empty {
				t.Errorf("before is taken for after: %t", plan.Done(c.stands))
			}
			if moved := len(c.removed)+len(c.added) > 0; plan.Untouched(standing(change.After)) == moved {
				t.Errorf("after is taken for before: %t", !moved)
			}
		})
	}
}

// In a zone file ours have to stand before another's that has another TTL.
func TestPlanOrder(t *testing.T) {
	for _, c := range []struct {
		first string
		ttl   uint32 // of the other's record
		empty bool
	}{{foreign, 300, false}, {foreign, 30, true}, {on, 300, true}} {
		second := on
		if c.first == on {
			second = foreign
		}
		stands := standing(txt(30, c.first, second))
		for i, rdata := range stands.Sets[0].RDATA {
			if publish.Text("TXT", rdata) == `"`+foreign+`"` {
				stands.Sets[0].TTLs[i] = c.ttl
			}
		}
		if got := publish.NewPlan("dr.example.com", stands, []txtrecord.WireRRSet{txt(30, on)}).Empty(); got != c.empty {
			t.Errorf("%q first, %d s: empty %t", c.first, c.ttl, got)
		}
	}
}

// A record that has another TTL than its neighbours is not as it should be, even where
// the first one is.
func TestPlanUnevenTTL(t *testing.T) {
	stands := standing(txt(30, on, off))
	stands.Sets[0].TTLs[1] = 60
	if publish.NewPlan("dr.example.com", stands, []txtrecord.WireRRSet{txt(30, on, off)}).Empty() {
		t.Error("nothing is to be changed")
	}
}

func TestText(t *testing.T) {
	strings, err := txtrecord.TXTData("a\"\\\x00", "é")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rrtype, want string
		rdata        []byte
	}{
		{"TXT", `"a\"\\\000" "\195\169"`, strings},
		{"A", "192.0.2.1", []byte{192, 0, 2, 1}},
		{"AAAA", "2001:db8::1", set("AAAA", 0, "2001:db8::1").RDATA[0]},
		{"A", `"\001"`, []byte{1}}, // what no server should send
	} {
		if got := publish.Text(c.rrtype, c.rdata); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
