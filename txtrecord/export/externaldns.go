package export

import (
	"bytes"
	"fmt"
	"strings"
)

var externalDNSFormat = Format{
	Name:      "externaldns",
	Summary:   "a DNSEndpoint of ExternalDNS, in Kubernetes YAML",
	Host:      "ExternalDNS",
	Effect:    Replaces,
	Extension: "externaldns.yaml",
	TTL:       TTLRange{Least: 1}, // 0 is taken for none
	Traps: []string{
		"ExternalDNS must run with `--source=crd`, and TXT must be among its managed record types (`--managed-record-types`), else nothing happens.",
		"Its Azure provider writes only the first target, half of a signed set: do not use it there.",
		"The double quotes inside the single ones belong to each TXT target.",
		"Its registry may put a TXT record of its own at the name: `--txt-prefix` moves it elsewhere.",
		"The object is named after the name and the types, so that addresses and TXT records of one name do not replace each other.",
	},
	comment: "# ",
	apply:   func(*RecordSet) []string { return []string{"  kubectl apply -f FILE"} },
	notes: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("ExternalDNS needs --source=crd and %s among its --managed-record-types; its Azure provider writes only the first target.", set.types()),
		}
	},
	write: writeExternalDNS,
}

func writeExternalDNS(b *bytes.Buffer, set *RecordSet) {
	fmt.Fprintf(b, "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata:\n  name: '%s'\nspec:\n  endpoints:\n", objectName(set))
	for _, rrset := range set.RRSets {
		fmt.Fprintf(b, "    - dnsName: '%s'\n      recordType: %s\n      recordTTL: %d\n      targets:\n", set.name(), rrset.Type, rrset.TTL)
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "        - '%s'\n", quotedText(rrset.Type, value))
		}
	}
}

// objectName is a name that Kubernetes takes: letters, digits and hyphens, at most 253
// of them, with a letter at both ends (RFC 1123, as Kubernetes reads it).
func objectName(set *RecordSet) string {
	const most = 253
	suffix := ""
	for _, rrset := range set.RRSets {
		suffix += "-" + strings.ToLower(rrset.Type)
	}
	name := "drtxt-" + strings.NewReplacer(".", "-", "_", "-").Replace(set.name())
	return name[:min(len(name), most-len(suffix))] + suffix
}
