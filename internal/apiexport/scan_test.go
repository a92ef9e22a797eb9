package apiexport_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/drtxt/drtxt/internal/apiexport"
)

var scanned = []string{
	"{}", "[]", " [ ] ", `{"a":1}`, `{"a" : -1.5e+3 , "b":[ true,false , null],"c":{"d":{}}}`, `["]","}",{"[":"{"},"\\","\"","\\\""]`,
	`{"\u0061":"\ud800","":""}`, `[[[]],[1 ],[ "a" ]]`, "\t{\"ä\\n\":\r\n\"€\"}\n", `{"a":"b,c","d":[1,2,[3,{"e":"]"}]]}`, `{"a":1,"a":2}`, `{"a":[{"b":1,"\u0062":2}]}`,
}

// What is read here without copies is what encoding/json reads.
func sameAsJSON(t *testing.T, text []byte) {
	t.Helper()
	raw := bytes.TrimSpace(text)
	if !json.Valid(raw) || !utf8.Valid(raw) || raw[0] != '{' && raw[0] != '[' {
		return
	}
	err := apiexport.RequireStrict("a", raw, 1000)
	if errors.Is(err, apiexport.ErrTooLarge) || errors.Is(err, apiexport.ErrShape) { // too deep
		return
	}
	if twice := standsTwice(json.NewDecoder(bytes.NewReader(raw))); twice != errors.Is(err, apiexport.ErrDuplicate) {
		t.Fatalf("%s: %v, though a member stands there twice: %t", raw, err, twice)
	}
	if raw[0] == '[' {
		var want []json.RawMessage
		if got := apiexport.Split(raw); json.Unmarshal(raw, &want) != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %q, want %q", raw, got, want)
		}
		return
	}
	var want map[string]json.RawMessage
	if got := apiexport.Members(raw); json.Unmarshal(raw, &want) != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %q, want %q", raw, got, want)
	}
}

// standsTwice looks for a member that stands twice in one object, in what the decoder reads
// next.
func standsTwice(decoder *json.Decoder) bool {
	token, err := decoder.Token()
	if err != nil || token != json.Delim('{') && token != json.Delim('[') {
		return false
	}
	twice, seen := false, map[string]bool{}
	for decoder.More() {
		if token == json.Delim('{') {
			key, _ := decoder.Token()
			name, _ := key.(string)
			twice = twice || seen[name]
			seen[name] = true
		}
		twice = standsTwice(decoder) || twice
	}
	_, _ = decoder.Token()
	return twice
}

func TestScan(t *testing.T) {
	t.Parallel()
	for _, text := range scanned {
		sameAsJSON(t, []byte(text))
	}
	for text, where := range map[string]string{`{"a":1,"a":2}`: "a", `{"a b":1,"a b":2}`: `["a b"]`, `{"a":[{"b":1,"\u0062":2}]}`: "a[0].b", `[{},{"c":{"":0,"":1}}]`: `[1].c[""]`,
		`{"` + strings.Repeat("x", 100) + `":0,"` + strings.Repeat("x", 100) + `":0}`: `["` + strings.Repeat("x", 64) + `…"]`} {
		err := apiexport.RequireStrict("a", []byte(text), 100)
		if refusal, ok := errors.AsType[*apiexport.Error](err); !ok || refusal.Kind != apiexport.ErrDuplicate || refusal.Where != where {
			t.Errorf("%s: %v, want a duplicate at %s", text, err, where)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range scanned {
		f.Add([]byte(text))
	}
	f.Fuzz(sameAsJSON)
}
