package zonefile

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// noTTL begins a zone file without $TTL.
const noTTL = "$ORIGIN example.com.\n@ 100 IN SOA ns hostmaster 7 3600 600 86400 60\n@ IN NS ns.example.net.\n"

// editText loads a zone file with the included file x, and replaces the TXT records
// "ours" by "new" with a TTL of 77 s; with remove it removes them alone.
func editText(t *testing.T, text, x string, remove bool) (*Edit, error) {
	t.Helper()
	f, err := loadText(t, text, "", "dr.example.com", map[string]string{"x": x})
	if err != nil {
		return nil, err
	}
	change := Change{Type: "TXT", TTL: 77}
	if setOf(standing(f, "TXT").RDATA)["\x04ours"] {
		change.Remove = texts("ours")
	}
	if !remove {
		change.Add = texts("new")
	}
	return f.Edit([]Change{change}, november)
}

// What name servers read otherwise than the DNS library is refused, or edited so that
// nothing changes for any of them.
func TestServersDiffer(t *testing.T) {
	const ours = `dr.example.com. 77 IN TXT "new"` + "\n"
	const include, record = "$INCLUDE x\n", "incl 300 A 192.0.2.9\n"
	head8 := strings.Replace(head, " 7 ", " 8 ", 1) // with the next serial number
	cases := map[string]struct {
		text, x string
		remove  bool
		kind    *Kind  // nil: it is edited
		line    int    // of the refusal
		in      string // the file that is blamed, if not the zone file
		want    string // how the text ends, where it is edited
	}{
		"carriage return": {text: head + "dr TXT ours\rwww A 192.0.2.1\n", kind: ErrShape, line: 5},
		"in parentheses":  {text: head + "dr TXT ( a\n\"b\"\r\"c\" )\n", kind: ErrShape, line: 6},
		"before a blank":  {text: head + "www TXT x\r dr CNAME other\n", kind: ErrShape, line: 5},
		"in a directive":  {text: head + "www TXT x\n$ORIGIN \rexample.com.\n", kind: ErrShape, line: 6},
		"two, then text":  {text: head + "www TXT x\r\rdr CNAME other\n", kind: ErrShape, line: 5},
		"behind escape":   {text: head + "www TXT x\\\rdr CNAME other\n", kind: ErrShape, line: 5},
		"at the end":      {text: head + "www TXT x\r", kind: ErrShape, line: 5},
		"included":        {text: head + include, x: "incl A 192.0.2.1\nfoo A 192.0.2.2\rdr A 192.0.2.1\n", kind: ErrShape, line: 2, in: "x"},
		"in a comment":    {text: head + "www TXT x ; a\rb\n", want: ours},
		"in quotes":       {text: head + "www TXT \"a\rb\"\n", want: ours},
		"two in line end": {text: head + "www TXT x\r\r\n", want: `dr.example.com. 77 IN TXT "new"` + "\r\n"},

		"NUL":            {text: head + "dr TXT ours\nwww TXT a\x00\n", kind: ErrShape, line: 6},
		"NUL in comment": {text: head + ";\x00\n", kind: ErrShape, line: 5},
		"NUL included":   {text: head + include, x: "\nincl TXT \"\x00\"\n", kind: ErrShape, line: 2, in: "x"},

		"open $INCLUDE":   {text: head + "$INCLUDE x", x: record, kind: ErrShape, line: 5},
		"open $GENERATE":  {text: head + "$GENERATE 1-2 h$ A 192.0.2.$", kind: ErrShape, line: 5},
		"open $ORIGIN":    {text: head + "$ORIGIN x", kind: ErrShape, line: 5},
		"open $TTL":       {text: head + "dr TXT ours\n$TTL 5", kind: ErrShape, line: 6},
		"open comment":    {text: head + include + "; end", x: record, want: "; end\n" + ours},
		"open blank line": {text: head + "www A 192.0.2.1\n\t", want: "\t\n" + ours},
		"open record":     {text: head + "www A 192.0.2.1", want: "www A 192.0.2.1\n" + strings.TrimSuffix(ours, "\n")},

		"owner from before":           {text: head + "dr A 192.0.2.1\n" + include + "dr TXT ours\n   MX 10 ns\n", x: record, remove: true, want: include + "dr.example.com.   MX 10 ns\n"},
		"owner from before $GENERATE": {text: head + "dr A 192.0.2.1\n$GENERATE 1-2 h$ A 192.0.2.$\ndr TXT ours\n   MX 10 ns\n", remove: true, want: "dr.example.com.   MX 10 ns\n"},
		"owner named before":          {text: head + "dr TXT ours\n" + include + "dr A 192.0.2.1\n   MX 10 ns\n", x: record, remove: true, want: include + "dr A 192.0.2.1\n   MX 10 ns\n"},
		"other across, between":       {text: head + "dr TXT ours\nwww A 192.0.2.1\n" + include + "   MX 10 ns\ndr TXT ours\n", x: record, remove: true, want: head8 + "www A 192.0.2.1\n" + include + "   MX 10 ns\n"},
		"ours across":                 {text: head + "dr A 192.0.2.1\n" + include + "   TXT ours\n", x: record, kind: ErrShape, line: 7},
		"at the name across":          {text: head + "dr TXT ours\n$GENERATE 1-2 h$ A 192.0.2.$\n   MX 10 ns\n", kind: ErrShape, line: 7},
		"other across, before":        {text: head + "www A 192.0.2.1\n" + include + "   MX 10 ns\ndr TXT ours\n", x: record, want: ours},

		"TTL behind $INCLUDE":     {text: noTTL + include + "dr 200 TXT ours\nfoo A 192.0.2.4\n", x: "$TTL 500\nincl A 192.0.2.9\n", remove: true, kind: ErrShape, line: 6},
		"and a TTL between":       {text: noTTL + include + "dr 200 TXT ours\nfoo 60 A 192.0.2.4\nbar A 192.0.2.5\n", x: record, want: ours + "foo 60 A 192.0.2.4\nbar A 192.0.2.5\n"},
		"TTL behind $GENERATE":    {text: noTTL + "$GENERATE 1-2 h$ 500 IN A 192.0.2.$\ndr TXT foreign\nfoo A 192.0.2.4\n", kind: ErrShape, line: 5},
		"the same TTL as before":  {text: strings.Replace(noTTL, "100", "77", 1) + "$GENERATE 1-2 h$ 500 IN A 192.0.2.$\ndr TXT foreign\nfoo A 192.0.2.4\n", kind: ErrShape, line: 5},
		"TTL named behind it":     {text: noTTL + "$GENERATE 1-2 h$ 500 IN A 192.0.2.$\ndr 77 TXT ours\nfoo A 192.0.2.4\n", want: ours + "foo A 192.0.2.4\n"},
		"written out behind it":   {text: noTTL + "$GENERATE 1-2 h$ 500 IN A 192.0.2.$\nwww 60 A 192.0.2.3\ndr 30 TXT ours\nfoo A 192.0.2.4\n", remove: true, want: "www 60 A 192.0.2.3\nfoo 30 A 192.0.2.4\n"},
		"at the end of the file":  {text: noTTL + include + "foo A 192.0.2.4\n", x: record, want: "foo A 192.0.2.4\n" + ours},
		"moved to the end":        {text: noTTL + include + "dr MX 10 ns\nfoo A 192.0.2.4\n", x: record, want: "foo A 192.0.2.4\n" + ours},
		"$TTL before":             {text: head + include + "dr 30 TXT ours\nfoo A 192.0.2.4\n", x: "$TTL 500\n", want: ours + "foo A 192.0.2.4\n"},
		"$TTL behind":             {text: noTTL + include + "$TTL 300\ndr 30 TXT ours\nfoo A 192.0.2.4\n", x: record, want: ours + "foo A 192.0.2.4\n"},
		"included behind ours":    {text: noTTL + "dr 30 TXT ours\n" + include, x: "incl A 192.0.2.9\n", remove: true, kind: ErrShape, line: 5},
		"TTL of ours, not theirs": {text: noTTL + include + "dr TXT ours\nfoo A 192.0.2.4\n", x: record, want: "foo A 192.0.2.4\n" + ours},

		"climbs":           {text: head + "$INCLUDE l/../x\n", x: record, kind: ErrShape, line: 5},
		"climbs at once":   {text: head + "$INCLUDE ../x\n", x: record, kind: ErrShape, line: 5},
		"climbs, absolute": {text: head + "$INCLUDE DIRECTORY/l/../x\n", x: record, kind: ErrShape, line: 5},
		"climbs included":  {text: head + include, x: "\n$INCLUDE l/../y\n", kind: ErrShape, line: 2, in: "x"},
		"dots":             {text: head + "$INCLUDE ./x\ndr TXT ours\n", x: record, want: ours},

		"glued strings":        {text: head + "dr TXT (v=1\\;\nk=all\\;b=off\n)\n", kind: ErrShape, line: 5},
		"glued, CRLF":          {text: head + "dr TXT (ours\r\nb)\r\n", kind: ErrShape, line: 5},
		"glued by parentheses": {text: head + "dr TXT (a)(b)\n", kind: ErrShape, line: 5},
		"quotes apart":         {text: head + "dr TXT (\"a\"\n\"b\"\n)\n", want: ours + "dr TXT (\"a\"\n\"b\"\n)\n"},
		"quotes before":        {text: head + "dr TXT (\"a\"\nb)\n", want: ours + "dr TXT (\"a\"\nb)\n"},
		"quotes behind":        {text: head + "dr TXT (a\n\"b\")\n", want: ours + "dr TXT (a\n\"b\")\n"},
		"comment apart":        {text: head + "dr TXT (a;c\nb)\n", want: ours + "dr TXT (a;c\nb)\n"},
		"indented":             {text: head + "dr TXT (\n a\n b\n )\n", want: ours + "dr TXT (\n a\n b\n )\n"},
		"glued elsewhere":      {text: head + "w TXT (a\nb)\ndr TXT ours\n", want: ours},

		"long $GENERATE":          {text: head + "$GENERATE 1-2 h$ TXT " + strings.Repeat("a ", 2040) + "\n", kind: ErrShape, line: 5},
		"long, then an error":     {text: head + "$GENERATE 1-2 h$ TXT " + strings.Repeat("a ", 2040) + "\nx A 1\n", kind: ErrShape, line: 5},
		"long $GENERATE included": {text: head + include, x: "$GENERATE 1-2 h$ TXT " + strings.Repeat("a ", 2040) + "\n", kind: ErrShape, line: 1, in: "x"},
		"$GENERATE of 4096":       {text: head + fmt.Sprintf("%-4095s\n", "$GENERATE 1-2 h$ TXT a"), want: ours},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e, err := editText(t, c.text, c.x, c.remove)
			if c.kind == nil {
				if err != nil || !strings.HasSuffix(string(newText(e)), c.want) {
					t.Fatalf("got %v, %q, want %q", err, textOf(e), c.want)
				}
				return
			}
			refusal, ok := errors.AsType[*Error](err)
			if !ok || refusal.Kind != c.kind || refusal.Line != c.line {
				t.Fatalf("got %v, %q, want %v in line %d", err, textOf(e), c.kind, c.line)
			}
			in := "zone"
			if c.in != "" {
				in = c.in
			}
			if filepath.Base(refusal.Path) != in || refusal.Zone != "example.com." {
				t.Errorf("blames %q, zone %q", refusal.Path, refusal.Zone)
			}
			if ttl := strings.Contains(err.Error(), "line without TTL"); ttl != (refusal.Hint() == hintTTL) {
				t.Errorf("%v: hint %q", err, refusal.Hint())
			}
		})
	}
}

