package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// A making is what comes of the answers.
type making struct {
	now        time.Time
	options    *recordOptions
	request    *recordRequest
	pair       *rsa.PrivateKey // nil unless a new one is made
	passphrase []byte
	set        *export.RecordSet
	judgement  verify.Judgement
	texts      [][]byte // the content of the files
	understood bool     // whether `drtxt record` would have done the same
}

// make signs and verifies the records, and then writes everything, or nothing.
func (w *wizard) make(ctx context.Context) error {
	m, err := w.sign(ctx)
	defer clear(m.passphrase)
	if err == nil {
		err = w.write(ctx, m)
	}
	if err != nil {
		w.tellFailed(m.understood)
		return err
	}
	w.describe(m)
	return nil
}

// sign makes all that is to be written, in memory.
func (w *wizard) sign(ctx context.Context) (m *making, err error) {
	m = &making{now: w.env.now(), options: w.options()}
	if m.request, err = m.options.request(w.env, w.status, w.domain, m.now); err != nil {
		return m, err
	}
	if !m.options.unsigned {
		if err := m.options.signing.check(w.env, m.request.scheme); err != nil {
			return m, err
		}
	}
	m.understood = true
	if w.newKey {
		if err := w.makePair(ctx, m); err != nil {
			return m, err
		}
	}
	if m.set, m.judgement, err = m.options.make(ctx, w.env, m.request, m.now); err != nil {
		return m, err
	}
	for _, format := range []string{"text", "json"} {
		var text bytes.Buffer
		writer, _ := export.Lookup(format)
		if err := writer.WriteSet(&text, m.set); err != nil {
			return m, err
		}
		m.texts = append(m.texts, text.Bytes())
	}
	return m, nil
}

// makePair makes the new key pair, and has its passphrase typed.
func (w *wizard) makePair(ctx context.Context, m *making) (err error) {
	w.say("\nThe new private key is encrypted with a passphrase. Nothing shows what you type, and nothing brings a lost passphrase back.")
	d := newDialogue(w.env)
	var n newPassphrase
	m.passphrase, err = n.askPatiently(ctx, w.env, d)
	d.close()
	if err != nil {
		return err
	}
	warnShort(w.env, m.passphrase)
	m.pair, err = generateKey(ctx, w.env)
	m.options.signing.made = m.pair
	return err
}

// options are the flags of `drtxt record` that the answers stand for.
func (w *wizard) options() *recordOptions {
	o := *w.record
	o.out = output{format: "text"}
	o.host = formatOptions{zone: o.host.zone, octoDNSEscape: o.host.octoDNSEscape}
	o.product, o.unsigned = string(w.product()), w.unsigned
	o.forwarding = ""
	if !w.noInternet && w.forwarding != portalSetting {
		o.forwarding = w.forwarding
	}
	o.start, o.end, o.lasting = w.start.flag(), w.end.flag(), ""
	o.noEnd = w.end.at.IsZero() && !w.isOff()
	o.signing = w.signing()
	return &o
}

// flag is the time as a flag takes it, empty for none.
func (m moment) flag() string {
	if m.at.IsZero() {
		return ""
	}
	return m.at.Format(time.RFC3339)
}

// write writes the new pair and the files, and shows the records on standard output. What
// it has written it takes back if it fails, but for a pair that is whole.
func (w *wizard) write(ctx context.Context, m *making) error {
	var files newFiles
	err := w.writeAll(ctx, m, &files)
	if err != nil {
		files.remove()
	}
	return err
}

func (w *wizard) writeAll(ctx context.Context, m *making, files *newFiles) error {
	if err := files.folder(w.folder); err != nil {
		return err
	}
	if m.pair != nil {
		if err := keygen.WriteEncryptedPair(ctx, w.folder, m.pair, m.passphrase); err != nil {
			return err
		}
		w.pairWritten = true
	}
	for i, path := range w.files() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := files.write(path, m.texts[i]); err != nil {
			return err
		}
	}
	return errors.Join(ctx.Err(), m.options.out.write(ctx, w.env, m.texts[0]))
}

// tellFailed says what there is after a failure.
func (w *wizard) tellFailed(understood bool) {
	switch {
	case w.pairWritten:
		w.env.note("no records were written; the new key pair was, and may stay: %s", quoted(w.folder))
	case w.newKey, !understood:
		w.env.note("nothing was written")
	default:
		w.say("nothing was written; this makes the same without the questions:")
		w.sayLine(w.options())
	}
}
