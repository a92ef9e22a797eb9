package zonefile

import (
	"bytes"

	"github.com/miekg/dns"
)

// A domainName is a name to compare with.
type domainName struct {
	// text is absolute and in lower case.
	text string
	// wire is the same in wire form, in lower case (RFC 4034 §6.2).
	wire []byte
}

// newName makes a name of text, with or without its final dot, in presentation form.
func newName(text string) (name domainName, ok bool) {
	if text == "" {
		return domainName{}, false
	}
	name.text = dns.CanonicalName(text)
	name.wire, ok = wireName(name.text)
	return name, ok
}

// wireName returns an absolute name in wire form, in lower case.
func wireName(absolute string) (wire []byte, ok bool) {
	wire = cased([]byte(absolute))
	for i, b := range wire {
		wire[i] = lower(b)
	}
	return wire, wire != nil
}

// cased returns an absolute name in wire form, nil if it has none.
func cased(absolute []byte) []byte {
	wire := make([]byte, 256)
	end, err := dns.PackDomainName(string(absolute), wire, 0, nil, false)
	if err != nil {
		return nil
	}
	return wire[:end]
}

// owns reports whether the record at the start of packed is at the name. The lengths
// of labels are less than any letter, and can be compared as if they were text.
func (n domainName) owns(packed []byte) bool {
	return len(packed) >= len(n.wire) && equalFold(packed[:len(n.wire)], n.wire)
}

// above reports whether the record at the start of packed is at a name above this one
// and below zone.
func (n domainName) above(packed []byte, zone domainName) bool {
	parent := n.wire
	for len(parent) > len(zone.wire) {
		parent = parent[1+parent[0]:]
		if len(parent) > len(zone.wire) && len(packed) >= len(parent) && equalFold(packed[:len(parent)], parent) {
			return true
		}
	}
	return false
}

// isIn reports whether the name is zone's or below it.
func (n domainName) isIn(zone domainName) bool { return dns.IsSubDomain(zone.text, n.text) }

// writtenAs reports whether a name as it is written under an origin is this one, which
// has no escapes.
func (n domainName) writtenAs(token, origin []byte) bool {
	switch {
	case bytes.IndexByte(token, '\\') >= 0 || bytes.IndexByte(origin, '\\') >= 0:
		wire, ok := wireName(string(absolute(token, origin)))
		return ok && bytes.Equal(wire, n.wire)
	case string(token) == "@":
		return len(origin) == len(n.text) && equalFold(origin, n.text)
	case token[len(token)-1] == '.':
		return len(token) == len(n.text) && equalFold(token, n.text)
	case len(origin) == 0:
		return false
	case string(origin) == ".":
		return len(token)+1 == len(n.text) && equalFold(token, n.text[:len(token)])
	}
	return len(token)+1+len(origin) == len(n.text) && n.text[len(token)] == '.' &&
		equalFold(token, n.text[:len(token)]) && equalFold(origin, n.text[len(token)+1:])
}

// absolute returns a name as it is written under an origin in full (RFC 1035 §5.1), or
// nil if it is relative and there is no origin.
func absolute(token, origin []byte) []byte {
	switch {
	case string(token) == "@":
		return origin
	case dns.IsFqdn(string(token)):
		return bytes.Clone(token)
	case len(origin) == 0:
		return nil
	case string(origin) == ".":
		return append(bytes.Clone(token), '.')
	}
	return append(append(bytes.Clone(token), '.'), origin...)
}

// equalFold compares text of equal length without regard to the case of ASCII letters
// (RFC 4343).
func equalFold[T string | []byte](a []byte, b T) bool {
	for i := range a {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
