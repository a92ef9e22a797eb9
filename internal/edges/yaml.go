package edges

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/plainyaml"
)

// MaxInventory is the most that an inventory in YAML may have, in bytes: 10,000 edges take
// a fourth of it.
const MaxInventory = 4 << 20

// What an inventory in YAML is refused for, beside what an export is.
var (
	ErrText    = &apiexport.Kind{Says: "DETAIL", Way: "save the file as plain text in UTF-8"}
	ErrSyntax  = &apiexport.Kind{Says: "it is not YAML: what stands there is out of place", Way: "see the indentation (blanks, no tabs), the quotes and the brackets up to there; no value may begin with *, &, !, % or @ unless it stands between quotes"}
	ErrFeature = &apiexport.Kind{Says: "there is DETAIL, which is not read", Way: "write the value out, in plain"}
	ErrUnknown = &apiexport.Kind{Says: "the key DETAIL is not known", Way: ""} // the hint lists the keys
	ErrMissing = &apiexport.Kind{Says: "the key DETAIL is missing", Way: wayOut}
	ErrValue   = &apiexport.Kind{Says: "DETAIL", Way: wayOut}
)

const wayOut = "the top key is groups: a list of groups, each with name, disaster-recovery (true or false) and edges, a list of edges, each with name and addresses"

// The keys of an inventory.
const (
	groupsKey     = "groups"
	nameKey       = "name"
	designatedKey = "disaster-recovery"
	enabledKey    = "enabled"
	edgesKey      = "edges"
	addressesKey  = "addresses"
)

// readYAML reads an inventory of our own.
func readYAML(page apiexport.Page) (*Inventory, error) {
	text, err := apiexport.PlainText(page)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxInventory {
		return nil, &apiexport.Error{Page: page.Name, Kind: apiexport.ErrTooLarge, Detail: fmt.Sprintf("an inventory in YAML has %d MiB at most", MaxInventory>>20)}
	}
	y := &yamlReader{page: page.Name}
	root, err := y.root(text)
	if err != nil {
		return nil, err
	}
	top, err := y.mapping(root, "the inventory", groupsKey)
	if err != nil {
		return nil, err
	}
	groups, err := y.list(root, top, groupsKey)
	if err != nil {
		return nil, err
	}
	return y.inventory(groups)
}

type yamlReader struct{ page string }

// fail makes an error about what stands at a node.
func (y *yamlReader) fail(at *yaml.Node, kind *apiexport.Kind, detail string) *apiexport.Error {
	return &apiexport.Error{Page: y.page, Where: position(at.Line, at.Column), Kind: kind, Detail: detail}
}

// position is a place as errors name it.
func position(line, column int) string { return fmt.Sprintf("line %d, column %d", line, column) }

// root is what the one document holds.
func (y *yamlReader) root(text []byte) (*yaml.Node, error) {
	if err := plainyaml.CheckText(text); err != nil {
		return nil, y.refused(err)
	}
	root, err := plainyaml.Load(text)
	switch {
	case err != nil:
		return nil, y.refused(err)
	case root == nil:
		return nil, &apiexport.Error{Page: y.page, Kind: ErrMissing, Detail: strconv.Quote(groupsKey)}
	}
	return root, nil
}

// kinds are ours for what cannot be read as plain YAML.
var kinds = map[error]*apiexport.Kind{
	plainyaml.ErrText: ErrText, plainyaml.ErrSyntax: ErrSyntax, plainyaml.ErrDocuments: ErrFeature, plainyaml.ErrFeature: ErrFeature,
}

// refused words a refusal of the YAML as those of this package are. The library's own words,
// and the name of an anchor, quote what stands there, so they are left out.
func (y *yamlReader) refused(err error) error {
	fault, ok := errors.AsType[*plainyaml.Error](err)
	if !ok {
		return err
	}
	refusal := &apiexport.Error{Page: y.page, Kind: kinds[fault.Class], Detail: fault.Detail, Way: fault.Hint}
	if fault.Line > 0 {
		refusal.Where = position(fault.Line, fault.Column)
	}
	if fault.Class == plainyaml.ErrDocuments {
		refusal.Detail = "a second document"
	}
	return refusal
}

// mapping returns the values of a mapping that may have these keys and no other.
func (y *yamlReader) mapping(node *yaml.Node, what string, known ...string) (map[string]*yaml.Node, error) {
	if node.Kind != yaml.MappingNode {
		return nil, y.fail(node, ErrValue, what+" must be a mapping of "+strings.Join(known, ", "))
	}
	values := map[string]*yaml.Node{}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, y.fail(key, ErrValue, "a key must be one of "+strings.Join(known, ", "))
		case !slices.Contains(known, key.Value):
			refusal := y.fail(key, ErrUnknown, quoted(key.Value))
			refusal.Way = "the keys of " + what + " are " + strings.Join(known, ", ")
			return nil, refusal
		case values[key.Value] != nil:
			return nil, y.fail(key, apiexport.ErrDuplicate, "the key "+strconv.Quote(key.Value)+" stands there twice")
		}
		values[key.Value] = value
	}
	return values, nil
}

// value is that of a key which has to be there.
func (y *yamlReader) value(parent *yaml.Node, values map[string]*yaml.Node, key string) (*yaml.Node, error) {
	value := values[key]
	if value == nil {
		return nil, y.fail(parent, ErrMissing, strconv.Quote(key))
	}
	return value, nil
}