func textOf(e *Edit) string {
	if e == nil {
		return ""
	}
	return string(newText(e))
}

// Relative paths lead beside the file, and into the name server's working directory.
func TestIncludeDirectories(t *testing.T) {
	const include, harmless, harmful = "$INCLUDE sub/x\n", "incl A 192.0.2.1\n", "dr A 192.0.2.1\n"
	cases := map[string]struct {
		text, beside, elsewhere string // "": there is no such file
		kind                    *Kind
		in                      string
	}{
		"beside":                {text: include, beside: harmful, kind: ErrIncluded},
		"elsewhere":             {text: include, elsewhere: harmful, kind: ErrIncluded},
		"elsewhere, harmless":   {text: include, elsewhere: harmless},
		"both the same":         {text: include, beside: harmless, elsewhere: harmless},
		"both, differing":       {text: include, beside: harmless, elsewhere: harmless + "; more\n", kind: ErrIncludeUnknown, in: "zone"},
		"nowhere":               {text: include, kind: ErrIncludeUnknown, in: "zone"},
		"absolute":              {text: "$INCLUDE DIRECTORY/sub/x\n", elsewhere: harmless, kind: ErrIncludeUnknown, in: "zone"},
		"absolute, other there": {text: "$INCLUDE DIRECTORY/sub/x\n", beside: harmless, elsewhere: harmful},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			directory, elsewhere := t.TempDir(), t.TempDir()
			for root, text := range map[string]string{directory: c.beside, elsewhere: c.elsewhere} {
				if text != "" {
					makeDirectory(t, filepath.Join(root, "sub"))
					writeFile(t, filepath.Join(root, "sub", "x"), text)
				}
			}
			path := filepath.Join(directory, "zone")
			writeFile(t, path, head+strings.ReplaceAll(c.text, "DIRECTORY", directory))
			_, err := Load(path, "", "dr.example.com", Options{IncludeDirectories: []string{elsewhere}})
			if c.kind == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			refusal, ok := errors.AsType[*Error](err)
			if !ok || refusal.Kind != c.kind || c.in != "" && (refusal.Path != path || refusal.Line != 5) {
				t.Fatalf("got %v, want %v", err, c.kind)
			}
			if c.beside != "" && c.elsewhere != "" {
				for _, root := range []string{directory, elsewhere} {
					if !strings.Contains(refusal.Found, fmt.Sprintf("%q", filepath.Join(root, "sub", "x"))) {
						t.Errorf("found %q", refusal.Found)
					}
				}
			}
		})
	}
}

