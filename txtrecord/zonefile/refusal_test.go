package zonefile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// head begins a zone file of example.com.
const head = "$ORIGIN example.com.\n$TTL 300\n@ IN SOA ns hostmaster 7 3600 600 86400 60\n@ IN NS ns.example.net.\n"

// loadText writes a zone file, others beside it, and reads it.
func loadText(t *testing.T, text, zone, name string, others map[string]string) (*File, error) {
	t.Helper()
	directory := t.TempDir()
	for other, text := range others {
		writeFile(t, filepath.Join(directory, other), strings.ReplaceAll(text, "DIRECTORY", directory))
	}
	path := filepath.Join(directory, "zone")
	writeFile(t, path, strings.ReplaceAll(text, "DIRECTORY", directory))
	return Load(path, zone, name, Options{})
}

func TestRefused(t *testing.T) {
	cases := map[string]struct {
		text   string
		zone   string
		others map[string]string
		kind   *Kind
		line   int
		in     string // the file that is blamed, if not the zone file
	}{
		"empty":              {text: "", kind: ErrEmpty},
		"comments alone":     {text: "; nothing\n\n", kind: ErrEmpty},
		"comments, zone":     {text: "; nothing\n\n", zone: "example.com", kind: ErrEmpty},
		"no SOA":             {text: "$ORIGIN example.com.\n$TTL 5\n@ NS ns\n", kind: ErrNoSOA},
		"no SOA, zone":       {text: "$ORIGIN example.com.\n$TTL 5\n@ NS ns\n", zone: "example.com", kind: ErrNoSOA},
		"no origin":          {text: "$TTL 5\n@ SOA ns h 1 2 3 4 5\n", kind: ErrNoOrigin},
		"relative origin":    {text: "$ORIGIN example\n$TTL 5\n@ SOA ns h 1 2 3 4 5\n", kind: ErrNoOrigin},
		"two SOA":            {text: head + "@ IN SOA ns hostmaster 7 3600 600 86400 60\n", kind: ErrManySOA},
		"SOA of another":     {text: head, zone: "com", kind: ErrOtherZone},
		"name outside":       {text: strings.ReplaceAll(head, "example.com", "example.org"), kind: ErrNotInZone},
		"suffix, no label":   {text: strings.ReplaceAll(head, "example.com", "ample.com"), kind: ErrNotInZone},
		"class CH":           {text: head + "x CH TXT \"a\"\n", kind: ErrClass},
		"syntax":             {text: head + "; line 5\nx IN A 192.0.2\n", kind: ErrSyntax, line: 6},
		"syntax in the last": {text: head + "x IN A", kind: ErrSyntax, line: 5},
		"SOA cut short":      {text: "$ORIGIN example.com.\n$TTL 5\n@ SOA ns h 1 2 3 4\n", kind: ErrSyntax, line: 3},
		"MX cut short":       {text: head + "x MX 10\n", kind: ErrSyntax, line: 5},
		"SRV cut, no end":    {text: head + "x SRV 10 20 30", kind: ErrSyntax, line: 5},
		"backslash at end":   {text: head + "x TXT a\\", kind: ErrSyntax, line: 5},
		"type missing":       {text: head + "x 30", kind: ErrSyntax, line: 5},
		"type unknown":       {text: head + "x IN NOTYPE 1\n", kind: ErrSyntax, line: 5},
		"open parenthesis":   {text: head + "x IN TXT ( \"a\"\n\n", kind: ErrSyntax, line: 6},
		"open quote":         {text: head + "x IN TXT \"a\n", kind: ErrSyntax},
		"no owner":           {text: "$TTL 5\n IN SOA ns h 1 2 3 4 5\n", zone: "example.com", kind: ErrSyntax, line: 2},
		"no TTL":             {text: "@ IN NS ns\n@ IN SOA ns h 1 2 3 4 5\n", zone: "example.com", kind: ErrSyntax, line: 1},
		"no TTL before it":   {text: "$ORIGIN example.com.\nx IN A 192.0.2.1\n@ 5 IN SOA ns h 1 2 3 4 5\n", kind: ErrSyntax, line: 2},
		"odd $TTL":           {text: "$TTL soon\n" + head, kind: ErrSyntax, line: 1},
		"unknown directive":  {text: head + "$DATE 5\n", kind: ErrSyntax, line: 5},
		"line in the middle": {text: "@ IN SOA ns h 1 2 3 4 60\n\nx IN A nothing\n", zone: "example.com", kind: ErrSyntax, line: 3},
		"RRSIG":              {text: head + "@ IN RRSIG SOA 13 2 300 20270101000000 20260101000000 1 example.com. AAAA\n", kind: ErrSigned},
		"NSEC":               {text: head + "@ IN NSEC ns SOA\n", kind: ErrSigned},
		"NSEC3":              {text: head + "x IN NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A\n", kind: ErrSigned},
		"NSEC3PARAM":         {text: head + "@ IN NSEC3PARAM 1 0 0 -\n", kind: ErrSigned},
		"ZONEMD":             {text: head + "@ IN ZONEMD 7 1 1 " + strings.Repeat("ab", 48) + "\n", kind: ErrDigest},
		"CNAME":              {text: head + "DR IN CNAME www\n", kind: ErrAlias},
		"CNAME escaped":      {text: head + "d\\114 IN TYPE5 \\# 3 016100\n", kind: ErrAlias},
		"zone cut":           {text: head + "dr IN NS ns.example.net.\n", kind: ErrDelegated},
		"zone cut above":     {text: "$ORIGIN com.\n$TTL 5\n@ SOA ns h 1 2 3 4 5\nEXAMPLE NS ns.example.net.\n", kind: ErrDelegated},
		"DNAME above":        {text: "$ORIGIN com.\n$TTL 5\n@ SOA ns h 1 2 3 4 5\nexample DNAME example.net.\n", kind: ErrRedirects},
		"DNAME at the top":   {text: head + "@ IN DNAME example.net.\n", kind: ErrRedirects},
		"$GENERATE":          {text: head + "$GENERATE 1-2 x$ A 192.0.2.1\n$GENERATE 1-3 d$ A 192.0.2.1\n$GENERATE 1-2 DR 300 IN TXT \"$\"\n", kind: ErrGenerated, line: 7},
		"$GENERATE, escape":  {text: head + "$GENERATE 1-2 \\100r A 192.0.2.1\n", kind: ErrShape, line: 5},
		"$GENERATE, MX":      {text: head + "$GENERATE 5-6 dr.example.com. MX $ mail\n", kind: ErrGenerated, line: 5},
		"included name":      {text: head + "$INCLUDE other\n", others: map[string]string{"other": "dr A 192.0.2.1\n"}, kind: ErrIncluded},
		"included, absolute": {text: head + "$INCLUDE DIRECTORY/other dr\n", others: map[string]string{"other": "@ MX 10 mail\n"}, kind: ErrIncluded},
		"included twice":     {text: head + "$INCLUDE one\n", others: map[string]string{"one": "$INCLUDE two sub\n$INCLUDE two\n", "two": "dr A 192.0.2.1\n"}, kind: ErrIncluded},
		"included, no owner": {text: head + "dr A 192.0.2.1\n$INCLUDE other\n", others: map[string]string{"other": " MX 10 mail\n"}, kind: ErrShape},
		"included SOA":       {text: "$ORIGIN example.com.\n$TTL 5\n$INCLUDE other\n", others: map[string]string{"other": "@ SOA ns h 1 2 3 4 5\n"}, kind: ErrIncluded},
		"included SOA, zone": {text: "$TTL 5\n$INCLUDE other\n", zone: "example.com", others: map[string]string{"other": "@ SOA ns h 1 2 3 4 5\n"}, kind: ErrIncluded},
		"include missing":    {text: head + "\n$INCLUDE other\n", kind: ErrIncludeUnknown, line: 6},
		"include directory":  {text: head + "$INCLUDE DIRECTORY\n", kind: ErrIncludeUnknown, line: 5},
		"include in include": {text: head + "$INCLUDE one\n", others: map[string]string{"one": "\n\n$INCLUDE two\n"}, kind: ErrIncludeUnknown, line: 3, in: "one"},
		"include of itself":  {text: head + "$INCLUDE zone\n", kind: ErrManySOA},
		"include too deep":   {text: head + "$INCLUDE one\n", others: map[string]string{"one": "a A 192.0.2.1\n$INCLUDE one\n"}, kind: ErrSyntax, line: 2, in: "one"},
		"include too often":  {text: head + "$INCLUDE one\n", others: map[string]string{"one": strings.Repeat("$INCLUDE two\n", 40), "two": strings.Repeat("$INCLUDE three\n", 40), "three": ""}, kind: ErrIncludeUnknown, line: 15, in: "two"},
		"syntax in include":  {text: head + "$INCLUDE one\n", others: map[string]string{"one": "\nx IN A 1\n"}, kind: ErrSyntax, line: 2, in: "one"},
		"SOA as bytes":       {text: "$ORIGIN example.com.\n@ 5 SOA \\# 22 0000 00000001 00000001 00000001 00000001 00000001\n", kind: ErrShape, line: 2},
		"no data":            {text: head + "dr IN TXT", kind: ErrSyntax},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f, err := loadText(t, c.text, c.zone, "dr.example.com", c.others)
			refusal, ok := errors.AsType[*Error](err)
			if !ok || refusal.Kind != c.kind || !errors.Is(err, c.kind) || c.line != 0 && refusal.Line != c.line {
				t.Fatalf("got %v, %v, want %v in line %d", f, err, c.kind, c.line)
			}
			in := "zone"
			if c.in != "" {
				in = c.in
			}
			if filepath.Base(refusal.Path) != in {
				t.Errorf("blames %q", refusal.Path)
			}
			if strings.ContainsAny(err.Error(), "\n\x00") || strings.HasSuffix(err.Error(), ".") || strings.Count(err.Error(), " line ") > 1 {
				t.Errorf("says %q", err)
			}
			if strings.Contains(refusal.Hint(), "ZONE ") && refusal.Zone != "" {
				t.Errorf("hint %q", refusal.Hint())
			}
		})
	}
}

