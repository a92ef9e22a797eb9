package readiness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// areasOfCodes are those of verify's findings that are about another area than the record.
var areasOfCodes = map[verify.Code]Area{
	verify.CodeTTLShort:             TTL,
	verify.CodeTTLLong:              TTL,
	verify.CodeTTLUnequal:           TTL,
	verify.CodeTTLBeyondEnd:         TTL,
	verify.CodeTTLNotExpected:       TTL,
	verify.CodeNoAddress:            Addresses,
	verify.CodeAddressesDiffer:      Addresses,
	verify.CodeAddressesNotAsked:    Addresses,
	verify.CodeAddressesNotExpected: Addresses,
}

// ofReport are a verification's findings, as they stand here.
func ofReport(f verify.Finding) finding.Finding {
	return finding.Finding{Code: finding.Code(f.Code), Severity: f.Severity, Subject: f.Server, Message: f.Message, Advice: f.Advice}
}

// assessRecord says what stands at the name.
func (a *Assessment) assessRecord() {
	r := a.Report
	for _, f := range r.Findings {
		area, elsewhere := areasOfCodes[f.Code]
		if !elsewhere {
			area = Record
		}
		a.add(area, ofReport(f))
	}
	if status, active := activeState(r); active && r.Policy.Expected == verify.NoExpectation {
		a.add(Record, Findings.New(CodeNotQuiet, "", "disaster recovery's %s stands, and nothing says that it is meant to", status))
	}
	a.conclude(Record, "%s", strings.TrimSuffix(r.Sentence(), "."))
	row := &a.Rows[len(a.Rows)-1]
	switch status := r.ExitStatus(); {
	case row.Result == Failed:
	case status == verify.StatusUndetermined:
		row.Result = Unknown
	case status == verify.StatusNoRecord:
		row.Result = Failed
	case status == verify.StatusPending:
		row.Result = Warned
	}
}

// activeState is the state that a product's clients are told to leave normal work for.
func activeState(r *verify.Report) (verify.State, bool) {
	for _, state := range []verify.State{r.State.InternetAccess, r.State.PrivateAccess} {
		if state == verify.StateOn || state == verify.StateTest {
			return state, true
		}
	}
	return "", false
}

// assessTTL says what TTLs stand, and which comes next.
func (a *Assessment) assessTTL() {
	for _, f := range verify.JudgeTTLs([]uint32{a.NextTTL}, verify.Judgement{}, a.Report.Policy.At) {
		next := ofReport(f)
		next.Subject = nextRecords
		a.add(TTL, a.reportsAcknowledged(next))
	}
	next := fmt.Sprintf("the next records get %d s", a.NextTTL)
	told, standing := false, a.standingTTLs()
	for i := range a.Report.Servers {
		s := &a.Report.Servers[i]
		told = told || s.Role == verify.Authoritative && s.Told()
	}
	switch {
	case len(standing) > 0:
		a.conclude(TTL, "%s at the name; %s", secondsOf(standing), next)
	case told:
		a.conclude(TTL, "none stands; %s", next)
	default:
		a.concludeUnknown(TTL, "what stands is not known; %s", next)
	}
}

const nextRecords = "the next records"

// reportsAcknowledged lowers a finding with a code of verify's as those of the report are.
func (a *Assessment) reportsAcknowledged(f finding.Finding) finding.Finding {
	if f.Severity == verify.Warning && slices.Contains(a.Report.Policy.Acknowledged, verify.Code(f.Code)) {
		f.Severity = verify.Info
	}
	return f
}

// standingTTLs are the TTLs that the name servers give, each once, in order; what is left of
// one at a resolver says nothing about it.
func (a *Assessment) standingTTLs() []uint32 {
	var ttls []uint32
	for i := range a.Report.Servers {
		if s := &a.Report.Servers[i]; s.Role == verify.Authoritative && s.TTL != nil {
			ttls = append(ttls, *s.TTL)
		}
	}
	slices.Sort(ttls)
	return slices.Compact(ttls)
}

func secondsOf(ttls []uint32) string {
	words := make([]string, len(ttls))
	for i, ttl := range ttls {
		words[i] = fmt.Sprintf("%d s", ttl)
	}
	return strings.Join(words, ", ")
}

// A Host is what is known of where the DNS is hosted.
type Host struct {
	// Name is what it is called.
	Name string
	// CheckTTL returns an error if the host refuses a TTL, in seconds. Its Hint, if it has
	// one, is the advice.
	CheckTTL func(ttl uint32) error
}

// assessHost holds every TTL that there is against what the host takes.
func (a *Assessment) assessHost() {
	if a.Host == nil {
		a.skip(HostTTL, "not every host takes a TTL of %d s", a.NextTTL)
		return
	}
	taken := true
	check := func(subject string, ttl uint32) {
		err := a.Host.CheckTTL(ttl)
		if err == nil {
			return
		}
		taken = false
		f := Findings.New(CodeTTLRefused, subject, "%v", err)
		if hinted, ok := err.(interface{ Hint() string }); ok {
			f.Advice = hinted.Hint()
		}
		a.add(HostTTL, f)
	}
	check(nextRecords, a.NextTTL)
	for _, ttl := range a.standingTTLs() {
		if ttl != a.NextTTL {
			check("what stands", ttl)
		}
	}
	if a.Kit != nil && a.Kit.Manifest.TTL != a.NextTTL {
		check("the kit", a.Kit.Manifest.TTL)
	}
	if taken {
		a.conclude(HostTTL, "%s takes the TTLs", a.Host.Name)
		return
	}
	a.conclude(HostTTL, "%s refuses a TTL", a.Host.Name)
}