// A file that an included one includes is looked for beside that, wherever it was.
func TestIncludeDirectoriesNested(t *testing.T) {
	directory, elsewhere := t.TempDir(), t.TempDir()
	makeDirectory(t, filepath.Join(elsewhere, "sub"))
	writeFile(t, filepath.Join(elsewhere, "sub", "x"), "$INCLUDE y\n")
	writeFile(t, filepath.Join(elsewhere, "sub", "y"), "dr A 192.0.2.1\n")
	path := filepath.Join(directory, "zone")
	writeFile(t, filepath.Join(directory, "z"), "incl A 192.0.2.1\n")
	writeFile(t, path, head+"$INCLUDE z\n$INCLUDE sub/x\n")
	if _, err := Load(path, "", "dr.example.com", Options{IncludeDirectories: []string{elsewhere}}); !errors.Is(err, ErrIncluded) {
		t.Errorf("got %v", err)
	}
}

func TestRelativeIncludes(t *testing.T) {
	got, err := examine("x", []byte("$INCLUDE a\na A 192.0.2.1\n$INCLUDE /b\n$include a ; again\n$INCLUDE c d.\n"))
	if want := []string{"a", "c"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestWildcardHidden(t *testing.T) {
	for text, want := range map[string]string{
		"* A 192.0.2.1\n":                                  "*.example.com.",
		"*.Example.COM. MX 10 m\n":                         "*.Example.COM.",
		"* A 192.0.2.1\n*.x.b A 192.0.2.1\n":               "",
		"* A 192.0.2.1\n*.b A 192.0.2.1\n":                 "*.b.example.com.",
		"*.b A 192.0.2.1\n* A 192.0.2.1\n":                 "*.b.example.com.",
		"* A 192.0.2.1\nb A 192.0.2.1\n":                   "",
		"* A 192.0.2.1\nb.c A 192.0.2.1\nxb A 192.0.2.1\n": "*.example.com.",
		"* A 192.0.2.1\na.b MX 10 m\n":                     "",
		"* A 192.0.2.1\nsub.a.b A 192.0.2.1\n":             "",
		"* A 192.0.2.1\n*.a.b A 192.0.2.1\n":               "",
		"*.c A 192.0.2.1\nx.* A 192.0.2.1\n":               "",
		"a\\.b A 192.0.2.1\n* A 192.0.2.1\n":               "*.example.com.",
		"x\\001b A 192.0.2.1\n* A 192.0.2.1\n":             "*.example.com.",
		"www A 192.0.2.1\n":                                "",
	} {
		f, err := loadText(t, head+text, "", "a.b.example.com", nil)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		e, err := f.Edit([]Change{{Type: "TXT", Add: texts("new"), TTL: 60}}, november)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, w := range e.Warnings() {
			got = w.(WildcardHidden).Owner
		}
		if got != want {
			t.Errorf("%q: warns of %q, want %q", text, got, want)
		}
	}
}

// Without $TTL name servers differ about the lines behind an edit.
func TestNoDefaultTTL(t *testing.T) {
	const soa = "$ORIGIN example.com.\n@ IN SOA ns hostmaster 7 3600 600 86400 60\n@ IN NS ns.example.net.\n"
	for text, want := range map[string]bool{
		soa + "dr 30 TXT ours\nfoo A 192.0.2.1\n":         true,
		soa + "dr 30 TXT ours\nfoo 60 A 192.0.2.1\n":      false,
		soa + "foo A 192.0.2.1\ndr 30 TXT ours\n":         false,
		soa + "foo A 192.0.2.1\n":                         false,
		soa + "dr MX 10 m\nfoo A 192.0.2.1\n":             true,
		head + "dr 30 TXT ours\nfoo A 192.0.2.1\n":        false,
		"$TTL 5\n" + soa + "dr TXT ours\nfoo A 1.1.1.1\n": false,
		soa + "$TTL 5\ndr TXT ours\nfoo A 192.0.2.1\n":    false,
		soa + "dr TXT ours\n$TTL 5\nfoo A 192.0.2.1\n":    false,
	} {
		e, err := editText(t, text, "", false)
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, w := range e.Warnings() {
			if w == (NoDefaultTTL{}) {
				got = true
			}
		}
		if got != want {
			t.Errorf("%q: warnings %v", text, e.Warnings())
		}
	}
}

func TestWrittenOutSaysWhose(t *testing.T) {
	for w, want := range map[WrittenOut]bool{{Line: 1, Owner: true}: false, {Line: 1, TTL: true}: true, {Line: 1, Owner: true, TTL: true}: true} {
		if got := strings.Contains(w.String(), "NSD and Knot took their own default"); got != want {
			t.Errorf("says %q", w)
		}
	}
}

// The work grows with the file, not with its square: tenfold the records may take
// forty times as long at most.
func TestWorkGrowsWithTheFile(t *testing.T) {
	for name, line := range map[string]string{
		"ours":            "dr TXT ours%d\n",
		"types of a name": " TYPE%d \\# 0\n",
	} {
		small, large := editTime(t, line, 2000), editTime(t, line, 20000)
		if large > 40*small {
			t.Errorf("%s: %v, then %v", name, small, large)
		}
	}
}

// editTime is the least of three times that an edit takes of a file with so many lines,
// numbered, behind a record at the name.
func editTime(t *testing.T, line string, count int) time.Duration {
	t.Helper()
	var b strings.Builder
	b.WriteString(head + "dr TXT ours\n")
	for i := range count {
		fmt.Fprintf(&b, line, 1000+i)
	}
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, b.String())
	least := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		f, err := Load(path, "", "dr.example.com", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Edit([]Change{{Type: "TXT", Remove: standing(f, "TXT").RDATA, Add: texts("new")}}, november); err != nil {
			t.Fatal(err)
		}
		least = min(least, time.Since(start))
	}
	return least
}

func makeDirectory(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}
