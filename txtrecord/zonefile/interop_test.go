//go:build interop

package zonefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
)

// bindReads is a zone as BIND reads it.
type bindReads struct {
	others   []string
	standing []txtrecord.WireRRSet
	serial   uint32
}

// readByBIND loads a zone file with named-checkzone and takes its dump apart.
func readByBIND(t *testing.T, f *File, path string) bindReads {
	t.Helper()
	command := exec.Command("named-checkzone", "-q", "-i", "none", "-k", "ignore", "-D", "-o", "-", f.Zone(), filepath.Base(path))
	command.Dir = filepath.Dir(path)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	var read bindReads
	parser := dns.NewZoneParser(strings.NewReader(string(out)), f.Zone(), "")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		header := rr.Header()
		header.Name = dns.CanonicalName(header.Name)
		if soa, ok := rr.(*dns.SOA); ok {
			read.serial, soa.Serial = soa.Serial, 0
		}
		if header.Name == f.Name() && editable(header.Rrtype) {
			read.add(t, rr)
			continue
		}
		read.others = append(read.others, rr.String())
	}
	if parser.Err() != nil {
		t.Fatal(parser.Err())
	}
	slices.Sort(read.others)
	return read
}

func (r *bindReads) add(t *testing.T, rr dns.RR) {
	t.Helper()
	packed := make([]byte, 1<<16)
	end, err := dns.PackRR(rr, packed, 0, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	header := rr.Header()
	rdata := packed[end-int(header.Rdlength) : end]
	rrtype := dns.Type(header.Rrtype).String()
	for i := range r.standing {
		if r.standing[i].Type == rrtype {
			r.standing[i].RDATA = append(r.standing[i].RDATA, rdata)
			return
		}
	}
	r.standing = append(r.standing, txtrecord.WireRRSet{Name: header.Name, Type: rrtype, TTL: header.Ttl, RDATA: [][]byte{rdata}})
}

// wantBINDSees compares what the package reads with what BIND reads, TTLs included.
func wantBINDSees(t *testing.T, f *File, read bindReads) {
	t.Helper()
	if read.serial != f.Serial() {
		t.Errorf("BIND reads serial %d, not %d", read.serial, f.Serial())
	}
	sets := f.Standing()
	if len(sets) != len(read.standing) {
		t.Errorf("BIND reads %+v, not %+v", read.standing, sets)
	}
	for _, set := range sets {
		i := slices.IndexFunc(read.standing, set.Equal)
		if i < 0 || read.standing[i].TTL != set.TTL {
			t.Errorf("BIND reads %+v, not %+v", read.standing, set)
		}
	}
}

func TestInteropShapes(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			path := s.copy(t)
			f := s.load(t, path)
			before := readByBIND(t, f, path)
			wantBINDSees(t, f, before)
			edit, err := f.Edit(s.changes(f), november)
			if err != nil {
				t.Fatal(err)
			}
			patched := patchByTool(t, path, edit)
			if err := edit.Commit(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := readFile(t, path); !bytes.Equal(got, patched) {
				t.Errorf("the file is\n%q\nthe diff makes of the old one\n%q", got, patched)
			}
			after := readByBIND(t, f, path)
			wantBINDSees(t, s.load(t, path), after)
			if !slices.Equal(before.others, after.others) {
				t.Errorf("other records were\n%s\nand are\n%s", strings.Join(before.others, "\n"), strings.Join(after.others, "\n"))
			}
		})
	}
}

// patchByTool has patch(1) apply the diff to a copy.
func patchByTool(t *testing.T, path string, e *Edit) []byte {
	t.Helper()
	var diff bytes.Buffer
	if err := e.WriteDiff(&diff); err != nil {
		t.Fatal(err)
	}
	result := filepath.Join(t.TempDir(), "patched")
	command := exec.Command("patch", "--binary", "-s", "-o", result, path)
	command.Stdin = &diff
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	return readFile(t, result)
}

// TestInteropRandomZones edits random zone files, as [TestRandomZones] does, and has
// BIND say what has become of the other records.
func TestInteropRandomZones(t *testing.T) {
	directory := t.TempDir()
	edited, strange := 0, 0
	const rounds = 400
	for seed := range uint64(rounds) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), mixedCase: seed%2 == 0}
		data := g.zone()
		f, err := understood(data, "example.com", "dr.example.com")
		if err != nil {
			t.Fatal(err)
		}
		changes := g.changesOf(f)
		path := filepath.Join(directory, fmt.Sprint(seed))
		writeFile(t, path, data)
		if exec.Command("named-checkzone", "-q", "-i", "none", "-k", "ignore", "example.com", path).Run() != nil {
			strange++ // BIND takes less than the DNS library
			continue
		}
		before := readByBIND(t, f, path)
		wantBINDSees(t, f, before)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, data)
		}
		e, err := f.Edit(changes, november)
		if errors.Is(err, ErrInput) || undecided(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		edited++
		writeFile(t, path, newText(e))
		after := readByBIND(t, f, path)
		written, err := understood(newText(e), "example.com", "dr.example.com")
		if err != nil {
			t.Fatal(err)
		}
		wantBINDSees(t, written, after)
		if !g.mixedCase { // else lines that were apart may come together, which no warning foresees
			wantWarned(t, f, e, written)
		}
		if !slices.Equal(before.others, after.others) {
			t.Errorf("other records were\n%s\nand are\n%s", strings.Join(before.others, "\n"), strings.Join(after.others, "\n"))
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\n%+v\n%s", seed, data, changes, newText(e))
		}
	}
	if edited < rounds/2 || strange > rounds/10 {
		t.Errorf("of %d %d were edited, BIND refuses %d", rounds, edited, strange)
	}
}

