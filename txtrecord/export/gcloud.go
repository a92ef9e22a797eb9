package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

var gcloudFormat = Format{
	Name:      "gcloud",
	Summary:   "command lines of gcloud, for Google Cloud DNS",
	Host:      "Google Cloud DNS",
	Effect:    Replaces,
	Extension: "gcloud.sh",
	Flags:     []string{"project", "managed-zone"},
	Traps: []string{
		"`update` fails where nothing stands yet, and `create` where something does: neither can do harm. The line for the first time is commented out.",
		"The single quotes keep the double quotes, which belong to each value; a comma parts the values.",
		"Never add `--delete-all-existing` of `record-sets import`: it empties the zone.",
		"Several types are several changes, not one.",
	},
	comment: "# ",
	perType: true,
	apply:   func(*RecordSet) []string { return []string{"  sh FILE"} },
	notes: func(*RecordSet) []string {
		return []string{"Where no such set stands yet, update fails: run the line with create instead, without its #."}
	},
	write: writeGcloud,
}

func writeGcloud(b *bytes.Buffer, set *RecordSet) {
	var updates []string
	for i := range set.RRSets {
		updates = append(updates, gcloudLine("update", &set.RRSets[i], &set.Target))
	}
	b.WriteString(strings.Join(updates, " &&\n") + "\n")
	for i := range set.RRSets {
		b.WriteString("# " + gcloudLine("create", &set.RRSets[i], &set.Target) + "\n")
	}
}

func gcloudLine(verb string, rrset *txtrecord.RRSet, target *Target) string {
	return fmt.Sprintf("gcloud dns record-sets %s %s --type=%s --ttl=%d --rrdatas='%s' --zone=%s --project=%s",
		verb, rrset.Name, rrset.Type, rrset.TTL, strings.Join(quotedValues(rrset), ","), target.managedZone().orPlaceholder(), target.project().orPlaceholder())
}
