package verify

import (
	"fmt"
	"time"
)

// judgeAnswer judges what one server serves.
func judgeAnswer(report *ServerReport, policy Policy) Judgement {
	if report.Outcome == Alias {
		return aliasJudgement(report.answer.CNAME)
	}
	judgement := Judge(report.records, policy)
	if wait := report.answer.NegativeTTL; judgement.Verdict == None && wait > 0 {
		noteNegativeTTL(judgement.Findings, report.Outcome, wait)
	}
	return judgement
}

func noteNegativeTTL(findings []Finding, outcome Outcome, wait time.Duration) {
	for i := range findings {
		if f := &findings[i]; f.Code == CodeNoRecord {
			f.Message += fmt.Sprintf(" (%s); resolvers may remember that for %s", outcome, wait)
		}
	}
}

// aliasJudgement refuses an alias, which is never followed: the records must stand
// at the name itself.
func aliasJudgement(target string) Judgement {
	return Judgement{
		Verdict:  Invalid,
		State:    undetermined,
		Findings: []Finding{newFinding(CodeCNAME, "the name is an alias of "+quote(target))},
	}
}
