package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// judgeContents judges records, their TTLs, and what a file says about itself.
func judgeContents(contents recordfile.Contents, policy verify.Policy) verify.Report {
	judgement := verify.Judge(contents.Records, policy)
	report := verify.NewReport(judgement, policy)
	if contents.Alias != "" {
		report.RefuseAlias(contents.Alias)
		return report
	}
	if len(contents.Elsewhere) > 0 {
		report.Add(verify.CodeFoundElsewhere, fmt.Sprintf("the file has disaster recovery records at %s", recordfile.NameSome(contents.Elsewhere)))
	}
	for _, finding := range verify.JudgeTTLs(contents.TTLs, judgement, policy.At) {
		report.AddFinding(finding)
	}
	if contents.Claims != nil {
		checkClaims(&report, contents.Claims)
	}
	return report
}

// checkClaims holds what a JSON record set says about itself against what was found.
// The values count; a difference in key or scheme is an error.
func checkClaims(report *verify.Report, claims *recordfile.Claims) {
	if report.Verdict == verify.Valid || report.Verdict == verify.Invalid {
		checkSigner(report, claims)
	}
	if report.Set == nil {
		return
	}
	if signed := report.Set.Signed(); claims.Signed != nil && *claims.Signed != signed {
		report.Add(verify.CodeActivationDiffers, fmt.Sprintf("the file says signed: %t, the values say %t", *claims.Signed, signed))
	}
	if claims.Activation == nil {
		return
	}
	var stated export.Activation
	derived, err := json.Marshal(export.NewActivation(report.Set.Activation))
	if err == nil {
		err = json.Unmarshal(claims.Activation, &stated)
	}
	again, marshalErr := json.Marshal(stated)
	if err != nil || marshalErr != nil || string(again) != string(derived) {
		report.Add(verify.CodeActivationDiffers, fmt.Sprintf("the file describes the activation as %s, the values say %s", quoted(string(again)), derived))
	}
}

func checkSigner(report *verify.Report, claims *recordfile.Claims) {
	keys := report.Policy.Keys
	if claims.Key != "" && len(keys) > 0 && !report.Policy.SkipSignature {
		used := []string{report.Key}
		if report.Key == "" {
			used = used[:0]
			for _, key := range keys {
				used = append(used, key.Name)
			}
		}
		if !slices.Contains(used, claims.Key) {
			report.Add(verify.CodeKeyDiffers, fmt.Sprintf("the file says that it was signed by %s, the verification used %s", quoted(claims.Key), list(used)))
		}
	}
	if scheme := report.Policy.Scheme.String(); claims.Scheme != "" && claims.Scheme != scheme && len(keys) > 0 {
		report.Add(verify.CodeSchemeDiffers, fmt.Sprintf("the file says scheme %s, the verification used %s", quoted(claims.Scheme), scheme))
	}
}
