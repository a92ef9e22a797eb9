package dnsquery

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/presentation"
)

// A Record is one resource record. Which of the last fields it has depends on its
// type.
type Record struct {
	// Owner is the owner name in lower case, with its final dot.
	Owner string
	// Type is TXT, A, AAAA, NS, CNAME or SOA, by its number.
	Type uint16
	// TTL is in seconds.
	TTL uint32
	// Strings are the character-strings of a TXT record, as bytes on the wire.
	Strings []string
	// Address is that of an A or AAAA record.
	Address netip.Addr
	// Host is the name server of an NS record, the target of a CNAME record or the
	// primary of a SOA record, in lower case, with its final dot.
	Host string
	// Serial is that of a SOA record, Minimum its last field, in seconds.
	Serial, Minimum uint32
}

// An ExtendedError says more than a response code (RFC 8914).
type ExtendedError struct {
	Code uint16
	Text string // from outside
}

// An Answer is a reply that belongs to the question asked.
type Answer struct {
	// Rcode is the response code, such as dns.RcodeSuccess.
	Rcode int
	// ExtendedErrors are those in the reply's OPT record.
	ExtendedErrors []ExtendedError
	// Authoritative, RecursionAvailable and AuthenticData are the flags AA, RA and
	// AD of the reply.
	Authoritative, RecursionAvailable, AuthenticData bool
	// Records are those of the type asked for at the owner name asked for.
	Records []Record
	// CNAME is the target of an alias at the owner name, as it was sent, empty if there
	// is none.
	CNAME string
	// CNAMETTL is the alias's own TTL, in seconds.
	CNAMETTL uint32
	// Authority and Additional are the records of those sections.
	Authority, Additional []Record
	// NegativeTTL is how long a resolver may remember that there is nothing:
	// min(SOA TTL, SOA minimum), RFC 2308 §5; zero where no SOA came.
	NegativeTTL time.Duration
	// WithoutEDNS says that the server answered only when asked without EDNS.
	WithoutEDNS bool
	// Truncated says that the reply over UDP was not whole (TC, or torn), so that
	// the answer came over TCP; UDPSilent, that nothing came over UDP at all.
	Truncated, UDPSilent bool
	// Tries is how often the question was sent over UDP until the answer came, 0 where it
	// was not sent over UDP.
	Tries int
	// Transport is how the answer came; Address, as host:port, from where.
	Transport Transport
	Address   string
	// Size is the reply's length in bytes.
	Size int
	// RoundTrip is the time from sending the question to having the answer.
	RoundTrip time.Duration
}

const (
	headerLength = 12
	flagTC       = 0x02 // in the third byte, RFC 1035 §4.1.1
	flagQR       = 0x80
)

// MaxRecords is how many records an answer may hold.
const MaxRecords = 1000

// maxBeside is how many records may stand in the authority and additional sections: a
// referral from the root has about forty.
const maxBeside = 300

// readReply takes a message apart and holds it against the question.
func readReply(raw []byte, q *query) (*Answer, error) {
	if len(raw) < headerLength || binary.BigEndian.Uint16(raw) != q.id() || raw[2]&flagQR == 0 {
		return nil, errStray
	}
	if n := binary.BigEndian.Uint16(raw[6:]); n > MaxRecords && raw[2]&flagTC == 0 {
		return nil, &ReplyError{Reason: fmt.Sprintf("the reply says that it holds %d records; at most %d are read", n, MaxRecords)}
	}
	if beside := int(binary.BigEndian.Uint16(raw[8:])) + int(binary.BigEndian.Uint16(raw[10:])); beside > maxBeside && raw[2]&flagTC == 0 {
		return nil, &ReplyError{Reason: fmt.Sprintf("the reply says that it holds %d records beside its answer; at most %d are read", beside, maxBeside)}
	}
	reply := new(dns.Msg)
	if err := reply.Unpack(raw); err != nil {
		// A torn reply gives an error, whether or not TC says why: look at TC first.
		if raw[2]&flagTC != 0 {
			return nil, errTruncated
		}
		return nil, &ReplyError{Reason: fmt.Sprintf("the reply is malformed: %v", err), torn: true}
	}
	if !sameQuestion(reply, q) {
		return nil, errStray
	}
	if reply.Truncated {
		return nil, errTruncated
	}
	if !isWhole(raw, reply) {
		return nil, &ReplyError{Reason: "the reply is malformed: it ends before its last record", torn: true}
	}
	if !oneOPT(reply) {
		return nil, &ReplyError{Reason: "the reply is malformed: an OPT record stands twice, or in the wrong section"}
	}
	return newAnswer(reply, q, len(raw))
}

// oneOPT reports whether at most one OPT record stands in a reply, in its additional
// section (RFC 6891 §6.1.1).
func oneOPT(reply *dns.Msg) bool {
	isOPT := func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeOPT }
	if slices.ContainsFunc(reply.Answer, isOPT) || slices.ContainsFunc(reply.Ns, isOPT) {
		return false
	}
	first := slices.IndexFunc(reply.Extra, isOPT)
	return first < 0 || !slices.ContainsFunc(reply.Extra[first+1:], isOPT)
}

