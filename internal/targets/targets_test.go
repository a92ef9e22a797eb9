package targets_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/drtxt/drtxt/internal/targets"
)

// An entry is what one call of Next returned: a target, or the error of a line.
type entry struct {
	targets.Target
	fails string // part of the error's text, empty if there must be none
}

// readAll reads to the end and returns what stood there, and the error that ended it.
func readAll(t testing.TB, in io.Reader) ([]targets.Target, []error, error) {
	t.Helper()
	var got []targets.Target
	var broken []error
	reader := targets.NewReader(in)
	for {
		target, err := reader.Next()
		if line, ok := errors.AsType[*targets.LineError](err); ok {
			target = targets.Target{Line: line.Line}
		} else if err != nil {
			if _, again := reader.Next(); again != err {
				t.Errorf("Next returned %v, and then %v", err, again)
			}
			return got, broken, err
		}
		got, broken = append(got, target), append(broken, err)
	}
}

// check compares what was read with what must be. A broken line must name itself.
func check(t *testing.T, data string, want []entry) {
	t.Helper()
	for name, in := range map[string]io.Reader{
		"whole":            strings.NewReader(data),
		"one byte a time":  iotest.OneByteReader(strings.NewReader(data)),
		"error with bytes": iotest.DataErrReader(strings.NewReader(data)),
	} {
		got, broken, err := readAll(t, in)
		if err != io.EOF {
			t.Errorf("%s: ended with %v", name, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: got %d entries, want %d: %+v %v", name, len(got), len(want), got, broken)
		}
		for i := range want {
			compare(t, name, got[i], broken[i], want[i])
		}
	}
}

func compare(t *testing.T, name string, got targets.Target, err error, want entry) {
	t.Helper()
	if want.fails == "" {
		if err != nil || !reflect.DeepEqual(got, want.Target) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, want.Target)
		}
		return
	}
	prefix := fmt.Sprintf("line %d: ", want.Line)
	if err == nil || !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(err.Error(), want.fails) {
		t.Errorf("%s: got %+v, %v, want the error %q", name, got, err, prefix+want.fails)
	}
}

func domain(line int, name string) entry {
	return entry{Target: targets.Target{Line: line, Domain: name}}
}

func bad(line int, fails string) entry {
	return entry{Target: targets.Target{Line: line}, fails: fails}
}

// full is a target with everything said about it.
func full(line int) entry {
	return entry{Target: targets.Target{
		Line: line, Domain: "dr.example.com", Expect: "on", Type: "all",
		Public:  []string{"k/a.pem", "k/b.pem"},
		Servers: []string{"ns1.example.com", "192.0.2.1:53"},
	}}
}

type readCase struct {
	data string
	want []entry
}

func run(t *testing.T, cases map[string]readCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, c.data, c.want)
		})
	}
}

