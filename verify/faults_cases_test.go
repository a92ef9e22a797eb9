package verify_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A faultZone is what the servers of the table have at the domain: the set that should
// stand there, and the one that stood there before.
type faultZone struct{ on, off []string }

func newFaultZone(t testing.TB) faultZone {
	t.Helper()
	return faultZone{
		on:  signed(t, window(txtrecord.On)),
		off: signed(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off}),
	}
}

const (
	faultTTL     = 60
	faultAddress = "192.0.2.1"
)

// start starts the server that is right.
func (z faultZone) start(t testing.TB) verify.Server {
	t.Helper()
	return startZone(t, nameserver.Zone{Name: "example.com", Serial: 1, TTL: 300, NegativeTTL: 60, Records: []txtrecord.RRSet{
		{Name: domain + ".", Type: "TXT", TTL: faultTTL, Values: z.on},
		{Name: domain + ".", Type: "A", TTL: faultTTL, Values: []string{faultAddress}},
	}})
}

// faults is the table.
func (z faultZone) faults() []fault {
	const waits = true
	return []fault{
		// Replies that do not come.
		{name: "drop all", waits: waits, script: answering(silence), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeServerSilent)},
			{besideGood, true, verify.Valid, 0, verify.TimedOut, list(verify.CodeServerSilent)},
			{anyResolver, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		}},
		// Only datagrams get lost one by one; a stream brings all or nothing.
		{name: "drop the first two of three", waits: waits, script: z.droppingTwo, sights: []sight{
			{onlyServer | besideGood | overUDP, true, verify.Valid, 0, verify.Answered, list(verify.CodeRetriesNeeded)},
		}},
		{name: "delay beyond the timeout", waits: waits, script: answering(z.late), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeServerSilent)},
			{besideGood, true, verify.Valid, 0, verify.TimedOut, list(verify.CodeServerSilent)},
			{anyResolver, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		}},
		{name: "no handshake", waits: waits, script: func() faultserver.Script { return faultserver.Script{NoHandshake: true} }, sights: []sight{
			{overTLS | overHTTPS, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		}},
		{name: "IPv6 unreachable", host: "2001:db8::1", unroutable: toIPv6, script: answering(z.right), sights: []sight{
			{onlyServer, false, verify.Unreachable, 4, verify.Unroutable, list(verify.CodeServerUnreachable)},
			{besideGood, true, verify.Valid, 0, verify.Unroutable, list(verify.CodeFamilyUnreachable)},
			{anyResolver, false, verify.Unreachable, 4, verify.Unroutable, list(verify.CodeResolverNotAsked)},
		}},

		// Replies to something else. What is no reply to the question is passed over
		// where anybody can send it, and ends a connection, where nobody else can.
		{name: "wrong id", waits: waits, script: answering(z.but(func(m *dns.Msg) { m.Id++ })), sights: strayed},
		{name: "other question", waits: waits, script: answering(z.but(func(m *dns.Msg) { m.Question[0].Name = "other.example.com." })), sights: strayed},
		{name: "question of class CHAOS", waits: waits, script: answering(z.but(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS })), sights: strayed},
		{name: "records of class CHAOS", script: answering(z.but(eachAnswer(func(h *dns.RR_Header) { h.Class = dns.ClassCHAOS }))), sights: unacceptable},
		{name: "other owner", script: answering(z.but(eachAnswer(func(h *dns.RR_Header) { h.Name = "other.example.com." }))), sights: unacceptable},

		// Response codes.
		{name: "SERVFAIL", script: failingWith(dns.RcodeServerFailure), sights: failed},
		{name: "FORMERR", script: failingWith(dns.RcodeFormatError), sights: failed},
		{name: "NOTIMP", script: failingWith(dns.RcodeNotImplemented), sights: failed},
		{name: "REFUSED", script: failingWith(dns.RcodeRefused), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.Lame, list(verify.CodeServerLame)},
			{besideGood, true, verify.Valid, 0, verify.Lame, list(verify.CodeServerLame)},
			{anyResolver, false, verify.Unreachable, 4, verify.Failed, list(verify.CodeResolverNotAsked)},
		}},
		{name: "SERVFAIL unless CD", script: answering(z.bogus), sights: []sight{
			{anyResolver, false, verify.Valid, 1, verify.Failed, list(verify.CodeBogus)},
		}},
		{name: "FORMERR to EDNS", script: answering(z.refusingEDNS(dns.RcodeFormatError)), sights: withoutEDNS},
		{name: "NOTIMP to EDNS", script: answering(z.refusingEDNS(dns.RcodeNotImplemented)), sights: withoutEDNS},
		{name: "NXDOMAIN", script: answering(nothing(dns.RcodeNameError)), sights: absent(verify.NameError)},
		{name: "empty answer", script: answering(nothing(dns.RcodeSuccess)), sights: absent(verify.NoData)},
		{name: "empty answer without SOA", script: answering(bare), sights: absent(verify.NoData)},

		// Authority. A resolver has none, and RA set, by right.
		{name: "AA missing with RA set", script: answering(z.but(func(m *dns.Msg) { m.Authoritative, m.RecursionAvailable = false, true })), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.Intercepted, list(verify.CodeServerIntercepted)},
			{besideGood, true, verify.Valid, 0, verify.Intercepted, list(verify.CodeServerIntercepted)},
		}},
		{name: "lame server", script: answering(referral), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.Lame, list(verify.CodeServerLame)},
			{besideGood, true, verify.Valid, 0, verify.Lame, list(verify.CodeServerLame)},
			{anyResolver, false, verify.Unreachable, 4, verify.Lame, list(verify.CodeResolverNotAsked)},
		}},
		{name: "AA missing", script: answering(z.but(func(m *dns.Msg) { m.Authoritative = false })), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.Lame, list(verify.CodeServerLame)},
			{besideGood, true, verify.Valid, 0, verify.Lame, list(verify.CodeServerLame)},
		}},

		// Replies that are not whole. Over UDP alone, TCP makes up for it.
		{name: "TC with torn record", script: answering(z.tornUDP(true)), sights: overTCPInstead},
		{name: "torn record without TC", script: answering(z.tornUDP(false)), sights: overTCPInstead},
		{name: "TC and TCP refused", script: answering(z.tornUDP(true)), unroutable: overStream, sights: []sight{
			{onlyServer, false, verify.Unreachable, 4, verify.Unroutable, list(verify.CodeServerUnreachable)},
			{besideGood, true, verify.Valid, 0, verify.Unroutable, list(verify.CodeServerUnreachable)},
			{overUDP, false, verify.Unreachable, 4, verify.Unroutable, list(verify.CodeResolverNotAsked)},
		}},
		{name: "TC over everything", script: answering(z.but(func(m *dns.Msg) { m.Truncated = true })), sights: unacceptable},
		{name: "torn over everything", script: answering(z.wire(func(wire []byte) []byte { return wire[:len(wire)-30] })), sights: unacceptable},
		{name: "cut between two records", script: answering(z.withoutLast), sights: unacceptable},
		{name: "RDLENGTH that lies", script: answering(z.wire(lyingRdlength)), sights: unacceptable},
		// Over HTTPS there is no length before the message.
		{name: "TCP closed after the length", script: answering(z.framed(closing, func(wire []byte) []byte { return wire[:2] })), sights: framing},
		{name: "length too great", script: answering(z.framed(closing, func(wire []byte) []byte { return lengthen(wire, 1) })), sights: framing},
		{name: "length too small", script: answering(z.framed(closing, func(wire []byte) []byte { return lengthen(wire, -1) })), sights: framing},
		{name: "length too great, and open", waits: waits, script: answering(z.framed(!closing, func(wire []byte) []byte { return lengthen(wire, 1) })), sights: []sight{
			{anyServer, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeServerSilent)},
			{besideGood, true, verify.Valid, 0, verify.TimedOut, list(verify.CodeServerSilent)},
			{overUDP | overTCP | overTLS, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		}},

		// Too much. A message has room for fewer than 5,000 records, whatever it claims.
		{name: "64 KiB of records", script: answering(z.large), sights: []sight{
			{onlyServer, false, verify.Valid, 1, verify.Answered, list(verify.CodeTooManyRecords, verify.CodeForeign, verify.CodeTCPNeeded)},
			{onlyTCP, false, verify.Valid, 1, verify.Answered, list(verify.CodeTooManyRecords, verify.CodeForeign, verify.CodeUDPBlocked)},
			{besideGood, false, verify.Valid, 1, verify.Answered, list(verify.CodeTooManyRecords, verify.CodeForeign, verify.CodeTCPNeeded)},
			{overUDP, false, verify.Valid, 1, verify.Answered, list(verify.CodeTooManyRecords, verify.CodeTCPNeeded)},
			{overTCP | overTLS | overHTTPS, false, verify.Valid, 1, verify.Answered, list(verify.CodeTooManyRecords)},
		}},
		{name: "10,000 records", script: answering(z.flood(func(int) int { return 10000 })), sights: unacceptable},
		{name: "as many records as fit", script: answering(z.flood(func(n int) int { return n })), sights: unacceptable},

		// Names that lead elsewhere. An alias is never followed, not even to the right set.
		{name: "CNAME", script: answering(z.aliased("else.example.com.")), sights: aliases},
		{name: "CNAME loop", script: answering(looping), sights: aliases},
		{name: "CNAME beside the set", script: answering(z.aliased(domain + ".")), sights: aliases},
		// A resolver is not asked for other names than the domain.
		{name: "wildcard", script: answering(z.wildcard), sights: []sight{
			{onlyServer | besideGood, true, verify.Valid, 0, verify.Answered, list(verify.CodeWildcard)},
			{onlyTCP, true, verify.Valid, 0, verify.Answered, list(verify.CodeWildcard, verify.CodeUDPBlocked)},
		}},

		// Records that were damaged on the way into the DNS.
		{name: "a record with two strings", script: answering(z.serving(inTwo(z.on[0]), z.on[1:])), sights: []sight{
			{onlyServer, true, verify.Valid, 0, verify.Answered, list(verify.CodeSeveralStrings)},
			{onlyTCP, true, verify.Valid, 0, verify.Answered, list(verify.CodeSeveralStrings, verify.CodeUDPBlocked)},
			{besideGood, false, verify.Conflict, 1, verify.Answered, list(verify.CodeSeveralStrings, verify.CodeServersDiffer)},
			{anyResolver, false, verify.Pending, 5, verify.Answered, list(verify.CodeResolverLags)},
		}},
		{name: "both parts in one record", script: answering(z.serving(z.on)), sights: wrong(verify.Invalid, verify.CodePartsInOneRecord)},
		{name: "cut at the semicolon", script: answering(z.values("v=1")), sights: wrong(verify.Invalid, verify.CodeCutAtSemicolon)},
		{name: "literal backslashes", script: answering(z.values(eachValue(z.on, escaped)...)), sights: wrong(verify.Invalid, verify.CodeLiteralBackslash)},
		{name: "double quotes", script: answering(z.values(eachValue(z.on, quoted)...)), sights: wrong(verify.Invalid, verify.CodeQuotedTwice)},
		{name: "a space in bh", script: answering(z.values(eachValue(z.on, spaced)...)), sights: wrong(verify.Invalid, verify.CodeSpaceInSignature)},
		{name: "altered", script: answering(z.values(altered(z.on)...)), sights: wrong(verify.Invalid, faultCode(txtrecord.SignatureInvalid))},
		{name: "unsigned", script: answering(z.values("v=1;k=all;b=on")), sights: wrong(verify.Unsigned, verify.CodeUnsigned)},

		// More or less than one set.
		{name: "one half", script: answering(z.values(z.on[0])), sights: wrong(verify.Invalid, faultCode(txtrecord.PartMissing))},
		{name: "stale off beside new on", script: answering(z.values(z.on[0], z.on[1], "v=1;k=all;b=off")), sights: wrong(verify.Conflict, faultCode(txtrecord.UnsignedBeside))},
		{name: "two signed sets", script: answering(z.values(z.on[0], z.on[1], z.off[0], z.off[1])), sights: wrong(verify.Conflict, faultCode(txtrecord.SeveralSets))},
		{name: "halves of two sets", script: answering(z.values(z.on[0], z.off[1])), sights: wrong(verify.Conflict, faultCode(txtrecord.MixedHalves))},
		{name: "unsigned beside signed", script: answering(z.values(z.on[0], z.on[1], "v=1;k=all;b=on")), sights: wrong(verify.Conflict, faultCode(txtrecord.UnsignedBeside))},

		// TTLs. A resolver's is what is left of it, which says nothing.
		{name: "TTL 0", script: answering(z.withTTLs(0, 0)), sights: lasting(list(verify.CodeTTLShort), list(verify.CodeTTLShort, verify.CodeTTLUnequal))},
		{name: "TTL 86400", script: answering(z.withTTLs(86400, 86400)), sights: lasting(list(verify.CodeTTLLong, verify.CodeTTLBeyondEnd), list(verify.CodeTTLLong, verify.CodeTTLBeyondEnd, verify.CodeTTLUnequal))},
		{name: "differing TTLs", script: answering(z.withTTLs(faultTTL, 2*faultTTL)), sights: lasting(list(verify.CodeTTLUnequal), list(verify.CodeTTLUnequal))},

		// What only DNS over TLS and over HTTPS have.
		{name: "TLS with a wrong name", script: func() faultserver.Script {
			return faultserver.Script{Answer: z.right, Names: []string{"other.example"}}
		}, sights: untrusted},
		{name: "expired certificate", script: func() faultserver.Script {
			return faultserver.Script{Answer: z.right, Expired: true}
		}, sights: untrusted},
		{name: "DoH with 500", script: answering(z.overHTTP(faultserver.HTTP{Status: http.StatusInternalServerError})), sights: notDNS},
		{name: "DoH with HTML", script: answering(html), sights: notDNS},
		{name: "DoH with a reply that says it is HTML", script: answering(z.overHTTP(faultserver.HTTP{Header: asHTML})), sights: notDNS},
		{name: "DoH with an endless body", script: answering(z.overHTTP(faultserver.HTTP{Endless: true})), sights: notDNS},
		{name: "DoH with a length that lies", script: answering(z.overHTTP(faultserver.HTTP{Header: http.Header{"Content-Length": {"9999"}}})), sights: notDNS},
		{name: "DoH with a body that stops", waits: waits, script: answering(z.overHTTP(faultserver.HTTP{Hang: true})), sights: []sight{
			{overHTTPS, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		}},
	}
}

