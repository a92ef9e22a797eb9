package txtrecord_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// outcome is what joining came to, without the places, which depend on the order.
func outcome(records []txtrecord.Record) string {
	set, err := txtrecord.Join(records)
	if fault, ok := errors.AsType[*txtrecord.RecordError](err); ok {
		return fault.Fault.Code()
	}
	if err != nil {
		return err.Error()
	}
	var found []string
	for _, deviation := range set.Deviations {
		found = append(found, records[deviation.Record].Text+deviation.Tag+deviation.Fault.Code())
	}
	slices.Sort(found)
	for i, part := range set.Parts {
		if part.Text != records[set.Indexes[i]].Text {
			return "the indexes are wrong"
		}
	}
	return fmt.Sprintf("%+v %q %q", set.Activation, set.Signature, found)
}

// A server lists its records in any order: each order of each refused, deviating
// and genuine set comes to the same.
func TestJoinIsIndependentOfOrder(t *testing.T) {
	key := testKey(t, "test-a")
	sets := [][]string{
		mustSign(t, plain, txtrecord.Scheme{}, key),
		mustSign(t, bound, txtrecord.Scheme{}, key),
		publishedPair,
		{"v=1;k=all;b=on"},
		slices.Concat(mustSign(t, plain, txtrecord.Scheme{}, key), mustSign(t, bound, txtrecord.Scheme{}, key), []string{"v=1;k=all;b=on"}),
	}
	for _, r := range slices.Concat(setRefusals(t), deviations(t)) {
		if r.class != txtrecord.ErrSyntax || r.want.Fault == txtrecord.InvalidBase64 {
			sets = append(sets, r.values)
		}
	}
	orders := 0
	for _, values := range sets {
		records := mustParse(t, values...)
		want := outcome(records)
		for order := range permutations(records) {
			orders++
			if got := outcome(order); got != want {
				t.Errorf("%q: got %s in another order, otherwise %s", values, got, want)
			}
		}
	}
	if orders < 150 {
		t.Errorf("only %d orders were tried", orders)
	}
}

func TestJoinOneUnsignedRecord(t *testing.T) {
	records := mustParse(t, "v=1;k=all;b=on;m=wf;")
	set, err := txtrecord.Join(records)
	if err != nil {
		t.Fatal(err)
	}
	if set.Signed() || set.Signature != nil || len(set.Parts) != 1 || !slices.Equal(set.Indexes, []int{0}) || len(set.Deviations) != 2 {
		t.Errorf("got %+v", set)
	}
	if set.Activation != records[0].Activation {
		t.Errorf("got %+v, want %+v", set.Activation, records[0].Activation)
	}
}

func TestJoinNothing(t *testing.T) {
	if set, err := txtrecord.Join(nil); set != nil || !errors.Is(err, txtrecord.ErrNoRecord) {
		t.Errorf("got %v, %v", set, err)
	}
}

// The parts come in the order of p, each with its place among the records given.
func TestJoinSaysWhereThePartsStand(t *testing.T) {
	key := testKey(t, "test-a")
	values := mustSign(t, bound, txtrecord.Scheme{}, key)
	set, err := txtrecord.Join(mustParse(t, values[1], values[0]))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Indexes, []int{1, 0}) || set.Parts[0].Text != values[0] || set.Parts[1].Text != values[1] {
		t.Errorf("got %v, %q, %q", set.Indexes, set.Parts[0].Text, set.Parts[1].Text)
	}
	if set.Activation != bound {
		t.Errorf("the activation is %+v, want part 1's, %+v", set.Activation, bound)
	}
}

