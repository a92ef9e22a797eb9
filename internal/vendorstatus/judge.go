package vendorstatus

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

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
	CodeUnread         finding.Code = "status-unread"
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
	{Code: CodeUnread, Severity: verify.Warning,
		Advice: "paste these answers as the terminal shows them, a line for each setting; until then nothing is known of these hosts"},
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
	switch {
	case len(s.Unread) > 0:
		return append(s.judgeLines(), s.found(CodeUnread, "known settings stand there in a form that is not read: %s", strings.Join(s.Unread, ", ")))
	case s.Failed:
		return append(s.judgeLines(), s.found(CodeUnanswered, "curl reports an error there, and there is no answer"))
	case s.Unanswered:
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
	canonical, err := domainname.Canonical(s.Domain)
	switch {
	case err != nil: // it can be anything, and is not shown
		return []finding.Finding{s.found(CodeDomainDiffers, "its activation domain is no domain name (%s), and should be %q", characters(s.Domain), domain)}
	case canonical != domain:
		return []finding.Finding{s.found(CodeDomainDiffers, "its activation domain is %q, not %q", canonical, domain)}
	}
	return nil
}

func characters(text string) string {
	if n := utf8.RuneCountInString(text); n != 1 {
		return fmt.Sprintf("%d characters", n)
	}
	return "1 character"
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
