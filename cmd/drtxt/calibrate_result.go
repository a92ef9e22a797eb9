package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// calibrationSchema names the JSON form; docs/calibration.schema.json describes it.
const calibrationSchema = "drtxt/calibration/v1"

// What a calibration can come to.
const (
	outcomeFound     = "found"     // schemes fit
	outcomeNone      = "none"      // none does
	outcomeMalformed = "malformed" // there is no signed set to try them on
	outcomeTrial     = "trial"     // the sets for a trial were written
	outcomeAccepted  = "accepted"  // what a trial has shown was recorded
)

// A calibrationResult is what calibrate has to say. Its exported fields are its JSON.
type calibrationResult struct {
	Schema  string `json:"schema"`
	Outcome string `json:"outcome"`
	Scheme  string `json:"scheme,omitempty"`
	// Equals are the schemes that sign the same bytes of this pair.
	Equals []string `json:"equals,omitempty"`
	// Open are the tags of which the pair, or the trial, cannot tell whether they are signed.
	Open      []string         `json:"open,omitempty"`
	Key       string           `json:"key,omitempty"`
	Tried     int              `json:"tried,omitempty"`
	Diagnoses []diagnosisJSON  `json:"diagnoses,omitempty"`
	Verdict   verify.Verdict   `json:"verdict,omitempty"`
	Findings  []verify.Finding `json:"findings,omitempty"`
	Trial     *trialJSON       `json:"trial,omitempty"`
	Saved     *savedJSON       `json:"saved,omitempty"`
	// Record is the command that signs under the scheme.
	Record     string `json:"record,omitempty"`
	ExitStatus int    `json:"exit_status"`

	scheme   txtrecord.Scheme
	end, now time.Time // of the pair, and of the judgement
}

type savedJSON struct {
	Path     string            `json:"path"`
	Date     string            `json:"date"`
	Way      configuration.Way `json:"way"`
	Replaced string            `json:"replaced,omitempty"`
}

type trialJSON struct {
	Folder  string         `json:"folder"`
	Domain  string         `json:"domain"`
	End     int64          `json:"end"`
	Seconds int64          `json:"seconds"`
	Sets    []trialSetJSON `json:"sets"`
	Omitted []string       `json:"omitted"`
}

type trialSetJSON struct {
	Scheme string `json:"scheme"`
	Folder string `json:"folder"`
}

func newCalibrationResult(outcome string) *calibrationResult {
	return &calibrationResult{Schema: calibrationSchema, Outcome: outcome}
}

func (r *calibrationResult) render(env *environment, format string) ([]byte, error) {
	if format == "json" {
		return encodeJSON(r)
	}
	var b bytes.Buffer
	switch r.Outcome {
	case outcomeFound:
		r.writeFound(env, &b)
	case outcomeNone:
		r.writeNone(env, &b)
	case outcomeMalformed:
		fmt.Fprintln(&b, paint(env, red, "nothing to try a scheme on: "+malformedInWords(r.Verdict)))
		writeFindings(env, &b, finding.FromVerify(r.Findings))
	case outcomeTrial:
		r.writeTrial(&b)
	case outcomeAccepted:
		fmt.Fprintln(&b, paint(env, green, fmt.Sprintf("recorded: a client accepted a set under the scheme %s", r.Scheme)))
		for _, tag := range r.Open {
			fmt.Fprintf(&b, "  open   whether %s is signed: sets without it cannot tell; if the trial was made with --bind-domain, give --bind-domain here too\n", tag)
		}
	}
	r.writeSaved(&b)
	return b.Bytes(), nil
}

func malformedInWords(verdict verify.Verdict) string {
	switch verdict {
	case verify.Unsigned:
		return "the record is not signed, and a signed pair is needed"
	case verify.None:
		return "there is no disaster recovery record, and a signed pair is needed"
	}
	return fmt.Sprintf("the records are %s, and a signed pair is needed", verdict)
}

func (r *calibrationResult) writeFound(env *environment, b *bytes.Buffer) {
	fmt.Fprintln(b, paint(env, green, fmt.Sprintf("found: the pair verifies under the scheme %s, with the key %s", r.Scheme, r.Key)))
	fmt.Fprintf(b, "  signs  %s\n", calibration.Words(r.scheme))
	if len(r.Equals) > 0 {
		verb := "signs"
		if len(r.Equals) > 1 {
			verb = "sign"
		}
		fmt.Fprintf(b, "  same   %s %s the same bytes of this pair; the plainest counts\n", strings.Join(r.Equals, ", "), verb)
	}
	for _, tag := range r.Open {
		fmt.Fprintf(b, "  open   this pair has no %[1]s: whether %[1]s is signed stays open; a pair made with %[1]s would tell\n", tag)
	}
	fmt.Fprintf(b, "  tried  %d schemes\n", r.Tried)
	if r.Saved == nil {
		fmt.Fprintln(b, "  saved  no: --save writes it to the configuration, where it counts as confirmed")
	}
}

func (r *calibrationResult) writeNone(env *environment, b *bytes.Buffer) {
	fmt.Fprintln(b, paint(env, red, fmt.Sprintf("none: the pair verifies under none of %d schemes", r.Tried)))
	for _, d := range r.Diagnoses {
		fmt.Fprintf(b, "  %s: %s\n", d.Key, d.inWords())
	}
	fmt.Fprintf(b, `
First check that it is the public key that the pair was made with, and that the records are whole.
Then the project can find the scheme. Send to https://github.com/drtxt/drtxt/issues
  - the lines above, and the version of the vendor's tool
  - which tags the pair has, in their order, and what was typed into the tool
  - the pair and its public key: %s
Never send a private key.
`, r.sendable())
}

// sendable says whether the pair can be given away: whoever has it and the DNS can
// publish it.
func (r *calibrationResult) sendable() string {
	switch {
	case r.end.IsZero():
		return "not this one, it never ends; make one with a key and for a domain that you throw away"
	case r.now.After(r.end):
		return "this one ended at " + bothTimes(r.end)
	}
	return "only after " + bothTimes(r.end) + ", when it has ended, or one made with a key and for a domain that you throw away"
}

func (r *calibrationResult) writeTrial(b *bytes.Buffer) {
	t := r.Trial
	fmt.Fprintf(b, "wrote %d test sets for %s, the likeliest first, into %s\n", len(t.Sets), t.Domain, printableLine(quoted(t.Folder)))
	fmt.Fprintf(b, "  ends  %s\n", bothTimes(time.Unix(t.End, 0)))
	fmt.Fprintf(b, "  takes %s at least, if none is accepted before the last\n", time.Duration(t.Seconds)*time.Second)
	if len(t.Omitted) > 0 {
		fmt.Fprintf(b, "  left out, because the signer cannot do them: %s\n", strings.Join(t.Omitted, ", "))
	}
	fmt.Fprintf(b, "next: follow %s in it, one set at a time\n", calibration.PageFile)
}

// writeSaved ends the text with how the scheme is used.
func (r *calibrationResult) writeSaved(b *bytes.Buffer) {
	if s := r.Saved; s != nil {
		fmt.Fprintf(b, "  saved  scheme %s, %s, in %s\n", r.Scheme, confirmation(r.scheme, s.Date, r.Open), printableLine(quoted(s.Path)))
		if s.Replaced != "" {
			fmt.Fprintf(b, "         in place of scheme %s\n", s.Replaced)
		}
	}
	if r.Record != "" {
		fmt.Fprintf(b, "next: %s\n", printableLine(r.Record))
	}
}
