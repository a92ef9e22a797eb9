package apiexport_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// secret stands in every value that no error may quote.
const secret = "TEST-ONLY-SECRET"

const (
	group   = `{"id":"1","serviceEdges":[]}`
	profile = `{"id":"1","disasterRecovery":{}}`
)

func pagesOf(texts ...string) []apiexport.Page {
	var pages []apiexport.Page
	for i, text := range texts {
		pages = append(pages, apiexport.Page{Name: fmt.Sprintf("page-%d", i+1), Data: []byte(text)})
	}
	return pages
}

func TestReadList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		endpoint apiexport.Endpoint
		pages    []string
		places   []string // page and place of each item
		complete bool
	}{
		{"an envelope", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"1","list":[` + group + `,{"id":"2"}]}`}, []string{"page-1 list[0]", "page-1 list[1]"}, true},
		{"pages as a number", apiexport.ServiceEdgeGroup, []string{`{"totalPages":1,"list":[` + group + `]}`}, []string{"page-1 list[0]"}, true},
		{"two pages of which one tells nothing", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[{"id":"2"}]}`, `{"totalPages":"2","list":[` + group + `]}`},
			[]string{"page-1 list[0]", "page-2 list[0]"}, true},
		{"a count over two pages", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"2","totalCount":"2","list":[{"id":"2"}]}`, `{"totalPages":"2","totalCount":2,"list":[` + group + `]}`},
			[]string{"page-1 list[0]", "page-2 list[0]"}, true},
		{"a count without pages", apiexport.ServiceEdgeGroup, []string{`{"totalCount":1,"list":[` + group + `]}`}, []string{"page-1 list[0]"}, true},
		{"an envelope that counts nothing", apiexport.ServiceEdgeGroup, []string{`{"list":[` + group + `]}`}, []string{"page-1 list[0]"}, false},
		{"pages that are null", apiexport.ServiceEdgeGroup, []string{`{"totalPages":null,"list":[` + group + `]}`}, []string{"page-1 list[0]"}, false},
		{"a bare array", apiexport.ServiceEdgeGroup, []string{"[" + group + "]"}, []string{"page-1 [0]"}, false},
		{"two bare arrays", apiexport.ServiceEdgeGroup, []string{"[" + group + "]", `[{"id":"2"}]`}, []string{"page-1 [0]", "page-2 [0]"}, false},
		{"an empty array", apiexport.ServiceEdgeGroup, []string{" [ ] "}, nil, false},
		{"no page", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"0","list":[]}`}, nil, true},
		{"a list that is left out", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"1"}`}, nil, true},
		{"a list that is null", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"1","list":null}`}, nil, true},
		{"a byte order mark, CR LF", apiexport.ServiceEdgeGroup, []string{"\ufeff{\"totalPages\":1,\r\n\"list\":[" + group + "]}\r\n"}, []string{"page-1 list[0]"}, true},
		{"profiles", apiexport.WebPolicy, []string{`{"policies":[` + profile + `]}`}, []string{"page-1 policies[0]"}, false},
		{"profiles with a count", apiexport.WebPolicy, []string{`{"totalCount":"1","policies":[` + profile + `]}`}, []string{"page-1 policies[0]"}, true},
		{"profiles that tell nothing, in their envelope", apiexport.WebPolicy, []string{`{"policies":[{"name":"a"}]}`}, []string{"page-1 policies[0]"}, false},
		{"no profiles", apiexport.WebPolicy, []string{`{"policies":[]}`}, nil, false},
		{"a number of pages as a float", apiexport.ServiceEdgeGroup, []string{`{"totalPages":1.0,"totalCount":1.0,"list":[` + group + `]}`}, []string{"page-1 list[0]"}, true},
		{"an empty array beside another", apiexport.ServiceEdgeGroup, []string{"[" + group + "]", "[]"}, []string{"page-1 [0]"}, false},
		{"profiles of two platforms, each with its count", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"totalCount":"2","policies":[` + profile + `,{"id":"2"}]}`},
			[]string{"page-1 policies[0]", "page-2 policies[0]", "page-2 policies[1]"}, true},
		{"profiles of two platforms, with equal counts", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"totalCount":1,"policies":[{"id":"2"}]}`},
			[]string{"page-1 policies[0]", "page-2 policies[0]"}, true},
		{"platforms without profiles", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"totalCount":0,"policies":[]}`, `{"totalCount":0,"policies":[]}`},
			[]string{"page-1 policies[0]"}, true},
		{"two pages of profiles", apiexport.WebPolicy, []string{`{"totalCount":2,"policies":[` + profile + `]}`, `{"totalCount":2,"policies":[{"id":"2"}]}`},
			[]string{"page-1 policies[0]", "page-2 policies[0]"}, true},
		{"profiles in an array", apiexport.WebPolicy, []string{`[{"name":"a","deviceType":"3"}]`}, []string{"page-1 [0]"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list, err := apiexport.ReadList(pagesOf(c.pages...), c.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			var places []string
			for _, item := range list.Items {
				places = append(places, item.Page+" "+item.Where())
				if !strings.HasSuffix(item.Where(), fmt.Sprintf("[%d]", item.Index)) || item.Object.Page() != item.Page {
					t.Errorf("the item at %s has the index %d and the page %q", item.Where(), item.Index, item.Object.Page())
				}
			}
			if !slices.Equal(places, c.places) || list.Complete != c.complete {
				t.Errorf("items %q, complete %t, want %q, %t", places, list.Complete, c.places, c.complete)
			}
		})
	}
}

func TestReadListRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		endpoint apiexport.Endpoint
		pages    []string
		kind     *apiexport.Kind
		page     string
		where    string
		says     string // what the error and its hint have to contain
	}{
		{"nothing", apiexport.ServiceEdgeGroup, nil, apiexport.ErrEmpty, "", "", "empty"},
		{"no byte", apiexport.ServiceEdgeGroup, []string{""}, apiexport.ErrEmpty, "page-1", "", "empty"},
		{"blanks", apiexport.ServiceEdgeGroup, []string{"\ufeff \r\n"}, apiexport.ErrEmpty, "page-1", "", "empty"},
		{"UTF-16, little end first", apiexport.ServiceEdgeGroup, []string{"\xff\xfe[\x00]\x00"}, apiexport.ErrUTF16, "page-1", "", "Out-File"},
		{"UTF-16, big end first", apiexport.ServiceEdgeGroup, []string{"\xfe\xff\x00[\x00]"}, apiexport.ErrUTF16, "page-1", "", "Out-File"},
		{"UTF-16 without a mark", apiexport.ServiceEdgeGroup, []string{"[\x00]\x00"}, apiexport.ErrUTF16, "page-1", "", "Out-File"},
		{"UTF-16 without a mark, big end first", apiexport.ServiceEdgeGroup, []string{"\x00[\x00]"}, apiexport.ErrUTF16, "page-1", "", "Out-File"},
		{"Latin-1", apiexport.ServiceEdgeGroup, []string{"[\n{\"name\":\"M\xfcnchen\"}]"}, apiexport.ErrNotJSON, "page-1", "line 2, column 11", "0xFC"},
		{"HTML", apiexport.ServiceEdgeGroup, []string{"\n<!DOCTYPE html><p>" + secret}, apiexport.ErrNotJSON, "page-1", "", "HTML"},
		{"headers", apiexport.ServiceEdgeGroup, []string{"HTTP/2 200\r\nset-cookie: " + secret + "\r\n\r\n[]"}, apiexport.ErrNotJSON, "page-1", "", "without curl's -i"},
		{"gzip", apiexport.ServiceEdgeGroup, []string{"\x1f\x8b\x08\x00"}, apiexport.ErrNotJSON, "page-1", "", "gzip"},
		{"ZIP", apiexport.ServiceEdgeGroup, []string{"PK\x03\x04\x14"}, apiexport.ErrNotJSON, "page-1", "", "ZIP"},
		{"PDF", apiexport.ServiceEdgeGroup, []string{"%PDF-1.7"}, apiexport.ErrNotJSON, "page-1", "", "PDF"},
		{"CSV", apiexport.ServiceEdgeGroup, []string{"name;address\n" + secret}, apiexport.ErrNotJSON, "page-1", "", "CSV"},
		{"a word", apiexport.ServiceEdgeGroup, []string{secret}, apiexport.ErrNotJSON, "page-1", "", "neither { nor ["},
		{"a text", apiexport.ServiceEdgeGroup, []string{`"` + secret + `"`}, apiexport.ErrNotJSON, "page-1", "", "neither { nor ["},
		{"cut in a text", apiexport.ServiceEdgeGroup, []string{"{\"list\":[\n{\"token\":\"" + secret}, apiexport.ErrTruncated, "page-1", "line 2, column 27", "cut short"},
		{"cut behind a comma", apiexport.ServiceEdgeGroup, []string{"[" + group + ","}, apiexport.ErrTruncated, "page-1", "line 1, column 31", "cut short"},
		{"cut in a word", apiexport.ServiceEdgeGroup, []string{`[{"enabled":tru`}, apiexport.ErrTruncated, "page-1", "line 1, column 16", "cut short"},
		{"cut before the last bracket", apiexport.ServiceEdgeGroup, []string{"[" + group}, apiexport.ErrTruncated, "page-1", "", "cut short"},
		{"cut in a character", apiexport.ServiceEdgeGroup, []string{"[\"M\xc3"}, apiexport.ErrTruncated, "page-1", "line 1, column 4", "cut short"},
		{"a comma too many", apiexport.ServiceEdgeGroup, []string{"[" + group + ",]"}, apiexport.ErrNotJSON, "page-1", "line 1, column 31", "invalid character"},
		{"no quotes", apiexport.ServiceEdgeGroup, []string{"{list:[]}"}, apiexport.ErrNotJSON, "page-1", "line 1, column 2", "invalid character"},
		{"two values", apiexport.ServiceEdgeGroup, []string{"[]\n []"}, apiexport.ErrNotJSON, "page-1", "line 2, column 2", "file of its own"},
		{"a member twice", apiexport.ServiceEdgeGroup, []string{`{"list":[{"serviceEdges":[{"token":"` + secret + `","token":1}]}]}`}, apiexport.ErrDuplicate, "page-1", "list[0].serviceEdges[0].token", "twice"},
		{"a member twice, once escaped", apiexport.ServiceEdgeGroup, []string{`{"list":[],"\u006cist":[]}`}, apiexport.ErrDuplicate, "page-1", "list", "twice"},
		{"a member with a strange name twice", apiexport.ServiceEdgeGroup, []string{`[{"a b\n":1,"a b\n":2}]`}, apiexport.ErrDuplicate, "page-1", `[0]["a b\n"]`, "twice"},
		{"too deep", apiexport.ServiceEdgeGroup, []string{`{"list":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"}, apiexport.ErrShape, "page-1", "list" + strings.Repeat("[0]", 63), "64 deep"},
		{"far too deep", apiexport.ServiceEdgeGroup, []string{strings.Repeat("[", 20000) + strings.Repeat("]", 20000)}, apiexport.ErrNotJSON, "page-1", "", "depth"},
		{"items that are no objects", apiexport.ServiceEdgeGroup, []string{`{"list":[` + group + `,"` + secret + `"]}`}, apiexport.ErrShape, "page-1", "list[1]", "is a text"},
		{"a list that is none", apiexport.ServiceEdgeGroup, []string{`{"list":{"a":"` + secret + `"}}`}, apiexport.ErrType, "page-1", "list", "is an object"},
		{"pages that are no number", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"` + secret + `","list":[]}`}, apiexport.ErrType, "page-1", "totalPages", "whole number"},
		{"pages below none", apiexport.ServiceEdgeGroup, []string{`{"totalPages":-1,"list":[]}`}, apiexport.ErrType, "page-1", "totalPages", "whole number"},
		{"pages in parts", apiexport.ServiceEdgeGroup, []string{`{"totalPages":1.5,"list":[]}`}, apiexport.ErrType, "page-1", "totalPages", "whole number"},
		{"pages that are a list", apiexport.ServiceEdgeGroup, []string{`{"totalPages":[],"list":[]}`}, apiexport.ErrType, "page-1", "totalPages", "is a list"},
		{"a page of two", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"2","list":[` + group + `]}`}, apiexport.ErrPartial, "", "", "2 pages, and 1 file is given"},
		{"an empty page of two", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"2"}`}, apiexport.ErrPartial, "", "", "2 pages"},
		{"more files than pages", apiexport.ServiceEdgeGroup, []string{`{"totalPages":1,"list":[` + group + `]}`, `{"totalPages":1,"list":[]}`}, apiexport.ErrPartial, "", "", "1 page, and 2 files are given"},
		{"pages that differ", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[` + group + `]}`, `{"totalPages":3,"list":[]}`}, apiexport.ErrPartial, "page-2", "", "3 pages"},
		{"pages that one file leaves out", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[` + group + `]}`, `{"list":[]}`}, apiexport.ErrPartial, "page-2", "", "no number of pages"},
		{"too few items", apiexport.ServiceEdgeGroup, []string{`{"totalCount":2,"list":[` + group + `]}`}, apiexport.ErrPartial, "", "", "2 items, and the files hold 1"},
		{"too many items", apiexport.ServiceEdgeGroup, []string{`{"totalCount":0,"list":[` + group + `]}`}, apiexport.ErrPartial, "", "", "0 items, and the files hold 1"},
		{"counts that differ", apiexport.ServiceEdgeGroup, []string{`{"totalCount":2,"list":[` + group + `]}`, `{"totalCount":3,"list":[]}`}, apiexport.ErrPartial, "page-2", "", "3 items"},
		{"a page of two that is empty", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[` + group + `]}`, `{"totalPages":2,"list":[]}`}, apiexport.ErrPartial, "page-2", "", "2 pages, and holds no item"},
		{"a page of two without a list", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2}`, `{"totalPages":2,"list":[` + group + `]}`}, apiexport.ErrPartial, "page-1", "", "2 pages, and holds no item"},
		{"a page of two whose list is null, with a count", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"totalCount":1,"list":null}`, `{"totalPages":2,"totalCount":1,"list":[` + group + `]}`}, apiexport.ErrPartial, "page-1", "", "2 pages, and holds no item"},
		{"items on no page", apiexport.ServiceEdgeGroup, []string{`{"totalPages":"0","list":[` + group + `]}`}, apiexport.ErrPartial, "page-1", "", "0 pages, and holds 1 item"},
		{"profiles on no page", apiexport.WebPolicy, []string{`{"totalPages":0,"totalCount":1,"policies":[` + profile + `]}`}, apiexport.ErrPartial, "page-1", "", "0 pages, and holds 1 item"},
		{"platforms of which one is not whole", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"totalCount":3,"policies":[` + profile + `,{"id":"2"}]}`}, apiexport.ErrPartial, "page-2", "", "3 items, and holds 2"},
		{"platforms of which the first is not whole", apiexport.WebPolicy, []string{`{"totalCount":3,"policies":[` + profile + `,{"id":"2"}]}`, `{"totalCount":1,"policies":[` + profile + `]}`}, apiexport.ErrPartial, "page-1", "", "3 items, and holds 2"},
		{"platforms with equal counts of which one is not whole", apiexport.WebPolicy, []string{`{"totalCount":2,"policies":[` + profile + `]}`, `{"totalCount":2,"policies":[{"id":"2"},{"id":"3"}]}`}, apiexport.ErrPartial, "", "", "2 items, and the files hold 3"},
		{"an empty page of seven beside a whole platform", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"totalPages":7,"totalCount":0,"policies":[]}`}, apiexport.ErrPartial, "page-2", "", "7 pages"},
		{"platforms of which one does not count", apiexport.WebPolicy, []string{`{"totalCount":1,"policies":[` + profile + `]}`, `{"policies":[{"id":"2"}]}`}, apiexport.ErrPartial, "page-2", "", "no number of items"},
		{"groups whose files count by themselves", apiexport.ServiceEdgeGroup, []string{`{"totalCount":1,"list":[` + group + `]}`, `{"totalCount":2,"list":[` + group + `,{"id":"2"}]}`}, apiexport.ErrPartial, "page-2", "", "2 items, and \"page-1\" of 1 item"},
		{"an array and an envelope", apiexport.ServiceEdgeGroup, []string{`{"list":[` + group + `]}`, "[]"}, apiexport.ErrShape, "page-2", "", "bare array"},
		{"the same content", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[` + group + `]}`, `{"totalPages":2,"list":[` + group + `]}`}, apiexport.ErrDuplicate, "page-2", "", `"page-1"`},
		{"an error", apiexport.ServiceEdgeGroup, []string{`{"id":"` + secret + `","reason":"` + secret + `"}`}, apiexport.ErrShape, "page-1", "", "an error"},
		{"an error with a message", apiexport.WebPolicy, []string{`{"message":"` + secret + `"}`}, apiexport.ErrShape, "page-1", "", "an error"},
		{"another object", apiexport.ServiceEdgeGroup, []string{`{"` + "a" + `":"` + secret + `"}`}, apiexport.ErrShape, "page-1", "", `no "list"`},
		{"one group", apiexport.ServiceEdgeGroup, []string{group}, apiexport.ErrShape, "page-1", "", "alone"},
		{"one profile", apiexport.WebPolicy, []string{profile}, apiexport.ErrShape, "page-1", "", "alone"},
		{"one profile for groups", apiexport.ServiceEdgeGroup, []string{profile}, apiexport.ErrEndpoint, "page-1", "", "one of the app profiles"},
		{"profiles for groups", apiexport.ServiceEdgeGroup, []string{`{"policies":[` + profile + `]}`}, apiexport.ErrEndpoint, "page-1", "", "serviceEdgeGroup"},
		{"profiles with a count of pages for groups", apiexport.ServiceEdgeGroup, []string{`{"totalPages":1,"policies":[]}`}, apiexport.ErrEndpoint, "page-1", "", "app profiles"},
		{"groups for profiles", apiexport.WebPolicy, []string{`{"totalPages":1,"list":[` + group + `]}`}, apiexport.ErrEndpoint, "page-1", "", "groups of Private Service Edges"},
		{"an unknown list for profiles", apiexport.WebPolicy, []string{`{"list":[{"a":"` + secret + `"}]}`}, apiexport.ErrEndpoint, "page-1", "", "a list of another API"},
		{"profiles in another envelope", apiexport.WebPolicy, []string{`{"list":[` + profile + `]}`}, apiexport.ErrShape, "page-1", "list", `"policies"`},
		{"a bare array of profiles for groups", apiexport.ServiceEdgeGroup, []string{"[" + profile + "]"}, apiexport.ErrEndpoint, "page-1", "[0]", "app profiles"},
		{"a bare array of groups for profiles", apiexport.WebPolicy, []string{"[" + group + "]"}, apiexport.ErrEndpoint, "page-1", "[0]", "groups of Private"},
		{"a second page of another list", apiexport.ServiceEdgeGroup, []string{`{"totalPages":2,"list":[` + group + `]}`, `{"totalPages":2,"list":[{"connectors":[]}]}`}, apiexport.ErrEndpoint, "page-2", "list[0]", "App Connectors"},
		{"edges without groups", apiexport.ServiceEdgeGroup, []string{`{"list":[{"serviceEdgeGroupId":"1"}]}`}, apiexport.ErrEndpoint, "page-1", "list[0]", "without their groups"},
		{"connectors", apiexport.ServiceEdgeGroup, []string{`{"list":[{"appConnectorGroupId":"1"}]}`}, apiexport.ErrEndpoint, "page-1", "list[0]", "single App Connectors"},
		{"groups that tell nothing", apiexport.ServiceEdgeGroup, []string{`{"list":[{"id":"` + secret + `"}]}`}, apiexport.ErrEndpoint, "page-1", "", "serviceEdges"},
		{"profiles that tell nothing", apiexport.WebPolicy, []string{`[{"name":"` + secret + `"}]`}, apiexport.ErrEndpoint, "page-1", "", "disasterRecovery"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := apiexport.ReadList(pagesOf(c.pages...), c.endpoint)
			refusal, ok := errors.AsType[*apiexport.Error](err)
			if !ok || !errors.Is(err, c.kind) {
				t.Fatalf("%v, want %v", err, c.kind)
			}
			if refusal.Page != c.page || c.where != "" && refusal.Where != c.where {
				t.Errorf("page %q, place %q, want %q, %q", refusal.Page, refusal.Where, c.page, c.where)
			}
			whole := refusal.Error() + "\n" + refusal.Hint()
			if !strings.Contains(whole, c.says) || strings.Contains(whole, secret) || strings.Contains(whole, "DETAIL") {
				t.Errorf("%q does not say %q, or says too much", whole, c.says)
			}
		})
	}
}

func TestReadListRefusesAFileGivenTwice(t *testing.T) {
	t.Parallel()
	pages := pagesOf("[" + group + "]")
	_, err := apiexport.ReadList(append(pages, apiexport.Page{Name: pages[0].Name, Data: []byte("[]")}), apiexport.ServiceEdgeGroup)
	if !errors.Is(err, apiexport.ErrDuplicate) {
		t.Errorf("%v", err)
	}
}

func TestReadListRefusesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	data := make([]byte, apiexport.MaxSize+1)
	if _, err := apiexport.ReadList([]apiexport.Page{{Name: "a", Data: data[1:]}}, apiexport.ServiceEdgeGroup); !errors.Is(err, apiexport.ErrNotJSON) {
		t.Errorf("zeros of the greatest size: %v", err)
	}
	if _, err := apiexport.ReadList([]apiexport.Page{{Name: "a", Data: data}}, apiexport.ServiceEdgeGroup); !errors.Is(err, apiexport.ErrTooLarge) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestRequireStrictBoundsValues(t *testing.T) {
	t.Parallel()
	text := []byte(`{"a":[1,"b",{"c":[]}]}`) // 6 values
	if err := apiexport.RequireStrict("a", text, 6); err != nil {
		t.Error(err)
	}
	err := apiexport.RequireStrict("a", text, 5)
	refusal, ok := errors.AsType[*apiexport.Error](err)
	if !ok || !errors.Is(err, apiexport.ErrTooLarge) || refusal.Where != "a[2].c" {
		t.Errorf("%v", err)
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	text, err := apiexport.PlainText(apiexport.Page{Name: "a", Data: []byte("\ufeffDR activation domain: dr.example.com\n")})
	if err != nil || string(text) != "DR activation domain: dr.example.com\n" {
		t.Errorf("%q, %v", text, err)
	}
	for text, kind := range map[string]*apiexport.Kind{"": apiexport.ErrEmpty, "\xff\xfea\x00": apiexport.ErrUTF16, " <html>": apiexport.ErrNotJSON} {
		if _, err := apiexport.PlainText(apiexport.Page{Name: "a", Data: []byte(text)}); !errors.Is(err, kind) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestErrorNamesTheFileEscaped(t *testing.T) {
	t.Parallel()
	err := &apiexport.Error{Page: "a\x1b[31m", Where: "list[0]", Kind: apiexport.ErrShape, Detail: "it must be an object"}
	if got, want := err.Error(), `"a\x1b[31m": list[0]: it must be an object`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// FuzzReadList reads anything: no input makes it panic, and what was accepted can be asked
// for everything.
func FuzzReadList(f *testing.F) {
	f.Add([]byte(`{"totalPages":"1","list":[`+group+`]}`), false)
	f.Add([]byte(`{"policies":[`+profile+`]}`), true)
	f.Add([]byte("[{\"serviceEdges\":[{\"publishIps\":\"a, b\",\"enabled\":\"true\"}]}]"), false)
	f.Add([]byte("\xff\xfe[\x00]\x00"), false)
	f.Add([]byte(`{"id":"a","reason":"b"}`), true)
	f.Add([]byte(`[{"disasterRecovery":{"a":[1,{"b":"\ud800"}]},"disasterRecovery":1}]`), true)
	f.Fuzz(func(t *testing.T, data []byte, profiles bool) {
		endpoint := apiexport.ServiceEdgeGroup
		if profiles {
			endpoint = apiexport.WebPolicy
		}
		list, err := apiexport.ReadList([]apiexport.Page{{Name: "a", Data: data}}, endpoint)
		if err != nil {
			refusal, ok := errors.AsType[*apiexport.Error](err)
			if !ok || refusal.Hint() == "" || strings.ContainsFunc(refusal.Error(), func(r rune) bool { return r < ' ' }) {
				t.Fatalf("%q", err)
			}
			return
		}
		for _, item := range list.Items {
			for _, name := range []string{"serviceEdges", "publishIps", "enabled", "disasterRecovery", "id", ""} {
				askEverything(t, item.Object, name)
			}
		}
	})
}

func askEverything(t *testing.T, o apiexport.Object, name string) {
	_, _, errText := o.Text(name)
	_, errChoice := o.Choice(name)
	texts, joined, errTexts := o.Texts(name)
	_, _, errObject := o.Object(name)
	_, _, errObjects := o.Objects(name)
	_, _, _, errMixed := o.Mixed(name)
	for _, err := range []error{errText, errChoice, errTexts, errObject, errObjects, errMixed} {
		if err != nil && !errors.Is(err, apiexport.ErrType) && !errors.Is(err, apiexport.ErrTooLarge) {
			t.Fatal(err)
		}
	}
	for _, text := range texts {
		if text == "" || strings.ContainsAny(text, ", ;\n\t") {
			t.Fatalf("the texts are %q", texts)
		}
	}
	if joined && len(texts) < 2 {
		t.Fatalf("%q were joined", texts)
	}
}
