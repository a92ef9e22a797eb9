package recordfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// An owner is what a zone file holds at one name.
type owner struct {
	name    string
	records []verify.TXT
	ttls    []uint32
	alias   string
}

// readZone reads a master file as a name server would: what follows an unquoted
// semicolon is a comment there too.
func readZone(data []byte, where Where) (Contents, error) {
	owners, err := parseZone(data, where.Origin, Zone)
	if err != nil {
		return Contents{}, err
	}
	return choose(owners, where)
}

func parseZone(data []byte, origin string, format Format) ([]*owner, error) {
	if origin != "" {
		origin = dns.Fqdn(origin)
	}
	var owners []*owner
	byName := map[string]*owner{}
	parser := dns.NewZoneParser(bytes.NewReader(data), origin, "")
	left := mostRecords(data)
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		if left--; left < 0 {
			return nil, &TooLargeError{What: "records made by $GENERATE", Most: maxGenerated}
		}
		header := rr.Header()
		if t := header.Rrtype; header.Class != dns.ClassINET || t != dns.TypeTXT && t != dns.TypeCNAME {
			continue
		}
		if header.Ttl > maxTTL {
			return nil, &ParseError{Format: format, Err: fmt.Errorf("the TTL %d of %q is out of range", header.Ttl, header.Name)}
		}
		name := strings.ToLower(strings.TrimSuffix(header.Name, "."))
		o := byName[name]
		if o == nil {
			o = &owner{name: name}
			byName[name] = o
			owners = append(owners, o)
		}
		o.add(rr)
	}
	if err := parser.Err(); err != nil {
		return nil, zoneError(err, format)
	}
	return owners, nil
}

// maxGenerated is how many records $GENERATE directives may make in all.
const maxGenerated = 200000

// mostRecords is how many records a file can hold: no line with one is shorter than
// a few bytes, and what goes beyond was generated.
func mostRecords(data []byte) int {
	const shortestLine = 6
	return len(data)/shortestLine + maxGenerated
}

func (o *owner) add(rr dns.RR) {
	switch rr := rr.(type) {
	case *dns.CNAME:
		o.alias = rr.Target
	case *dns.TXT:
		txt := make(verify.TXT, len(rr.Txt))
		for i, s := range rr.Txt {
			txt[i] = presentation.Unescape(s)
		}
		o.records = append(o.records, txt)
		o.ttls = append(o.ttls, rr.Hdr.Ttl)
	}
}

func zoneError(err error, format Format) error {
	if parse, ok := errors.AsType[*dns.ParseError](err); ok {
		return &ParseError{Format: format, Err: fmt.Errorf("%s", strings.TrimPrefix(parse.Error(), "dns: "))}
	}
	return &ParseError{Format: format, Err: err}
}

// choose picks the owner name wanted, or the only one that has our records.
func choose(owners []*owner, where Where) (Contents, error) {
	ours := slices.DeleteFunc(slices.Clone(owners), func(o *owner) bool { return !hasOurs(o.records) })
	if where.Domain != "" {
		return wanted(owners, ours, where.Domain), nil
	}
	switch len(ours) {
	case 0:
		return Contents{}, nil
	case 1:
		return ours[0].contents(), nil
	}
	return Contents{}, &SeveralNamesError{Names: names(ours)}
}

// wanted is what stands at a name, and where our records stand if not there.
func wanted(owners, ours []*owner, domain string) Contents {
	contents := Contents{Domain: domain}
	for _, o := range owners {
		if o.name == domain {
			contents = o.contents()
		}
	}
	if !hasOurs(contents.Records) && contents.Alias == "" {
		contents.Elsewhere = names(ours)
	}
	return contents
}

func names(owners []*owner) []string {
	all := make([]string, len(owners))
	for i, o := range owners {
		all[i] = o.name
	}
	return all
}

func (o *owner) contents() Contents {
	return Contents{Domain: o.name, Records: o.records, TTLs: o.ttls, Alias: o.alias}
}

// readDig reads what dig prints: with +short one record of quoted strings a line,
// otherwise resource records between comments.
func readDig(data []byte, where Where) (Contents, error) {
	if contents, ok := readShort(data, where); ok {
		return contents, nil
	}
	owners, err := parseZone(data, ".", Dig)
	if err != nil {
		return Contents{}, err
	}
	replies := readHeadings(data)
	if where.Domain == "" {
		where.Domain = replies.domain()
	}
	contents, err := choose(owners, where)
	if err != nil {
		return Contents{}, err
	}
	told := len(contents.Records) > 0 || contents.Alias != "" || where.Domain == "" && len(owners) > 0
	if !told && !replies.nothingAt(where.Domain) {
		return Contents{}, ErrNoAnswer
	}
	return contents, nil
}

func readShort(data []byte, where Where) (Contents, bool) {
	contents := Contents{Domain: where.Domain}
	for _, line := range lines(data) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		txt, err := presentation.QuotedStrings(line)
		if err != nil {
			return Contents{}, false
		}
		contents.Records = append(contents.Records, txt)
	}
	return contents, len(contents.Records) > 0
}

// digReplies is what dig's comments say about the replies that it got.
type digReplies struct {
	headers, answered, nonexistent, truncated int
	questions                                 []digQuestion
}

// A digQuestion is one line of dig's question section.
type digQuestion struct{ name, rrtype string }

func readHeadings(data []byte) digReplies {
	var r digReplies
	inQuestions := false
	for _, line := range lines(data) {
		switch fields := strings.Fields(strings.TrimPrefix(line, ";")); {
		case strings.HasPrefix(line, ";; ->>HEADER<<-"):
			r.addHeader(line)
		case strings.HasPrefix(line, ";; flags:"):
			if flags, _, _ := strings.Cut(line, "; QUERY"); slices.Contains(strings.Fields(flags), "tc") {
				r.truncated++
			}
		case strings.HasPrefix(line, ";; QUESTION SECTION"):
			inQuestions = true
		case inQuestions && len(fields) > 1 && !strings.HasPrefix(line, ";;"):
			name := strings.ToLower(strings.TrimSuffix(fields[0], "."))
			r.questions = append(r.questions, digQuestion{name, fields[len(fields)-1]})
		default:
			inQuestions = false
		}
	}
	return r
}

func (r *digReplies) addHeader(line string) {
	r.headers++
	switch {
	case strings.Contains(line, "status: NXDOMAIN,"):
		r.nonexistent++
		r.answered++
	case strings.Contains(line, "status: NOERROR,"):
		r.answered++
	}
}

// domain is the one name that dig asked for, empty if it is not said.
func (r *digReplies) domain() string {
	for _, q := range r.questions {
		if q.name != r.questions[0].name {
			return ""
		}
	}
	if len(r.questions) == 0 {
		return ""
	}
	return r.questions[0].name
}

// nothingAt reports whether the replies say that no TXT record is at the name: all
// of them came, whole and without error, and to that question. Otherwise nothing is
// known.
func (r *digReplies) nothingAt(domain string) bool {
	if r.headers == 0 || r.answered < r.headers || r.truncated > 0 {
		return false
	}
	for _, q := range r.questions {
		asked := q.rrtype == "TXT" || q.rrtype == "ANY" || r.nonexistent == r.headers
		if !asked || domain != "" && q.name != domain {
			return false
		}
	}
	return true
}

// absoluteDomain checks an absolute owner name and takes its final dot away.
func absoluteDomain(name string) (string, error) {
	if !strings.HasSuffix(name, ".") {
		return "", fmt.Errorf("the name %q does not end with a dot", name)
	}
	return txtrecord.CanonicalDomain(name)
}
