package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// drillTable is what happened, for somebody at a terminal of 80 columns.
func drillTable(env *environment, r *drillResult) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", printableLine(drillSentence(r.Rehearsal)))
	rows := make([][]string, len(r.Steps))
	for i := range r.Steps {
		rows[i] = drillCells(r.Rehearsal, i)
	}
	if err := writeTable(&b, drillColumns(r.Rehearsal), rows); err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "\n%s\n", drillLegend(r.Rehearsal))
	if when := drillWhenSeen(r.Rehearsal); when != "" {
		fmt.Fprintf(&b, "\n%s\n", when)
	}
	for i := range r.Steps {
		writeDrillStep(env, &b, i+1, &r.Steps[i])
	}
	writeDrillWarnings(env, &b, r.Rehearsal)
	if err := writeDrillCurve(&b, r.Rehearsal); err != nil {
		return nil, err
	}
	if err := writeDrillFaults(env, &b, r); err != nil {
		return nil, err
	}
	color := green
	if !r.Right() {
		color = red
	}
	fmt.Fprintf(&b, "\n%s\n", paint(env, color, printableLine(drillClosingLine(r.Rehearsal))))
	return b.Bytes(), nil
}

// writeDrillStep says why a step went wrong.
func writeDrillStep(env *environment, b *bytes.Buffer, number int, s *drill.Step) {
	switch {
	case s.Right():
	case s.Err != nil:
		fmt.Fprintf(b, "\nstep %d: %s\n", number, printableLine(drillErrorText(s.Err)))
	default:
		fmt.Fprintf(b, "\nstep %d: %s\n", number, printableLine(drillWrong(s)))
		writeFindings(env, b, finding.FromVerify(s.Report.Findings))
	}
}

// drillWrong says in a sentence what went wrong in a step that was carried out.
func drillWrong(s *drill.Step) string {
	switch {
	case s.Followed():
		return s.Report.Sentence()
	case s.Curve.Change != s.Change:
		return fmt.Sprintf("Resolvers held what stood before for %s, and it was published for %s.", duration.Words(s.Curve.Change.Memory), duration.Words(s.Change.Memory))
	}
	return "Simulated clients did not see the change as computed."
}

// writeDrillWarnings lists what does not make a rehearsal wrong: what was found in the kit,
// and what verify warned of at steps that went right.
func writeDrillWarnings(env *environment, b *bytes.Buffer, r *drill.Rehearsal) {
	if r.Kit != nil {
		writeFindings(env, b, findingsOfKit(r.Kit.Findings))
	}
	warnings := drillWarnings(r)
	if len(warnings) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", drillWarningsCaption)
	for _, w := range warnings {
		fmt.Fprintf(b, "  %s: %s\n", w.code, w.steps)
	}
}

const drillWarningsCaption = "What verify warned of at steps that went right; docs/findings.md explains each:"

// A drillWarning is a code of verify's warnings, and at which steps it came.
type drillWarning struct {
	code  verify.Code
	steps string
}

func drillWarnings(r *drill.Rehearsal) []drillWarning {
	var codes []verify.Code
	at := map[verify.Code][]int{}
	for i := range r.Steps {
		if !r.Steps[i].Right() {
			continue
		}
		for _, f := range r.Steps[i].Report.Findings {
			if f.Severity != verify.Warning {
				continue
			}
			if at[f.Code] == nil {
				codes = append(codes, f.Code)
			}
			at[f.Code] = append(at[f.Code], i+1)
		}
	}
	warnings := make([]drillWarning, len(codes))
	for i, code := range codes {
		warnings[i] = drillWarning{code, stepsInWords(at[code])}
	}
	return warnings
}