// Sights that several faults share.
var (
	strayed = []sight{
		{onlyServer, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeServerSilent)},
		{onlyTCP, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeServerUnacceptable)},
		{besideGood, true, verify.Valid, 0, verify.TimedOut, list(verify.CodeServerSilent)},
		{overUDP, false, verify.Unreachable, 4, verify.TimedOut, list(verify.CodeResolverNotAsked)},
		{overTCP | overTLS | overHTTPS, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeResolverNotAsked)},
	}
	unacceptable = []sight{
		{anyServer, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeServerUnacceptable)},
		{besideGood, true, verify.Valid, 0, verify.BadReply, list(verify.CodeServerUnacceptable)},
		{anyResolver, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeResolverNotAsked)},
	}
	framing = []sight{
		{anyServer, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeServerUnacceptable)},
		{besideGood, true, verify.Valid, 0, verify.BadReply, list(verify.CodeServerUnacceptable)},
		{overUDP | overTCP | overTLS, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeResolverNotAsked)},
	}
	failed = []sight{
		{anyServer, false, verify.Unreachable, 4, verify.Failed, list(verify.CodeServerFailed)},
		{besideGood, true, verify.Valid, 0, verify.Failed, list(verify.CodeServerFailed)},
		{anyResolver, false, verify.Unreachable, 4, verify.Failed, list(verify.CodeResolverNotAsked)},
	}
	withoutEDNS = []sight{
		{onlyServer | besideGood | anyResolver, true, verify.Valid, 0, verify.Answered, list(verify.CodeEDNSRefused)},
		{onlyTCP, true, verify.Valid, 0, verify.Answered, list(verify.CodeEDNSRefused, verify.CodeUDPBlocked)},
	}
	overTCPInstead = []sight{
		{onlyServer | besideGood | overUDP, true, verify.Valid, 0, verify.Answered, list(verify.CodeTCPNeeded)},
	}
	aliases = []sight{
		{onlyServer, false, verify.Invalid, 1, verify.Alias, list(verify.CodeCNAME)},
		{onlyTCP, false, verify.Invalid, 1, verify.Alias, list(verify.CodeCNAME, verify.CodeUDPBlocked)},
		{besideGood, false, verify.Conflict, 1, verify.Alias, list(verify.CodeCNAME, verify.CodeServersDiffer)},
		{anyResolver, false, verify.Valid, 1, verify.Alias, list(verify.CodeResolverDiffers)},
	}
	untrusted = []sight{
		{overTLS | overHTTPS, false, verify.Unreachable, 4, verify.Untrusted, list(verify.CodeCertificate)},
	}
	notDNS = []sight{
		{overHTTPS, false, verify.Unreachable, 4, verify.BadReply, list(verify.CodeResolverNotAsked)},
	}
)

