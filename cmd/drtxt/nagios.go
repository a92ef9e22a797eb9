package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The statuses that a plugin of Nagios ends with (Monitoring Plugins Development
// Guidelines, section "Plugin Return Codes").
const (
	nagiosOK       = 0
	nagiosWarning  = 1
	nagiosCritical = 2
	nagiosUnknown  = 3
)

var nagiosWords = []string{nagiosOK: "OK", nagiosWarning: "WARNING", nagiosCritical: "CRITICAL", nagiosUnknown: "UNKNOWN"}

// maxNagiosLine bounds the plugin's line, in bytes: older agents pass on 1,024.
const maxNagiosLine = 1000

// nagiosStatus is the plugin's status for a report.
func nagiosStatus(report *verify.Report) int {
	return nagiosStatusOf(report.ExitStatus(), gravest(finding.FromVerify(report.Findings)) != nil)
}

// nagiosStatusOf is the plugin's status for an exit status; warned says that there are
// warnings.
func nagiosStatusOf(status int, warned bool) int {
	switch status {
	case verify.StatusDone:
		if warned {
			return nagiosWarning
		}
		return nagiosOK
	case verify.StatusPending:
		return nagiosWarning
	case verify.StatusWrong, verify.StatusNoRecord:
		return nagiosCritical
	}
	return nagiosUnknown
}

// nagiosLine is the plugin's line for a report, without its end.
func nagiosLine(report *verify.Report) string {
	return nagiosOutput(nagiosStatus(report), nagiosText(report), performance(report))
}

func nagiosText(report *verify.Report) string {
	text := report.Sentence()
	if f := gravest(finding.FromVerify(report.Findings)); f != nil {
		text += " " + string(f.Code) + ": " + findingText(*f)
	}
	if failed := notAsked(report.Servers); len(failed) > 0 {
		text += "; not asked: " + strings.Join(failed, ", ")
	}
	if report.Key != "" && len(report.Policy.Keys) > 1 {
		text += "; key " + report.Key
	}
	return text
}

// notAsked names the servers that could not be asked, each with its outcome.
func notAsked(servers []verify.ServerReport) []string {
	var names []string
	for i := range servers {
		s := &servers[i]
		// A name at several addresses need not be said as often.
		if name := fmt.Sprintf("%s (%s)", s.Server, s.Outcome); !s.Told() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// nagiosOutput puts a line together. The performance data comes through whole; the
// text is cut where there is no room for all of it.
func nagiosOutput(status int, text, data string) string {
	start := "DRTXT " + nagiosWords[status] + " - "
	if data != "" {
		data = " | " + data
	}
	// What follows the first pipe is taken for performance data.
	text = strings.ReplaceAll(printableLine(text), "|", "/")
	return start + shortened(text, maxNagiosLine-len(start)-len(data)) + data
}

// shortened cuts text to a number of bytes, between characters.
func shortened(text string, most int) string {
	const mark = "..."
	if len(text) <= most {
		return text
	}
	end := max(0, most-len(mark))
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}

// performance is the performance data of a report: 'label'=value[UOM];warn;crit;min;max,
// without the thresholds, because findings decide.
func performance(report *verify.Report) string {
	asked, answered := len(report.Servers), 0
	var lowest *uint32
	var slowest time.Duration
	for i := range report.Servers {
		s := &report.Servers[i]
		if s.Told() {
			answered++
		}
		if s.TTL != nil && (lowest == nil || *s.TTL < *lowest) {
			lowest = s.TTL
		}
		slowest = max(slowest, s.RoundTrip)
	}
	data := []string{fmt.Sprintf("'servers'=%d;;;0", asked), fmt.Sprintf("'answered'=%d;;;0;%d", answered, asked)}
	if lowest != nil {
		data = append(data, fmt.Sprintf("'ttl'=%ds;;;0", *lowest))
	}
	if slowest > 0 {
		data = append(data, "'rtt'="+strconv.FormatFloat(slowest.Seconds(), 'f', 6, 64)+"s;;;0")
	}
	if end := report.End(); !end.IsZero() {
		data = append(data, fmt.Sprintf("'left'=%ds", end.Unix()-report.Policy.At.Unix()))
	}
	return strings.Join(append(data, fmt.Sprintf("'status'=%d;;;0;5", report.ExitStatus())), " ")
}

// nagiosRanking orders the plugin's statuses, the one that counts most first.
var nagiosRanking = []int{nagiosCritical, nagiosUnknown, nagiosWarning, nagiosOK}

// A nagiosTally counts the domains of a run by status and keeps the words of the first
// of each.
type nagiosTally struct {
	counts [nagiosUnknown + 1]int
	first  [nagiosUnknown + 1]string
}

// add counts a report.
func (t *nagiosTally) add(report *verify.Report) {
	status := nagiosStatus(report)
	if t.counts[status] == 0 {
		t.first[status] = orDash(report.Policy.Domain) + ": " + nagiosText(report)
	}
	t.counts[status]++
}

// addFailure counts a domain that could not be verified at all.
func (t *nagiosTally) addFailure(text string) {
	if t.counts[nagiosUnknown] == 0 {
		t.first[nagiosUnknown] = text
	}
	t.counts[nagiosUnknown]++
}

// status is the gravest of all, UNKNOWN where nothing was counted.
func (t *nagiosTally) status() int {
	for _, status := range nagiosRanking {
		if t.counts[status] > 0 {
			return status
		}
	}
	return nagiosUnknown
}

// line is the plugin's line for all domains, without its end.
func (t *nagiosTally) line() string {
	total := 0
	var words, data []string
	for _, status := range nagiosRanking {
		name := strings.ToLower(nagiosWords[status])
		total += t.counts[status]
		words = append(words, fmt.Sprintf("%d %s", t.counts[status], name))
	}
	for status, word := range nagiosWords {
		data = append(data, fmt.Sprintf("'%s'=%d;;;0;%d", strings.ToLower(word), t.counts[status], total))
	}
	text := fmt.Sprintf("%d domains: %s", total, strings.Join(words, ", "))
	if status := t.status(); status != nagiosOK && total > 0 {
		text += "; " + t.first[status]
	}
	return nagiosOutput(t.status(), text, fmt.Sprintf("'domains'=%d;;;0 ", total)+strings.Join(data, " "))
}

// monitored are the commands that have the format nagios.
var monitored = []string{"verify", "watch", "check"}

// nagiosAsked reports whether the arguments, or the environment, ask for the format
// nagios. It looks for itself, because arguments that cannot be parsed count as well: a
// monitor reads every end as one of the plugin's.
func nagiosAsked(env *environment) bool {
	args := env.args
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	if i := slices.IndexFunc(args, isCommand); i >= 0 && !slices.Contains(monitored, args[i]) {
		return false // no monitor runs these
	}
	format := env.getenv(variable("format"))
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--format="); ok {
			format = value
		} else if arg == "--format" && i+1 < len(args) {
			format = args[i+1]
		}
	}
	return format == "nagios"
}

// isCommand reports whether a word is the name of a command.
func isCommand(word string) bool {
	for _, c := range commands {
		if c.name == word {
			return true
		}
	}
	return false
}

// nagiosFailure is the plugin's line for a command that failed, without its end.
func nagiosFailure(text, hint string) string {
	if hint != "" {
		text += "; " + hint
	}
	return nagiosOutput(nagiosUnknown, text, "")
}
