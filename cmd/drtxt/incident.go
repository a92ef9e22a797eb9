package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/shellwords"
)

// newIncidentTopic is no command but a topic of help: the page that somebody needs who was
// woken up.
func newIncidentTopic(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "incident",
		Short: "The page for the night: disaster recovery on, and back, step by step",
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		if args := cmd.Flags().Args(); len(args) > 0 {
			env.helpRefused = noTopicArgument(cmd, args[0])
			return
		}
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

// noTopicArgument refuses an argument to what takes none.
func noTopicArgument(topic *cobra.Command, argument string) error {
	return refusal(fmt.Errorf("%s takes no argument such as %s", topic.Name(), quoted(argument)),
		"leave it out; the page names the domain of the configuration, which --config names")
}

// An incident is what the page is about.
type incident struct {
	domain string
	// madeWith says which configuration the page is made with, empty for none.
	madeWith string
	// config are the words by which a command finds it.
	config []string
	// taken is what the commands of the page take from it.
	taken map[string]takenSettings
}

// newIncident is for the configured domain if there is just one. The error is for those
// who rely on the configuration: the page is good without it.
func newIncident(env *environment) (incident, error) {
	none := incident{domain: "DOMAIN"}
	own := *env
	if own.settings.path == "" {
		own.settings.path = env.getenv(variable("config")) // help takes no settings
	}
	var err error
	if own.settings.file, own.settings.found, err = findConfiguration(&own, false); err != nil || own.settings.file == nil {
		return none, err
	}
	i := none
	if i.madeWith = madeWith(&own.settings); own.settings.path != "" {
		i.config = []string{"--config", own.settings.path}
	}
	switch domains := own.settings.file.Domains(); {
	case len(domains) > 1: // what stands for every domain counts all the same
		i.madeWith += "\nIt has several domains: put the one that is meant in the place of DOMAIN."
	case len(domains) == 1:
		i.domain = domains[0]
	}
	if err := i.take(&own, own.settings.takeOnly()); err != nil {
		return none, err
	}
	return i, nil
}

// take finds out what the commands of the page take for a domain. It warns of files that
// are missing, and of what a found file sets.
func (i *incident) take(env *environment, domain string) error {
	i.taken = map[string]takenSettings{}
	warned := map[string]bool{}
	var all []configuration.Setting
	for _, command := range []struct {
		name string
		cmd  *cobra.Command
		args []string
	}{
		{"pick", newKitPickCommand(env), nil},
		{"record", newRecordCommand(env), []string{"on"}},
		{"publish", newPublishCommand(env), nil},
		{"watch", newWatchCommand(env), nil},
		{"verify", newVerifyCommand(env), nil},
	} {
		taken, err := takenBy(env, command.cmd, domain, command.args...)
		if err != nil {
			return err
		}
		i.taken[command.name] = taken
		for _, name := range slices.Sorted(maps.Keys(taken)) {
			all = append(all, taken[name])
			if err := env.settings.file.RequireInputs(taken[name]); err != nil && !warned[err.Error()] {
				warned[err.Error()] = true
				env.note("warning: lines that need it do not run: %v", err)
			}
		}
	}
	warnOfFound(env, domain, all)
	return nil
}

// madeWith names the configuration.
func madeWith(s *settings) string {
	if s.found {
		return "Made with ./" + configuration.FileName + ", which lies in this folder."
	}
	return "Made with the configuration " + shellwords.Word(absolute(s.file.Path)) + "."
}

// page is the whole text. Its lines fit the smallest terminal, unless a domain or a path is
// long.
func (i incident) page() string {
	head := ""
	if i.madeWith != "" {
		head = i.madeWith + "\n"
	}
	return fmt.Sprintf(`DISASTER RECOVERY FOR %[1]s, STEP BY STEP
%[7]s
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
   there, with its "ttl" in seconds. Old ones (v=1;...) go, other TXT stays.

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
		i.pick("off")+i.publish("off")+i.watch("off")+i.verify("off"), head)
}

func (i incident) pick(status string) string {
	return i.lines("drtxt kit pick KIT --status "+status, i.taken["pick"].public(), "--out "+status+".json")
}

func (i incident) record() string {
	taken := i.taken["record"]
	key, public := "--key dr_privatekey.pem", ""
	if taken.has("key", "signer-command", "signer-agent") {
		key = ""
	}
	if taken.has("signer-command", "signer-agent") && len(taken["public"].Values) != 1 {
		public = publicPlaceholder
	}
	return i.lines("drtxt record on "+i.domain, taken.unless("--for 8h", "for"), key, public, "--format json", "--out on.json")
}

func (i incident) publish(status string) string {
	taken := i.taken["publish"]
	return i.lines(append([]string{"drtxt publish --records " + status + ".json", taken.public()}, taken.target()...)...)
}

func (i incident) watch(status string) string {
	return i.lines("drtxt watch "+i.domain+" --records "+status+".json", i.taken["watch"].public())
}

func (i incident) verify(status string) string {
	return i.lines("drtxt verify "+i.domain+" --expect "+status, i.taken["verify"].public())
}

// lines is a command of several parts with the configuration, indented, on as many lines as
// it takes.
func (i incident) lines(parts ...string) string {
	const indent, width = "     ", 79
	var b strings.Builder
	line := indent + parts[0]
	for _, part := range append(parts[1:], shellwords.Line(i.config)) {
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