// wrong are the sights of records that are refused.
func wrong(verdict verify.Verdict, code verify.Code) []sight {
	return []sight{
		{onlyServer, false, verdict, 1, verify.Answered, list(code)},
		{onlyTCP, false, verdict, 1, verify.Answered, list(code, verify.CodeUDPBlocked)},
		{besideGood, false, verify.Conflict, 1, verify.Answered, list(code, verify.CodeServersDiffer)},
		{anyResolver, false, verify.Valid, 1, verify.Answered, list(verify.CodeResolverDiffers)},
	}
}

// absent are the sights of a server that says that there is nothing: a resolver may
// remember that from before.
func absent(outcome verify.Outcome) []sight {
	return []sight{
		{onlyServer, false, verify.None, 3, outcome, list(verify.CodeNoRecord)},
		{onlyTCP, false, verify.None, 3, outcome, list(verify.CodeNoRecord, verify.CodeUDPBlocked)},
		{besideGood, false, verify.Conflict, 1, outcome, list(verify.CodeNoRecord, verify.CodeServersDiffer)},
		{anyResolver, false, verify.Pending, 5, outcome, list(verify.CodeResolverLags)},
	}
}

// lasting are the sights of the right set with other TTLs.
func lasting(alone, beside []verify.Code) []sight {
	return []sight{
		{onlyServer, true, verify.Valid, 0, verify.Answered, alone},
		{onlyTCP, true, verify.Valid, 0, verify.Answered, append(list(verify.CodeUDPBlocked), alone...)},
		{besideGood, true, verify.Valid, 0, verify.Answered, beside},
	}
}

