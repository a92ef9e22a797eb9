package edges_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
)

// secret stands where no error may quote what stands there.
const secret = "TEST-ONLY-SECRET"

const inventoryText = `# Which edges serve in disaster recovery.
groups:
  - name: Frankfurt
    disaster-recovery: true
    edges:
      - name: pse-fra-1
        addresses: [203.0.113.10, "2001:db8::10"]
      - name: pse-fra-2
        addresses:
          - 203.0.113.11
        enabled: false
  - name: Office
    disaster-recovery: false
    enabled: false
    edges: []
`

func readText(text string) (*edges.Inventory, error) {
	return edges.Read([]apiexport.Page{{Name: "edges.yaml", Data: []byte(text)}})
}

func TestReadYAML(t *testing.T) {
	t.Parallel()
	want := &edges.Inventory{Origin: edges.YAML, Complete: true, Groups: []edges.Group{
		{Name: "Frankfurt", Designated: apiexport.Yes, Enabled: apiexport.Yes, Page: "edges.yaml", Edges: []edges.Edge{
			{Name: "pse-fra-1", Enabled: apiexport.Yes, Publish: []string{"203.0.113.10", "2001:db8::10"}},
			{Name: "pse-fra-2", Enabled: apiexport.No, Publish: []string{"203.0.113.11"}},
		}},
		{Name: "Office", Designated: apiexport.No, Enabled: apiexport.No, Page: "edges.yaml"},
	}}
	for name, text := range map[string]string{"as it is": inventoryText, "with CR LF": strings.ReplaceAll(inventoryText, "\n", "\r\n"),
		"with a byte order mark": "\ufeff" + inventoryText, "as a document": "---\n" + inventoryText,
		"with a comma in the first line": "# Edges, and where they are.\n" + inventoryText} {
		got, err := readText(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Commas in the first line alone make no table of it.
func TestReadYAMLOnOneLine(t *testing.T) {
	t.Parallel()
	inventory, err := readText("groups: [{name: a, disaster-recovery: true, edges: []}]\n")
	if err != nil || len(inventory.Groups) != 1 || inventory.Groups[0].Designated != apiexport.Yes {
		t.Errorf("%+v, %v", inventory, err)
	}
}

func TestSelectFromYAML(t *testing.T) {
	t.Parallel()
	inventory, err := readText(inventoryText)
	if err != nil {
		t.Fatal(err)
	}
	edge := inventory.Select(edges.BothFamilies).Groups[0].Edges[0]
	if len(edge.Addresses) != 2 || edge.Addresses[0].From != edges.FromInventory || edge.Why != "designated, with 2 addresses" {
		t.Errorf("%+v", edge)
	}
}

func TestReadYAMLRefuses(t *testing.T) {
	t.Parallel()
	const (
		before = "groups:\n- name: a\n  disaster-recovery: true\n  edges:\n  - name: b\n    addresses: "
		group  = "groups:\n- name: a\n  disaster-recovery: "
	)
	for _, c := range []struct {
		name, text  string
		kind        *apiexport.Kind
		where, says string
	}{
		{"nothing but a comment", "# groups\n", edges.ErrMissing, "", `"groups"`},
		{"null", "---\n", edges.ErrValue, "", "mapping"},
		{"no mapping", "- a\n- b\n", edges.ErrValue, "line 1, column 1", "mapping"},
		{"a word", "nonsense\n", edges.ErrValue, "line 1, column 1", "mapping"},
		{"another key", "group: []\n", edges.ErrUnknown, "line 1, column 1", `"group"`},
		{"a key twice", "groups: []\ngroups: []\n", apiexport.ErrDuplicate, "line 2, column 1", `"groups"`},
		{"no list", "groups: {}\n", edges.ErrValue, "line 1, column 9", "a list"},
		{"a list without a value", "groups:\n", edges.ErrValue, "line 1", "a list"},
		{"a second document", "groups: []\n---\ngroups: []\n", edges.ErrFeature, "line 2", "second document"},
		{"a tab", "groups:\n\t- name: a\n", edges.ErrSyntax, "line 2", ""},
		{"a quote that stays open", "groups: [\"a\n", edges.ErrSyntax, "line", ""},
		{"an anchor", "groups: &a []\n", edges.ErrFeature, "line 1, column 9", "anchor"},
		{"an alias", "groups:\n- name: &a b\n- name: *a\n", edges.ErrFeature, "line 2", "anchor"},
		{"an alias of nothing", "groups: *" + secret + "\n", edges.ErrSyntax, "line 1", "begin with *"},
		{"a tag handle of nothing", "groups: !" + secret + "!x []\n", edges.ErrSyntax, "line 1", ""},
		{"a directive of nothing", "%" + secret + " a\n---\ngroups: []\n", edges.ErrSyntax, "line 1", ""},
		{"a tag", "groups: !!seq []\n", edges.ErrFeature, "line 1, column 9", "tag"},
		{"a merge key", "groups:\n- <<: {name: a}\n", edges.ErrFeature, "line 2, column 3", "merge"},
		{"a group that is a text", "groups: [Frankfurt]\n", edges.ErrValue, "line 1, column 10", "a group must be"},
		{"no name", "groups:\n- disaster-recovery: true\n  edges: []\n", edges.ErrMissing, "line 2, column 3", `"name"`},
		{"an empty name", "groups:\n- name: ' '\n", edges.ErrValue, "line 2, column 9", "empty"},
		{"a name without a value", "groups:\n- name:\n", edges.ErrValue, "line 2", "a text"},
		{"a number as a name", "groups:\n- name: 12\n", edges.ErrValue, "line 2, column 9", "quotes"},
		{"a name on two lines", "groups:\n- name: \"a\\nb\"\n", edges.ErrValue, "line 2, column 9", "one line"},
		{"no designation", "groups:\n- name: a\n  edges: []\n", edges.ErrMissing, "line 2, column 3", `"disaster-recovery"`},
		{"a designation that is a word", group + "yes\n  edges: []\n", edges.ErrValue, "line 3, column 22", "true or false"},
		{"a designation in quotes", group + "\"true\"\n  edges: []\n", edges.ErrValue, "line 3, column 22", "true or false"},
		{"a designation that is a number", group + "1\n  edges: []\n", edges.ErrValue, "line 3, column 22", "true or false"},
		{"a designation without a value", group + "\n  edges: []\n", edges.ErrValue, "line 3", "true or false"},
		{"the vendor's word", "groups:\n- name: a\n  useInDrMode: true\n", edges.ErrUnknown, "line 3, column 3", "disaster-recovery"},
		{"no edges", group + "true\n", edges.ErrMissing, "line 2, column 3", `"edges"`},
		{"an enabled that is a word", group + "true\n  enabled: on\n  edges: []\n", edges.ErrValue, "line 4, column 12", "true or false"},
		{"an address alone", before + "203.0.113.10\n", edges.ErrValue, "line 6, column 16", "a list"},
		{"no addresses", strings.TrimSuffix(before, "\n    addresses: ") + "\n", edges.ErrMissing, "line 5, column 5", `"addresses"`},
		{"an address that is a number", before + "[203.0]\n", edges.ErrValue, "line 6, column 17", "quotes"},
		{"an empty address", before + "['']\n", edges.ErrValue, "line 6, column 17", "empty"},
		{"several addresses in one text", before + "[\"8.8.8.8,8.8.4.4\"]\n", edges.ErrValue, "line 6, column 17", "elements of the list"},
		{"several addresses with a blank between", before + "[8.8.8.8 8.8.4.4]\n", edges.ErrValue, "line 6, column 17", "elements of the list"},
		{"an address with a comma behind", before + "['8.8.8.8;']\n", edges.ErrValue, "line 6, column 17", "without commas"},
		{"an address that is a list", before + "[[203.0.113.10]]\n", edges.ErrValue, "line 6, column 17", "a text"},
		{"an unknown key at an edge", before + "[]\n    address: 203.0.113.10\n", edges.ErrUnknown, "line 7, column 5", "name, addresses, enabled"},
		{"a group twice", "groups:\n- {name: a, disaster-recovery: true, edges: []}\n- {name: a, disaster-recovery: true, edges: []}\n", apiexport.ErrDuplicate, "line 3, column 10", "line 2, column 10"},
		{"an edge twice", before + "[]\n  - {name: b, addresses: []}\n", apiexport.ErrDuplicate, "line 7, column 12", "line 5, column 11"},
		{"an edge in two groups", before + "[]\n- name: c\n  disaster-recovery: false\n  edges:\n  - {name: b, addresses: []}\n", apiexport.ErrDuplicate, "line 10, column 12", "line 5, column 11"},
		{"a NUL", "groups: []\x00\n", edges.ErrText, "line 1, column 11", "NUL"},
		{"an escape character", "groups:\n- name: a\x1b[31m\n", edges.ErrText, "line 2, column 10", "U+001B"},
		{"Latin-1", "groups:\n- name: M\xfcnchen\n", edges.ErrText, "line 2, column 10", "0xFC"},
		{"a line that hides in a comment", "groups: [] # old\rgroups: []\n", edges.ErrText, "line 1, column 17", "CR alone"},
		{"a character that YAML has none of", "groups: [\ufffe]\n", edges.ErrText, "line 1, column 10", "no character"},
		{"UTF-16", "\xff\xfeg\x00r\x00", apiexport.ErrUTF16, "", "UTF-8"},
		{"HTML", "<html>\n", apiexport.ErrNotJSON, "", "HTML"},
		{"CSV", "name,address\npse-fra-1,203.0.113.10\n", apiexport.ErrNotJSON, "", "CSV"},
		{"nothing", "", apiexport.ErrEmpty, "", "empty"},
		{"too much", "groups: []\n" + strings.Repeat("#", edges.MaxInventory), apiexport.ErrTooLarge, "", "4 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := readText(c.text)
			refusal, ok := errors.AsType[*apiexport.Error](err)
			if !ok || !errors.Is(err, c.kind) {
				t.Fatalf("%v, want %v", err, c.kind)
			}
			if !strings.HasPrefix(refusal.Where, c.where) || refusal.Page != "edges.yaml" {
				t.Errorf("the place is %q of %q, want %q", refusal.Where, refusal.Page, c.where)
			}
			if whole := refusal.Error() + "\n" + refusal.Hint(); !strings.Contains(whole, c.says) || refusal.Hint() == "" || strings.Contains(whole, "DETAIL") || strings.Contains(whole, secret) || strings.Contains(whole, "line 0") {
				t.Errorf("%q does not say %q", whole, c.says)
			}
		})
	}
}

// An inventory of our own stands alone.
func TestReadRefusesSeveralInventories(t *testing.T) {
	t.Parallel()
	one, other := apiexport.Page{Name: "a.yaml", Data: []byte(inventoryText)}, apiexport.Page{Name: "b.yaml", Data: []byte("groups: []\n")}
	export := apiexport.Page{Name: "c.json", Data: []byte(`[{"serviceEdges":[]}]`)}
	for _, pages := range [][]apiexport.Page{{one, other}, {one, export}, {export, one}} {
		if _, err := edges.Read(pages); !errors.Is(err, apiexport.ErrShape) {
			t.Errorf("%s and %s: %v", pages[0].Name, pages[1].Name, err)
		}
	}
	if _, err := edges.Read(nil); !errors.Is(err, apiexport.ErrEmpty) {
		t.Errorf("no file at all: %v", err)
	}
}
