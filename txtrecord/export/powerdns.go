package export

import (
	"bytes"
)

var powerDNSFormat = Format{
	Name:      "powerdns",
	Summary:   "a change for the HTTP API of PowerDNS",
	Host:      "PowerDNS",
	Effect:    Replaces,
	Extension: "powerdns.json",
	Flags:     []string{"zone"},
	Traps: []string{
		"The quotes inside each TXT content belong to it, and the final dot to the name: without either the API answers 422.",
		"HEADER_FILE holds the key, so that it is in no argument: keep it readable by you alone.",
		"The command line needs curl 7.76 or later for `--fail-with-body`.",
		"Whether the serial goes up is the zone's setting SOA-EDIT-API; where it does not, secondaries keep the old set.",
	},
	onServer: true,
	apply: func(set *RecordSet) []string {
		return []string{
			"HEADER_FILE holds one line, `X-API-Key: KEY`:",
			"  curl -sS --fail-with-body -X PATCH -H @HEADER_FILE -H 'Content-Type: application/json' --data-binary @FILE http://127.0.0.1:8081/api/v1/servers/localhost/zones/" + set.Zone + ".",
		}
	},
	notes: func(*RecordSet) []string { return []string{"All of it happens at once, or nothing."} },
	write: writePowerDNS,
}

// The body of a PATCH of a zone.
type powerDNSZone struct {
	RRSets []powerDNSSet `json:"rrsets"`
}

type powerDNSSet struct {
	Name       string           `json:"name"`
	Type       string           `json:"type"`
	TTL        uint32           `json:"ttl"`
	ChangeType string           `json:"changetype"`
	Records    []powerDNSRecord `json:"records"`
}

type powerDNSRecord struct {
	Content  string `json:"content"`
	Disabled bool   `json:"disabled"`
}

func writePowerDNS(b *bytes.Buffer, set *RecordSet) {
	var zone powerDNSZone
	for _, rrset := range set.RRSets {
		records := make([]powerDNSRecord, len(rrset.Values))
		for i, value := range rrset.Values {
			records[i].Content = quotedText(rrset.Type, value)
		}
		zone.RRSets = append(zone.RRSets, powerDNSSet{rrset.Name, rrset.Type, rrset.TTL, "REPLACE", records})
	}
	writeJSON(b, zone)
}