// list is a sight's codes.
func list(codes ...verify.Code) []verify.Code { return codes }

// An answerer is what a server does with a query.
type answerer = func(*faultserver.Query) faultserver.Reply

func answering(answer answerer) func() faultserver.Script {
	return func() faultserver.Script { return faultserver.Script{Answer: answer} }
}

func silence(*faultserver.Query) faultserver.Reply { return faultserver.Reply{} }

// message is a right server's reply, which holds the records where it is asked for TXT
// at the domain. Asked as a resolver it has no authority, and TTLs that fall.
func message(q *faultserver.Query, records ...dns.RR) *dns.Msg {
	m := faultserver.Answer(q)
	switch asked := q.Question[0]; {
	case asksForSet(q):
		m.Answer = records
	case asked.Name == domain+"." && asked.Qtype == dns.TypeA:
		m.Answer = []dns.RR{parsed(fmt.Sprintf("%s. %d IN A %s", domain, faultTTL, faultAddress))}
	case asked.Name != domain+".":
		m.Rcode = dns.RcodeNameError
	}
	if len(m.Answer) == 0 {
		m.Ns = []dns.RR{parsed("example.com. 60 IN SOA ns.example.com. hostmaster.example.com. 1 3600 600 604800 60")}
	}
	return asAsked(q, m)
}

