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
	// ownerAcross and ttlAcross are whether an $INCLUDE or a $GENERATE came since: name
	// servers go on with what was before it, or with its last record.
	ownerAcross, ttlAcross bool
	// includedTTL is whether an $INCLUDE came since the last $TTL: one in the included
	// file may count behind it too.
	includedTTL bool
	// bindTTL is what an omitted TTL stands for to BIND: in a run of records with the same
	// owner it gives every line of a type the TTL of the first, and takes that for the
	// last one written.
	bindTTL uint32
	// first is the first type of that run, and more are the others.
	first typeTTL
	more  []typeTTL
	// index finds types in more once these are many. A plain copy shares it, and must
	// not add types; see branch.
	index map[uint16]int
}

// indexFrom is from how many types on they are looked up in an index.
const indexFrom = 32

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
			i.first, i.more, i.index = typeTTL{}, nil, nil
		}
		i.owner, i.ownerOrigin, i.ownerAcross = owner, origin, false
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
			i.ttl, i.ttlKnown, i.ttlAcross = seconds, true, false
		}
	}
	return bindTTL
}

// fix sets what an omitted TTL stands for from now on.
func (i *inheritance) fix(ttl uint32) {
	i.ttl, i.bindTTL, i.ttlKnown, i.fixed = ttl, ttl, true, true
}

// cross sets what is inherited behind an $INCLUDE or a $GENERATE. It leaves a fixed TTL
// alone.
func (i *inheritance) cross(directive kind) {
	i.ownerAcross = true
	if !i.fixed {
		i.ttlAcross = true
		i.includedTTL = i.includedTTL || directive == includeDirective
	}
}

// openTTL reports whether name servers may differ about an omitted TTL.
func (i *inheritance) openTTL() bool { return !i.fixed && (i.ttlAcross || i.includedTTL) }

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
	if at := i.find(rrtype); at >= 0 {
		return i.more[at].ttl
	}
	i.more = append(i.more, typeTTL{rrtype, ttl}) // copies keep their length
	if i.index != nil {
		i.index[rrtype] = len(i.more) - 1
	}
	return ttl
}

// find returns where a type is in more, -1 if it is not.
func (i *inheritance) find(rrtype uint16) int {
	if len(i.more) < indexFrom {
		return slices.IndexFunc(i.more, func(seen typeTTL) bool { return seen.rrtype == rrtype })
	}
	if i.index == nil {
		i.index = make(map[uint16]int)
		for at, seen := range i.more {
			i.index[seen.rrtype] = at
		}
	}
	if at, ok := i.index[rrtype]; ok {
		return at
	}
	return -1
}

// branch returns a copy that types can be added to.
func (i *inheritance) branch() inheritance {
	branch := *i
	branch.more, branch.index = slices.Clip(i.more), nil
	return branch
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
	return i.fixed || i.ttlKnown == other.ttlKnown && i.ttl == other.ttl && i.bindTTL == other.bindTTL &&
		i.ttlAcross == other.ttlAcross
}

// sameRun reports whether the types that went before with the same owner, and their
// TTLs, are the same.
func (i *inheritance) sameRun(other *inheritance) bool {
	return i.first == other.first && slices.Equal(i.more, other.more)
}

// sameOwner reports whether an omitted owner name means the same, letter case
// included.
func (i *inheritance) sameOwner(other *inheritance) bool {
	if i.ownerAcross != other.ownerAcross {
		return false
	}
	if i.owner == nil || other.owner == nil {
		return i.owner == nil && other.owner == nil
	}
	return bytes.Equal(absolute(i.owner, i.ownerOrigin), absolute(other.owner, other.ownerOrigin))
}
