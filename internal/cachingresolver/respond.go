package cachingresolver

import (
	"fmt"

	"github.com/miekg/dns"
)

// maxUDP is what no path fragments, in octets (DNS Flag Day 2020).
const maxUDP = 1232

// ServeDNS answers a client's question.
func (r *Resolver) ServeDNS(w dns.ResponseWriter, request *dns.Msg) {
	reply := new(dns.Msg).SetReply(request)
	reply.RecursionAvailable = true
	reply.Compress = true
	opt := request.IsEdns0()
	if opt != nil {
		reply.SetEdns0(maxUDP, opt.Do())
	}
	switch {
	case opt != nil && opt.Version() != 0:
		reply.Rcode = dns.RcodeBadVers // RFC 6891 §6.1.3
	case request.Opcode != dns.OpcodeQuery:
		reply.Rcode = dns.RcodeNotImplemented
	case len(request.Question) != 1:
		reply.Rcode = dns.RcodeFormatError // RFC 9619 §4
	case !request.RecursionDesired || !isOrdinary(request.Question[0]):
		reply.Rcode = dns.RcodeRefused
	default:
		r.resolve(request.Question[0], reply)
	}
	fit(w, reply, opt)
	_ = w.WriteMsg(reply) // one that is not delivered is a lost packet: the client asks again
}

// isOrdinary reports whether a question is for an RRset: not of another class, and of no
// type such as ANY, AXFR and TSIG (RFC 6895 §3.1).
func isOrdinary(q dns.Question) bool {
	isMeta := q.Qtype == dns.TypeNone || q.Qtype == dns.TypeOPT || 128 <= q.Qtype && q.Qtype <= 255
	return q.Qclass == dns.ClassINET && !isMeta
}

// fit empties a reply over UDP that is too long and says so (TC): a client has no use for
// part of an RRset (RFC 2181 §9).
func fit(w dns.ResponseWriter, reply *dns.Msg, opt *dns.OPT) {
	if w.LocalAddr().Network() != "udp" {
		return
	}
	limit := dns.MinMsgSize
	if opt != nil {
		limit = min(max(int(opt.UDPSize()), limit), maxUDP)
	}
	if reply.Len() > limit {
		reply.Truncated = true
		reply.Answer, reply.Ns = nil, nil
	}
}

// longestChain is how many aliases are followed.
const longestChain = 8

var errLongChain = fmt.Errorf("more than %d aliases follow each other", longestChain)

// resolve fills in the reply to a question.
func (r *Resolver) resolve(question dns.Question, reply *dns.Msg) {
	at := place{dns.CanonicalName(question.Name), question.Qtype}
	for range longestChain {
		found, err := r.find(at)
		if err != nil {
			r.fail(reply, err)
			return
		}
		now := r.config.Now()
		reply.Answer = append(reply.Answer, found.answer(now)...)
		target, isAlias := found.alias(question.Qtype)
		if !isAlias {
			reply.Rcode, reply.Ns = found.rcode, found.authority(now)
			return
		}
		at.name = target
	}
	r.fail(reply, errLongChain)
}

// fail makes of a reply that there is no answer, and keeps why.
func (r *Resolver) fail(reply *dns.Msg, why error) {
	reply.Answer = nil
	reply.Rcode = dns.RcodeServerFailure
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = why
}
