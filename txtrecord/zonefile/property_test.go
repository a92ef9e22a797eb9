package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/presentation"
)

// understood reads a zone file that is not in the file system.
func understood(data []byte, zone, name string) (*File, error) {
	f := &File{source: source{trail: []string{"/nowhere/zone"}, data: data}}
	f.path, f.includes = "/nowhere/zone", newIncludes(nil)
	if err := f.setNames(zone, name); err != nil {
		return nil, err
	}
	return f, f.understand()
}

// newText is the edited text in one piece.
func newText(e *Edit) []byte {
	var b bytes.Buffer
	e.WriteTo(&b)
	return b.Bytes()
}

// others are all records of a zone as the DNS library prints them, without the TXT, A
// and AAAA records at the name, and with 0 for the serial number.
func others(t *testing.T, data []byte, zone, name, prefix string) (others []string, serial uint32) {
	t.Helper()
	parser := dns.NewZoneParser(strings.NewReader(prefix+string(data)), dns.Fqdn(zone), "/nowhere/zone")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		wire, _ := wireName(rr.Header().Name)
		wanted, _ := newName(name)
		if bytes.Equal(wire, wanted.wire) && editable(rr.Header().Rrtype) {
			continue
		}
		if soa, ok := rr.(*dns.SOA); ok {
			serial, soa.Serial = soa.Serial, 0
		}
		others = append(others, rr.String())
	}
	if parser.Err() != nil {
		t.Fatalf("%v in\n%s", parser.Err(), data)
	}
	return others, serial
}

// wantSound sees whether an edit left everything else alone.
func wantSound(t *testing.T, f *File, e *Edit) {
	t.Helper()
	before, after := f.source.data, newText(e)
	oldOthers, oldSerial := others(t, before, f.Zone(), f.Name(), f.prefix)
	newOthers, newSerial := others(t, after, f.Zone(), f.Name(), f.prefix)
	if !slices.Equal(oldOthers, newOthers) {
		t.Errorf("other records differ:\n%s\nbecomes\n%s", before, after)
	}
	if !newer(newSerial, oldSerial) {
		t.Errorf("serial %d after %d", newSerial, oldSerial)
	}
	var diff bytes.Buffer
	if err := e.WriteDiff(&diff); err != nil {
		t.Fatal(err)
	}
	patched, removed := patch(t, before, diff.String())
	if patched != string(after) {
		t.Errorf("the diff\n%s\nmakes of\n%q\nthe text\n%q\nnot\n%q", diff.String(), before, patched, after)
	}
	wantFewLines(t, f, e, removed)
}

// wantFewLines sees whether no more lines are touched than those of the records that
// go, that with the serial number, and those written out.
func wantFewLines(t *testing.T, f *File, e *Edit, removed []string) {
	t.Helper()
	most := 1
	for i := range f.layout.standing {
		most += strings.Count(string(f.source.data[f.layout.standing[i].start:f.layout.standing[i].end]), "\n") + 1
	}
	for _, w := range e.Warnings() {
		if isWrittenOut(w) {
			most++
		}
	}
	if !bytes.HasSuffix(f.source.data, newline) {
		most++
	}
	if len(removed) > most {
		t.Errorf("%d lines are touched, of at most %d: %q", len(removed), most, removed)
	}
}