// list returns the elements of a list that has to be there, and may be empty: [].
func (y *yamlReader) list(parent *yaml.Node, values map[string]*yaml.Node, key string) ([]*yaml.Node, error) {
	value, err := y.value(parent, values, key)
	if err != nil {
		return nil, err
	}
	if value.Kind != yaml.SequenceNode {
		return nil, y.fail(value, ErrValue, "the key "+strconv.Quote(key)+" must be a list")
	}
	return value.Content, nil
}

// text returns a text on one line that is not empty.
func (y *yamlReader) text(node *yaml.Node, what string) (string, error) {
	switch {
	case node.Kind != yaml.ScalarNode || node.Tag != "!!str":
		return "", y.fail(node, ErrValue, what+" must be a text; one that looks like a number or a truth value has to stand between quotes")
	case strings.TrimSpace(node.Value) == "":
		return "", y.fail(node, ErrValue, what+" is empty")
	case strings.ContainsFunc(node.Value, unicode.IsControl):
		return "", y.fail(node, ErrValue, what+" must be on one line, without control characters")
	}
	return node.Value, nil
}

// choice returns a truth value, absent where the key is.
func (y *yamlReader) choice(values map[string]*yaml.Node, key string) (apiexport.Choice, error) {
	node := values[key]
	switch {
	case node == nil:
		return apiexport.Absent, nil
	case node.Kind != yaml.ScalarNode || node.Tag != "!!bool":
		return apiexport.Absent, y.fail(node, ErrValue, "the key "+strconv.Quote(key)+" must be true or false")
	case strings.EqualFold(node.Value, "true"):
		return apiexport.Yes, nil
	}
	return apiexport.No, nil
}

// inventory reads the groups. Names are what findings and tables speak of, so each stands
// there once.
func (y *yamlReader) inventory(groups []*yaml.Node) (*Inventory, error) {
	inventory := &Inventory{Origin: YAML, Complete: true}
	names, edgeNames := map[string]*yaml.Node{}, map[string]*yaml.Node{}
	for _, node := range groups {
		group, err := y.group(node, names, edgeNames)
		if err != nil {
			return nil, err
		}
		inventory.Groups = append(inventory.Groups, group)
	}
	return inventory, nil
}

func (y *yamlReader) group(node *yaml.Node, names, edgeNames map[string]*yaml.Node) (Group, error) {
	values, err := y.mapping(node, "a group", nameKey, designatedKey, enabledKey, edgesKey)
	if err != nil {
		return Group{}, err
	}
	group := Group{Page: y.page}
	if group.Name, err = y.name(node, values, "group", names); err != nil {
		return Group{}, err
	}
	if _, err := y.value(node, values, designatedKey); err != nil {
		return Group{}, err
	}
	if group.Designated, err = y.choice(values, designatedKey); err != nil {
		return Group{}, err
	}
	if group.Enabled, err = y.enabled(values); err != nil {
		return Group{}, err
	}
	edges, err := y.list(node, values, edgesKey)
	if err != nil {
		return Group{}, err
	}
	for _, node := range edges {
		edge, err := y.edge(node, edgeNames)
		if err != nil {
			return Group{}, err
		}
		group.Edges = append(group.Edges, edge)
	}
	return group, nil
}

func (y *yamlReader) edge(node *yaml.Node, names map[string]*yaml.Node) (Edge, error) {
	values, err := y.mapping(node, "an edge", nameKey, addressesKey, enabledKey)
	if err != nil {
		return Edge{}, err
	}
	var edge Edge
	if edge.Name, err = y.name(node, values, "edge", names); err != nil {
		return Edge{}, err
	}
	if edge.Enabled, err = y.enabled(values); err != nil {
		return Edge{}, err
	}
	addresses, err := y.list(node, values, addressesKey)
	if err != nil {
		return Edge{}, err
	}
	for _, node := range addresses {
		address, err := y.address(node)
		if err != nil {
			return Edge{}, err
		}
		edge.Publish = append(edge.Publish, address)
	}
	return edge, nil
}

// address returns an entry of a list of addresses, which holds one: the list is there for
// several.
func (y *yamlReader) address(node *yaml.Node) (string, error) {
	text, err := y.text(node, "an address")
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }) {
		refusal := y.fail(node, ErrValue, "an address must stand alone, without commas and blanks")
		refusal.Way = "write several as elements of the list: addresses: [203.0.113.10, 203.0.113.11]"
		return "", refusal
	}
	return text, nil
}

// enabled is yes unless the inventory says otherwise.
func (y *yamlReader) enabled(values map[string]*yaml.Node) (apiexport.Choice, error) {
	choice, err := y.choice(values, enabledKey)
	if choice == apiexport.Absent {
		choice = apiexport.Yes
	}
	return choice, err
}

// name returns the name of a group or an edge, which no other may have.
func (y *yamlReader) name(node *yaml.Node, values map[string]*yaml.Node, what string, seen map[string]*yaml.Node) (string, error) {
	value, err := y.value(node, values, nameKey)
	if err != nil {
		return "", err
	}
	name, err := y.text(value, "the name of a "+what)
	if err != nil {
		return "", err
	}
	if first := seen[name]; first != nil {
		return "", y.fail(value, apiexport.ErrDuplicate, fmt.Sprintf("the %s %s stands there twice, first at %s", what, quoted(name), position(first.Line, first.Column)))
	}
	seen[name] = value
	return name, nil
}
