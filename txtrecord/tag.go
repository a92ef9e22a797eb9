package txtrecord

import (
	"strconv"
	"strings"
	"time"
)

// Positions of the tags in canonical order.
const (
	versionTag = iota
	typeTag
	statusTag
	domainTag
	forwardingTag
	startTag
	endTag
	partCountTag
	partIndexTag
	signatureTag

	firstSignatureTag = partCountTag
)

// tagTable holds the tags in canonical order.
var tagTable = [...]struct {
	name      string
	mandatory bool
}{
	versionTag:    {"v", true},
	typeTag:       {"k", false},
	statusTag:     {"b", true},
	domainTag:     {"d", false},
	forwardingTag: {"m", false},
	startTag:      {"t", false},
	endTag:        {"x", false},
	partCountTag:  {"n", false},
	partIndexTag:  {"p", false},
	signatureTag:  {"bh", false},
}

// endingTags are what a signed record ends with, nothing between and nothing after.
var endingTags = [...]string{"n", "p", "bh"}

// readValue stores a value by the rule of its tag, or adds a fault. The value is not
// empty, and the tag's first.
func (e *examination) readValue(position int, tag Tag) {
	switch position {
	case versionTag:
		e.readVersion(tag)
	case typeTag:
		e.readType(tag)
	case statusTag:
		e.readStatus(tag)
	case domainTag:
		e.readDomain(tag)
	case forwardingTag:
		e.readForwarding(tag)
	case startTag:
		e.record.Activation.Start = e.readInstant(tag)
	case endTag:
		e.record.Activation.End = e.readInstant(tag)
	case partCountTag:
		e.readPartCount(tag)
	case partIndexTag:
		e.readPartIndex(tag)
	case signatureTag:
		e.readSignature(tag)
	}
}

// tagPosition is a tag's place in canonical order, -1 for an unknown one.
func tagPosition(name string) int {
	if len(name) > len("bh") {
		return -1
	}
	for i := range tagTable {
		if tagTable[i].name == name {
			return i
		}
	}
	return -1
}

func (e *examination) readVersion(tag Tag) {
	if tag.Value != "1" {
		e.valueFault(Version, tag)
	}
}

func (e *examination) readType(tag Tag) {
	switch t := Type(tag.Value); t {
	case InternetAccess, PrivateAccess, AllProducts:
		e.record.Activation.Type = t
	default:
		e.valueFault(keywordFault(tag.Value), tag)
	}
}

func (e *examination) readStatus(tag Tag) {
	switch s := Status(tag.Value); s {
	case On, Off, Test:
		e.record.Activation.Status = s
	default:
		e.valueFault(keywordFault(tag.Value), tag)
	}
}

// readForwarding accepts actions beyond the table, because one published example
// shows m=wf, which no page explains.
func (e *examination) readForwarding(tag Tag) {
	if hasUpper(tag.Value) {
		e.valueFault(UpperCase, tag)
		return
	}
	e.record.Activation.Forwarding = Forwarding(tag.Value)
	if tag.Value != string(FailOpen) && tag.Value != string(FailClose) {
		e.deviation(UnknownForwarding, tag.Name, tag.ValueOffset(), tag.Value)
	}
}

// keywordFault tells a keyword in the wrong case from one that is unknown.
func keywordFault(value string) Fault {
	if hasUpper(value) {
		return UpperCase
	}
	return UnknownKeyword
}

// hasUpper looks for ASCII letters alone: what lies beyond is a ForbiddenByte.
func hasUpper(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return 'A' <= r && r <= 'Z' })
}

func (e *examination) readDomain(tag Tag) {
	canonical, err := CanonicalDomain(tag.Value)
	if err != nil {
		e.valueFault(InvalidDomain, tag)
		return
	}
	e.record.Activation.Domain = canonical
	if canonical != tag.Value {
		e.deviation(DomainSpelling, tag.Name, tag.ValueOffset(), tag.Value)
	}
}

func (e *examination) readInstant(tag Tag) time.Time {
	seconds, ok := parseInteger(tag.Value)
	if !ok {
		e.valueFault(InvalidInteger, tag)
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// parseInteger reads decimal digits without sign or leading zero, up to MaxInstant.
func parseInteger(text string) (int64, bool) {
	if len(text) > 1 && text[0] == '0' {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n <= MaxInstant
}

func (e *examination) readPartCount(tag Tag) {
	if n, ok := parseInteger(tag.Value); !ok {
		e.valueFault(InvalidInteger, tag)
	} else if n != 2 {
		e.valueFault(PartCount, tag)
	}
}

func (e *examination) readPartIndex(tag Tag) {
	n, ok := parseInteger(tag.Value)
	switch {
	case !ok:
		e.valueFault(InvalidInteger, tag)
	case n < 1 || n > 2:
		e.valueFault(PartIndex, tag)
	default:
		e.record.Part = int(n)
	}
}

// base64Byte tells the characters of RFC 4648 §4, padding included.
var base64Byte = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") {
		is[c] = true
	}
	return is
}()

func (e *examination) readSignature(tag Tag) {
	for i := range len(tag.Value) {
		if !base64Byte[tag.Value[i]] {
			e.fault(InvalidBase64, tag.Name, tag.ValueOffset()+i, tag.Value[i:i+1])
			return
		}
	}
	e.record.signature = tag.Value
}

func (e *examination) valueFault(f Fault, tag Tag) {
	e.fault(f, tag.Name, tag.ValueOffset(), tag.Value)
}
