package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

// writeDrillFault writes what verify says to a fault as verify would, a bit to the right.
func writeDrillFault(env *environment, b *bytes.Buffer, f *drill.FaultReport) error {
	fmt.Fprintf(b, "\nFault %s: %s\n%s\n", f.Name, paint(env, drillFaultColor(f), drillFaultResult(f)), f.Broken)
	if f.Err != nil {
		fmt.Fprintln(b, printableLine(f.Err.Error()))
	}
	if err := writeDrillVerification(env, b, &f.Found); err != nil {
		return err
	}
	if !wasMade(&f.Mended) {
		return nil
	}
	fmt.Fprintf(b, "\nMended: %s\n", f.Mend)
	return writeDrillVerification(env, b, &f.Mended)
}

// writeDrillVerification writes a verification as at a terminal: the line, what it says, and
// the exit status.
func writeDrillVerification(env *environment, b *bytes.Buffer, report *verify.Report) error {
	if !wasMade(report) {
		return nil
	}
	table, err := renderTable(env, report, "")
	if err != nil {
		return err
	}
	session := fmt.Sprintf("$ %s\n%sexit status %d\n", printableLine(verifyLine(report)), table, report.ExitStatus())
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
	switch missed := f.Missed(); {
	case f.Right():
		return "named by verify, and mended"
	case f.Err != nil:
		return "could NOT be made"
	case len(missed) > 0:
		return fmt.Sprintf("NOT named by verify: no %s", missed[0])
	}
	return "NOT mended"
}

// verifyLine is the command that would say the same while the servers are there.
func verifyLine(r *verify.Report) string {
	words := []string{"drtxt", "verify", r.Policy.Domain, "--expect", string(r.Policy.Expected)}
	for _, s := range r.Servers {
		words = append(words, "--server", s.Server)
	}
	return shellwords.Line(append(words, "--public", keygen.PublicKeyFile))
}
