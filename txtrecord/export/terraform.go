package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

var terraformFormat = Format{
	Name:      "terraform",
	Summary:   "Terraform resources; --provider chooses",
	Extension: "tf",
	Flags:     []string{"provider"},
	Traps: []string{
		"The resource is named after the name and the type. Where your configuration manages the set under another name, change the values there instead.",
		"Several types are several changes, not one.",
	},
	comment:   "# ",
	Providers: []Format{terraformAWS, terraformCloudflare, terraformGoogle, terraformAzureRM},
}

var terraformAWS = Format{
	Name:    string(AWS),
	Summary: "aws_route53_record",
	Host:    "Route 53",
	Effect:  Replaces,
	Flags:   []string{"zone-id"},
	Traps: []string{
		"The provider adds the quotes to TXT values itself: ours would become part of the value.",
		"`allow_overwrite` is off, and should stay so.",
	},
	comment: "# ",
	proviso: onceImported,
	perType: true,
	apply:   terraformApply,
	notes:   terraformImport,
	write: terraformSets(func(b *bytes.Buffer, set *RecordSet, rrset *txtrecord.RRSet) {
		openResource(b, "aws_route53_record", resourceLabel(rrset))
		fmt.Fprintf(b, "  zone_id = %q\n  name    = %q\n  type    = %q\n  ttl     = %d\n", set.Target.zoneID().orPlaceholder(), set.name(), rrset.Type, rrset.TTL)
		writeList(b, "records", rrset.Values)
		b.WriteString("}\n")
	}),
}

var terraformCloudflare = Format{
	Name:    string(Cloudflare),
	Summary: "cloudflare_dns_record, of version 5",
	Host:    "Cloudflare",
	Effect:  PerRecord,
	TTL:     cloudflareTTL,
	plans:   true,
	Flags:   []string{"zone-id", "ttl-min"},
	Traps: []string{
		"One resource a record: Terraform changes them one by one and leaves records alone that it does not know, so that an old set can stand beside the new.",
		"Version 4 of the provider calls the resource cloudflare_record.",
		"The quotes inside TXT contents belong to them; addresses must not be proxied.",
	},
	comment: "# ",
	perType: true,
	apply:   terraformApply,
	notes: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("It changes record by record and is not atomic. %s records of %s that Terraform does not know stay: import them or take them out.", set.types(), set.name()),
		}
	},
	write: terraformSets(writeTerraformCloudflare),
}

var terraformGoogle = Format{
	Name:    string(Google),
	Summary: "google_dns_record_set",
	Host:    "Google Cloud DNS",
	Effect:  Replaces,
	Flags:   []string{"project", "managed-zone"},
	Traps:   []string{"The name ends with its dot, and each TXT value has its own quotes."},
	comment: "# ",
	proviso: onceImported,
	perType: true,
	apply:   terraformApply,
	notes:   terraformImport,
	write: terraformSets(func(b *bytes.Buffer, set *RecordSet, rrset *txtrecord.RRSet) {
		openResource(b, "google_dns_record_set", resourceLabel(rrset))
		fmt.Fprintf(b, "  project      = %q\n  managed_zone = %q\n", set.Target.project().orPlaceholder(), set.Target.managedZone().orPlaceholder())
		fmt.Fprintf(b, "  name         = %q\n  type         = %q\n  ttl          = %d\n", rrset.Name, rrset.Type, rrset.TTL)
		writeList(b, "rrdatas", quotedValues(rrset))
		b.WriteString("}\n")
	}),
}

var terraformAzureRM = Format{
	Name:    string(AzureRM),
	Summary: "azurerm_dns_txt_record and its like",
	Host:    "Azure DNS",
	Effect:  Replaces,
	TTL:     TTLRange{Least: 1},
	Flags:   []string{"zone", "resource-group"},
	Traps: []string{
		"The name is relative to the zone, `@` for the zone's own; values have no quotes of their own, and each TXT record is a `record` block.",
		"A TXT value has at most 254 bytes: the provider makes several strings of more.",
	},
	LongestText: 254,
	comment:     "# ",
	proviso:     onceImported,
	perType:     true,
	apply:       terraformApply,
	notes:       terraformImport,
	write:       terraformSets(writeTerraformAzureRM),
}

// onceImported is when a resource replaces a set that stood before it.
const onceImported = "Once imported, it"

func terraformApply(*RecordSet) []string {
	return []string{"Put FILE beside the configuration; then:", "  terraform plan", "  terraform apply"}
}

func terraformImport(*RecordSet) []string {
	return []string{"A set that stands already and that Terraform does not know makes the first apply fail: import it before."}
}

// terraformSets writes the resources of each RRset, with a blank line between.
func terraformSets(write func(*bytes.Buffer, *RecordSet, *txtrecord.RRSet)) func(*bytes.Buffer, *RecordSet) {
	return func(b *bytes.Buffer, set *RecordSet) {
		for i := range set.RRSets {
			if i > 0 {
				b.WriteString("\n")
			}
			write(b, set, &set.RRSets[i])
		}
	}
}

func openResource(b *bytes.Buffer, kind, label string) {
	fmt.Fprintf(b, "resource %q %q {\n", kind, label)
}

// resourceLabel is an identifier of HCL for an RRset.
func resourceLabel(rrset *txtrecord.RRSet) string {
	return "drtxt_" + strings.ReplaceAll(rrset.Name, ".", "_") + strings.ToLower(rrset.Type)
}

func writeList(b *bytes.Buffer, name string, values []string) {
	fmt.Fprintf(b, "  %s = [\n", name)
	for _, value := range values {
		fmt.Fprintf(b, "    %q,\n", value)
	}
	b.WriteString("  ]\n")
}

func writeTerraformCloudflare(b *bytes.Buffer, set *RecordSet, rrset *txtrecord.RRSet) {
	for i, value := range rrset.Values {
		if i > 0 {
			b.WriteString("\n")
		}
		openResource(b, "cloudflare_dns_record", fmt.Sprintf("%s_%d", resourceLabel(rrset), i+1))
		fmt.Fprintf(b, "  zone_id = %q\n  name    = %q\n  type    = %q\n  ttl     = %d\n", set.Target.zoneID().orPlaceholder(), set.name(), rrset.Type, rrset.TTL)
		fmt.Fprintf(b, "  content = %q\n", quotedText(rrset.Type, value))
		if rrset.Type != "TXT" {
			b.WriteString("  proxied = false\n")
		}
		b.WriteString("}\n")
	}
}

func writeTerraformAzureRM(b *bytes.Buffer, set *RecordSet, rrset *txtrecord.RRSet) {
	openResource(b, "azurerm_dns_"+strings.ToLower(rrset.Type)+"_record", resourceLabel(rrset))
	fmt.Fprintf(b, "  name                = %q\n  zone_name           = %q\n", set.relativeNameOrAt(), set.Zone)
	fmt.Fprintf(b, "  resource_group_name = %q\n  ttl                 = %d\n", set.Target.resourceGroup().orPlaceholder(), rrset.TTL)
	if rrset.Type == "TXT" {
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "\n  record {\n    value = %q\n  }\n", value)
		}
	} else {
		writeList(b, "records", rrset.Values)
	}
	b.WriteString("}\n")
}
