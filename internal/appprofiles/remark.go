package appprofiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
)

// A remark is a finding about a product, without its name: what is the same for both is one
// finding.
type remark struct {
	code finding.Code
	text string
}

func remarked(code finding.Code, format string, a ...any) []remark {
	return []remark{{code, fmt.Sprintf(format, a...)}}
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
		j.found(r.code, subject, "%s: %s", strings.Join(names[r], " and "), r.text)
	}
}
