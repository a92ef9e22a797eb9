package zonefile

import (
	"bytes"
	"context"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

var update = flag.Bool("update", false, "write the edited shapes anew")

// november is when the shapes are edited.
var november = time.Date(2026, 11, 25, 23, 59, 59, 0, time.UTC)

// on is what is published.
var on = texts("v=1;k=all;b=on;p=1", "v=1;k=all;b=on;p=2")

// A shape is a file testdata/NAME.zone as programs and people write them. Its TXT
// records at the name that begin with v=1 are replaced by on with a TTL of 60 s, its
// addresses by these; what comes of it is testdata/NAME.edited, checked by hand.
type shape struct {
	name, zone string
	// at is the name that is edited, dr.example.com where it is not said.
	at string
	// addresses replace the A records; nil: they stay.
	addresses []string
	// remove leaves no record of ours behind.
	remove   bool
	warnings []Warning
}

var shapes = []shape{
	{name: "apart", warnings: []Warning{TTLsDiffer{"TXT", []uint32{30, 60, 300, 300}, 300},
		WrittenOut{Line: 10, Owner: true}, TTLChanges{"TXT", 1, 300, 60}}},
	{name: "apex", at: "dr.example.com", addresses: []string{"192.0.2.90", "192.0.2.91"}},
	{name: "bind-compilezone", addresses: []string{"192.0.2.90"}},
	{name: "bind-hand", zone: "example.com"},
	{name: "bind-relative", addresses: []string{}},
	{name: "comment-at-end"},
	{name: "cpanel"},
	{name: "crlf"},
	{name: "dkim", warnings: []Warning{TTLsDiffer{"TXT", []uint32{30, 3600}, 30}, TTLChanges{"TXT", 1, 30, 60}}},
	{name: "dnscontrol", zone: "example.com"},
	{name: "escapes"},
	{name: "generic", warnings: []Warning{TTLChanges{"TXT", 1, 30, 60}}},
	{name: "include"},
	{name: "inherited-owner", zone: "example.com", remove: true, warnings: []Warning{
		TTLsDiffer{"TXT", []uint32{30, 3600}, 30}, WrittenOut{Line: 6, Owner: true}}},
	{name: "inherited-ttl", zone: "example.com"},
	{name: "inherited-ttl-foreign", zone: "example.com", warnings: []Warning{
		WrittenOut{Line: 4, TTL: true}, WrittenOut{Line: 5, TTL: true}, TTLChanges{"TXT", 1, 3600, 60}}},
	{name: "knot"},
	{name: "no-final-line-end"},
	{name: "nsd"},
	{name: "octodns"},
	{name: "order", zone: "example.com", addresses: []string{"192.0.2.90"},
		warnings: []Warning{TTLsDiffer{"A", []uint32{30, 30, 7200}, 30}}},
	{name: "origins", addresses: []string{"192.0.2.90"}},
	{name: "parentheses", zone: "example.com", warnings: []Warning{TTLsDiffer{"TXT", []uint32{30, 86400}, 30}, TTLChanges{"TXT", 1, 30, 60}}},
	{name: "plesk", zone: "example.com", warnings: []Warning{TTLsDiffer{"TXT", []uint32{30, 86400}, 30}, TTLChanges{"TXT", 1, 30, 60}}},
	{name: "powerdns"},
	{name: "reverse", at: "dr.2.0.192.in-addr.arpa"},
	{name: "rfc1035", zone: "isi.example", at: "dr.isi.example"},
	{name: "scattered", warnings: []Warning{
		TTLsDiffer{"TXT", []uint32{600, 30, 1200, 30}, 1200}, TTLNotServed{"TXT", 60, 1200}}},
	{name: "strings", warnings: []Warning{TTLChanges{"TXT", 1, 30, 60}}},
	{name: "uppercase", zone: "example.com", warnings: []Warning{TTLsDiffer{"TXT", []uint32{30, 3600}, 30}, TTLChanges{"TXT", 1, 30, 60}}},
	{name: "wildcard"},
	{name: "windows", zone: "example.com", addresses: []string{"192.0.2.90"}, warnings: []Warning{NoDefaultTTL{}}},
}

func TestShapes(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) { s.test(t) })
	}
}

func TestEveryShapeIsTested(t *testing.T) {
	files, err := filepath.Glob("testdata/*.zone")
	if err != nil || len(files) != len(shapes) {
		t.Fatalf("%d files, %d shapes, %v", len(files), len(shapes), err)
	}
	for _, s := range shapes {
		if !slices.Contains(files, filepath.Join("testdata", s.name+".zone")) {
			t.Errorf("%s has no file", s.name)
		}
	}
}