func TestShapeIndependent(t *testing.T) {
	const bom = "\uFEFF"
	run(t, map[string]readCase{
		"empty":                {"", nil},
		"byte order mark only": {bom, nil},
		"blank and comments":   {"# a\n\n \t\r\n#", nil},
		"CRLF":                 {"a.example\r\n\r\nb.example\r\n", []entry{domain(1, "a.example"), domain(3, "b.example")}},
		"no final newline":     {"a.example\nb.example", []entry{domain(1, "a.example"), domain(2, "b.example")}},
		"final CR":             {"a.example\r", []entry{domain(1, "a.example")}},
		"mark and CRLF":        {bom + "a.example\r\n", []entry{domain(1, "a.example")}},
		"mark and comment":     {bom + "# c\na.example", []entry{domain(2, "a.example")}},
		"mark and header":      {bom + "domain,expect\na.example,", []entry{domain(2, "a.example")}},
		"mark and JSON":        {bom + `{"domain":"a.example"}`, []entry{domain(1, "a.example")}},
		"mark in another line": {"a.example\n" + bom + "b.example", []entry{domain(1, "a.example"), domain(2, bom+"b.example")}},
		"comment in JSON":      {"{\"domain\":\"a.example\"}\n# {\n\n{\"domain\":\"b.example\"}", []entry{domain(1, "a.example"), domain(4, "b.example")}},
		"comment in a table":   {"domain\n# c,d,e,f\na.example\n", []entry{domain(3, "a.example")}},
		"comment of any bytes": {"#\x00\xff\t\na.example", []entry{domain(2, "a.example")}},
		"comment not in front": {" # c\na.example", []entry{domain(1, "# c"), domain(2, "a.example")}},
		"old Macintosh":        {"a.example\rb.example\r", []entry{bad(1, "control character U+000D at column 10")}},
		"NUL":                  {"a.example\nb\x00c\nd.example", []entry{domain(1, "a.example"), bad(2, "control character U+0000 at column 2"), domain(3, "d.example")}},
		"tab":                  {"a.example\tb\nd.example", []entry{bad(1, "control character U+0009 at column 10"), domain(2, "d.example")}},
		"tab in JSON":          {"{\t\"domain\":\"a.example\"}", []entry{bad(1, "control character U+0009 at column 2")}},
		"C1 control":           {"a.example\u0085", []entry{bad(1, "control character U+0085 at column 10")}},
		"invalid UTF-8":        {"a.example\nb\xff\nd.example", []entry{domain(1, "a.example"), bad(2, "not valid UTF-8, at column 2"), domain(3, "d.example")}},
		"replaced before":      {"b\uFFFD", []entry{bad(1, "not valid UTF-8, at column 2")}},
		"broken first line":    {"\xff\na.example,k.pem", []entry{bad(1, "UTF-8"), {Target: targets.Target{Line: 2, Domain: "a.example", Public: []string{"k.pem"}}}}},
		"broken first, JSON":   {"{\xff\n{\"domain\":\"a.example\"}", []entry{bad(1, "UTF-8"), domain(2, "a.example")}},
	})
}

func TestJSON(t *testing.T) {
	const good = "\n{\"domain\":\"z.example\"}"
	// fails puts a good line behind a broken one, which must still be read.
	fails := func(line, text string) readCase {
		return readCase{line + good, []entry{bad(1, text), domain(2, "z.example")}}
	}
	run(t, map[string]readCase{
		"everything": {`{"domain":"dr.example.com","public":["k/a.pem","k/b.pem"],"expect":"on","type":"all","server":["ns1.example.com","192.0.2.1:53"]}`, []entry{full(1)}},
		"any order, blanks": {`  { "server" : ["ns1.example.com", "192.0.2.1:53"],"type":"all","expect":"on","public":["k/a.pem","k/b.pem"], "domain":"dr.example.com" }  `,
			[]entry{full(1)}},
		"strings, not split or trimmed": {`{"domain":" a ","public":" k a.pem","server":"ns1, ns2"}`,
			[]entry{{Target: targets.Target{Line: 1, Domain: " a ", Public: []string{" k a.pem"}, Servers: []string{"ns1, ns2"}}}}},
		"empty array":       {`{"domain":"a.example","public":[],"server":[]}`, []entry{domain(1, "a.example")}},
		"escapes":           {`{"\u0064omain":"b\u00fccher.example"}`, []entry{domain(1, "bücher.example")}},
		"ideographic space": {"{\"domain\":\"a.example\",\"expect\":\"\u3000\"}", []entry{{Target: targets.Target{Line: 1, Domain: "a.example", Expect: "\u3000"}}}},
		"not JSON behind it": {`{"domain":"a.example"}` + "\nb.example" + `
"c.example"
[]
null` + good, []entry{domain(1, "a.example"), bad(2, "not a JSON object"), bad(3, "not a JSON object"), bad(4, "not a JSON object"), bad(5, "not a JSON object"), domain(6, "z.example")}},
		"unknown key":         fails(`{"domain":"a","Expect":"on"}`, `the unknown key "Expect", must be one of domain, public, expect, server, type`),
		"long foreign key":    fails(`{"`+strings.Repeat("ü", 50)+`":1}`, `the unknown key "`+strings.Repeat(`\u00fc`, 30)+`"...`),
		"key cut in a rune":   fails(`{"x`+strings.Repeat("ü", 50)+`":1}`, `the unknown key "x`+strings.Repeat(`\u00fc`, 29)+`"...`),
		"duplicate key":       fails(`{"domain":"a","expect":"on","expect":"off"}`, `the key "expect" stands there twice`),
		"duplicate, escaped":  fails(`{"domain":"a","\u0064omain":"b"}`, `the key "domain" stands there twice`),
		"duplicate domain":    fails(`{"domain":"a","domain":"a"}`, `the key "domain" stands there twice`),
		"trailing garbage":    fails(`{"domain":"a"} x`, "invalid JSON at column 16"),
		"trailing bracket":    fails(`{"domain":"a"}}`, "invalid JSON at column 15"),
		"two objects":         fails(`{"domain":"a"}{"domain":"b"}`, "invalid JSON at column 15"),
		"trailing comma":      fails(`{"domain":"a",}`, "invalid JSON at column 15"),
		"cut short":           fails(`{"domain":"a"`, "invalid JSON at column 13"),
		"pretty-printed":      fails(`{`, "invalid JSON at column 1"),
		"deep":                fails(`{"public":`+strings.Repeat("[", 30000), "invalid JSON"),
		"nested array":        fails(`{"public":[["a"]]}`, "public must be a string or an array of strings"),
		"object":              fails(`{"server":{"a":"b"}}`, "server must be a string or an array of strings"),
		"number in an array":  fails(`{"server":["a",1]}`, "server must be a string or an array of strings"),
		"null":                fails(`{"domain":null}`, "domain must be a string"),
		"number":              fails(`{"domain":1e999}`, "domain must be a string"),
		"boolean":             fails(`{"domain":"a","expect":true}`, "expect must be a string"),
		"array":               fails(`{"domain":["a"]}`, "domain must be a string"),
		"no domain":           fails(`{"expect":"on"}`, "there is no domain"),
		"nothing":             fails(`{}`, "there is no domain"),
		"empty domain":        fails(`{"domain":""}`, "there is no domain"),
		"empty string":        fails(`{"domain":"a","server":""}`, "server is an empty string"),
		"empty in an array":   fails(`{"domain":"a","public":["a",""]}`, "public is an empty string"),
		"empty expect":        fails(`{"domain":"a","expect":""}`, "expect is an empty string"),
		"escaped NUL":         fails(`{"domain":"a\u0000"}`, "domain: the control character U+0000 at column 2"),
		"escaped line end":    fails(`{"domain":"a","public":["x","\n"]}`, "public: the control character U+000A at column 1"),
		"half of a surrogate": fails(`{"domain":"a\ud800"}`, "domain: the text is not valid UTF-8, at column 2"),
	})
}

