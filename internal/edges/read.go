package edges

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// ErrOldExport is what an export is refused for in which no group says whether it is
// designated.
var ErrOldExport = &apiexport.Kind{
	Says: "no group has the field useInDrMode: the export was made before the vendor had it, or the field was taken out, and nobody can tell which groups are designated",
	Way:  "export the list again, or write an inventory in YAML that says disaster-recovery: true or false for each group"}

// Read reads an inventory: the files of one export of the vendor's API, or one file of our
// own in YAML. Which of the two it is, the first character that is not blank tells: an
// export begins with a brace or a bracket. Errors are an [*apiexport.Error].
func Read(pages []apiexport.Page) (*Inventory, error) {
	written := 0
	for _, page := range pages {
		if apiexport.BeginsAsJSON(page.Data) {
			continue
		}
		if _, err := apiexport.PlainText(page); err != nil {
			return nil, err
		}
		if apiexport.IsTable(page) {
			return nil, apiexport.NotJSON(page)
		}
		if written++; len(pages) > 1 {
			return nil, &apiexport.Error{Page: page.Name, Kind: apiexport.ErrShape, Detail: "it is not JSON, as the pages of an export are",
				Way: "an inventory in YAML is one file, given alone"}
		}
	}
	if written == 0 {
		return readAPI(pages)
	}
	return readYAML(pages[0])
}

func readAPI(pages []apiexport.Page) (*Inventory, error) {
	list, err := apiexport.ReadList(pages, apiexport.ServiceEdgeGroup)
	if err != nil {
		return nil, err
	}
	inventory := &Inventory{Origin: API, Complete: list.Complete}
	groups, edges, told := places{}, places{}, false
	for _, item := range list.Items {
		group, err := readGroup(item, edges)
		if err != nil {
			return nil, err
		}
		if err := groups.addGroup(group, item.Object); err != nil {
			return nil, err
		}
		told = told || group.Designated != apiexport.Absent
		inventory.Groups = append(inventory.Groups, group)
	}
	if len(inventory.Groups) > 0 && !told {
		return nil, &apiexport.Error{Page: pages[0].Name, Kind: ErrOldExport}
	}
	return inventory, nil
}

// places are where ids were seen, and names of groups that have no id.
type places map[string]apiexport.Object

// addGroup refuses a group that was seen before. Where there is no id, its name says which
// it is.
func (p places) addGroup(group Group, o apiexport.Object) error {
	if group.ID != "" || group.Name == "" {
		return p.add(group.ID, "group", o)
	}
	const named = "name\x00" // no id begins so
	if first, ok := p[named+group.Name]; ok {
		return o.Refuse(apiexport.ErrDuplicate, "name", fmt.Sprintf("the group %s, which has no id, stands there twice, first at %s of %s", quoted(group.Name), first.Where(), strconv.Quote(first.Page())))
	}
	p[named+group.Name] = o
	return nil
}

// add refuses an id that was seen before.
func (p places) add(id, what string, o apiexport.Object) error {
	if id == "" {
		return nil
	}
	if first, ok := p[id]; ok {
		return o.Refuse(apiexport.ErrDuplicate, "id", fmt.Sprintf("the %s with the id %s stands there twice, first at %s of %s", what, quoted(id), first.Where(), strconv.Quote(first.Page())))
	}
	p[id] = o
	return nil
}

func readGroup(item apiexport.Item, seen places) (Group, error) {
	r := reader{Object: item.Object}
	group := Group{ID: r.text("id"), Name: r.text("name"), Designated: r.choice("useInDrMode"), Enabled: r.choice("enabled"), Page: item.Page}
	for _, object := range r.objects("serviceEdges") {
		edge, err := readEdge(object)
		if err != nil {
			return Group{}, err
		}
		if err := seen.add(edge.ID, "edge", object); err != nil {
			return Group{}, err
		}
		group.Edges = append(group.Edges, edge)
	}
	return group, r.err
}

func readEdge(object apiexport.Object) (Edge, error) {
	r := reader{Object: object}
	edge := Edge{ID: r.text("id"), Name: r.text("name"), Enabled: r.choice("enabled"), Public: r.address("publicIp")}
	var joined bool
	edge.Publish, edge.Joined = r.texts("publishIps")
	edge.Listen, joined = r.texts("listenIps")
	edge.Joined = edge.Joined || joined
	broker := reader{Object: r.object("privateBrokerVersion"), err: r.err}
	edge.BrokerPublic = broker.address("publicIp")
	return edge, broker.err
}

// A reader asks an object for its members, until the first error.
type reader struct {
	apiexport.Object
	err error
}

func (r *reader) text(name string) string {
	text, _, err := r.Object.Text(name)
	r.keep(err)
	return text
}

// address is a text without what stands around it, as one among texts is.
func (r *reader) address(name string) string { return strings.TrimSpace(r.text(name)) }

func (r *reader) choice(name string) apiexport.Choice {
	choice, err := r.Object.Choice(name)
	r.keep(err)
	return choice
}

func (r *reader) texts(name string) (texts []string, joined bool) {
	texts, joined, err := r.Object.Texts(name)
	r.keep(err)
	return texts, joined
}

func (r *reader) object(name string) apiexport.Object {
	object, _, err := r.Object.Object(name)
	r.keep(err)
	return object
}

func (r *reader) objects(name string) []apiexport.Object {
	objects, _, err := r.Object.Objects(name)
	r.keep(err)
	return objects
}

func (r *reader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}