func asksForSet(q *faultserver.Query) bool {
	return q.Question[0].Name == domain+"." && q.Question[0].Qtype == dns.TypeTXT
}

// asAsked makes a message that of a resolver where one was asked.
func asAsked(q *faultserver.Query, m *dns.Msg) *dns.Msg {
	if !q.RecursionDesired {
		return m
	}
	m.Authoritative, m.RecursionAvailable = false, true
	for _, section := range [][]dns.RR{m.Answer, m.Ns} {
		for _, rr := range section {
			rr.Header().Ttl -= min(rr.Header().Ttl, uint32(q.N))
		}
	}
	return m
}

func parsed(line string) dns.RR {
	rr, err := dns.NewRR(line)
	if err != nil {
		panic(err)
	}
	return rr
}

// set is the set that should stand at the domain.
func (z faultZone) set() []dns.RR { return records(domain+".", faultTTL, z.on[:1], z.on[1:]) }

// records are TXT records of the strings given.
func records(owner string, ttl uint32, texts ...[]string) []dns.RR {
	var all []dns.RR
	for _, record := range texts {
		all = append(all, faultserver.TXT(owner, ttl, record...))
	}
	return all
}

func (z faultZone) right(q *faultserver.Query) faultserver.Reply {
	return faultserver.SendFitting(q, message(q, z.set()...))
}

