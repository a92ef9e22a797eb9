package export_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// readYAML reads the one document of a file.
func readYAML(data []byte) (*yaml.Node, error) {
	var document, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, fmt.Errorf("there is a second document")
	}
	return document.Content[0], nil
}

// keysOf checks that a mapping has exactly these keys, in this order.
func keysOf(node *yaml.Node, want ...string) (map[string]*yaml.Node, error) {
	if node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("no mapping: %v", node)
	}
	values, keys := map[string]*yaml.Node{}, []string{}
	for i := 0; i < len(node.Content); i += 2 {
		keys = append(keys, node.Content[i].Value)
		values[node.Content[i].Value] = node.Content[i+1]
	}
	return values, equal("the list of keys", keys, want)
}

// text is a scalar that no version of YAML reads as anything but text, and in which
// nothing is escaped.
func text(node *yaml.Node) (string, error) {
	if node.Kind != yaml.ScalarNode || node.Style != yaml.SingleQuotedStyle || node.Tag != "!!str" {
		return "", fmt.Errorf("not between single quotes: %q", node.Value)
	}
	return node.Value, nil
}

func number(node *yaml.Node) (uint32, error) {
	if node.Tag != "!!int" {
		return 0, fmt.Errorf("no number: %q", node.Value)
	}
	n, err := strconv.ParseUint(node.Value, 10, 32)
	return uint32(n), err
}

// readOctoDNS reads a zone as octoDNS does, which wants the keys of every mapping in
// order and, in version 1, a backslash before each semicolon of a TXT value.
func readOctoDNS(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	root, err := readYAML(data)
	if err != nil {
		return nil, err
	}
	if len(root.Content) != 2 {
		return nil, fmt.Errorf("%d names", len(root.Content)/2)
	}
	label, err := text(root.Content[0])
	if err != nil {
		return nil, err
	}
	name := set.Zone + "."
	if label != "" {
		if name, err = absolute(label, set.Zone); err != nil {
			return nil, err
		}
	}
	var c collector
	for _, item := range root.Content[1].Content {
		keys, err := keysOf(item, "ttl", "type", "values")
		if err != nil {
			return nil, err
		}
		ttl, err := number(keys["ttl"])
		if err != nil {
			return nil, err
		}
		for _, node := range keys["values"].Content {
			value, err := text(node)
			if err == nil {
				value, err = withoutEscapes(value, set.Target.PlainSemicolons)
			}
			if err == nil {
				err = c.add(name, keys["type"].Value, ttl, value)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return c.sets, nil
}

var bareSemicolon = regexp.MustCompile(`(^|[^\\]);`)

// withoutEscapes reads a value as octoDNS does, which makes several strings of one of more
// than 255 bytes, the backslashes among them.
func withoutEscapes(value string, plain bool) (string, error) {
	if len(value) > 255 {
		return "", fmt.Errorf("several strings of %s", value)
	}
	if plain && strings.Contains(value, `\`) || !plain && bareSemicolon.MatchString(value) {
		return "", fmt.Errorf("semicolons of %s", value)
	}
	return strings.ReplaceAll(value, `\;`, ";"), nil
}

// objectNames are those that Kubernetes takes (RFC 1123 subdomains).
var objectNames = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func readExternalDNS(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	root, err := readYAML(data)
	if err != nil {
		return nil, err
	}
	keys, err := keysOf(root, "apiVersion", "kind", "metadata", "spec")
	if err != nil {
		return nil, err
	}
	if err := equal("the kind", keys["apiVersion"].Value+" "+keys["kind"].Value, "externaldns.k8s.io/v1alpha1 DNSEndpoint"); err != nil {
		return nil, err
	}
	metadata, err := keysOf(keys["metadata"], "name")
	if err != nil {
		return nil, err
	}
	object, err := text(metadata["name"])
	if err != nil || len(object) > 253 || !objectNames.MatchString(object) {
		return nil, fmt.Errorf("the object's name %q: %v", object, err)
	}
	spec, err := keysOf(keys["spec"], "endpoints")
	if err != nil {
		return nil, err
	}
	var c collector
	for _, endpoint := range spec["endpoints"].Content {
		if err := c.addEndpoint(endpoint); err != nil {
			return nil, err
		}
	}
	return c.sets, nil
}

// No two sets of different names or types are one object, which would replace the other.
func TestExternalDNSObjects(t *testing.T) {
	long := strings.Repeat("a123456789.", 21)
	seen := map[string]string{}
	for _, name := range []string{
		"dr-a.example.com", "dr.a.example.com", "dr_a.example.com", "dr.a_example.com", "dr--a.example.com", "dr-a-example.com", "_dr.example.com", "dr_.example.com",
		"dr.example.com", "a.dr.example.com", "aaaa.dr.example.com", "aaaa-dr.example.com", "dr.example.com-a", "dr.example.com-aaaa", "dr.example.com_",
		long + "a.example.com", long + "b.example.com", long + "a.example.net",
	} {
		for _, types := range []string{"TXT", "A", "AAAA", "A AAAA", "TXT A AAAA"} {
			set := &export.RecordSet{Schema: export.Schema}
			for _, recordType := range strings.Fields(types) {
				value := map[string]string{"TXT": "v=1", "A": "192.0.2.1", "AAAA": "2001:db8::1"}[recordType]
				set.RRSets = append(set.RRSets, txtrecord.RRSet{Name: name + ".", Type: recordType, TTL: 60, Values: []string{value}})
			}
			f := form{lookup(t, "externaldns"), ""}
			data := f.written(t, set)
			if err := f.readBack(data, set); err != nil {
				t.Error(err)
			}
			object := regexp.MustCompile(`(?m)^  name: '(.*)'$`).FindStringSubmatch(string(data))[1]
			if other := seen[object]; other != "" {
				t.Errorf("%s %s and %s are one object, %s", name, types, other, object)
			}
			seen[object] = name + " " + types
		}
	}
}

func (c *collector) addEndpoint(endpoint *yaml.Node) error {
	keys, err := keysOf(endpoint, "dnsName", "recordType", "recordTTL", "targets")
	if err != nil {
		return err
	}
	name, err := text(keys["dnsName"])
	if err != nil {
		return err
	}
	if name, err = withDot(name); err != nil {
		return err
	}
	ttl, err := number(keys["recordTTL"])
	if err != nil {
		return err
	}
	for _, node := range keys["targets"].Content {
		target, err := text(node)
		if err == nil {
			target, err = unquote(keys["recordType"].Value, target)
		}
		if err == nil {
			err = c.add(name, keys["recordType"].Value, ttl, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
