package export_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// A form is a format in the form for one provider.
type form struct {
	export.Format
	provider export.Provider
}

// forms are all formats in all their forms.
func forms() []form {
	var all []form
	for _, f := range export.Formats {
		if len(f.Providers) == 0 {
			all = append(all, form{f, ""})
		}
		for _, provider := range f.Providers {
			all = append(all, form{f, export.Provider(provider.Name)})
		}
	}
	return all
}

// label names the form, as golden files do.
func (f form) label() string {
	if f.provider == "" {
		return f.Name
	}
	return f.Name + "-" + string(f.provider)
}

// suited is the set for this provider, with a TTL that its host takes.
func (f form) suited(set *export.RecordSet) *export.RecordSet {
	suited := *set
	suited.Target.Provider = f.provider
	suited.RRSets = append([]txtrecord.RRSet{}, set.RRSets...)
	for i := range suited.RRSets {
		if f.CheckTTL(suited.RRSets[i].TTL, suited.Target) != nil {
			suited.RRSets[i].TTL = 60
		}
	}
	return &suited
}

func (f form) written(t testing.TB, set *export.RecordSet) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.WriteSet(&out, set); err != nil {
		t.Fatalf("%s: %v", f.label(), err)
	}
	return out.Bytes()
}

func (f form) guide(t testing.TB, set *export.RecordSet) export.Guide {
	t.Helper()
	guide, err := f.Guide(set)
	if err != nil {
		t.Fatalf("%s: %v", f.label(), err)
	}
	return guide
}

var activation = txtrecord.Activation{
	Type:       txtrecord.AllProducts,
	Status:     txtrecord.On,
	Forwarding: txtrecord.FailOpen,
	Domain:     "dr.example.com",
	Start:      time.Unix(1800000000, 0),
	End:        time.Unix(1800028800, 0),
}

// signedSet is signed by a test key with a scheme that is deterministic.
func signedSet(t testing.TB, a txtrecord.Activation) *export.RecordSet {
	t.Helper()
	data, err := os.ReadFile("../../testdata/keys/test-a.private.pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.ParsePrivateKey(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	values, err := txtrecord.Sign(a, txtrecord.Scheme{}, key)
	if err != nil {
		t.Fatal(err)
	}
	return &export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: values}},
		Activation: export.NewActivation(a),
		Signed:     true,
		Key:        keygen.Fingerprint(&key.PublicKey),
		Scheme:     "prefix",
		Zone:       "example.com",
	}
}

func unsignedSet() *export.RecordSet {
	a := txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Off}
	return &export.RecordSet{
		Schema:      export.Schema,
		RRSets:      []txtrecord.RRSet{{Name: "dr.example.com.", Type: "TXT", TTL: 900, Values: []string{"v=1;k=zia;b=off"}}},
		Activation:  export.NewActivation(a),
		Zone:        "example.com",
		ZoneAssumed: true,
	}
}

func addressSet() *export.RecordSet {
	return &export.RecordSet{
		Schema: export.Schema,
		RRSets: []txtrecord.RRSet{
			{Name: "dr.example.com.", Type: "A", TTL: 30, Values: []string{"192.0.2.1", "192.0.2.2"}},
			{Name: "dr.example.com.", Type: "AAAA", TTL: 30, Values: []string{"2001:db8::1"}},
		},
		Zone: "example.com",
	}
}

// apexSet stands at the name of the zone itself, with everything said of its host.
func apexSet() *export.RecordSet {
	a := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On}
	return &export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: "example.com.", Type: "TXT", TTL: 30, Values: []string{"v=1;k=all;b=on"}}},
		Activation: export.NewActivation(a),
		Zone:       "example.com",
		Target: export.Target{
			ZoneID: "Z0000000TEST", Project: "test-project", ManagedZone: "test-zone",
			Subscription: "00000000-0000-0000-0000-000000000000", ResourceGroup: "test_group.1",
			LeastTTL: 30, PlainSemicolons: true,
		},
	}
}

func activations() []txtrecord.Activation {
	var all []txtrecord.Activation
	for _, status := range []txtrecord.Status{txtrecord.On, txtrecord.Off, txtrecord.Test} {
		for _, product := range []txtrecord.Type{txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts} {
			for _, forwarding := range []txtrecord.Forwarding{txtrecord.NoForwarding, txtrecord.FailOpen, txtrecord.FailClose} {
				for _, window := range [][2]time.Time{{}, {1: activation.End}, {activation.Start, activation.End}} {
					for _, domain := range []string{"", "dr.example.com"} {
						all = append(all, txtrecord.Activation{Type: product, Status: status, Forwarding: forwarding, Domain: domain, Start: window[0], End: window[1]})
					}
				}
			}
		}
	}
	return all
}

// manySets are sets of every kind of record, at names of every kind.
func manySets(t testing.TB) []*export.RecordSet {
	t.Helper()
	var all []*export.RecordSet
	for _, a := range activations() {
		value, err := txtrecord.Unsigned(a)
		if err != nil {
			t.Fatal(err)
		}
		unsigned := unsignedSet()
		unsigned.RRSets[0].Values = []string{value}
		unsigned.Activation = export.NewActivation(a)
		all = append(all, signedSet(t, a), unsigned)
	}
	// Addresses that would be numbers if YAML 1.1 read them without quotes.
	numbers := addressSet()
	numbers.RRSets[1].Values = []string{"2001:10:20:30:40:50:10:20", "::ffff:192.0.2.1"}
	all = append(all, addressSet(), numbers, apexSet())
	for _, name := range []string{"on", "no", "null", "123", "1e3", "_x", "a_b", "x--y", "a.b.c", strings.Repeat("a123456789.", 21) + "b"} {
		set := signedSet(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off})
		set.RRSets[0].Name = name + ".example.com."
		set.RRSets = append(set.RRSets, addressSet().RRSets...)
		for i := range set.RRSets {
			set.RRSets[i].Name = name + ".example.com."
			set.RRSets[i].TTL = uint32(86400 - i)
		}
		all = append(all, set)
	}
	return all
}
