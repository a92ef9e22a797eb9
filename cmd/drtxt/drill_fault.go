package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

// drillKeyNote says which key the lines name that are shown, where nobody could have it.
const drillKeyNote = keygen.PublicKeyFile + " in the lines that are shown is the key that was made for this rehearsal; --keep leaves it."

// writeDrillFaults writes what was done, and what verify said to it.
func writeDrillFaults(env *environment, b *bytes.Buffer, r *drillResult) error {
	if len(r.Faults) > 0 && r.forgotten {
		fmt.Fprintf(b, "\n%s\n", drillKeyNote)
	}
	for i := range r.Faults {
		if err := r.writeFault(env, b, &r.Faults[i]); err != nil {
			return err
		}
	}
	return nil
}

// writeFault writes what verify says to a fault as verify would, a bit to the right.
func (r *drillResult) writeFault(env *environment, b *bytes.Buffer, f *drill.FaultReport) error {
	fmt.Fprintf(b, "\nFault %s: %s\n%s\n", f.Name, paint(env, drillFaultColor(f), drillFaultResult(f)), f.Broken)
	if f.Err != nil {
		fmt.Fprintln(b, printableLine(drillErrorText(f.Err)))
	}
	if err := r.writeVerification(env, b, &f.Found); err != nil {
		return err
	}
	if !wasMade(&f.Mended) {
		return nil
	}
	fmt.Fprintf(b, "\nMended: %s\n", f.Mend)
	return r.writeVerification(env, b, &f.Mended)
}

// drillErrorText is an error with the way out of it.
func drillErrorText(err error) string {
	if hint := drill.Hint(err); hint != "" {
		return err.Error() + " (" + hint + ")"
	}
	return err.Error()
}

// writeVerification writes a verification as at a terminal: the line, what it says, and the
// exit status.
func (r *drillResult) writeVerification(env *environment, b *bytes.Buffer, report *verify.Report) error {
	if !wasMade(report) {
		return nil
	}
	table, err := renderTable(env, report, "")
	if err != nil {
		return err
	}
	session := fmt.Sprintf("$ %s\n%sexit status %d\n", printableLine(r.verifyLine(report)), table, report.ExitStatus())
	fmt.Fprintln(b)
	for line := range strings.Lines(session) {
		fmt.Fprintln(b, strings.TrimRight("    "+line, " \n"))
	}
	return nil
}

// wasMade reports whether a verification was.
func wasMade(r *verify.Report) bool { return r.Verdict != "" }

func drillFaultColor(f *drill.FaultReport) string {
	if f.Right() {
		return green
	}
	return red
}

// drillFaultResult says in a few words whether verify named the fault.
func drillFaultResult(f *drill.FaultReport) string {
	switch missed, left := f.Missed(), f.Left(); {
	case f.Right():
		return "named by verify, and mended"
	case f.Err != nil:
		return "could NOT be made"
	case len(missed) > 0:
		return fmt.Sprintf("NOT named by verify: no %s, as gravely as it is", missed[0])
	case f.Found.ExitStatus() != f.Status:
		return fmt.Sprintf("NOT named by verify: it ended in %d, not in %d", f.Found.ExitStatus(), f.Status)
	case len(left) > 0:
		return fmt.Sprintf("NOT mended: %s is still found", left[0])
	}
	return "NOT mended"
}

// verifyLine is the command that would say the same while the servers are there.
func (r *drillResult) verifyLine(report *verify.Report) string {
	policy := &report.Policy
	words := []string{"drtxt", "verify", policy.Domain, "--expect", string(policy.Expected)}
	for _, s := range report.Servers {
		words = append(words, "--server", s.Server)
	}
	words = append(words, publicWords(r.public)...)
	words = append(words, "--scheme", policy.Scheme.String()) // always: another may be configured where it is run
	if r.Kit != nil {                                         // whose clock is moved
		words = append(words, "--at", policy.At.UTC().Format(time.RFC3339))
	}
	return shellwords.Line(words)
}
