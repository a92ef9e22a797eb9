package apiexport_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// object reads one that has a member m.
func object(t *testing.T, value string) apiexport.Object {
	t.Helper()
	list, err := apiexport.ReadList(pagesOf(`{"list":[{"serviceEdges":[],"M":"another","m":`+value+`}]}`), apiexport.ServiceEdgeGroup)
	if err != nil {
		t.Fatal(err)
	}
	return list.Items[0].Object
}

// checkType wants an error about a place of the member m that quotes nothing, or none.
func checkType(t *testing.T, err error, where string) {
	t.Helper()
	if where == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	refusal, ok := errors.AsType[*apiexport.Error](err)
	if !ok || !errors.Is(err, apiexport.ErrType) || refusal.Where != "list[0]."+where || refusal.Page != "page-1" || strings.Contains(refusal.Error(), secret) {
		t.Errorf("%v, want an error at %s", err, where)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, text string
		ok          bool
		where       string
	}{
		{`"a\u00e4 "`, "aä ", true, ""},
		{`""`, "", true, ""},
		{"216199618143300011", "216199618143300011", true, ""},
		{"1.50", "1.50", true, ""},
		{"507745.0", "507745", true, ""},
		{"-3.00", "-3", true, ""},
		{"216199618143300011.0", "216199618143300011", true, ""},
		{"5.07745e5", "507745", true, ""},
		{"5.07745E+5", "507745", true, ""},
		{"1e-1", "1e-1", true, ""},
		{"1.5e0", "1.5e0", true, ""},
		{"2.16199618143300011e17", "2.16199618143300011e17", true, ""},
		{"1e400", "1e400", true, ""},
		{`"507745.0"`, "507745.0", true, ""},
		{"null", "", false, ""},
		{"true", "", false, "m"},
		{`["` + secret + `"]`, "", false, "m"},
		{`{"a":"` + secret + `"}`, "", false, "m"},
	} {
		text, ok, err := object(t, c.value).Text("m")
		if checkType(t, err, c.where); text != c.text || ok != c.ok {
			t.Errorf("%s: %q, %t", c.value, text, ok)
		}
	}
	if text, ok, err := object(t, "1").Text("other"); text != "" || ok || err != nil {
		t.Errorf("an absent member: %q, %t, %v", text, ok, err)
	}
}

func TestChoice(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]apiexport.Choice{
		"true": apiexport.Yes, `"true"`: apiexport.Yes, `"TRUE"`: apiexport.Yes, `"True"`: apiexport.Yes, "1": apiexport.Yes, "1.0": apiexport.Yes, "1e0": apiexport.Yes, `"1"`: apiexport.Yes,
		"false": apiexport.No, `"false"`: apiexport.No, `"FALSE"`: apiexport.No, "0": apiexport.No, "0.0": apiexport.No, `"0"`: apiexport.No, "null": apiexport.Absent,
	} {
		choice, err := object(t, value).Choice("m")
		if err != nil || choice != want {
			t.Errorf("%s: %s, %v, want %s", value, choice, err, want)
		}
	}
	if choice, err := object(t, "1").Choice("other"); choice != apiexport.Absent || err != nil {
		t.Errorf("an absent member: %s, %v", choice, err)
	}
	for _, value := range []string{"2", "-1", "2.0", "1.5", "0.1", "1e1", `"1.0"`, `""`, `"yes"`, `" true"`, `"` + secret + `"`, "[true]", `{"a":true}`} {
		choice, err := object(t, value).Choice("m")
		if checkType(t, err, "m"); choice != apiexport.Absent {
			t.Errorf("%s: %s", value, choice)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  string
		texts  []string
		joined bool
		where  string
	}{
		{`["a","b"]`, []string{"a", "b"}, false, ""},
		{`[]`, nil, false, ""},
		{`""`, nil, false, ""},
		{`[""," "]`, nil, false, ""},
		{`"a"`, []string{"a"}, false, ""},
		{`" a\n"`, []string{"a"}, false, ""},
		{`"a,"`, []string{"a"}, false, ""},
		{`"a,b"`, []string{"a", "b"}, true, ""},
		{`"a, b"`, []string{"a", "b"}, true, ""},
		{`"a b"`, []string{"a", "b"}, true, ""},
		{`"a;b"`, []string{"a", "b"}, true, ""},
		{`["a","b,c"]`, []string{"a", "b", "c"}, true, ""},
		{"null", nil, false, ""},
		{"1", nil, false, "m"},
		{"true", nil, false, "m"},
		{`{"a":"` + secret + `"}`, nil, false, "m"},
		{`["a",1]`, nil, false, "m[1]"},
		{`["a",null]`, nil, false, "m[1]"},
		{`[["` + secret + `"]]`, nil, false, "m[0]"},
	} {
		texts, joined, err := object(t, c.value).Texts("m")
		if checkType(t, err, c.where); !slices.Equal(texts, c.texts) || joined != c.joined {
			t.Errorf("%s: %q, %t", c.value, texts, joined)
		}
	}
}

