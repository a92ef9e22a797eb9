package verify

import (
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
)

// judgeExpectation holds the states against what the policy asks for.
func (j *judge) judgeExpectation() {
	expected := j.policy.Expected
	if expected == NoExpectation || !j.accepted() {
		return
	}
	seen := j.concerned()
	j.AsExpected = !slices.ContainsFunc(seen, func(s State) bool { return s != State(expected) })
	if !j.AsExpected && j.Verdict != None {
		j.add(CodeNotAsExpected, fmt.Sprintf("expected %s, found %s", expected, j.describeStates(seen)))
	}
}

// accepted reports whether the verdict is one that can meet an expectation.
func (j *judge) accepted() bool {
	switch j.Verdict {
	case Valid, None:
		return true
	case Unsigned:
		return j.policy.AllowUnsigned
	case Unchecked:
		return j.policy.SkipSignature
	}
	return false
}

// concerned returns the states of the products that the expectation is about. A set
// that names no product is held to its status alone.
func (j *judge) concerned() []State {
	if j.untyped() {
		return []State{stateAt(j.Set.Activation, j.policy.At)}
	}
	about := j.policy.Type
	if about == txtrecord.NoType && j.Set != nil {
		about = j.Set.Activation.Type
	}
	return j.State.of(about)
}

// describeStates words the states that did not meet an expectation.
func (j *judge) describeStates(seen []State) string {
	if slices.Max(seen) == slices.Min(seen) && (len(seen) > 1 || j.policy.Type == txtrecord.NoType || j.untyped()) {
		return string(seen[0])
	}
	switch j.policy.Type {
	case txtrecord.InternetAccess:
		return fmt.Sprintf("%s for Internet Access", j.State.InternetAccess)
	case txtrecord.PrivateAccess:
		return fmt.Sprintf("%s for Private Access", j.State.PrivateAccess)
	}
	return fmt.Sprintf("%s for Internet Access and %s for Private Access", j.State.InternetAccess, j.State.PrivateAccess)
}

// untyped reports whether the set does not say which product it is for.
func (j *judge) untyped() bool { return j.Set != nil && j.Set.Activation.Type == txtrecord.NoType }
