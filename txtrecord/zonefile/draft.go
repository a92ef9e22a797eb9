package zonefile

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/txtrecord"
)

// A draft says which lines an edit takes out of the file, and where it puts new ones.
type draft struct {
	// removed are the offsets of the records that go.
	removed map[int]bool
	// end is behind the last place where something goes or, before the file's end, comes.
	end int
	// inserted are in no order. Those with the same offset stand in theirs.
	inserted []insertion
	// types are those of the sets.
	types []uint16
	// from is the first place that is touched; without one, all is inserted at the end of
	// the file.
	from *place
}

// An insertion is the lines of one set.
type insertion struct {
	// offset begins a statement, or is the end of the file.
	offset               int
	owner, rrtype, lines string
	ttl                  uint32
}

// draft decides where the changes are made. New lines stand in the place of the first
// line of their set that goes, else behind the other records of the name, else at the
// end of the file; and always before records of the set that stay, with nothing of
// another name between, so that a name server which lets the first line decide about
// the TTL takes theirs. With atEnd they are put at the end, unless such records stay.
func (f *File) draft(changes []Change, atEnd bool) *draft {
	d := &draft{removed: map[int]bool{}}
	for i := range changes {
		change := &changes[i]
		d.types = append(d.types, change.code())
		removed, stay := f.places(change)
		for j := range removed {
			d.touch(&removed[j])
			d.removed[removed[j].start] = true
			d.end = max(d.end, removed[j].end)
		}
		if len(change.Add) == 0 {
			continue
		}
		offset, next := len(f.source.data), &f.layout.last
		switch {
		case len(stay) > 0:
			next = &stay[0]
			at := before(removed, next)
			offset = at.start
			d.touch(at)
		case len(removed) > 0 && !atEnd:
			offset, next = removed[0].start, &removed[0]
		case f.layout.atName > 0 && !atEnd:
			offset, next = f.layout.beside.end, &f.layout.beside
			d.touch(next)
		}
		model := next
		if len(removed) > 0 {
			model = &removed[0]
		}
		d.inserted = append(d.inserted, f.insertion(change, offset, f.owner(next), model))
		if offset < len(f.source.data) {
			d.end = max(d.end, offset+1)
		}
	}
	return d
}

// before returns the first of the removed places that is in the same run as the first
// place that stays, and before it; else that.
func before(removed []place, stays *place) *place {
	for i := range removed {
		if removed[i].run == stays.run && removed[i].start < stays.start {
			return &removed[i]
		}
	}
	return stays
}

// places are those of the standing records of the change's type, in two parts.
func (f *File) places(c *Change) (removed, stay []place) {
	removes := c.remover()
	for i, r := range f.reading.standing {
		switch at := f.layout.standing[i]; {
		case r.rrtype != c.code():
		case removes(r):
			removed = append(removed, at)
		default:
			stay = append(stay, at)
		}
	}
	return removed, stay
}

func (d *draft) touch(at *place) {
	if d.from == nil || at.start < d.from.start {
		d.from = at
	}
}

// insertion writes the records to add, with the white space and line ends of a model.
func (f *File) insertion(c *Change, offset int, owner string, model *place) insertion {
	separator := " "
	if bytes.IndexByte(model.header().of(f.source.data), '\t') >= 0 {
		separator = "\t"
	}
	var b strings.Builder
	for _, rdata := range c.Add {
		fields := []string{owner, strconv.FormatUint(uint64(c.TTL), 10), "IN", c.Type, dataText(c.Type, rdata)}
		b.WriteString(strings.Join(fields, separator) + f.lineEnd(model))
	}
	return insertion{offset, owner, c.Type, b.String(), c.TTL}
}

// owner is the name in the letter case that a record beside the new lines has it in: so
// it is the same set to a name server, and to a record that takes its owner from them.
func (f *File) owner(beside *place) string {
	if written := string(beside.absoluteOwner(f.source.data)); strings.EqualFold(written, f.name.text) {
		return written
	}
	return f.name.text
}

// lineEnd is that of a statement, or of the file's first line if it has none.
func (f *File) lineEnd(model *place) string {
	data := f.source.data[:model.end]
	if !bytes.HasSuffix(data, newline) {
		first := bytes.IndexByte(f.source.data, '\n')
		data = f.source.data[:first+1]
	}
	if bytes.HasSuffix(data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// dataText returns RDATA that [Change.check] has seen in presentation form.
func dataText(rrtype string, rdata []byte) string {
	if rrtype != "TXT" {
		address, _ := netip.AddrFromSlice(rdata)
		return address.String()
	}
	all, _ := txtrecord.CharacterStrings(rdata)
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = presentation.Quote(s)
	}
	return strings.Join(quoted, " ")
}
