package txtrecord

import (
	"slices"
	"strings"
	"time"
)

const (
	// MaxString is the longest record that this package writes, in bytes. DNS
	// allows 255 in a character-string (RFC 1035 §3.3), a Windows cmdlet 254.
	MaxString = 254
	// maxRecord is the most that a TXT record's data can hold, in bytes.
	maxRecord = 65535
	// maxFaults bounds what [Examine] lists about one record.
	maxFaults = 32
)

// A Tag is one pair of a record.
type Tag struct {
	Name, Value string
	// Offset is that of the name's first byte in the record, from 0.
	Offset int
}

// ValueOffset is the byte offset in the record at which the value begins.
func (t Tag) ValueOffset() int { return t.Offset + len(t.Name) + len("=") }

// A Record is the text of one TXT record, taken apart.
type Record struct {
	// Text is the record as received.
	Text string
	// Tags are the pairs in the order in which they stand.
	Tags []Tag
	// Activation is what the tags before n mean.
	Activation Activation
	// Part is 1 or 2 in a signed record, 0 in an unsigned one.
	Part int
	// Deviations are the differences from canonical form, each of class
	// [ErrNotCanonical].
	Deviations []*RecordError

	bodyEnd   int // offset of "n=", or the length of an unsigned record's text
	bodyTags  int // how many tags stand before n
	signature string
}

// Signed reports whether the record is one part of a signed set.
func (r *Record) Signed() bool { return r.Part != 0 }

// Body is the text before "n=", its final semicolon included, or all of an
// unsigned record.
func (r *Record) Body() string { return r.Text[:r.bodyEnd] }

// Signature is this part's share of the base64 text of the signature.
func (r *Record) Signature() string { return r.signature }

// String puts the record together again from its tags. For every record that
// [Parse] accepts it equals Text.
func (r *Record) String() string {
	var b strings.Builder
	for i, tag := range r.Tags {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(tag.Name)
		b.WriteByte('=')
		b.WriteString(tag.Value)
	}
	for _, d := range r.Deviations {
		if d.Fault == TrailingSemicolon {
			b.WriteByte(';')
		}
	}
	return b.String()
}

// Parse reads the text of one TXT record, strictly. Its error is a [*RecordError]
// of class [ErrSyntax].
func Parse(text string) (Record, error) {
	r, faults := Examine(text)
	if len(faults) > 0 {
		return Record{}, faults[0]
	}
	return r, nil
}

// Examine reads the text of one TXT record and lists the faults that it finds, at
// most 32, in the order of their offsets. The record is whole only if there are
// none; otherwise it holds what could be understood.
func Examine(text string) (Record, []*RecordError) {
	e := examination{record: Record{Text: text, bodyEnd: len(text)}}
	if len(text) > maxRecord {
		e.fault(TooLong, "", maxRecord, "")
		return e.record, e.faults
	}
	e.split()
	e.readTags()
	e.checkEnding()
	e.checkPresence()
	e.checkForm()
	slices.SortStableFunc(e.faults, func(a, b *RecordError) int { return a.Offset - b.Offset })
	return e.record, e.faults
}

// An examination is the state of [Examine]: each of its methods is one pass.
type examination struct {
	record   Record
	faults   []*RecordError
	trailing bool                 // a semicolon ends the text
	unknown  []Tag                // tags that are not in the table
	names    map[string]bool      // of the unknown tags
	seen     [len(tagTable)]bool  // by position in tagTable
	at       [len(tagTable)]int32 // offsets of the tags' values, by position in tagTable
}

func (e *examination) fault(f Fault, tag string, offset int, found string) {
	if len(e.faults) < maxFaults {
		e.faults = append(e.faults, &RecordError{Fault: f, Tag: excerpt(tag), Offset: offset, Found: excerpt(found)})
	}
}

func (e *examination) deviation(f Fault, tag string, offset int, found string) {
	if len(e.record.Deviations) < maxFaults {
		e.record.Deviations = append(e.record.Deviations, &RecordError{Fault: f, Tag: excerpt(tag), Offset: offset, Found: excerpt(found)})
	}
}

// excerpt bounds what an error repeats of its input.
func excerpt(found string) string {
	const most = 64
	if len(found) > most {
		return found[:most] + "…"
	}
	return found
}

// split cuts the text into pairs at its semicolons.
func (e *examination) split() {
	e.record.Tags = make([]Tag, 0, len(tagTable))
	text := e.record.Text
	for offset := 0; offset <= len(text); {
		pair := text[offset:]
		if end := strings.IndexByte(pair, ';'); end >= 0 {
			pair = pair[:end]
		}
		e.addPair(pair, offset)
		offset += len(pair) + 1
	}
}

