package export

import (
	"bytes"
	"fmt"
	"strings"
)

var cloudflareFormat = Format{
	Name:      "cloudflare",
	Summary:   "a batch of records for Cloudflare's API",
	Host:      "Cloudflare",
	Effect:    PerRecord,
	Extension: "cloudflare.json",
	TTL:       cloudflareTTL,
	plans:     true,
	Flags:     []string{"zone-id", "ttl-min"},
	Traps: []string{
		"The batch by itself only adds (`posts`): what stands goes only if its ids stand under `deletes`, which the command line here sees to. Posted alone it leaves two sets at one name, which is a conflict.",
		"The batch is one transaction, but its records reach Cloudflare's servers one by one.",
		"The quotes inside each TXT content belong to it.",
		"Addresses must not be proxied: clients would get Cloudflare's.",
		"A TTL of 1 means \"automatic\" there, 300 s; less than 60 s is for the enterprise plan alone, which takes 30 s.",
		"HEADER_FILE holds the token, so that it is in no argument: keep it readable by you alone.",
		"The command line needs jq, and curl 7.76 or later for `--fail-with-body`.",
	},
	apply: func(set *RecordSet) []string {
		return []string{
			"HEADER_FILE holds one line, `Authorization: Bearer TOKEN`. This deletes what stands and adds the new records, in one batch:",
			"  " + cloudflarePipeline(set),
		}
	},
	notes: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("It replaces every %s record of %s, any other too. Without the ids under deletes, which jq puts there, the batch would only add.", set.types(), set.name()),
			"The servers get it record by record: for a moment half a set may be seen.",
		}
	},
	write: writeCloudflare,
}

// cloudflarePipeline asks for the ids of what stands, puts them into the batch, and
// posts it. If the first step fails, or FILE holds no records to post, there is no batch:
// one that only deletes would leave the name without records.
func cloudflarePipeline(set *RecordSet) string {
	records := "https://api.cloudflare.com/client/v4/zones/" + set.Target.zoneID().orPlaceholder() + "/dns_records"
	var types []string
	for _, rrset := range set.RRSets {
		types = append(types, fmt.Sprintf(".type == %q", rrset.Type))
	}
	return fmt.Sprintf("curl -sSf -H @HEADER_FILE '%s?name.exact=%s&per_page=1000'", records, set.name()) +
		fmt.Sprintf(" | jq --slurpfile new FILE '{deletes: [.result[] | select(%s) | {id}], posts: ($new[0].posts | select(length > 0))}'", strings.Join(types, " or ")) +
		fmt.Sprintf(" | curl -sS --fail-with-body -H @HEADER_FILE -H 'Content-Type: application/json' --data-binary @- %s/batch", records)
}

// The body of Cloudflare's batch of record changes.
type cloudflareBatch struct {
	Posts []cloudflareRecord `json:"posts"`
}

type cloudflareRecord struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	TTL     uint32 `json:"ttl"`
	Content string `json:"content"`
	// Proxied is nil where it does not apply.
	Proxied *bool `json:"proxied,omitempty"`
}

func writeCloudflare(b *bytes.Buffer, set *RecordSet) {
	var batch cloudflareBatch
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			record := cloudflareRecord{Name: set.name(), Type: rrset.Type, TTL: rrset.TTL, Content: quotedText(rrset.Type, value)}
			if rrset.Type != "TXT" {
				record.Proxied = new(bool)
			}
			batch.Posts = append(batch.Posts, record)
		}
	}
	writeJSON(b, batch)
}
