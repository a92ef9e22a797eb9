package kit

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/runbook"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// activation is what a set has to mean.
func (m *Manifest) activation(s *Set) txtrecord.Activation {
	a := txtrecord.Activation{
		Type:       txtrecord.Type(m.Type),
		Status:     txtrecord.Status(s.Status),
		Forwarding: forwardings[m.Forwarding],
		Start:      instant(s.Start),
		End:        instant(s.End),
	}
	if m.BindDomain {
		a.Domain = m.Domain
	}
	return a
}

// forwardings are the forwarding actions by their names.
var forwardings = map[string]txtrecord.Forwarding{
	"":                         txtrecord.NoForwarding,
	txtrecord.FailOpen.Name():  txtrecord.FailOpen,
	txtrecord.FailClose.Name(): txtrecord.FailClose,
}

// recordSet is a set as the formats take it.
func (m *Manifest) recordSet(s *Set, values []string) *export.RecordSet {
	return &export.RecordSet{
		Schema:      export.Schema,
		RRSets:      []txtrecord.RRSet{{Name: m.Domain + ".", Type: "TXT", TTL: m.TTL, Values: values}},
		Activation:  export.NewActivation(m.activation(s)),
		Signed:      true,
		Key:         m.Key,
		Scheme:      m.Scheme,
		Zone:        m.Zone,
		ZoneAssumed: m.ZoneAssumed,
		Target:      m.Target.target(),
	}
}

// derive writes a set in every format, by path.
func (m *Manifest) derive(s *Set, values []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range s.Files {
		format, ok := export.Lookup(f.Format)
		if !ok {
			return nil, &FormatError{f.Format}
		}
		var b bytes.Buffer
		if err := format.WriteSet(&b, m.recordSet(s, values)); err != nil {
			return nil, err
		}
		files[f.Path] = b.Bytes()
	}
	return files, nil
}

// documents writes the runbook in both forms, by path. values are those of each set, by
// its name.
func (m *Manifest) documents(values map[string][]string) (map[string][]byte, error) {
	book, err := m.runbook(values)
	if err != nil {
		return nil, err
	}
	markdown, err := book.Markdown()
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", MarkdownFile, err)
	}
	page, err := book.HTML()
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", HTMLFile, err)
	}
	return map[string][]byte{MarkdownFile: markdown, HTMLFile: page}, nil
}

func (m *Manifest) runbook(values map[string][]string) (*runbook.Runbook, error) {
	location, err := Location(m.Timezone)
	if err != nil {
		return nil, err
	}
	scheme, err := txtrecord.ParseScheme(m.Scheme)
	if err != nil {
		return nil, err
	}
	book := &runbook.Runbook{
		Domain:       m.Domain,
		Zone:         m.Zone,
		ZoneAssumed:  m.ZoneAssumed,
		Type:         txtrecord.Type(m.Type),
		Forwarding:   forwardings[m.Forwarding],
		TTL:          m.TTL,
		Made:         m.MadeAt(),
		Version:      m.Version,
		Key:          m.Key,
		Scheme:       m.Scheme,
		Confirmation: calibration.Confirmation(scheme, m.SchemeConfirmed, m.SchemeOpen),
		Location:     location,
		Publish:      m.Publish,
		Trust:        m.Trust,
		Asking:       m.Asking,
	}
	for i := range m.Sets {
		s := &m.Sets[i]
		files, err := m.runbookFiles(s, values[s.Name])
		if err != nil {
			return nil, err
		}
		book.Sets = append(book.Sets, runbook.Set{
			Name: s.Name, Status: txtrecord.Status(s.Status), Start: instant(s.Start), End: instant(s.End),
			Values: values[s.Name], Files: files,
		})
	}
	return book, nil
}

func (m *Manifest) runbookFiles(s *Set, values []string) ([]runbook.File, error) {
	var files []runbook.File
	for _, f := range s.Files {
		format, ok := export.Lookup(f.Format)
		if !ok {
			return nil, &FormatError{f.Format}
		}
		guide, err := format.Guide(m.recordSet(s, values))
		if err != nil {
			return nil, err
		}
		guide = guide.WithFile(f.Path)
		if f.Format == recordsFormat {
			guide.Apply = []string{"Apply it with:", "  " + m.publishLine(f.Path)}
		}
		files = append(files, runbook.File{Format: f.Format, Path: f.Path, Apply: guide.Apply, Effect: guide.Effect})
	}
	return files, nil
}

// publishLine is the command that publishes a file of the kit.
func (m *Manifest) publishLine(path string) string {
	return shellwords.Line(slices.Concat([]string{"drtxt", "publish", "--records", path}, m.Publish, m.Trust))
}

// A ZoneError says that a name is none of the time zone database.
type ZoneError struct{ Name string }

func (e *ZoneError) Error() string { return fmt.Sprintf("there is no time zone %q", e.Name) }

// Hint is the way out.
func (e *ZoneError) Hint() string {
	return "give a name of the time zone database, such as Europe/Berlin or UTC"
}

// Location is the time zone of that name. That of this machine has none: a kit is read on
// others. The error is a [*ZoneError].
func Location(name string) (*time.Location, error) {
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" || location.String() != name {
		return nil, &ZoneError{name}
	}
	return location, nil
}