func TestTableWithHeader(t *testing.T) {
	const good = "\nz.example"
	fails := func(header, line, text string) readCase {
		return readCase{header + "\n" + line + good, []entry{bad(2, text), domain(3, "z.example")}}
	}
	run(t, map[string]readCase{
		"everything":        {"domain,public,expect,type,server\ndr.example.com,k/a.pem k/b.pem,on,all,ns1.example.com 192.0.2.1:53", []entry{full(2)}},
		"another order":     {"domain,server,type,expect,public\ndr.example.com,ns1.example.com 192.0.2.1:53,all,on,k/a.pem k/b.pem", []entry{full(2)}},
		"quoted, blanks":    {"\"Domain\", SERVER,\"type\", expect ,public\n\"dr.example.com\", \"ns1.example.com   192.0.2.1:53\",\" all \",on , k/a.pem k/b.pem ", []entry{full(2)}},
		"case ignored":      {"DOMAIN,Expect\na.example,on", []entry{{Target: targets.Target{Line: 2, Domain: "a.example", Expect: "on"}}}},
		"header alone":      {"domain,expect\n", nil},
		"one column":        {"domain\na.example\n", []entry{domain(2, "a.example")}},
		"behind comments":   {"\n# c\n domain , expect\na.example", []entry{domain(4, "a.example")}},
		"empty and missing": {"domain,public,expect,type,server\na.example,,,,\nb.example\n\"c.example\",\"\"", []entry{domain(2, "a.example"), domain(3, "b.example"), domain(4, "c.example")}},
		"blank fields":      {"domain,public,server\na.example,  ,\"  \"", []entry{domain(2, "a.example")}},
		"domain again":      {"domain\ndomain", []entry{domain(2, "domain")}},
		"too many fields":   fails("domain,expect", "a.example,on,all", "3 fields, at most 2 are wanted: domain, expect"),
		"one comma more":    fails("domain", "a.example,", "2 fields, at most 1 are wanted: domain"),
		"no domain":         fails("domain,expect", ",on", "there is no domain"),
		"blank domain":      fails("domain,expect", "\"  \",on", "there is no domain"),
	})
}

