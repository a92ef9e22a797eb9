package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// The TTLs that the vendor recommends to stay within.
const (
	MinTTL = 30 * time.Second
	MaxTTL = 15 * time.Minute
)

// compare makes one report of what all servers served.
func compare(servers []ServerReport, policy Policy) Report {
	report := Report{Policy: policy, Servers: servers}
	told := slices.DeleteFunc(slices.Clone(servers), func(s ServerReport) bool { return !s.Told() })
	switch {
	case len(told) == 0:
		report.Judgement = Judgement{Verdict: Unreachable, State: undetermined}
	case allEqual(told):
		report.Judgement = told[0].Judgement
		report.Findings = slices.Clone(report.Findings)
	default:
		report.Judgement = Judgement{Verdict: Conflict, State: undetermined, Findings: differences(told)}
	}
	for i := range servers {
		report.Findings = append(report.Findings, serverFindings(&servers[i])...)
	}
	report.Findings = append(report.Findings, ttlFindings(told, policy.At)...)
	acknowledge(report.Findings, policy.Acknowledged)
	sortFindings(report.Findings)
	return report
}

// content is what a server serves, in a form that can be compared: order does not
// count, everything else does.
func (s *ServerReport) content() string {
	if s.Outcome == Alias {
		return "cname " + quote(strings.ToLower(s.answer.CNAME))
	}
	lines := make([]string, len(s.records))
	for i, txt := range s.records {
		for _, text := range txt {
			lines[i] += quote(text) + " "
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func allEqual(told []ServerReport) bool {
	return !slices.ContainsFunc(told, func(s ServerReport) bool { return s.content() != told[0].content() })
}

// differences says which servers serve which set, and repeats the findings about
// each set with the first server that serves it.
func differences(told []ServerReport) []Finding {
	var contents []string
	at := map[string][]int{}
	for i := range told {
		content := told[i].content()
		if at[content] == nil {
			contents = append(contents, content)
		}
		at[content] = append(at[content], i)
	}
	var parts []string
	var findings []Finding
	for _, content := range contents {
		first := &told[at[content][0]]
		var names []string
		for _, i := range at[content] {
			names = append(names, told[i].Address)
		}
		parts = append(parts, strings.Join(names, ", ")+" "+servesWhat(first))
		for _, finding := range first.Judgement.Findings {
			if finding.Code != CodeNotAsExpected {
				finding.Server = first.Address
				findings = append(findings, finding)
			}
		}
	}
	differ := newFinding(CodeServersDiffer, "the servers do not serve the same: "+strings.Join(parts, "; "))
	return append([]Finding{differ}, findings...)
}

// servesWhat describes one server's set in a few words.
func servesWhat(s *ServerReport) string {
	switch j := &s.Judgement; {
	case s.Outcome == Alias:
		return "serves an alias"
	case j.Verdict == None:
		return "serves no disaster recovery record"
	case j.Set == nil:
		return fmt.Sprintf("serves %d TXT records (%s)", len(s.records), j.Verdict)
	default:
		a := j.Set.Activation
		what := fmt.Sprintf("serves b=%s (%s", a.Status, j.Verdict)
		if !a.End.IsZero() {
			what += ", until " + instant(a.End)
		}
		return what + ")"
	}
}

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
	NotCompleted: {CodeServerSilent, "had not answered when the verification was ended"},
}

func serverFindings(s *ServerReport) []Finding {
	failure, failed := outcomeFindings[s.Outcome]
	if !failed {
		return nil
	}
	name := s.Address
	if name == "" {
		name = s.Server
	}
	message := quote(name) + " " + failure.what
	switch {
	case s.answer != nil:
		message += ": " + rcode(s.answer.Rcode)
	case s.Err != nil && s.Outcome != TimedOut:
		message += ": " + strings.Trim(quote(s.Err.Error()), `"`)
	}
	finding := newFinding(failure.code, message)
	finding.Server, finding.Err = name, s.Err
	return []Finding{finding}
}

// rcode names a response code.
func rcode(code int) string {
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return "RCODE " + strconv.Itoa(code)
}

// ttlFindings judges the TTLs, once for all servers that serve the same.
func ttlFindings(told []ServerReport, at time.Time) []Finding {
	var findings []Finding
	for i := range told {
		s := &told[i]
		for _, finding := range JudgeTTLs(s.ttls(), s.Judgement, at) {
			same := func(f Finding) bool { return f.Code == finding.Code && f.Message == finding.Message }
			if slices.ContainsFunc(findings, same) {
				continue
			}
			finding.Server = s.Address
			findings = append(findings, finding)
		}
	}
	return findings
}

func (s *ServerReport) ttls() []uint32 {
	var ttls []uint32
	for _, txt := range s.answer.TXT {
		ttls = append(ttls, txt.TTL)
	}
	return ttls
}

// JudgeTTLs holds the TTLs of one set's records, in seconds, against each other and
// the lowest against what [JudgeTTL] does.
func JudgeTTLs(ttls []uint32, judgement Judgement, at time.Time) []Finding {
	if len(ttls) == 0 {
		return nil
	}
	lowest, highest := slices.Min(ttls), slices.Max(ttls)
	findings := JudgeTTL(lowest, judgement, at)
	if lowest != highest {
		findings = append(findings, newFinding(CodeTTLUnequal, fmt.Sprintf("the records of the set have different TTLs: %d s and %d s", lowest, highest)))
	}
	return findings
}

// JudgeTTL holds a TTL, in seconds, against what the vendor recommends and against
// the time that is left at an instant until the set's end.
func JudgeTTL(ttl uint32, judgement Judgement, at time.Time) []Finding {
	var findings []Finding
	switch d := time.Duration(ttl) * time.Second; {
	case d < MinTTL:
		findings = append(findings, newFinding(CodeTTLShort, fmt.Sprintf("the TTL is %d s, below 30 s", ttl)))
	case d > MaxTTL:
		findings = append(findings, newFinding(CodeTTLLong, fmt.Sprintf("the TTL is %d s, above 15 min", ttl)))
	}
	if set := judgement.Set; set != nil && !set.Activation.End.IsZero() {
		left := set.Activation.End.Sub(at)
		if left > 0 && left < time.Duration(ttl)*time.Second {
			findings = append(findings, newFinding(CodeTTLBeyondEnd, fmt.Sprintf("the TTL is %d s, the set ends in %s", ttl, span(left))))
		}
	}
	return findings
}

// quote makes text from outside safe to print.
func quote(text string) string { return strconv.QuoteToASCII(text) }
