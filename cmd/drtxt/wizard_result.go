package main

import (
	"bytes"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
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
	w.say(verbatim + w.line(m.options))
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

// describeNext says how to publish: as it is configured, else with what has to be filled in.
func (w *wizard) describeNext(env *environment, m *making) {
	trusting := m.options.signing.trusting(env, m.request.scheme)
	file := w.files()[1]
	if !w.publishes() {
		format, _ := export.Lookup("json")
		if guide, err := format.Guide(m.set); err == nil {
			describeFormat(env, format, m.set, guide, file, trusting)
		}
		return
	}
	trust := append(trusting, w.configWords()...)
	if m.options.unsigned {
		trust = append([]string{"--allow-unsigned"}, w.configWords()...)
	}
	env.note("next:")
	env.note(verbatim+"%s", shellwords.Line(append([]string{"drtxt", "publish", "--records", file}, trust...)))
	env.note(verbatim+"%s", shellwords.Line(append([]string{"drtxt", "watch", w.domain, "--until", w.status}, trust...)))
}

// publishes reports whether it is configured where the domain's records are published.
func (w *wizard) publishes() bool {
	file := w.env.settings.file
	if file == nil {
		return false
	}
	_, server := file.Setting(w.domain, configuration.Publish, "server")
	_, zoneFile := file.Setting(w.domain, configuration.Publish, "zone-file")
	return server || zoneFile
}

// line is the command that makes the same records.
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
	return shellwords.Line(append(words, w.settingsWords(o)...))
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

// settingsWords are the flags by which the scheme and all else is the same.
func (w *wizard) settingsWords(o *recordOptions) []string {
	var plain txtrecord.Scheme
	if o.unsigned || o.scheme == plain.String() || w.env.settings.took("scheme") {
		return w.configWords()
	}
	return append(w.configWords(), "--scheme", o.scheme)
}

// configWords name the configuration where it had to be named.
func (w *wizard) configWords() []string {
	if !w.env.typed["config"] {
		return nil
	}
	return []string{"--config", w.env.settings.path}
}
