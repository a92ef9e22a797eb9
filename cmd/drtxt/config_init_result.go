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
	if c.isHidden() {
		c.env.note("warning: in this folder ./%s is read in its place, unless --config names it", configuration.FileName)
	}
	c.say("These work now:")
	for _, line := range c.working() {
		c.say(verbatim + line)
	}
}

// isHidden reports whether another file is read in the place of the new one.
func (c *newConfiguration) isHidden() bool {
	return c.env.settings.path == "" && isThere(configuration.FileName) && !isHere(c.path)
}

// working are the commands that need no other flag.
func (c *newConfiguration) working() []string {
	config := ""
	if c.env.settings.path != "" || c.isHidden() {
		config = " --config " + shellwords.Word(c.path)
	}
	lines := []string{"drtxt config show" + config}
	if c.isSet("key") || c.isSet("signer-command") || c.isSet("signer-agent") {
		off := "drtxt record off --format json" + config // what is to stand on a quiet day
		if c.isSet("public") && c.isPublished() {
			off += " | drtxt publish" + config
		}
		lines = append(lines, off, "drtxt kit --out kit"+config, "drtxt wizard"+config)
	}
	if c.isSet("public") {
		lines = append(lines, "drtxt verify --expect off"+config)
	}
	return lines
}

// isPublished reports whether all is known that publishing takes.
func (c *newConfiguration) isPublished() bool {
	return c.isSet("publish.zone-file") || c.isSet("publish.server") && c.isSet("publish.tsig-file")
}

// again is the command that writes the same.
func (c *newConfiguration) again() string {
	words := []string{"drtxt", "config", "init", c.domain}
	for _, f := range initFlags {
		for _, value := range c.chosen[f.key] {
			if keyNamed(f.key).Shape == configuration.Switch {
				words = append(words, "--"+f.flag+"="+value)
			} else {
				words = append(words, "--"+f.flag, value)
			}
		}
	}
	if c.env.settings.path != "" {
		words = append(words, "--config", c.env.settings.path)
	}
	return shellwords.Line(words)
}

// privateBeside is where the private key of a public one mostly is.
func privateBeside(public string) string {
	return filepath.Join(filepath.Dir(public), keygen.PrivateKeyFile)
}
