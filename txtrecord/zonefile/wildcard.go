package zonefile

// wildcards finds the wildcard that answers for a name where nothing stands: the one at
// its closest encloser (RFC 4592 §3.3.1).
type wildcards struct {
	name domainName
	// encloser is the offset in the name's wire form of the closest ancestor seen, 0 if it
	// is the name itself.
	encloser int
	// parent is that of the longest ancestor that has a wildcard, which owner is.
	parent int
	owner  string
}

func newWildcards(name, zone domainName) wildcards {
	top := max(len(name.wire)-len(zone.wire), 0)
	return wildcards{name: name, encloser: top, parent: top + 1}
}

// see takes in a record, whose owner is at the start of packed.
func (w *wildcards) see(owner string, packed []byte) {
	if w.encloser == 0 {
		return
	}
	wire := packed[:wireLength(packed)]
	for at := 0; at < w.encloser; at += 1 + int(w.name.wire[at]) {
		if endsWith(wire, w.name.wire[at:]) {
			w.encloser = at
		}
	}
	if len(wire) < 2 || wire[0] != 1 || wire[1] != '*' {
		return
	}
	if parent := len(w.name.wire) - len(wire[2:]); parent > 0 && parent < w.parent && endsWith(w.name.wire, wire[2:]) {
		w.parent, w.owner = parent, owner
	}
}

// answering is the owner of the wildcard, "" if none answers.
func (w *wildcards) answering() string {
	if w.encloser == 0 || w.parent != w.encloser {
		return ""
	}
	return w.owner
}

// wireLength is the length of the name at the start of packed.
func wireLength(packed []byte) int {
	end := 0
	for packed[end] != 0 {
		end += 1 + int(packed[end])
	}
	return end + 1
}

// endsWith reports whether a name in wire form is ancestor, or below it.
func endsWith(wire, ancestor []byte) bool {
	at := len(wire) - len(ancestor)
	if at < 0 || !equalFold(wire[at:], ancestor) {
		return false
	}
	for len(wire) > len(ancestor) {
		wire = wire[1+int(wire[0]):]
	}
	return len(wire) == len(ancestor)
}
