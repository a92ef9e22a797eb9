package edges

import (
	"strconv"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The codes of the findings.
const (
	codeNone              finding.Code = "edges-none"
	codeTooMany           finding.Code = "edges-too-many"
	codeWithoutAddress    finding.Code = "edge-without-address"
	codePublicAddress     finding.Code = "edge-public-address"
	codeHostName          finding.Code = "edge-host-name"
	codePrivate           finding.Code = "edge-private-address"
	codeUnspecified       finding.Code = "edge-unspecified-address"
	codeSpecial           finding.Code = "edge-special-address"
	codeMalformed         finding.Code = "edge-malformed-address"
	codeDuplicate         finding.Code = "edge-duplicate-address"
	codeDocumentation     finding.Code = "edge-documentation-address"
	codeIPv6              finding.Code = "edge-ipv6"
	codeListJoined        finding.Code = "edge-list-joined"
	codeEdgeDisabled      finding.Code = "edge-disabled"
	codeGroupDisabled     finding.Code = "group-disabled"
	codeGroupWithoutEdges finding.Code = "group-without-edges"
	codeDesignationAbsent finding.Code = "group-designation-absent"
	codeEnabledAbsent     finding.Code = "enabled-absent"
	codeCompleteness      finding.Code = "edges-completeness-unknown"
)

const setAside = "give the edge its public IPv4 address, as publish address in the portal or in the inventory"

// Findings are all that a selection can find.
var Findings = finding.Table{
	{Code: codeNone, Severity: verify.Error, Advice: "see in the portal which group is to serve in disaster recovery, designate it, and give its edges public addresses"},
	{Code: codeTooMany, Severity: verify.Error, Advice: "designate fewer groups, or put the edges behind fewer addresses: answers of this size get lost"},
	{Code: codeWithoutAddress, Severity: verify.Warning, Advice: "give the edge its public IPv4 address, as publish address in the portal or in the inventory, or take it out of the group"},
	{Code: codePublicAddress, Severity: verify.Warning, Advice: "see that clients reach the edge at that address, which the vendor's cloud saw it come from, and enter it as publish address"},
	{Code: codeHostName, Severity: verify.Warning, Advice: setAside},
	{Code: codePrivate, Severity: verify.Warning, Advice: setAside},
	{Code: codeUnspecified, Severity: verify.Warning, Advice: setAside},
	{Code: codeSpecial, Severity: verify.Warning, Advice: setAside},
	{Code: codeMalformed, Severity: verify.Warning, Advice: setAside},
	{Code: codeDuplicate, Severity: verify.Warning, Advice: "see that both edges are reached at that address; if not, correct the one that is wrong"},
	{Code: codeDesignationAbsent, Severity: verify.Warning, Advice: "look in the portal whether the group is designated, and export again"},
	{Code: codeGroupDisabled, Severity: verify.Warning, Advice: "enable the group, or take the designation away"},
	{Code: codeGroupWithoutEdges, Severity: verify.Warning, Advice: "put an edge into the group, or take the designation away"},
	{Code: codeEnabledAbsent, Severity: verify.Warning, Advice: "look in the portal whether they are enabled: programs that leave out what is false write a disabled one so"},
	{Code: codeEdgeDisabled, Severity: verify.Info, Advice: "nothing, if that is meant"},
	{Code: codeDocumentation, Severity: verify.Info, Advice: "replace it before this is published: no edge can be reached there"},
	{Code: codeIPv6, Severity: verify.Info, Advice: "the vendor documents A records alone: rely on IPv4, or leave the others out"},
	{Code: codeListJoined, Severity: verify.Info, Advice: "see that every address is there; nothing else is to be done"},
	{Code: codeCompleteness, Severity: verify.Info, Advice: "compare the number of groups with the portal's, or save the answer of the API with its totalPages"},
}

// observe notes something that was seen, with the code's usual severity. subject is what it
// was seen at.
func (s *selector) observe(code finding.Code, subject, message string) {
	s.findings.Add(Findings.New(code, subject, "%s", message))
}

// remark notes something that is no more than worth knowing.
func (s *selector) remark(code finding.Code, subject, message string) {
	f := Findings.New(code, subject, "%s", message)
	f.Severity = verify.Info
	s.findings.Add(f)
}

// cut is a text from outside as a finding has it: escaped where it is shown, and no longer
// than a name is.
func cut(text string) string {
	const most = 80
	if characters := []rune(text); len(characters) > most {
		return string(characters[:most]) + "…"
	}
	return text
}

// quoted is a text from outside as it stands in a sentence.
func quoted(text string) string { return strconv.Quote(cut(text)) }
