package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/verify"
)

// drillTable is what happened, for somebody at a terminal.
func drillTable(env *environment, r *drill.Rehearsal) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintln(&b, printableLine(drillSentence(r)))
	fmt.Fprintln(&b)
	rows := make([][]string, len(r.Steps))
	for i := range r.Steps {
		rows[i] = drillCells(r, i)
	}
	if err := writeTable(&b, drillColumns(r), rows); err != nil {
		return nil, err
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Err != nil {
			fmt.Fprintf(&b, "\nstep %d: %s\n", i+1, printableLine(s.Err.Error()))
		} else if !s.Right() {
			writeFindings(env, &b, s.Report.Findings)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", drillClientsLine(r))
	if err := writeDrillCurve(&b, r); err != nil {
		return nil, err
	}
	for i := range r.Faults {
		if err := writeDrillFault(env, &b, &r.Faults[i]); err != nil {
			return nil, err
		}
	}
	color := green
	if !r.Right() {
		color = red
	}
	fmt.Fprintf(&b, "\n%s\n", paint(env, color, printableLine(drillClosingLine(r))))
	return b.Bytes(), nil
}

// drillSentence says what was rehearsed.
func drillSentence(r *drill.Rehearsal) string {
	what := "Rehearsal"
	if r.Kit != nil {
		what = fmt.Sprintf("Rehearsal of a kit of %s, made at %s,", counted(r.Kit.Windows, "window"), bothTimes(r.Kit.Made))
	}
	sentence := fmt.Sprintf("%s at %s on an embedded name server; no system outside this program was touched.", what, r.Domain)
	if r.Kit != nil && r.Kit.Over > 0 {
		sentence += fmt.Sprintf(" Of the windows %d had ended before, and were rehearsed all the same.", r.Kit.Over)
	}
	return sentence
}

// drillColumns are those of the steps: with a kit also which set it was, and when, and with
// simulated clients when the first half and the last of them had switched.
func drillColumns(r *drill.Rehearsal) []string {
	columns := []string{"STEP"}
	if r.Kit != nil {
		columns = append(columns, "AT", "SET", "WHAT")
	}
	columns = append(columns, "ASKED", "SERVED", "VERDICT", "SIGNATURE", "WINDOW ENDS", "CLIENTS")
	if r.Clients > 0 {
		columns = append(columns, "HALF", "LAST", "CURVE")
	}
	return append(columns, "RUNBOOK", "RESULT")
}

// drillCells are the row of a step, printable, in the order of [drillColumns].
func drillCells(r *drill.Rehearsal, i int) []string {
	s := &r.Steps[i]
	cells := []string{fmt.Sprint(i + 1)}
	if r.Kit != nil {
		cells = append(cells, s.At.UTC().Format(time.RFC3339), drillSetCell(s), s.Title)
	}
	signature, window := "-", "no end"
	if s.Report.Key != "" {
		signature = "verified"
	}
	if end := s.Report.End(); !end.IsZero() {
		window = end.UTC().Format(time.RFC3339)
	}
	cells = append(cells, drillAskedCell(s), drillServedCell(s), orDash(string(s.Report.Verdict)), signature, window, drillWorstCase(s))
	if r.Clients > 0 {
		cells = append(cells, drillCurveCells(s.Curve)...)
	}
	return append(cells, drillPartsCell(s), drillResult(s))
}

func drillSetCell(s *drill.Step) string {
	if s.Over {
		return s.SetName + " (over)"
	}
	return s.SetName
}

// drillAskedCell is what the step publishes, nothing where it only looks.
func drillAskedCell(s *drill.Step) string {
	if !s.Published() && s.Err == nil {
		return "-"
	}
	return string(s.Status)
}

func drillServedCell(s *drill.Step) string {
	set := s.Report.Set
	switch {
	case set == nil:
		return "-"
	case s.Want == verify.StateExpired && s.Right():
		return "b=" + string(set.Activation.Status) + ", ended"
	}
	return "b=" + string(set.Activation.Status)
}

// drillWorstCase is when every client would have seen the step in earnest.
func drillWorstCase(s *drill.Step) string {
	if s.Change.Interval == 0 {
		return "-"
	}
	return "<= " + s.Change.WorstCase().String()
}

// drillPartsCell are the numbers of the parts.
func drillPartsCell(s *drill.Step) string {
	numbers := make([]string, len(s.Parts))
	for i, part := range s.Parts {
		title, _, _ := strings.Cut(part, ":")
		numbers[i] = strings.TrimPrefix(title, "Part ")
	}
	return "part " + strings.Join(numbers, ", ")
}

// drillClientsLine says what the columns about clients are.
func drillClientsLine(r *drill.Rehearsal) string {
	line := fmt.Sprintf("CLIENTS is when every client would have seen the step in earnest: the TTL of what stood before (%s, and %s where nothing stood), and one look-up every %s. An estimate.", r.TTL, drill.NegativeTTL, verify.PollInterval)
	if r.Clients > 0 {
		line += fmt.Sprintf(" HALF and LAST are when so many of %d simulated clients had seen it, CURVE is whether all of them did as computed.", r.Clients)
	}
	return line
}

// drillClosingLine is the verdict, with its limits.
func drillClosingLine(r *drill.Rehearsal) string {
	verdict := "The rehearsal went WRONG"
	switch {
	case r.Right() && len(r.Faults) > 0:
		verdict = "All steps went right, and every fault was named"
	case r.Right():
		verdict = "All steps went right"
	}
	return fmt.Sprintf("%s, in %s; scheme %s, %s.", verdict, r.Took.Round(time.Millisecond), r.Policy.Scheme, drillConfirmation(r))
}

// drillConfirmation is said of the scheme.
func drillConfirmation(r *drill.Rehearsal) string {
	var open []string
	if len(r.Steps) > 0 {
		open = r.Steps[0].Report.Unconfirmed()
	}
	return confirmation(r.Policy.Scheme, r.Policy.SchemeConfirmed, open)
}
