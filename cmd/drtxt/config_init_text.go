package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/drtxt/drtxt/internal/configuration"
)

// An explainedKey is what a new configuration says about a key: in words, and by what
// stands there as a comment where nothing was chosen.
type explainedKey struct{ key, words, example string }

// explainedKeys are in the order of the file.
var explainedKeys = []explainedKey{
	{"type", "The product that the records switch: zia (Internet Access), zpa (Private Access)\nor all.", "all"},
	{"forwarding", "What Internet Access does with traffic meanwhile: fail-open or fail-close.\nWithout it, what is set in the vendor's portal stands.", "fail-open"},
	{"for", "How long on and test last where nothing else is said. No end is a flag alone.", "8h"},
	{"ttl", "Time to live of the records. The vendor recommends 30s.", "30s"},
	{"bind-domain", "Whether the domain is written into the signed part, too (tag d).", "true"},
	{"public", "The public key in the vendor's portal: what verify, watch and publish believe.\nWhile keys are changed it may be a list.", "dr_publickey.pem"},
	{"key", "The private key that signs, a file. Its passphrase is asked for.", "dr_privatekey.pem"},
	{"signer-command", "In its place: a program that signs, an absolute path (docs/signers.md) ...", "/usr/local/bin/sign"},
	{"signer-arg", "... its arguments ...", "[--slot, '1']"},
	{"signer-environment", "... the variables that it needs ...", "[PKCS11_MODULE]"},
	{"signer-timeout", "... and how long it may take.", "30s"},
	{"signer-agent", "Or: the SSH agent signs.", "true"},
	{"zone", "The zone that the domain lies in, where it is not the domain's parent.", "example.com"},
	{"server", "Verify asks these name servers alone. Without it, those that the DNS names.", "[ns1.example.com, ns2.example.com]"},
	{"resolver", "Verify asks these resolvers, too. Without it, those of this machine.", "[udp://192.0.2.53, tls://dns.example.net]"},
	{"warn-before", "How long before the end verify warns.", "2d"},
	{"acknowledge", "Warnings that are known and are not to be shown as such (docs/findings.md).", "[ends-soon]"},
	{"publish.server", "The primary name server that takes updates (RFC 2136).", "ns1.example.com"},
	{"publish.tsig-file", "The TSIG key that signs them, as tsig-keygen writes it.", "update.key"},
	{"publish.zone-file", "In their place: the zone file that is changed.", "/etc/bind/example.com.zone"},
	{"publish.undo-dir", "The folder for what undoes a publication.", "/var/lib/drtxt"},
	{"publish.audit", "A file that every publication adds a line to.", "/var/log/drtxt.jsonl"},
	{"kit.window", "How long each window of a kit is ...", "7d"},
	{"kit.count", "... how many there are ...", "8"},
	{"kit.overlap", "... and by how much they overlap.", "1d"},
	{"kit.format", "Formats beside text, json, zone and nsupdate.", "[terraform]"},
	{"kit.timezone", "The time zone of the runbook.", "Europe/Berlin"},
}

const configurationHead = `# The configuration of drtxt, in YAML. Its keys are the names of flags. A flag that is
# typed wins over it, and so does a variable such as DRTXT_TTL. A line that begins with #
# says nothing; take the # and the blank behind it away to make a setting of it.
#
# Relative paths are relative to the folder of this file. Nothing secret stands here, but
# whoever can write it chooses what signs, so nobody else may. docs/configuration.md
# explains more; drtxt config show says what is in force.
#
# What stands under a domain is for that one. The same keys may stand here, at the left
# margin, for every domain. Only here stands what drtxt calibrate --save writes:
#
# scheme: prefix

domains:
`

// sectionWords say what a section is about.
var sectionWords = map[string]string{
	configuration.Publish: "Where drtxt publish publishes.",
	configuration.Kit:     "What drtxt kit makes.",
}

