package readiness

import (
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/vendorstatus"
)

// assessStatuses says what edges and connectors know themselves.
func (a *Assessment) assessStatuses() {
	if len(a.Statuses) == 0 {
		a.skip(Status, "what edges and connectors were given by the portal")
		return
	}
	for _, f := range vendorstatus.Judge(a.Statuses, a.Report.Policy.Domain) {
		area := Status
		if f.Code == vendorstatus.CodeAuthentication {
			area = Authentication
		}
		a.add(area, f)
	}
	right := 0
	for _, s := range a.Statuses {
		if s.KeyUploaded == apiexport.Yes && !finding.Failed(vendorstatus.Judge([]vendorstatus.Status{s}, a.Report.Policy.Domain)) {
			right++
		}
	}
	a.conclude(Status, "domain and a key in %d of %s; which key is not said", right, counted(len(a.Statuses), "answer"))
}

// assessScheme says whether the vendor's clients are known to take what is signed.
func (a *Assessment) assessScheme() {
	policy := a.Report.Policy
	open := a.Report.Unconfirmed()
	confirmation := calibration.Confirmation(policy.Scheme, policy.SchemeConfirmed, open)
	if policy.SchemeConfirmed == "" || len(open) > 0 {
		a.add(Scheme, Findings.New(CodeSchemeUnconfirmed, "", "the scheme %s is %s", policy.Scheme, confirmation))
		a.concludeUnknown(Scheme, "%s, %s", policy.Scheme, confirmation)
		return
	}
	a.conclude(Scheme, "%s, %s", policy.Scheme, confirmation)
}

// assessAuthentication says within what time users have to have signed in, as far as edges and
// connectors say so. Who has, nothing here can see.
func (a *Assessment) assessAuthentication() {
	var ages []time.Duration
	for _, s := range a.Statuses {
		if s.HasMaxAuthentication {
			ages = append(ages, s.MaxAuthentication)
		}
	}
	if len(a.Statuses) > 0 && len(ages) == 0 {
		a.concludeUnknown(Authentication, "no interval that can be read, in %s", counted(len(a.Statuses), "answer"))
		return
	}
	if len(ages) == 0 {
		a.add(Authentication, Findings.New(CodeAuthenticationAge, "", "edges and connectors have a longest authentication interval, 14 days in the vendor's example; what yours have is not known"))
		a.skip(Authentication, "14 days in the vendor's example")
		return
	}
	told := len(ages)
	slices.Sort(ages)
	var words []string
	for _, age := range slices.Compact(ages) {
		words = append(words, duration.Words(age))
	}
	a.conclude(Authentication, "%s, in %d of %s; who signed in is not seen from here", strings.Join(words, ", "), told, counted(len(a.Statuses), "answer"))
}
