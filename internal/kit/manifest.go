package kit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// Schema names the form of the manifest; docs/kit.schema.json describes it.
const Schema = schemaName + "/v1"

const schemaName = "drtxt/kit"

// The files of a kit that hold no records.
const (
	ManifestFile = "manifest.json"
	MarkdownFile = "RUNBOOK.md"
	HTMLFile     = "runbook.html"
)

// RequiredFormats are those in which every set of a kit stands.
var RequiredFormats = []string{"text", "json", "zone", "nsupdate"}

// recordsFormat is the one that a set's values are read from.
const recordsFormat = "json"

// A Manifest says what a kit is. With the values of its sets it gives every other file
// again. Instants are seconds since the epoch, lengths of time are seconds.
type Manifest struct {
	Schema string `json:"schema"`
	// Warning says who can activate with the kit, and until when.
	Warning     string `json:"warning"`
	Domain      string `json:"domain"`
	Made        int64  `json:"made"`
	Version     string `json:"version"`
	Type        string `json:"type"`
	Forwarding  string `json:"forwarding,omitempty"`
	BindDomain  bool   `json:"bind_domain"`
	TTL         uint32 `json:"ttl"`
	Zone        string `json:"zone"`
	ZoneAssumed bool   `json:"zone_assumed"`
	Timezone    string `json:"timezone"`
	// Key is the fingerprint of the key that signed.
	Key    string `json:"key"`
	Scheme string `json:"scheme"`
	// SchemeConfirmed is a day, YYYY-MM-DD, empty where the scheme was not confirmed.
	SchemeConfirmed string   `json:"scheme_confirmed,omitempty"`
	SchemeOpen      []string `json:"scheme_open,omitempty"`
	// Publish are the flags by which drtxt publish reaches the zone, Trust those by which
	// drtxt believes the records: flags with their values, one after the other. What is not
	// known has a word of the runbook in its place.
	Publish []string `json:"publish"`
	Trust   []string `json:"trust"`
	// Asking are the flags by which drtxt verify and drtxt watch know whom to ask.
	Asking  []string `json:"asking,omitempty"`
	Target  *Target  `json:"target,omitempty"`
	Window  int64    `json:"window"`
	Overlap int64    `json:"overlap"`
	// Sets are off, then those for test, then those for on, by their windows.
	Sets      []Set      `json:"sets"`
	Documents []Document `json:"documents"`
}

// A Target is the JSON form of [export.Target].
type Target struct {
	Provider        string `json:"provider,omitempty"`
	ZoneID          string `json:"zone_id,omitempty"`
	Project         string `json:"project,omitempty"`
	ManagedZone     string `json:"managed_zone,omitempty"`
	Subscription    string `json:"subscription,omitempty"`
	ResourceGroup   string `json:"resource_group,omitempty"`
	LeastTTL        uint32 `json:"ttl_min,omitempty"`
	PlainSemicolons bool   `json:"plain_semicolons,omitempty"`
}

// A Set is one pre-signed pair of records.
type Set struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	// Start and End are nil where there are none.
	Start *int64 `json:"start,omitempty"`
	End   *int64 `json:"end,omitempty"`
	Files []File `json:"files"`
}

