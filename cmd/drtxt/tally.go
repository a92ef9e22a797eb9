package main

import (
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/verify"
)

// A tally counts the exit statuses of many verifications.
type tally struct {
	statuses [verify.StatusPending + 1]int
	warned   int // of status 0, with warnings
	broken   int // lines that could not be read
	nagios   nagiosTally
}

func (t *tally) addBroken(text string) {
	t.broken++
	t.nagios.addFailure(text)
}

// endIn ends a command with the status that all of it stands for.
func (t *tally) endIn(format string) error {
	if format == "nagios" { // whose 2 is not our 2
		return endWith(t.nagios.status())
	}
	status := t.status()
	if status == statusRefused {
		return refusal(fmt.Errorf("%s of the list could not be used", counted(t.broken, "line")), "correct what is broken; the rest was verified")
	}
	return endWith(status)
}

func (t *tally) add(report *verify.Report) {
	t.nagios.add(report)
	t.statuses[report.ExitStatus()]++
	warning := func(f verify.Finding) bool { return f.Severity == verify.Warning }
	if report.ExitStatus() == verify.StatusDone && slices.ContainsFunc(report.Findings, warning) {
		t.warned++
	}
}

func (t *tally) verified() int {
	sum := 0
	for _, n := range t.statuses {
		sum += n
	}
	return sum
}

func (t *tally) lines() int { return t.verified() + t.broken }

// status is the worst of all, in the order of the contract: a broken line ranks after 1.
func (t *tally) status() int {
	switch {
	case t.statuses[verify.StatusWrong] > 0:
		return verify.StatusWrong
	case t.broken > 0:
		return statusRefused
	}
	for _, status := range []int{verify.StatusUndetermined, verify.StatusNoRecord, verify.StatusPending} {
		if t.statuses[status] > 0 {
			return status
		}
	}
	return verify.StatusDone
}

// sentence is the summary.
func (t *tally) sentence() string {
	text := fmt.Sprintf("%d verified: %d as they should be (%d with warnings)", t.verified(), t.statuses[verify.StatusDone], t.warned)
	for _, part := range []struct {
		count int
		what  string
	}{
		{t.statuses[verify.StatusWrong], "wrong"},
		{t.statuses[verify.StatusNoRecord], "without a record"},
		{t.statuses[verify.StatusUndetermined], "that could not be determined"},
		{t.statuses[verify.StatusPending], "pending"},
	} {
		if part.count > 0 {
			text += fmt.Sprintf(", %d %s", part.count, part.what)
		}
	}
	if t.broken > 0 {
		text += ", " + counted(t.broken, "broken line")
	}
	return text
}

// counted is a number of things.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
