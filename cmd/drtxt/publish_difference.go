package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// difference shows what goes, what comes and what stays, in words and record by record.
func (p *publication) difference() []string {
	lines := []string{fmt.Sprintf("%s %s", p.intent.domain, p.target.location())}
	for i := range p.plan.Changes {
		lines = append(lines, p.changeLines(&p.plan.Changes[i])...)
	}
	if p.plan.Before.Wildcard {
		lines = append(lines, "  a wildcard answers at the name so far; once something stands there, it does no longer, whatever the type")
	}
	if serial := p.target.serial(); serial != nil {
		lines = append(lines, fmt.Sprintf("  the zone's serial goes from %d to %d", serial.Before, serial.After))
	}
	if p.activates() {
		lines = append(lines, "  on and test restart the services of the designated connectors and edges, and drop their sessions")
	}
	return append(lines, fmt.Sprintf("every client will have seen it at most %s after the last name server serves it (an estimate: the TTL of what stood before, and %s)", p.remembered()+verify.PollInterval, verify.PollInterval))
}

// show writes lines on standard error. On a terminal a record has one line: what it means
// stands above it, and --dry-run shows it whole.
func (p *publication) show(lines []string) {
	for _, line := range lines {
		if record, ok := strings.CutPrefix(line, recordIndent); ok && strings.ContainsAny(record[:1], `-+="`) && p.env.errTerminal {
			width, _ := p.env.terminalSize()
			line = cutLine(line, width-1)
		}
		p.env.note("%s", line)
	}
}

// recordIndent stands before a record and its sign.
const recordIndent = "       "

// activates reports whether the plan brings an activation, or a test.
func (p *publication) activates() bool {
	before, after, ok := p.plan.TXT()
	set := verify.Judge(after, p.intent.policy).Set
	same := func(a, b verify.TXT) bool { return a.Text() == b.Text() }
	return ok && !slices.EqualFunc(before, after, same) && set != nil && set.Activation.Status != txtrecord.Off
}

// remembered is how long caches may hold what stood before.
func (p *publication) remembered() time.Duration {
	var longest time.Duration
	for i := range p.plan.Changes {
		c := &p.plan.Changes[i]
		if c.Empty() {
			continue
		}
		if len(c.Before.RDATA) == 0 {
			longest = max(longest, p.plan.Before.NegativeTTL)
		}
		for _, ttl := range c.Before.TTLs {
			longest = max(longest, seconds(ttl))
		}
	}
	return longest
}

func (p *publication) changeLines(c *publish.Change) []string {
	rrtype := c.Type()
	if c.Empty() {
		return []string{fmt.Sprintf("  %-4s stays as it is: %s", rrtype, p.inWords(c.Before.WireRRSet))}
	}
	lines := []string{
		fmt.Sprintf("  %-4s was  %s", rrtype, p.inWords(c.Before.WireRRSet)),
		fmt.Sprintf("       then %s", p.inWords(c.After)),
	}
	for _, side := range []struct {
		sign, remark string
		records      [][]byte
	}{
		{"-", "", c.Removed},
		{"+", "", c.Added},
		{"=", "", c.Unchanged},
		{"=", " kept, another's:", c.Kept},
	} {
		for _, rdata := range side.records {
			lines = append(lines, fmt.Sprintf("%s%s%s %s", recordIndent, side.sign, side.remark, publish.Text(rrtype, rdata)))
		}
	}
	if note := p.target.keptTTL(c.Before.TTL, c.After.TTL); note != "" && len(c.Kept) > 0 && c.Before.TTL != c.After.TTL {
		lines = append(lines, "       "+note)
	}
	return lines
}

// inWords says what a set means; for TXT records who signed it, too.
func (p *publication) inWords(set txtrecord.WireRRSet) string {
	ttl := fmt.Sprintf("; TTL %d s", set.TTL)
	if len(set.RDATA) == 0 {
		return "nothing"
	}
	if set.Type == "TXT" {
		return meaningOf(publish.TXT(set), p.intent.policy) + ttl
	}
	addresses := make([]string, len(set.RDATA))
	for i, rdata := range set.RDATA {
		addresses[i] = publish.Text(set.Type, rdata)
	}
	return strings.Join(addresses, ", ") + ttl
}

// meaningOf says in a few words what records ask for, and who signed them.
func meaningOf(records []verify.TXT, policy verify.Policy) string {
	j := verify.Judge(records, policy)
	if j.Set == nil {
		if j.Verdict == verify.None {
			return "no disaster recovery record"
		}
		return fmt.Sprintf("%s: %s", j.Verdict, j.Findings[0].Message)
	}
	a := j.Set.Activation
	text := string(a.Status)
	if product, ok := productNames[a.Type]; ok {
		text += " for " + product
	}
	if a.Forwarding != txtrecord.NoForwarding {
		text += ", " + a.Forwarding.Name()
	}
	if !a.Start.IsZero() {
		text += ", from " + bothTimes(a.Start)
	}
	return text + ", " + untilWhen(a, policy.At) + "; " + signedBy(&j)
}

func untilWhen(a txtrecord.Activation, at time.Time) string {
	switch {
	case a.End.IsZero():
		return "no end"
	case at.Unix() > a.End.Unix():
		return "ended " + bothTimes(a.End)
	}
	return "until " + bothTimes(a.End)
}

func signedBy(j *verify.Judgement) string {
	switch j.Verdict {
	case verify.Valid:
		return "signed by " + j.Key
	case verify.Unchecked:
		return "signed, by whom was not checked (--public names the key)"
	}
	return "not signed"
}

// standingLines show what stands now.
func (p *publication) standingLines(now publish.Standing) []string {
	lines := []string{"what stands now " + p.target.location().String() + ":"}
	for i := range p.plan.Changes {
		set := now.Set(p.plan.Changes[i].Type())
		lines = append(lines, fmt.Sprintf("  %-4s %s", set.Type, p.inWords(set.WireRRSet)))
		for _, rdata := range set.RDATA {
			lines = append(lines, recordIndent+publish.Text(set.Type, rdata))
		}
	}
	return lines
}

func seconds(n uint32) time.Duration { return time.Duration(n) * time.Second }