// What looks like a reason to refuse, and is none.
func TestAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"zone cut beside":      head + "adr IN NS ns.example.net.\ndr.sub IN A 192.0.2.1\n",
		"zone cut below":       head + "a.dr IN NS ns.example.net.\n",
		"DNAME below":          head + "a.dr IN DNAME example.net.\n",
		"CNAME beside":         head + "www IN CNAME dr\na.dr IN CNAME dr\n",
		"wildcard":             head + "* IN CNAME dr\n",
		"DNSKEY, DS":           head + "@ IN DNSKEY 257 3 13 AAAA\nsub IN DS 1 13 2 " + strings.Repeat("ab", 32) + "\n",
		"$GENERATE beside":     head + "$GENERATE 1-9 dr$ A 192.0.2.$\n",
		"$GENERATE, zero left": head + "$GENERATE 1-9 x$ CNAME dr\n",
		"included":             head + "$INCLUDE other dr.other\ndr A 192.0.2.1\n",
		"root":                 "$ORIGIN .\n$TTL 5\n@ SOA ns h 1 2 3 4 5\ncom NS ns.example.net.\n",
	} {
		zoneCut := name == "root"
		_, err := loadText(t, text, "", "dr.example.com", map[string]string{"other": "@ A 192.0.2.1\n"})
		if zoneCut != errors.Is(err, ErrDelegated) || !zoneCut && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHint(t *testing.T) {
	_, err := loadText(t, head+"@ IN NSEC ns SOA\n", "", "dr.example.com", nil)
	refusal, _ := errors.AsType[*Error](err)
	if want := "edit the unsigned file that it is made from, or publish with --server"; refusal == nil || refusal.Hint() != want {
		t.Errorf("hint of %v", err)
	}
	_, err = loadText(t, head+"x IN A\n", "", "dr.example.com", nil)
	refusal, _ = errors.AsType[*Error](err)
	if want := "correct that line, or where named-checkzone accepts it, rewrite the file with named-compilezone -o NEW example.com FILE: the parser used here knows less than BIND"; refusal == nil || refusal.Hint() != want {
		t.Errorf("hint of %v", err)
	}
}

func TestLoadRefusesNames(t *testing.T) {
	for _, c := range []struct{ zone, name string }{
		{"", ""}, {"", "dr..example.com"}, {"", "d r.example.com"}, {strings.Repeat("a", 64) + ".com", "dr.example.com"}, {"a..b", "dr.example.com"},
	} {
		if _, err := loadText(t, head, c.zone, c.name, nil); !errors.Is(err, ErrInput) {
			t.Errorf("zone %q, name %q: %v", c.zone, c.name, err)
		}
	}
}

func TestNamesInAnyForm(t *testing.T) {
	f, err := loadText(t, head, "Example.COM", "DR.example.com.", nil)
	if err != nil || f.Zone() != "example.com." || f.Name() != "dr.example.com." || f.Serial() != 7 || f.NegativeTTL() != 60 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestNotAFile(t *testing.T) {
	directory := t.TempDir()
	for path, kind := range map[string]*Kind{
		directory:                           ErrNotRegular,
		filepath.Join(directory, "missing"): ErrUnreadable,
		os.DevNull:                          ErrNotRegular,
	} {
		if _, err := Load(path, "", "dr.example.com", Options{}); !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", path, err, kind)
		}
	}
}

func TestUnfitChanges(t *testing.T) {
	stands := texts("a")
	f, err := loadText(t, head+"dr TXT a\ndr TXT b\n", "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, changes := range map[string][]Change{
		"none":        {},
		"empty":       {{Type: "TXT"}},
		"type":        {{Type: "MX", Add: texts("a")}},
		"lower case":  {{Type: "txt", Add: texts("a")}},
		"twice":       {{Type: "TXT", Add: texts("c")}, {Type: "TXT", Add: texts("d")}},
		"added twice": {{Type: "TXT", Add: texts("c", "c")}},
		"TTL":         {{Type: "TXT", Add: texts("c"), TTL: 1 << 31}},
		"no string":   {{Type: "TXT", Add: [][]byte{{}}}},
		"cut string":  {{Type: "TXT", Add: [][]byte{{3, 'a'}}}},
		"too long":    {{Type: "TXT", Add: [][]byte{bytes.Repeat([]byte{0}, 1<<16)}}},
		"A of 16":     {{Type: "A", Add: [][]byte{make([]byte, 16)}}},
		"AAAA of 4":   {{Type: "AAAA", Add: [][]byte{make([]byte, 4)}}},
	} {
		if _, err := f.Edit(changes, november); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		change Change
		stands bool
	}{
		"removes what is not there": {Change{Type: "TXT", Remove: texts("c")}, false},
		"of another type":           {Change{Type: "A", Remove: stands}, false},
		"adds what is there":        {Change{Type: "TXT", Add: stands}, true},
	} {
		_, err := f.Edit([]Change{c.change}, november)
		if standing, ok := errors.AsType[*StandingError](err); !ok || standing.Stands != c.stands || standing.Name != "dr.example.com." || !bytes.Equal(standing.RDATA, append(c.change.Remove, c.change.Add...)[0]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStanding(t *testing.T) {
	f, err := loadText(t, head+"dr 5 AAAA ::1\ndr TXT a b\nDR 7 TXT \"c\\000\"\ndr TXT a b\nx A 192.0.2.1\ndr 9 A 192.0.2.2\n", "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []txtrecord.WireRRSet{
		{Name: "dr.example.com.", Type: "AAAA", TTL: 5, RDATA: [][]byte{append(make([]byte, 15), 1)}},
		{Name: "dr.example.com.", Type: "TXT", TTL: 300, RDATA: [][]byte{[]byte("\x01a\x01b"), []byte("\x02c\x00")}},
		{Name: "dr.example.com.", Type: "A", TTL: 9, RDATA: [][]byte{{192, 0, 2, 2}}},
	}
	got := f.Standing()
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if !got[i].Equal(want[i]) || got[i].TTL != want[i].TTL {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}
