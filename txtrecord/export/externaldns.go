package export

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
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
		"Its Azure provider writes only the first target of a TXT set, half of a signed one: do not use it there.",
		"The double quotes inside the single ones belong to each TXT target.",
		"Its registry may put a TXT record of its own at the name: `--txt-prefix` moves it elsewhere.",
		"The object is named after the types and the name, so that no two replace each other.",
	},
	comment: "# ",
	proviso: "Where ExternalDNS made the set, it",
	apply:   func(*RecordSet) []string { return []string{"  kubectl apply -f FILE"} },
	notes: func(set *RecordSet) []string {
		notes := []string{
			"A set that ExternalDNS did not make stays as it is, and so does any set under a policy other than sync or upsert-only: take it out first.",
			fmt.Sprintf("ExternalDNS needs --source=crd and %s among its --managed-record-types.", set.types()),
		}
		if slices.Contains(set.typeList(), "TXT") {
			notes = append(notes, "Its Azure provider writes only the first target of a TXT set.")
		}
		return notes
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

// objectName is a name that Kubernetes takes: labels of letters, digits and hyphens, at
// most 253 bytes in all (RFC 1123, as Kubernetes reads it). Each name and list of types has
// its own. The types are a label by themselves; a name that has to be changed is told
// apart by a hash.
func objectName(set *RecordSet) string {
	const most = 253
	types := strings.ToLower(strings.Join(set.typeList(), "-"))
	name := set.name()
	object := "drtxt." + types + "." + name
	if len(object) <= most && !strings.Contains(name, "_") {
		return object
	}
	hash := sha256.Sum256([]byte(name))
	object = fmt.Sprintf("drtxt.%s-%x-%s", types, hash[:4], strings.NewReplacer(".", "-", "_", "-").Replace(name))
	return strings.TrimRight(object[:min(len(object), most)], "-")
}