// isWhole holds the counts of the header against what came: the library is content
// with fewer records, and records that were cut off are not absent.
func isWhole(raw []byte, reply *dns.Msg) bool {
	for i, records := range [...][]dns.RR{reply.Answer, reply.Ns, reply.Extra} {
		if int(binary.BigEndian.Uint16(raw[6+2*i:])) != len(records) {
			return false
		}
	}
	return true
}

// sameQuestion holds the reply's question against the query's. A server that could
// not read the query may leave it out (RFC 1035 §4.1.1, format error), and some do
// with every error. Such a reply never says that there is nothing.
func sameQuestion(reply *dns.Msg, q *query) bool {
	if len(reply.Question) == 0 {
		return reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError
	}
	got := reply.Question[0]
	return len(reply.Question) == 1 && reply.Opcode == dns.OpcodeQuery &&
		strings.EqualFold(got.Name, q.name) && got.Qtype == q.rrtype && got.Qclass == dns.ClassINET
}

func newAnswer(reply *dns.Msg, q *query, size int) (*Answer, error) {
	a := &Answer{
		Rcode:              reply.Rcode,
		ExtendedErrors:     extendedErrors(reply),
		Authoritative:      reply.Authoritative,
		RecursionAvailable: reply.RecursionAvailable,
		AuthenticData:      reply.AuthenticatedData,
		Authority:          newRecords(reply.Ns),
		Additional:         newRecords(reply.Extra),
		Size:               size,
	}
	a.NegativeTTL = negativeTTL(a.Authority)
	for _, rr := range reply.Answer {
		header := rr.Header()
		if header.Class != dns.ClassINET {
			return nil, &ReplyError{Reason: "the answer holds a record of another class"}
		}
		if header.Rdlength == 0 { // the library takes it, for updates (RFC 2136 §2.4)
			return nil, &ReplyError{Reason: "the answer holds a record without data"}
		}
		if !strings.EqualFold(header.Name, q.name) {
			continue
		}
		if r, ok := NewRecord(rr); ok && r.Type == q.rrtype {
			a.Records = append(a.Records, r)
		}
		if alias, ok := rr.(*dns.CNAME); ok {
			a.CNAME, a.CNAMETTL = alias.Target, header.Ttl
		}
	}
	if len(reply.Answer) > 0 && len(a.Records) == 0 && a.CNAME == "" {
		return nil, &ReplyError{Reason: "the answer holds only records of another owner name or type"}
	}
	if reply.Rcode == dns.RcodeNameError && len(a.Records) > 0 && a.CNAME == "" {
		return nil, &ReplyError{Reason: "the reply says that the name does not exist, and answers all the same"}
	}
	return a, nil
}

// newRecords keeps the records of the types that are of use.
func newRecords(section []dns.RR) []Record {
	var records []Record
	for _, rr := range section {
		header := rr.Header()
		if r, ok := NewRecord(rr); ok && header.Class == dns.ClassINET && header.Rdlength > 0 {
			records = append(records, r)
		}
	}
	return records
}

// NewRecord converts a record of one of the types that [Record] can hold, and reports
// whether it is one.
func NewRecord(rr dns.RR) (Record, bool) {
	header := rr.Header()
	r := Record{Owner: strings.ToLower(header.Name), Type: header.Rrtype, TTL: header.Ttl}
	if r.TTL > maxTTL {
		r.TTL = 0 // RFC 2181 §8
	}
	switch rr := rr.(type) {
	case *dns.TXT:
		r.Strings = wireStrings(rr.Txt)
	case *dns.A:
		r.Address, _ = netip.AddrFromSlice(rr.A.To4())
	case *dns.AAAA:
		r.Address, _ = netip.AddrFromSlice(rr.AAAA.To16())
	case *dns.NS:
		r.Host = strings.ToLower(rr.Ns)
	case *dns.CNAME:
		r.Host = strings.ToLower(rr.Target)
	case *dns.SOA:
		r.Host, r.Serial, r.Minimum = strings.ToLower(rr.Ns), rr.Serial, rr.Minttl
	default:
		return Record{}, false
	}
	return r, true
}

// wireStrings turns the library's presentation form back into the bytes on the wire.
func wireStrings(texts []string) []string {
	all := slices.Clone(texts)
	for i, text := range all {
		all[i] = presentation.Unescape(text)
	}
	return all
}

// maxTTL is the largest TTL that there is, in seconds (RFC 2181 §8).
const maxTTL = 1<<31 - 1

func negativeTTL(authority []Record) time.Duration {
	for _, r := range authority {
		if r.Type == dns.TypeSOA {
			return time.Duration(min(r.TTL, r.Minimum)) * time.Second
		}
	}
	return 0
}

func extendedErrors(reply *dns.Msg) []ExtendedError {
	opt := reply.IsEdns0()
	if opt == nil {
		return nil
	}
	var all []ExtendedError
	for _, option := range opt.Option {
		if e, ok := option.(*dns.EDNS0_EDE); ok {
			all = append(all, ExtendedError{e.InfoCode, e.ExtraText})
		}
	}
	return all
}
