package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/drtxt/drtxt/internal/publish"
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
	if p.changed() {
		p.lastLines()
	}
	if failed != nil {
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
	if p.report == nil || p.intent.undo != nil && !p.o.wait {
		return verify.StatusDone
	}
	return p.report.ExitStatus()
}

func (p *publication) lastLines() {
	if p.outcome == publish.Published {
		for _, line := range p.target.afterwards(p.plan) {
			p.env.note("%s", line)
		}
	}
	if p.report == nil || p.o.out.format == "json" {
		p.env.note("scheme %s, %s", p.intent.policy.Scheme, unconfirmed(p.intent.policy.Scheme))
	}
	p.env.note("undo: %s", p.undoLine())
	if status, taken := p.undoTakesAway(); taken {
		p.env.note("      it takes %s away, and clients do not come back by themselves: publish what `drtxt record off %s` makes instead, or add --remove", status, p.intent.domain)
	}
}

func (p *publication) render(failed error) ([]byte, error) {
	var b bytes.Buffer
	switch {
	case p.outcome == publish.Refused || p.outcome == publish.NotSent:
		return nil, nil // there is no result, and the error says why
	case p.o.out.format == "json":
		return p.renderJSON(failed)
	case p.outcome == publish.Planned && len(p.detail) > 0:
		for _, line := range p.difference() {
			p.env.note("%s", line)
		}
		b.Write(p.detail)
	case p.outcome == publish.Planned:
		for _, line := range p.difference() {
			fmt.Fprintln(&b, printableLine(line))
		}
	case p.outcome == publish.Unchanged && p.report == nil:
		fmt.Fprintln(&b, printableLine(fmt.Sprintf("nothing to do: exactly these records of %s stand already at %s", p.intent.domain, p.target.location())))
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