// A File holds a set in one format.
type File struct {
	// Path is relative to the folder of the kit, with slashes.
	Path   string `json:"path"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// A Document is a file that is about the whole kit.
type Document struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Encode writes the manifest as it stands in a kit.
func (m *Manifest) Encode() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		panic(err) // strings and numbers alone: a mistake in the program
	}
	return b.Bytes()
}

// Formats are those in which every set stands, in the order of [export.Formats].
func (m *Manifest) Formats() []string {
	if len(m.Sets) == 0 {
		return nil
	}
	formats := make([]string, len(m.Sets[0].Files))
	for i, f := range m.Sets[0].Files {
		formats[i] = f.Format
	}
	return formats
}

// MadeAt is when the kit was made.
func (m *Manifest) MadeAt() time.Time { return time.Unix(m.Made, 0).UTC() }

// LastEnd is the latest end of a set that activates.
func (m *Manifest) LastEnd() time.Time {
	var last int64
	for _, s := range m.Sets {
		if s.End != nil {
			last = max(last, *s.End)
		}
	}
	return time.Unix(last, 0).UTC()
}

// WindowsOf are the sets of a status, in the order of their windows.
func (m *Manifest) WindowsOf(status txtrecord.Status) []*Set {
	var sets []*Set
	for i := range m.Sets {
		if m.Sets[i].Status == string(status) {
			sets = append(sets, &m.Sets[i])
		}
	}
	return sets
}

func (m *Manifest) warning() string {
	return fmt.Sprintf("Whoever has these files and can change the DNS of %s can activate disaster recovery until %s. Keep them as a private key is kept.",
		m.Domain, m.LastEnd().Format(time.RFC3339))
}

// plan is the one that the windows follow, as far as it can be read from them.
func (m *Manifest) plan() Plan {
	p := Plan{Window: time.Duration(m.Window) * time.Second, Overlap: time.Duration(m.Overlap) * time.Second}
	if on := m.WindowsOf(txtrecord.On); len(on) > 0 {
		p.Count, p.Start = len(on), on[0].Window().Start
	}
	return p
}

// Window is when the set is valid; both ends are zero for one that always is.
func (s *Set) Window() Window { return Window{instant(s.Start), instant(s.End)} }

func instant(seconds *int64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(*seconds, 0).UTC()
}

// Open reports whether the set is valid at an instant.
func (s *Set) Open(at time.Time) bool { return s.Window().Contains(at) }

// Contains reports whether an instant lies in the window.
func (w Window) Contains(at time.Time) bool {
	t := at.Unix()
	return (w.Start.IsZero() || w.Start.Unix() <= t) && (w.End.IsZero() || t <= w.End.Unix())
}

// File is the one of a format.
func (s *Set) File(format string) (File, bool) {
	i := slices.IndexFunc(s.Files, func(f File) bool { return f.Format == format })
	if i < 0 {
		return File{}, false
	}
	return s.Files[i], true
}

// newSets are the sets of a kit, without digests.
func newSets(windows []Window, formats []string) []Set {
	sets := []Set{newSet(string(txtrecord.Off), txtrecord.Off, Window{}, formats)}
	for _, status := range []txtrecord.Status{txtrecord.Test, txtrecord.On} {
		for i, w := range windows {
			sets = append(sets, newSet(fmt.Sprintf("%s-%02d", status, i+1), status, w, formats))
		}
	}
	return sets
}

func newSet(name string, status txtrecord.Status, w Window, formats []string) Set {
	s := Set{Name: name, Status: string(status)}
	if !w.Start.IsZero() {
		start, end := w.Start.Unix(), w.End.Unix()
		s.Start, s.End = &start, &end
	}
	for _, name := range formats {
		format, _ := export.Lookup(name)
		s.Files = append(s.Files, File{Path: s.Status + "/" + s.Name + "." + format.Extension, Format: name})
	}
	return s
}

// A FormatError says that a format is none that sets can be written in.
type FormatError struct{ Format string }

func (e *FormatError) Error() string { return fmt.Sprintf("there is no format %q", e.Format) }

// Hint is the way out.
func (e *FormatError) Hint() string {
	var names []string
	for _, f := range export.Formats {
		names = append(names, f.Name)
	}
	return "formats are " + strings.Join(names, ", ")
}

// allFormats are the required ones and the others, each once, in the order of
// [export.Formats].
func allFormats(others []string) ([]string, error) {
	wanted := slices.Concat(RequiredFormats, others)
	for _, name := range wanted {
		if _, ok := export.Lookup(name); !ok {
			return nil, &FormatError{name}
		}
	}
	var names []string
	for _, f := range export.Formats {
		if slices.Contains(wanted, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names, nil
}

func newTarget(t export.Target) *Target {
	target := Target{string(t.Provider), t.ZoneID, t.Project, t.ManagedZone, t.Subscription, t.ResourceGroup, t.LeastTTL, t.PlainSemicolons}
	if target == (Target{}) {
		return nil
	}
	return &target
}

func (t *Target) target() export.Target {
	if t == nil {
		return export.Target{}
	}
	return export.Target{
		Provider: export.Provider(t.Provider), ZoneID: t.ZoneID, Project: t.Project, ManagedZone: t.ManagedZone,
		Subscription: t.Subscription, ResourceGroup: t.ResourceGroup, LeastTTL: t.LeastTTL, PlainSemicolons: t.PlainSemicolons,
	}
}
