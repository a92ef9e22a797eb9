package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Checker asks name servers and judges what they serve. The zero Checker is
// ready to use.
type Checker struct {
	// Client asks the questions.
	Client dnsquery.Client
	// Resolver looks up the addresses of servers that are given by name; nil means
	// the system's.
	Resolver *net.Resolver
	// Progress, where set, is called as each server's report comes in, by one
	// goroutine at a time.
	Progress func(ServerReport)
}

// maxConcurrent bounds the questions under way at once.
const maxConcurrent = 32

// A Server is a name server to ask: a host name or address, and a port.
type Server struct {
	Host string
	Port string
}

// Check asks only the given authoritative servers, each at all its addresses, for
// the TXT records at policy.Domain, judges every answer and compares them. It
// always asks all of them. It ends early only when the context does; then what came
// in is reported. The policy must pass [Policy.Validate].
func (c *Checker) Check(ctx context.Context, servers []Server, policy Policy) Report {
	reports := c.addresses(ctx, servers)
	var wait sync.WaitGroup
	var progress sync.Mutex
	slots := make(chan struct{}, maxConcurrent)
	for i := range reports {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			c.checkServer(ctx, &reports[i], policy)
			if c.Progress != nil {
				progress.Lock()
				defer progress.Unlock()
				c.Progress(reports[i])
			}
		})
	}
	wait.Wait()
	return compare(reports, policy)
}

// addresses returns a report to be filled for every address of every server, and
// one for each server whose name has none. The same address is asked once.
func (c *Checker) addresses(ctx context.Context, servers []Server) []ServerReport {
	hosts, errs := make([][]string, len(servers)), make([]error, len(servers))
	var wait sync.WaitGroup
	for i, server := range servers {
		wait.Go(func() { hosts[i], errs[i] = c.lookUp(ctx, server.Host) })
	}
	wait.Wait()
	var reports []ServerReport
	seen := map[string]bool{}
	for i, server := range servers {
		if err := errs[i]; err != nil {
			outcome := UnknownName
			if ctx.Err() == context.Canceled {
				outcome, err = NotCompleted, ctx.Err()
			}
			reports = append(reports, ServerReport{Server: server.String(), Role: Authoritative, Outcome: outcome, Err: err})
		}
		for _, host := range hosts[i] {
			address := net.JoinHostPort(host, server.Port)
			if !seen[address] {
				seen[address] = true
				reports = append(reports, ServerReport{Server: server.String(), Address: address, Role: Authoritative})
			}
		}
	}
	return reports
}

// String is the server as an operator writes it.
func (s Server) String() string {
	if s.Port == "53" {
		return s.Host
	}
	return net.JoinHostPort(s.Host, s.Port)
}

// lookUp returns the addresses of a host. It takes no longer than a question may, so
// that a resolver out of reach leaves time for the servers given by address.
func (c *Checker) lookUp(ctx context.Context, host string) ([]string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return []string{host}, nil
	}
	resolver := c.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Client.Timeout, dnsquery.DefaultTimeout))
	defer cancel()
	// LookupNetIP ends as soon as the context does; LookupHost does not.
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(found) == 0 {
		err = errors.New("the name has no address")
	}
	var addresses []string
	for _, address := range found {
		addresses = append(addresses, address.Unmap().String())
	}
	return addresses, err
}

func (c *Checker) checkServer(ctx context.Context, report *ServerReport, policy Policy) {
	if report.Address == "" {
		return
	}
	server, err := dnsquery.ParseServer(report.Address)
	if err != nil {
		report.note(nil, err)
		return
	}
	report.note(c.Client.Ask(ctx, server, dnsquery.Question{Name: policy.Domain, Type: dns.TypeTXT}))
	if report.Told() {
		report.Judgement = judgeAnswer(report, policy)
	}
}

// judgeAnswer judges what one server serves.
func judgeAnswer(report *ServerReport, policy Policy) Judgement {
	if report.Outcome == Alias {
		return aliasJudgement(report.answer.CNAME)
	}
	judgement := Judge(report.records, policy)
	if wait := report.answer.NegativeTTL; judgement.Verdict == None && wait > 0 {
		noteNegativeTTL(judgement.Findings, report.Outcome, wait)
	}
	return judgement
}

func noteNegativeTTL(findings []Finding, outcome Outcome, wait time.Duration) {
	for i := range findings {
		if f := &findings[i]; f.Code == CodeNoRecord {
			f.Message += fmt.Sprintf(" (%s); resolvers may remember that for %s", outcome, wait)
		}
	}
}

// aliasJudgement refuses an alias, which is never followed: the records must stand
// at the name itself.
func aliasJudgement(target string) Judgement {
	return Judgement{
		Verdict:  Invalid,
		State:    undetermined,
		Findings: []Finding{newFinding(CodeCNAME, "the name is an alias of "+quote(target))},
	}
}
