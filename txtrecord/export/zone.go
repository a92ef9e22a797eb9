package export

import (
	"bytes"
	"fmt"
)

var zoneFormat = Format{
	Name:      "zone",
	Summary:   "lines of a zone file",
	Effect:    ByHand,
	Extension: "zone",
	Flags:     []string{"zone"},
	Traps: []string{
		"The quotes belong to it: without them a semicolon begins a comment, and every checker of zone files accepts the rest, `v=1`.",
		"Raise the serial of the SOA record, else the secondaries keep the old set.",
		"All records of one name and type have one TTL; servers take that of the first line.",
		"A server that accepts updates or signs inline does not want its zone file edited: use `nsupdate` or `json` there.",
	},
	comment:  "; ",
	onServer: true,
	apply: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("These lines replace every %s record of %s: take the old ones out,", set.types(), set.name()),
			"raise the serial of the SOA record, and load the zone.",
		}
	},
	write: writeZone,
}

// writeZone writes master file lines (RFC 1035 §5.1): an absolute owner name, and
// every TXT value in quotes, because a bare semicolon would begin a comment and
// leave "v=1" without any error.
func writeZone(b *bytes.Buffer, set *RecordSet) {
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "%s\t%d\tIN\t%s\t%s\n", rrset.Name, rrset.TTL, rrset.Type, quotedText(rrset.Type, value))
		}
	}
}
