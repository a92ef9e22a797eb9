package kit

import (
	"bytes"
	"encoding/json"
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

// The most that a kit has, in bytes.
const (
	// MaxManifest is for the manifest: one with 52 windows in every format has a third of
	// it.
	MaxManifest = 1 << 20
	// MaxFile is for every other file, MaxFiles for all of them together.
	MaxFile  = 4 << 20
	MaxFiles = 16 << 20
)

// MaxTTL is a day, in seconds.
const MaxTTL = 24 * 60 * 60

// A ManifestError says why a manifest cannot be read as one, or not be written.
type ManifestError struct {
	// Field is where, as a path of JSON names; empty where it is the whole.
	Field  string
	Reason string
}

func (e *ManifestError) Error() string {
	if e.Field == "" {
		return "the manifest " + e.Reason
	}
	return "the manifest's " + e.Field + " " + e.Reason
}

// Hint is the way out.
func (e *ManifestError) Hint() string {
	return "what `drtxt kit` makes is not edited: take another copy of the kit, or make a new one"
}

// Decode reads a manifest. It has to be as [Manifest.Encode] writes it, byte for byte, so
// that nothing can stand in it twice, in another spelling, or unseen. The error is a
// [*ManifestError].
func Decode(data []byte) (*Manifest, error) {
	if len(data) > MaxManifest {
		return nil, &ManifestError{Reason: fmt.Sprintf("is larger than %d bytes", MaxManifest)}
	}
	var m Manifest
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return nil, &ManifestError{Reason: "cannot be read: " + decodeReason(err)}
	}
	if m.Schema != Schema {
		return nil, &ManifestError{"schema", fmt.Sprintf("is %q, must be %q", m.Schema, Schema)}
	}
	if err := m.validate(); err != nil {
		return nil, err
	}
	if !bytes.Equal(m.Encode(), data) {
		return nil, &ManifestError{Reason: "is not written as this program writes it"}
	}
	return &m, nil
}

