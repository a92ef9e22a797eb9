package export_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// A resource is a block of Terraform's with its attributes evaluated: texts, numbers
// and truth values as [fmt.Sprint] has them, lists of texts.
type resource struct {
	kind  string
	texts map[string]string
	lists map[string][]string
	// blocks are the attributes of the blocks inside, by type.
	blocks map[string][]map[string]string
}

// resourcesOf evaluates a file as Terraform reads it: without variables, so that
// nothing in it can be an expression. It has to be formatted as `terraform fmt` does.
func resourcesOf(data []byte) ([]resource, error) {
	if formatted := hclwrite.Format(data); !bytes.Equal(formatted, data) {
		return nil, fmt.Errorf("formatted it is\n%s", formatted)
	}
	file, diagnostics := hclsyntax.ParseConfig(data, "x.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	body := file.Body.(*hclsyntax.Body)
	if len(body.Attributes) > 0 {
		return nil, fmt.Errorf("attributes outside of resources")
	}
	var found []resource
	labels := map[string]bool{}
	for _, block := range body.Blocks {
		if block.Type != "resource" || len(block.Labels) != 2 || !hclsyntax.ValidIdentifier(block.Labels[1]) || labels[block.Labels[1]] {
			return nil, fmt.Errorf("block %s %q", block.Type, block.Labels)
		}
		labels[block.Labels[1]] = true
		r := resource{kind: block.Labels[0], blocks: map[string][]map[string]string{}}
		var err error
		if r.texts, r.lists, err = attributes(block.Body); err != nil {
			return nil, err
		}
		for _, inner := range block.Body.Blocks {
			texts, _, err := attributes(inner.Body)
			if err != nil {
				return nil, err
			}
			r.blocks[inner.Type] = append(r.blocks[inner.Type], texts)
		}
		found = append(found, r)
	}
	return found, nil
}

func attributes(body *hclsyntax.Body) (texts map[string]string, lists map[string][]string, err error) {
	texts, lists = map[string]string{}, map[string][]string{}
	for name, attribute := range body.Attributes {
		value, diagnostics := attribute.Expr.Value(nil)
		if diagnostics.HasErrors() {
			return nil, nil, diagnostics
		}
		switch {
		case value.Type() == cty.String:
			texts[name] = value.AsString()
		case value.Type() == cty.Number:
			texts[name] = value.AsBigFloat().Text('f', -1)
		case value.Type() == cty.Bool:
			texts[name] = fmt.Sprint(value.True())
		default:
			for _, element := range value.AsValueSlice() {
				lists[name] = append(lists[name], element.AsString())
			}
		}
	}
	return texts, lists, nil
}

// with are the attributes of a resource that are not the same everywhere.
func with(common map[string]string, more ...string) map[string]string {
	all := maps.Clone(common)
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// readTerraform reads one resource an RRset, which has to be just as the records want it.
func readTerraform(data []byte, set *export.RecordSet, read func(resource, *txtrecord.RRSet) ([]string, map[string]string, error)) ([]txtrecord.RRSet, error) {
	resources, err := resourcesOf(data)
	if err != nil {
		return nil, err
	}
	if err := equal("the number of resources", len(resources), len(set.RRSets)); err != nil {
		return nil, err
	}
	var sets []txtrecord.RRSet
	for i, r := range resources {
		values, want, err := read(r, &set.RRSets[i])
		if err != nil {
			return nil, err
		}
		if err := equal("the list of attributes", r.texts, want); err != nil {
			return nil, err
		}
		rrset := set.RRSets[i]
		rrset.Values = values
		sets = append(sets, rrset)
	}
	return sets, nil
}

func readTerraformAWS(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	return readTerraform(data, set, func(r resource, rrset *txtrecord.RRSet) ([]string, map[string]string, error) {
		return r.lists["records"], map[string]string{
			"zone_id": placeholder(set.Target.ZoneID, "ZONE_ID"), "name": rrset.Name[:len(rrset.Name)-1], "type": rrset.Type, "ttl": fmt.Sprint(rrset.TTL),
		}, equal("the resource", r.kind, "aws_route53_record")
	})
}

func readTerraformGoogle(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	return readTerraform(data, set, func(r resource, rrset *txtrecord.RRSet) ([]string, map[string]string, error) {
		values, err := unquoteAll(rrset.Type, r.lists["rrdatas"])
		if err == nil {
			err = equal("the resource", r.kind, "google_dns_record_set")
		}
		return values, map[string]string{
			"project": placeholder(set.Target.Project, "PROJECT_ID"), "managed_zone": placeholder(set.Target.ManagedZone, "MANAGED_ZONE"),
			"name": rrset.Name, "type": rrset.Type, "ttl": fmt.Sprint(rrset.TTL),
		}, err
	})
}

func readTerraformAzureRM(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	return readTerraform(data, set, func(r resource, rrset *txtrecord.RRSet) ([]string, map[string]string, error) {
		values := r.lists["records"]
		for _, record := range r.blocks["record"] {
			if err := equal("a record block", slices.Collect(maps.Keys(record)), []string{"value"}); err != nil {
				return nil, nil, err
			}
			values = append(values, record["value"])
		}
		name, err := absolute(r.texts["name"], r.texts["zone_name"])
		if err == nil {
			err = equal("the name", name, rrset.Name)
		}
		if err == nil {
			kinds := map[string]string{"TXT": "azurerm_dns_txt_record", "A": "azurerm_dns_a_record", "AAAA": "azurerm_dns_aaaa_record"}
			err = equal("the resource", r.kind, kinds[rrset.Type])
		}
		if err == nil && rrset.Type == "TXT" {
			err = equal("the number of record blocks", len(r.blocks["record"]), len(values))
		}
		return values, map[string]string{
			"resource_group_name": placeholder(set.Target.ResourceGroup, "RESOURCE_GROUP"), "zone_name": set.Zone, "name": r.texts["name"], "ttl": fmt.Sprint(rrset.TTL),
		}, err
	})
}

func readTerraformCloudflare(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	resources, err := resourcesOf(data)
	if err != nil {
		return nil, err
	}
	var c collector
	for _, r := range resources {
		recordType := r.texts["type"]
		name, err := withDot(r.texts["name"])
		if err != nil {
			return nil, err
		}
		var ttl uint32
		if _, err := fmt.Sscan(r.texts["ttl"], &ttl); err != nil {
			return nil, err
		}
		want := map[string]string{
			"zone_id": placeholder(set.Target.ZoneID, "ZONE_ID"), "name": r.texts["name"], "type": recordType,
			"ttl": r.texts["ttl"], "content": r.texts["content"],
		}
		if recordType != "TXT" {
			want = with(want, "proxied", "false")
		}
		if err := equal("the list of attributes", r.texts, want); err != nil {
			return nil, err
		}
		value, err := unquote(recordType, r.texts["content"])
		if err == nil {
			err = equal("the resource", r.kind, "cloudflare_dns_record")
		}
		if err == nil {
			err = c.add(name, recordType, ttl, value)
		}
		if err != nil {
			return nil, err
		}
	}
	return c.sets, nil
}