// wantWarned sees whether a TTL that BIND serves otherwise than asked was said.
func wantWarned(t *testing.T, before *File, e *Edit, after *File) {
	t.Helper()
	said := map[string]uint32{}
	for _, w := range e.Warnings() {
		switch w := w.(type) {
		case TTLChanges:
			said[w.Type] = w.After
		case TTLNotServed:
			said[w.Type] = w.Served
		}
	}
	for _, set := range after.Standing() {
		if ttl, ok := said[set.Type]; ok && ttl != set.TTL {
			t.Errorf("the warning says TTL %d, BIND serves %d", ttl, set.TTL)
		} else if old := standing(before, set.Type); !ok && old.TTL != set.TTL && len(old.RDATA) > 0 && bytes.Equal(set.RDATA[len(set.RDATA)-1], old.RDATA[len(old.RDATA)-1]) {
			t.Errorf("no warning that TTL %d becomes %d", old.TTL, set.TTL)
		}
	}
}

// TestInteropJournal has the real server write a journal: ahead of the file and, once it
// was told to write the file, level with it.
func TestInteropJournal(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "zone")
	writeFile(t, path, head)
	port, control := freePort(t), freePort(t)
	writeFile(t, filepath.Join(directory, "named.conf"), fmt.Sprintf(`options {
	directory %q; pid-file none; session-keyfile none; recursion no; listen-on-v6 { none; };
	listen-on port %d { 127.0.0.1; };
};
include "key";
controls { inet 127.0.0.1 port %d allow { 127.0.0.1; } keys { "test"; }; };
zone "example.com" { type primary; file "zone"; allow-update { 127.0.0.1; }; };
`, directory, port, control))
	writeFile(t, filepath.Join(directory, "key"), `key "test" { algorithm hmac-sha256; secret "YSB0ZXN0IGtleSwgZm9yIHRlc3RzIGFsb25l"; }; // for tests alone`)
	server := exec.Command("named", "-g", "-c", filepath.Join(directory, "named.conf"))
	log, err := os.Create(filepath.Join(directory, "log"))
	if err != nil {
		t.Fatal(err)
	}
	server.Stderr = log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		server.Process.Kill()
		server.Wait()
	}()

	nsupdate(t, port, "update add first.example.com. 60 A 192.0.2.1", "update add second.example.com. 60 A 192.0.2.2")
	serial, empty, err := readJournal(path + journalSuffix)
	if err != nil || empty || serial != 9 {
		t.Errorf("the journal ends with %d, empty %v, %v\n%s", serial, empty, err, readFile(t, log.Name()))
	}
	_, err = Load(path, "", "dr.example.com", Options{})
	wantJournalError(t, err, ErrJournalAhead)

	rndc := exec.Command("rndc", "-k", filepath.Join(directory, "key"), "-s", "127.0.0.1", "-p", fmt.Sprint(control), "sync", "example.com")
	if out, err := rndc.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", rndc, err, out)
	}
	var f *File
	for range 100 { // rndc does not wait for the file
		if f, err = Load(path, "", "dr.example.com", Options{}); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil || f.Serial() != 9 || !slices.Equal(f.Warnings(), []Warning{JournalPresent{f.Path() + journalSuffix, 9}}) {
		t.Fatalf("after rndc sync: %v\n%s", err, readFile(t, log.Name()))
	}
}

// nsupdate sends updates one by one, as soon as the server answers.
func nsupdate(t *testing.T, port int, updates ...string) {
	t.Helper()
	for _, update := range updates {
		script := fmt.Sprintf("server 127.0.0.1 %d\nzone example.com.\n%s\nsend\n", port, update)
		var out []byte
		err := errors.New("not tried")
		for attempt := 0; err != nil && attempt < 100; attempt++ {
			command := exec.Command("nsupdate", "-v")
			command.Stdin = strings.NewReader(script)
			if out, err = command.CombinedOutput(); err != nil {
				time.Sleep(100 * time.Millisecond)
			}
		}
		if err != nil {
			t.Fatalf("nsupdate: %v\n%s", err, out)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
