package txtrecord

import (
	"errors"
	"fmt"
	"strconv"
)

// The classes of refusal. Every [Fault] belongs to one; test with errors.Is.
var (
	ErrSyntax       = errors.New("malformed record")
	ErrIncomplete   = errors.New("incomplete set")
	ErrMismatch     = errors.New("the set contradicts itself or its name")
	ErrConflict     = errors.New("several sets at one name")
	ErrSignature    = errors.New("the signature does not verify")
	ErrNotCanonical = errors.New("not in canonical form")
)

// A Fault is one rule that a record or a set breaks. It is an error of its own, so
// that errors.Is finds it inside a [*RecordError].
type Fault uint8

// The rules of the format. Those from TagOrder on break no rule of acceptance:
// they are deviations from the canonical form.
const (
	_ Fault = iota
	Version
	MissingTag
	UnknownKeyword
	DuplicateTag
	UnknownTag
	EmptyValue
	UpperCase
	ForbiddenByte
	NotAPair
	InvalidInteger
	StartAfterEnd
	InvalidDomain
	PartCount
	PartIndex
	SignatureTagOrder
	TrailingData
	InvalidBase64
	TooLong

	PartMissing
	PartRepeated

	PartsDiffer
	OtherDomain

	SeveralSets
	MixedHalves
	UnsignedBeside

	SignatureInvalid

	TagOrder
	TypeAbsent
	UnknownForwarding
	TrailingSemicolon
	ExtraTag
	DomainSpelling
	DomainInPart2
	LongString
	OtherSplit
)

// faults gives each Fault its stable code, its class and its sentence.
var faults = [...]struct {
	code     string
	class    error
	sentence string
}{
	Version:           {"version", ErrSyntax, "the version must be 1"},
	MissingTag:        {"missing-tag", ErrSyntax, "the tag is missing"},
	UnknownKeyword:    {"unknown-keyword", ErrSyntax, "the value is not one that the format knows"},
	DuplicateTag:      {"duplicate-tag", ErrSyntax, "the tag stands twice"},
	UnknownTag:        {"unknown-tag", ErrSyntax, "a signed record must not hold an unknown tag"},
	EmptyValue:        {"empty-value", ErrSyntax, "the value is empty; a tag without value is left out"},
	UpperCase:         {"upper-case", ErrSyntax, "tags and keywords are lower case"},
	ForbiddenByte:     {"forbidden-byte", ErrSyntax, "spaces, control characters and bytes beyond ASCII are not allowed"},
	NotAPair:          {"not-a-pair", ErrSyntax, "every part between semicolons must be tag=value"},
	InvalidInteger:    {"invalid-integer", ErrSyntax, "must be decimal digits without sign or leading zero, up to the year 9999"},
	StartAfterEnd:     {"start-after-end", ErrSyntax, "the start lies after the end"},
	InvalidDomain:     {"invalid-domain", ErrSyntax, "the value is not a domain name"},
	PartCount:         {"part-count", ErrSyntax, "a signed set has 2 parts"},
	PartIndex:         {"part-index", ErrSyntax, "the part's index must be 1 or 2"},
	SignatureTagOrder: {"signature-tag-order", ErrSyntax, "a signed record must end with n, p and bh, in this order"},
	TrailingData:      {"trailing-data", ErrSyntax, "nothing may stand behind bh: it would not be signed"},
	InvalidBase64:     {"invalid-base64", ErrSyntax, "the joined bh must be 344 characters of canonical base64"},
	TooLong:           {"too-long", ErrSyntax, "longer than a TXT record can be"},
	PartMissing:       {"part-missing", ErrIncomplete, "the other part is missing"},
	PartRepeated:      {"part-repeated", ErrIncomplete, "the same record stands more than once"},
	PartsDiffer:       {"parts-differ", ErrMismatch, "the text before n= differs from part 1"},
	OtherDomain:       {"other-domain", ErrMismatch, "d names another domain than the one the set stands at"},
	SeveralSets:       {"several-sets", ErrConflict, "more than one set at the name"},
	MixedHalves:       {"mixed-halves", ErrConflict, "the two parts belong to different sets"},
	UnsignedBeside:    {"unsigned-beside-signed", ErrConflict, "an unsigned record beside a signed set"},
	SignatureInvalid:  {"signature-invalid", ErrSignature, "another key, another scheme, or altered"},
	TagOrder:          {"tag-order", ErrNotCanonical, "the tags stand in another order"},
	TypeAbsent:        {"type-absent", ErrNotCanonical, "k is absent"},
	UnknownForwarding: {"unknown-forwarding", ErrNotCanonical, "no published page explains this forwarding action"},
	TrailingSemicolon: {"trailing-semicolon", ErrNotCanonical, "a semicolon at the end"},
	ExtraTag:          {"extra-tag", ErrNotCanonical, "an unknown tag"},
	DomainSpelling:    {"domain-spelling", ErrNotCanonical, "d is not in lower case without final dot"},
	DomainInPart2:     {"domain-in-part-2", ErrNotCanonical, "d stands in part 2 too"},
	LongString:        {"long-string", ErrNotCanonical, "more than 254 bytes"},
	OtherSplit:        {"other-split", ErrNotCanonical, "the signature is split at another place"},
}

// Faults lists every fault, in the order of the format's rules.
func Faults() []Fault {
	all := make([]Fault, 0, len(faults)-1)
	for f := Version; int(f) < len(faults); f++ {
		all = append(all, f)
	}
	return all
}

// Code is the fault's stable name, such as "duplicate-tag".
func (f Fault) Code() string { return faults[f].code }

// Error is the rule as a sentence.
func (f Fault) Error() string { return faults[f].sentence }

// Unwrap returns the fault's class, such as [ErrSyntax].
func (f Fault) Unwrap() error { return faults[f].class }

// A RecordError says which rule was broken, and where.
type RecordError struct {
	Fault Fault
	// Record is the index, from 0, of the record among those that were given.
	Record int
	// Tag is the name of the tag concerned, empty where it is none in particular.
	Tag string
	// Offset is the byte offset in the record, from 0.
	Offset int
	// Found is what stands there, raw: escape it before showing it.
	Found string
}

func (e *RecordError) Error() string {
	where := fmt.Sprintf("record %d, column %d", e.Record+1, e.Offset+1)
	if e.Tag != "" {
		where += ", tag " + strconv.QuoteToASCII(e.Tag)
	}
	if e.Found != "" {
		where += ", found " + strconv.QuoteToASCII(e.Found)
	}
	return where + ": " + e.Fault.Error()
}

// Unwrap returns the fault, which in turn unwraps to its class.
func (e *RecordError) Unwrap() error { return e.Fault }
