package export

import (
	"bytes"
	"fmt"
)

var textFormat = Format{
	Name:      "text",
	Summary:   "the bare values, one a line, for a console",
	Effect:    NoEffect,
	Extension: "txt",
	Traps: []string{
		"Each line is a record of its own: two lines in one record are one broken value.",
		"A console that takes zone-file syntax cuts a value at its first semicolon unless it stands between double quotes; most consoles add the quotes themselves.",
		"Take the old records out in the same change where the console can do that.",
	},
	apply: func(set *RecordSet) []string {
		var lines []string
		for _, rrset := range set.RRSets {
			lines = append(lines, fmt.Sprintf("Enter each value as one %s record of %s with a TTL of %d s, in place of every %s record there.", rrset.Type, set.name(), rrset.TTL, rrset.Type))
		}
		return lines
	},
	write: func(b *bytes.Buffer, set *RecordSet) {
		for _, rrset := range set.RRSets {
			for _, value := range rrset.Values {
				b.WriteString(value + "\n")
			}
		}
	},
}
