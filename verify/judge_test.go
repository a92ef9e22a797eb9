package verify_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/drtxt/drtxt/verify"
)

func isClass(err, class error) bool { return errors.Is(err, class) }

// codes are the findings' codes, sorted.
func codes(j verify.Judgement) []verify.Code {
	var all []verify.Code
	for _, f := range j.Findings {
		all = append(all, f.Code)
	}
	slices.Sort(all)
	return all
}

// permutations yields every order of the records.
func permutations(records []verify.TXT) iter.Seq[[]verify.TXT] {
	return func(yield func([]verify.TXT) bool) {
		permute(slices.Clone(records), 0, yield)
	}
}

func permute(records []verify.TXT, from int, yield func([]verify.TXT) bool) bool {
	if from == len(records) {
		return yield(records)
	}
	for i := from; i < len(records); i++ {
		records[from], records[i] = records[i], records[from]
		if !permute(records, from+1, yield) {
			return false
		}
		records[from], records[i] = records[i], records[from]
	}
	return true
}

var _ = testing.Short
