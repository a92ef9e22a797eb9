package calibration

import (
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// Confirmation is said of a scheme wherever the open question of the format comes up: the
// day on which it was confirmed, YYYY-MM-DD, but for the tags that are open, or that it
// was not. Only the default is the literal reading of what is documented.
func Confirmation(scheme txtrecord.Scheme, on string, open []string) string {
	const not = "not confirmed against the vendor's tool"
	switch {
	case on != "" && len(open) > 0:
		return "confirmed on " + on + ", but not for " + TagsInWords(open)
	case on != "":
		return "confirmed on " + on
	}
	if scheme == (txtrecord.Scheme{}) {
		return "as documented, " + not
	}
	return not
}

// TagsInWords names tags.
func TagsInWords(tags []string) string {
	if len(tags) == 1 {
		return "the tag " + tags[0]
	}
	return "the tags " + strings.Join(tags, " and ")
}
