package virtualnet

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// Zones is a host with authority for the zones in the texts, each in the form of a zone
// file that begins with its SOA record. NS records below the apex are delegations, an
// owner name "*" is a wildcard (RFC 4592).
func Zones(texts ...string) Host {
	var zones []zone
	for _, text := range texts {
		zones = append(zones, parse(text))
	}
	// The deepest zone answers.
	slices.SortFunc(zones, func(a, b zone) int { return dns.CountLabel(b.apex) - dns.CountLabel(a.apex) })
	return func(query *dns.Msg) *dns.Msg {
		reply := new(dns.Msg).SetReply(query)
		for _, z := range zones {
			if dns.IsSubDomain(z.apex, query.Question[0].Name) {
				z.answer(reply)
				return reply
			}
		}
		reply.Rcode = dns.RcodeRefused
		return reply
	}
}

type zone struct {
	apex    string
	soa     dns.RR
	records []dns.RR
}

// parse panics on a text that is no zone: the test is wrong then.
func parse(text string) zone {
	var z zone
	parser := dns.NewZoneParser(strings.NewReader(text), ".", "")
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		if z.soa == nil {
			z.soa, z.apex = rr.(*dns.SOA), dns.CanonicalName(rr.Header().Name)
		}
		z.records = append(z.records, rr)
	}
	if err := parser.Err(); err != nil || z.soa == nil {
		panic("virtualnet: no zone: " + text)
	}
	return z
}

func (z *zone) answer(reply *dns.Msg) {
	question := reply.Question[0]
	if z.refer(reply, question.Name) {
		return
	}
	reply.Authoritative = true
	owner := question.Name
	if !z.exists(owner) {
		wildcard := z.wildcard(owner)
		if !z.exists(wildcard) {
			reply.Rcode, reply.Ns = dns.RcodeNameError, []dns.RR{z.soa}
			return
		}
		owner = wildcard
	}
	for _, rr := range z.records {
		header := rr.Header()
		if strings.EqualFold(header.Name, owner) && (header.Rrtype == question.Qtype || header.Rrtype == dns.TypeCNAME) {
			synthesised := dns.Copy(rr)
			synthesised.Header().Name = question.Name
			reply.Answer = append(reply.Answer, synthesised)
		}
	}
	if reply.Answer == nil {
		reply.Ns = []dns.RR{z.soa}
	}
}

// refer answers with the delegation that a name lies under, if there is one.
func (z *zone) refer(reply *dns.Msg, name string) bool {
	for _, rr := range z.records {
		ns, ok := rr.(*dns.NS)
		if !ok || strings.EqualFold(ns.Hdr.Name, z.apex) || !dns.IsSubDomain(ns.Hdr.Name, name) {
			continue
		}
		reply.Ns = append(reply.Ns, ns)
		for _, glue := range z.records {
			t := glue.Header().Rrtype
			if (t == dns.TypeA || t == dns.TypeAAAA) && strings.EqualFold(glue.Header().Name, ns.Ns) {
				reply.Extra = append(reply.Extra, glue)
			}
		}
	}
	return reply.Ns != nil
}

// wildcard is the name of the wildcard that a name would be made of: the one below its
// closest encloser, which is the apex at the least.
func (z *zone) wildcard(name string) string {
	for at, end := 0, false; !end; at, end = dns.NextLabel(name, at) {
		if z.exists(name[at:]) {
			return "*." + name[at:]
		}
	}
	return "*."
}

// exists reports whether a name has records, or names below it (RFC 8020).
func (z *zone) exists(name string) bool {
	return slices.ContainsFunc(z.records, func(rr dns.RR) bool { return dns.IsSubDomain(name, rr.Header().Name) })
}
