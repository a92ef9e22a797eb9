package txtrecord_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

func TestWire(t *testing.T) {
	long := strings.Repeat("a", 255)
	for _, c := range []struct {
		rrtype string
		values []string
		want   []string // of the RDATA; nil means an error
	}{
		{"TXT", []string{"v=1;b=on", long}, []string{"\x08v=1;b=on", "\xff" + long}},
		{"TXT", []string{""}, []string{"\x00"}},
		{"TXT", []string{"\\\"\x00\xff"}, []string{"\x04\\\"\x00\xff"}},
		{"TXT", []string{long + "a"}, nil},
		{"A", []string{"192.0.2.1"}, []string{"\xc0\x00\x02\x01"}},
		{"A", []string{"::ffff:192.0.2.1"}, nil},
		{"A", []string{"192.0.2.1."}, nil},
		{"AAAA", []string{"2001:db8::1"}, []string{" \x01\r\xb8" + strings.Repeat("\x00", 11) + "\x01"}},
		{"AAAA", []string{"192.0.2.1"}, nil},
		{"AAAA", []string{"fe80::1%eth0"}, nil},
		{"NS", []string{"ns.example.com."}, nil},
	} {
		set := txtrecord.RRSet{Name: "dr.example.com.", Type: c.rrtype, TTL: 30, Values: c.values}
		got, err := set.Wire()
		if (err == nil) != (c.want != nil) || err != nil && !errors.Is(err, txtrecord.ErrWire) {
			t.Errorf("%s %q: %v", c.rrtype, c.values, err)
			continue
		}
		var data []string
		for _, rdata := range got.RDATA {
			data = append(data, string(rdata))
		}
		if !reflect.DeepEqual(data, c.want) || err == nil && (got.Name != set.Name || got.TTL != 30 || got.Type != c.rrtype) {
			t.Errorf("%s %q: %q, want %q", c.rrtype, c.values, data, c.want)
		}
	}
}

func TestCharacterStrings(t *testing.T) {
	for rdata, want := range map[string][]string{
		"\x01a\x00\x02bc": {"a", "", "bc"},
		"\x00":            {""},
		"":                nil,
		"\x02a":           nil,
		"\x01a\x01":       nil,
	} {
		got, err := txtrecord.CharacterStrings([]byte(rdata))
		if !reflect.DeepEqual(got, want) || (err == nil) != (want != nil) || err != nil && !errors.Is(err, txtrecord.ErrWire) {
			t.Errorf("%q: %q, %v", rdata, got, err)
		}
		if want == nil {
			continue
		}
		if again, err := txtrecord.TXTData(want...); err != nil || string(again) != rdata {
			t.Errorf("%q: %q, %v", want, again, err)
		}
	}
	if _, err := txtrecord.TXTData(); !errors.Is(err, txtrecord.ErrWire) {
		t.Errorf("no strings: %v", err)
	}
}

func TestWireEqual(t *testing.T) {
	set := func(rdata ...string) txtrecord.WireRRSet {
		s := txtrecord.WireRRSet{Name: "dr.example.com.", Type: "TXT", TTL: 30}
		for _, r := range rdata {
			s.RDATA = append(s.RDATA, []byte(r))
		}
		return s
	}
	older := set("\x01a", "\x01b")
	older.TTL = 60
	for _, c := range []struct {
		a, b txtrecord.WireRRSet
		want bool
	}{
		{set("\x01a", "\x01b"), set("\x01b", "\x01a"), true},
		{set("\x01a", "\x01b"), older, true},
		{set(), set(), true},
		{set("\x01a"), set("\x01A"), false},
		{set("\x01a"), set("\x01a", "\x01a"), false},
		{set("\x01a", "\x01a", "\x01b"), set("\x01a", "\x01b", "\x01b"), false},
		{set(), txtrecord.WireRRSet{Name: "dr.example.com.", Type: "A"}, false},
		{set(), txtrecord.WireRRSet{Name: "dr.example.org.", Type: "TXT"}, false},
	} {
		if c.a.Equal(c.b) != c.want || c.b.Equal(c.a) != c.want {
			t.Errorf("%v and %v: want %t", c.a, c.b, c.want)
		}
	}
}