func TestTableWithoutHeader(t *testing.T) {
	const good = "\nz.example"
	fails := func(line, text string) readCase {
		return readCase{line + good, []entry{bad(1, text), domain(2, "z.example")}}
	}
	quote := entry{Target: targets.Target{Line: 1, Domain: "a.example", Public: []string{`k"1",`, "2"}}}
	run(t, map[string]readCase{
		"everything":           {"dr.example.com,k/a.pem k/b.pem,on,ns1.example.com 192.0.2.1:53,all", []entry{full(1)}},
		"blanks":               {"  dr.example.com ,  k/a.pem  k/b.pem, on , \"ns1.example.com 192.0.2.1:53 \",all  ", []entry{full(1)}},
		"one column":           {"a.example\nb.example\n", []entry{domain(1, "a.example"), domain(2, "b.example")}},
		"later missing":        {"a.example\nb.example,\nc.example,,\n", []entry{domain(1, "a.example"), domain(2, "b.example"), domain(3, "c.example")}},
		"quoted":               {`"a.example","k""1"", 2"`, []entry{quote}},
		"long":                 {strings.Repeat("a", 5000) + ",," + strings.Repeat("b", 5000), []entry{{Target: targets.Target{Line: 1, Domain: strings.Repeat("a", 5000), Expect: strings.Repeat("b", 5000)}}}},
		"brace later":          {"a.example\n{}", []entry{domain(1, "a.example"), domain(2, "{}")}},
		"domain later":         {"a.example\ndomain,public", []entry{domain(1, "a.example"), {Target: targets.Target{Line: 2, Domain: "domain", Public: []string{"public"}}}}},
		"too many fields":      fails("a.example,,,,,", "6 fields, at most 5 are wanted: domain, public, expect, server, type"),
		"no domain":            fails(",k.pem", "there is no domain"),
		"empty quotes":         fails(`""`, "there is no domain"),
		"quote does not end":   fails(`a.example,"k.pem`, "a quoted field does not end, or goes on behind its end, at column 17"),
		"text behind a quote":  fails(`a.example,"k.pem"x`, "a quoted field does not end, or goes on behind its end, at column 17"),
		"blank behind a quote": fails(`"a.example" ,k.pem`, "a quoted field does not end, or goes on behind its end, at column 11"),
		"quote in a field":     fails(`a.example,k"pem`, "a quote within a field that is not quoted, at column 12"),
		"no-break space":       fails("a.example,\u00A0k.pem", "U+00A0 at column 11 is a blank, but no plain space"),
		"line separator":       fails("a.example\u2028", "U+2028 at column 10 is a blank, but no plain space"),
		"too many, untrusted":  fails("x\xff,y", "UTF-8"),
	})
}

