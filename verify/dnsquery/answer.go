package dnsquery

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/presentation"
)

// A TXT is one TXT record of an answer.
type TXT struct {
	// Strings are the record's character-strings, as bytes on the wire.
	Strings []string
	// TTL is in seconds.
	TTL uint32
}

// An Answer is a reply that belongs to the question asked.
type Answer struct {
	// Rcode is the response code, such as dns.RcodeSuccess.
	Rcode int
	// Authoritative, RecursionAvailable and AuthenticData are the flags AA, RA and
	// AD of the reply.
	Authoritative, RecursionAvailable, AuthenticData bool
	// TXT are the records at the owner name asked for.
	TXT []TXT
	// CNAME is the target of an alias at the owner name, empty if there is none.
	CNAME string
	// NegativeTTL is how long a resolver may remember that there is nothing:
	// min(SOA TTL, SOA minimum), RFC 2308 §5; zero where no SOA came.
	NegativeTTL time.Duration
	// WithoutEDNS says that the server answered only when asked without EDNS.
	WithoutEDNS bool
	// Transport is "udp" or "tcp", by which the answer came.
	Transport string
	// Size is the reply's length in bytes.
	Size int
	// RoundTrip is the time from sending the question to having the answer.
	RoundTrip time.Duration
}

// A ReplyError says why a reply cannot count as an answer to the question.
type ReplyError struct {
	Reason string

	torn bool // part of the reply is missing: ask over TCP (RFC 7766 §5)
}

func (e *ReplyError) Error() string { return e.Reason }

// errStray marks a message that is not a reply to this question at all, and that is
// passed over: anybody can send one to an open UDP port.
var errStray = &ReplyError{Reason: "not a reply to the question"}

// errTruncated marks a reply that says itself that it is not whole.
var errTruncated = &ReplyError{Reason: "the reply is truncated", torn: true}

const (
	headerLength = 12
	flagTC       = 0x02 // in the third byte, RFC 1035 §4.1.1
	flagQR       = 0x80
)

// readReply takes a message apart and holds it against the question.
func readReply(raw []byte, query *dns.Msg) (*Answer, error) {
	if len(raw) < headerLength || raw[0] != byte(query.Id>>8) || raw[1] != byte(query.Id) || raw[2]&flagQR == 0 {
		return nil, errStray
	}
	reply := new(dns.Msg)
	if err := reply.Unpack(raw); err != nil {
		// A torn reply gives an error, whether or not TC says why: look at TC first.
		if raw[2]&flagTC != 0 {
			return nil, errTruncated
		}
		return nil, &ReplyError{Reason: fmt.Sprintf("the reply is malformed: %v", err), torn: true}
	}
	if !sameQuestion(reply, query) {
		return nil, errStray
	}
	if reply.Truncated {
		return nil, errTruncated
	}
	if !isWhole(raw, reply) {
		return nil, &ReplyError{Reason: "the reply is malformed: it ends before its last record", torn: true}
	}
	return newAnswer(reply, query.Question[0].Name, len(raw))
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
func sameQuestion(reply, query *dns.Msg) bool {
	if len(reply.Question) == 0 {
		return reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError
	}
	asked, got := query.Question[0], reply.Question[0]
	return len(reply.Question) == 1 && reply.Opcode == query.Opcode &&
		strings.EqualFold(got.Name, asked.Name) && got.Qtype == asked.Qtype && got.Qclass == asked.Qclass
}

func newAnswer(reply *dns.Msg, owner string, size int) (*Answer, error) {
	a := &Answer{
		Rcode:              reply.Rcode,
		Authoritative:      reply.Authoritative,
		RecursionAvailable: reply.RecursionAvailable,
		AuthenticData:      reply.AuthenticatedData,
		NegativeTTL:        negativeTTL(reply),
		Size:               size,
	}
	for _, rr := range reply.Answer {
		header := rr.Header()
		if header.Class != dns.ClassINET {
			return nil, &ReplyError{Reason: "the answer holds a record of another class"}
		}
		if !strings.EqualFold(header.Name, owner) {
			continue
		}
		switch rr := rr.(type) {
		case *dns.TXT:
			a.TXT = append(a.TXT, newTXT(rr))
		case *dns.CNAME:
			a.CNAME = rr.Target
		}
	}
	if len(reply.Answer) > 0 && len(a.TXT) == 0 && a.CNAME == "" {
		return nil, &ReplyError{Reason: "the answer holds only records of another owner name or type"}
	}
	if reply.Rcode == dns.RcodeNameError && len(a.TXT) > 0 && a.CNAME == "" {
		return nil, &ReplyError{Reason: "the reply says that the name does not exist, and answers all the same"}
	}
	return a, nil
}

// newTXT turns the library's presentation form back into the bytes on the wire.
func newTXT(rr *dns.TXT) TXT {
	txt := TXT{Strings: slices.Clone(rr.Txt), TTL: rr.Hdr.Ttl}
	if txt.TTL > maxTTL {
		txt.TTL = 0 // RFC 2181 §8
	}
	for i, s := range txt.Strings {
		txt.Strings[i] = presentation.Unescape(s)
	}
	return txt
}

// maxTTL is the largest TTL that there is, in seconds (RFC 2181 §8).
const maxTTL = 1<<31 - 1

func negativeTTL(reply *dns.Msg) time.Duration {
	for _, rr := range reply.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			return time.Duration(min(soa.Hdr.Ttl, soa.Minttl)) * time.Second
		}
	}
	return 0
}
