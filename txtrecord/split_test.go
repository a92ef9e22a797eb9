package txtrecord_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// domainOf is a domain name of so many characters.
func domainOf(length int) string {
	name := strings.Repeat("abcdefghi.", length/10+1)[:length]
	if strings.HasSuffix(name, ".") {
		name = name[:length-1] + "z"
	}
	return name
}

// longest is an activation whose tags, without d, are as long as they can be.
var longest = txtrecord.Activation{
	Type:       txtrecord.AllProducts,
	Status:     txtrecord.Test,
	Forwarding: txtrecord.FailClose,
	Start:      second(txtrecord.MaxInstant),
	End:        second(txtrecord.MaxInstant),
}

// Both strings hold 508 bytes, 344 of them signature, 24 of them ";n=2;p=1;bh=" twice:
// 140 are left for both bodies, and a d of 35 characters beside the longest.
const longestDomain = 140 - 2*len("v=1;k=all;b=test;m=fc;t=253402300799;x=253402300799") - len(";d=")

func TestSplit(t *testing.T) {
	key := testKey(t, "test-a")
	shortest := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On}
	for _, test := range []struct {
		name     string
		activity txtrecord.Activation
		domain   int // characters of d
		one, two int
	}{
		{"nothing but a status", shortest, 0, 240, 156},
		{"with a window", plain, 0, 240, 208},
		{"the longest without d", longest, 0, 240, 230},
		{"a d that needs no shift", longest, 21, 240, 254},
		{"a d that shifts the split by one", longest, 22, 241, 254},
		{"a d that shifts it to the end", longest, longestDomain, 254, 254},
		{"a d longer than 100 characters", shortest, 109, 254, 254},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := test.activity
			if test.domain > 0 {
				a.Domain = domainOf(test.domain)
			}
			values := mustSign(t, a, txtrecord.Scheme{}, key)
			if len(values) != 2 || len(values[0]) != test.one || len(values[1]) != test.two {
				t.Fatalf("%d and %d bytes, want %d and %d", len(values[0]), len(values[1]), test.one, test.two)
			}
			set, err := txtrecord.Verify(values, txtrecord.Scheme{}, &key.PublicKey)
			if err != nil || len(set.Deviations) != 0 {
				t.Errorf("got %v, %v", set.Deviations, err)
			}
			if strings.Contains(values[1], ";d=") {
				t.Error("d stands in part 2")
			}
		})
	}
}

// From the shortest d to the longest: no record is over 254 bytes, and from one
// character too many on the error says by how much.
func TestSplitAtEveryLength(t *testing.T) {
	key := testKey(t, "test-a")
	for length := 1; length <= longestDomain+20; length++ {
		a := longest
		a.Domain = domainOf(length)
		values, err := txtrecord.Sign(a, txtrecord.Scheme{}, key)
		if length <= longestDomain {
			if err != nil || len(values[0]) < 240 || max(len(values[0]), len(values[1])) > txtrecord.MaxString {
				t.Errorf("d of %d characters: %q, %v", length, values, err)
			}
			continue
		}
		over := length - longestDomain
		fault, ok := errors.AsType[*txtrecord.LengthError](err)
		if !ok || fault.Over != over || values != nil || !strings.Contains(err.Error(), fmt.Sprintf("by %d bytes", over)) {
			t.Errorf("d of %d characters: got %q, %v", length, values, err)
		}
	}
}
