package zonefile

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// A layout is where the things stand that an edit is about.
type layout struct {
	// standing are the TXT, A and AAAA records at the name; atName is how many records
	// of all types are there, and beside is the last of these.
	standing []place
	atName   int
	beside   place
	// runs is how many runs of records at the name there are, and runOwner the name as
	// the one that is going on has it, in wire form; nil: none is.
	runs     int
	runOwner []byte
	// soa is the SOA record; last is the last record of the file.
	soa, last place
	// serial is the serial number in the SOA record, empty where it is not written as
	// one.
	serial span
	// generate are the $GENERATE directives.
	generate []place
	// includes are the relative paths in $INCLUDE directives.
	includes []string
	// openRecord is whether the file's last line is a record without line end.
	openRecord bool
	// inherits is where the last record begins that has no TTL and no $TTL before it;
	// hasTTL is whether there was one so far.
	inherits int
	hasTTL   bool
	// defaultTTL is what the SOA record says about TTLs that are not written, and no
	// directive; see [layout.addSOA].
	defaultTTL string
}

// A place is a statement with what it inherits.
type place struct {
	statement
	inheritance
	// run is the number of the run that a record at the name belongs to: records that a
	// name server takes together, because no record of another name is between them, and
	// none that has the name in other letter case.
	run int
}

// owned reports whether a record is at the name.
func (p *place) owned(name domainName, data []byte) bool {
	if !p.statement.owner.empty() {
		return name.writtenAs(p.statement.owner.of(data), p.origin)
	}
	return name.writtenAs(p.inheritance.owner, p.ownerOrigin)
}

// takesOwnerAcross reports whether a record takes its owner name from before an $INCLUDE
// or a $GENERATE.
func (p *place) takesOwnerAcross() bool { return p.statement.owner.empty() && p.ownerAcross }

// absoluteOwner is the owner name of a record in full.
func (p *place) absoluteOwner(data []byte) []byte {
	if !p.statement.owner.empty() {
		return absolute(p.statement.owner.of(data), p.origin)
	}
	return absolute(p.inheritance.owner, p.ownerOrigin)
}

// scan finds the layout of a zone file. The error is an [*Error] of kind [ErrSyntax] or
// [ErrShape].
func scan(path string, data []byte, zone, name domainName) (*layout, *Error) {
	refuse := func(line int, kind *Kind, found string) (*layout, *Error) {
		return nil, &Error{Path: path, Line: line, Kind: kind, Zone: zone.text, Found: found}
	}
	if line := nulLine(data); line > 0 {
		return refuse(line, ErrShape, foundNUL)
	}
	l := new(layout)
	s := scanner{data: data, line: 1, inheritance: inheritance{origin: []byte(zone.text)}}
	for found, ok := s.next(); ok; found, ok = s.next() {
		if line, fault := found.unsafe(data); fault != "" {
			return refuse(line, ErrShape, fault)
		}
		if open := found.end == len(data) && !bytes.HasSuffix(data, newline); open {
			if found.kind >= originDirective {
				return refuse(found.line, ErrShape, "a directive without a line end, which name servers leave out")
			}
			l.openRecord = found.kind == record
		}
		switch found.kind {
		case record:
			if fault := l.add(found, &s, name); fault != "" {
				return refuse(found.line, ErrSyntax, fault)
			}
			if l.last.takesOwnerAcross() && l.last.owned(name, data) {
				return refuse(found.line, ErrShape, "a record that takes its owner name from before an $INCLUDE or $GENERATE")
			}
		case ttlDirective:
			l.hasTTL = true
		case generateDirective:
			l.generate = append(l.generate, place{statement: found, inheritance: s.inheritance})
			l.runOwner = nil
		case includeDirective:
			l.includes = appendRelative(l.includes, &found, data)
			l.runOwner = nil
		}
		s.follow(&found)
	}
	return l, nil
}

// add takes in a record, or says what is wrong with it.
func (l *layout) add(found statement, s *scanner, name domainName) (fault string) {
	if fault := found.fault(s); fault != "" {
		return fault
	}
	l.last = place{statement: found, inheritance: s.inheritance}
	rrtype := knownType(found.rrtype.of(s.data))
	if rrtype == dns.TypeSOA && l.soa.kind == blank {
		l.addSOA(s)
	}
	if found.ttl.empty() {
		if !s.ttlKnown {
			return "no TTL"
		}
		if !l.hasTTL {
			l.inherits = found.start
		}
	}
	if !l.last.owned(name, s.data) {
		l.runOwner = nil
		return ""
	}
	if owner := cased(l.last.absoluteOwner(s.data)); !bytes.Equal(owner, l.runOwner) {
		l.runs++
		l.runOwner = owner
	}
	l.last.run = l.runs
	l.atName++
	l.beside = l.last
	if editable(rrtype) {
		l.standing = append(l.standing, l.last)
	}
	return ""
}

// fault says what a record lacks that the DNS library does not always miss. APL records
// may be without data (RFC 3123 §4).
func (s *statement) fault(in *scanner) string {
	switch {
	case s.owner.empty() && in.owner == nil:
		return "no owner name"
	case s.rrtype.empty():
		return "no type"
	case !s.hasData && !strings.EqualFold(string(s.rrtype.of(in.data)), "APL"):
		return "no data"
	}
	return ""
}

// addSOA takes in the record found last. Where it has no TTL and there was none before
// it, its minimum is the TTL of every record that names none, as BIND reads it; zone
// files from before RFC 2308 are so.
func (l *layout) addSOA(s *scanner) {
	l.soa = l.last
	// Parentheses may be open already: no line end ends the statement before its end.
	t := tokens{data: s.data[:l.soa.end], offset: l.soa.rdata, depth: l.soa.end}
	t.next() // the primary server
	t.next() // the mailbox
	serial, _ := t.next()
	if number := serial.of(s.data); len(number) > 0 && number[0] >= '0' && number[0] <= '9' {
		l.serial = serial
	}
	var minimum span
	for range 4 {
		minimum, _ = t.next()
	}
	ttl, ok := readTTL(minimum.of(s.data))
	if l.soa.statement.ttl.empty() && !s.ttlKnown && ok {
		l.defaultTTL = fmt.Sprintf("$TTL %d\n", ttl)
		s.fix(ttl)
		l.soa.inheritance, l.last.inheritance = s.inheritance, s.inheritance
	}
}

// soaOwner is the owner name of the first SOA record in full; nil where it is relative
// to an origin that is not in the file.
func soaOwner(data []byte) (owner []byte, found bool) {
	s := scanner{data: data, line: 1}
	for at, ok := s.next(); ok; at, ok = s.next() {
		if at.kind == record && knownType(at.rrtype.of(data)) == dns.TypeSOA {
			soa := place{statement: at, inheritance: s.inheritance}
			if at.owner.empty() && s.owner == nil {
				return nil, true
			}
			return soa.absoluteOwner(data), true
		}
		s.follow(&at)
	}
	return nil, false
}
