package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/keygen"
)

const configInitGreeting = "This writes a configuration, so that the commands need no flags on the night. Nothing is written before you answer yes to the last question, and what you answer can be changed in the file later."

// leftOut is the answer that leaves a setting out.
const leftOut = "none"

// askTheRest asks for what neither arguments nor flags say. Without a terminal only the
// domain is needed.
func (c *newConfiguration) askTheRest(ctx context.Context) error {
	terminal, err := c.env.terminal()
	if err != nil {
		if c.domain == "" {
			return refusal(errors.New("no domain is given, and there is no terminal to ask at"), c.instead)
		}
		return c.assume()
	}
	terminal.Close()
	c.greeting, c.stages = configInitGreeting, c.questions()
	return c.run(ctx)
}

// assume takes what is not asked where nobody can be.
func (c *newConfiguration) assume() error {
	if zone := c.chosen["zone"]; len(zone) > 0 {
		return c.checkZone(zone[0])
	}
	return nil
}

func (c *newConfiguration) questions() []stage {
	var stages []stage
	if c.domain == "" {
		stages = append(stages, c.askDomain)
	}
	return append(stages,
		c.askType, c.askForwarding,
		c.askPublic, c.askSigner, c.askKey, c.askCommand,
		c.askLength,
		c.askTarget, c.askServer, c.askZoneFile, c.askZone, c.askTSIG,
		c.askWriting,
	)
}

// unless is a question about a key, nil where a flag has decided it.
func (c *newConfiguration) unless(key string, q *question) *question {
	if c.given[key] {
		return nil
	}
	return q
}

// setting has the answer to a question chosen for a key.
func (c *newConfiguration) setting(key string, q question) *question {
	if values := c.chosen[key]; len(values) > 0 {
		q.preset = values[0]
	}
	q.accept = func(answer string) error {
		if strings.EqualFold(answer, leftOut) || answer == portalSetting && key == "forwarding" {
			return c.choose(key)
		}
		if keyNamed(key).Path || key == "signer-command" {
			answer = expandHome(answer)
		}
		return c.choose(key, answer)
	}
	return c.unless(key, &q)
}

func (c *newConfiguration) askDomain() *question {
	return &question{
		title:  "For which disaster recovery domain?",
		prompt: "domain",
		preset: c.domain,
		help: `The name at which the records stand in the DNS, such as dr.example.com. The same name is set in the vendor's portal.
Others can be added to the file.`,
		accept: func(answer string) error {
			domain, err := parseDomain(c.env, answer)
			if err != nil {
				return err
			}
			before := c.domain
			c.domain = domain
			if zone := c.chosen["zone"]; c.given["zone"] {
				if err := c.checkZone(zone[0]); err != nil {
					c.domain = before
					return err
				}
			} else if before != domain {
				delete(c.chosen, "zone")
			}
			return nil
		},
	}
}

func (c *newConfiguration) askType() *question {
	q := c.setting("type", question{
		title: "Which of the vendor's products do the records switch?",
		choices: []choice{
			{"all", productNames["all"]},
			{"zia", productNames["zia"] + " alone"},
			{"zpa", productNames["zpa"] + " alone"},
		},
		preset: "all",
		help:   "Answer with the products that are deployed and set up for disaster recovery.",
	})
	if q == nil {
		return nil
	}
	choose := q.accept
	q.accept = func(answer string) error {
		if answer == "zpa" && !c.given["forwarding"] {
			delete(c.chosen, "forwarding")
		}
		return choose(answer)
	}
	return q
}

func (c *newConfiguration) askForwarding() *question {
	if kind := c.chosen["type"]; len(kind) > 0 && kind[0] == "zpa" {
		return nil
	}
	return c.setting("forwarding", question{
		title: "What happens to Internet Access traffic during disaster recovery?",
		choices: []choice{
			{"fail-open", "it goes to the internet directly, past the vendor's protection"},
			{"fail-close", "clients have no internet"},
			{portalSetting, "what is set in the vendor's portal"},
		},
		preset: portalSetting,
		help:   "Records that say it win over the portal. Answer portal if you do not know: then what is set there holds.",
	})
}

func (c *newConfiguration) askPublic() *question {
	q := question{
		title:  "In which file is the public key?",
		about:  "It is what verify, watch and publish believe. Type none if there is none yet.",
		prompt: "file, or none",
		help:   "The file that was uploaded to the vendor's portal, mostly dr_publickey.pem. drtxt keygen makes a pair. Give a place where the file will stay.",
	}
	if isThere(keygen.PublicKeyFile) {
		q.preset = keygen.PublicKeyFile
	}
	return c.setting("public", q)
}

// signers are the keys of which one says what signs.
var signers = map[string]string{"file": "key", "program": "signer-command", "agent": "signer-agent"}

func (c *newConfiguration) askSigner() *question {
	for _, key := range signers {
		if c.given[key] {
			return nil
		}
	}
	q := &question{
		title: "What signs the records?",
		choices: []choice{
			{"file", "a private key in a file"},
			{"program", "a program, for a key in a device or elsewhere (docs/signers.md)"},
			{"agent", "the SSH agent"},
			{leftOut, "nothing on this machine"},
		},
		preset: c.signer,
		help:   "With a key in a file, its passphrase is asked for when it signs. Nothing secret stands in the configuration. Answer none where only verify and watch are used.",
		accept: c.acceptSigner,
	}
	if q.preset == "" && isThere(keygen.PrivateKeyFile) {
		q.preset = "file"
	}
	return q
}

