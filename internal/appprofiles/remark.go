package appprofiles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// A remark is a finding about a product, without its name: what is the same for both is one
// finding.
type remark struct {
	code finding.Code
	text string
	// severity is another one than the code's usual, if it is not empty.
	severity verify.Severity
}

func remarked(code finding.Code, format string, a ...any) []remark {
	return []remark{{code: code, text: fmt.Sprintf(format, a...)}}
}

// perProduct judges every product of the type.
func (j *judge) perProduct(subject string, of func(productFields) []remark) {
	var remarks []remark
	names := map[remark][]string{}
	for _, f := range j.products {
		for _, r := range of(f) {
			if !slices.Contains(remarks, r) {
				remarks = append(remarks, r)
			}
			names[r] = append(names[r], f.name)
		}
	}
	for _, r := range remarks {
		f := Findings.New(r.code, subject, "%s: %s", strings.Join(names[r], " and "), r.text)
		f.Severity = cmp.Or(r.severity, f.Severity)
		j.gathering.Add(f)
	}
}
