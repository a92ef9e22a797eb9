package zonefile

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Edit makes the changes, at most one a type, in memory, and bumps the zone's serial
// number for the time now, in the file's own style (see the package comment). The text
// that results has been read anew, and compared with the old: every record but those
// of the changes, and the serial number, is the same, in the same order.
//
// The error is of class [ErrInput] where a change makes no sense, a [*StandingError]
// where a record to remove does not stand or one to add does, else an [*Error].
func (f *File) Edit(changes []Change, now time.Time) (*Edit, error) {
	if err := f.checkChanges(changes); err != nil {
		return nil, err
	}
	e := &Edit{file: f, serial: nextSerial(f.Serial(), now)}
	if err := e.plan(changes); err != nil {
		return nil, err
	}
	e.text = apply(f.source.data, e.pieces)
	if err := e.verify(changes); err != nil {
		return nil, err
	}
	e.warnTTLs(changes)
	if f.reading.wildcard != "" { // then nothing stands there: the changes add something
		e.warnings = append(e.warnings, WildcardHidden{Owner: f.reading.wildcard})
	}
	return e, nil
}

// An Edit is the new text of a zone file, not yet written.
type Edit struct {
	file     *File
	serial   uint32
	pieces   []piece
	text     text
	warnings []Warning
}

// A piece is a part of the old text and what stands in its place in the new.
type piece struct {
	span
	text string
}

// Serial returns the zone's serial number before and after.
func (e *Edit) Serial() (before, after uint32) { return e.file.Serial(), e.serial }

// Warnings returns what the edit brings with it besides the changes: [TTLChanges],
// [TTLNotServed], [WrittenOut], [NoDefaultTTL] and [WildcardHidden].
func (e *Edit) Warnings() []Warning { return slices.Clone(e.warnings) }

// WriteTo writes the whole new text.
func (e *Edit) WriteTo(w io.Writer) (int64, error) { return e.text.WriteTo(w) }

// WriteDiff writes the edit as a unified diff with three lines of context. Bytes of
// the file come as they are, control characters too.
func (e *Edit) WriteDiff(w io.Writer) error {
	return writeDiff(w, e.file.path, e.file.source.data, e.pieces)
}

// Commit replaces the file by the new text, at once: whoever opens the path sees the
// old file or the new one. Mode, owner and extended attributes are kept. Where the
// file is not what [Load] read any more, the error is a [*ConflictError]; where
// another program holds its lock until ctx ends, a [*LockedError]; else an [*Error].
// In each case nothing has changed. An [*UnsyncedError] alone says that the new file
// is in place, and that the system would not promise that it outlasts a crash.
func (e *Edit) Commit(ctx context.Context) error { return e.commit(ctx) }

// apply returns data with the pieces put in.
func apply(data []byte, pieces []piece) text {
	var t text
	offset := 0
	for _, p := range pieces {
		t = append(t, data[offset:p.start], []byte(p.text))
		offset = p.end
	}
	return append(t, data[offset:])
}

// plan makes the pieces.
func (e *Edit) plan(changes []Change) error {
	best, err := e.file.rewrite(e.file.draft(changes, false))
	if err != nil || best.writtenTTLs() > 0 {
		// Records at the end of the file disturb nobody's TTL.
		if other, otherErr := e.file.rewrite(e.file.draft(changes, true)); otherErr == nil &&
			(err != nil || other.writtenTTLs() < best.writtenTTLs()) {
			best, err = other, nil
		}
	}
	if err != nil {
		return err
	}
	e.pieces = append(best.pieces, piece{e.file.layout.serial, e.serialText()})
	slices.SortStableFunc(e.pieces, func(a, b piece) int { return a.start - b.start })
	for _, w := range best.written {
		e.warnings = append(e.warnings, w)
	}
	if l := &e.file.layout; l.defaultTTL != "" && best.from != nil && l.inherits > best.from.start {
		e.warnings = append(e.warnings, NoDefaultTTL{})
	}
	return nil
}

// serialText is the new serial number, with leading zeros where the old has them.
func (e *Edit) serialText() string {
	old := e.file.layout.serial.of(e.file.source.data)
	number := strconv.FormatUint(uint64(e.serial), 10)
	if old[0] == '0' && len(number) < len(old) {
		number = strings.Repeat("0", len(old)-len(number)) + number
	}
	return number
}

// verify reads the new text and compares it with the old.
func (e *Edit) verify(changes []Change) error {
	f := e.file
	got, err := f.read(e.text)
	if err != nil {
		return &Error{Path: f.path, Kind: ErrShape, Zone: f.zone.text, Err: err}
	}
	switch {
	case got.others != f.reading.others:
		return f.misshapen(0, "other records would change")
	case got.soa.Serial != e.serial:
		return f.misshapen(f.layout.soa.line, "the serial number would not change as it should")
	case !sameSets(got.standing, f.wanted(changes)):
		return f.misshapen(f.layout.beside.line, "the records would not be those asked for")
	}
	return nil
}

// wanted is what stands after the changes.
func (f *File) wanted(changes []Change) []standingRecord {
	var wanted []standingRecord
	for i := range changes {
		for _, rdata := range changes[i].Add {
			wanted = append(wanted, standingRecord{changes[i].code(), changes[i].TTL, string(rdata)})
		}
	}
	var removers []func(standingRecord) bool
	for i := range changes {
		removers = append(removers, changes[i].remover())
	}
	for _, r := range f.reading.standing {
		if !slices.ContainsFunc(removers, func(removes func(standingRecord) bool) bool { return removes(r) }) {
			wanted = append(wanted, r)
		}
	}
	return wanted
}

// sameSets compares the order within each type: that of the types among each other
// means nothing.
func sameSets(a, b []standingRecord) bool {
	byType := func(x, y standingRecord) int { return int(x.rrtype) - int(y.rrtype) }
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortStableFunc(a, byType)
	slices.SortStableFunc(b, byType)
	return slices.Equal(a, b)
}