// late is right, and too late.
func (z faultZone) late(q *faultserver.Query) faultserver.Reply {
	reply := z.right(q)
	reply.Delay = 5 * faultTimeout
	return reply
}

// droppingTwo takes no notice of a question before its third time.
func (z faultZone) droppingTwo() faultserver.Script {
	asked := map[dns.Question]int{}
	return faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
		if asked[q.Question[0]]++; asked[q.Question[0]] <= 2 {
			return faultserver.Reply{}
		}
		return z.right(q)
	}}
}

// but is right, apart from a change to every message.
func (z faultZone) but(change func(*dns.Msg)) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		m := message(q, z.set()...)
		change(m)
		return faultserver.Send(m)
	}
}

func eachAnswer(change func(*dns.RR_Header)) func(*dns.Msg) {
	return func(m *dns.Msg) {
		for _, rr := range m.Answer {
			change(rr.Header())
		}
	}
}

func failingWith(rcode int) func() faultserver.Script {
	return answering(func(q *faultserver.Query) faultserver.Reply { return faultserver.Send(faultserver.Fail(q, rcode)) })
}

// bogus is a validating resolver in front of a zone whose signatures do not hold.
func (z faultZone) bogus(q *faultserver.Query) faultserver.Reply {
	if q.CheckingDisabled {
		return z.right(q)
	}
	return faultserver.Send(faultserver.Fail(q, dns.RcodeServerFailure))
}

