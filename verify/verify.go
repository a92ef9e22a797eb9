// Package verify judges disaster recovery records and asks name servers for them.
//
// [Judge] is a pure function from the records at one name and a [Policy] to a
// [Judgement]: a verdict, what clients of each product would do at that instant,
// and findings. It fails closed: nothing verified is never valid, and a record that
// cannot be read makes the whole set invalid. The signature itself is checked by
// package txtrecord.
//
// [Checker] asks name servers, has every answer judged, and compares them. "Could
// not be asked" is never "absent".
package verify

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// A TXT is the content of one TXT record: its character-strings, as bytes.
type TXT []string

// Text is the character-strings joined.
func (t TXT) Text() string {
	if len(t) == 1 {
		return t[0]
	}
	return strings.Join(t, "")
}

// Values returns one TXT of a single character-string for each value.
func Values(values ...string) []TXT {
	all := make([]TXT, len(values))
	for i := range values {
		all[i] = TXT(values[i : i+1])
	}
	return all
}

// A Judgement is what [Judge] finds.
type Judgement struct {
	Verdict Verdict
	State   Products
	// Set is the set that was judged, nil unless the verdict is valid, unchecked
	// or unsigned.
	Set *txtrecord.Set
	// Key is the name of the key under which the signature holds, empty if none.
	Key string
	// OpenTags are those of the policy's SchemeOpen that one of the records has, whatever
	// the verdict.
	OpenTags []string
	// AsExpected says whether the policy's expectation is met; false if there is
	// none.
	AsExpected bool
	// Findings are sorted, the gravest first.
	Findings []Finding
}

// maxFaultFindings bounds how many malformed records are listed one by one, and how
// many of several character-strings.
const maxFaultFindings = 16

// Judge judges the TXT records that stand at one name. The order of the records
// changes neither verdict nor state. The policy must pass [Policy.Validate].
func Judge(records []TXT, policy Policy) Judgement {
	j := judge{policy: &policy}
	ours := j.read(records)
	j.OpenTags = tagsIn(ours, policy.SchemeOpen)
	switch {
	case j.malformed > 0:
		j.Verdict = Invalid
	case len(ours) == 0:
		j.Verdict = None
		j.add(CodeNoRecord, "there is no disaster recovery record")
	default:
		j.judgeSet(ours)
	}
	j.State = j.judgeTime()
	j.judgeExpectation()
	acknowledge(j.Findings, policy.Acknowledged)
	sortFindings(j.Findings)
	return j.Judgement
}

// A judge is the state of [Judge].
type judge struct {
	Judgement
	policy    *Policy
	malformed int
	joined    int   // records of several character-strings
	fragments int   // records that look like a piece of a signature
	indexes   []int // of our records among all
}

func (j *judge) add(code Code, message string) *Finding {
	j.Findings = append(j.Findings, newFinding(code, message))
	return &j.Findings[len(j.Findings)-1]
}

// addFault turns a fault of the format into a finding.
func (j *judge) addFault(err *txtrecord.RecordError) {
	info, _ := faultInfo(err.Fault)
	j.Findings = append(j.Findings, Finding{Code: info.Code, Severity: info.Severity, Message: err.Error(), Advice: info.Advice, Err: err})
}

// read sorts the records into ours, foreign and malformed.
func (j *judge) read(records []TXT) []txtrecord.Record {
	ours := make([]txtrecord.Record, 0, len(records))
	j.indexes = make([]int, 0, len(records))
	foreign := 0
	for i, txt := range records {
		r, faults := txtrecord.Examine(txt.Text())
		switch {
		case len(faults) == 0:
			ours = append(ours, r)
			j.indexes = append(j.indexes, i)
			j.noteStrings(txt, i)
		case txtrecord.IsOurs(r.Text):
			j.addMalformed(txt, i, faults[0])
		default:
			foreign++
			if isFragment(r.Text) {
				j.fragments++
			}
		}
	}
	if more := j.malformed - maxFaultFindings; more > 0 {
		j.add(CodeMoreFaults, fmt.Sprintf("%d more malformed records", more))
	}
	if foreign > 0 {
		j.add(CodeForeign, fmt.Sprintf("TXT records of another kind stand at the name: %d", foreign))
	}
	return ours
}

