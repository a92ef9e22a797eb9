// Package readiness says, on a quiet day, whether a domain is ready for disaster recovery.
//
// [Assess] is a pure function from what was [Gathered], on the network and from files, to
// one row for each [Area] and findings with advice. What was not given is [NotChecked], what
// could not be found out is [Unknown]; neither is ever [OK].
package readiness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/verify"
)

// Gathered is everything that is known. What is nil was not given, and is not checked.
type Gathered struct {
	// Report is what the name servers serve. It must be there.
	Report *verify.Report
	// NextTTL is the TTL in seconds of the records that would be published next.
	NextTTL uint32
	// Host is where the DNS is hosted.
	Host *Host
	// Edges are those that the domain's addresses have to be of.
	Edges *edges.Selection
	// Probes are what came of trying their addresses.
	Probes []reach.Result
	// Probed says that they were tried, were there none.
	Probed bool
	Kit    *kit.Report
	Key    *KeyFile
	// Profiles are the app profiles, judged.
	Profiles *appprofiles.Report
	// Statuses are what edges and connectors say of themselves.
	Statuses []vendorstatus.Status
	// Acknowledged are the codes of warnings that are lowered to information. Those of the
	// report are lowered in it.
	Acknowledged []finding.Code
	// Commands are those that advice names.
	Commands Commands
}

// An Assessment says how ready a domain is.
type Assessment struct {
	Gathered
	// Rows has one row for each area, in the order of [Areas].
	Rows []Row
	// Findings are those of all areas, the gravest first.
	Findings []Finding

	undetermined bool
}

// Assess judges what was gathered.
func Assess(gathered Gathered) *Assessment {
	a := &Assessment{Gathered: gathered}
	a.assessRecord()
	a.assessTTL()
	a.assessHost()
	a.assessAddresses()
	a.assessPort()
	a.assessKit()
	a.assessSigners()
	a.assessKey()
	a.assessProfiles()
	a.assessStatuses()
	a.assessScheme()
	a.assessAuthentication()
	sortFindings(a.Findings)
	return a
}

// ExitStatus is the status that the program ends with: of several that apply the first of 1,
// 4, 3 and 5.
func (a *Assessment) ExitStatus() int {
	report := a.Report.ExitStatus()
	switch {
	case a.Count(verify.Error) > a.noRecord() || report == verify.StatusWrong:
		return verify.StatusWrong
	case a.undetermined:
		return verify.StatusUndetermined
	}
	return report
}

// noRecord counts the errors that say that no record stands: 1 or 0. They have a status of
// their own, which gives way to those of a probe that reached nothing and of other errors.
func (a *Assessment) noRecord() int {
	if slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Code == CodeNoRecord }) {
		return 1
	}
	return 0
}

// Count counts the findings of a severity.
func (a *Assessment) Count(severity verify.Severity) int {
	n := 0
	for _, f := range a.Findings {
		if f.Severity == severity {
			n++
		}
	}
	return n
}

// Sentence says in one sentence whether the domain is ready, and how much of that was
// checked.
func (a *Assessment) Sentence() string {
	domain, unchecked, unknown := a.Report.Policy.Domain, a.areasThatAre(NotChecked), a.areasThatAre(Unknown)
	checked := fmt.Sprintf("%d of %d areas were checked", len(a.Rows)-len(unchecked)-len(unknown), len(a.Rows))
	if len(unchecked)+len(unknown) == 0 {
		checked = fmt.Sprintf("all %d areas were checked", len(a.Rows))
	}
	const noRecord = "there is no disaster recovery record"
	switch a.ExitStatus() {
	case verify.StatusWrong:
		return fmt.Sprintf("%s is NOT ready: %s in %s; %s.", domain, counted(a.Count(verify.Error), "error"), strings.Join(a.areasThatAre(Failed), ", "), checked)
	case verify.StatusUndetermined:
		if a.noRecord() > 0 {
			return fmt.Sprintf("%s is NOT ready: %s; %s could not be found out; %s.", domain, noRecord, strings.Join(unknown, ", "), checked)
		}
		return fmt.Sprintf("Whether %s is ready is NOT known: %s could not be found out; %s.", domain, strings.Join(unknown, ", "), checked)
	case verify.StatusNoRecord:
		return fmt.Sprintf("%s is NOT ready: %s; %s.", domain, noRecord, checked)
	case verify.StatusPending:
		return fmt.Sprintf("%s is not ready YET: caches still hold the old records; %s.", domain, checked)
	}
	ready := domain + " is ready"
	if len(unchecked) > 0 {
		ready += " as far as was checked"
	}
	if n := a.Count(verify.Warning); n > 0 {
		ready += ", with " + counted(n, "warning")
	}
	if len(unknown) > 0 {
		ready += "; not known: " + strings.Join(unknown, ", ")
	}
	return ready + "; " + checked + "."
}

// areasThatAre names the areas with a result.
func (a *Assessment) areasThatAre(result Result) []string {
	var names []string
	for _, row := range a.Rows {
		if row.Result == result {
			names = append(names, row.Area.Name())
		}
	}
	return names
}

// counted is a number of things.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// add adds findings of an area.
func (a *Assessment) add(area Area, findings ...finding.Finding) {
	for _, f := range findings {
		if f.Severity == verify.Warning && slices.Contains(a.Acknowledged, f.Code) {
			f.Severity = verify.Info
		}
		a.Findings = append(a.Findings, Finding{area, f})
	}
}

// conclude adds the row of an area, whose result is that of the area's gravest finding.
func (a *Assessment) conclude(area Area, format string, seen ...any) {
	result := OK
	for _, f := range a.Findings {
		switch {
		case f.Area != area:
		case f.Severity == verify.Error:
			result = Failed
		case f.Severity == verify.Warning && result != Failed:
			result = Warned
		}
	}
	a.Rows = append(a.Rows, Row{area, result, fmt.Sprintf(format, seen...)})
}

// concludeUnknown adds the row of an area of which not everything could be found out. An
// error that was found all the same is one.
func (a *Assessment) concludeUnknown(area Area, format string, seen ...any) {
	a.conclude(area, format, seen...)
	if last := &a.Rows[len(a.Rows)-1]; last.Result != Failed {
		last.Result = Unknown
	}
}

// skip adds the row of an area that was not checked.
func (a *Assessment) skip(area Area, format string, seen ...any) {
	a.Rows = append(a.Rows, Row{area, NotChecked, fmt.Sprintf(format, seen...)})
}