// patch applies a unified diff, and returns the lines that it removes.
func patch(t *testing.T, old []byte, diff string) (patched string, removed []string) {
	t.Helper()
	lines := strings.SplitAfter(string(old), "\n")
	hunks := strings.SplitAfter(diff, "\n")[2:]
	var b strings.Builder
	at := 0
	for i := 0; i < len(hunks); i++ {
		line := hunks[i]
		if i+1 < len(hunks) && strings.HasPrefix(hunks[i+1], `\ No newline`) {
			line = strings.TrimSuffix(line, "\n")
		}
		switch {
		case line == "":
		case strings.HasPrefix(line, "@@"):
			var start, count int
			fields := strings.Fields(line)
			if n, _ := fmt.Sscanf(fields[1], "-%d,%d", &start, &count); n == 2 && count == 0 {
				start++
			}
			for at < start-1 {
				b.WriteString(lines[at])
				at++
			}
		case line[0] == '+':
			b.WriteString(line[1:])
		case line[0] == '-' || line[0] == ' ':
			if lines[at] != line[1:] {
				t.Fatalf("line %d is %q, the diff has %q", at+1, lines[at], line)
			}
			if line[0] == ' ' {
				b.WriteString(lines[at])
			} else {
				removed = append(removed, lines[at])
			}
			at++
		}
	}
	return b.String() + strings.Join(lines[at:], ""), removed
}

// A generator makes zone files in random form.
type generator struct {
	*rand.Rand
	b       strings.Builder
	origin  string
	fixed   bool // there was a $TTL
	hasTTL  bool // there was a TTL
	owner   string
	lineEnd string
	count   int
	// mixedCase has names in several letter cases. BIND takes these for different
	// owners when it looks for TTLs, and the same otherwise.
	mixedCase bool
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g *generator) space() string { return g.pick(" ", " ", "\t", "   ", " \t ") }

// zone makes a zone file of example.com.
func (g *generator) zone() []byte {
	g.origin = "example.com."
	g.lineEnd = g.pick("\n", "\n", "\r\n")
	g.lines(g.IntN(3))
	if g.chance(60) {
		g.line("$TTL" + g.space() + g.ttl())
		g.fixed = true
	}
	g.record("@", "SOA", g.soa())
	g.lines(1 + g.IntN(3))
	g.record("@", "NS", "ns.example.net.")
	for range g.IntN(25) {
		g.anything()
	}
	text := g.b.String()
	if g.chance(20) {
		trimmed := strings.TrimRight(text, "\r\n")
		if last := strings.LastIndexByte(trimmed, '\n') + 1; trimmed[last] != '$' { // else it is refused
			text = trimmed
		}
	}
	return []byte(text)
}

func (g *generator) line(s string) { g.b.WriteString(s + g.lineEnd) }

// lines makes comments and blank lines.
func (g *generator) lines(n int) {
	for range n {
		g.line(g.pick("", "  ", "; comment", " ; \"odd( comment", ";"))
	}
}

func (g *generator) ttl() string { return g.pick("30", "1h", "1h30m", "86400", "0", "2D") }

func (g *generator) soa() string {
	serial := g.pick("0", "1", "2026112500", "2026112599", "1700000000", "4294967295", "0000000009")
	if g.chance(50) {
		return "ns hostmaster ( " + serial + " ; serial" + g.lineEnd + "\t3600 600" + g.lineEnd + " 86400 60 )"
	}
	return "ns" + g.space() + "hostmaster " + serial + " 1h 600 86400 60"
}

func (g *generator) anything() {
	switch g.IntN(12) {
	case 0:
		g.lines(1)
	case 1:
		g.origin = g.pick("example.com.", "sub.example.com.", "dr.example.com.", ".", "com.")
		g.line("$ORIGIN" + g.space() + g.origin)
	case 2:
		if g.chance(30) {
			g.line("$TTL " + g.ttl())
			g.fixed, g.hasTTL = true, true
		}
	case 3, 4, 5:
		g.record(g.relative("dr.example.com."), g.pick("TXT", "TXT", "txt", "TYPE16", "Txt"), g.txt())
	case 6:
		g.record(g.relative("dr.example.com."), "A", g.pick("192.0.2.1", "192.0.2.2", `\# 4 C0000203`))
	case 7:
		g.record(g.relative("dr.example.com."), "MX", "10 mail.example.net.")
	default:
		g.count++
		name := g.pick(fmt.Sprintf("host%d.example.com.", g.count), "a.dr.example.com.", "adr.example.com.", `d\.r.example.com.`, "*.example.com.")
		g.record(g.relative(name), g.pick("A", "A", "TXT", "MX"), "")
	}
}

