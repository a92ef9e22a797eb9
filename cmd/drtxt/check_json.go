package main

import (
	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// checkJSON is the JSON form of an assessment; docs/check.schema.json describes it.
type checkJSON struct {
	Schema       string              `json:"schema"`
	Domain       string              `json:"domain"`
	At           int64               `json:"at"`
	ExitStatus   int                 `json:"exit_status"`
	Summary      string              `json:"summary"`
	Rows         []checkRowJSON      `json:"rows"`
	Audience     *checkAudiences     `json:"audience,omitempty"`
	KitEnd       *int64              `json:"kit_end,omitempty"`
	Findings     []readiness.Finding `json:"findings"`
	Verification *verify.Report      `json:"verification"`
}

// checkRowJSON is one area of it.
type checkRowJSON struct {
	readiness.Row
	// CheckedBy are the flags that have it checked, where it was not.
	CheckedBy string `json:"checked_by,omitempty"`
}

// checkAudiences are whom the app profiles say that a status would switch, by product.
type checkAudiences struct {
	On   map[txtrecord.Type]checkAudience `json:"on"`
	Test map[txtrecord.Type]checkAudience `json:"test"`
}

type checkAudience struct {
	Profiles []string `json:"profiles"`
	Groups   []string `json:"groups"`
	Users    []string `json:"users"`
	// Unnamed is how many of the profiles name neither groups nor users.
	Unnamed int `json:"unnamed"`
	// Open are profiles of which the export does not settle it.
	Open []appprofiles.Unsettled `json:"open"`
}

func checkJSONOf(a *readiness.Assessment) checkJSON {
	report := a.Report
	result := checkJSON{
		Schema: "drtxt/check/v1", Domain: report.Policy.Domain, At: report.Policy.At.Unix(), ExitStatus: a.ExitStatus(), Summary: a.Sentence(),
		Findings: append([]readiness.Finding{}, a.Findings...), Verification: report,
	}
	for _, row := range a.Rows {
		shown := checkRowJSON{Row: row}
		if row.Result == readiness.NotChecked {
			shown.CheckedBy = row.Area.Flags()
		}
		result.Rows = append(result.Rows, shown)
	}
	if end := a.KitEnd(); !end.IsZero() {
		seconds := end.Unix()
		result.KitEnd = &seconds
	}
	if p := a.Profiles; p != nil {
		result.Audience = &checkAudiences{checkAudiencesOf(p.On), checkAudiencesOf(p.Test)}
	}
	return result
}

func checkAudiencesOf(audiences map[txtrecord.Type]*appprofiles.Audience) map[txtrecord.Type]checkAudience {
	all := map[txtrecord.Type]checkAudience{}
	for product, a := range audiences {
		all[product] = checkAudience{orEmpty(a.Profiles), orEmpty(a.Groups), orEmpty(a.Users), a.Unnamed, orEmpty(a.Open)}
	}
	return all
}

// orEmpty has a list that holds nothing stand as one in JSON.
func orEmpty[T any](all []T) []T { return append([]T{}, all...) }
