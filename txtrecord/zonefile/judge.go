package zonefile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/miekg/dns"
)

// A judge reads a zone as name servers do. Its reading decides: the [scanner] says
// where records stand, and is not believed what they mean.
type judge struct {
	path     string
	zone     domainName
	name     domainName
	includes *includes
	// relative are the relative paths that the file includes.
	relative []string
	// prefix is read before the file, and stands for a default TTL that is not written
	// in it. It is empty or one line.
	prefix string
}

// A reading is what a judge finds in a zone.
type reading struct {
	// others is a digest of all records but the TXT, A and AAAA sets at the name, in
	// order, owner, type, class, TTL and RDATA, with 0 for the zone's serial number.
	others [sha256.Size]byte
	// standing are those sets' records, in order; atName is how many records of all
	// types are there.
	standing []standingRecord
	atName   int
	records  int
	soa      *dns.SOA
	// wildcard is the owner of the wildcard that answers for the name, "" if none does.
	wildcard string
}

// A standingRecord is one at the name that an edit may be about.
type standingRecord struct {
	rrtype uint16
	ttl    uint32
	// rdata is in wire form.
	rdata string
}

// A batch is a run of records that stand in the zone file itself, or in an included
// one.
type batch struct {
	records  []dns.RR
	included bool
}

// batchSize is large enough to make the handing over cheap, and small enough to need
// no memory to speak of.
const batchSize = 512

// read reads the zone. While one goroutine parses, this one compares.
func (j *judge) read(zone text) (*reading, error) {
	batches := make(chan batch, 4)
	stop := make(chan struct{})
	var parseError error
	go func() {
		defer close(batches)
		parseError = j.parse(zone, batches, stop)
	}()
	c := newCollector(j)
	var err error
	for b := range batches {
		if err == nil {
			if err = c.addAll(b); err != nil {
				close(stop)
			}
		}
	}
	if err == nil {
		err = parseError
	}
	if err != nil {
		return nil, err
	}
	return c.finish()
}

func (j *judge) parse(zone text, batches chan<- batch, stop <-chan struct{}) error {
	reader := newTextReader(append(append(text{[]byte(j.prefix)}, zone...), endMark))
	j.includes.restart(reader, j.path, j.relative)
	parser := dns.NewZoneParser(reader, j.zone.text, slashed(j.path))
	parser.SetIncludeAllowed(true)
	parser.SetIncludeFS(j.includes)
	current := batch{records: make([]dns.RR, 0, batchSize)}
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		included := len(j.includes.open) > 0
		if len(current.records) == batchSize || included != current.included {
			select {
			case batches <- current:
			case <-stop:
				return nil
			}
			current = batch{records: make([]dns.RR, 0, batchSize), included: included}
		}
		current.records = append(current.records, rr)
	}
	last := len(current.records) - 1
	whole := last >= 0 && isEndMark(current.records[last])
	if whole {
		current.records = current.records[:last]
	}
	batches <- current // is received even when stopped
	if err := parser.Err(); err != nil {
		return j.syntaxError(err, reader, zone)
	}
	if !whole {
		return j.syntaxError(errOpenEnd, reader, zone)
	}
	return nil
}

// errOpenEnd is an end that goes on into whatever is behind it, as a backslash does.
var errOpenEnd = errors.New("the text ends in the middle of something")

// endMark is read behind the text: at the end of its input the library takes a record
// for whole that lacks its last fields.
var endMark = []byte("\n. 0 IN NULL \\# 0\n")

func isEndMark(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeNULL && rr.Header().Name == "." }

// syntaxError says where the parser stopped.
func (j *judge) syntaxError(err error, reader *textReader, zone text) error {
	refusal := &Error{Path: j.path, Kind: ErrSyntax, Line: reader.line(), Zone: j.zone.text}
	if j.prefix != "" {
		refusal.Line--
	}
	refusal.Line = min(refusal.Line, zone.lines())
	if file := j.includes.atFault(); file != nil {
		refusal.Path, refusal.Line = file.path, file.line()
	}
	if fault, ok := errors.AsType[*Error](err); ok {
		return includeFault(fault, refusal)
	}
	refusal.Err = &parserError{path: refusal.Path, err: err}
	if missing, ok := errors.AsType[*includeError](err); ok {
		refusal.Kind, refusal.Err = ErrIncludeUnknown, missing
	}
	return refusal
}

// includeFault says that an included file cannot be taken: about that where a line of it
// is to blame, else about the $INCLUDE.
func includeFault(fault, at *Error) error {
	refusal := *fault
	refusal.Zone = at.Zone
	if refusal.Path == "" {
		refusal.Path, refusal.Line = at.Path, at.Line
	}
	return &refusal
}

// A parserError is the DNS library's, without what it says about file and line: it
// does not quote the one and, behind a prefix, miscounts the other.
type parserError struct {
	path string
	err  error
}

func (e *parserError) Error() string {
	text := e.err.Error()
	file := strings.TrimPrefix(slashed(e.path), "/")
	if _, behind, ok := strings.Cut(text, file+": dns: "); ok {
		text = behind
	}
	if end := strings.LastIndex(text, " at line: "); end >= 0 {
		text = text[:end]
	}
	return text
}

func (e *parserError) Unwrap() error { return e.err }

