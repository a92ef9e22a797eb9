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
	"github.com/drtxt/drtxt/verify/dnsquery"
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
		rrset.Name = in.domain + "."
		wire, err := rrset.Wire()
		if err != nil {
			return nil, refusal(err, "make the records with `drtxt record --format json`")
		}
		if err := checkDistinct(rrset, wire); err != nil {
			return nil, err
		}
		if err := o.checkSet(env, rrset, in); err != nil {
			return nil, err
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

// checkSet refuses a set that must not be published: a TTL out of range, records that do
// not verify.
func (o *publishOptions) checkSet(env *environment, rrset txtrecord.RRSet, in *intent) error {
	if rrset.TTL < 1 || rrset.TTL > maxPublishedTTL {
		return refusal(fmt.Errorf("the TTL of the %s set, %d s, is not between 1 s and %d s", rrset.Type, rrset.TTL, maxPublishedTTL), "give it 30 s to 15 min, as the vendor recommends; at most a day")
	}
	ttls := slices.Repeat([]uint32{rrset.TTL}, len(rrset.Values))
	if rrset.Type != "TXT" {
		for _, f := range verify.JudgeTTLs(ttls[:1], verify.Judgement{}, in.policy.At) {
			env.note("warning: the %s set: %s (%s): %s", rrset.Type, f.Message, f.Code, f.Advice)
		}
		return nil
	}
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

// maxPublishedTTL is a day, in seconds, the largest that record makes.
const maxPublishedTTL = 24 * 60 * 60

// checkDistinct refuses a set that holds a record twice, in whatever spelling, or more
// records than could be read back.
func checkDistinct(rrset txtrecord.RRSet, wire txtrecord.WireRRSet) error {
	if len(rrset.Values) > maxPublished {
		return refusal(fmt.Errorf("the %s set holds %d records, the limit is %d", rrset.Type, len(rrset.Values), maxPublished), "publish fewer; an answer of more than 100 may be ignored by clients")
	}
	seen := map[string]bool{}
	for i, rdata := range wire.RDATA {
		if seen[string(rdata)] {
			return refusal(fmt.Errorf("the %s set holds %s twice", rrset.Type, quoted(rrset.Values[i])), "leave one of them out")
		}
		seen[string(rdata)] = true
	}
	return nil
}

// maxPublished is how many records of ours a set may have: with those of others it has to
// stay within what is read of an answer.
const maxPublished = dnsquery.MaxRecords / 2

// refusedRecords says why records are not published, in the words of the gravest
// finding.
func refusedRecords(report *verify.Report) error {
	f := report.Findings[0]
	message := strings.TrimSuffix(f.Message, ".")
	return &failure{status: verify.StatusWrong, err: fmt.Errorf("the records are %s, and are not published: %s (%s)", report.Verdict, message, f.Code), hint: f.Advice}
}
