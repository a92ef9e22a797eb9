package export

import (
	"bytes"
	"fmt"
	"strings"
)

var dnsControlFormat = Format{
	Name:      "dnscontrol",
	Summary:   "records of a DNSControl zone, in JavaScript",
	Effect:    Replaces,
	Extension: "dnscontrol.js",
	Flags:     []string{"zone"},
	Traps: []string{
		"D_EXTEND adds to the zone and has to stand below its D(); a second D() would be an error.",
		"One TXT() for each record: an array would make one record of several strings.",
		"Take the old records of the name out of dnsconfig.js, else both sets are published. What the file lacks, DNSControl deletes.",
		"The values need no escaping and get none.",
	},
	comment: "// ",
	apply: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("Put this into dnsconfig.js, below the D() of %s, and take the old %s records of the name out there; then:", set.Zone, set.types()),
			"  dnscontrol preview",
			"  dnscontrol push",
		}
	},
	write: writeDNSControl,
}

func writeDNSControl(b *bytes.Buffer, set *RecordSet) {
	var records []string
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			records = append(records, fmt.Sprintf("  %s(%q, %q, TTL(%d))", rrset.Type, set.relativeNameOrAt(), value, rrset.TTL))
		}
	}
	fmt.Fprintf(b, "D_EXTEND(%q,\n%s\n);\n", set.Zone, strings.Join(records, ",\n"))
}
