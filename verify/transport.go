package verify

import (
	"fmt"
	"slices"
)

// transportsOf warns of what the servers could be asked only by.
func transportsOf(told []ServerReport) []Finding {
	if len(told) > 1 && !slices.ContainsFunc(told, func(s ServerReport) bool { return !s.answer.UDPSilent }) {
		return []Finding{newFinding(CodeUDPBlocked, "UDP port 53 is blocked here, TCP works: no server answers over UDP")}
	}
	var findings []Finding
	for i := range told {
		findings = append(findings, transportFindings(&told[i])...)
	}
	return findings
}

// manyTries is how often a question has to be sent to be worth a warning: one lost packet
// now and then is not.
const manyTries = 3

// transportFindings warns of what one server could be asked only by.
func transportFindings(s *ServerReport) []Finding {
	var findings []Finding
	add := func(code Code, message string) {
		finding := newFinding(code, message)
		finding.Server = s.Address
		findings = append(findings, finding)
	}
	if s.answer.Truncated {
		add(CodeTCPNeeded, "the answer does not come over UDP, only over TCP")
	}
	if s.answer.UDPSilent {
		add(CodeUDPBlocked, "the server does not answer over UDP, only over TCP")
	}
	if s.answer.Tries >= manyTries && !s.answer.WithoutEDNS {
		add(CodeRetriesNeeded, fmt.Sprintf("the answer came only when the question was sent %d times: packets are lost on the way, or the server is slow", s.answer.Tries))
	}
	if s.answer.WithoutEDNS {
		add(CodeEDNSRefused, "the server answers only without EDNS")
	}
	return findings
}

// Limits of an answer: what UDP carries without EDNS, in octets (RFC 1035 §4.2.1), and
// the records that the vendor's cloud takes [published for its application look-ups].
const (
	plainUDP    = 512
	mostRecords = 100
)

// sizeFindings says what it means that an answer is large.
func sizeFindings(told []ServerReport) []Finding {
	var largest, most *ServerReport
	for i := range told {
		s := &told[i]
		if s.Judgement.Verdict != None && s.answer.Size > plainUDP && (largest == nil || s.answer.Size > largest.answer.Size) {
			largest = s
		}
		if most == nil || len(s.records) > len(most.records) {
			most = s
		}
	}
	var findings []Finding
	if most != nil {
		findings = countFindings(most)
	}
	if largest != nil {
		finding := newFinding(CodeAnswerLarge, fmt.Sprintf("the answer has %d bytes; without EDNS, UDP carries %d", largest.answer.Size, plainUDP))
		finding.Server = largest.Address
		findings = append(findings, finding)
	}
	return findings
}

// countFindings says that a server has more TXT records at the name than may be read.
func countFindings(s *ServerReport) []Finding {
	if len(s.records) <= mostRecords {
		return nil
	}
	finding := newFinding(CodeTooManyRecords, fmt.Sprintf("%d TXT records stand at the name; the vendor's cloud ignores application look-ups with more than %d, and what it does with these is not documented", len(s.records), mostRecords))
	finding.Server = s.Address
	return []Finding{finding}
}
