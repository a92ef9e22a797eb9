package zonefile

import (
	"bytes"

	"github.com/miekg/dns"
)

// A statement is what a zone file consists of: an entry of RFC 1035 §5.1, which is one
// line, or several within parentheses.
type statement struct {
	kind kind
	// start and end are the offsets of its first byte, which begins a line, and behind
	// its last, which is a line end unless the file has none there.
	start, end int
	// line is the number of its first line, from 1.
	line int
	// stray is the number of the line with a carriage return in its middle; 0: none has.
	stray int
	// owner, ttl, class and rrtype are a record's fields as written, empty where omitted.
	owner, ttl, class, rrtype span
	// argument is what follows the name of a directive.
	argument span
	// rdata is the offset behind rrtype, and hasData whether anything follows there.
	rdata   int
	hasData bool
}

type kind uint8

const (
	blank kind = iota
	record
	originDirective
	ttlDirective
	includeDirective
	generateDirective
)

// A span is a part of the file.
type span struct{ start, end int }

func (s span) empty() bool { return s.start == s.end }

func (s span) of(data []byte) []byte { return data[s.start:s.end] }

// header is the part of a record before its type, from its first byte on.
func (s *statement) header() span { return span{s.start, s.rrtype.start} }

// firstField is the offset of the first field behind the owner.
func (s *statement) firstField() int {
	first := s.rrtype.start
	for _, field := range []span{s.ttl, s.class} {
		if !field.empty() {
			first = min(first, field.start)
		}
	}
	return first
}

// glued reports whether two tokens without quotes have no white space and no comment
// between them, but parentheses or line ends: name servers take them for two, the DNS
// library for one.
func (s *statement) glued(data []byte) bool {
	t := tokens{data: data[:s.end], offset: s.start}
	last, ok := t.next()
	for ok {
		next, more := t.next()
		if more && data[last.start] != '"' && data[next.start] != '"' && last.end < next.start &&
			!bytes.ContainsAny(data[last.end:next.start], " \t;") {
			return true
		}
		last, ok = next, more
	}
	return false
}

// knownType returns the code of a type as it is written, by name or number (RFC 3597
// §5), if it is one that this package looks for, else 0.
func knownType(token []byte) uint16 {
	switch len(token) {
	case 1:
		if lower(token[0]) == 'a' {
			return dns.TypeA
		}
	case 3:
		if equalFold(token, "txt") {
			return dns.TypeTXT
		}
		if equalFold(token, "soa") {
			return dns.TypeSOA
		}
	case 4:
		if equalFold(token, "aaaa") {
			return dns.TypeAAAA
		}
	}
	return numberedType(token)
}

func numberedType(token []byte) uint16 {
	if len(token) > 4 && equalFold(token[:4], "type") {
		return uint16(readNumber(token[4:], 1<<16-1))
	}
	return dns.TypeNone
}

// typeCode returns the code of a type as it is written, 0 if it is unknown.
func typeCode(token []byte) uint16 {
	if code := knownType(token); code != dns.TypeNone {
		return code
	}
	var upper [longestType]byte
	if len(token) > longestType {
		return dns.TypeNone
	}
	for i, b := range token {
		if upper[i] = b; 'a' <= b && b <= 'z' {
			upper[i] = b - 'a' + 'A'
		}
	}
	return dns.StringToType[string(upper[:len(token)])]
}

// longestType is no less than the length of a type's name.
const longestType = 16

// readNumber reads decimal digits; what is no number, or more than most, is 0.
func readNumber(token []byte, most uint64) uint64 {
	var number uint64
	for _, b := range token {
		if b < '0' || b > '9' {
			return 0
		}
		if number = 10*number + uint64(b-'0'); number > most {
			return 0
		}
	}
	return number
}

// isClass reports whether a token is the name of a class.
func isClass(token []byte) bool {
	switch len(token) {
	case 2:
		return equalFold(token, "in") || equalFold(token, "ch") || equalFold(token, "hs") || equalFold(token, "cs")
	case 3:
		return equalFold(token, "any")
	case 4:
		return equalFold(token, "none")
	}
	return len(token) > 5 && equalFold(token[:5], "class")
}

// isTTL reports whether a token is a TTL: no type or class begins with a digit.
func isTTL(token []byte) bool { return token[0] >= '0' && token[0] <= '9' }

// readTTL reads a number of seconds, or units as in 1h30m.
func readTTL(token []byte) (seconds uint32, ok bool) {
	var total, number uint64
	for _, b := range token {
		if b >= '0' && b <= '9' {
			number = 10*number + uint64(b-'0')
			continue
		}
		unit, known := units[lower(b)]
		if !known || number > 1<<32 {
			return 0, false
		}
		total, number = total+number*unit, 0
	}
	total += number
	return uint32(total), len(token) > 0 && total < 1<<32 && number < 1<<32
}

// units are those of BIND's TTLs, in seconds.
var units = map[byte]uint64{'s': 1, 'm': 60, 'h': 60 * 60, 'd': 24 * 60 * 60, 'w': 7 * 24 * 60 * 60}
