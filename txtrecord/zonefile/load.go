package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
)

// load does what [Load] says.
func load(path, zone, name string, options Options) (*File, error) {
	source, err := readSource(path)
	if err != nil {
		return nil, err
	}
	f := &File{source: source, options: options}
	f.path, f.includes = source.real(), newIncludes(options.IncludeDirectories)
	for _, step := range []func() error{
		func() error { return keepable(f.path) },
		func() error { return f.setNames(zone, name) },
		f.understand,
		f.checkJournals,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// setNames sets the name of the zone and the one in it.
func (f *File) setNames(zone, name string) error {
	canonical, err := txtrecord.CanonicalDomain(name)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInput, err)
	}
	f.name, _ = newName(canonical)
	if zone == "" {
		if zone, err = f.findZone(); err != nil {
			return err
		}
	}
	var ok bool
	if f.zone, ok = newName(zone); !ok {
		return fmt.Errorf("%w: %q is not the name of a zone", ErrInput, zone)
	}
	if !f.name.isIn(f.zone) {
		return &Error{Path: f.path, Kind: ErrNotInZone, Found: fmt.Sprintf("%q", zone), Zone: f.zone.text}
	}
	return nil
}

// findZone returns the name of the zone according to the file.
func (f *File) findZone() (string, error) {
	owner, found := soaOwner(f.source.data)
	if owner != nil {
		return string(owner), nil
	}
	if found {
		return "", &Error{Path: f.path, Kind: ErrNoOrigin}
	}
	// There is none: read the file to say more, under any origin.
	reader := f.judge
	reader.zone, _ = newName(".")
	reader.name = reader.zone
	_, err := reader.read(text{f.source.data})
	if err == nil {
		err = &Error{Path: f.path, Kind: ErrNoSOA}
	}
	return "", err
}

// understand reads the file twice, and refuses it where the readings differ.
func (f *File) understand() error {
	layout, fault := scan(f.path, f.source.data, f.zone, f.name)
	if fault == nil {
		f.layout, f.prefix, f.relative = *layout, layout.defaultTTL, layout.includes
	} else if fault.Kind == ErrShape {
		return fault
	}
	reading, err := f.read(text{f.source.data})
	if fault != nil && !errors.Is(err, ErrSyntax) {
		err = fault
	}
	if err != nil {
		return err
	}
	f.reading = reading
	if err := f.compare(); err != nil {
		return err
	}
	f.warnTTLs()
	return nil
}

// compare sees whether the records stand where the layout says.
func (f *File) compare() error {
	serial := f.layout.serial.of(f.source.data)
	if len(serial) == 0 || uint32(readNumber(serial, 1<<32-1)) != f.reading.soa.Serial {
		return f.misshapen(f.layout.soa.line, "the SOA record's serial number")
	}
	for _, at := range f.layout.generate {
		if bytes.IndexByte(f.source.data[at.start:at.end], '\\') >= 0 {
			return f.misshapen(at.line, "$GENERATE with a backslash, which name servers read in their own way")
		}
	}
	if f.reading.atName != f.layout.atName {
		return f.blameGenerate()
	}
	if len(f.reading.standing) != len(f.layout.standing) {
		return f.misshapen(f.layout.beside.line, "records at the name")
	}
	for i, at := range f.layout.standing {
		if at.glued(f.source.data) {
			return f.misshapen(at.line, "strings with nothing between them but a line end or a parenthesis")
		}
		alone, err := f.readAlone(&at)
		if err != nil || alone != f.reading.standing[i] {
			return f.misshapen(at.line, "a record at the name")
		}
	}
	return nil
}

func (f *File) misshapen(line int, what string) *Error {
	return &Error{Path: f.path, Line: line, Kind: ErrShape, Found: what, Zone: f.zone.text}
}

// readAlone reads the record at one place, and nothing else.
func (f *File) readAlone(at *place) (standingRecord, error) {
	alone := f.judge
	alone.zone, _ = newName(string(at.origin))
	alone.prefix = fmt.Sprintf("$TTL %d\n", at.inheritance.ttl)
	written := text{f.source.data[at.start:at.end]}
	if at.statement.owner.empty() {
		written = append(text{at.absoluteOwner(f.source.data)}, written...)
	}
	c := newCollector(&alone)
	batches := make(chan batch, 1)
	if err := alone.parse(written, batches, nil); err != nil {
		return standingRecord{}, err
	}
	if err := c.addAll(<-batches); err != nil {
		return standingRecord{}, err
	}
	if c.records != 1 || len(c.standing) != 1 {
		return standingRecord{}, ErrShape
	}
	return c.standing[0], nil
}

// blameGenerate says why there are records at the name that are written nowhere.
func (f *File) blameGenerate() error {
	for _, at := range f.layout.generate {
		if f.generates(&at) {
			return &Error{Path: f.path, Line: at.line, Kind: ErrGenerated, Zone: f.zone.text}
		}
	}
	return f.misshapen(0, "records at the name")
}

func (f *File) generates(at *place) bool {
	line := io.MultiReader(strings.NewReader("$TTL 0\n"), newTextReader(text{f.source.data[at.start:at.end]}))
	parser := dns.NewZoneParser(line, string(at.origin), "")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		if wire, ok := wireName(rr.Header().Name); ok && string(wire) == string(f.name.wire) {
			return true
		}
	}
	return false
}