// A collector takes in the records of a reading.
type collector struct {
	*judge
	reading
	digest hash.Hash
	// packed is filled with records in wire form up to used, then goes into digest.
	packed []byte
	used   int
	// wildcards are what may answer for the name.
	wildcards wildcards
}

const (
	// digestBlock is how many bytes go into the digest at once.
	digestBlock = 1 << 16
	// largestRecord is no less than a record in wire form can have.
	largestRecord = 1<<16 + 512
)

func newCollector(j *judge) *collector {
	return &collector{
		judge: j, digest: sha256.New(), packed: make([]byte, digestBlock+largestRecord),
		wildcards: newWildcards(j.name, j.zone),
	}
}

func (c *collector) addAll(b batch) error {
	for _, rr := range b.records {
		if err := c.add(rr, b.included); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) add(rr dns.RR, included bool) error {
	c.records++
	header := rr.Header()
	if header.Class != dns.ClassINET {
		return c.refuse(ErrClass, header)
	}
	if header.Name == "" { // as the first of an included file, where some take that from before the $INCLUDE
		return &Error{Path: c.path, Kind: ErrShape, Found: dns.Type(header.Rrtype).String() + " without an owner name", Zone: c.zone.text}
	}
	if soa, ok := rr.(*dns.SOA); ok {
		var err error
		if rr, err = c.addSOA(soa, included); err != nil {
			return err
		}
	}
	end, err := dns.PackRR(rr, c.packed, c.used, nil, false)
	if err != nil {
		return &Error{Path: c.path, Kind: ErrSyntax, Found: describe(header), Zone: c.zone.text, Err: err}
	}
	packed := c.packed[c.used:end]
	if err := c.permit(header, packed, included); err != nil {
		return err
	}
	c.wildcards.see(header.Name, packed)
	if !c.name.owns(packed) {
		c.keep(end)
		return nil
	}
	c.atName++
	if !editable(header.Rrtype) {
		c.keep(end)
		return nil
	}
	rdata := packed[len(packed)-int(header.Rdlength):]
	if len(rdata) == 0 {
		return &Error{Path: c.path, Kind: ErrSyntax, Found: describe(header) + " without data", Zone: c.zone.text}
	}
	c.standing = append(c.standing, standingRecord{header.Rrtype, header.Ttl, string(rdata)})
	return nil
}

// keep takes the record that ends there into the digest.
func (c *collector) keep(end int) {
	c.used = end
	if c.used >= digestBlock {
		c.flush()
	}
}

func (c *collector) flush() {
	c.digest.Write(c.packed[:c.used])
	c.used = 0
}

// addSOA returns a copy of the record without its serial number.
func (c *collector) addSOA(soa *dns.SOA, included bool) (dns.RR, error) {
	switch {
	case c.soa != nil:
		return nil, c.refuse(ErrManySOA, soa.Header())
	case included:
		return nil, c.refuse(ErrIncluded, soa.Header())
	case dns.CanonicalName(soa.Hdr.Name) != c.zone.text:
		return nil, c.refuse(ErrOtherZone, soa.Header())
	}
	c.soa = soa
	without := *soa
	without.Serial = 0
	return &without, nil
}

// permit refuses records that make an edit unsafe, or its result unseen.
func (c *collector) permit(header *dns.RR_Header, packed []byte, included bool) error {
	switch header.Rrtype {
	case dns.TypeRRSIG, dns.TypeNSEC, dns.TypeNSEC3, dns.TypeNSEC3PARAM:
		return c.refuse(ErrSigned, header)
	case dns.TypeZONEMD:
		return c.refuse(ErrDigest, header)
	case dns.TypeNS:
		atName := c.name.owns(packed) && c.name.text != c.zone.text
		if atName || c.name.above(packed, c.zone) {
			return c.refuse(ErrDelegated, header)
		}
	case dns.TypeDNAME:
		atZone := c.zone.owns(packed) && c.name.text != c.zone.text
		if atZone || c.name.above(packed, c.zone) {
			return c.refuse(ErrRedirects, header)
		}
	}
	if !c.name.owns(packed) {
		return nil
	}
	switch {
	case included:
		return c.refuse(ErrIncluded, header)
	case header.Rrtype == dns.TypeCNAME:
		return c.refuse(ErrAlias, header)
	}
	return nil
}

func (c *collector) refuse(kind *Kind, header *dns.RR_Header) error {
	return &Error{Path: c.path, Kind: kind, Found: describe(header), Zone: c.zone.text}
}

func (c *collector) finish() (*reading, error) {
	c.flush()
	c.digest.Sum(c.others[:0])
	switch {
	case c.records == 0:
		return nil, &Error{Path: c.path, Kind: ErrEmpty, Zone: c.zone.text}
	case c.soa == nil:
		return nil, &Error{Path: c.path, Kind: ErrNoSOA, Zone: c.zone.text}
	}
	c.wildcard = c.wildcards.answering()
	return &c.reading, nil
}

// describe names a record.
func describe(header *dns.RR_Header) string {
	return fmt.Sprintf("%s of %q", dns.Type(header.Rrtype), header.Name)
}

// editable reports whether records of the type can be edited.
func editable(rrtype uint16) bool {
	return rrtype == dns.TypeTXT || rrtype == dns.TypeA || rrtype == dns.TypeAAAA
}
