package export

import "bytes"

var route53Format = Format{
	Name:      "route53",
	Summary:   "a change batch for Amazon Route 53",
	Host:      "Route 53",
	Effect:    Replaces,
	Extension: "route53.json",
	Flags:     []string{"zone-id"},
	Traps: []string{
		"The quotes inside each value belong to it: Route 53 takes TXT values in zone-file form.",
		"UPSERT replaces the simple set of the name; where routing policies made several (with a SetIdentifier), it is refused.",
		"The answer says PENDING; `aws route53 wait resource-record-sets-changed --id CHANGE_ID` waits until all name servers have it.",
	},
	apply: func(set *RecordSet) []string {
		return []string{"  aws route53 change-resource-record-sets --hosted-zone-id " + set.Target.zoneID().orPlaceholder() + " --change-batch file://FILE"}
	},
	notes: func(*RecordSet) []string { return []string{"All changes of the batch happen, or none."} },
	write: writeRoute53,
}

// The change batch of Route 53's ChangeResourceRecordSets.
type route53Batch struct {
	Changes []route53Change `json:"Changes"`
}

type route53Change struct {
	Action string     `json:"Action"`
	Set    route53Set `json:"ResourceRecordSet"`
}

type route53Set struct {
	Name    string          `json:"Name"`
	Type    string          `json:"Type"`
	TTL     uint32          `json:"TTL"`
	Records []route53Record `json:"ResourceRecords"`
}

type route53Record struct {
	Value string `json:"Value"`
}

func writeRoute53(b *bytes.Buffer, set *RecordSet) {
	var batch route53Batch
	for _, rrset := range set.RRSets {
		var records []route53Record
		for _, value := range quotedValues(&rrset) {
			records = append(records, route53Record{value})
		}
		batch.Changes = append(batch.Changes, route53Change{"UPSERT", route53Set{rrset.Name, rrset.Type, rrset.TTL, records}})
	}
	writeJSON(b, batch)
}