func (c *newConfiguration) acceptSigner(answer string) error {
	if (answer == "program" || answer == "agent") && len(c.chosen["public"]) != 1 {
		return refusal(errors.New("what signs like that has to be known by its public key, and none is named"), "type back to name the public key, or another answer")
	}
	c.signer = answer
	for _, key := range signers {
		if signers[answer] != key {
			delete(c.chosen, key)
		}
	}
	if answer == "agent" {
		return c.choose("signer-agent", "true")
	}
	return nil
}

func (c *newConfiguration) askKey() *question {
	if c.signer != "file" {
		return nil
	}
	q := question{
		title:  "In which file is the private key?",
		prompt: "file",
		help:   "Mostly dr_privatekey.pem. It is only read. A file that others can read is refused.",
	}
	if public := c.chosen["public"]; len(public) > 0 && isThere(privateBeside(public[0])) {
		q.preset = privateBeside(public[0])
	} else if isThere(keygen.PrivateKeyFile) {
		q.preset = keygen.PrivateKeyFile
	}
	asked := c.setting("key", q)
	choose := asked.accept
	asked.accept = func(answer string) error {
		if err := choose(answer); err != nil {
			return err
		}
		if err := c.checkPair(); err != nil {
			delete(c.chosen, "key")
			return err
		}
		return nil
	}
	return asked
}

func (c *newConfiguration) askCommand() *question {
	if c.signer != "program" {
		return nil
	}
	return c.setting("signer-command", question{
		title:  "Which program signs?",
		about:  "Its arguments can be added to the file as signer-arg.",
		prompt: "absolute path",
		help:   "docs/signers.md says what such a program has to do, and has examples for devices and key services.",
	})
}

func (c *newConfiguration) askLength() *question {
	return c.setting("for", question{
		title:  "How long do on and test last, where nothing else is said?",
		about:  "The end is a stop, in case nobody comes back to it; somebody has to publish off all the same. Type none to have it said each time.",
		prompt: "a duration, or none",
		preset: "8h",
		help:   "Durations are written 30m, 8h or 2d. --for, --end and --no-end of drtxt record win over it.",
	})
}

func (c *newConfiguration) askTarget() *question {
	if c.given["publish.server"] || c.given["publish.zone-file"] || c.given["publish.tsig-file"] {
		return nil
	}
	return &question{
		title: "Where are the records published?",
		choices: []choice{
			{"server", "at a name server that takes updates (RFC 2136)"},
			{"file", "in a zone file on this machine"},
			{leftOut, "elsewhere: in a console, by a pipeline or with a kit"},
		},
		preset: c.target,
		help:   "drtxt publish changes the first two by itself. For everything else drtxt record --format writes what the host takes.",
		accept: func(answer string) error {
			c.target = answer
			for _, key := range []string{"publish.server", "publish.tsig-file", "publish.zone-file"} {
				if !(answer == "server" && key != "publish.zone-file" || answer == "file" && key == "publish.zone-file") {
					delete(c.chosen, key)
				}
			}
			return nil
		},
	}
}

func (c *newConfiguration) askServer() *question {
	if c.target != "server" {
		return nil
	}
	return c.setting("publish.server", question{
		title:  "Which server?",
		prompt: "host, or host:port",
		help:   "The primary of the zone, as an address or a name: ns1.example.com, 192.0.2.1:53 or [2001:db8::1]:53.",
	})
}

func (c *newConfiguration) askZoneFile() *question {
	if c.target != "file" {
		return nil
	}
	return c.setting("publish.zone-file", question{
		title:  "Which zone file?",
		prompt: "file",
		help:   "The file that the name server loads the zone from. drtxt publish replaces the records in it, and says how to reload.",
	})
}

// publishes reports whether the zone counts.
func (c *newConfiguration) publishes() bool {
	return c.target == "server" || c.target == "file" || c.isSet("publish.server") || c.isSet("publish.zone-file")
}

func (c *newConfiguration) askZone() *question {
	if !c.publishes() {
		return nil
	}
	q := question{
		title:  "In which zone does the domain lie?",
		prompt: "zone",
		help:   "The zone of the name server that holds the domain, mostly the domain without its first label.",
	}
	_, q.preset, _ = strings.Cut(c.domain, ".")
	return c.setting("zone", q)
}

func (c *newConfiguration) askTSIG() *question {
	if c.target != "server" && !c.isSet("publish.server") {
		return nil
	}
	return c.setting("publish.tsig-file", question{
		title:  "In which file is the TSIG key that signs the updates?",
		about:  "Type none if there is none yet.",
		prompt: "file, or none",
		help:   "A file as tsig-keygen writes it, which the server knows, too. Nobody else should be able to read it.",
	})
}

func (c *newConfiguration) askWriting() *question {
	return &question{
		title:      fmt.Sprintf("Is the configuration to be written to %s?", quoted(c.path)),
		about:      c.summary(),
		prompt:     "yes to write it, no to end",
		help:       "no ends here, and nothing is written.",
		deliberate: true,
		accept: func(answer string) error {
			switch {
			case strings.EqualFold(answer, "yes"):
				return nil
			case strings.EqualFold(answer, "no"):
				return errQuit
			}
			return refusal(fmt.Errorf("%s is neither yes nor no", quoted(answer)), "type the whole word, or back to change something")
		},
	}
}

// summary is what was chosen, a line each.
func (c *newConfiguration) summary() string {
	lines := []string{"Domain: " + c.domain}
	for _, e := range explainedKeys {
		if values := c.chosen[e.key]; len(values) > 0 {
			lines = append(lines, e.key+": "+strings.Join(values, ", "))
		}
	}
	return strings.Join(lines, "\n")
}
