package zonefile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Warning is something to know that does not stop an edit: a [JournalPresent], a
// [JournalIgnored], a [TTLsDiffer], a [TTLChanges], a
// [TTLNotServed], a [WrittenOut], a [NoDefaultTTL] or a [WildcardHidden].
type Warning interface {
	// String is a sentence, lower case, without a full stop.
	String() string
}

// JournalPresent warns of a BIND journal that does not run ahead of the file: inline
// signing and ixfr-from-differences leave one. Where the zone is updated dynamically
// the server will take the file for damaged, unless it is frozen first.
type JournalPresent struct {
	Path string
	// Serial is the last one in the journal.
	Serial uint32
}

func (w JournalPresent) String() string {
	return fmt.Sprintf("there is a journal %q up to serial %d, which the file has too: if the zone takes dynamic updates, it must be frozen (rndc freeze) until the edit is done", w.Path, w.Serial)
}

// JournalIgnored warns of a journal that was set aside, as was asked.
type JournalIgnored struct{ Path string }

func (w JournalIgnored) String() string {
	return fmt.Sprintf("the journal %q is ignored: changes that the server holds in it may be lost", w.Path)
}

// TTLsDiffer warns of a set whose lines have several TTLs, against RFC 2181 §5.2. Name
// servers differ in what they make of it.
type TTLsDiffer struct {
	Type string
	// TTLs are those of the lines, in the file's order.
	TTLs []uint32
	// Served is the one that BIND serves.
	Served uint32
}

func (w TTLsDiffer) String() string {
	return fmt.Sprintf("the lines of the %s set differ in their TTL, %s s: BIND serves %d s for all, NSD and PowerDNS each its own, Knot the last", w.Type, inWords(w.TTLs), w.Served)
}

// inWords lists TTLs, each once.
func inWords(ttls []uint32) string {
	var words []string
	for _, ttl := range ttls {
		if word := strconv.Itoa(int(ttl)); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// TTLChanges warns that records which stay are served with another TTL from now on,
// since a set has one; their lines are left as they are, and other servers than BIND go
// by those.
type TTLChanges struct {
	Type string
	// Records is how many stay.
	Records int
	// Before and After are what BIND serves.
	Before, After uint32
}

func (w TTLChanges) String() string {
	return fmt.Sprintf("a set has one TTL: with BIND that of the %s records that stay (%d) changes from %d s to %d s; NSD and PowerDNS keep each its own, Knot serves the last for all: give those lines %[4]d by hand", w.Type, w.Records, w.Before, w.After)
}

// TTLNotServed warns that BIND serves the new records with another TTL than they were
// given. That is so where records that stay have other names' records between them: of
// such a set BIND takes the TTL that comes last.
type TTLNotServed struct {
	Type string
	// TTL is what the new lines say.
	TTL, Served uint32
}

func (w TTLNotServed) String() string {
	return fmt.Sprintf("BIND serves the %s set with the TTL %d of other records further down, not with %d: have all lines of the name together", w.Type, w.Served, w.TTL)
}

// WrittenOut warns of a line that is not of the changes and had to be touched: it took
// its owner name or its TTL from a line that goes, or would take it from one that
// comes. Both now stand in it.
type WrittenOut struct {
	// Line is the line's number in the old file, counted from 1.
	Line int
	// Owner and TTL say what was written into it.
	Owner, TTL bool
}

func (w WrittenOut) String() string {
	what := "owner name"
	switch {
	case w.Owner && w.TTL:
		what = "owner name and TTL"
	case w.TTL:
		what = "TTL"
	}
	text := fmt.Sprintf("line %d did not name its %s, which is now written there", w.Line, what)
	if w.TTL {
		text += " as BIND reads it; NSD and Knot took their own default there, which a $TTL line at the top of the file would settle"
	}
	return text
}

// NoDefaultTTL warns that a line behind the edit has no TTL, in a file without $TTL. To
// BIND it has the SOA record's minimum, whatever is before it; to other name servers it
// may have that of a line before it, which goes or comes.
type NoDefaultTTL struct{}

func (w NoDefaultTTL) String() string {
	return "the file has no $TTL: lines behind the edit that name no TTL keep it with BIND, other name servers may take it from another line now: add a $TTL line at the top of the file"
}

// WildcardHidden warns that a wildcard answers for the name, for every type, until
// something stands there (RFC 4592 §2.2.1).
type WildcardHidden struct {
	// Owner is the wildcard, as it is written, with its final dot.
	Owner string
}

func (w WildcardHidden) String() string {
	return fmt.Sprintf("once something stands at the name, the wildcard %q no longer answers there, whatever the type", w.Owner)
}
