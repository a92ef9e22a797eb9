package nameserver

import "github.com/miekg/dns"

// answer fills in the reply to a query: the RRset, or the reason that there is
// none, with the SOA record that says how long this may be remembered.
func (s *Server) answer(request, reply *dns.Msg) {
	if len(request.Question) != 1 {
		reply.Rcode = dns.RcodeFormatError // RFC 9619 §4
		return
	}
	question := request.Question[0]
	z := s.zoneOf(question.Name)
	if question.Qclass != dns.ClassINET || isMeta(question.Qtype) || z == nil {
		reply.Rcode = dns.RcodeRefused
		return
	}
	reply.Authoritative = true
	s.mu.RLock()
	defer s.mu.RUnlock()
	at := place{dns.CanonicalName(question.Name), question.Qtype}
	if reply.Answer = z.rrsets.lookup(at); reply.Answer != nil {
		return
	}
	reply.Ns = []dns.RR{z.negative()}
	if !z.rrsets.exists(at.name) {
		reply.Rcode = dns.RcodeNameError
	}
}

// isMeta reports types that are no RRset's: ANY, AXFR, TSIG and their like (RFC
// 6895 §3.1). Queries for them are refused; ANY may be (RFC 8482 §4).
func isMeta(rrtype uint16) bool {
	return rrtype == dns.TypeNone || rrtype == dns.TypeOPT || 128 <= rrtype && rrtype <= 255
}
