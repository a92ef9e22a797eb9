package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
)

// newIncidentTopic is no command but a topic of help: the page that somebody needs who was
// woken up.
func newIncidentTopic(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "incident",
		Short: "The page for the night: disaster recovery on, and back, step by step",
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		incident, err := newIncident(env)
		io.WriteString(cmd.OutOrStdout(), incident.page()) // failures are tracked
		if env.outTerminal {
			env.note("hint: `drtxt help incident | more` stops at each screen")
		}
		if err != nil {
			env.note("warning: this page is without the configuration: %v", err)
		}
	})
	return cmd
}

// An incident is what the page is about.
type incident struct {
	domain string
	// file is the configuration, if it has that domain alone; else nil.
	file *configuration.File
}

// newIncident is for the configured domain if there is just one. The error is for those
// who rely on the configuration: the page is good without it.
func newIncident(env *environment) (incident, error) {
	quiet := *env
	quiet.err = io.Discard
	if quiet.settings.path == "" {
		quiet.settings.path = env.getenv(variable("config")) // help takes no settings
	}
	file, _, err := findConfiguration(&quiet, false)
	if err != nil || file == nil || len(file.Domains()) != 1 {
		return incident{domain: "DOMAIN"}, err
	}
	return incident{domain: file.Domains()[0], file: file}, nil
}

// page is the whole text. Its lines fit the smallest terminal, unless a domain is long.
func (i incident) page() string {
	return fmt.Sprintf(`DISASTER RECOVERY FOR %[1]s, STEP BY STEP

Is there a kit? Its RUNBOOK.md and runbook.html have these steps with all the
records: go on there. Words in capitals below stand for what is yours.

1. Is the cloud really down? Look from a network that does not lead through it.
   Switching on drops sessions at connectors and edges. Get the yes it needs.

2. Can you log in where the DNS is changed, without the cloud and without its
   single sign-on? If not, find who can: nothing below works without that.

3. Get the records, from the kit (no key is needed):
%[2]s   or with the private key and its passphrase:
%[3]s   Neither? Find who has one of them: nothing else signs records.

4. Publish them: look at what changes, then type the domain's name. Keep the
   undo line that comes last.
%[4]s   In a DNS console instead: the two "values" in on.json become two TXT records
   at %[1]s, TTL 30 seconds; the old ones there are removed.

5. Wait until name servers and caches have them, and verify:
%[5]s
6. Clients look every 200 s. The last one follows, in the worst case, 200 s and
   the TTL of the answer that stood before it changed (an estimate). Meanwhile:
   no new enrolments, no policy changes, no portal.

7. The way back, once the cloud is up. Clients do not come back by themselves:
%[6]s   (With the private key it is drtxt record off in place of the first line.)
   Not up before the end? Publish the next records before it, as in 3 and 4.

DO NOT
 - try test first to be safe: it drops sessions too
 - remove the records to end it: publish off
 - leave old records beside new ones: two sets at a name contradict each other
 - choose --no-end: whoever controls the DNS could replay that for ever
 - send the private key or its passphrase to anybody
`,
		i.domain, i.pick("on"), i.record(), i.publish("on"), i.watch("on")+i.verify("on"),
		i.pick("off")+i.publish("off")+i.watch("off")+i.verify("off"))
}

func (i incident) pick(status string) string {
	return commandLines("drtxt kit pick KIT --status "+status, i.public(), "--out "+status+".json")
}

func (i incident) record() string {
	return commandLines("drtxt record on "+i.domain+" --for 8h",
		i.unless("--key dr_privatekey.pem", configuration.General, "key", "signer-command", "signer-agent"), "--format json", "--out on.json")
}

func (i incident) publish(status string) string {
	return commandLines("drtxt publish --records "+status+".json", i.public(),
		i.unless("--server NAME_SERVER", configuration.Publish, "server", "zone-file"),
		i.unless("--zone ZONE", configuration.General, "zone"),
		i.unless("--tsig-file UPDATE_KEY", configuration.Publish, "tsig-file", "zone-file"))
}

func (i incident) watch(status string) string {
	return commandLines("drtxt watch "+i.domain+" --records "+status+".json", i.public())
}

func (i incident) verify(status string) string {
	return commandLines("drtxt verify "+i.domain+" --expect "+status, i.public())
}

func (i incident) public() string {
	return i.unless("--public dr_publickey.pem", configuration.General, "public")
}

// unless is a part of a command, or nothing where one of these keys is configured.
func (i incident) unless(part, section string, keys ...string) string {
	for _, key := range keys {
		if i.file == nil {
			break
		}
		if _, ok := i.file.Setting(i.domain, section, key); ok {
			return ""
		}
	}
	return part
}

// commandLines is a command of several parts, indented, on as many lines as it takes.
func commandLines(parts ...string) string {
	const indent, width = "     ", 79
	var b strings.Builder
	line := indent + parts[0]
	for _, part := range parts[1:] {
		switch {
		case part == "":
		case len(line)+1+len(part)+len(` \`) <= width:
			line += " " + part
		default:
			b.WriteString(line + " \\\n")
			line = indent + "  " + part
		}
	}
	return b.String() + line + "\n"
}
