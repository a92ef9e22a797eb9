package reach

import (
	"slices"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The codes of the findings.
const (
	PortRefused  finding.Code = "edge-port-refused"
	PortSilent   finding.Code = "edge-port-silent"
	PortNotTried finding.Code = "edge-port-not-tried"
)

// Findings are the kinds that [Judge] makes.
var Findings = finding.Table{
	{Code: PortRefused, Severity: verify.Error, Advice: "start the Private Service Edge, or let its firewall or balancer pass the port; if the address is an old one, correct it in the portal and export again"},
	{Code: PortSilent, Severity: verify.Error, Advice: "check that the edge runs, that the address is its public one, and that no firewall on the way drops the port"},
	{Code: PortNotTried, Severity: verify.Warning, Advice: "probe from a network where clients or connectors are; this one cannot tell"},
}

// adviceNone is for addresses that are silent where nothing else answered either.
const adviceNone = "check this network first: it may let nothing out on the port; then probe from one where clients or connectors are"

// Judge says what the results mean, gravest first. undetermined means that there were
// addresses and none answered, not even with a refusal: that may be the network from which
// they were tried, so that nothing is proved. It also means that something on this machine
// kept addresses from being tried.
//
// An address that the network has no way to counts as silent where another of its family
// answered, because then there is a way for this family; else it was not tried.
func Judge(results []Result) (findings []finding.Finding, undetermined bool) {
	silence := len(results) > 0 && !slices.ContainsFunc(results, Result.answered)
	notTried := slices.ContainsFunc(results, func(r Result) bool { return r.Outcome == Failed })
	var gathering finding.Gathering
	for _, r := range results {
		if f, found := judge(r, results); found {
			if silence && f.Code == PortSilent {
				f.Severity, f.Advice = verify.Warning, adviceNone
			}
			gathering.Add(f)
		}
	}
	findings = gathering.Findings()
	finding.Sort(findings)
	return findings, silence || notTried
}

// judge says what one of the results means, if it is worth a finding.
func judge(r Result, all []Result) (f finding.Finding, found bool) {
	sameFamily := func(other Result) bool { return other.answered() && other.Address.Is4() == r.Address.Is4() }
	code, message := PortNotTried, ""
	switch {
	case r.Outcome == Connected:
		return f, false
	case r.Outcome == Refused:
		code, message = PortRefused, "the connection was refused"
	case r.Outcome == TimedOut:
		code, message = PortSilent, "there was no answer"
	case r.Outcome == Unroutable && slices.ContainsFunc(all, sameFamily):
		code, message = PortSilent, "there was no answer: the network says that the address cannot be reached"
	case r.Outcome == Unroutable:
		message = "not tried: there is no route from here"
	case r.Outcome == Interrupted:
		message = "not tried: it was interrupted"
	default:
		return prevented(r), true
	}
	return Findings.New(code, r.Address.String(), "%s", message), true
}

// prevented says what on this machine kept an address from being tried.
func prevented(r Result) finding.Finding {
	f := Findings.New(PortNotTried, r.Address.String(), "not tried: something on this machine prevents it")
	f.Advice = "let this machine's firewall and its security policy pass the connections, or probe from another machine"
	if isOne(r.Err, exhausted) {
		f.Message = "not tried: this machine has no more sockets or open files"
		f.Advice = "raise the limit of open files (ulimit -n), or end what holds them, and probe again"
	}
	return f
}

// answered reports whether the address is there at all.
func (r Result) answered() bool { return r.Outcome == Connected || r.Outcome == Refused }
