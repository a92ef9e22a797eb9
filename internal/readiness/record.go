package readiness

import (
	"errors"
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

// assessRecord says what stands at the name.
func (a *Assessment) assessRecord() {
	r := a.Report
	for _, f := range finding.FromVerify(r.Findings) {
		area, elsewhere := areasOfCodes[verify.Code(f.Code)]
		if !elsewhere {
			area = Record
		}
		a.add(area, f)
	}
	if status, active := activeState(r); active && r.Policy.Expected == verify.NoExpectation {
		f := Findings.New(CodeNotQuiet, "", "disaster recovery's %s stands, and nothing says that it is meant to", status)
		f.Advice = "if that is meant, say so with --expect; if not, publish off: `" + a.commands().PublishOff + "`"
		a.add(Record, f)
	}
	if r.Verdict == verify.None && !r.AsExpected {
		a.add(Record, Findings.New(CodeNoRecord, "", "there is no disaster recovery record at %s", r.Policy.Domain))
	}
	a.conclude(Record, "%s", a.recordInWords())
	row := &a.Rows[len(a.Rows)-1]
	switch status := r.ExitStatus(); {
	case row.Result == Failed:
	case status == verify.StatusUndetermined:
		row.Result = Unknown
	case status == verify.StatusPending: // also where somebody knows about it
		row.Result = Warned
	}
}

// recordInWords says what stands, and at how many of the name servers that was found out.
func (a *Assessment) recordInWords() string {
	r := a.Report
	asked, told := 0, 0
	for i := range r.Servers {
		if s := &r.Servers[i]; s.Role == verify.Authoritative && !a.outOfReach(s) {
			asked++
			if s.Told() {
				told++
			}
		}
	}
	where := fmt.Sprintf("%d of %s", told, counted(asked, "name server"))
	if told == asked {
		where = counted(asked, "name server")
	}
	switch state := r.State; {
	case told == 0:
		return "no name server could be asked"
	case r.Verdict == verify.None:
		return "no record at " + where
	case state.InternetAccess == state.PrivateAccess:
		return fmt.Sprintf("%s: %s, at %s", r.Verdict, state.InternetAccess, where)
	default:
		return fmt.Sprintf("%s: Internet Access %s, Private Access %s, at %s", r.Verdict, state.InternetAccess, state.PrivateAccess, where)
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
	for _, next := range finding.FromVerify(verify.JudgeTTLs([]uint32{a.NextTTL}, verify.Judgement{}, a.Report.Policy.At)) {
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
	// one, is the advice for the next records.
	CheckTTL func(ttl uint32) error
}

// assessHost holds every TTL that there is against what the host takes.
func (a *Assessment) assessHost() {
	if a.Host == nil {
		a.skip(HostTTL, "not every host takes a TTL of %d s", a.NextTTL)
		return
	}
	taken := true
	check := func(subject, wayOut string, ttl uint32) {
		err := a.Host.CheckTTL(ttl)
		if err == nil {
			return
		}
		taken = false
		f := Findings.New(CodeTTLRefused, subject, "%v", err)
		f.Advice = wayOut
		if hinted, ok := errors.AsType[interface {
			error
			Hint() string
		}](err); ok && subject == nextRecords {
			f.Advice = hinted.Hint() + "; " + wayOut
		}
		a.add(HostTTL, f)
	}
	check(nextRecords, "the configuration has it as `ttl`", a.NextTTL)
	for _, ttl := range a.standingTTLs() {
		if ttl != a.NextTTL {
			check("what stands", "publish the records that stand again, with a TTL that the host takes; they come from another tool, or from another host", ttl)
		}
	}
	if a.Kit != nil && a.Kit.Manifest.TTL != a.NextTTL {
		check("the kit", "make a new kit with a TTL that the host takes: `drtxt kit` with --ttl", a.Kit.Manifest.TTL)
	}
	if taken {
		a.conclude(HostTTL, "%s takes the TTLs", a.Host.Name)
		return
	}
	a.conclude(HostTTL, "%s refuses a TTL", a.Host.Name)
}
