package zonefile

import (
	"bytes"
	"slices"
)

// An inheritance is what a statement takes from those before it.
type inheritance struct {
	// origin is what relative names are relative to, absolute; empty: unknown.
	origin []byte
	// owner and ownerOrigin are the last owner name as it is written, and its origin.
	owner, ownerOrigin []byte
	// ttl is what an omitted TTL stands for; fixed: by $TTL (RFC 2308 §4), else the last
	// one written (RFC 1035 §5.1).
	ttl             uint32
	ttlKnown, fixed bool
	// bindTTL is what an omitted TTL stands for to BIND: in a run of records with the same
	// owner it gives every line of a type the TTL of the first, and takes that for the
	// last one written.
	bindTTL uint32
	// first is the first type of that run, and more are the others.
	first typeTTL
	more  []typeTTL
}

// A typeTTL is a type and the TTL of its first record in a run.
type typeTTL struct {
	rrtype uint16
	ttl    uint32
}

// pass sets what is inherited behind a record, whose fields are as written, empty where
// omitted, and returns the TTL that BIND gives the record.
func (i *inheritance) pass(owner, origin, ttl, rrtype []byte) uint32 {
	if len(owner) > 0 {
		if !sameName(owner, origin, i.owner, i.ownerOrigin) {
			i.first, i.more = typeTTL{}, nil
		}
		i.owner, i.ownerOrigin = owner, origin
	}
	bindTTL := i.bindTTL
	seconds, given := readTTL(ttl)
	if given {
		bindTTL = seconds
	}
	bindTTL = i.setTTL(typeCode(rrtype), bindTTL)
	if !i.fixed {
		i.bindTTL = bindTTL
		if given {
			i.ttl, i.ttlKnown = seconds, true
		}
	}
	return bindTTL
}

// setTTL returns the TTL of the first record of a type in the run, which this one may
// be.
func (i *inheritance) setTTL(rrtype uint16, ttl uint32) uint32 {
	if i.first == (typeTTL{}) {
		i.first = typeTTL{rrtype, ttl}
		return ttl
	}
	if i.first.rrtype == rrtype {
		return i.first.ttl
	}
	for _, seen := range i.more {
		if seen.rrtype == rrtype {
			return seen.ttl
		}
	}
	i.more = append(slices.Clip(i.more), typeTTL{rrtype, ttl}) // copies keep theirs
	return ttl
}

// sameName compares two names as they are written, each under its origin, letter case
// included.
func sameName(a, aOrigin, b, bOrigin []byte) bool {
	switch {
	case len(a) == 0 || len(b) == 0:
		return false
	case bytes.Equal(a, b) && bytes.Equal(aOrigin, bOrigin):
		return true
	case plain(a) && plain(b) && (a[len(a)-1] == '.') == (b[len(b)-1] == '.') && bytes.Equal(aOrigin, bOrigin):
		return false
	}
	wire := cased(absolute(a, aOrigin))
	return wire != nil && bytes.Equal(wire, cased(absolute(b, bOrigin)))
}

// plain reports whether a name as it is written has no escapes, and is not the origin.
func plain(name []byte) bool { return bytes.IndexByte(name, '\\') < 0 && string(name) != "@" }

// sameTTL reports whether an omitted TTL means the same.
func (i *inheritance) sameTTL(other *inheritance) bool {
	return i.fixed || i.ttlKnown == other.ttlKnown && i.ttl == other.ttl && i.bindTTL == other.bindTTL
}

// sameRun reports whether the types that went before with the same owner, and their
// TTLs, are the same.
func (i *inheritance) sameRun(other *inheritance) bool {
	return i.first == other.first && slices.Equal(i.more, other.more)
}

// sameOwner reports whether an omitted owner name means the same, letter case
// included.
func (i *inheritance) sameOwner(other *inheritance) bool {
	if i.owner == nil || other.owner == nil {
		return i.owner == nil && other.owner == nil
	}
	return bytes.Equal(absolute(i.owner, i.ownerOrigin), absolute(other.owner, other.ownerOrigin))
}
