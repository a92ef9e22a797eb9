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
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		name := strings.ToLower(strings.TrimSuffix(rr.Header().Name, "."))
		switch rr.(type) {
		case *dns.TXT, *dns.CNAME:
		default:
			continue
		}
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
	if where.Domain != "" {
		i := slices.IndexFunc(owners, func(o *owner) bool { return o.name == where.Domain })
		if i < 0 {
			return Contents{Domain: where.Domain}, nil
		}
		return owners[i].contents(), nil
	}
	ours := slices.DeleteFunc(slices.Clone(owners), func(o *owner) bool { return !hasOurs(o.records) })
	switch len(ours) {
	case 0:
		return Contents{}, nil
	case 1:
		return ours[0].contents(), nil
	}
	names := make([]string, len(ours))
	for i, o := range ours {
		names[i] = o.name
	}
	return Contents{}, &SeveralNamesError{Names: names}
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
	if len(owners) == 0 && !digAnswered(data) {
		return Contents{}, ErrNoAnswer
	}
	return choose(owners, where)
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

// digAnswered looks for a header that says that there is nothing. Without one, dig
// was not answered, and nothing is known.
func digAnswered(data []byte) bool {
	for _, line := range lines(data) {
		if strings.HasPrefix(line, ";; ->>HEADER<<-") {
			return strings.Contains(line, "status: NOERROR,") || strings.Contains(line, "status: NXDOMAIN,")
		}
	}
	return false
}

// absoluteDomain checks an absolute owner name and takes its final dot away.
func absoluteDomain(name string) (string, error) {
	if !strings.HasSuffix(name, ".") {
		return "", fmt.Errorf("the name %q does not end with a dot", name)
	}
	return txtrecord.CanonicalDomain(name)
}
