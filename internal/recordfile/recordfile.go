// Package recordfile reads TXT records out of what people have at hand: bare
// values, this program's JSON, a zone file, or the output of dig.
package recordfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A Format is a shape of input.
type Format string

// The formats.
const (
	Values Format = "values"
	JSON   Format = "json"
	Zone   Format = "zone"
	Dig    Format = "dig"
)

// Formats lists the formats in the order in which they are recognised.
var Formats = []Format{JSON, Dig, Zone, Values}

// Contents is what a file holds about one name.
type Contents struct {
	// Domain is the name that the records stand at, without its final dot, empty
	// where the file does not say.
	Domain string
	// Records are the TXT records at that name, ours or not.
	Records []verify.TXT
	// TTLs are those of the records, in seconds, empty where the file has none.
	TTLs []uint32
	// Alias is the target of a CNAME at the name, empty if there is none.
	Alias string
	// Elsewhere are the other names at which the file has disaster recovery
	// records, where none stand at the one that was wanted.
	Elsewhere []string
	// Claims is what a JSON file says about its own values, nil elsewhere.
	Claims *Claims
}

// Claims is how a JSON record set describes itself. The values count; these are to
// be compared with them.
type Claims struct {
	Activation  []byte // the JSON of it, nil where absent
	Signed      *bool
	Key, Scheme string
}

// Where says which records of a file are wanted.
type Where struct {
	// Domain is the owner name wanted, without final dot; empty means the one that
	// has disaster recovery records.
	Domain string
	// Origin is what relative names in a zone file are relative to.
	Origin string
}

// ErrUnknownFormat says that the input is of no known shape.
var ErrUnknownFormat = errors.New("the input is of no known shape")

// ErrEmpty says that the input holds nothing at all.
var ErrEmpty = errors.New("the input is empty")

// ErrNoAnswer says that the output of dig holds no answer, not even that there is
// no record: the server could not be asked.
var ErrNoAnswer = errors.New("dig got no answer")

// The most that is read: a record set that anybody can serve is far smaller, and a
// DNS message holds no more than 64 KiB.
const (
	// MaxZone is for a zone file, in bytes.
	MaxZone = 64 << 20
	// MaxOther is for everything else, in bytes.
	MaxOther = 4 << 20
	// MaxRecords is for the TXT records at one name.
	MaxRecords = 20000
)

// A TooLargeError says that an input holds more than is read.
type TooLargeError struct {
	What string
	Most int
}

func (e *TooLargeError) Error() string { return fmt.Sprintf("%s: at most %d are read", e.What, e.Most) }

// A ParseError says where an input could not be read.
type ParseError struct {
	Format Format
	Line   int // from 1, 0 where it is not known
	Err    error
}

func (e *ParseError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d cannot be read as %s: %v", e.Line, e.Format, e.Err)
	}
	return fmt.Sprintf("cannot be read as %s: %v", e.Format, e.Err)
}

// Unwrap returns the cause.
func (e *ParseError) Unwrap() error { return e.Err }

// A SeveralNamesError says that disaster recovery records stand at more than one
// name, so that one has to be chosen.
type SeveralNamesError struct{ Names []string }

func (e *SeveralNamesError) Error() string {
	return "disaster recovery records stand at several names: " + NameSome(e.Names)
}

// NameSome lists the first few names and counts the others.
func NameSome(names []string) string {
	const most = 8
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// Read reads data in a format. Errors are [ErrNoAnswer], a [*ParseError], a
// [*SeveralNamesError] or a [*TooLargeError].
func Read(data []byte, format Format, where Where) (Contents, error) {
	most := MaxOther
	if format == Zone {
		most = MaxZone
	}
	if len(data) > most {
		return Contents{}, &TooLargeError{What: fmt.Sprintf("%d bytes of %s", len(data), format), Most: most}
	}
	contents, err := read(data, format, where)
	if err == nil && len(contents.Records) > MaxRecords {
		return Contents{}, &TooLargeError{What: fmt.Sprintf("%d TXT records at one name", len(contents.Records)), Most: MaxRecords}
	}
	return contents, err
}

func read(data []byte, format Format, where Where) (Contents, error) {
	switch format {
	case JSON:
		return readJSON(data, where)
	case Zone:
		return readZone(data, where)
	case Dig:
		return readDig(data, where)
	}
	return readValues(data, where), nil
}

// readValues takes one bare value a line. A line ends with LF or CRLF.
func readValues(data []byte, where Where) Contents {
	contents := Contents{Domain: where.Domain}
	for _, line := range lines(data) {
		if strings.TrimSpace(line) != "" {
			contents.Records = append(contents.Records, verify.TXT{line})
		}
	}
	return contents
}

func lines(data []byte) []string {
	all := strings.Split(string(data), "\n")
	for i := range all {
		all[i] = strings.TrimSuffix(all[i], "\r")
	}
	return all
}

// Detect recognises the format, by the first of these that fits: an opening brace
// or bracket; lines of quoted strings alone, or a heading that dig prints; a
// directive or a resource record of a zone file; a line that begins with "v=".
// Errors are [ErrEmpty] and [ErrUnknownFormat].
func Detect(data []byte) (Format, error) {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return "", ErrEmpty
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		return JSON, nil
	}
	all := lines(data)
	for _, candidate := range []struct {
		format Format
		fits   func([]string) bool
	}{{Dig, looksLikeDig}, {Zone, looksLikeZone}, {Values, looksLikeValues}} {
		if candidate.fits(all) {
			return candidate.format, nil
		}
	}
	return "", ErrUnknownFormat
}

var digHeadings = []string{"; <<>> DiG", ";; ->>HEADER<<-", ";; ANSWER SECTION"}

func looksLikeDig(all []string) bool {
	quoted := true
	for _, line := range all {
		for _, heading := range digHeadings {
			if strings.HasPrefix(line, heading) {
				return true
			}
		}
		if quoted && strings.TrimSpace(line) != "" {
			_, err := presentation.QuotedStrings(line)
			quoted = err == nil
		}
	}
	return quoted
}

// looksLikeZone looks for a directive, or for an owner name or leading blank with
// TXT or SOA behind it, after at most a TTL and a class (RFC 1035 §5.1).
func looksLikeZone(all []string) bool {
	for _, line := range all {
		if strings.HasPrefix(line, "$") || isZoneRecord(line) {
			return true
		}
	}
	return false
}

func isZoneRecord(line string) bool {
	fields := strings.Fields(line)
	if line == "" || line[0] == ';' || len(fields) == 0 {
		return false
	}
	first := 1 // behind the owner name
	if line[0] == ' ' || line[0] == '\t' {
		first = 0
	}
	for _, field := range fields[first:min(len(fields), first+3)] {
		if strings.EqualFold(field, "TXT") || strings.EqualFold(field, "SOA") {
			return true
		}
	}
	return false
}

func looksLikeValues(all []string) bool {
	for _, line := range all {
		if len(line) >= 2 && strings.EqualFold(line[:2], "v=") {
			return true
		}
	}
	return false
}

// hasOurs reports whether one of the records is a disaster recovery record.
func hasOurs(records []verify.TXT) bool {
	for _, txt := range records {
		if txtrecord.IsOurs(txt.Text()) {
			return true
		}
	}
	return false
}
