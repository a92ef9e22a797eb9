// Package finding is what the checks before the night have in common: one thing that was
// seen, with a stable code and what to do next.
package finding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/verify"
)

// A Code names a kind of finding. Codes are stable.
type Code string

// A Finding is one thing that was seen, with what to do next.
type Finding struct {
	Code     Code            `json:"code"`
	Severity verify.Severity `json:"severity"`
	// Subject is what it was seen at, such as an edge, an app profile or a file; empty where
	// it is about the whole. Text from outside: escape it before showing it.
	Subject string `json:"subject,omitempty"`
	// Message says what was seen. Text from outside is quoted in it.
	Message string `json:"message"`
	// Advice says what to do next.
	Advice string `json:"advice"`
}

// FromVerify are a verification's findings, the server as the subject.
func FromVerify(findings []verify.Finding) []Finding {
	all := make([]Finding, len(findings))
	for i, f := range findings {
		all[i] = Finding{Code: Code(f.Code), Severity: f.Severity, Subject: f.Server, Message: f.Message, Advice: f.Advice}
	}
	return all
}

// A Kind describes the findings of a code.
type Kind struct {
	Code Code
	// Severity is the usual one.
	Severity verify.Severity
	// Advice is what to do next.
	Advice string
}

// A Table lists the kinds of findings that a package makes.
type Table []Kind

// New makes a finding of the code's usual severity and advice. The code has to be in the
// table.
func (t Table) New(code Code, subject, format string, a ...any) Finding {
	kind, ok := t.Lookup(code)
	if !ok {
		panic("no finding has the code " + string(code))
	}
	return Finding{Code: code, Severity: kind.Severity, Subject: subject, Message: fmt.Sprintf(format, a...), Advice: kind.Advice}
}

// Lookup returns the kind of a code.
func (t Table) Lookup(code Code) (Kind, bool) {
	i := slices.IndexFunc(t, func(kind Kind) bool { return kind.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return t[i], true
}

// Sort puts findings in the order of their gravity, and leaves those of the same gravity in
// theirs.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Compare(a.Severity.Rank(), b.Severity.Rank())
	})
}

// Failed reports whether one of the findings is an error.
func Failed(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == verify.Error })
}
