package edges_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
)

const fixtures = "../../testdata/vendor/serviceEdgeGroup"

// refusals are the errors by their names in testdata/vendor/README.md.
var refusals = map[string]*apiexport.Kind{
	"old-export": edges.ErrOldExport, "truncated": apiexport.ErrTruncated, "empty": apiexport.ErrEmpty, "partial": apiexport.ErrPartial,
	"shape": apiexport.ErrShape, "duplicate": apiexport.ErrDuplicate, "not-json": apiexport.ErrNotJSON, "endpoint": apiexport.ErrEndpoint,
	"utf-16": apiexport.ErrUTF16, "type": apiexport.ErrType,
}

// A row is what testdata/vendor/README.md expects of files.
type row struct {
	files              []string
	addresses, refusal string
	findings           []string
}

// rows reads the table.
func rows(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("../../testdata/vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## serviceEdgeGroup\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("there is no chapter about these files")
	}
	var all []row
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		if len(cells) != 4 {
			t.Fatalf("%q has %d cells", line, len(cells))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		var r row
		for file := range strings.FieldsSeq(cells[0]) {
			r.files = append(r.files, strings.Trim(file, "`"))
		}
		if r.addresses = cells[2]; strings.HasPrefix(r.addresses, "refused: ") {
			r.addresses, r.refusal = "", strings.TrimPrefix(r.addresses, "refused: ")
		}
		if cells[3] != "" {
			r.findings = strings.Split(cells[3], ", ")
		}
		all = append(all, r)
	}
	return all
}

func load(t testing.TB, files []string) []apiexport.Page {
	t.Helper()
	var pages []apiexport.Page
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(fixtures, file))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, apiexport.Page{Name: file, Data: data})
	}
	return pages
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	all := rows(t)
	if len(all) < 30 {
		t.Errorf("only %d rows were read", len(all))
	}
	covered := map[string]bool{}
	for _, r := range all {
		for _, file := range r.files {
			covered[file] = true
		}
		t.Run(strings.Join(r.files, "+"), func(t *testing.T) {
			t.Parallel()
			checkRow(t, r)
		})
	}
	entries, err := os.ReadDir(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !covered[entry.Name()] {
			t.Errorf("%s has no row", entry.Name())
		}
	}
}

// The fixtures show every finding that an export of a few lines can have.
func TestFixturesShowEveryFinding(t *testing.T) {
	t.Parallel()
	shown := []string{"edge-documentation-address", "edges-too-many"} // at every address; TestSelectTooMany
	for _, r := range rows(t) {
		for _, f := range r.findings {
			code, _, _ := strings.Cut(f, " ")
			shown = append(shown, code)
		}
	}
	for _, kind := range edges.Findings {
		if !slices.Contains(shown, string(kind.Code)) {
			t.Errorf("no fixture shows %s", kind.Code)
		}
	}
}

func checkRow(t *testing.T, r row) {
	inventory, err := edges.Read(load(t, r.files))
	if r.refusal != "" {
		checkRefusal(t, err, refusals[r.refusal])
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	selection := inventory.Select(edges.BothFamilies)
	var addresses, found []string
	for _, address := range selection.Addresses() {
		addresses = append(addresses, address.String())
	}
	if got := strings.Join(addresses, " "); got != r.addresses {
		t.Errorf("the addresses are %q, want %q", got, r.addresses)
	}
	documentation := false
	for _, f := range selection.Findings {
		if f.Code == "edge-documentation-address" {
			documentation = true
			continue
		}
		found = append(found, fmt.Sprintf("%s %s", f.Code, f.Severity))
		if strings.Contains(f.Message, "TEST-ONLY-SECRET") || f.Advice == "" {
			t.Errorf("%+v", f)
		}
	}
	if documentation != (len(addresses) > 0) {
		t.Errorf("documentation addresses are reported: %t", documentation)
	}
	slices.Sort(found)
	slices.Sort(r.findings)
	if !slices.Equal(found, r.findings) {
		t.Errorf("the findings are\n%s\nwant\n%s", strings.Join(found, ", "), strings.Join(r.findings, ", "))
		for _, f := range selection.Findings {
			t.Log(f.Severity, f.Code, f.Subject, f.Message)
		}
	}
}

func checkRefusal(t *testing.T, err error, want *apiexport.Kind) {
	t.Helper()
	refusal, ok := errors.AsType[*apiexport.Error](err)
	if !ok || want == nil || !errors.Is(err, want) {
		t.Fatalf("the error is %v, want %v", err, want)
	}
	if refusal.Hint() == "" || strings.HasSuffix(refusal.Error(), ".") || strings.Contains(refusal.Error()+refusal.Hint(), "TEST-ONLY-SECRET") {
		t.Errorf("%v, hint %q", refusal, refusal.Hint())
	}
}

// Groups without ids are told apart by their names, and one that stands there twice is
// refused with both places. What has neither cannot be told apart.
func TestReadGroupsWithoutIDs(t *testing.T) {
	t.Parallel()
	_, err := edges.Read(load(t, []string{"without-ids-1.json", "without-ids-2.json"}))
	refusal, ok := errors.AsType[*apiexport.Error](err)
	if !ok || refusal.Page != "without-ids-2.json" || refusal.Where != "list[1].name" || !strings.Contains(refusal.Error(), `"Frankfurt"`) || !strings.HasSuffix(refusal.Error(), `first at list[0] of "without-ids-1.json"`) {
		t.Errorf("%v", err)
	}
	for _, text := range []string{
		`[{"name":"a","useInDrMode":true,"serviceEdges":[]},{"name":"b","useInDrMode":true}]`,
		`[{"useInDrMode":true,"serviceEdges":[]},{"useInDrMode":true}]`,
		`[{"id":"1","name":"a","useInDrMode":true,"serviceEdges":[]},{"id":"2","name":"a","useInDrMode":true}]`,
	} {
		if inventory, err := edges.Read([]apiexport.Page{{Name: "a.json", Data: []byte(text)}}); err != nil || len(inventory.Groups) != 2 {
			t.Errorf("%s: %v", text, err)
		}
	}
}