func (e *examination) addPair(pair string, offset int) {
	if pair == "" && offset > 0 && offset == len(e.record.Text) {
		e.trailing = true
		return
	}
	name, value, ok := strings.Cut(pair, "=")
	if i := forbiddenByte(pair); i >= 0 {
		// The record is refused. What else is wrong is found without the spaces.
		bare := strings.TrimLeft(name, " \t")
		e.fault(ForbiddenByte, bare, offset+i, pair[i:i+1])
		offset += len(name) - len(bare)
		name, value = bare, strings.TrimRight(value, " \t")
	}
	if !ok || name == "" {
		e.fault(NotAPair, "", offset, pair)
		return
	}
	e.record.Tags = append(e.record.Tags, Tag{name, value, offset})
}

// forbiddenByte is the index of the first byte that no record may hold, or -1.
func forbiddenByte(text string) int {
	for i := range len(text) {
		if text[i]-0x21 > 0x7e-0x21 { // wraps around for bytes below
			return i
		}
	}
	return -1
}

// readTags reads each pair by the rule of its tag.
func (e *examination) readTags() {
	r := &e.record
	r.bodyTags = len(r.Tags)
	highest := -1
	for i, tag := range r.Tags {
		position := e.readTag(tag)
		if position >= firstSignatureTag && r.bodyTags == len(r.Tags) && r.bodyEnd == len(r.Text) {
			r.bodyTags, r.bodyEnd = i, tag.Offset
		}
		if position >= 0 && position < highest && position < firstSignatureTag {
			e.deviation(TagOrder, tag.Name, tag.Offset, "")
		}
		highest = max(highest, position)
	}
}

// readTag returns the tag's position in the table, -1 for an unknown one.
func (e *examination) readTag(tag Tag) int {
	position := tagPosition(tag.Name)
	if position < 0 {
		if hasUpper(tag.Name) {
			e.fault(UpperCase, tag.Name, tag.Offset, tag.Name)
			if position := tagPosition(strings.ToLower(tag.Name)); position >= 0 {
				e.seen[position] = true
			}
			return -1
		}
		e.addUnknown(tag)
		if tag.Value == "" {
			e.fault(EmptyValue, tag.Name, tag.ValueOffset(), "")
		}
		return -1
	}
	if e.seen[position] {
		e.fault(DuplicateTag, tag.Name, tag.Offset, tag.Value)
		return position
	}
	e.seen[position] = true
	e.at[position] = int32(tag.ValueOffset())
	if tag.Value == "" {
		e.fault(EmptyValue, tag.Name, tag.ValueOffset(), "")
		return position
	}
	e.readValue(position, tag)
	return position
}

func (e *examination) addUnknown(tag Tag) {
	if e.names[tag.Name] {
		e.fault(DuplicateTag, tag.Name, tag.Offset, tag.Value)
	}
	if e.names == nil {
		e.names = map[string]bool{}
	}
	e.names[tag.Name] = true
	e.unknown = append(e.unknown, tag)
}

// checkEnding holds the tags behind the body against the one ending that a signed
// record may have: nothing that the signature does not cover may stand there.
func (e *examination) checkEnding() {
	r := &e.record
	signatureTags := r.Tags[r.bodyTags:]
	if len(signatureTags) == 0 {
		if e.trailing {
			e.deviation(TrailingSemicolon, "", len(r.Text)-1, "")
		}
		return
	}
	for i, tag := range signatureTags {
		switch {
		case i >= len(endingTags):
			e.fault(TrailingData, tag.Name, tag.Offset, tag.Name+"="+tag.Value)
		case tag.Name != endingTags[i]:
			e.fault(SignatureTagOrder, tag.Name, tag.Offset, tag.Name)
		}
	}
	if e.trailing {
		e.fault(TrailingData, "", len(r.Text)-1, ";")
	}
}

// checkPresence looks for mandatory tags, and for those that the record's kind
// does not allow.
func (e *examination) checkPresence() {
	r := &e.record
	signed := r.bodyTags < len(r.Tags)
	for position, rule := range &tagTable {
		if !e.seen[position] && (rule.mandatory || signed && position >= firstSignatureTag) {
			e.fault(MissingTag, rule.name, len(r.Text), "")
		}
	}
	if !e.seen[typeTag] {
		e.deviation(TypeAbsent, "k", 0, "")
	}
	for _, tag := range e.unknown {
		if signed {
			e.fault(UnknownTag, tag.Name, tag.Offset, tag.Name)
		} else {
			e.deviation(ExtraTag, tag.Name, tag.Offset, tag.Name)
		}
	}
}

// checkForm judges what concerns several tags or the whole text.
func (e *examination) checkForm() {
	r := &e.record
	if start, end := r.Activation.Start, r.Activation.End; !start.IsZero() && !end.IsZero() && start.After(end) {
		e.fault(StartAfterEnd, "t", int(e.at[startTag]), start.Format(time.RFC3339))
	}
	if len(r.Text) > MaxString {
		e.deviation(LongString, "", MaxString, "")
	}
}
