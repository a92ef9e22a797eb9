// Package configuration reads drtxt.yaml, and writes the scheme that a calibration
// found into it.
//
// # The file
//
// One YAML document: a mapping whose keys are the names of the flags that they stand
// for, see [Keys], and scheme-confirmed, which `drtxt calibrate --save` writes:
//
//	scheme: trimmed
//	scheme-confirmed:
//	  scheme: trimmed
//	  date: 2026-12-01
//	  way: pair
//	  key: SHA256:8x16XGZRUjRMxDR66q2ouxTXgDSvmmK/tBNt4E+lPQs
//	  open: [d]
//	public: dr_publickey.pem
//
// Relative paths are relative to the folder that the file is in. No other key, no
// anchor, alias, merge key or tag, no value that is missing, no second document: what
// is not understood is refused, with its line and column.
//
// # Who may have written it
//
// The file says which key and which program sign. So one that others than its owner
// can write is refused, as is one that belongs to neither the user nor root; see
// [ModeChecked]. A file that was found in the working directory, and not chosen, may
// not hold the keys that [Key.Chosen] marks: see [File.RequireUnchosen].
package configuration

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// FileName is the file's name, in whatever folder it is looked for.
const FileName = "drtxt.yaml"

// MaxSize is the most that is read, in bytes.
const MaxSize = 64 << 10

// A Shape is what the value of a key has to be.
type Shape int

// The shapes.
const (
	Text   Shape = iota // a text
	List                // a list of texts
	Texts               // a text, or a list of them
	Switch              // true or false
)

// A Key is one that the file may have. It stands for the flag of that name.
type Key struct {
	Name  string
	Shape Shape
	// Path says that the values are paths.
	Path bool
	// Chosen says that the key counts only in a file that the user chose: by --config,
	// or by putting it into the configuration directory.
	Chosen bool

	// check refuses a value, with what it must be, in words.
	check func(value string) (wanted string)
}

// Keys are the keys that a file may have, besides scheme-confirmed.
var Keys = []Key{
	{Name: schemeKey, Shape: Text, Chosen: true, check: checkScheme},
	{Name: "public", Shape: Texts, Path: true, Chosen: true},
	{Name: "key", Shape: Text, Path: true, Chosen: true},
	{Name: "signer-command", Shape: Text, Chosen: true, check: checkAbsolute},
	{Name: "signer-arg", Shape: List, Chosen: true},
	{Name: "signer-agent", Shape: Switch, Chosen: true},
	{Name: "signer-environment", Shape: List, Chosen: true, check: checkVariable},
	{Name: "signer-timeout", Shape: Text, Chosen: true},
}

const (
	schemeKey    = "scheme"
	confirmedKey = "scheme-confirmed"
)

// lookup finds a key by its name.
func lookup(name string) (Key, bool) {
	i := slices.IndexFunc(Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return Keys[i], true
}

func checkScheme(value string) string {
	if _, err := txtrecord.ParseScheme(value); err != nil {
		return "the name of a scheme, such as prefix or values+nok"
	}
	return ""
}

func checkAbsolute(value string) string {
	if !filepath.IsAbs(value) {
		return "an absolute path"
	}
	return ""
}

func checkVariable(value string) string {
	if !IsVariable(value) {
		return "the name of an environment variable"
	}
	return ""
}

// IsVariable reports whether a text can be the name of an environment variable (POSIX.1,
// XBD §8.1), letters of both cases allowed.
func IsVariable(name string) bool {
	for i, c := range []byte(name) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// A File is what a configuration holds.
type File struct {
	// Path is where it was read from.
	Path string
	// Settings are its keys but scheme-confirmed, in the order of the file.
	Settings []Setting
	// Confirmed says how the scheme was confirmed, nil where it was not.
	Confirmed *Confirmed
}

// A Setting is a key with its values.
type Setting struct {
	Key Key
	// Values are the texts, paths made absolute or relative to the working directory; a
	// switch is "true" or "false".
	Values []string
	// Line and Column are where the key stands, from 1.
	Line, Column int
}

// Setting is the one of that name.
func (f *File) Setting(name string) (Setting, bool) {
	i := slices.IndexFunc(f.Settings, func(s Setting) bool { return s.Key.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return f.Settings[i], true
}

// Scheme is the scheme that the file names; ok is false where it names none.
func (f *File) Scheme() (scheme txtrecord.Scheme, ok bool) {
	s, ok := f.Setting(schemeKey)
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
			return &Error{Path: f.Path, Line: s.Line, Column: s.Column, Kind: ErrUnchosen, Key: s.Key.Name}
		}
	}
	return nil
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
