package verify

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Role says why a server is asked.
type Role string

// The roles: servers that hold the zone itself, and those that look it up for others.
const (
	Authoritative Role = "authoritative"
	Recursive     Role = "resolver"
)

// An Outcome says what came of asking a server.
type Outcome string

// The outcomes. Those from Lame on mean that the server could not be asked: they
// say nothing about what stands in the zone.
const (
	Answered     Outcome = "answer"
	NoData       Outcome = "no-data"
	NameError    Outcome = "nxdomain"
	Alias        Outcome = "cname"
	Lame         Outcome = "lame"
	Intercepted  Outcome = "intercepted"
	Failed       Outcome = "failed"
	TimedOut     Outcome = "timeout"
	BadReply     Outcome = "bad-reply"
	Unroutable   Outcome = "unreachable"
	UnknownName  Outcome = "unknown-name"
	Untrusted    Outcome = "untrusted"
	NotAsked     Outcome = "not-asked"
	NotCompleted Outcome = "interrupted"
)

// A ServerReport is what one server at one address served.
type ServerReport struct {
	// Server is the name, address or URL that was given, or the delegation's name.
	Server string
	// Address is host:port as asked, empty where the name has no address.
	Address   string
	Role      Role
	Transport string
	Outcome   Outcome
	// Judgement is of the records served; its verdict is empty where the server
	// could not be asked.
	Judgement Judgement
	// TTL is the lowest of the records' TTLs in seconds, nil where there are none.
	TTL       *uint32
	RoundTrip time.Duration
	// Err is why the server could not be asked.
	Err error

	place   int  // in the order in which servers were named
	named   bool // by the caller, not found by the delegation or the system
	records []TXT
	content string // what of the records is ours, as it compares
	answer  *dnsquery.Answer
	sibling sibling
	// replies are what came of all questions, that for TXT first.
	replies []reply

	// Of a resolver alone: how it is asked, what it says with checking disabled, and
	// how long its answer had left when it was asked before.
	asked      dnsquery.Server
	unchecked  reply
	askedAgain bool
	before     time.Duration
	first      *ServerReport // what it said then, where it says something else now
}

// replyTo is what came of the question for a type at a name, false where it was not
// asked.
func (s *ServerReport) replyTo(name string, rrtype uint16) (reply, bool) {
	for _, r := range s.replies {
		if r.question.Type == rrtype && r.question.Name == name {
			return r, true
		}
	}
	return reply{}, false
}

// Told reports whether the server said what stands in the zone.
func (s *ServerReport) Told() bool { return toldBy(s.Outcome) }

func toldBy(outcome Outcome) bool {
	switch outcome {
	case Answered, NoData, NameError, Alias:
		return true
	}
	return false
}

// serverJSON is the contract's form of a server in a report.
type serverJSON struct {
	Server    string   `json:"server"`
	Address   string   `json:"address,omitempty"`
	Role      Role     `json:"role"`
	Transport string   `json:"transport,omitempty"`
	Outcome   Outcome  `json:"outcome"`
	Verdict   Verdict  `json:"verdict,omitempty"`
	TTL       *uint32  `json:"ttl,omitempty"`
	RTT       *float64 `json:"rtt_ms,omitempty"`
}

// form is the server as [Schema] has it.
func (s *ServerReport) form() serverJSON {
	form := serverJSON{s.Server, s.Address, s.Role, s.Transport, s.Outcome, s.Judgement.Verdict, s.TTL, nil}
	if s.answer != nil {
		rtt := milliseconds(s.RoundTrip)
		form.RTT = &rtt
	}
	return form
}

// note stores what came of asking, an answer or an error.
func (s *ServerReport) note(r reply) {
	s.records, s.content, s.TTL, s.Err = nil, "", nil, r.err
	if s.answer = r.answer; s.answer == nil {
		s.Outcome = failureOf(r.err)
		return
	}
	s.Outcome = outcomeOf(s.answer, r.question.Name)
	if s.Role == Recursive {
		s.Outcome = resolverOutcome(s.answer)
	}
	s.Transport, s.RoundTrip = string(s.answer.Transport), s.answer.RoundTrip
	for i, txt := range s.answer.Records {
		s.records = append(s.records, txt.Strings)
		if i == 0 || txt.TTL < *s.TTL {
			s.TTL = &s.answer.Records[i].TTL
		}
	}
	if s.Told() {
		s.content = s.comparable()
	}
}

// ErrNotAsked says that this machine could not ask a server at all: nothing is known of
// the server by that.
var ErrNotAsked = errors.New("it was not asked")

// failureOf classifies why no answer came.
func failureOf(err error) Outcome {
	_, unacceptable := errors.AsType[*dnsquery.ReplyError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case errors.Is(err, ErrNotAsked):
		return NotAsked
	case errors.Is(err, context.Canceled):
		return NotCompleted
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut
	case unacceptable:
		return BadReply
	case untrusted:
		return Untrusted
	}
	return Unroutable
}

// outcomeOf classifies an authoritative server's answer to a question about a name.
func outcomeOf(answer *dnsquery.Answer, name string) Outcome {
	switch {
	case answer.Rcode == dns.RcodeRefused || answer.Rcode == dns.RcodeNotAuth:
		return Lame
	case answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError:
		return Failed
	case !answer.Authoritative && answer.RecursionAvailable:
		return Intercepted
	case !answer.Authoritative, len(answer.Records) == 0 && answer.CNAME == "" && elsewhere(answer, name):
		return Lame
	}
	return contentOf(answer)
}

// elsewhere reports whether an answer without records is about another zone than one
// that the name can lie in, or a referral: neither says that there is nothing (RFC 2308
// §2).
func elsewhere(answer *dnsquery.Answer, name string) bool {
	refers := false
	for _, r := range answer.Authority {
		if r.Type == dns.TypeSOA {
			return !dns.IsSubDomain(r.Owner, dns.Fqdn(name))
		}
		refers = refers || r.Type == dns.TypeNS
	}
	return refers
}

// referral is the zone below the given one that a server refers to for a name, empty
// where it does not.
func (s *ServerReport) referral(zone, name string) string {
	for _, r := range s.replies {
		if r.err != nil || r.question.Name != name || len(r.answer.Records) > 0 {
			continue
		}
		for _, ns := range r.answer.Authority {
			below := ns.Owner != zone && dns.IsSubDomain(zone, ns.Owner)
			if ns.Type == dns.TypeNS && below && dns.IsSubDomain(ns.Owner, dns.Fqdn(name)) {
				return ns.Owner
			}
		}
	}
	return ""
}

// resolverOutcome classifies a recursive resolver's answer.
func resolverOutcome(answer *dnsquery.Answer) Outcome {
	switch {
	case answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError:
		return Failed
	case !answer.RecursionAvailable && !answer.Authoritative && len(answer.Records) == 0:
		return Lame // it does not look anything up
	}
	return contentOf(answer)
}

// contentOf says what an answer that counts holds.
func contentOf(answer *dnsquery.Answer) Outcome {
	switch {
	case answer.CNAME != "":
		return Alias // with NXDOMAIN it is the target that does not exist (RFC 6604 §2)
	case answer.Rcode == dns.RcodeNameError:
		return NameError
	case len(answer.Records) == 0:
		return NoData
	}
	return Answered
}
