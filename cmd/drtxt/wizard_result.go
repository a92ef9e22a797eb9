package main

import (
	"bytes"
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
)

// describe says what was made, how to make it again, and what comes next.
func (w *wizard) describe(m *making) {
	w.say("\nThe records are made:")
	w.plainly(func(env *environment) {
		m.options.signing.describe(env)
		describeRecord(env, m.request, m.set, m.judgement, m.now)
		for _, path := range w.files() {
			env.note("wrote %s", quoted(path))
		}
		if w.newKey {
			(&keygenOptions{dir: w.folder}).describe(env)
		}
	})
	w.say("\nThe same without the questions:")
	w.sayLine(m.options)
	w.say("\nNothing is published yet.")
	w.plainly(func(env *environment) { w.describeNext(env, m) })
}

// plainly has a description written in lines that fit on every terminal.
func (w *wizard) plainly(describe func(*environment)) {
	var text bytes.Buffer
	env := *w.env
	env.err = &text
	describe(&env)
	sayWrapped(w.env, text.String(), "    ")
}

// describeNext says how to publish the file, and how to wait for it: as it is configured,
// else with what has to be filled in.
func (w *wizard) describeNext(env *environment, m *making) {
	taken, _ := takenBy(w.env, newPublishCommand(w.env), w.domain) // of contradictions nothing counts
	trust := w.trustWords(m)
	records := []string{"--records", w.files()[1]}
	env.note("next:")
	if _, missing := w.gone["public"]; missing && m.options.unsigned { // nothing typed stands in its place
		env.note("(They run once the configured public key is there.)")
	}
	publish := append(append([]string{"drtxt", "publish"}, records...), trust...)
	for _, part := range taken.target() {
		publish = append(publish, strings.Fields(part)...)
	}
	env.note(verbatim+"%s", shellwords.Line(append(publish, w.configWords()...)))
	watch := append(append([]string{"drtxt", "watch"}, records...), trust...)
	env.note(verbatim+"%s", shellwords.Line(append(watch, w.configWords()...)))
	if len(taken.target()) > 0 {
		env.note("Words in capitals stand for what is yours. Other hosts than such servers: docs/formats.md.")
	}
}

// trustWords are the flags by which other commands believe the records.
func (w *wizard) trustWords(m *making) []string {
	if m.options.unsigned {
		return []string{"--allow-unsigned"}
	}
	paths := m.options.signing.publicPaths()
	if len(paths) == 0 {
		paths = []string{keygen.PublicKeyFile}
	}
	return append(publicWords(paths), w.schemeWords(m.options)...)
}

// sayLine shows the command that makes the same records.
func (w *wizard) sayLine(o *recordOptions) {
	if w.lacksPublic() && w.public == leftOut {
		w.say("(It runs once the configured public key is there.)")
	}
	w.say(verbatim + w.line(o))
}

// line is the command that makes the same records, whatever variables stand there now.
func (w *wizard) line(o *recordOptions) string {
	words := []string{"drtxt", "record", w.status, w.domain, "--type", o.product}
	if o.forwarding != "" {
		words = append(words, "--forwarding", o.forwarding)
	} else if w.record.forwarding != "" {
		words = append(words, "--forwarding", portalSetting)
	}
	for _, flag := range []struct{ name, value string }{{"--start", o.start}, {"--end", o.end}} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	if o.noEnd {
		words = append(words, "--no-end")
	}
	if o.bindDomain {
		words = append(words, "--bind-domain")
	}
	words = append(words, "--ttl", o.ttl)
	if o.unsigned {
		words = append(words, "--unsigned")
	}
	words = append(words, o.signing.words(w.newKey)...)
	if !o.unsigned {
		words = append(words, w.schemeWords(o)...)
	}
	return w.without(o) + shellwords.Line(append(words, w.configWords()...))
}

// without empties, before a command, the variables that the records do not follow.
func (w *wizard) without(o *recordOptions) string {
	flags := unheededByWizard
	if !o.signing.passphrase.given() {
		flags = append(slices.Clone(flags), "passphrase-file")
	}
	var b strings.Builder
	for _, name := range w.unheeded(flags) {
		b.WriteString(name + "= ")
	}
	return b.String()
}

// words are the flags by which the same signs again.
func (s *signing) words(newKey bool) []string {
	var words []string
	add := func(flag string, values ...string) {
		for _, value := range values {
			words = append(words, flag, value)
		}
	}
	if s.key != "" {
		add("--key", s.key)
	}
	if s.command != "" {
		add("--signer-command", s.command)
	}
	add("--signer-arg", s.args...)
	add("--signer-environment", s.environment...)
	if s.agent {
		words = append(words, "--signer-agent")
	}
	if (s.command != "" || s.agent) && s.timeout != signer.DefaultTimeout.String() {
		add("--signer-timeout", s.timeout)
	}
	add("--public", s.public...)
	if newKey { // a configured one is another's
		add("--public", publicBeside(s.key))
	}
	return words
}

// schemeWords are the flags by which the scheme is the same.
func (w *wizard) schemeWords(o *recordOptions) []string {
	byDefault := o.scheme == (txtrecord.Scheme{}).String() && w.env.getenv(variable("scheme")) == ""
	if byDefault || w.env.settings.took("scheme") {
		return nil
	}
	return []string{"--scheme", o.scheme}
}

// configWords name the configuration where it had to be named.
func (w *wizard) configWords() []string {
	if w.env.settings.path == "" {
		return nil
	}
	return []string{"--config", w.env.settings.path}
}
