package verify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Role says why a server is asked.
type Role string

// Authoritative is the role of servers that hold the zone itself.
const Authoritative Role = "authoritative"

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
	NotCompleted Outcome = "interrupted"
)

// A ServerReport is what one server at one address served.
type ServerReport struct {
	// Server is the name or address that was given.
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

	records []TXT
	answer  *dnsquery.Answer
}

// Told reports whether the server said what stands in the zone.
func (s *ServerReport) Told() bool {
	switch s.Outcome {
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

// MarshalJSON writes the server as [Schema] says.
func (s ServerReport) MarshalJSON() ([]byte, error) {
	form := serverJSON{s.Server, s.Address, s.Role, s.Transport, s.Outcome, s.Judgement.Verdict, s.TTL, nil}
	if s.answer != nil {
		rtt := milliseconds(s.RoundTrip)
		form.RTT = &rtt
	}
	return json.Marshal(form)
}

// note stores what came of asking, an answer or an error.
func (s *ServerReport) note(answer *dnsquery.Answer, err error) {
	s.Outcome, s.Err = outcomeOf(answer, err), err
	if answer == nil {
		return
	}
	s.answer, s.Transport, s.RoundTrip = answer, string(answer.Transport), answer.RoundTrip
	for i, txt := range answer.Records {
		s.records = append(s.records, txt.Strings)
		if i == 0 || txt.TTL < *s.TTL {
			s.TTL = &answer.Records[i].TTL
		}
	}
}

func outcomeOf(answer *dnsquery.Answer, err error) Outcome {
	switch _, refused := errors.AsType[*dnsquery.ReplyError](err); {
	case errors.Is(err, context.Canceled):
		return NotCompleted
	case errors.Is(err, context.DeadlineExceeded):
		return TimedOut
	case refused:
		return BadReply
	case err != nil:
		return Unroutable
	case answer.Rcode == dns.RcodeRefused || answer.Rcode == dns.RcodeNotAuth:
		return Lame
	case answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError:
		return Failed
	case !answer.Authoritative && answer.RecursionAvailable:
		return Intercepted
	case !answer.Authoritative:
		return Lame
	case answer.CNAME != "":
		return Alias // with NXDOMAIN it is the target that does not exist (RFC 6604 §2)
	case answer.Rcode == dns.RcodeNameError:
		return NameError
	case len(answer.Records) == 0:
		return NoData
	}
	return Answered
}