// relative writes a name in one of its forms.
func (g *generator) relative(name string) string {
	relative := name
	if before, ok := strings.CutSuffix(name, "."+g.origin); ok && g.chance(70) {
		relative = before
	} else if name == g.origin && g.chance(70) {
		return "@"
	}
	if g.mixedCase && g.chance(10) {
		relative = strings.ToUpper(relative)
	}
	if g.chance(10) {
		relative = strings.Replace(relative, "r", `\114`, 1)
	}
	return relative
}

// record writes a record in one of its forms.
func (g *generator) record(owner, rrtype, rdata string) {
	if rdata == "" {
		rdata = map[string]string{"A": "192.0.2.9", "TXT": g.txt(), "MX": "5 mail"}[rrtype]
		if rrtype == "MX" && g.origin == "." {
			rdata = "5 mail.example.net."
		}
	}
	if full := owner + "@" + g.origin; full == g.owner && g.chance(50) || g.owner != "" && rrtype != "SOA" && g.chance(15) {
		owner = ""
	} else {
		g.owner = full
	}
	fields := []string{}
	ttl := !g.hasTTL && !g.fixed || g.chance(40)
	if ttl {
		fields = append(fields, g.ttl())
		g.hasTTL = true
	}
	if g.chance(50) {
		fields = append(fields, g.pick("IN", "in", "CLASS1"))
		if ttl && g.chance(30) {
			slices.Reverse(fields)
		}
	}
	g.b.WriteString(owner + g.space())
	for _, field := range fields {
		g.b.WriteString(field + g.space())
	}
	g.line(rrtype + g.space() + rdata + g.pick("", "", " ; gone", "\t;\"("))
}

func (g *generator) txt() string {
	value := g.pick(`"v=1;k=all;b=on"`, `"v=1;k=all;b=off"`, `v=1\;b=off`, `"foreign"`, `"(;" "\"\\" "\200"`, `""`, `plain`)
	if g.chance(25) {
		return "(" + g.lineEnd + "\t" + value + " ; (" + g.lineEnd + "\t\"more\" )"
	}
	return value
}

// changesOf picks changes for what stands: some records go, some come.
func (g *generator) changesOf(f *File) []Change {
	var changes []Change
	for _, rrtype := range []string{"TXT", "A", "AAAA"} {
		change := Change{Type: rrtype, TTL: uint32(g.IntN(100))}
		for _, rdata := range standing(f, rrtype).RDATA {
			if g.chance(70) {
				change.Remove = append(change.Remove, rdata)
			}
		}
		if g.chance(70) {
			change.Add = map[string][][]byte{
				"TXT":  texts("v=1;new", "odd\x00\"\\;"),
				"A":    {{198, 51, 100, 1}},
				"AAAA": {bytes.Repeat([]byte{0x20}, 16)},
			}[rrtype]
		}
		if len(change.Add)+len(change.Remove) > 0 {
			changes = append(changes, change)
		}
	}
	return changes
}

// undecided reports whether an edit was refused because the TTLs of the file mean
// different things to different name servers, which the generator brings about.
func undecided(err error) bool { return errors.Is(err, errTTL) }

// TestRandomZones edits random zone files at random.
func TestRandomZones(t *testing.T) {
	edited, refused := 0, 0
	const rounds = 3000
	for seed := range rounds {
		g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 4)), mixedCase: true}
		data := g.zone()
		f, err := understood(data, "example.com", "dr.example.com")
		if err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, data)
		}
		changes := g.changesOf(f)
		if len(changes) == 0 {
			continue
		}
		e, err := f.Edit(changes, november)
		if undecided(err) {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("seed %d: %v in\n%s\n%+v", seed, err, data, changes)
		}
		edited++
		wantSound(t, f, e)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if edited < rounds/2 || refused > rounds/10 {
		t.Errorf("of %d %d were edited, %d refused", rounds, edited, refused)
	}
}

