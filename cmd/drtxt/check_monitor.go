package main

import (
	"bytes"
	"fmt"

	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/verify"
)

// checkNagiosStatus is the plugin's status for an assessment.
func checkNagiosStatus(a *readiness.Assessment) int {
	return nagiosStatusOf(a.ExitStatus(), a.Count(verify.Warning) > 0)
}

// checkNagiosLine is the plugin's line for an assessment, without its end.
func checkNagiosLine(a *readiness.Assessment) string {
	text := a.Sentence()
	if f := gravest(findingsOfCheck(a)); f != nil {
		text += " " + string(f.Code) + ": " + findingText(*f)
	}
	return nagiosOutput(checkNagiosStatus(a), text, checkPerformance(a))
}

// checkPerformance is the performance data of the verification, and of the rest.
func checkPerformance(a *readiness.Assessment) string {
	unchecked := 0
	for _, row := range a.Rows {
		if row.Result == readiness.NotChecked {
			unchecked++
		}
	}
	data := fmt.Sprintf("%s 'errors'=%d;;;0 'warnings'=%d;;;0 'unchecked'=%d;;;0;%d", performance(a.Report), a.Count(verify.Error), a.Count(verify.Warning), unchecked, len(a.Rows))
	if end := a.KitEnd(); !end.IsZero() {
		data += fmt.Sprintf(" 'kitleft'=%ds", end.Unix()-a.Report.Policy.At.Unix())
	}
	return data + fmt.Sprintf(" 'check'=%d;;;0;5", a.ExitStatus())
}

// checkFamilies describes the metrics that come after those of the verification.
var checkFamilies = []struct {
	name, help string
	samples    func(w *sampleWriter, a *readiness.Assessment)
}{
	{"drtxt_check_result", "How ready an area is: 1 for the result in force, 0 for the others.", func(w *sampleWriter, a *readiness.Assessment) {
		for _, row := range a.Rows {
			for _, result := range readiness.Results() {
				w.sample(fmt.Sprintf(`,area="%s",result="%s"`, row.Area, result), oneIf(row.Result == result))
			}
		}
	}},
	{"drtxt_check_findings", "How many findings there are of a severity.", func(w *sampleWriter, a *readiness.Assessment) {
		for _, severity := range []verify.Severity{verify.Error, verify.Warning, verify.Info} {
			w.sample(fmt.Sprintf(`,severity="%s"`, severity), int64(a.Count(severity)))
		}
	}},
	{"drtxt_check_kit_end_timestamp_seconds", "When the kit's last window for on ends, in seconds since the epoch; absent without a kit.", func(w *sampleWriter, a *readiness.Assessment) {
		if end := a.KitEnd(); !end.IsZero() {
			w.sample("", end.Unix())
		}
	}},
	{"drtxt_check_exit_status", "The status that drtxt check ends with, 0 if it is ready as far as was checked.", func(w *sampleWriter, a *readiness.Assessment) {
		w.sample("", int64(a.ExitStatus()))
	}},
}

// checkMetrics writes those of the verification and those of check.
func checkMetrics(a *readiness.Assessment) ([]byte, error) {
	verification, err := renderMetrics(a.Report)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(verification)
	for _, family := range checkFamilies {
		w := sampleWriter{family: family.name, domain: labelValue(printableLine(a.Report.Policy.Domain))}
		family.samples(&w, a)
		if w.Len() > 0 {
			fmt.Fprintf(b, "# HELP %s %s\n# TYPE %[1]s gauge\n%[3]s", family.name, family.help, w.Bytes())
		}
	}
	return b.Bytes(), nil
}
