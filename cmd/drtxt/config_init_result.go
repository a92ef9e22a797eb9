package main

import (
	"path/filepath"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
)

// describe says what was written, and what works with it.
func (c *newConfiguration) describe() {
	c.env.note("wrote %s", quoted(c.path))
	if c.env.settings.path == "" && isThere(configuration.FileName) {
		c.env.note("warning: in this folder ./%s is read in its place", configuration.FileName)
	}
	c.say("These work now:")
	for _, line := range c.working() {
		c.say(verbatim + line)
	}
}

// working are the commands that need no other flag.
func (c *newConfiguration) working() []string {
	config := ""
	if c.env.settings.path != "" {
		config = " --config " + shellwords.Word(c.env.settings.path)
	}
	lines := []string{"drtxt config show" + config, "drtxt verify" + config, "drtxt watch --until on" + config}
	if !c.isSet("key") && !c.isSet("signer-command") && !c.isSet("signer-agent") {
		return lines
	}
	record := "drtxt record on --format json" + config
	if !c.isSet("for") {
		record += " --for 8h"
	}
	if c.isSet("public") && (c.isSet("publish.zone-file") || c.isSet("publish.tsig-file")) {
		record += " | drtxt publish" + config
	}
	return append(lines, record, "drtxt wizard"+config)
}

// privateBeside is where the private key of a public one mostly is.
func privateBeside(public string) string {
	return filepath.Join(filepath.Dir(public), keygen.PrivateKeyFile)
}
