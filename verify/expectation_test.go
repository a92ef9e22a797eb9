package verify_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

var expectations = []verify.Expectation{verify.ExpectOn, verify.ExpectOff, verify.ExpectTest, verify.ExpectNone}

// An expectationCase is one set under one policy.
type expectationCase struct {
	product  txtrecord.Type   // of the set
	status   txtrecord.Status // of the set
	second   int64
	verdict  verify.Verdict
	accepted bool // a flag accepts the verdict
	about    txtrecord.Type
	expected verify.Expectation
}

// met is the contract: an accepted verdict, and every product that is asked about
// in that state. Scheduled and expired are no state that can be asked for.
func (c expectationCase) met() bool {
	if c.verdict != verify.Valid && !c.accepted {
		return false
	}
	about := c.about
	if about == txtrecord.NoType {
		about = c.product
	}
	for _, product := range []txtrecord.Type{txtrecord.InternetAccess, txtrecord.PrivateAccess} {
		if about != txtrecord.AllProducts && about != product {
			continue
		}
		covered := c.product == txtrecord.AllProducts || c.product == product
		switch {
		case !covered && c.expected != verify.ExpectNone:
			return false
		case covered && (c.second != middleSecond || string(c.expected) != string(c.status)):
			return false
		}
	}
	return true
}

func (c expectationCase) policy(t *testing.T) verify.Policy {
	policy := trusting(t)
	policy.At, policy.Type, policy.Expected = at(c.second), c.about, c.expected
	switch c.verdict {
	case verify.Unchecked:
		policy.SkipSignature = c.accepted
		if !c.accepted {
			policy.Keys = nil
		}
	case verify.Unsigned:
		policy.AllowUnsigned = c.accepted
	}
	return policy
}

func (c expectationCase) records(t *testing.T) []verify.TXT {
	a := window(c.status)
	a.Type = c.product
	if c.verdict != verify.Unsigned {
		return verify.Values(signed(t, a)...)
	}
	value, err := txtrecord.Unsigned(a)
	if err != nil {
		t.Fatal(err)
	}
	return verify.Values(value)
}

func TestExpectations(t *testing.T) {
	products := []txtrecord.Type{txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts}
	for _, verdict := range []verify.Verdict{verify.Valid, verify.Unchecked, verify.Unsigned} {
		for _, product := range products {
			for _, status := range []txtrecord.Status{txtrecord.On, txtrecord.Off, txtrecord.Test} {
				t.Run(fmt.Sprint(verdict, " ", product, " ", status), func(t *testing.T) {
					t.Parallel()
					c := expectationCase{product: product, status: status, verdict: verdict}
					records := c.records(t)
					for _, c.second = range []int64{startSecond - 1000, middleSecond, endSecond + 1000} {
						for _, c.accepted = range []bool{false, true} {
							for _, c.about = range append(products, txtrecord.NoType) {
								for _, c.expected = range expectations {
									checkExpectation(t, c, records)
								}
							}
						}
					}
				})
			}
		}
	}
}

func checkExpectation(t *testing.T, c expectationCase, records []verify.TXT) {
	t.Helper()
	policy := c.policy(t)
	got := verify.Judge(records, policy)
	if got.Verdict != c.verdict {
		t.Fatalf("%+v: %s", c, got.Verdict)
	}
	if got.AsExpected != c.met() {
		t.Errorf("%+v: as expected %t, %v", c, got.AsExpected, got.State)
	}
	want := verify.StatusDone
	if !c.met() {
		want = verify.StatusWrong
	}
	if status(got, policy) != want {
		t.Errorf("%+v: exit status %d, want %d: %v", c, status(got, policy), want, got.Findings)
	}
}

// Where there is no record, or nothing can be said, the expectation is met by none
// alone.
func TestExpectationsWithoutSet(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	for name, c := range map[string]struct {
		values []string
		exit   int
	}{
		"none":     {nil, 3},
		"foreign":  {[]string{"hello"}, 3},
		"invalid":  {altered(on), 1},
		"half":     {on[:1], 1},
		"conflict": {append(on[:2:2], "v=1;k=all;b=on"), 1},
	} {
		for _, expected := range append(expectations, verify.NoExpectation) {
			for _, about := range []txtrecord.Type{txtrecord.NoType, txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts} {
				policy := trusting(t)
				policy.Expected, policy.Type, policy.AllowUnsigned = expected, about, true
				got := verify.Judge(verify.Values(c.values...), policy)
				met := c.exit == 3 && expected == verify.ExpectNone
				want := c.exit
				if met {
					want = 0
				}
				if got.AsExpected != met || status(got, policy) != want {
					t.Errorf("%s, expected %q: as expected %t, exit status %d, want %t, %d", name, expected, got.AsExpected, status(got, policy), met, want)
				}
			}
		}
	}
}

func TestNotAsExpectedMessage(t *testing.T) {
	zia := window(txtrecord.On)
	zia.Type = txtrecord.InternetAccess
	for _, c := range []struct {
		a      txtrecord.Activation
		about  txtrecord.Type
		second int64
		want   string
	}{
		{window(txtrecord.On), txtrecord.NoType, middleSecond, "expected off, found on"},
		{zia, txtrecord.NoType, middleSecond, "expected off, found on"},
		{zia, txtrecord.InternetAccess, middleSecond, "expected off, found on for Internet Access"},
		{zia, txtrecord.PrivateAccess, middleSecond, "expected off, found none for Private Access"},
		{zia, txtrecord.AllProducts, middleSecond, "expected off, found on for Internet Access and none for Private Access"},
		{zia, txtrecord.AllProducts, endSecond + 1, "expected off, found expired for Internet Access and none for Private Access"},
	} {
		policy := trusting(t)
		policy.At, policy.Type, policy.Expected = at(c.second), c.about, verify.ExpectOff
		got := verify.Judge(verify.Values(signed(t, c.a)...), policy)
		f, _ := findingOf(got, verify.CodeNotAsExpected)
		if f.Message != c.want || !slices.Contains(codes(got), verify.CodeNotAsExpected) {
			t.Errorf("%q, want %q", f.Message, c.want)
		}
	}
}
