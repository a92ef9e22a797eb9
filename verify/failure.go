package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// outcomeFindings says what it means that a server could not be asked.
var outcomeFindings = map[Outcome]struct {
	code Code
	what string
}{
	Lame:         {CodeServerLame, "does not answer with authority for this zone"},
	Intercepted:  {CodeServerIntercepted, "answered as a resolver does, without authority"},
	Failed:       {CodeServerFailed, "answered with an error"},
	TimedOut:     {CodeServerSilent, "did not answer in time"},
	BadReply:     {CodeServerUnacceptable, "sent a reply that is not an answer to the question"},
	Unroutable:   {CodeServerUnreachable, "cannot be reached"},
	UnknownName:  {CodeServerNameUnknown, "has no address"},
	Untrusted:    {CodeCertificate, "has a certificate that does not hold"},
	NotAsked:     {CodeNotAsked, "was not asked"},
	NotCompleted: {CodeServerSilent, "had not answered when the verification was ended"},
}

// failureFindings says which servers could not be asked. Where that is every address of
// one family, while the other works, it is one finding about the family.
func failureFindings(servers []ServerReport) []Finding {
	findings, missing := familyFindings(servers)
	for i := range servers {
		s := &servers[i]
		if failed, ok := outcomeFindings[s.Outcome]; ok && !missing.Has(s) {
			name := s.Address
			if name == "" {
				name = s.Server
			}
			finding := newFinding(failed.code, quoteBare(name)+" "+failure(s))
			finding.Server, finding.Err = name, s.Err
			if family, ok := errors.AsType[*FamilyError](s.Err); ok {
				finding.Message = fmt.Sprintf("%s was not asked: it has %s", quoteBare(name), family)
				finding.Advice = "only " + family.Family.String() + " was to be asked over: leave that out to ask it too"
				if !s.named {
					finding.Severity = Info
				}
			}
			findings = append(findings, finding)
		}
	}
	return findings
}

// A missingFamily is an address family that nothing can be reached by, none by default.
type missingFamily dnsquery.Family

// Has reports whether a server's address is of that family.
func (f missingFamily) Has(s *ServerReport) bool {
	address, ok := s.ip()
	return f != missingFamily(dnsquery.AnyFamily) && ok && dnsquery.Family(f).Has(address)
}

func (s *ServerReport) ip() (netip.Addr, bool) {
	address, err := netip.ParseAddrPort(s.Address)
	return address.Addr(), err == nil
}

// familyFindings says that no address of one family can be reached, while the other
// works.
func familyFindings(servers []ServerReport) ([]Finding, missingFamily) {
	const most = 2 // of both families: total, and out of reach
	var total, lost, told [most + 1]int
	for i := range servers {
		s := &servers[i]
		address, ok := s.ip()
		if !ok {
			continue
		}
		family := dnsquery.IPv6
		if dnsquery.IPv4.Has(address) {
			family = dnsquery.IPv4
		}
		total[family]++
		if s.Outcome == Unroutable || s.Outcome == TimedOut {
			lost[family]++
		}
		if s.Told() {
			told[family]++
		}
	}
	for _, family := range []dnsquery.Family{dnsquery.IPv4, dnsquery.IPv6} {
		other := dnsquery.IPv4 + dnsquery.IPv6 - family
		if total[family] > 0 && lost[family] == total[family] && told[other] > 0 {
			finding := newFinding(CodeFamilyUnreachable, fmt.Sprintf("no server can be reached over %s from here (addresses: %d), over %s they can", family, total[family], other))
			finding.Advice = fmt.Sprintf("no %s route here? try -%d; %s", family, 4+2*(other-dnsquery.IPv4), finding.Advice)
			return []Finding{finding}, missingFamily(family)
		}
	}
	return nil, missingFamily(dnsquery.AnyFamily)
}

// failure says in words why a server could not be asked.
func failure(s *ServerReport) string {
	text := outcomeFindings[s.Outcome].what
	if s.Role == Recursive && s.Outcome == Lame {
		text = "does not look names up for others"
	}
	switch {
	case s.answer != nil && s.answer.Rcode == dns.RcodeSuccess:
	case s.answer != nil:
		text += ": " + rcode(s.answer.Rcode) + extended(s.answer)
	case s.Err != nil && s.Outcome != TimedOut:
		text += ": " + reason(s.Err)
	case errors.As(s.Err, new(*dnsquery.FallbackError)):
		text += ": " + reason(s.Err)
	}
	return text
}

// reason is an error from the network in words that are safe to print.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(*dnsquery.FallbackError)) {
		return "no answer in time"
	}
	text := quoteBare(cause(err).Error())
	if len(text) > longestReason {
		text = text[:longestReason] + "..."
	}
	return text
}

// longestReason bounds what an error may say: servers word some of them.
const longestReason = 300

// cause is what the system said, without the addresses that are named already.
func cause(err error) error {
	if way, ok := errors.AsType[*delegation.Error](err); ok {
		if deeper, ok := errors.AsType[*delegation.Error](way.Err); ok {
			return cause(deeper)
		}
		return &delegation.Error{Zone: way.Zone, Err: cause(way.Err)}
	}
	if fallback, ok := errors.AsType[*dnsquery.FallbackError](err); ok {
		overUDP, overTCP := cause(fallback.Reason), cause(fallback.Err)
		if overUDP.Error() == overTCP.Error() {
			return overTCP
		}
		return fmt.Errorf("%w over UDP, and TCP fails: %w", overUDP, overTCP)
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		return cause(request.Err)
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		return call.Err
	}
	if operation, ok := errors.AsType[*net.OpError](err); ok {
		return operation.Err
	}
	return err
}

// rcode names a response code.
func rcode(code int) string {
	if code == dns.RcodeBadVers {
		return "BADVERS" // 16 is BADSIG too, but only in a TSIG
	}
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return "RCODE " + strconv.Itoa(code)
}

// extended words the extended errors of an answer (RFC 8914), with a blank before.
func extended(answer *dnsquery.Answer) string {
	var b strings.Builder
	for _, e := range answer.ExtendedErrors {
		fmt.Fprintf(&b, " (extended error %d", e.Code)
		if name, ok := dns.ExtendedErrorCodeToString[e.Code]; ok {
			b.WriteString(", " + name)
		}
		if e.Text != "" {
			b.WriteString(": " + quote(e.Text))
		}
		b.WriteString(")")
	}
	return b.String()
}

func isLoopback(address string) bool {
	at, err := netip.ParseAddrPort(address)
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// quoteBare makes text from outside safe to print, without quotes around it.
func quoteBare(text string) string {
	quoted := quote(text)
	return quoted[1 : len(quoted)-1]
}