func (j *judge) noteStrings(txt TXT, index int) {
	if len(txt) <= 1 {
		return
	}
	if j.joined++; j.joined <= maxFaultFindings {
		j.add(CodeSeveralStrings, fmt.Sprintf("record %d consists of %d character-strings; they were joined", index+1, len(txt)))
	}
}

func (j *judge) addMalformed(txt TXT, index int, fault *txtrecord.RecordError) {
	j.malformed++
	if j.malformed > maxFaultFindings {
		return
	}
	fault.Record = index
	if code, message, ok := diagnose(txt); ok {
		j.add(code, fmt.Sprintf("record %d: %s: %s", index+1, message, shorten([]string{txt.Text()}))).Err = fault
		return
	}
	j.addFault(fault)
}

// tagsIn are those of the tags that one of the records has.
func tagsIn(records []txtrecord.Record, tags []string) []string {
	var found []string
	for _, name := range tags {
		named := func(tag txtrecord.Tag) bool { return tag.Name == name }
		if slices.ContainsFunc(records, func(r txtrecord.Record) bool { return slices.ContainsFunc(r.Tags, named) }) {
			found = append(found, name)
		}
	}
	return found
}

// judgeSet joins the records and checks their signature.
func (j *judge) judgeSet(ours []txtrecord.Record) {
	set, err := txtrecord.Join(ours)
	if err != nil {
		if j.fragments > 0 && errors.Is(err, txtrecord.InvalidBase64) {
			j.add(CodeSplitOverRecords, fmt.Sprintf("the signature is not whole, and records beside it look like pieces of it: %d", j.fragments))
		}
		j.refuse(j.refine(err, ours))
		return
	}
	if d := set.Activation.Domain; d != "" && j.policy.Domain != "" && !sameDomain(d, j.policy.Domain) {
		j.refuse(&txtrecord.RecordError{Fault: txtrecord.OtherDomain, Record: set.Indexes[0], Tag: "d", Offset: domainOffset(set), Found: d})
		return
	}
	if j.judgeSignature(set) {
		j.Set = set
		j.noteForm(set)
		j.noteScheme(set)
	}
}

func sameDomain(a, b string) bool {
	b, err := txtrecord.CanonicalDomain(b)
	return err == nil && a == b
}

func domainOffset(set *txtrecord.Set) int {
	for _, tag := range set.Parts[0].Tags {
		if tag.Name == "d" {
			return tag.ValueOffset()
		}
	}
	return 0
}

// refine tells the halves of two sets from one set whose second part was altered:
// then a trusted key's signature still holds over part 1.
func (j *judge) refine(err error, ours []txtrecord.Record) error {
	fault, ok := errors.AsType[*txtrecord.RecordError](err)
	if !ok || fault.Fault != txtrecord.MixedHalves {
		return err
	}
	for _, key := range j.keys() {
		if txtrecord.Altered(ours, j.policy.Scheme, key.PublicKey) {
			fault.Fault = txtrecord.PartsDiffer
		}
	}
	return fault
}

// keys are the trusted keys, none if they are set aside.
func (j *judge) keys() []Key {
	if j.policy.SkipSignature {
		return nil
	}
	return j.policy.Keys
}

func (j *judge) refuse(err error) {
	j.Verdict = Invalid
	if errors.Is(err, txtrecord.ErrConflict) {
		j.Verdict = Conflict
	}
	fault, ok := errors.AsType[*txtrecord.RecordError](err)
	if !ok {
		panic("verify: a refusal that is no RecordError: " + err.Error())
	}
	fault.Record = j.indexes[fault.Record]
	j.addFault(fault)
}

