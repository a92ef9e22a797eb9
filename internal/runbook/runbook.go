// Package runbook writes the page that somebody works through who switches disaster
// recovery on, in the night, for the first time: as Markdown, and as one HTML file that
// needs no network and no script to be read.
package runbook

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Runbook is what the page says of one kit. The same Runbook gives the same bytes.
type Runbook struct {
	// Domain is the disaster recovery domain, in lower case, without its final dot.
	Domain string
	// Zone is the zone that it lies in; ZoneAssumed says that this is only its parent.
	Zone        string
	ZoneAssumed bool
	Type        txtrecord.Type
	Forwarding  txtrecord.Forwarding
	// TTL is that of the records, in seconds.
	TTL uint32
	// Made is when the kit was made, Version by which version of the program.
	Made    time.Time
	Version string
	// Key is the fingerprint of the public key that the records verify under.
	Key string
	// Scheme is the name of what is signed, and Confirmation says in words when that was
	// confirmed against the vendor's tool, or that it was not.
	Scheme, Confirmation string
	// Location is where the people who read it are: times stand there in UTC and in theirs.
	Location *time.Location
	// Publish are the flags by which drtxt publish reaches the zone, without --records and
	// --public. Neither they nor Trust are empty: [NameServer] and its like stand for what
	// is not known.
	Publish []string
	// Trust are the flags by which drtxt believes the records: --public with its file,
	// --scheme where it is not the default.
	Trust []string
	// Asking are the flags by which drtxt verify and drtxt watch know whom to ask, --server
	// and --resolver with their values; empty where they find out by themselves.
	Asking []string
	// Sets are the off set, then those for test, then those for on, in the order of their
	// windows.
	Sets []Set
}

// A Set is one pre-signed pair of records.
type Set struct {
	// Name is that of the set in the kit, such as on-03.
	Name   string
	Status txtrecord.Status
	// Start and End are its window, both inclusive; zero for off.
	Start, End time.Time
	// Values are the TXT values, in the order of their parts.
	Values []string
	// Files are what holds them in the kit.
	Files []File
}

// A File is a set in one of the formats of drtxt record.
type File struct {
	Format string
	// Path is relative to the kit's folder, with slashes.
	Path string
	// Apply are the lines that say how it is applied; those that begin with two blanks are
	// for a shell. Effect are those that say what becomes of the records that stand.
	Apply, Effect []string
}

// Markdown writes the page as CommonMark, with the tables and task lists of GitHub's
// dialect. It refuses with a [*ContentError] what it cannot show as it is.
func (r *Runbook) Markdown() ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	return renderMarkdown(newPage(r)), nil
}

// HTML writes the page as one file. It refuses what [Runbook.Markdown] refuses.
func (r *Runbook) HTML() ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	return renderHTML(newPage(r)), nil
}

// A ContentError says which field a page cannot be written from.
type ContentError struct {
	// Field is the field of [Runbook], [Set] or [File]; of those with the set's name.
	Field  string
	Value  string
	Reason string
}

func (e *ContentError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("%s %q %s", e.Field, e.Value, e.Reason)
}

func (r *Runbook) validate() error {
	err := errors.Join(
		canonical("domain", r.Domain), canonical("zone", r.Zone),
		printable("version", r.Version), printable("key", r.Key), printable("scheme", r.Scheme),
		printable("confirmation", r.Confirmation), printable("publish", r.Publish...), printable("trust", r.Trust...),
		printable("asking", r.Asking...))
	for field, flags := range map[string][]string{"publish": r.Publish, "trust": r.Trust} {
		if len(flags) == 0 {
			err = errors.Join(err, &ContentError{field, "", "has no flags"})
		}
	}
	if r.Location == nil {
		err = errors.Join(err, &ContentError{"location", "", "is missing"})
	}
	if productNames[r.Type] == "" {
		err = errors.Join(err, &ContentError{"type", string(r.Type), "is not one of zia, zpa and all"})
	}
	if forwardingWords[r.Forwarding] == "" {
		err = errors.Join(err, &ContentError{"forwarding", string(r.Forwarding), "is not one of fo, fc and none"})
	}
	names := map[string]bool{}
	for i := range r.Sets {
		set := &r.Sets[i]
		err = errors.Join(err, set.validate())
		if names[set.Name] {
			err = errors.Join(err, &ContentError{"name", set.Name, "is that of two sets"})
		}
		names[set.Name] = true
	}
	for _, status := range []txtrecord.Status{txtrecord.Off, txtrecord.Test, txtrecord.On} {
		if len(r.sets(status)) == 0 {
			err = errors.Join(err, &ContentError{"sets", string(status), "has none"})
		}
	}
	return first(err)
}

// first is the first of joined errors: one is enough to be told.
func first(err error) error {
	if e, ok := errors.AsType[*ContentError](err); ok {
		return e
	}
	return err
}

// setName is what can stand in a heading and in a link to it.
var setName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })

func (s *Set) validate() error {
	if !setName().MatchString(s.Name) {
		return &ContentError{"name", s.Name, "is not of lower-case letters, digits and hyphens"}
	}
	switch windowed := !s.Start.IsZero() && !s.End.IsZero(); s.Status {
	case txtrecord.Off:
		if windowed {
			return &ContentError{s.Name + ": window", "", "is given for off"}
		}
	case txtrecord.Test, txtrecord.On:
		if !windowed || s.End.Before(s.Start) {
			return &ContentError{s.Name + ": window", "", "has no start, or no end after it"}
		}
	default:
		return &ContentError{s.Name + ": status", string(s.Status), "is not one of on, off and test"}
	}
	if len(s.Values) == 0 {
		return &ContentError{s.Name + ": values", "", "are missing"}
	}
	err := printable(s.Name+": values", s.Values...)
	for _, file := range s.Files {
		err = errors.Join(err, printable(s.Name+": format", file.Format), printable(s.Name+": path", file.Path), printable(s.Name+": apply", file.Apply...), printable(s.Name+": effect", file.Effect...))
	}
	return err
}

func canonical(field, domain string) error {
	if name, err := txtrecord.CanonicalDomain(domain); err != nil || name != domain {
		return &ContentError{field, domain, "is not a name in lower case, without final dot"}
	}
	return nil
}

// printable refuses what could not be shown as it is, and copied: line breaks, direction
// marks and others that do not print.
func printable(field string, values ...string) error {
	for _, value := range values {
		if !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return &ContentError{field, value, "has characters that do not print"}
		}
	}
	return nil
}

// sets are those of a status, in their order.
func (r *Runbook) sets(status txtrecord.Status) []*Set {
	var sets []*Set
	for i := range r.Sets {
		if r.Sets[i].Status == status {
			sets = append(sets, &r.Sets[i])
		}
	}
	return sets
}

// end is when the last window for on or test ends.
func (r *Runbook) end() time.Time {
	last := slices.MaxFunc(slices.Concat(r.sets(txtrecord.On), r.sets(txtrecord.Test)), func(a, b *Set) int { return a.End.Compare(b.End) })
	return last.End
}