// stepsInWords names steps by their numbers, which rise: steps 1 to 3, 5.
func stepsInWords(numbers []int) string {
	var runs []string
	for i := 0; i < len(numbers); {
		first := i
		for i++; i < len(numbers) && numbers[i] <= numbers[i-1]+1; i++ {
		}
		run := fmt.Sprint(numbers[first])
		if last := numbers[i-1]; last != numbers[first] {
			run += fmt.Sprintf(" to %d", last)
		}
		runs = append(runs, run)
	}
	what := "steps "
	if numbers[0] == numbers[len(numbers)-1] {
		what = "step "
	}
	return what + strings.Join(runs, ", ")
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

// drillColumns are those of the steps: with a kit also when it was, with which set, and what
// was rehearsed, which says what was asked.
func drillColumns(r *drill.Rehearsal) []string {
	if r.Kit != nil {
		return []string{"STEP", "AT", "SET", "WHAT", "SERVED", "PART", "RESULT"}
	}
	return []string{"STEP", "ASKED", "SERVED", "VERDICT", "PART", "RESULT"}
}

// drillCells are the row of a step, printable, in the order of [drillColumns].
func drillCells(r *drill.Rehearsal, i int) []string {
	s := &r.Steps[i]
	if r.Kit == nil {
		return []string{fmt.Sprint(i + 1), drillAskedCell(s), drillServedCell(s), orDash(string(s.Report.Verdict)), drillPartsCell(s), drillStepResult(s)}
	}
	set := s.SetName
	if s.Over {
		set += overMark
	}
	return []string{fmt.Sprint(i + 1), drillInstant(s.At), set, s.Title, drillServedCell(s), drillPartsCell(s), drillStepResult(s)}
}

// overMark stands behind a set whose window is over.
const overMark = "*"

// drillInstant is an instant to the second, in UTC, of which the column says so.
func drillInstant(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.DateTime)
}

// drillLegend says what the columns of the steps are.
func drillLegend(r *drill.Rehearsal) string {
	legend := "PART is that of the runbook. A step is right if the very set that was published stands, is verified, and is in the state that it must be in."
	if r.Kit != nil {
		legend += " AT is UTC."
		if r.Kit.Over > 0 {
			legend += " " + overMark + " its window had ended before."
		}
	}
	return legend
}

// drillWhenSeen says when every client would have seen the steps that published, in earnest,
// empty where none did.
func drillWhenSeen(r *drill.Rehearsal) string {
	var cases []time.Duration
	at := map[time.Duration][]int{}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Published() {
			worst := s.Change.WorstCase()
			if at[worst] == nil {
				cases = append(cases, worst)
			}
			at[worst] = append(at[worst], i+1)
		}
	}
	var words []string
	for _, worst := range cases {
		words = append(words, fmt.Sprintf("%s after at most %s", stepsInWords(at[worst]), duration.Words(worst)))
	}
	if words == nil {
		return ""
	}
	return fmt.Sprintf("In earnest every client would have seen %s: the TTL of what stood before, %s, and %s where nothing stood, and one look-up every %s. An estimate.",
		strings.Join(words, ", "), duration.Words(r.TTL), duration.Words(drill.NegativeTTL), duration.Words(verify.PollInterval))
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
		return string(set.Activation.Status) + ", ended"
	}
	return string(set.Activation.Status)
}

// drillPartsCell are the numbers of the parts.
func drillPartsCell(s *drill.Step) string {
	numbers := make([]string, len(s.Parts))
	for i, part := range s.Parts {
		title, _, _ := strings.Cut(part, ":")
		numbers[i] = strings.TrimPrefix(title, "Part ")
	}
	return strings.Join(numbers, ", ")
}

func drillStepResult(s *drill.Step) string {
	if s.Right() {
		return "right"
	}
	return "WRONG"
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
	if untold := drillUntold(r); untold != "" {
		verdict += "; " + untold
	}
	return fmt.Sprintf("%s; in %d ms; scheme %s, %s.", verdict, r.Took.Milliseconds(), r.Policy.Scheme, drillConfirmation(r))
}

// drillConfirmation is said of the scheme.
func drillConfirmation(r *drill.Rehearsal) string {
	var open []string
	if len(r.Steps) > 0 {
		open = r.Steps[0].Report.Unconfirmed()
	}
	return confirmation(r.Policy.Scheme, r.Policy.SchemeConfirmed, open)
}