// d may be missing in part 2, wherever it stands in part 1. Anything else may not.
func TestPart2MayLackTheDomainAlone(t *testing.T) {
	for _, test := range []struct {
		one, two string
		want     error
	}{
		{"v=1;k=all;b=on;d=dr.example.com;", "v=1;k=all;b=on;", nil},
		{"d=dr.example.com;v=1;k=all;b=on;", "v=1;k=all;b=on;", nil},
		{"v=1;d=dr.example.com;b=on;", "v=1;b=on;", nil},
		{"v=1;d=dr.example.com;b=on;", "v=1;d=dr.example.com;b=on;", nil},
		{"v=1;k=all;b=on;", "v=1;k=all;b=on;d=dr.example.com;", txtrecord.PartsDiffer},
		{"v=1;d=dr.example.com;b=on;", "v=1;b=on;d=dr.example.com;", txtrecord.PartsDiffer},
		{"v=1;d=dr.example.com;b=on;", "v=1;d=dr.example.net;b=on;", txtrecord.MixedHalves},
		{"v=1;k=all;b=on;m=fo;", "v=1;k=all;b=on;", txtrecord.PartsDiffer},
		{"v=1;k=all;b=on;", "v=1;b=on;", txtrecord.PartsDiffer},
		{"v=1;k=all;b=on;d=dr.example.com;t=1;", "v=1;k=all;b=on;", txtrecord.PartsDiffer},
	} {
		one := ending(test.one, "1", strings.Repeat("A", 170))
		two := ending(test.two, "2", strings.Repeat("A", 172)+"==")
		if _, err := txtrecord.Join(mustParse(t, one, two)); !errors.Is(err, test.want) {
			t.Errorf("%q beside %q: got %v, want %v", test.two, test.one, err, test.want)
		}
	}
}

// Altered tells a genuine set whose second part was changed from the halves of two
// sets, and from an intact one.
func TestAltered(t *testing.T) {
	key, other := testKey(t, "test-a"), testKey(t, "test-b")
	pair := mustSign(t, plain, txtrecord.Scheme{}, key)
	off := plain
	off.Status = txtrecord.Off
	standing := mustSign(t, off, txtrecord.Scheme{}, key)
	rider := strings.Replace(pair[1], "b=on;", "b=on;m=fc;", 1)
	for _, test := range []struct {
		name   string
		values []string
		want   bool
	}{
		{"a rider in part 2", []string{pair[0], rider}, true},
		{"a rider in part 2, which stands first", []string{rider, pair[0]}, true},
		{"another status in part 2", []string{pair[0], strings.Replace(pair[1], "b=on;", "b=off;", 1)}, true},
		{"intact", pair, false},
		{"halves of two sets", []string{pair[0], standing[1]}, false},
		{"part 1 altered", []string{strings.Replace(pair[0], "b=on;", "b=off;", 1), pair[1]}, false},
		{"the signature cut short", []string{pair[0], rider[:len(rider)-4]}, false},
		{"one part", pair[:1], false},
		{"two sets", slices.Concat(pair, standing), false},
		{"unsigned", []string{"v=1;k=all;b=on"}, false},
		{"nothing", nil, false},
	} {
		if got := txtrecord.Altered(mustParse(t, test.values...), txtrecord.Scheme{}, &key.PublicKey); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
	records := mustParse(t, pair[0], rider)
	if txtrecord.Altered(records, txtrecord.Scheme{}, &other.PublicKey) {
		t.Error("true under another key")
	}
	if txtrecord.Altered(records, mustScheme(t, "values"), &key.PublicKey) {
		t.Error("true under another scheme")
	}
	if txtrecord.Altered(records, txtrecord.Scheme{}, nil) {
		t.Error("true without a key")
	}
}

// Nothing that whoever controls the DNS puts into a genuine set comes through.
func TestNothingRidesAlong(t *testing.T) {
	key := testKey(t, "test-a")
	pair := mustSign(t, plain, txtrecord.Scheme{}, key)
	before := func(tag, put string) func(string) string {
		return func(text string) string { return strings.Replace(text, ";"+tag+"=", ";"+put+";"+tag+"=", 1) }
	}
	tried := 0
	for _, rider := range []string{"m=fc", "m=fo", "t=1700000000", "x=1900000000", "d=dr.example.com", "b=off", "b=on", "k=zia", "v=1", "n=2", "p=1", "z=1", ""} {
		for _, put := range []func(string) string{
			func(text string) string { return rider + ";" + text },
			before("k", rider), before("n", rider), before("p", rider), before("bh", rider),
			func(text string) string { return text + ";" + rider },
		} {
			for _, altered := range [][]string{{put(pair[0]), pair[1]}, {pair[0], put(pair[1])}, {put(pair[0]), put(pair[1])}} {
				tried++
				if set, err := txtrecord.Verify(altered, txtrecord.Scheme{}, &key.PublicKey); err == nil || set != nil {
					t.Errorf("accepted: %q", altered)
				}
			}
		}
	}
	if tried != 13*6*3 {
		t.Errorf("%d were tried", tried)
	}
}