func (z faultZone) refusingEDNS(rcode int) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if q.IsEdns0() != nil {
			return faultserver.Send(faultserver.Fail(q, rcode))
		}
		return z.right(q)
	}
}

// nothing says that the domain does not exist, or that it has no TXT record.
func nothing(rcode int) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if !asksForSet(q) {
			return faultserver.Send(message(q))
		}
		m := message(q)
		m.Rcode = rcode
		return faultserver.Send(m)
	}
}

// bare answers everything with nothing at all.
func bare(q *faultserver.Query) faultserver.Reply {
	return faultserver.Send(asAsked(q, faultserver.Answer(q)))
}

// referral sends everybody somewhere else, as a server of other zones does.
func referral(q *faultserver.Query) faultserver.Reply {
	m := faultserver.Fail(q, dns.RcodeSuccess)
	m.Ns = []dns.RR{parsed(". 60 IN NS a.root.example.")}
	return faultserver.Send(m)
}

// tornUDP cuts over UDP in the middle of a record.
func (z faultZone) tornUDP(marked bool) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if q.Over != dnsquery.UDP || !asksForSet(q) {
			return z.right(q)
		}
		m := message(q, z.set()...)
		m.Truncated = marked
		wire := faultserver.Packed(m)
		return faultserver.SendBytes(wire[:len(wire)-30])
	}
}

// wire is right, apart from a change to the set's message in wire form.
func (z faultZone) wire(change func([]byte) []byte) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if !asksForSet(q) {
			return z.right(q)
		}
		return faultserver.SendBytes(change(faultserver.Packed(message(q, z.set()...))))
	}
}

// withoutLast leaves out the last record, which the header counts all the same.
func (z faultZone) withoutLast(q *faultserver.Query) faultserver.Reply {
	if !asksForSet(q) {
		return z.right(q)
	}
	wire := faultserver.Packed(message(q, z.set()[:1]...))
	wire[7]++ // ANCOUNT
	return faultserver.SendBytes(wire)
}

// lyingRdlength has the last record longer than the message.
func lyingRdlength(wire []byte) []byte {
	_, last, _ := strings.Cut(string(wire), "p=2")
	start := len(wire) - len(last) // in the last record's data
	for at := start; at > 2; at-- {
		if int(binary.BigEndian.Uint16(wire[at-2:])) == len(wire)-at {
			binary.BigEndian.PutUint16(wire[at-2:], uint16(len(wire)-at+1))
			return wire
		}
	}
	panic("no record's length is where it should be")
}

const closing = true

// framed has the client come over TCP, and sends there what is made of a message with
// its length before it.
func (z faultZone) framed(end bool, change func([]byte) []byte) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if q.Over == dnsquery.UDP {
			return faultserver.Send(faultserver.Truncated(q))
		}
		wire := faultserver.Framed(faultserver.Packed(message(q, z.set()...)))
		return faultserver.Reply{Unframed: change(wire), Close: end}
	}
}

// lengthen adds to the length before a message.
func lengthen(wire []byte, more int) []byte {
	binary.BigEndian.PutUint16(wire, uint16(len(wire)-2+more))
	return wire
}

// large has as many other TXT records beside the set as a message can hold.
func (z faultZone) large(q *faultserver.Query) faultserver.Reply {
	m := message(q, z.set()...)
	m.Compress = true
	for n := 0; asksForSet(q) && m.Len() < dns.MaxMsgSize-300; n++ {
		m.Answer = append(m.Answer, faultserver.TXT(domain+".", faultTTL, fmt.Sprintf("%0255d", n)))
	}
	return faultserver.SendFitting(q, m)
}

