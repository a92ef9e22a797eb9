// Package runbook writes the page that somebody works through who switches disaster
// recovery on, in the night, for the first time: as Markdown, and as one HTML file that
// needs no network and no script to be read.
package runbook

import (
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Runbook is what the page says of one kit.
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
	// --public; empty where that is not known.
	Publish []string
	// Trust are the flags by which drtxt believes the records: --public with its file,
	// --scheme where it is not the default.
	Trust []string
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
	// for a shell.
	Apply []string
}

// Markdown writes the page as CommonMark.
func (r *Runbook) Markdown() ([]byte, error) { return nil, nil }

// HTML writes the page as one file.
func (r *Runbook) HTML() ([]byte, error) { return nil, nil }
