package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Server is a zone's primary name server, which takes updates.
type Server struct {
	// Update sends the updates; its Server and Zone are those that are read from, too.
	Update *dnsupdate.Client
	// Query reads what stands, At the same server over TCP, so that nothing is cut.
	Query *dnsquery.Client
	At    dnsquery.Server
	// Timeout bounds one update; zero means [DefaultUpdateTimeout].
	Timeout time.Duration
}

// DefaultUpdateTimeout is what an update may take: a server with a large zone on a slow
// disk is to be waited for, because an outcome that is not known helps nobody.
const DefaultUpdateTimeout = 15 * time.Second

// An UnaskedError says that a server could not be asked what stands.
type UnaskedError struct {
	Server string
	Err    error
}

func (e *UnaskedError) Error() string {
	return fmt.Sprintf("what stands at %s could not be asked: %v", e.Server, e.Err)
}

func (e *UnaskedError) Unwrap() error { return e.Err }

// A NotAuthoritativeError says that a server is not one that the zone could be changed
// at, or not for that name.
type NotAuthoritativeError struct{ Server, Zone, Reason string }

func (e *NotAuthoritativeError) Error() string {
	return fmt.Sprintf("%s is not authoritative for the zone %s: %s", e.Server, e.Zone, e.Reason)
}

// An AliasError says that the name is an alias, where a server passes over the records
// that are to be added and reports success (RFC 2136 §3.4.2.2).
type AliasError struct{ Domain, Target string }

func (e *AliasError) Error() string {
	return fmt.Sprintf("%s is an alias (CNAME) of %q: no other records can stand there", e.Domain, e.Target)
}

var typeNumbers = map[string]uint16{"TXT": dns.TypeTXT, "A": dns.TypeA, "AAAA": dns.TypeAAAA}

// Read asks the server what stands. Errors are an [*UnaskedError], a
// [*NotAuthoritativeError] or an [*AliasError].
func (s *Server) Read(ctx context.Context, domain string, types []string) (Standing, error) {
	negative, err := s.readZone(ctx)
	if err != nil {
		return Standing{}, err
	}
	if err := s.checkCut(ctx, domain); err != nil {
		return Standing{}, err
	}
	standing := Standing{NegativeTTL: negative}
	for _, rrtype := range types {
		set, err := s.readSet(ctx, domain, rrtype)
		aliased, isAlias := errors.AsType[*AliasError](err)
		if err != nil && !isAlias {
			return Standing{}, err
		}
		if isAlias || len(set.RDATA) > 0 {
			var target string
			if isAlias {
				target = aliased.Target
			}
			synthesized, askErr := s.isWildcard(ctx, domain, rrtype, target, set)
			if askErr != nil {
				return Standing{}, askErr
			}
			if synthesized {
				set.RDATA, set.TTLs, standing.Wildcard, err = nil, nil, true, nil
			}
		}
		if err != nil {
			return Standing{}, err
		}
		standing.Sets = append(standing.Sets, set)
	}
	return standing, nil
}

// checkCut makes sure that the name lies in the zone, and not in one below it that the
// server has too: an update would put it where nobody looks.
func (s *Server) checkCut(ctx context.Context, domain string) error {
	answer, err := s.ask(ctx, domain, dns.TypeSOA)
	for at := domain; err == nil && answer.CNAME != "" && at != s.Update.Zone; {
		_, at, _ = strings.Cut(at, ".") // an alias does not say in which zone it is
		answer, err = s.ask(ctx, at, dns.TypeSOA)
	}
	if err != nil {
		return err
	}
	owners := append(answer.Records, answer.Authority...)
	for _, record := range owners {
		if record.Type != dns.TypeSOA {
			continue
		}
		if zone := strings.TrimSuffix(record.Owner, "."); zone != s.Update.Zone {
			return s.notAuthoritative(fmt.Sprintf("%s is in the zone %s there", domain, zone))
		}
		return nil
	}
	return &UnaskedError{s.Update.Server, fmt.Errorf("it does not say which zone %s is in", domain)}
}

// readZone makes sure that the server has authority over the zone, and returns how long
// absence is remembered.
func (s *Server) readZone(ctx context.Context) (time.Duration, error) {
	answer, err := s.ask(ctx, s.Update.Zone, dns.TypeSOA)
	if err != nil {
		return 0, err
	}
	if len(answer.Records) != 1 {
		return 0, s.notAuthoritative("there is no zone of that name there")
	}
	soa := answer.Records[0]
	return time.Duration(min(soa.TTL, soa.Minimum)) * time.Second, nil
}

func (s *Server) readSet(ctx context.Context, domain, rrtype string) (txtrecord.StandingRRSet, error) {
	set := txtrecord.StandingRRSet{WireRRSet: txtrecord.WireRRSet{Name: domain + ".", Type: rrtype}}
	answer, err := s.ask(ctx, domain, typeNumbers[rrtype])
	if err != nil {
		return set, err
	}
	if answer.CNAME != "" {
		return set, &AliasError{domain, answer.CNAME}
	}
	for _, record := range answer.Records {
		rdata := record.Address.AsSlice()
		if rrtype == "TXT" {
			if rdata, err = txtrecord.TXTData(record.Strings...); err != nil {
				return set, &UnaskedError{s.Update.Server, err}
			}
		}
		if !contains(set.RDATA, rdata) { // a set holds no duplicates (RFC 2181 §5)
			set.RDATA, set.TTLs = append(set.RDATA, rdata), append(set.TTLs, record.TTL)
		}
	}
	if len(set.TTLs) > 0 {
		set.TTL = set.TTLs[0]
	}
	return set, nil
}

// ask returns an answer that the server gives with authority, be it that nothing is
// there.
func (s *Server) ask(ctx context.Context, name string, rrtype uint16) (*dnsquery.Answer, error) {
	answer, err := s.Query.Ask(ctx, s.At, dnsquery.Question{Name: name, Type: rrtype})
	if err != nil {
		return nil, &UnaskedError{s.Update.Server, err}
	}
	switch answer.Rcode {
	case dns.RcodeSuccess, dns.RcodeNameError:
		if answer.Authoritative {
			return answer, nil
		}
		return nil, s.notAuthoritative(fmt.Sprintf("its answer for %s is without authority (a referral to another zone, or from a cache)", name))
	case dns.RcodeRefused, dns.RcodeNotAuth, dns.RcodeNotZone:
		return nil, s.notAuthoritative(fmt.Sprintf("it answers %s for %s", dns.RcodeToString[answer.Rcode], name))
	}
	return nil, &UnaskedError{s.Update.Server, fmt.Errorf("it answers %s for %s", rcodeName(answer.Rcode), name)}
}

func rcodeName(code int) string {
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return fmt.Sprintf("RCODE%d", code)
}

func (s *Server) notAuthoritative(reason string) error {
	return &NotAuthoritativeError{s.Update.Server, s.Update.Zone, reason}
}

// Replace sends the plan in one update. Beside a [*ConflictError] the errors are those
// of [dnsupdate.Client.Replace].
func (s *Server) Replace(ctx context.Context, plan *Plan) error {
	var changes []dnsupdate.Change
	for i := range plan.Changes {
		if c := &plan.Changes[i]; !c.Empty() {
			changes = append(changes, dnsupdate.Change{Old: c.Before.WireRRSet, New: c.After})
		}
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = DefaultUpdateTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := s.Update.Replace(limited, changes...)
	if _, ok := errors.AsType[*dnsupdate.ConflictError](err); ok {
		return &ConflictError{Err: err}
	}
	return err
}