func TestUnreadableFile(t *testing.T) {
	column := func(name string, repeated bool) func(error) bool {
		return func(err error) bool {
			c, ok := errors.AsType[*targets.ColumnError](err)
			return ok && c.Name == name && c.Repeated == repeated
		}
	}
	is := func(want error) func(error) bool {
		return func(err error) bool { return errors.Is(err, want) }
	}
	whatever := func(error) bool { return true }
	cases := map[string]struct {
		data string
		line int
		is   func(error) bool
		text string
	}{
		"UTF-16, little end first": {"\xff\xfea\x00\n\x00", 1, is(targets.ErrUTF16), "UTF-16"},
		"UTF-16, big end first":    {"\xfe\xff\x00a\x00\n", 1, is(targets.ErrUTF16), "UTF-16"},
		"UTF-16, mark alone":       {"\xff\xfe", 1, is(targets.ErrUTF16), "UTF-16"},
		"UTF-16, comment":          {"\xfe\xff\x00#\x00\n", 1, is(targets.ErrUTF16), "UTF-16"},
		"UTF-16, long":             {"\xff\xfe" + strings.Repeat("a\x00", targets.MaxLine), 1, is(targets.ErrUTF16), "UTF-16"},
		"unknown column":           {"#\ndomain,\"Näme\"\na.example", 2, column("Näme", false), `unknown column "N\u00e4me"`},
		"column without name":      {"domain,\na.example", 1, column("", false), `unknown column ""`},
		"repeated column":          {"domain,expect,EXPECT\na.example", 1, column("EXPECT", true), `the column "EXPECT" twice`},
		"repeated domain":          {"domain,domain\na.example", 1, column("domain", true), `the column "domain" twice`},
		"semicolons":               {"Domain ; public\na.example;k.pem", 1, is(targets.ErrSeparator), "semicolons or tabs"},
		"tabs":                     {"domain\tpublic\na.example\tk.pem", 1, is(targets.ErrSeparator), "semicolons or tabs"},
		"domain not in front":      {"expect,domain\non,a.example", 1, is(targets.ErrHeader), "must be domain"},
		"broken header, quote":     {"domain,\"expect\na.example", 1, whatever, "does not end"},
		"broken header, UTF-8":     {"\"Domain\" ,\xff\na.example", 1, is(targets.ErrNotUTF8), "UTF-8"},
		"broken header, blank":     {"domain,\u00A0expect\na.example", 1, whatever, "U+00A0"},
		"broken header, long":      {"domain," + strings.Repeat(" ", targets.MaxLine) + "\na.example", 1, is(targets.ErrTooLong), "longer"},
		"JSON array":               {"\n [\n{\"domain\":\"a.example\"}\n]", 2, is(targets.ErrArray), "one JSON object a line"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, broken, err := readAll(t, strings.NewReader(c.data))
			file, ok := errors.AsType[*targets.FileError](err)
			if !ok || len(got) > 0 {
				t.Fatalf("got %+v, %v, %v, want nothing but a FileError", got, broken, err)
			}
			prefix := fmt.Sprintf("line %d: ", c.line)
			if file.Line != c.line || !c.is(err) || !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got line %d, %v, want %q", file.Line, err, prefix+"… "+c.text)
			}
		})
	}
}

