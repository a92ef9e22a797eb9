package zonefile

import (
	"slices"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
)

// Options say what is let pass. The zero value is the safe one.
type Options struct {
	// IgnoreJournal sets aside whatever a BIND journal says or hides; a
	// [JournalIgnored] warning remains.
	IgnoreJournal bool
	// IncludeDirectories are where else than beside the including file a relative
	// $INCLUDE may lead, such as the name server's working directory. Where it leads to
	// several files, these have to hold the same.
	IncludeDirectories []string
}

// Load reads the zone file at path and what stands in it at name, which lies in zone.
// With zone "" the owner of the file's SOA record is the zone; where that is written
// relative to an origin that the file does not give, the error is of kind
// [ErrNoOrigin]. Names are with or without a final dot, in any case.
//
// Nothing is changed. A file that [File.Edit] could not edit safely is refused here
// already: the error is an [*Error].
func Load(path, zone, name string, options Options) (*File, error) {
	return load(path, zone, name, options)
}

// A File is a zone file as it was read, and what stands in it at one name.
type File struct {
	judge
	options Options
	source  source
	layout  layout
	reading *reading
	// warnings are those of Load.
	warnings []Warning
}

// Path is the real path of the file: that of the target, where a symbolic link was
// given.
func (f *File) Path() string { return f.path }

// Zone is the name of the zone, lower case, with its final dot.
func (f *File) Zone() string { return f.zone.text }

// Name is the name whose sets are edited, lower case, with its final dot.
func (f *File) Name() string { return f.name.text }

// Serial is the zone's serial number.
func (f *File) Serial() uint32 { return f.reading.soa.Serial }

// NegativeTTL is for how many seconds it is cached that there is nothing at a name
// (RFC 2308 §5).
func (f *File) NegativeTTL() uint32 { return min(f.reading.soa.Hdr.Ttl, f.reading.soa.Minttl) }

// Standing returns the TXT, A and AAAA sets at the name, in the order of their first
// lines, each record once and with the TTL of its first line. Where the lines of a set
// differ in their TTL, that of the set is the one that BIND serves: that of the first
// line; of several runs of lines, with records of other names between, that of the last
// run's first line.
func (f *File) Standing() []txtrecord.StandingRRSet {
	var sets []txtrecord.StandingRRSet
	seen := map[standingRecord]bool{}
	for _, r := range f.reading.standing {
		rrtype, rdata := dns.Type(r.rrtype).String(), []byte(r.rdata)
		i := slices.IndexFunc(sets, func(set txtrecord.StandingRRSet) bool { return set.Type == rrtype })
		if i < 0 {
			i = len(sets)
			served := servedTTL(f.setLines(r.rrtype, every))
			sets = append(sets, txtrecord.StandingRRSet{WireRRSet: txtrecord.WireRRSet{Name: f.name.text, Type: rrtype, TTL: served}})
		}
		if key := (standingRecord{rrtype: r.rrtype, rdata: r.rdata}); !seen[key] {
			seen[key] = true
			set := &sets[i]
			set.RDATA, set.TTLs = append(set.RDATA, rdata), append(set.TTLs, r.ttl)
		}
	}
	return sets
}

// Warnings returns what is odd about the file, and does not stop an edit.
func (f *File) Warnings() []Warning { return slices.Clone(f.warnings) }
