package edges

import (
	"strconv"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// The codes; docs/findings.md explains each.
const (
	CodeNone              finding.Code = "edges-none"
	CodeTooMany           finding.Code = "edges-too-many"
	CodeWithoutAddress    finding.Code = "edge-without-address"
	CodePublicAddress     finding.Code = "edge-public-address"
	CodeHostName          finding.Code = "edge-host-name"
	CodePrivate           finding.Code = "edge-private-address"
	CodeUnspecified       finding.Code = "edge-unspecified-address"
	CodeSpecial           finding.Code = "edge-special-address"
	CodeMalformed         finding.Code = "edge-malformed-address"
	CodeDuplicate         finding.Code = "edge-duplicate-address"
	CodeDocumentation     finding.Code = "edge-documentation-address"
	CodeIPv6Alone         finding.Code = "edge-ipv6-alone"
	CodeIPv6              finding.Code = "edge-ipv6"
	CodeListJoined        finding.Code = "edge-list-joined"
	CodeEdgeDisabled      finding.Code = "edge-disabled"
	CodeGroupDisabled     finding.Code = "group-disabled"
	CodeGroupWithoutEdges finding.Code = "group-without-edges"
	CodeDesignationAbsent finding.Code = "group-designation-absent"
	CodeEnabledAbsent     finding.Code = "enabled-absent"
	CodeCompleteness      finding.Code = "edges-completeness-unknown"
)

const setAside = "give the edge its public IPv4 address, as publish address in the portal or in the inventory"

// Findings are all that a selection can find.
var Findings = finding.Table{
	{Code: CodeNone, Severity: verify.Error, Advice: "see in the portal which group is to serve in disaster recovery, designate it, and give its edges public addresses"},
	{Code: CodeTooMany, Severity: verify.Error, Advice: "designate fewer groups, or put the edges behind fewer addresses: answers of this size get lost"},
	{Code: CodeWithoutAddress, Severity: verify.Warning, Advice: "give the edge its public IPv4 address, as publish address in the portal or in the inventory, or take it out of the group"},
	{Code: CodePublicAddress, Severity: verify.Warning, Advice: "see that clients reach the edge at that address, which the vendor's cloud saw it come from, and enter it as publish address"},
	{Code: CodeIPv6Alone, Severity: verify.Warning, Advice: setAside},
	{Code: CodeHostName, Severity: verify.Warning, Advice: setAside},
	{Code: CodePrivate, Severity: verify.Warning, Advice: setAside},
	{Code: CodeUnspecified, Severity: verify.Warning, Advice: setAside},
	{Code: CodeSpecial, Severity: verify.Warning, Advice: setAside},
	{Code: CodeMalformed, Severity: verify.Warning, Advice: setAside},
	{Code: CodeDuplicate, Severity: verify.Warning, Advice: "see that both edges are reached at that address; if not, correct the one that is wrong"},
	{Code: CodeDesignationAbsent, Severity: verify.Warning, Advice: "look in the portal whether the group is designated, and export again"},
	{Code: CodeGroupDisabled, Severity: verify.Warning, Advice: "enable the group, or take the designation away"},
	{Code: CodeGroupWithoutEdges, Severity: verify.Warning, Advice: "put an edge into the group, or take the designation away"},
	{Code: CodeEnabledAbsent, Severity: verify.Warning, Advice: "look in the portal whether they are enabled: programs that leave out what is false write a disabled one so"},
	{Code: CodeEdgeDisabled, Severity: verify.Info, Advice: "nothing, if that is meant"},
	{Code: CodeDocumentation, Severity: verify.Info, Advice: "replace it before this is published: no edge can be reached there"},
	{Code: CodeIPv6, Severity: verify.Info, Advice: "the vendor documents A records alone: `drtxt edges` with -4 makes no AAAA set; one that stands is taken out with nsupdate (`update delete DOMAIN. AAAA`) or by hand"},
	{Code: CodeListJoined, Severity: verify.Info, Advice: "see that every address is there; nothing else is to be done"},
	{Code: CodeCompleteness, Severity: verify.Info, Advice: "compare the number of groups with the portal's, or save the answer of the API with its totalPages"},
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
	characters := 0
	for at := range text {
		if characters == most {
			return text[:at] + "…"
		}
		characters++
	}
	return text
}

// quoted is a text from outside as it stands in a sentence.
func quoted(text string) string { return strconv.Quote(cut(text)) }
