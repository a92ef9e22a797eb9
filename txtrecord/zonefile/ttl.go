package zonefile

import (
	"slices"

	"github.com/miekg/dns"
)

// A setLine is what a name server looks at when it takes a set's TTL from the lines of a
// zone file.
type setLine struct {
	ttl uint32
	run int
}

// servedTTL is the TTL that BIND 9.18 serves for a set: that of the first line in the
// last run.
func servedTTL(lines []setLine) uint32 {
	var decides setLine
	for i, line := range lines {
		if i == 0 || line.run != decides.run {
			decides = line
		}
	}
	return decides.ttl
}

// setLines are those of the standing records of a type that match.
func (f *File) setLines(rrtype uint16, match func(standingRecord) bool) []setLine {
	var lines []setLine
	for i, r := range f.reading.standing {
		if r.rrtype != rrtype || !match(r) {
			continue
		}
		at := &f.layout.standing[i]
		line := setLine{r.ttl, at.run}
		if at.statement.ttl.empty() && !at.fixed {
			line.ttl = at.bindTTL
		}
		lines = append(lines, line)
	}
	return lines
}

func every(standingRecord) bool { return true }

// warnTTLs warns of sets whose lines differ in TTL.
func (f *File) warnTTLs() {
	for _, set := range f.Standing() {
		var ttls []uint32
		differ := false
		for _, line := range f.setLines(dns.StringToType[set.Type], every) {
			ttls = append(ttls, line.ttl)
			differ = differ || line.ttl != ttls[0]
		}
		if differ {
			f.warnings = append(f.warnings, TTLsDiffer{Type: set.Type, TTLs: ttls, Served: set.TTL})
		}
	}
}

// warnTTLs warns of records that stay and come under another TTL, and of a TTL that is
// not served.
func (e *Edit) warnTTLs(changes []Change) {
	for i := range changes {
		change := &changes[i]
		removes := change.remover()
		stay := e.file.setLines(change.code(), func(r standingRecord) bool { return !removes(r) })
		if len(stay) == 0 {
			continue
		}
		lines := stay
		if len(change.Add) > 0 {
			lines = append([]setLine{{change.TTL, stay[0].run}}, stay...)
		}
		before, after := servedTTL(e.file.setLines(change.code(), every)), servedTTL(lines)
		own := func(line setLine) bool { return line.ttl != after }
		if before != after && slices.ContainsFunc(stay, own) {
			e.warnings = append(e.warnings, TTLChanges{Type: change.Type, Records: len(stay), Before: before, After: after})
		}
		if len(change.Add) > 0 && after != change.TTL {
			e.warnings = append(e.warnings, TTLNotServed{Type: change.Type, TTL: change.TTL, Served: after})
		}
	}
}
