package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// The last look finds whatever the plan could do wrong.
func TestVerify(t *testing.T) {
	const text = head + "a 60 IN A 192.0.2.1\nb IN A 192.0.2.2\ndr 30 IN TXT \"v=1\"\ndr IN TXT \"foreign\"\ndr IN A 192.0.2.3\n"
	f, err := loadText(t, text, "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	changes := []Change{{Type: "TXT", Remove: texts("v=1"), Add: texts("new"), TTL: 60}}
	for name, swap := range map[string][2]string{
		"nothing":              {"", ""},
		"owner":                {"a 60 IN", "aa 60 IN"},
		"letter case":          {"a 60 IN", "A 60 IN"},
		"TTL":                  {"a 60 IN", "a 61 IN"},
		"type":                 {"b IN A 192.0.2.2", "b IN TXT 192.0.2.2"},
		"RDATA":                {"192.0.2.2", "192.0.2.9"},
		"order":                {"a 60 IN A 192.0.2.1\nb IN A 192.0.2.2\n", "b IN A 192.0.2.2\na 60 IN A 192.0.2.1\n"},
		"one gone":             {"b IN A 192.0.2.2\n", ""},
		"one more":             {"b IN A 192.0.2.2\n", "b IN A 192.0.2.2\nb IN A 192.0.2.2\n"},
		"default TTL":          {"$TTL 300", "$TTL 301"},
		"SOA":                  {"3600 600", "3601 600"},
		"serial":               {" 8 ", " 9 "},
		"foreign gone":         {"dr IN TXT \"foreign\"\n", ""},
		"foreign TTL":          {"dr IN TXT \"foreign\"\n", "dr 60 IN TXT \"foreign\"\n"},
		"foreign first":        {"dr.example.com. 60 IN TXT \"new\"\ndr IN TXT \"foreign\"\n", "dr IN TXT \"foreign\"\ndr.example.com. 60 IN TXT \"new\"\n"},
		"our TTL":              {"60 IN TXT", "61 IN TXT"},
		"our value":            {"\"new\"", "\"New\""},
		"ours twice":           {"dr IN TXT \"foreign\"\n", "dr IN TXT \"foreign\"\ndr 60 TXT new\n"},
		"another type at name": {"dr IN A 192.0.2.3", "dr IN A 192.0.2.4"},
		"syntax":               {"192.0.2.2", "192.0.2"},
		"CNAME":                {"dr IN A 192.0.2.3", "dr IN CNAME a"},
	} {
		e, err := f.Edit(changes, november)
		if err != nil {
			t.Fatal(err)
		}
		good := string(newText(e))
		if swap[0] != "" && !strings.Contains(good, swap[0]) {
			t.Fatalf("%s: no %q in\n%s", name, swap[0], good)
		}
		e.text = [][]byte{[]byte(strings.Replace(good, swap[0], swap[1], 1))}
		if err := e.verify(changes); errors.Is(err, ErrShape) != (name != "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the edit leaves out of sight: BIND gives www the TTL of the run's first TXT
// record, which goes.
func TestUndecided(t *testing.T) {
	const text = "$ORIGIN example.com.\n@ 60 IN SOA ns h 1 2 3 4 5\n@ IN NS ns.example.net.\n" +
		"dr 60 IN TXT \"v=1\"\n 60 IN MX 10 m\n 3600 IN TXT \"foreign\"\nwww IN A 192.0.2.1\n"
	f, err := loadText(t, text, "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Edit([]Change{{Type: "TXT", Remove: texts("v=1")}}, november)
	if refusal, ok := errors.AsType[*Error](err); !ok || !errors.Is(err, errTTL) || refusal.Kind != ErrShape || refusal.Line != 7 {
		t.Errorf("got %v", err)
	}
	// With the same TTL in its place nothing changes for www.
	if _, err := f.Edit([]Change{{Type: "TXT", Remove: texts("v=1"), Add: texts("v=2"), TTL: 60}}, november); err != nil {
		t.Error(err)
	}
}

// Two lines of another name come together when those between them go: BIND would give
// the second the TTL of the first.
func TestRunsJoined(t *testing.T) {
	f, err := loadText(t, head+"www 60 IN A 192.0.2.1\ndr 30 IN TXT \"v=1\"\nwww 90 IN A 192.0.2.2\n", "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Edit([]Change{{Type: "TXT", Remove: texts("v=1")}}, november); !errors.Is(err, errTTL) {
		t.Errorf("got %v", err)
	}
}

// An A record can have the bytes of a TXT record.
func TestTypesApart(t *testing.T) {
	f, err := loadText(t, head+"dr IN TXT abc\ndr IN A 3.97.98.99\n", "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Edit([]Change{{Type: "TXT", Remove: texts("abc")}}, november)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(head, " 7 ", " 8 ", 1) + "dr IN A 3.97.98.99\n"; string(newText(e)) != want {
		t.Errorf("got %s", newText(e))
	}
}

func TestNegativeTTL(t *testing.T) {
	f, err := loadText(t, "$ORIGIN example.com.\n@ 20 IN SOA ns h 1 2 3 4 50\n", "", "dr.example.com", nil)
	if err != nil || f.NegativeTTL() != 20 {
		t.Errorf("%v", err)
	}
}

func TestWrittenAs(t *testing.T) {
	name, ok := newName("dr.example.com")
	if !ok {
		t.Fatal("no name")
	}
	for _, c := range []struct {
		token, origin string
		want          bool
	}{
		{"dr", "example.com.", true}, {"DR", "Example.COM.", true}, {"dr.example.com.", "", true}, {"dr.example.com.", "x.", true},
		{"@", "dr.example.com.", true}, {"@", "DR.example.com.", true}, {"dr.example", "com.", true}, {"dr.example.com", ".", true},
		{`d\114`, "example.com.", true}, {`\068R`, "example.com.", true}, {"dr", `ex\097mple.com.`, true}, {`dr\.example`, "com.", false},
		{"dr", "", false}, {"dr", ".", false}, {"dr.example.com", "", false}, {"@", "", false}, {"@", "example.com.", false},
		{"dr.ex", "mple.com.", false}, {`dr.example.com\.`, "", false}, {"drx", "example.com.", false}, {"xdr", "example.com.", false},
		{"dr.example.com", "example.com.", false}, {"a.dr", "example.com.", false},
	} {
		if got := name.writtenAs([]byte(c.token), []byte(c.origin)); got != c.want {
			t.Errorf("%s under %s: %v", c.token, c.origin, got)
		}
	}
}

func TestReadTTL(t *testing.T) {
	for token, want := range map[string]int64{
		"0": 0, "30": 30, "1h30m": 5400, "1H30M": 5400, "2d": 172800, "1w2d3h4m5s": 788645, "1m30": 90, "4294967295": 1<<32 - 1,
		"": -1, "4294967296": -1, "99999999999999999999": -1, "8000w": -1, "1x": -1, "-1": -1, "1.5": -1,
	} {
		seconds, ok := readTTL([]byte(token))
		if got := int64(seconds); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q is %d, %v", token, seconds, ok)
		}
	}
}

// Every byte of a file is in a statement, in order.
func TestScannerCoversTheFile(t *testing.T) {
	for _, s := range shapes {
		data := readFile(t, "testdata/"+s.name+".zone")
		in := scanner{data: data, line: 1}
		end := 0
		for at, ok := in.next(); ok; at, ok = in.next() {
			if at.start != end || at.end <= at.start || at.line != 1+bytes.Count(data[:at.start], newline) {
				t.Errorf("%s: %+v follows %d", s.name, at, end)
			}
			end = at.end
			in.follow(&at)
		}
		if end != len(data) {
			t.Errorf("%s: ends at %d of %d", s.name, end, len(data))
		}
	}
}

// A copy knows the types that it had, many or few, whatever others add.
func TestTypesOfARun(t *testing.T) {
	for _, count := range []uint16{3, indexFrom - 1, indexFrom, 100} {
		var original inheritance
		for rrtype := range count {
			original.setTTL(1+rrtype, 10+uint32(rrtype))
		}
		place := original
		original.setTTL(1000, 5)
		one, other := place.branch(), place.branch()
		one.setTTL(1000, 6)
		for name, run := range map[string]*inheritance{"original": &original, "one": &one, "other": &other} {
			want := map[string]uint32{"original": 5, "one": 6, "other": 7}[name]
			if got := run.setTTL(1000, 7); got != want {
				t.Errorf("%d types, %s: a new type has TTL %d, want %d", count, name, got, want)
			}
			if got := run.setTTL(count, 7); got != 9+uint32(count) {
				t.Errorf("%d types, %s: the last type has TTL %d", count, name, got)
			}
		}
	}
}

// Another owner begins another run, with types of its own.
func TestRunsApart(t *testing.T) {
	var i inheritance
	for run, owner := range []string{"a.", "b.", "a."} {
		want := uint32(60 + run)
		for rrtype := range 100 {
			got := i.pass([]byte(owner), nil, fmt.Append(nil, want), fmt.Appendf(nil, "TYPE%d", 1000+rrtype))
			if got != want {
				t.Fatalf("run %d, type %d: TTL %d, want %d", run, rrtype, got, want)
			}
		}
	}
}
