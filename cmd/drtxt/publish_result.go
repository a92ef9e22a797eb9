package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/verify"
)

// publicationSchema names the JSON form; docs/publication.schema.json describes it.
const publicationSchema = "drtxt/publication/v1"

type publicationJSON struct {
	Schema       string           `json:"schema"`
	At           int64            `json:"at"`
	Domain       string           `json:"domain"`
	Target       publish.Location `json:"target"`
	Outcome      publish.Outcome  `json:"outcome"`
	Changes      []changeJSON     `json:"changes"`
	Serial       *serialJSON      `json:"serial,omitempty"`
	Diff         string           `json:"diff,omitempty"`
	Key          string           `json:"key,omitempty"`
	UndoFile     string           `json:"undo_file,omitempty"`
	Undo         string           `json:"undo,omitempty"`
	TakesAway    string           `json:"takes_away,omitempty"`
	Error        string           `json:"error,omitempty"`
	ExitStatus   int              `json:"exit_status"`
	Verification *verify.Report   `json:"verification,omitempty"`
}

type serialJSON struct {
	Before uint32 `json:"before"`
	After  uint32 `json:"after"`
}

type changeJSON struct {
	Type      string   `json:"type"`
	TTLBefore *uint32  `json:"ttl_before,omitempty"`
	TTL       *uint32  `json:"ttl,omitempty"`
	Removed   []string `json:"removed"`
	Added     []string `json:"added"`
	Unchanged []string `json:"unchanged"`
	Kept      []string `json:"kept"`
}

// conclude prints the result, whatever it is, and the way back.
func (p *publication) conclude(ctx context.Context, failed error) error {
	result, err := p.render(failed)
	if err != nil {
		return err
	}
	// After an interruption, too, one has to know what became of it.
	if len(result) > 0 {
		if err := p.o.out.write(context.WithoutCancel(ctx), p.env, result); err != nil && failed == nil {
			failed = err
		}
	}
	if p.outcome == publish.Planned {
		p.env.note("nothing was changed: --dry-run only looks")
	}
	if p.changed() {
		p.lastLines()
	}
	if failed != nil {
		if ctx.Err() != nil && p.outcome == publish.Unknown {
			p.env.note("drtxt: %v", failed) // the interruption has the last word
		}
		return failed
	}
	return endWith(p.status())
}

// changed reports whether something was, or may have been, changed.
func (p *publication) changed() bool {
	return p.outcome == publish.Published || p.outcome == publish.Unknown
}

// status is that of the verification. To put back what was wrong before is what an undo
// is for.
func (p *publication) status() int {
	if p.report == nil || p.intent.undo != nil {
		return verify.StatusDone
	}
	return p.report.ExitStatus()
}

// lastLines say what is to be done next, and end with the way back.
func (p *publication) lastLines() {
	if p.report == nil || p.o.out.format == "json" {
		policy := p.intent.policy
		p.env.note("scheme %s, %s", policy.Scheme, confirmation(policy.Scheme, policy.SchemeConfirmed, p.unconfirmed()))
	}
	p.tellUndo()
}

// unconfirmed are the tags of the new records for which the scheme is not confirmed.
func (p *publication) unconfirmed() []string {
	_, after, _ := p.plan.TXT()
	return verify.Judge(after, p.intent.policy).OpenTags
}

// tell says that it was published, and what is to be done now.
func (p *publication) tell() {
	added, removed := 0, 0
	for i := range p.plan.Changes {
		added, removed = added+len(p.plan.Changes[i].Added), removed+len(p.plan.Changes[i].Removed)
	}
	verdict := "read back and verified"
	if p.report.ExitStatus() != verify.StatusDone {
		verdict = "read back; the verification says more"
	}
	p.env.note("published %s: records added %d, removed %d; %s", p.target.location(), added, removed, verdict)
	if next := p.target.afterwards(); next != "" {
		p.env.note("next: %s", next)
	}
	if !p.o.wait {
		p.env.note("next: `%s` waits until all its servers have it", p.watchLine())
	}
}