// TestEditedBack publishes another set and the first one again, where the first stood
// in the form that is written: all that is left is the serial number, unless the lines
// had to move or others to be written out, for the sake of a TTL.
func TestEditedBack(t *testing.T) {
	compared := 0
	const rounds = 1500
	for seed := range rounds {
		g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 5)), mixedCase: true}
		f, err := understood(g.zone(), "example.com", "dr.example.com")
		if err != nil {
			t.Fatal(err)
		}
		first := Change{Type: "TXT", Remove: standing(f, "TXT").RDATA, Add: texts("v=1;first", "v=1;second"), TTL: 30}
		second := Change{Type: "TXT", Remove: first.Add, Add: texts("v=1;third"), TTL: 60}
		back := Change{Type: "TXT", Remove: second.Add, Add: first.Add, TTL: 30}
		written, _, ok := after(t, f, first)
		if !ok {
			continue
		}
		changed, moved, ok := after(t, written, second)
		if !ok || moved {
			continue
		}
		compared++
		restored, _, _ := after(t, changed, back)
		if got, want := withoutSerial(restored), withoutSerial(written); got != want {
			t.Fatalf("seed %d:\n%s\nbecame\n%s\nand then\n%s", seed, want, changed.source.data, got)
		}
	}
	if compared < rounds/2 {
		t.Errorf("only %d of %d were compared", compared, rounds)
	}
}

// withoutSerial is the text of a file without the serial number.
func withoutSerial(f *File) string {
	at, data := f.layout.serial, f.source.data
	return string(data[:at.start]) + string(data[at.end:])
}

// after is the file after an edit, and whether more had to happen than lines replaced in
// place; not ok: the edit was refused, since name servers differ about the file.
func after(t *testing.T, f *File, change Change) (next *File, moved, ok bool) {
	t.Helper()
	e, err := f.Edit([]Change{change}, november)
	if undecided(err) {
		return nil, false, false
	}
	if err != nil {
		t.Fatalf("%v in\n%s", err, f.source.data)
	}
	next, err = understood(newText(e), f.Zone(), f.Name())
	if err != nil {
		t.Fatal(err)
	}
	at := f.layout.standing
	inPlace := slices.ContainsFunc(e.pieces, func(p piece) bool { return len(at) > 0 && p.start == at[0].start && p.text != "" })
	return next, !inPlace || slices.ContainsFunc(e.Warnings(), isWrittenOut), true
}

func isWrittenOut(w Warning) bool { _, ok := w.(WrittenOut); return ok }

func FuzzEdit(f *testing.F) {
	files, err := filepath.Glob("testdata/*.zone")
	if err != nil || len(files) == 0 {
		f.Fatal("no shapes")
	}
	for _, file := range files {
		f.Add(readFile(f, file), "v=1;new", true)
	}
	for seed := range uint64(20) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 6)), mixedCase: true}
		f.Add(g.zone(), "", false)
	}
	f.Fuzz(func(t *testing.T, data []byte, value string, all bool) {
		if bytes.Contains(bytes.ToUpper(data), []byte("$INCLUDE")) || bytes.Contains(bytes.ToUpper(data), []byte("$GENERATE")) || len(value) > 255 {
			return
		}
		zone, err := understood(data, "example.com", "dr.example.com")
		if err != nil {
			return
		}
		change := Change{Type: "TXT", Add: texts(value), TTL: 30}
		if set := standing(zone, "TXT").RDATA; all || setOf(set)[string(change.Add[0])] {
			change.Remove = set
		}
		if e, err := zone.Edit([]Change{change}, november); err == nil {
			wantSound(t, zone, e)
			if !bytes.Contains(newText(e), []byte(presentation.Quote(value))) {
				t.Errorf("%q is not there", value)
			}
		}
	})
}
