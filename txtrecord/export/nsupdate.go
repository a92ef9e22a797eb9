package export

import (
	"bytes"
	"fmt"
)

var nsupdateFormat = Format{
	Name:      "nsupdate",
	Summary:   "a script for nsupdate (RFC 2136)",
	Effect:    Replaces,
	Extension: "nsupdate",
	Flags:     []string{"zone"},
	Traps: []string{
		"Removal and additions stand in one block with one `send`: a second `send` between them would leave a moment without records.",
		"An addition alone would join what stands, and change the TTL of all of it.",
		"The key goes into a file named by `-k`, never into the script.",
		"At a name with a CNAME record servers ignore the additions and still answer NOERROR: only the verification shows it.",
	},
	comment:  "; ",
	onServer: true,
	apply:    func(*RecordSet) []string { return []string{"  nsupdate -v -k KEY_FILE FILE"} },
	notes: func(*RecordSet) []string {
		return []string{"All of it happens at once, or nothing."}
	},
	write: writeNsupdate,
}

func writeNsupdate(b *bytes.Buffer, set *RecordSet) {
	fmt.Fprintln(b, "; without the next line the server is asked that the SOA record names")
	fmt.Fprintln(b, "; server YOUR-NAME-SERVER")
	fmt.Fprintf(b, "zone %s.\n", set.Zone)
	fmt.Fprintln(b, "; lines such as the next, one for each old record, make it fail if anything else stands:")
	fmt.Fprintf(b, "; prereq yxrrset %s IN %s OLD-VALUE\n", set.owner(), set.RRSets[0].Type)
	for _, rrset := range set.RRSets {
		fmt.Fprintf(b, "update delete %s %s\n", rrset.Name, rrset.Type)
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "update add %s %d IN %s %s\n", rrset.Name, rrset.TTL, rrset.Type, quotedText(rrset.Type, value))
		}
	}
	fmt.Fprintln(b, "send")
}