// A line that goes on for ever, as a device does, ends the list: nothing behind it can
// be reached.
func TestEndlessLine(t *testing.T) {
	t.Parallel()
	reader := targets.NewReader(strings.NewReader("a.example\n" + strings.Repeat("\x00", 17<<20) + "\nb.example"))
	for _, want := range []error{nil, targets.ErrTooLong, targets.ErrEndless, targets.ErrEndless} {
		if _, err := reader.Next(); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

func TestLongLines(t *testing.T) {
	longest := strings.Repeat("a", targets.MaxLine)
	object := func(n int) string {
		return `{"domain":"a.example"` + strings.Repeat(" ", n-len(`{"domain":"a.example"}`)) + "}"
	}
	const tooLong = "the line is longer than 65536 bytes"
	cases := map[string]readCase{
		"longest":                  {longest + "\nz.example", []entry{domain(1, longest), domain(2, "z.example")}},
		"longest, CRLF":            {longest + "\r\nz.example", []entry{domain(1, longest), domain(2, "z.example")}},
		"longest, mark and CRLF":   {"\uFEFF" + longest + "\r\nz.example", []entry{domain(1, longest), domain(2, "z.example")}},
		"longest, last":            {longest, []entry{domain(1, longest)}},
		"longest JSON":             {object(targets.MaxLine) + "\n" + object(30), []entry{domain(1, "a.example"), domain(2, "a.example")}},
		"one byte more":            {longest + "a\nz.example", []entry{bad(1, tooLong), domain(2, "z.example")}},
		"one byte more, CRLF":      {longest + "a\r\nz.example", []entry{bad(1, tooLong), domain(2, "z.example")}},
		"one byte more, last":      {longest + "a", []entry{bad(1, tooLong)}},
		"one byte more, later":     {"z.example\n\n" + longest + "a\nz.example", []entry{domain(1, "z.example"), bad(3, tooLong), domain(4, "z.example")}},
		"one byte more, JSON":      {object(targets.MaxLine+1) + "\n" + object(30), []entry{bad(1, tooLong), domain(2, "a.example")}},
		"many times too long":      {strings.Repeat(longest, 5) + "\nz.example", []entry{bad(1, tooLong), domain(2, "z.example")}},
		"many times, last":         {"z.example\n" + strings.Repeat(longest, 5), []entry{domain(1, "z.example"), bad(2, tooLong)}},
		"two of them":              {strings.Repeat(longest, 2) + "\n" + strings.Repeat(longest, 2) + "\nz.example", []entry{bad(1, tooLong), bad(2, tooLong), domain(3, "z.example")}},
		"comment":                  {"#" + strings.Repeat(longest, 2) + "\n{\"domain\":\"z.example\"}", []entry{domain(2, "z.example")}},
		"blank, then JSON":         {strings.Repeat(" ", 2*targets.MaxLine) + "\n{\"domain\":\"z.example\"}", []entry{bad(1, tooLong), domain(2, "z.example")}},
		"broken by its last bytes": {longest[:targets.MaxLine-1] + "\xff\nz.example", []entry{bad(1, "UTF-8, at column 65536"), domain(2, "z.example")}},
	}
	run(t, cases)
}

func TestTypedErrors(t *testing.T) {
	cases := map[string]error{
		strings.Repeat("a", targets.MaxLine+1): targets.ErrTooLong,
		"a\xff":                                targets.ErrNotUTF8,
		`{"domain":"\udfff"}`:                  targets.ErrNotUTF8,
		`{"domain":""}`:                        targets.ErrNoDomain,
		",on":                                  targets.ErrNoDomain,
	}
	for data, want := range cases {
		_, err := targets.NewReader(strings.NewReader(data)).Next()
		if _, ok := errors.AsType[*targets.LineError](err); !ok || !errors.Is(err, want) {
			t.Errorf("%.20q: got %v, want a LineError that is %v", data, err, want)
		}
	}
}

// What stands in front of a failure and is no whole line must not become a target.
func TestReaderFails(t *testing.T) {
	failure := errors.New("the disk is gone")
	cases := map[string]struct {
		data string
		want int
	}{
		"at once":             {"", 0},
		"within a line":       {"a.example\nb.example.co", 1},
		"behind a line":       {"a.example\nb.example\n", 2},
		"within the header":   {"domain,exp", 0},
		"within a long line":  {"a.example\n" + strings.Repeat("a", 3*targets.MaxLine), 2},
		"behind UTF-16's end": {"a.example\n\xff\xfe", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.data), iotest.OneByteReader(strings.NewReader(c.data))} {
				got, broken, err := readAll(t, io.MultiReader(in, iotest.ErrReader(failure)))
				if err != failure || len(got) != c.want {
					t.Errorf("got %d entries %v, then %v, want %d, then %v", len(got), broken, err, c.want, failure)
				}
			}
		})
	}
	t.Run("with the errors of bufio", func(t *testing.T) {
		for _, failure := range []error{bufio.ErrBufferFull, io.ErrUnexpectedEOF} {
			if got, _, err := readAll(t, iotest.ErrReader(failure)); err != failure || len(got) > 0 {
				t.Errorf("got %v, %v, want %v", got, err, failure)
			}
		}
	})
	t.Run("without progress", func(t *testing.T) {
		if _, _, err := readAll(t, idle{}); err != io.ErrNoProgress {
			t.Errorf("got %v, want %v", err, io.ErrNoProgress)
		}
	})
}

// idle never reads anything, nor says why.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// A terminal gives more behind its end.
func TestNotReadBehindTheEnd(t *testing.T) {
	in := &terminal{chunks: []string{"a.example", "", "b.example\n"}}
	got, _, err := readAll(t, in)
	if err != io.EOF || len(got) != 1 || len(in.chunks) != 1 {
		t.Errorf("got %v, %v, left %q", got, err, in.chunks)
	}
}

type terminal struct{ chunks []string }

func (t *terminal) Read(p []byte) (int, error) {
	chunk := t.chunks[0]
	t.chunks = t.chunks[1:]
	if chunk == "" {
		return 0, io.EOF
	}
	return copy(p, chunk), nil
}

