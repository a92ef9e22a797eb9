package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// recordsIntent reads the record sets that are to be published, and refuses those that
// must not be.
func (o *publishOptions) recordsIntent(ctx context.Context, env *environment, policy verify.Policy) (*intent, error) {
	request := verify.Request{Policy: policy}
	if err := o.readRecords(ctx, env, &request); err != nil {
		return nil, err
	}
	in := &intent{domain: request.Policy.Domain, request: request}
	in.request.Policy.AddressesOnly = addressesAlone(request.Records) && len(policy.Keys) == 0
	in.policy = in.request.Policy
	var wanted []txtrecord.WireRRSet
	for _, rrset := range request.Records {
		if err := o.checkSet(env, rrset, in); err != nil {
			return nil, err
		}
		rrset.Name = in.domain + "."
		wire, err := rrset.Wire()
		if err != nil {
			return nil, refusal(err, "make the records with `drtxt record --format json`")
		}
		wanted, in.types = append(wanted, wire), append(in.types, rrset.Type)
	}
	if err := in.judgeAt(in.policy.At); err != nil {
		return nil, err
	}
	in.plan = func(standing publish.Standing) (*publish.Plan, error) {
		return publish.NewPlan(in.domain, standing, wanted), nil
	}
	return in, nil
}

// checkSet refuses a set that must not be published: values that stand there twice,
// records that do not verify.
func (o *publishOptions) checkSet(env *environment, rrset txtrecord.RRSet, in *intent) error {
	for i, value := range rrset.Values {
		if slices.Contains(rrset.Values[:i], value) {
			return refusal(fmt.Errorf("the %s set holds %s twice", rrset.Type, quoted(value)), "leave one of them out")
		}
	}
	if rrset.Type != "TXT" {
		return nil
	}
	ttls := slices.Repeat([]uint32{rrset.TTL}, len(rrset.Values))
	contents := recordfile.Contents{Domain: in.domain, Records: verify.Values(rrset.Values...), TTLs: ttls}
	report := judgeContents(contents, in.policy)
	o.checkClaims(&report)
	for _, f := range report.Findings {
		if f.Severity == verify.Warning && f.Code != verify.CodeExpired {
			env.note("warning: %s (%s): %s", f.Message, f.Code, f.Advice)
		}
	}
	if report.ExitStatus() != verify.StatusDone {
		return refusedRecords(&report)
	}
	in.end = report.End()
	return nil
}

// refusedRecords says why records are not published, in the words of the gravest
// finding.
func refusedRecords(report *verify.Report) error {
	f := report.Findings[0]
	message := strings.TrimSuffix(f.Message, ".")
	return &failure{status: verify.StatusWrong, err: fmt.Errorf("the records are %s, and are not published: %s (%s)", report.Verdict, message, f.Code), hint: f.Advice}
}
