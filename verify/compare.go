package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// The TTLs that the vendor recommends to stay within.
const (
	MinTTL = 30 * time.Second
	MaxTTL = 15 * time.Minute
)

// compare makes one report of what all servers served.
func compare(servers []ServerReport, policy Policy) Report {
	report := Report{Policy: policy, Servers: servers}
	told := tellers(servers)
	switch {
	case len(told) == 0:
		report.Judgement = Judgement{Verdict: Unreachable, State: undetermined}
	case allEqual(told):
		report.Judgement = told[0].Judgement
		report.Findings = withForeign(told)
	default:
		report.Judgement = Judgement{Verdict: Conflict, State: undetermined, Findings: differences(told)}
	}
	report.Findings = slices.Concat(report.Findings, failureFindings(servers), transportsOf(told), sizeFindings(told), ttlFindings(told, policy))
	acknowledge(report.Findings, policy.Acknowledged)
	sortFindings(report.Findings)
	return report
}

// withForeign is the findings on the set that all servers serve, and those on other
// TXT records that only some of them have beside it.
func withForeign(told []ServerReport) []Finding {
	findings := slices.Clone(told[0].Judgement.Findings)
	for i := range told[1:] {
		s := &told[i+1]
		for _, finding := range s.Judgement.Findings {
			if finding.Code == CodeForeign && !slices.ContainsFunc(findings, finding.same) {
				finding.Server = s.Address
				findings = append(findings, finding)
			}
		}
	}
	return findings
}

// same reports whether two findings say the same, wherever it was seen.
func (f Finding) same(other Finding) bool { return f.Code == other.Code && f.Message == other.Message }

// comparable puts what a server serves of ours into a form that can be compared. Order
// does not count, and other TXT records do not concern us.
func (s *ServerReport) comparable() string {
	if s.Outcome == Alias {
		return "cname " + strings.ToLower(s.answer.CNAME)
	}
	var lines []string
	for _, txt := range s.records {
		if !txtrecord.IsOurs(txt.Text()) {
			continue
		}
		line := ""
		for _, text := range txt {
			line += strconv.Itoa(len(text)) + ":" + text
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

func allEqual(told []ServerReport) bool {
	return !slices.ContainsFunc(told, func(s ServerReport) bool { return s.content != told[0].content })
}

// differences says which servers serve which set, and repeats the findings about
// each set with the first server that serves it.
func differences(told []ServerReport) []Finding {
	var contents []string
	at := map[string][]int{}
	for i := range told {
		content := told[i].content
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
	who := "servers"
	if told[0].Role == Recursive {
		who = "resolvers"
	}
	differ := newFinding(CodeServersDiffer, "the "+who+" do not serve the same: "+strings.Join(parts, "; "))
	if told[0].Role == Recursive {
		differ.Advice = "wait until the caches have expired, and ask again"
	}
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
		words := fmt.Sprintf("serves %s (%s)", inShort(j.Set), j.Verdict)
		if slices.ContainsFunc(s.records, func(txt TXT) bool { return len(txt) > 1 }) {
			words += " in records of several strings"
		}
		return words
	}
}

// inShort is what tells one set from another: its tags before n and the beginning
// of its signature.
func inShort(set *txtrecord.Set) string {
	const signatureStart = 8
	short := strings.TrimSuffix(set.Parts[0].Body(), ";")
	if signature := set.Parts[0].Signature(); signature != "" {
		short += ", bh=" + signature[:min(len(signature), signatureStart)] + "..."
	}
	return short
}

// ttlFindings judges the TTLs, once for all servers that serve the same, and across
// servers.
func ttlFindings(told []ServerReport, policy Policy) []Finding {
	var findings []Finding
	var lowest []uint32
	for i := range told {
		s := &told[i]
		if s.Role == Recursive {
			continue // what is left of a TTL says nothing about it
		}
		for _, finding := range JudgeTTLs(s.ttls(), s.Judgement, policy.At) {
			if !slices.ContainsFunc(findings, finding.same) {
				finding.Server = s.Address
				findings = append(findings, finding)
			}
		}
		if s.TTL != nil {
			lowest = append(lowest, *s.TTL)
		}
	}
	if len(lowest) > 0 && slices.Min(lowest) != slices.Max(lowest) {
		finding := newFinding(CodeTTLUnequal, fmt.Sprintf("the servers give different TTLs: %d s and %d s", slices.Min(lowest), slices.Max(lowest)))
		finding.Advice = "wait for the secondaries, or publish the set with the same TTL wherever the zone is kept"
		findings = append(findings, finding)
	}
	return findings
}

func (s *ServerReport) ttls() []uint32 {
	var ttls []uint32
	for _, txt := range s.answer.Records {
		ttls = append(ttls, txt.TTL)
	}
	return ttls
}

// JudgeTTLs holds the TTLs of one set's records, in seconds, against each other,
// against what the vendor recommends, and against the time that is left at an instant
// until the set's end.
func JudgeTTLs(ttls []uint32, judgement Judgement, at time.Time) []Finding {
	if len(ttls) == 0 {
		return nil
	}
	var findings []Finding
	lowest, highest := slices.Min(ttls), slices.Max(ttls)
	if duration(lowest) < MinTTL {
		findings = append(findings, newFinding(CodeTTLShort, fmt.Sprintf("the TTL is %d s, below 30 s", lowest)))
	}
	if duration(highest) > MaxTTL {
		findings = append(findings, newFinding(CodeTTLLong, fmt.Sprintf("the TTL is %d s, above 15 min", highest)))
	}
	if lowest != highest {
		findings = append(findings, newFinding(CodeTTLUnequal, fmt.Sprintf("the records of the set have different TTLs: %d s and %d s", lowest, highest)))
	}
	if set := judgement.Set; set != nil && !set.Activation.End.IsZero() {
		left := set.Activation.End.Sub(at)
		if left > 0 && left < duration(highest) {
			findings = append(findings, newFinding(CodeTTLBeyondEnd, fmt.Sprintf("the TTL is %d s, the set ends in %s", highest, span(left))))
		}
	}
	return findings
}

func duration(ttl uint32) time.Duration { return time.Duration(ttl) * time.Second }

// quote makes text from outside safe to print.
func quote(text string) string { return strconv.QuoteToASCII(text) }
