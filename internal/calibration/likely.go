package calibration

import (
	"slices"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// Likely returns every scheme, the likeliest first. What the vendor's pages say decides:
//
//   - One page calls bh "the hash of all tags before 'n='", another "the signed hash of the
//     tag values (v, d, b, m, t, x)". So the text comes first, with its last semicolon and
//     without it, then the values without k, which the second page does not name, then the
//     values with it, and last the text without k.
//   - Neither page takes d away: schemes without it come behind those with it.
//   - Neither names a padding. PKCS #1 v1.5 is what libraries do unless they are asked for
//     PSS, so it comes first; a digest that is hashed once more is a mistake that somebody
//     would have to have made, so it comes behind both.
func Likely() []txtrecord.Scheme {
	schemes := txtrecord.Schemes()
	slices.SortStableFunc(schemes, func(a, b txtrecord.Scheme) int { return slices.Compare(rank(a), rank(b)) })
	return schemes
}

// bodies are the bodies with and without k, the likeliest first.
var bodies = []string{
	"prefix", "trimmed", "values+nok", "values-semicolon+nok", "values", "values-semicolon", "prefix+nok", "trimmed+nok",
}

// rank is less where a scheme is likelier, number by number.
func rank(s txtrecord.Scheme) []int {
	name, modifiers, _ := strings.Cut(s.String(), "+")
	body := name
	if !s.Covers("k") {
		body += "+nok"
	}
	twice := strings.HasSuffix("+"+modifiers, "+twice")
	return []int{number(twice), number(s.PSS()), number(!s.Covers("d")), slices.Index(bodies, body)}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Words says what a scheme signs, and how.
func Words(s txtrecord.Scheme) string {
	name, modifiers, _ := strings.Cut(s.String(), "+")
	text := map[string]string{
		"prefix":           "the text of part 1 before n=",
		"trimmed":          "the text of part 1 before n=, without its last semicolon",
		"values":           "the values of the tags before n, joined with nothing",
		"values-semicolon": "the values of the tags before n, joined with semicolons",
	}[name]
	switch omitted := !s.Covers("k"); {
	case omitted && !s.Covers("d"):
		text += ", without the tags k and d"
	case omitted:
		text += ", without the tag k"
	case !s.Covers("d"):
		text += ", without the tag d"
	}
	hashed := "SHA-256"
	if strings.HasSuffix("+"+modifiers, "+twice") {
		hashed = "SHA-256 twice"
	}
	padding := "RSASSA-PKCS1-v1_5"
	if s.PSS() {
		padding = "RSASSA-PSS"
	}
	return text + "; " + hashed + ", " + padding
}