// decodeReason words an error of JSON without the names of our types.
func decodeReason(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s must not be a JSON %s", wrong.Field, wrong.Value)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// validate holds every field against what it may be. What it cannot know without the
// records, and whether the windows follow the plan, is for [Folder.Check].
func (m *Manifest) validate() error {
	for _, check := range []func() error{m.validateMeaning, m.validateSets, m.validateDocuments, m.validateSizes} {
		if err := check(); err != nil {
			return err
		}
	}
	if want := m.warning(); m.Warning != want {
		return &ManifestError{"warning", fmt.Sprintf("is %q, must be %q", m.Warning, want)}
	}
	return nil
}

// validateMeaning is for all but the sets and the files.
func (m *Manifest) validateMeaning() error {
	for _, check := range []func() error{m.validateActivation, m.validateOrigin, m.validateTarget} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifest) validateActivation() error {
	if domain, err := txtrecord.CanonicalDomain(m.Domain); err != nil || domain != m.Domain || !strings.Contains(domain, ".") {
		return &ManifestError{"domain", fmt.Sprintf("%q is not a full name in lower case", m.Domain)}
	}
	if zone, err := txtrecord.CanonicalDomain(m.Zone); err != nil || zone != m.Zone || m.Domain != zone && !strings.HasSuffix(m.Domain, "."+zone) {
		return &ManifestError{"zone", fmt.Sprintf("%q is not one that %s lies in", m.Zone, m.Domain)}
	}
	if !slices.Contains([]string{string(txtrecord.InternetAccess), string(txtrecord.PrivateAccess), string(txtrecord.AllProducts)}, m.Type) {
		return &ManifestError{"type", fmt.Sprintf("%q is not known", m.Type)}
	}
	if _, ok := forwardings[m.Forwarding]; !ok {
		return &ManifestError{"forwarding", fmt.Sprintf("%q is not known", m.Forwarding)}
	}
	if m.TTL < 1 || m.TTL > MaxTTL {
		return &ManifestError{"ttl", fmt.Sprintf("of %d s is not between 1 s and %d s", m.TTL, MaxTTL)}
	}
	return nil
}

// fingerprint is the form of the name of a key.
var fingerprint = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`) })

func (m *Manifest) validateOrigin() error {
	if m.Made < 0 || m.Made > txtrecord.MaxInstant {
		return &ManifestError{"made", "is not between 1970 and the end of the year 9999"}
	}
	if err := validateWord("version", m.Version); err != nil {
		return err
	}
	if _, err := Location(m.Timezone); err != nil {
		return &ManifestError{"timezone", fmt.Sprintf("%q is not one of the time zone database", m.Timezone)}
	}
	if !fingerprint().MatchString(m.Key) {
		return &ManifestError{"key", fmt.Sprintf("%q is not a fingerprint", m.Key)}
	}
	if scheme, err := txtrecord.ParseScheme(m.Scheme); err != nil || scheme.String() != m.Scheme {
		return &ManifestError{"scheme", fmt.Sprintf("%q is not the name of a scheme", m.Scheme)}
	}
	if _, err := time.Parse(time.DateOnly, m.SchemeConfirmed); err != nil && m.SchemeConfirmed != "" {
		return &ManifestError{"scheme_confirmed", fmt.Sprintf("%q is not a day", m.SchemeConfirmed)}
	}
	for _, tag := range m.SchemeOpen {
		if tag != "d" && tag != "k" || m.SchemeConfirmed == "" {
			return &ManifestError{"scheme_open", fmt.Sprintf("%q is not a tag that a confirmation leaves open", tag)}
		}
	}
	if err := m.validateFlags("publish", m.Publish); err != nil {
		return err
	}
	if err := m.validateFlags("trust", m.Trust); err != nil {
		return err
	}
	return m.validateFlags("asking", m.Asking)
}

// validateWord accepts what can stand in a page and in a line of a shell.
func validateWord(field, word string) error {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	switch {
	case word == "":
		return &ManifestError{field, "has an empty text"}
	case len(word) > maxWord:
		return &ManifestError{field, fmt.Sprintf("has a text of more than %d bytes", maxWord)}
	case !utf8.ValidString(word) || strings.ContainsFunc(word, unprintable):
		return &ManifestError{field, fmt.Sprintf("has %q, which cannot be printed", word)}
	}
	return nil
}

// validateTarget refuses what the formats would not write as it is.
func (m *Manifest) validateTarget() error {
	if m.Target == nil {
		return nil
	}
	if *m.Target == (Target{}) {
		return &ManifestError{"target", "is empty"}
	}
	t := m.Target
	for _, text := range []string{t.Provider, t.ZoneID, t.Project, t.ManagedZone, t.Subscription, t.ResourceGroup} {
		if text == "" {
			continue
		}
		if err := validateWord("target", text); err != nil {
			return err
		}
	}
	return nil
}

// validateSets holds the sets, their names and their files against those that a kit with
// as many windows has: no path is free to be chosen.
func (m *Manifest) validateSets() error {
	count := (len(m.Sets) - 1) / 2
	if len(m.Sets) != 1+2*count || count < 1 || count > MaxCount {
		return &ManifestError{"sets", fmt.Sprintf("are %d: off, and as many for test as for on, 1 to %d, are expected", len(m.Sets), MaxCount)}
	}
	formats, err := allFormats(m.Formats())
	if err != nil || !slices.Equal(formats, m.Formats()) {
		return &ManifestError{"sets", "are not in the formats of a kit, in their order"}
	}
	if err := m.validatePlan(count); err != nil {
		return err
	}
	expected := newSets(make([]Window, count), formats)
	for i := range m.Sets {
		if err := m.Sets[i].validate(&expected[i], formats); err != nil {
			return err
		}
	}
	return nil
}

// validatePlan holds the lengths of time against each other; where the windows are by
// them, [Folder.Check] looks at.
func (m *Manifest) validatePlan(count int) error {
	if m.Window < 1 || m.Window > maxSeconds || m.Overlap < 0 || m.Overlap >= m.Window || count == 1 && m.Overlap != 0 {
		return &ManifestError{"window", "and overlap do not make a plan"}
	}
	plan := Plan{Start: time.Unix(0, 0), Window: time.Duration(m.Window) * time.Second, Overlap: time.Duration(m.Overlap) * time.Second, Count: count}
	if err := plan.validate(); err != nil {
		return &ManifestError{"window", "and overlap do not make a plan: " + err.Error()}
	}
	return nil
}

// maxSeconds is how many seconds a [time.Duration] can hold.
const maxSeconds = int64((1<<63 - 1) / time.Second)

// validate holds a set against one that has no window and no digests.
func (s *Set) validate(expected *Set, formats []string) error {
	if s.Name != expected.Name || s.Status != expected.Status || len(s.Files) != len(formats) {
		return &ManifestError{"sets", fmt.Sprintf("have %q where %s is expected", s.Name, expected.Name)}
	}
	hasWindow := s.Start != nil && s.End != nil
	if (s.Status == string(txtrecord.Off)) == hasWindow || (s.Start == nil) != (s.End == nil) {
		return &ManifestError{s.Name, "must have a start and an end, unless it is off"}
	}
	if hasWindow && (*s.Start < 0 || *s.Start > *s.End || *s.End > txtrecord.MaxInstant) {
		return &ManifestError{s.Name, "has no window between 1970 and the end of the year 9999"}
	}
	for i, f := range s.Files {
		if f.Path != expected.Files[i].Path || f.Format != expected.Files[i].Format {
			return &ManifestError{s.Name, fmt.Sprintf("has the file %q where %s is expected", f.Path, expected.Files[i].Path)}
		}
		if err := validateDigest(f.Path, f.SHA256, f.Size); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifest) validateDocuments() error {
	if len(m.Documents) != 2 || m.Documents[0].Path != MarkdownFile || m.Documents[1].Path != HTMLFile {
		return &ManifestError{"documents", fmt.Sprintf("are not %s and %s", MarkdownFile, HTMLFile)}
	}
	for _, d := range m.Documents {
		if err := validateDigest(d.Path, d.SHA256, d.Size); err != nil {
			return err
		}
	}
	return nil
}

// validateSizes bounds what is read of a kit.
func (m *Manifest) validateSizes() error {
	var total int64
	for _, s := range m.Sets {
		for _, f := range s.Files {
			total += f.Size
		}
	}
	for _, d := range m.Documents {
		total += d.Size
	}
	if total > MaxFiles {
		return &ManifestError{"files", fmt.Sprintf("have %d bytes together, and more than %d are not possible", total, MaxFiles)}
	}
	return nil
}

var hexDigest = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{64}$`) })

func validateDigest(path, sha string, size int64) error {
	if !hexDigest().MatchString(sha) || size < 0 || size > MaxFile {
		return &ManifestError{path, "has no digest, or a size that is not possible"}
	}
	return nil
}
