package vendorstatus

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The codes; docs/findings.md explains each.
const (
	CodeDomainDiffers  finding.Code = "status-domain-differs"
	CodeDomainAbsent   finding.Code = "status-domain-absent"
	CodeKeyNotUploaded finding.Code = "status-key-not-uploaded"
	CodeKeyUnknown     finding.Code = "status-key-unknown"
	CodeUnanswered     finding.Code = "status-unanswered"
	CodeAuthentication finding.Code = "status-authentication-age"
	CodeLineUnknown    finding.Code = "status-line-unknown"
)

// Findings are all kinds of findings, the gravest first.
var Findings = finding.Table{
	{Code: CodeDomainDiffers, Severity: verify.Error,
		Advice: "correct the domain in the portal's disaster recovery settings, then ask that edge or connector again"},
	{Code: CodeDomainAbsent, Severity: verify.Error,
		Advice: "enter the domain in the portal's disaster recovery settings, and see that the edge or connector is designated; then ask it again"},
	{Code: CodeKeyNotUploaded, Severity: verify.Error,
		Advice: "upload dr_publickey.pem in the portal's disaster recovery settings, then ask that edge or connector again"},
	{Code: CodeKeyUnknown, Severity: verify.Warning,
		Advice: "paste the whole answer, and look in the portal whether a public key is there"},
	{Code: CodeUnanswered, Severity: verify.Warning,
		Advice: "run the command there again and paste what it answers: an edge listens at port 8500, a connector at 9000"},
	{Code: CodeAuthentication, Severity: verify.Info,
		Advice: "have users sign in regularly on quiet days; which users count as authenticated is not documented"},
	{Code: CodeLineUnknown, Severity: verify.Info,
		Advice: "look at these lines yourself, and tell us of them: the answer is of another version than the published one"},
}

// Judge holds what edges and connectors say against the disaster recovery domain, which is
// in canonical form. Findings alike are one; their subjects are places, FILE:LINE. That a key
// was uploaded does not say which: no finding is made of it.
func Judge(all []Status, domain string) []finding.Finding {
	var g finding.Gathering
	for _, status := range all {
		for _, f := range status.judge(domain) {
			g.Add(f)
		}
	}
	findings := g.Findings()
	finding.Sort(findings)
	return findings
}

func (s Status) judge(domain string) []finding.Finding {
	if s.Unanswered {
		return append(s.judgeLines(), s.found(CodeUnanswered, "the command stands there, and no answer that is known follows"))
	}
	findings := s.judgeDomain(domain)
	findings = append(findings, s.judgeKey()...)
	return append(append(findings, s.judgeAuthentication()), s.judgeLines()...)
}

func (s Status) found(code finding.Code, format string, a ...any) finding.Finding {
	return Findings.New(code, s.Where(), format, a...)
}

func (s Status) judgeDomain(domain string) []finding.Finding {
	if s.Domain == "" {
		return []finding.Finding{s.found(CodeDomainAbsent, "it names no activation domain")}
	}
	if canonical, err := domainname.Canonical(s.Domain); err == nil && canonical == domain {
		return nil
	}
	return []finding.Finding{s.found(CodeDomainDiffers, "its activation domain is %q, not %q", s.Domain, domain)}
}

func (s Status) judgeKey() []finding.Finding {
	switch s.KeyUploaded {
	case apiexport.Yes:
		return nil
	case apiexport.No:
		return []finding.Finding{s.found(CodeKeyNotUploaded, "it says that no public key was uploaded: it has nothing to verify a signed record with")}
	}
	return []finding.Finding{s.found(CodeKeyUnknown, "it does not say whether a public key was uploaded")}
}

// shortAuthentication is below what an outage over night leaves of an interval.
const shortAuthentication = 24 * time.Hour

func (s Status) judgeAuthentication() finding.Finding {
	if !s.HasMaxAuthentication {
		return s.found(CodeAuthentication, "it names no longest authentication interval")
	}
	f := s.found(CodeAuthentication, "it says that the longest authentication interval is %s; from when it counts is not documented", duration.Words(s.MaxAuthentication))
	if s.MaxAuthentication < shortAuthentication {
		f.Severity = verify.Warning
	}
	return f
}

// judgeLines names the unknown lines of a status.
func (s Status) judgeLines() []finding.Finding {
	if len(s.Unknown) == 0 {
		return nil
	}
	const most = 5
	names, more := s.Unknown, ""
	if len(names) > most {
		names, more = names[:most], fmt.Sprintf(" and %d more", len(names)-most)
	}
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return []finding.Finding{s.found(CodeLineUnknown, "lines that are not known, or have another value than the published ones: %s%s", strings.Join(quoted, ", "), more)}
}
