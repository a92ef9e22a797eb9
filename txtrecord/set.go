package txtrecord

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
)

// ErrUnsigned is what the verification of an unsigned record ends in.
var ErrUnsigned = errors.New("the record is not signed")

// ErrNoRecord is what joining no records at all ends in.
var ErrNoRecord = errors.New("there is no record")

// A Set is what stands at a name and belongs together: the two parts of a signed
// activation, or one unsigned record. Only its signature makes it genuine; see
// [Set.Verify].
type Set struct {
	// Activation is what part 1, or the unsigned record, means.
	Activation Activation
	// Parts are the records in the order of p, or the one unsigned record.
	Parts []*Record
	// Indexes are the parts' places among the records that were joined.
	Indexes []int
	// Signature is the joined and decoded bh, nil in an unsigned set.
	Signature []byte
	// Deviations are the differences from canonical form in all parts.
	Deviations []*RecordError
}

// Signed reports whether the set carries a signature, right or wrong.
func (s *Set) Signed() bool { return s.Signature != nil }

// Join puts the records of one name together. They must be one unsigned record, or
// parts 1 and 2 in any order. Its error is [ErrNoRecord] or a [*RecordError] of
// class [ErrSyntax], [ErrIncomplete], [ErrMismatch] or [ErrConflict].
func Join(records []Record) (*Set, error) {
	parts, err := arrange(records)
	if err != nil {
		return nil, err
	}
	if first := &records[parts[0]]; !first.Signed() {
		return &Set{
			Activation: first.Activation,
			Parts:      []*Record{first},
			Indexes:    parts,
			Deviations: first.Deviations,
		}, nil
	}
	if err := compareBodies(records, parts); err != nil {
		return nil, err
	}
	return joinParts(records, parts)
}

// arrange returns the indexes of the one unsigned record, or of parts 1 and 2.
func arrange(records []Record) ([]int, error) {
	var at [3]int // index + 1 of the first unsigned record, of part 1 and of part 2
	repeated := -1
	for i := range records {
		part := records[i].Part
		switch first := at[part] - 1; {
		case first < 0:
			at[part] = i + 1
		case records[first].Text == records[i].Text:
			repeated = i
		default:
			return nil, partFault(SeveralSets, records, i)
		}
	}
	signed := at[1] > 0 || at[2] > 0
	switch {
	case at[0] > 0 && signed:
		return nil, &RecordError{Fault: UnsignedBeside, Record: at[0] - 1}
	case repeated >= 0:
		return nil, partFault(PartRepeated, records, repeated)
	case at[0] > 0:
		return []int{at[0] - 1}, nil
	case !signed:
		return nil, ErrNoRecord
	case at[1] == 0 || at[2] == 0:
		return nil, partFault(PartMissing, records, max(at[1], at[2])-1)
	}
	return []int{at[1] - 1, at[2] - 1}, nil
}

// partFault places a fault at a record's p, or at the start of an unsigned one.
func partFault(f Fault, records []Record, i int) error {
	fault := &RecordError{Fault: f, Record: i}
	if r := &records[i]; r.Signed() {
		fault.Tag, fault.Offset = "p", tagOffset(r, "p")
	}
	return fault
}

func tagOffset(r *Record, name string) int {
	for _, tag := range r.Tags {
		if tag.Name == name {
			return tag.Offset
		}
	}
	return 0
}

// compareBodies holds part 2's text before n= against part 1's. Only d may be
// missing there; anything else would ride along unsigned.
func compareBodies(records []Record, parts []int) error {
	one, two := &records[parts[0]], &records[parts[1]]
	if one.Body() == two.Body() || withoutDomain(one) == two.Body() {
		return nil
	}
	fault := PartsDiffer
	for _, tag := range two.Tags[:two.bodyTags] {
		if value, ok := bodyValue(one, tag.Name); ok && value != tag.Value {
			fault = MixedHalves
		}
	}
	difference := firstDifference(one, two)
	return &RecordError{Fault: fault, Record: parts[1], Tag: difference.Name, Offset: difference.Offset}
}

// firstDifference is the first tag of part 2's body that part 1 lacks or has with
// another value, or the end of the body where tags are missing or reordered.
func firstDifference(one, two *Record) Tag {
	for _, tag := range two.Tags[:two.bodyTags] {
		if value, ok := bodyValue(one, tag.Name); !ok || value != tag.Value {
			return tag
		}
	}
	return Tag{Offset: two.bodyEnd}
}

// withoutDomain is the body without the pair d.
func withoutDomain(r *Record) string {
	for _, tag := range r.Tags[:r.bodyTags] {
		if tag.Name == "d" {
			return r.Text[:tag.Offset] + r.Text[tag.ValueOffset()+len(tag.Value)+len(";"):r.bodyEnd]
		}
	}
	return r.Body()
}

