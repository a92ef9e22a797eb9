package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

var azureFormat = Format{
	Name:      "azure",
	Summary:   "command lines of az, for Azure DNS",
	Host:      "Azure DNS",
	Effect:    Replaces,
	Extension: "azure.sh",
	TTL:       TTLRange{Least: 1},
	Flags:     []string{"zone", "subscription", "resource-group"},
	Traps: []string{
		"One PUT replaces the set. `az network dns record-set txt add-record` would append, make one record of two strings of `-v a b`, and create a set with a TTL of 3600 s.",
		"PowerShell takes the double quotes out of the body: there, save the body to a file and give `--body @BODY_FILE`.",
		"Other clouds than the public one have another host than management.azure.com.",
		"Several types are several changes, not one.",
	},
	comment: "# ",
	perType: true,
	apply:   func(*RecordSet) []string { return []string{"  sh FILE"} },
	notes:   func(*RecordSet) []string { return []string{"It takes the set's metadata away too."} },
	write:   writeAzure,
}

// azureURL begins the address of a resource.
const azureURL = "https://management.azure.com/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/dnsZones/%s/%s/%s?api-version=2018-05-01"

func writeAzure(b *bytes.Buffer, set *RecordSet) {
	var lines []string
	for i := range set.RRSets {
		rrset := &set.RRSets[i]
		url := fmt.Sprintf(azureURL, set.Target.subscription().orPlaceholder(), set.Target.resourceGroup().orPlaceholder(), set.Zone, rrset.Type, set.relativeNameOrAt())
		lines = append(lines, fmt.Sprintf("az rest --method put --url '%s' --body '%s'", url, azureBody(rrset)))
	}
	b.WriteString(strings.Join(lines, " &&\n") + "\n")
}

// The body of a record set of Azure DNS, API version 2018-05-01.
type azureProperties struct {
	TTL  uint32      `json:"TTL"`
	TXT  []azureText `json:"TXTRecords,omitempty"`
	A    []azureIPv4 `json:"ARecords,omitempty"`
	AAAA []azureIPv6 `json:"AAAARecords,omitempty"`
}

// azureText is one record, of one string or several.
type azureText struct {
	Value []string `json:"value"`
}

type azureIPv4 struct {
	Address string `json:"ipv4Address"`
}

type azureIPv6 struct {
	Address string `json:"ipv6Address"`
}

func azureBody(rrset *txtrecord.RRSet) []byte {
	properties := azureProperties{TTL: rrset.TTL}
	for _, value := range rrset.Values {
		switch rrset.Type {
		case "TXT":
			properties.TXT = append(properties.TXT, azureText{[]string{value}})
		case "A":
			properties.A = append(properties.A, azureIPv4{value})
		case "AAAA":
			properties.AAAA = append(properties.AAAA, azureIPv6{value})
		}
	}
	body, err := json.Marshal(map[string]azureProperties{"properties": properties})
	if err != nil {
		panic(err) // strings and numbers alone: a mistake in the program
	}
	return body
}
