// Package configuration reads drtxt.yaml, and writes the scheme that a calibration
// found into it.
//
// # The file
//
// One YAML document: a mapping whose keys are the names of the flags that they stand
// for, see [Keys], and scheme-confirmed, which `drtxt calibrate --save` writes. What
// holds for one domain alone stands under its name, and wins there; what is about
// publishing or about kits stands under publish or kit, in either place:
//
//	scheme: trimmed
//	scheme-confirmed:
//	  scheme: trimmed
//	  date: 2026-12-01
//	  way: pair
//	  key: SHA256:8x16XGZRUjRMxDR66q2ouxTXgDSvmmK/tBNt4E+lPQs
//	  open: [d]
//	for: 8h
//	domains:
//	  dr.example.com:
//	    public: dr_publickey.pem
//	    zone: example.com
//	    publish:
//	      server: ns1.example.com
//	      tsig-file: update.key
//
// Relative paths are relative to the folder that the file is in. No other key, no
// anchor, alias, merge key or tag, no value that is missing, no second document: what
// is not understood is refused, with its line and column.
//
// # Who may have written it
//
// The file says which key and which program sign, and where records go. So one that
// others than its owner can write is refused, as is one that belongs to neither the user
// nor root; see [ModeChecked]. A file that was found in the working directory, and not
// chosen, may not hold the keys that [Key.Chosen] marks: see [File.RequireUnchosen].
package configuration

import (
	"slices"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// FileName is the file's name, in whatever folder it is looked for.
const FileName = "drtxt.yaml"

// MaxSize is the most that is read, in bytes.
const MaxSize = 64 << 10

// A File is what a configuration holds.
type File struct {
	// Path is where it was read from.
	Path string
	// Settings are its keys but scheme-confirmed, in the order of the file.
	Settings []Setting
	// Confirmed says how the scheme was confirmed, nil where it was not. It is about the
	// scheme for every domain, not about one that a domain has of its own.
	Confirmed *Confirmed

	domains []domain
}

// A domain is one that the file has settings for, or at least names.
type domain struct{ name, written string }

// A Setting is a key with its values.
type Setting struct {
	Key Key
	// Domain is the one that it is for, in canonical form; empty for every domain.
	Domain string
	// Values are the texts, paths made absolute or relative to the working directory; a
	// switch is "true" or "false".
	Values []string
	// Line and Column are where the key stands, from 1.
	Line, Column int

	// places are where the values stand.
	places []place
}

// A place is a line and a column, from 1.
type place struct{ line, column int }

// Domains are those that the file names, in canonical form and in its order.
func (f *File) Domains() []string {
	var names []string
	for _, d := range f.domains {
		names = append(names, d.name)
	}
	return names
}

// Written is a domain as the file writes it, with U-labels where it has any; the name
// itself if it is not there.
func (f *File) Written(name string) string {
	if i := slices.IndexFunc(f.domains, func(d domain) bool { return d.name == name }); i >= 0 {
		return f.domains[i].written
	}
	return name
}

// Setting is what a key says about a domain: what stands under the domain, else what
// stands there for every domain. section is that of the key, and domain is in canonical
// form, or empty for what holds for every domain.
func (f *File) Setting(domain, section, name string) (Setting, bool) {
	s, ok := f.at(domain, section, name)
	if !ok && domain != "" {
		return f.at("", section, name)
	}
	return s, ok
}

func (f *File) at(domain, section, name string) (Setting, bool) {
	i := slices.IndexFunc(f.Settings, func(s Setting) bool {
		return s.Domain == domain && s.Key.Section == section && s.Key.Name == name
	})
	if i < 0 {
		return Setting{}, false
	}
	return f.Settings[i], true
}

// Scheme is the scheme that the file names for every domain; ok is false where it names
// none.
func (f *File) Scheme() (scheme txtrecord.Scheme, ok bool) {
	s, ok := f.at("", General, schemeKey)
	if !ok {
		return scheme, false
	}
	scheme, err := txtrecord.ParseScheme(s.Values[0])
	return scheme, err == nil
}

// RequireUnchosen refuses the keys that count only in a file that was chosen. It is for
// a file that merely lay in the working directory. The error is of kind [ErrUnchosen].
func (f *File) RequireUnchosen() error {
	for _, s := range f.Settings {
		if s.Key.Chosen {
			return f.Refuse(s, ErrUnchosen, "")
		}
	}
	return nil
}

// Refuse makes an error about a setting, at its key.
func (f *File) Refuse(s Setting, kind *Kind, detail string) *Error {
	return &Error{Path: f.Path, Line: s.Line, Column: s.Column, Kind: kind, Key: s.Key.String(), Detail: detail}
}

// A Way is how a scheme was confirmed.
type Way string

// The ways.
const (
	Pair  Way = "pair"  // a pair that the vendor's tool made verifies
	Trial Way = "trial" // a client accepted a set
)

// A Confirmed says when and how a scheme was confirmed.
type Confirmed struct {
	// Scheme equals what the file names as scheme.
	Scheme txtrecord.Scheme
	// Date is the day, at midnight UTC.
	Date time.Time
	Way  Way
	// Key is the fingerprint of the public key, empty where it is not known.
	Key string
	// Open are the tags, of k and d, of which it is not known whether they are signed: for
	// records that have one, the scheme is not confirmed.
	Open []string
}

// Settled are those of the tags that it does not leave open.
func (c *Confirmed) Settled(tags []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return slices.Contains(c.Open, tag) })
}

// Day is the date as the file has it, YYYY-MM-DD.
func (c *Confirmed) Day() string { return c.Date.Format(time.DateOnly) }
