package kit

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// A NoWindowError says that no set of a status is valid at an instant.
type NoWindowError struct {
	Status txtrecord.Status
	At     time.Time
	// Nearest is the set whose window is nearest in time.
	Nearest *Set
}

func (e *NoWindowError) Error() string {
	return fmt.Sprintf("no set for %s is valid at %s", e.Status, e.At.UTC().Format(time.RFC3339))
}

// Pick chooses the set of a status that is valid at an instant: of several the one with
// the latest end. The error is a [*NoWindowError].
func (m *Manifest) Pick(status txtrecord.Status, at time.Time) (*Set, error) {
	var picked, nearest *Set
	for _, s := range m.WindowsOf(status) {
		if nearest == nil || s.distance(at) < nearest.distance(at) {
			nearest = s
		}
		if s.Open(at) && (picked == nil || s.Window().End.After(picked.Window().End)) {
			picked = s
		}
	}
	if picked == nil {
		return nil, &NoWindowError{status, at, nearest}
	}
	return picked, nil
}

// distance is how far, in seconds, an instant is outside the window.
func (s *Set) distance(at time.Time) int64 {
	w := s.Window()
	switch t := at.Unix(); {
	case !w.Start.IsZero() && t < w.Start.Unix():
		return w.Start.Unix() - t
	case !w.End.IsZero() && t > w.End.Unix():
		return t - w.End.Unix()
	}
	return 0
}

// A DamageError says why a set of a kit is not handed out.
type DamageError struct {
	Name string
	// Findings are errors, the gravest first.
	Findings []Finding
}

func (e *DamageError) Error() string {
	texts := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		texts[i] = f.Message
		if f.Path != "" {
			texts[i] = f.Path + ": " + f.Message
		}
		texts[i] += fmt.Sprintf(" (%s)", f.Code)
	}
	return fmt.Sprintf("the set %s cannot be used: %s", e.Name, strings.Join(texts, "; "))
}

// Hint is the way out.
func (e *DamageError) Hint() string { return e.Findings[0].Advice }

// A FormatMissingError says that a kit does not have its sets in a format.
type FormatMissingError struct {
	Format string
	Has    []string
}

func (e *FormatMissingError) Error() string {
	return fmt.Sprintf("the kit has no files of the format %q", e.Format)
}

// Hint is the way out.
func (e *FormatMissingError) Hint() string { return "it has " + strings.Join(e.Has, ", ") }

// A Picked is a set that can be published.
type Picked struct {
	*Set
	// Data is its file, as it stands.
	Data []byte
	// Records are what it holds.
	Records *export.RecordSet
	// Judgement is of its records; unchecked where the policy has no key.
	Judgement verify.Judgement
	// Warnings are findings that do not keep it from being used.
	Warnings []Finding
}

// Take returns the file of a set of this kit in a format, after it, the records and the
// window were checked; nothing else of the kit is read. That
// there is no key to verify them with is a warning here, and so is it where another
// version of the program wrote the records otherwise: their values were judged. Errors are
// a [*FormatMissingError] and a [*DamageError].
func (f *Folder) Take(s *Set, format string, policy Policy) (*Picked, error) {
	file, ok := s.File(format)
	if !ok {
		return nil, &FormatMissingError{format, f.Manifest.Formats()}
	}
	c := f.checker(policy)
	c.checkOrigin()
	if s.Start != nil {
		c.checkWindow(s, c.planned())
	}
	held := c.checkSet(s, func(other File) bool { return other.Path == file.Path })
	sortFindings(c.findings)
	var grave, light []Finding
	for _, finding := range c.findings {
		if finding.Severity != verify.Error || finding.Code == CodeUnchecked || finding.Code == CodeOtherVersion && file.Format == recordsFormat {
			light = append(light, finding)
			continue
		}
		grave = append(grave, finding)
	}
	if len(grave) > 0 {
		return nil, &DamageError{s.Name, grave}
	}
	return &Picked{s, held.contents[file.Path], f.Manifest.recordSet(s, held.values), held.judgement, light}, nil
}