func bodyValue(r *Record, name string) (string, bool) {
	for _, tag := range r.Tags[:r.bodyTags] {
		if tag.Name == name {
			return tag.Value, true
		}
	}
	return "", false
}

// joinParts joins the two bh values in the order of p, and only then decodes.
func joinParts(records []Record, parts []int) (*Set, error) {
	one, two := &records[parts[0]], &records[parts[1]]
	signature, fault := decodeSignature(one, two)
	if fault != nil {
		fault.Record = parts[fault.Record]
		return nil, fault
	}
	set := &Set{
		Activation: one.Activation,
		Parts:      []*Record{one, two},
		Indexes:    parts,
		Signature:  signature,
	}
	set.Deviations = deviations(one, two, parts)
	return set, nil
}

var strictBase64 = base64.StdEncoding.Strict()

// decodeSignature is strict: Go's decoder refuses padding bits that are not zero,
// and line breaks, which it would skip, were refused by Parse.
func decodeSignature(one, two *Record) ([]byte, *RecordError) {
	joined := append(append(make([]byte, 0, 2*MaxString), one.signature...), two.signature...)
	signature := make([]byte, base64.StdEncoding.DecodedLen(len(joined)))
	n, err := strictBase64.Decode(signature, joined)
	if err == nil && len(joined) == signatureText && n == signatureBytes {
		return signature[:n], nil
	}
	at := len(joined)
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		at = min(int(corrupt), at)
	}
	fault := &RecordError{Fault: InvalidBase64, Record: 1, Tag: "bh", Offset: len(two.Text)}
	if at < len(one.signature) {
		fault.Record, fault.Offset = 0, len(one.Text)-len(one.signature)+at
	} else if at < len(joined) {
		fault.Offset = len(two.Text) - len(joined) + at
	}
	return nil, fault
}

// deviations collects those of the parts, each with its record's index, and the
// one that only the pair shows.
func deviations(one, two *Record, parts []int) []*RecordError {
	var all []*RecordError
	for i, r := range [...]*Record{one, two} {
		for _, d := range r.Deviations {
			placed := *d
			placed.Record = parts[i]
			all = append(all, &placed)
		}
	}
	before1, before2 := len(one.Text)-len(one.signature), len(two.Text)-len(two.signature)
	if split, err := splitSignature(before1, before2); err == nil && split != len(one.signature) {
		all = append(all, &RecordError{Fault: OtherSplit, Record: parts[0], Tag: "bh", Offset: before1})
	}
	if _, ok := bodyValue(two, "d"); ok {
		all = append(all, &RecordError{Fault: DomainInPart2, Record: parts[1], Tag: "d", Offset: tagOffset(two, "d")})
	}
	return all
}

// Verify checks the signature under a key: nil means that it holds. Its error is
// [ErrUnsigned], a [*KeyError], or a [*RecordError] with [SignatureInvalid], which
// cannot tell another key from another scheme or an altered record.
func (s *Set) Verify(scheme Scheme, key *rsa.PublicKey) error {
	if !s.Signed() {
		return ErrUnsigned
	}
	if err := CheckKey(key); err != nil {
		return err
	}
	if scheme.check(key, s.Parts[0], s.Signature) != nil {
		return &RecordError{Fault: SignatureInvalid, Record: s.Indexes[0], Tag: "bh", Offset: tagOffset(s.Parts[0], "bh")}
	}
	return nil
}

// Verify is the signature check: it parses and joins the values, and checks the
// signature under the key. Nothing verified is an error; errors are those of
// [Parse], [Join] and [Set.Verify].
func Verify(values []string, scheme Scheme, key *rsa.PublicKey) (*Set, error) {
	records := make([]Record, len(values))
	for i, value := range values {
		r, err := Parse(value)
		if err != nil {
			err.(*RecordError).Record = i
			return nil, err
		}
		records[i] = r
	}
	set, err := Join(records)
	if err != nil {
		return nil, err
	}
	if err := set.Verify(scheme, key); err != nil {
		return nil, err
	}
	return set, nil
}

// Altered reports whether the records are one signed set whose second part was
// changed afterwards: the joined signature holds over part 1 under the key. It
// tells a rider on a genuine set from the halves of two sets.
func Altered(records []Record, scheme Scheme, key *rsa.PublicKey) bool {
	parts, err := arrange(records)
	if err != nil || len(parts) != 2 || CheckKey(key) != nil || compareBodies(records, parts) == nil {
		return false
	}
	one, two := &records[parts[0]], &records[parts[1]]
	signature, fault := decodeSignature(one, two)
	return fault == nil && scheme.check(key, one, signature) == nil
}
