package zonefile

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrInput is the class of errors for changes that are none: an unknown type, RDATA
// that is not of that type, two changes of one type, nothing to change.
var ErrInput = errors.New("unfit change")

// A Kind is a class of refusal. It is compared with [errors.Is].
type Kind struct {
	// says is the predicate of the error's sentence.
	says string
	// hint is the way out, "" where none is known; ZONE stands for the zone's name.
	hint string
}

func (k *Kind) Error() string { return k.says }

// What [Load] refuses about the file itself.
var (
	// ErrUnreadable comes with the operating system's error.
	ErrUnreadable = &Kind{"cannot be read", "check the path, and that this user may read the file"}
	ErrNotRegular = &Kind{"is not a regular file", "give a regular file, or a symbolic link to one"}
	ErrHardLinked = &Kind{"has several hard links: the others would keep the old text",
		"give a file with one name, or replace the other names by symbolic links"}
	// ErrNotKept is about the file's owner, mode, access control list or another
	// extended attribute.
	ErrNotKept = &Kind{"cannot be replaced by a file with the same owner, mode and attributes",
		"run the command as the file's owner or as root"}
	ErrNotWritten = &Kind{"cannot be replaced", "check that this user may write to the directory, and that there is room"}
)

// What [Load] refuses because a name server holds, or may hold, changes that the file
// lacks.
var (
	ErrJournalAhead = &Kind{"is behind its journal: the server holds changes that it lacks",
		"write them to the file with: rndc freeze ZONE (and rndc thaw ZONE afterwards) or rndc sync -clean ZONE, wait until it is written, and try again; or publish with --server"}
	ErrJournalUnknown = &Kind{"has a journal that cannot be understood, so it may lack changes that the server holds",
		"write them to the file with: rndc freeze ZONE, or publish with --server; --ignore-journal edits all the same"}
)

// What [Load] refuses about the zone in the file.
var (
	// ErrSyntax comes with the line.
	ErrSyntax    = &Kind{"does not parse", "correct that line, or where named-checkzone accepts it, rewrite the file with named-compilezone -o NEW ZONE FILE: the parser used here knows less than BIND"}
	ErrEmpty     = &Kind{"holds no record", "give the zone file that the primary server loads"}
	ErrNoSOA     = &Kind{"holds no SOA record", "give the zone file that the primary server loads"}
	ErrManySOA   = &Kind{"holds several SOA records", "give a file that holds one zone"}
	ErrOtherZone = &Kind{"holds the SOA record of another zone", "name the zone with --zone ZONE"}
	ErrNoOrigin  = &Kind{"does not say which zone it holds", "name the zone with --zone"}
	ErrClass     = &Kind{"holds a record of a class other than IN", ""}
	ErrSigned    = &Kind{"is signed with DNSSEC: an edit would break the signatures",
		"edit the unsigned file that it is made from, or publish with --server"}
	ErrDigest = &Kind{"holds a ZONEMD record: an edit would break the digest",
		"edit the file that it is made from, or publish with --server"}
)

// What [Load] refuses about the name.
var (
	ErrNotInZone = &Kind{"is of a zone that the name does not lie in", "give the zone file of the name's zone"}
	ErrAlias     = &Kind{"has a CNAME record at the name, which allows no other records there",
		"remove it, or choose another name"}
	ErrDelegated = &Kind{"delegates the name to another zone", "publish in that zone"}
	ErrRedirects = &Kind{"has a DNAME record above the name, which hides it", "choose another name"}
	ErrIncluded  = &Kind{"has the name or the SOA record in a file that it includes, which is never edited",
		"move these records into the zone file itself"}
	// ErrIncludeUnknown is about an included file that cannot be read: it could hold
	// the name.
	ErrIncludeUnknown = &Kind{"includes a file that cannot be read, and might have the name in it",
		"run it in the name server's working directory, with the right to read the files"}
	ErrGenerated = &Kind{"covers the name by $GENERATE", "write these records out, or choose another name"}
	// ErrShape is about lines that the DNS library reads otherwise than they are
	// written, or that cannot be taken out of the file alone.
	ErrShape = &Kind{"is written in a way that cannot be edited safely",
		"write it anew with: named-compilezone -o NEW ZONE FILE"}
)

// Hints for some of what is of kind [ErrShape] and [ErrNotWritten].
const (
	hintTTL     = "add a $TTL line at the top of the file, with the TTL that these lines shall have"
	hintMounted = "a file that is mounted by itself, as in a container, cannot be replaced: mount its directory"
)

// An Error says why a zone file is not edited. [errors.Is] finds its Kind and
// whatever its Err is or wraps.
type Error struct {
	// Path is the file's: the zone file, or one that it includes.
	Path string
	// Line is where, counted from 1; 0 where it is not about a line.
	Line int
	// Kind is the class: one of this package's Err variables.
	Kind *Kind
	// Found is what was found, where Kind alone leaves it open.
	Found string
	// Zone is the zone's name with its final dot, "" where it is not known.
	Zone string
	// Err is the cause, or nil.
	Err error
	// hint is the way out where it is not that of Kind.
	hint string
}

// Error returns one line that holds nothing from the file unquoted.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strconv.Quote(e.Path))
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d,", e.Line)
	}
	b.WriteString(" " + e.Kind.says)
	if e.Found != "" {
		b.WriteString(" (" + e.Found + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the Kind and, where there is one, the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint returns what to do about it, "" where no way out is known: a sentence without
// a full stop.
func (e *Error) Hint() string {
	hint := cmp.Or(e.hint, e.Kind.hint)
	if e.Zone == "" {
		return hint
	}
	return strings.ReplaceAll(hint, "ZONE", strings.TrimSuffix(e.Zone, "."))
}

// A StandingError says that a change does not fit what stands in the file.
type StandingError struct {
	Name, Type string
	// RDATA is the record's data in wire form.
	RDATA []byte
	// Stands is whether the record stands; it was to be added then, else removed.
	Stands bool
}

func (e *StandingError) Error() string {
	if e.Stands {
		return fmt.Sprintf("a %s record to add stands already at %q", e.Type, e.Name)
	}
	return fmt.Sprintf("a %s record to remove does not stand at %q", e.Type, e.Name)
}

// A ConflictError says that the file is not the one that was read any more. Nothing
// has changed.
type ConflictError struct {
	// Path is that of the zone file, or of a file that it includes.
	Path string
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%q has been changed by somebody else in the meantime", e.Path)
}

// Hint returns what to do about it.
func (e *ConflictError) Hint() string {
	return "look at what the file holds now, then run the command again"
}

// A LockedError says that another program kept the file locked. Nothing has changed.
type LockedError struct {
	Path string
	// Err is why it was not waited for any longer: the context's cause.
	Err error
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("%q is locked by another program: %v", e.Path, e.Err)
}

func (e *LockedError) Unwrap() error { return e.Err }

// Hint returns what to do about it.
func (e *LockedError) Hint() string {
	return "wait for the other program to end, then run the command again"
}

// An UnsyncedError says that the new file is in place, and that the system would not
// promise that it outlasts a crash.
type UnsyncedError struct {
	Path string
	Err  error
}

func (e *UnsyncedError) Error() string {
	return fmt.Sprintf("%q is replaced, but might be the old file again after a crash: %v", e.Path, e.Err)
}

func (e *UnsyncedError) Unwrap() error { return e.Err }