func (s *shape) test(t *testing.T) {
	path := s.copy(t)
	f := s.load(t, path)
	warnings := f.Warnings()
	edit, err := f.Edit(s.changes(f), november)
	if err != nil {
		t.Fatal(err)
	}
	warnings = append(warnings, edit.Warnings()...)
	if !slices.EqualFunc(warnings, s.warnings, sameWarning) {
		t.Errorf("warnings %v, want %v", warnings, s.warnings)
	}
	if err := edit.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := readFile(t, path)
	golden := filepath.Join("testdata", s.name+".edited")
	if *update {
		writeFile(t, golden, got)
	}
	if want := readFile(t, golden); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.read(t, path, f)
}

// read sees whether the edited file, read anew, has the records.
func (s *shape) read(t *testing.T, path string, before *File) {
	t.Helper()
	after := s.load(t, path)
	if !newer(after.Serial(), before.Serial()) {
		t.Errorf("serial %d after %d", after.Serial(), before.Serial())
	}
	if after.NegativeTTL() != before.NegativeTTL() {
		t.Errorf("negative TTL %d, was %d", after.NegativeTTL(), before.NegativeTTL())
	}
	set := standing(after, "TXT")
	if s.remove {
		if slices.ContainsFunc(set.RDATA, ours) {
			t.Errorf("still there: %q", set.RDATA)
		}
		return
	}
	served := uint32(60)
	if s.name == "scattered" {
		served = 1200
	}
	if set.TTL != served || len(set.RDATA) < 2 || !slices.EqualFunc(set.RDATA[:2], on, bytes.Equal) {
		t.Errorf("read back TTL %d, %q", set.TTL, set.RDATA)
	}
}

// copy puts the shape's files into a directory of their own.
func (s *shape) copy(t *testing.T) (path string) {
	t.Helper()
	directory := t.TempDir()
	for _, name := range []string{s.name + ".zone", "include.inc"} {
		writeFile(t, filepath.Join(directory, name), readFile(t, filepath.Join("testdata", name)))
	}
	return filepath.Join(directory, s.name+".zone")
}

func (s *shape) load(t *testing.T, path string) *File {
	t.Helper()
	at := s.at
	if at == "" {
		at = "dr.example.com"
	}
	f, err := Load(path, s.zone, at, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *shape) changes(f *File) []Change {
	change := Change{Type: "TXT", Add: on, TTL: 60}
	for _, rdata := range standing(f, "TXT").RDATA {
		if ours(rdata) {
			change.Remove = append(change.Remove, rdata)
		}
	}
	if s.remove {
		change.Add = nil
	}
	changes := []Change{change}
	if s.addresses != nil {
		change := Change{Type: "A", Remove: standing(f, "A").RDATA, TTL: 60}
		for _, address := range s.addresses {
			change.Add = append(change.Add, netip.MustParseAddr(address).AsSlice())
		}
		changes = append(changes, change)
	}
	return changes
}

func ours(rdata []byte) bool { return bytes.HasPrefix(rdata[1:], []byte("v=1;")) }

func standing(f *File, rrtype string) txtrecord.WireRRSet {
	for _, set := range f.Standing() {
		if set.Type == rrtype {
			return set.WireRRSet
		}
	}
	return txtrecord.WireRRSet{}
}

func sameWarning(a, b Warning) bool { return a.String() == b.String() }

// texts are the RDATA of TXT records with one character-string each.
func texts(all ...string) (rdata [][]byte) {
	for _, s := range all {
		rdata = append(rdata, append([]byte{byte(len(s))}, s...))
	}
	return rdata
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func writeFile[T string | []byte](tb testing.TB, path string, data T) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// Each record comes with the TTL of its own line.
func TestStandingTTLs(t *testing.T) {
	f, err := loadText(t, head+"dr 30 TXT \"a\"\ndr 60 TXT \"b\"\ndr TXT \"c\"\ndr 90 TXT \"a\"\n", "", "dr.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	sets := f.Standing()
	if len(sets) != 1 || len(sets[0].RDATA) != 3 || !slices.Equal(sets[0].TTLs, []uint32{30, 60, 300}) || sets[0].TTL != 30 {
		t.Errorf("%+v", sets)
	}
}