// watchLine is the command that goes on where this one ends.
func (p *publication) watchLine() string {
	words := []string{"drtxt", "watch", p.intent.domain}
	before, after, ok := p.plan.TXT()
	switch j := verify.Judge(after, p.intent.policy); {
	case ok && j.State == verify.Judge(before, p.intent.policy).State && j.Verdict != verify.None:
		words = append(words, p.recordsWords()...) // the state does not tell the new set from the old
	case !ok && p.report.Verdict == verify.None:
		words = append(append(words, p.recordsWords()...), "--until", "none")
	case !ok:
		words = append(words, p.recordsWords()...)
	case j.Verdict == verify.None:
		words = append(words, "--until", "none")
	case j.Set != nil:
		words = append(words, "--until", string(j.Set.Activation.Status))
		if j.Verdict == verify.Unsigned {
			words = append(words, "--allow-unsigned")
		}
	default:
		words = append(words, p.recordsWords()...)
	}
	for _, public := range p.o.public {
		words = append(words, "--public", absolute(public))
	}
	return shellwords.Line(append(words, schemeWords(p.env, p.intent.policy.Scheme)...))
}

// recordsWords name the files that the records came from, if they came from files.
func (p *publication) recordsWords() []string {
	var words []string
	for _, path := range p.o.records {
		if path != "-" {
			words = append(words, "--records", absolute(path))
		}
	}
	if words == nil {
		return []string{"--records", "FILE"}
	}
	return words
}

// tellUndo says what an undo puts back, and ends with its exact line.
func (p *publication) tellUndo() {
	for i := range p.plan.Changes {
		if c := &p.plan.Changes[i]; !c.Empty() {
			p.env.note("undo puts back: %s %s", c.Type(), p.inWords(c.Before.WireRRSet))
		}
	}
	if status, taken := p.undoTakesAway(); taken {
		p.env.note("  it takes %q away and needs --remove: clients do not come back by themselves; this brings them back:", status)
		p.env.note("  %s", p.offLine())
	}
	p.env.note("undo: %s", p.undoLine())
}

func (p *publication) render(failed error) ([]byte, error) {
	var b bytes.Buffer
	switch {
	case p.outcome == publish.Refused || p.outcome == publish.NotSent:
		return nil, nil // there is no result, and the error says why
	case p.o.out.format == "json":
		return p.renderJSON(failed)
	case p.outcome == publish.Planned && len(p.detail) > 0:
		p.show(p.difference())
		b.Write(p.detail)
	case p.outcome == publish.Planned:
		for _, line := range p.difference() {
			fmt.Fprintln(&b, printableLine(line))
		}
	case p.outcome == publish.Unchanged && p.report == nil:
		fmt.Fprintln(&b, printableLine(fmt.Sprintf("nothing to do: exactly these records of %s stand already %s", p.intent.domain, p.target.location())))
	case p.report != nil:
		return renderTable(p.env, p.report, p.source())
	}
	return b.Bytes(), nil
}

// source names the file that was judged, where it was one.
func (p *publication) source() string { return p.target.location().ZoneFile }

func (p *publication) renderJSON(failed error) ([]byte, error) {
	form := publicationJSON{
		Schema: publicationSchema, At: p.at.Unix(), Domain: p.intent.domain, Target: p.target.location(), Outcome: p.outcome,
		Changes: []changeJSON{}, Serial: p.target.serial(), Key: p.signer(), UndoFile: p.undoFile, Verification: p.report,
		ExitStatus: p.status(),
	}
	if p.outcome == publish.Planned {
		form.Diff = string(p.detail)
	}
	if status, taken := p.takesAway(); taken {
		form.TakesAway = string(status)
	}
	if p.undoFile != "" {
		form.Undo = p.undoLine()
	}
	if failed != nil {
		form.Error, form.ExitStatus = failed.Error(), statusOf(failed)
	}
	for i := range p.plan.Changes {
		form.Changes = append(form.Changes, newChangeJSON(&p.plan.Changes[i]))
	}
	return encodeJSON(form)
}

func newChangeJSON(c *publish.Change) changeJSON {
	texts := func(records [][]byte) []string {
		all := make([]string, len(records))
		for i, rdata := range records {
			all[i] = publish.Text(c.Type(), rdata)
		}
		return all
	}
	form := changeJSON{
		Type: c.Type(), Removed: texts(c.Removed), Added: texts(c.Added), Unchanged: texts(c.Unchanged), Kept: texts(c.Kept),
	}
	if len(c.Before.RDATA) > 0 {
		form.TTLBefore = &c.Before.TTL
	}
	if len(c.After.RDATA) > 0 {
		form.TTL = &c.After.TTL
	}
	return form
}

// signer is the fingerprint of the key that the new records verify under.
func (p *publication) signer() string {
	_, after, ok := p.plan.TXT()
	if !ok {
		return ""
	}
	return verify.Judge(after, p.intent.policy).Key
}