// flood sends as many records as a message can hold, and claims another number.
func (z faultZone) flood(claimed func(sent int) int) answerer {
	record := []byte{0xc0, 12, 0, byte(dns.TypeTXT), 0, dns.ClassINET, 0, 0, 0, faultTTL, 0, 2, 1, 'x'}
	return func(q *faultserver.Query) faultserver.Reply {
		switch {
		case !asksForSet(q):
			return z.right(q)
		case q.Over == dnsquery.UDP:
			return faultserver.Send(faultserver.Truncated(q))
		}
		wire := faultserver.Packed(asAsked(q, faultserver.Answer(q)))
		sent := (dns.MaxMsgSize - len(wire)) / len(record)
		wire = append(wire, bytes.Repeat(record, sent)...)
		binary.BigEndian.PutUint16(wire[6:], uint16(claimed(sent)))
		return faultserver.SendBytes(wire)
	}
}

// aliased makes the domain an alias of a name that has the right set.
func (z faultZone) aliased(target string) answerer {
	set := func() []dns.RR { return records(target, faultTTL, z.on[:1], z.on[1:]) }
	return func(q *faultserver.Query) faultserver.Reply { return aliasAnd(q, target, set()) }
}

func looping(q *faultserver.Query) faultserver.Reply {
	return aliasAnd(q, "else.example.com.", []dns.RR{parsed("else.example.com. 60 IN CNAME " + domain + ".")})
}

// aliasAnd answers every question about the domain with an alias and what follows it.
func aliasAnd(q *faultserver.Query, target string, more []dns.RR) faultserver.Reply {
	if q.Question[0].Name != domain+"." {
		return faultserver.Send(message(q))
	}
	return faultserver.SendFitting(q, asAsked(q, faultserver.Answer(q, append([]dns.RR{alias(target)}, more...)...)))
}

// wildcard has the right set at every name.
func (z faultZone) wildcard(q *faultserver.Query) faultserver.Reply {
	if q.Question[0].Qtype != dns.TypeTXT {
		return z.right(q)
	}
	return faultserver.SendFitting(q, faultserver.Answer(q, records(q.Question[0].Name, faultTTL, z.on[:1], z.on[1:])...))
}

// serving has other records than the right ones, each of the strings given.
func (z faultZone) serving(texts ...[]string) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		return faultserver.SendFitting(q, message(q, records(domain+".", faultTTL, texts...)...))
	}
}

// values has records of one string each.
func (z faultZone) values(values ...string) answerer {
	var texts [][]string
	for i := range values {
		texts = append(texts, values[i:i+1])
	}
	return z.serving(texts...)
}

// withTTLs has the right set, each record with its own TTL.
func (z faultZone) withTTLs(ttls ...uint32) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		set := z.set()
		for i, ttl := range ttls {
			set[i].Header().Ttl = ttl
		}
		return faultserver.SendFitting(q, message(q, set...))
	}
}

// overHTTP is right, apart from the response that it comes in.
func (z faultZone) overHTTP(special faultserver.HTTP) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		reply := z.right(q)
		reply.HTTP = special
		return reply
	}
}

// html is what a portal sends that wants the user to log in first.
func html(*faultserver.Query) faultserver.Reply {
	return faultserver.Reply{
		Messages: [][]byte{[]byte("<html><body>Please log in</body></html>")},
		HTTP:     faultserver.HTTP{Header: asHTML},
	}
}

var asHTML = http.Header{"Content-Type": {"text/html; charset=utf-8"}}

func toIPv6(_, address string) bool { return strings.HasPrefix(address, "[2001:db8::") }

func overStream(network, _ string) bool { return strings.HasPrefix(network, "tcp") }

// eachValue makes another value of every one.
func eachValue(values []string, change func(string) string) []string {
	var all []string
	for _, value := range values {
		all = append(all, change(value))
	}
	return all
}

func escaped(value string) string { return strings.ReplaceAll(value, ";", `\;`) }

func quoted(value string) string { return `"` + value + `"` }

// spaced has a space in the signature, which every value ends with.
func spaced(value string) string { return value[:len(value)-10] + " " + value[len(value)-10:] }

func inTwo(value string) []string { return []string{value[:50], value[50:]} }
