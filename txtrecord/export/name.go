package export

import (
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// name is the owner name of all of the set, without its final dot.
func (set *RecordSet) name() string {
	return strings.TrimSuffix(set.owner(), ".")
}

// owner is the owner name with its final dot.
func (set *RecordSet) owner() string {
	if len(set.RRSets) == 0 {
		return ""
	}
	return set.RRSets[0].Name
}

// relativeName is the owner name as seen from the zone, empty if it is the zone's own.
func (set *RecordSet) relativeName() string {
	return strings.TrimSuffix(strings.TrimSuffix(set.name(), set.Zone), ".")
}

// relativeNameOrAt is the relative name, "@" for the zone's own.
func (set *RecordSet) relativeNameOrAt() string {
	if name := set.relativeName(); name != "" {
		return name
	}
	return "@"
}

// quotedText is a value in the presentation form of its type: a TXT value between
// quotes, one character-string (RFC 1035 §5.1).
func quotedText(recordType, value string) string {
	if recordType == "TXT" {
		return `"` + value + `"`
	}
	return value
}

// quotedValues are the values of an RRset as [quotedText] has them.
func quotedValues(rrset *txtrecord.RRSet) []string {
	quoted := make([]string, len(rrset.Values))
	for i, value := range rrset.Values {
		quoted[i] = quotedText(rrset.Type, value)
	}
	return quoted
}
