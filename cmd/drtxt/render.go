package main

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// verificationFormats are the forms of a verification, the default first.
var verificationFormats = []string{"table", "json", "markdown", "prometheus", "nagios"}

// endIn ends a command with the status that its report stands for.
func endIn(report *verify.Report, format string) error {
	status := report.ExitStatus()
	if format == "nagios" {
		status = nagiosStatus(report)
	}
	return endWith(status)
}

// endWith ends a command whose result has been written.
func endWith(status int) error {
	if status != verify.StatusDone {
		return verdictStatus(status)
	}
	return nil
}

// renderReport writes a verification in a format.
func renderReport(env *environment, report *verify.Report, format, source string) ([]byte, error) {
	switch format {
	case "json":
		return encodeJSON(report)
	case "markdown":
		return renderMarkdown(report, closingLine(report, source)), nil
	case "prometheus":
		return renderMetrics(report)
	case "nagios":
		return []byte(nagiosLine(report) + "\n"), nil
	}
	return renderTable(env, report, source)
}

func renderTable(env *environment, report *verify.Report, source string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintln(&b, paint(env, verdictColor(report), printableLine(report.Sentence())))
	if report.Live() {
		fmt.Fprintln(&b)
		if err := writeServers(&b, report.Servers); err != nil {
			return nil, err
		}
	}
	writeFindings(env, &b, finding.FromVerify(report.Findings))
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, paint(env, verdictColor(report), printableLine(closingLine(report, source))))
	return b.Bytes(), nil
}

var serverColumns = []string{"SERVER", "ADDRESS", "OUTCOME", "VERDICT", "STATE", "TTL", "OVER", "TIME"}

func writeServers(w io.Writer, servers []verify.ServerReport) error {
	rows := make([][]string, len(servers))
	for i := range servers {
		rows[i] = serverCells(&servers[i])
	}
	return writeTable(w, serverColumns, rows)
}

// serverCells are what a server's row shows, printable.
func serverCells(s *verify.ServerReport) []string {
	address := printableLine(s.Address)
	if address == "" || address == printableLine(s.Server) {
		address = "-"
	}
	return []string{printableLine(s.Server), address, outcomeCell(s), orDash(string(s.Judgement.Verdict)), stateCell(s), ttlCell(s), orDash(s.Transport), rttCell(s)}
}

func outcomeCell(s *verify.ServerReport) string {
	if s.Outcome == "" {
		return "…"
	}
	return string(s.Outcome)
}

// stateCell is what a server's records mean now, in as few words as may be.
func stateCell(s *verify.ServerReport) string {
	state := s.Judgement.State
	zia, zpa := string(state.InternetAccess), string(state.PrivateAccess)
	switch {
	case !s.Told():
		return "-"
	case zia == zpa:
		return orDash(zia)
	case state.PrivateAccess == verify.StateNone:
		return "zia " + zia
	case state.InternetAccess == verify.StateNone:
		return "zpa " + zpa
	}
	return "zia " + zia + ", zpa " + zpa
}

func ttlCell(s *verify.ServerReport) string {
	if s.TTL == nil {
		return "-"
	}
	return fmt.Sprintf("%d s", *s.TTL)
}

func rttCell(s *verify.ServerReport) string {
	if s.RoundTrip == 0 {
		return "-"
	}
	return s.RoundTrip.Round(10 * time.Microsecond).String()
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func writeFindings(env *environment, w io.Writer, findings []finding.Finding) {
	for _, f := range findings {
		fmt.Fprintln(w)
		fmt.Fprintf(w, "%s %s: %s\n", paint(env, severityColors[f.Severity], string(f.Severity)), f.Code, printableLine(findingText(f)))
		fmt.Fprintf(w, "  -> %s\n", printableLine(f.Advice))
	}
}

// closingLine is the verdict again, with its limits.
func closingLine(report *verify.Report, source string) string {
	limit := "seen from this network; other sites of anycast servers may differ"
	if !report.Live() {
		limit = "judged offline"
		if source != "" {
			limit += " from " + quoted(source)
		}
		limit += "; what name servers serve was not asked"
	}
	verdict := "verdict: " + string(report.Verdict)
	if report.Policy.Expected != verify.NoExpectation && report.Verdict != verify.Unreachable {
		verdict += map[bool]string{true: ", as expected", false: ", NOT as expected"}[report.AsExpected]
		if report.AsExpected && report.ExitStatus() != verify.StatusDone {
			verdict += ", with errors"
		}
	}
	key := ""
	if report.Key != "" {
		key = "; key " + report.Key
	}
	return fmt.Sprintf("%s; %s; at %s%s; scheme %s, %s", verdict, limit, bothTimes(report.Policy.At), key, report.Policy.Scheme, confirmation(report.Policy.Scheme, report.Policy.SchemeConfirmed, report.Unconfirmed()))
}

// Colours, as SGR parameters (ECMA-48 §8.3.117).
const (
	green  = "32"
	yellow = "33"
	red    = "31"
)

var severityColors = map[verify.Severity]string{verify.Error: red, verify.Warning: yellow, verify.Info: ""}

func verdictColor(report *verify.Report) string {
	switch report.ExitStatus() {
	case verify.StatusDone:
		return green
	case verify.StatusNoRecord, verify.StatusPending, verify.StatusUndetermined:
		return yellow
	}
	return red
}

func paint(env *environment, color, text string) string {
	if color == "" || !env.colored() {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}