func TestRead(t *testing.T) {
	reader := targets.NewReader(strings.NewReader("\uFEFF# c\r\na.example\n" + strings.Repeat("x", 2*targets.MaxLine) + "\nb"))
	for i, want := range []int64{8 + 10, 8 + 10 + 3 + targets.MaxLine + 2, 8 + 10 + 2*targets.MaxLine + 2, 8 + 10 + 2*targets.MaxLine + 2} {
		_, _ = reader.Next()
		if got := reader.Read(); got != want {
			t.Errorf("call %d: %d bytes are read, want %d", i, got, want)
		}
	}
}

// repeated is a text n times over, of which no more is held than once.
type repeated struct {
	text, rest string
	n          int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.rest = r.text
		r.n--
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestConstantMemory(t *testing.T) {
	const lines, times = 1000, 100
	cases := map[string]struct {
		line    string
		times   int
		entries int
	}{
		"a million domains": {"dr.example.com\n", 10 * times, 10 * times * lines},
		"broken lines":      {"\"dr.example.com,k.pem\n", times, times * lines},
		"JSON":              {"{\"domain\":\"dr.example.com\",\"server\":[\"ns1.example.com\"]}\n", times, times * lines},
		"comments":          {"# dr.example.com\n", times, 0},
		"one endless line":  {"dr.example.com,", times, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := &repeated{text: strings.Repeat(c.line, lines), n: c.times}
			entries, grown := drain(t, in)
			if entries != c.entries {
				t.Errorf("got %d entries, want %d", entries, c.entries)
			}
			if grown > 1<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
		})
	}
}

// drain reads to the end, and returns by how much the heap was larger at most, at some
// places on the way and at the end.
func drain(t *testing.T, in io.Reader) (entries int, grown int64) {
	t.Helper()
	before := heap()
	reader := targets.NewReader(in)
	for ; ; entries++ {
		_, err := reader.Next()
		if err == io.EOF {
			break
		}
		if _, ok := errors.AsType[*targets.LineError](err); err != nil && !ok {
			t.Fatal(err)
		}
		if entries%200_000 == 99_999 {
			grown = max(grown, int64(heap())-int64(before))
		}
	}
	grown = max(grown, int64(heap())-int64(before))
	runtime.KeepAlive(reader)
	return entries, grown
}

// Progress is shown by another goroutine; the race detector watches.
func TestReadWhileReading(t *testing.T) {
	in := &repeated{text: "dr.example.com\n", n: 10_000}
	reader := targets.NewReader(in)
	var group sync.WaitGroup
	group.Go(func() {
		for last := int64(0); last < 150_000; runtime.Gosched() {
			now := reader.Read()
			if now < last {
				t.Errorf("%d bytes are read, after %d", now, last)
				return
			}
			last = now
		}
	})
	for {
		if _, err := reader.Next(); err != nil {
			break
		}
	}
	group.Wait()
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"", "\uFEFFa.example\r\n", "\xff\xfea\x00", "[", "# c\n\n{\"domain\":\"a\",\"public\":[\"x\"]}\n{}\nx",
		"domain,expect\na,on\nb,\"", "a,b c,on,d e,all\n\"\"\n,\n", "domain,domain", "type,domain", "a\x00\n\xff\n\u00A0",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, broken, err := readAll(t, strings.NewReader(string(data)))
		if _, ok := errors.AsType[*targets.FileError](err); !ok && err != io.EOF {
			t.Fatalf("ended with %v", err)
		}
		last := 0
		for i, target := range got {
			if target.Line <= last || target.Line > strings.Count(string(data), "\n")+1 {
				t.Fatalf("line %d behind line %d", target.Line, last)
			}
			last = target.Line
			if broken[i] == nil && target.Domain == "" {
				t.Fatalf("no domain in line %d", target.Line)
			}
			if broken[i] != nil && !ascii(broken[i].Error()) {
				t.Fatalf("the error %q is not plain ASCII", broken[i])
			}
		}
		again, _, errAgain := readAll(t, iotest.OneByteReader(strings.NewReader(string(data))))
		if !reflect.DeepEqual(got, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("got %+v, %v, byte by byte %+v, %v", got, err, again, errAgain)
		}
	})
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}
