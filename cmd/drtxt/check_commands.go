package main

import (
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/shellwords"
)

// commands are those that the advice of check names, as they have to be typed. What is neither
// configured nor was given stands in them as a word to replace.
func (o *checkOptions) commands(env *environment, domain string) readiness.Commands {
	recorded, errRecorded := takenBy(env, newRecordCommand(env), domain, "off")
	published, errPublished := takenBy(env, newPublishCommand(env), domain)
	if errRecorded != nil || errPublished != nil { // it was taken for this command all the same
		return readiness.Commands{}
	}
	config := ""
	if env.settings.path != "" {
		config = shellwords.Line([]string{"--config", env.settings.path})
	}
	publish := func(more ...string) string {
		return lineOf(slices.Concat([]string{"drtxt publish"}, more, published.target(), []string{config})...)
	}
	key := "--key dr_privatekey.pem"
	if o.key != "" {
		key = shellwords.Line([]string{"--key", o.key})
	}
	if recorded.has("signer-command", "signer-agent", "key") {
		key = ""
	}
	public := o.publicPart(published)
	return readiness.Commands{
		PublishEdges: lineOf("drtxt edges", o.edgeFiles(), "--domain", domain, "--format json", config) + " | " + publish(),
		PublishOff:   lineOf("drtxt record off", domain, key, "--format json", config) + " | " + publish(public),
		SignOff:      lineOf("drtxt record off", domain, shellwords.Line([]string{"--key", o.key}), o.publicPart(recorded), config),
	}
}

// publicPart is how a command is told of the public keys, nothing where that is configured.
func (o *checkOptions) publicPart(taken takenSettings) string {
	if len(o.public) == 0 || taken.has("public") {
		return taken.public()
	}
	return shellwords.Line(publicWords(o.public))
}

// edgeFiles are the files with the edges, or the word for them where standard input was read.
func (o *checkOptions) edgeFiles() string {
	if slices.Contains(o.edges, "-") {
		return "FILE"
	}
	files := make([]string, len(o.edges))
	for i, path := range o.edges {
		files[i] = operand(path)
	}
	return shellwords.Line(files)
}

// lineOf is a command of several parts, of which some may be empty.
func lineOf(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}