func TestTextsAreBounded(t *testing.T) {
	t.Parallel()
	for _, one := range []string{`"a",`, "a,"} {
		most, more := strings.Repeat(one, 1000), strings.Repeat(one, 1001)
		if one == "a," {
			most, more = `"`+most+`",`, `"`+more+`",`
		}
		if texts, _, err := object(t, "["+strings.TrimSuffix(most, ",")+"]").Texts("m"); len(texts) != 1000 || err != nil {
			t.Errorf("%d texts, %v", len(texts), err)
		}
		if texts, _, err := object(t, "["+strings.TrimSuffix(more, ",")+"]").Texts("m"); !errors.Is(err, apiexport.ErrTooLarge) || texts != nil {
			t.Errorf("%d texts, %v", len(texts), err)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	inner, ok, err := object(t, `{"a":{"b":1}}`).Object("m")
	if !ok || err != nil || inner.Where() != "list[0].m" || inner.Page() != "page-1" {
		t.Fatalf("%t, %v", ok, err)
	}
	innermost, ok, err := inner.Object("a")
	if text, _, _ := innermost.Text("b"); !ok || err != nil || text != "1" {
		t.Errorf("%q, %t, %v", text, ok, err)
	}
	if got := innermost.Refuse(apiexport.ErrShape, "b", "x").Where; got != "list[0].m.a.b" {
		t.Errorf("the place is %s", got)
	}
	if got := innermost.Refuse(apiexport.ErrShape, "", "x").Where; got != "list[0].m.a" {
		t.Errorf("the place is %s", got)
	}
	for value, where := range map[string]string{"null": "", "1": "m", `"` + secret + `"`: "m", "[]": "m", "false": "m"} {
		_, ok, err := object(t, value).Object("m")
		if checkType(t, err, where); ok {
			t.Errorf("%s is an object", value)
		}
	}
}

func TestObjects(t *testing.T) {
	t.Parallel()
	objects, ok, err := object(t, `[{"a":1},{"a":2}]`).Objects("m")
	if !ok || err != nil || len(objects) != 2 {
		t.Fatalf("%d, %t, %v", len(objects), ok, err)
	}
	for i, o := range objects {
		if text, _, _ := o.Text("a"); text != fmt.Sprint(i+1) || o.Where() != fmt.Sprintf("list[0].m[%d]", i) {
			t.Errorf("%q at %s", text, o.Where())
		}
	}
	for value, where := range map[string]string{"null": "", "1": "m", `"` + secret + `"`: "m", "{}": "m", "[1]": "m[0]", "[{},null]": "m[1]", `[{},{},"` + secret + `"]`: "m[2]"} {
		_, ok, err := object(t, value).Objects("m")
		if checkType(t, err, where); ok {
			t.Errorf("%s is a list of objects", value)
		}
	}
	if objects, ok, err := object(t, "[]").Objects("m"); len(objects) != 0 || !ok || err != nil {
		t.Errorf("an empty list: %v, %t, %v", objects, ok, err)
	}
}

func TestMixed(t *testing.T) {
	t.Parallel()
	texts, objects, ok, err := object(t, `["a b",{"a":1},12.0]`).Mixed("m")
	if !ok || err != nil || !slices.Equal(texts, []string{"a b", "", "12"}) || objects[2] != nil || objects[0] != nil || objects[1] == nil || objects[1].Where() != "list[0].m[1]" {
		t.Errorf("%q, %v, %t, %v", texts, objects, ok, err)
	}
	for value, where := range map[string]string{"null": "", `"` + secret + `"`: "m", "[true]": "m[0]", "[1,null]": "m[1]", "[[]]": "m[0]"} {
		_, _, ok, err := object(t, value).Mixed("m")
		if checkType(t, err, where); ok {
			t.Errorf("%s is a list", value)
		}
	}
}
