package zonefile

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// A rewrite carries out a [draft]. It walks through the statements from the first that
// is touched, with what each inherits in the old text and would inherit in the new,
// and writes out what differs.
type rewrite struct {
	file *File
	*draft
	scanner
	// fresh is what the next statement would inherit in the new text.
	fresh inheritance

	pieces  []piece
	written []WrittenOut
}

func (f *File) rewrite(d *draft) (*rewrite, error) {
	r := &rewrite{file: f, draft: d, scanner: scanner{data: f.source.data}}
	if d.from != nil {
		r.offset, r.line = d.from.start, d.from.line
		r.inheritance, r.fresh = d.from.branch(), d.from.branch()
		if err := r.walk(); err != nil {
			return nil, err
		}
	}
	r.appendAtEnd()
	r.keepMissingLineEnd()
	return r, nil
}

// walk goes on until old and new text agree on what is inherited, and nothing is left
// to do.
func (r *rewrite) walk() error {
	for at, ok := r.next(); ok; at, ok = r.next() {
		r.insert(at.start)
		if r.removed[at.start] {
			r.pieces = append(r.pieces, piece{span{at.start, at.end}, ""})
			r.follow(&at)
			continue
		}
		if err := r.keep(&at); err != nil {
			return err
		}
		if at.end >= r.draft.end && r.agree() {
			return nil
		}
	}
	return nil
}

// insert puts in what belongs before a statement.
func (r *rewrite) insert(offset int) {
	for _, insertion := range r.inserted {
		if insertion.offset != offset {
			continue
		}
		r.pieces = append(r.pieces, piece{span{offset, offset}, insertion.lines})
		r.fresh.pass([]byte(insertion.owner), nil, strconv.AppendUint(nil, uint64(insertion.ttl), 10), []byte(insertion.rrtype))
	}
}

// keep takes a statement over into the new text.
func (r *rewrite) keep(at *statement) error {
	switch at.kind {
	case record:
		return r.keepRecord(at)
	case ttlDirective:
		r.follow(at)
		if r.fixed {
			r.fresh.fix(r.ttl)
		}
	case includeDirective, generateDirective:
		if !r.sameTTL(&r.fresh) {
			return r.openTTL(at)
		}
		r.follow(at)
		r.fresh.cross(at.kind)
	default:
		r.follow(at)
		r.fresh.origin = r.origin
	}
	return nil
}

// keepRecord writes into a record what it would inherit otherwise than before.
func (r *rewrite) keepRecord(at *statement) error {
	owner, ttl := at.owner.of(r.data), at.ttl.of(r.data)
	written := WrittenOut{
		Line:  at.line,
		Owner: len(owner) == 0 && !r.sameOwner(&r.fresh),
		TTL:   len(ttl) == 0 && !r.sameTTL(&r.fresh),
	}
	if written.Owner {
		owner = absolute(r.owner, r.ownerOrigin)
		r.pieces = append(r.pieces, piece{span{at.start, at.start}, string(owner)})
	}
	if written.TTL {
		if r.inheritance.openTTL() {
			return r.openTTL(at)
		}
		if r.ttl != r.bindTTL {
			return r.undecided(at)
		}
		ttl = strconv.AppendUint(nil, uint64(r.ttl), 10)
		field := at.firstField()
		r.pieces = append(r.pieces, piece{span{field, field}, string(ttl) + " "})
	}
	if written.Owner || written.TTL {
		r.written = append(r.written, written)
	}
	rrtype := at.rrtype.of(r.data)
	before := r.pass(at.owner.of(r.data), r.origin, at.ttl.of(r.data), rrtype)
	after := r.fresh.pass(owner, r.origin, ttl, rrtype)
	if before != after && !r.edits(typeCode(rrtype)) {
		return r.undecided(at)
	}
	return nil
}

// edits reports whether the record passed last is of a set that the draft is about.
func (r *rewrite) edits(rrtype uint16) bool {
	return slices.Contains(r.types, rrtype) && r.file.name.writtenAs(r.owner, r.ownerOrigin)
}

// errTTL is why an edit is refused where lines of one set have several TTLs.
var errTTL = errors.New("name servers would differ about the TTL of that line, because of the lines before it")

func (r *rewrite) undecided(at *statement) error {
	return &Error{Path: r.file.path, Line: at.line, Kind: ErrShape, Zone: r.file.zone.text, Err: errTTL}
}

// openTTL is the refusal of an edit that would decide which TTL a line has that names
// none.
func (r *rewrite) openTTL(at *statement) error {
	refusal := r.file.misshapen(at.line, "a line without TTL, which name servers take from different lines before it")
	refusal.hint = hintTTL
	return refusal
}

func (r *rewrite) agree() bool {
	return r.sameTTL(&r.fresh) && r.sameOwner(&r.fresh) && r.sameRun(&r.fresh)
}

// appendAtEnd puts in what belongs at the end of the file.
func (r *rewrite) appendAtEnd() {
	end := len(r.data)
	before := r.lastKept()
	for _, insertion := range r.inserted {
		if insertion.offset != end {
			continue
		}
		lines := insertion.lines
		if before > 0 && r.data[before-1] != '\n' {
			lines = r.file.lineEnd(&r.file.layout.last) + lines
			before = 0
		}
		r.pieces = append(r.pieces, piece{span{end, end}, lines})
	}
}

// lastKept is the offset behind which nothing stays of the file.
func (r *rewrite) lastKept() int {
	end := len(r.data)
	for _, p := range slices.Backward(r.pieces) {
		if p.end != end || p.text != "" {
			break
		}
		end = p.start
	}
	return end
}

// keepMissingLineEnd takes the last line end away if it is new and the file ended with a
// record without one.
func (r *rewrite) keepMissingLineEnd() {
	if !r.file.layout.openRecord {
		return
	}
	end := len(r.data)
	for i, p := range slices.Backward(r.pieces) {
		if p.end != end {
			return
		}
		if p.text != "" {
			r.pieces[i].text = string(bytes.TrimRight([]byte(p.text), "\r\n"))
			return
		}
		end = p.start
	}
}

// writtenTTLs is how many lines had a TTL written into them.
func (r *rewrite) writtenTTLs() (count int) {
	for _, w := range r.written {
		if w.TTL {
			count++
		}
	}
	return count
}