// judgeSignature sets the verdict on a set that is well-formed, and reports whether
// the set may be read on.
func (j *judge) judgeSignature(set *txtrecord.Set) bool {
	switch keys := j.keys(); {
	case !set.Signed():
		j.Verdict = Unsigned
		j.noteUnsigned()
		return true
	case len(keys) == 0:
		j.Verdict = Unchecked
		finding := j.add(CodeUnchecked, "the set is signed, but no public key was given to check it with")
		switch {
		case j.policy.AddressesOnly && j.policy.Expected == NoExpectation:
			finding.Severity = Info
			finding.Message = "the set is signed, and was not checked: only addresses are expected, and no public key was given"
		case j.policy.SkipSignature:
			finding.Severity = Info
			finding.Message = "the signature was not checked, as asked"
			finding.Advice = "name the public key with --public FILE instead of --skip-signature, to have it checked"
		}
		return true
	default:
		return j.checkSignature(set, keys)
	}
}

func (j *judge) checkSignature(set *txtrecord.Set, keys []Key) bool {
	var err error
	for _, key := range keys {
		if err = set.Verify(j.policy.Scheme, key.PublicKey); err == nil {
			j.Verdict, j.Key = Valid, key.Name
			return true
		}
	}
	j.Verdict = Invalid
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.Name
	}
	finding := j.add(Code(txtrecord.SignatureInvalid.Code()),
		fmt.Sprintf("the signature does not verify under %s by scheme %s: %v", strings.Join(names, " or "), j.policy.Scheme, txtrecord.SignatureInvalid))
	finding.Err = j.placed(err)
	return false
}

// placed counts the record of an error among all records, not only among ours.
func (j *judge) placed(err error) error {
	if fault, ok := errors.AsType[*txtrecord.RecordError](err); ok {
		placed := *fault
		placed.Record = j.indexes[fault.Record]
		return &placed
	}
	return err
}

func (j *judge) noteUnsigned() {
	finding := j.add(CodeUnsigned, "the record is not signed: anybody who controls the DNS could have written it")
	if !j.policy.AllowUnsigned {
		return
	}
	finding.Advice = "it was accepted, as asked; a signed set is made by `drtxt record --key FILE`"
	switch {
	case len(j.keys()) > 0:
		finding.Severity = Warning
		finding.Message = "the record is not signed although a public key is given; what clients with a key do with it is not documented"
	default:
		finding.Severity = Info
	}
}

// noteForm warns of every difference from canonical form, in one finding.
func (j *judge) noteForm(set *txtrecord.Set) {
	if len(set.Deviations) == 0 {
		return
	}
	var differences []string
	for _, d := range set.Deviations {
		difference := fmt.Sprintf("record %d: %v", j.indexes[d.Record]+1, d.Fault)
		if d.Found != "" {
			difference += " (" + strconv.QuoteToASCII(d.Found) + ")"
		}
		differences = append(differences, difference)
	}
	finding := j.add(CodeNotCanonical, "not as this program writes it: "+strings.Join(differences, "; "))
	finding.Err = j.placed(set.Deviations[0])
}

// noteScheme warns of what the scheme leaves open to change.
func (j *judge) noteScheme(set *txtrecord.Set) {
	if set.Activation.Type == txtrecord.NoType {
		j.add(CodeTypeUnknown, "k is absent: which product the records are for is not said")
	}
	if !set.Signed() {
		return
	}
	for _, tag := range set.Parts[0].Tags {
		if (tag.Name == "k" || tag.Name == "d") && !j.policy.Scheme.Covers(tag.Name) {
			j.add(CodeTagNotSigned, fmt.Sprintf("scheme %s does not cover %s=%s", j.policy.Scheme, tag.Name, tag.Value))
		}
	}
	if j.policy.Scheme.Ambiguous() {
		j.add(CodeAmbiguousScheme, fmt.Sprintf("scheme %s joins the values with nothing: different records can have the same signature", j.policy.Scheme))
	}
}