// text is the new file, known to say what was chosen and nothing else.
func (c *newConfiguration) text() ([]byte, error) {
	var b strings.Builder
	b.WriteString(configurationHead)
	b.WriteString(c.domainLine())
	section := configuration.General
	for n, e := range explainedKeys {
		key := keyNamed(e.key)
		switch {
		case key.Section != section:
			section = key.Section
			c.writeSection(&b, section)
		case n > 0 && section == configuration.General && !strings.HasPrefix(e.words, "..."):
			b.WriteString("\n")
		}
		c.writeKey(&b, e)
	}
	text := []byte(b.String())
	file, err := configuration.Parse(text, c.path, disarming)
	if err != nil {
		return nil, err
	}
	return text, c.compare(file)
}

// domainLine is what all keys stand under. Where none was chosen it has to say so.
func (c *newConfiguration) domainLine() string {
	line := "  " + yamlText(c.domain) + ":"
	if slices.ContainsFunc(explainedKeys, func(e explainedKey) bool { return len(c.chosen[e.key]) > 0 }) {
		return line + "\n"
	}
	return "  # With the first # that is taken away below, take the {} away, too.\n" + line + " {}\n"
}

// writeSection begins a section, as a comment where nothing in it was chosen.
func (c *newConfiguration) writeSection(b *strings.Builder, section string) {
	mark := "# "
	if c.chooses(section) {
		mark = ""
	}
	fmt.Fprintf(b, "\n    # %s\n    %s%s:\n", sectionWords[section], mark, section)
}

// chooses reports whether something in a section was chosen.
func (c *newConfiguration) chooses(section string) bool {
	return slices.ContainsFunc(explainedKeys, func(e explainedKey) bool {
		return keyNamed(e.key).Section == section && len(c.chosen[e.key]) > 0
	})
}

// writeKey writes a key with its explanation, as a comment where it was not chosen.
func (c *newConfiguration) writeKey(b *strings.Builder, e explainedKey) {
	key := keyNamed(e.key)
	margin, mark := "    ", ""
	if key.Section != configuration.General {
		margin += "  "
		if !c.chooses(key.Section) {
			margin, mark = "    ", "#   "
		}
	}
	for line := range strings.SplitSeq(e.words, "\n") {
		if mark == "" {
			fmt.Fprintf(b, "%s# %s\n", margin, line)
		} else {
			fmt.Fprintf(b, "%s%s# %s\n", margin, mark, line)
		}
	}
	value := e.example
	if values := c.chosen[e.key]; len(values) > 0 {
		value = yamlValue(key, values)
	} else if mark == "" {
		mark = "# "
	}
	fmt.Fprintf(b, "%s%s%s: %s\n", margin, mark, key.Name, value)
}

// compare refuses a file that says something else than was chosen.
func (c *newConfiguration) compare(file *configuration.File) error {
	said := map[string][]string{}
	for _, s := range file.Settings {
		said[s.Key.String()] = s.Values
	}
	same := slices.Equal(file.Domains(), []string{c.domain}) && file.Confirmed == nil
	for _, e := range explainedKeys {
		same = same && slices.Equal(said[e.key], c.chosen[e.key])
	}
	if !same {
		return refusal(fmt.Errorf("what was chosen cannot be written to %s", quoted(c.path)), "choose less, and add it to the file by hand")
	}
	return nil
}

// yamlValue writes the values of a key as its shape has them.
func yamlValue(key configuration.Key, values []string) string {
	switch {
	case key.Shape == configuration.Switch || key.Shape == configuration.Number:
		return values[0]
	case len(values) == 1 && key.Shape != configuration.List:
		return yamlText(values[0])
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = yamlText(value)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// plainText is what YAML reads as itself, whatever its version: it has a letter that no
// number has, and is no word for a truth value.
var (
	plainText     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z/][0-9A-Za-z/._-]*$`) })
	wholeDuration = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9]+[dhms])+$`) })
	letterFirst   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z/]`) })
	reserved      = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
)

// yamlText writes a text, between quotes unless YAML reads it as itself.
func yamlText(text string) string {
	plain := plainText().MatchString(text) && (letterFirst().MatchString(text) || wholeDuration().MatchString(text))
	if plain && !slices.Contains(reserved, strings.ToLower(text)) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
