package main

import (
	"fmt"
	"slices"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/verify"
)

// splitAcknowledged tells the codes of verify's warnings from those of the other tables.
func splitAcknowledged(codes []string) (ofVerify []string, others []finding.Code, err error) {
	for _, name := range codes {
		if acknowledgeable(name) {
			ofVerify = append(ofVerify, name)
			continue
		}
		code := finding.Code(name)
		if !slices.Contains(checkWarnings(), code) {
			return nil, nil, refusal(fmt.Errorf("--acknowledge %q is not the code of a warning", name), "codes of warnings stand in docs/findings.md")
		}
		others = append(others, code)
	}
	return ofVerify, others, nil
}

// checkTables are the kinds of findings that check has beside verify's.
func checkTables() []finding.Table {
	return []finding.Table{readiness.Findings, edges.Findings, reach.Findings, appprofiles.Findings, vendorstatus.Findings, kit.Kinds()}
}

// everyWarningCode are those of verify and of the other tables, for the shell to complete.
func everyWarningCode() []string {
	codes := warningCodes()
	for _, code := range checkWarnings() {
		codes = append(codes, string(code))
	}
	return codes
}

// checkWarnings are those of them that are warnings, if only at times.
func checkWarnings() []finding.Code {
	codes := []finding.Code{vendorstatus.CodeAuthentication, reach.PortSilent, appprofiles.CodeKeyAbsent}
	for _, table := range checkTables() {
		for _, kind := range table {
			if kind.Severity == verify.Warning {
				codes = append(codes, kind.Code)
			}
		}
	}
	return codes
}
