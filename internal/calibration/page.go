package calibration

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// Page is the page of instructions, in Markdown. What it says of the vendor's products is
// what their public pages say; what those leave open is marked.
func (t *Trial) Page() []byte {
	var b strings.Builder
	t.writeHead(&b)
	t.writeBefore(&b)
	t.writeSets(&b)
	t.writeAfter(&b)
	t.writeTable(&b)
	return []byte(b.String())
}

// Total is how long all sets take at least.
func (t *Trial) Total() time.Duration { return time.Duration(len(t.Sets)) * t.Try() }

func (t *Trial) writeHead(b *strings.Builder) {
	fmt.Fprintf(b, `# Which scheme do clients accept? A trial at %[1]s

The vendor's pages leave open which bytes the signature of a disaster recovery record is over. This folder holds the same
%[2]s set, signed under %[3]d schemes, the likeliest first. Publish one after the other at a domain of its own, and see under
which one a client follows it. The first that proves itself, as described below, is the one.

| | |
| --- | --- |
| domain | `+"`%[1]s`"+` |
| sets | `+"`%[4]s`"+`, TTL %[5]d s |
| they end at | %[6]s; after that nobody follows them: make new ones with `+"`drtxt calibrate --trial`"+` |
| key | %[7]s, `+"`%[8]s`"+` |
| time | at least %[9]s a set (the TTL and %[10]s, in which every client looks once; an estimate), %[11]s for all %[3]d, and the time to publish |

`, t.Domain, t.Activation.Status, len(t.Sets), t.body(), t.TTL, verify.FormatInstant(t.Activation.End, nil), keygen.Fingerprint(t.Key), keygen.PublicKeyFile,
		t.Try(), verify.PollInterval, t.Total())
	if len(t.Omitted) > 0 {
		fmt.Fprintf(b, "Left out, because the signer that was used cannot pad by RSASSA-PSS, or did not: %s. If none of the others is accepted,\nmake a trial with another signer for these, one that can.\n\n", schemeNames(t.Omitted))
	}
}

// body is what all test sets say.
func (t *Trial) body() string {
	text, err := txtrecord.Unsigned(t.Activation)
	if err != nil {
		return ""
	}
	return text
}

func schemeNames(schemes []txtrecord.Scheme) string {
	names := make([]string, len(schemes))
	for i, s := range schemes {
		names[i] = "`" + s.String() + "`"
	}
	return strings.Join(names, ", ")
}

// products words what the sets are about.
func (t *Trial) products() string {
	switch t.Activation.Type {
	case txtrecord.InternetAccess:
		return "Internet Access"
	case txtrecord.PrivateAccess:
		return "Private Access"
	}
	return "Internet Access and Private Access"
}

func (t *Trial) writeBefore(b *strings.Builder) {
	fmt.Fprintf(b, `## Before

"Published" is what the vendor's public pages say, "not published" what they do not.

- **A domain of its own.** Use %[1]s for this trial and for nothing else; never the name that production clients look up.
- **A key of its own.** The sets are signed with the key above. If it is not a pair made for this trial alone (`+"`drtxt keygen`"+`), stop, and make
  the trial again: whoever has these sets can publish them at every domain whose clients have that key.
- **A test app profile.** Make an app profile for a handful of users (the vendor recommends as much) and in its disaster recovery
  settings name %[1]s as the activation domain, upload `+"`%[2]s`"+`, and make it part of the disaster recovery test group
  (published for Internet Access as "Part of ZIA Disaster Recovery Test Group"). How long a client takes to fetch a changed profile
  is not published here: have those users update the policy by hand, and check it.
- **A quiet time, announced.** Test mode is not harmless. Published: it restarts the services of the App Connectors (zpa-connector) and
  Private Service Edges (zpa-service-edge) that are designated for disaster recovery, and drops the sessions over them. These sets are for
  %[3]s. Whether a set for Internet Access alone restarts connectors and edges too is not published: expect it, unless the
  Private Access settings name another domain.
- **The way back.** Clients do not come back by themselves (published). Each folder has its own off set, signed under the same scheme.

Name the server once, in the shell in which you run the lines, check that the zone is the right one, and run them in this folder. Publish
shows what it is about to change, and asks for the domain's name:

    SERVER=ns1.example.com ZONE=%[4]s TSIG_FILE=update.key                 # a POSIX shell
    $SERVER="ns1.example.com"; $ZONE="%[4]s"; $TSIG_FILE="update.key"      # PowerShell

Where the zone's host takes no DNS updates, put the lines of the `+"`.txt`"+` file beside the `+"`.json`"+` file that a publish line names there by hand, each
as a TXT record of its own (never as one record of two strings), in place of what stands, and skip the publish line; the watch line stays.

`, t.Domain, keygen.PublicKeyFile, t.products(), parent(t.Domain))
	t.writeControl(b)
	b.WriteString(`## What a client shows when a set is accepted

- Published: Client Connector shows the service status "Safe Mode" while disaster recovery is on, and a user who opens a page that is then
  blocked gets HTTP 403. The vendor's guides speak of waiting for Safe Mode after the TXT record was changed; that a client of the test
  group shows the same words in test mode is likely and not published.
- Published, for Private Access: the journal of a service edge (` + "`journalctl -f`" + `) says "DR mode is activated!".
- Not published: what a client does with a set that it does not accept, and whether it shows or logs that. Write down whatever you see.

`)
}

// writeControl writes how to see, without any signature, that the trial can work at all.
func (t *Trial) writeControl(b *strings.Builder) {
	fmt.Fprintf(b, `### The control

First see that it works at all, or "nothing was accepted" proves nothing. Give a second test profile the same domain and no public key, and
publish an unsigned set, which needs none (published). What a client does with it that has a key is not published. A client without a key
that does not follow it within %[1]s has another reason than the scheme: find that first.

    %[2]s
    %[3]s
    %[4]s

Then its off. See that client come back within %[1]s, and take the second profile away:

    %[5]s
    %[6]s
    %[7]s

By hand, the one TXT record is the value in `+"`control.json`"+`, then that in `+"`control-off.json`"+`.

`, t.Try(),
		t.controlRecordLine("test", "--for 1h ", "control"), controlPublishLine("control"), controlWatchLine("control", "test"),
		t.controlRecordLine("off", "", "control-off"), controlPublishLine("control-off"), controlWatchLine("control-off", "off"))
}

func (t *Trial) controlRecordLine(status, end, name string) string {
	return fmt.Sprintf("drtxt record %s %s --type %s --unsigned %s--ttl %ds --format json --out %s.json", status, t.Domain, t.Activation.Type, end, t.TTL, name)
}

func controlPublishLine(name string) string {
	return fmt.Sprintf("drtxt publish --records %s.json --allow-unsigned %s", name, serverFlags)
}

func controlWatchLine(name, status string) string {
	return fmt.Sprintf("drtxt watch --records %s.json --until %s --allow-unsigned", name, status)
}

// parent is the zone that is assumed: what is above the name.
func parent(domain string) string {
	_, above, _ := strings.Cut(domain, ".")
	return above
}

func (t *Trial) writeSets(b *strings.Builder) {
	fmt.Fprintf(b, `## One after the other

Each set has the same five lines, which differ in its folder and its scheme alone: publish **test**, watch; publish **off**, watch;
record the outcome. "Wait" means: at least %[1]s after the watch line has ended, then look at every test client. For set after set:

1. **Test**: lines 1 and 2. Wait. If no client follows, note it and go on with the next set. It takes the place of this one; no off is
   needed in between.
2. If a client follows, **off**: lines 3 and 4. Wait. The client must come back.
   - It does not: wait once more. If it still does not, it was perhaps late, and follows the set before. Publish the off of **that** set (its
     lines 3 and 4), and wait; if that does not help, the off of the one before that, and so on down to set 1. The set whose off brought
     it back is the one to go on with at step 3.
   - None of them brings it back: take the domain out of the test profile, have the client fetch it, and see "When none is accepted".
3. **Test again**, the set whose off brought the client back: its lines 1 and 2. Wait. The client must follow again.
   - It does not: nothing is proven. Publish its off again (lines 3 and 4), wait, and go on at step 1, once more with the set before it, then
     with the next that was not tried yet.
4. **Off again**: its lines 3 and 4. Wait. The client must come back.

A set that was followed twice and whose off was followed twice **is accepted**. Its line 5 records that. Then stop: see "When one is accepted".
`, t.Try())
	for i := range t.Sets {
		s := &t.Sets[i]
		fmt.Fprintf(b, "\n### %d. `%s`\n\nSigned: %s.\n\n", i+1, s.Scheme, Words(s.Scheme))
		for _, line := range []string{publishLine(s, "test"), watchLine(s, "test"), publishLine(s, "off"), watchLine(s, "off"), t.acceptedLine(s)} {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
	b.WriteString("\n")
}

// serverFlags name the server by the variables that the page sets.
const serverFlags = `--server "$SERVER" --zone "$ZONE" --tsig-file "$TSIG_FILE"`

func publishLine(s *Set, status string) string {
	return fmt.Sprintf("drtxt publish --records %s/%s.json --public %s --scheme %s %s", s.Folder, status, keygen.PublicKeyFile, s.Scheme, serverFlags)
}

func watchLine(s *Set, status string) string {
	return fmt.Sprintf("drtxt watch --records %[1]s/%[2]s.json --until %[2]s --public %[3]s --scheme %[4]s", s.Folder, status, keygen.PublicKeyFile, s.Scheme)
}

func (t *Trial) acceptedLine(s *Set) string {
	line := fmt.Sprintf("drtxt calibrate --accepted %s --save --public %s", s.Scheme, keygen.PublicKeyFile)
	if t.Activation.Domain != "" {
		line += " --bind-domain"
	}
	if t.Configuration != "" {
		line += " --config " + t.Configuration
	}
	return line
}

func (t *Trial) writeAfter(b *strings.Builder) {
	b.WriteString(`## When one is accepted

Its line 5 has written the scheme to your configuration. From then on ` + "`drtxt record`" + ` signs under it, and says on which day it was confirmed.
`)
	if t.Activation.Domain == "" {
		b.WriteString("\nThe sets have no tag d: whether d is signed stays open, and is recorded so: for records with d the scheme does not count as confirmed.\nDo not use `--bind-domain`, or make another trial with it; `--accepted` then takes `--bind-domain` too.\n")
	} else {
		b.WriteString("\nThe sets have the tag d. `--bind-domain` in that line says so; without it, it would be recorded that d stays open.\n")
	}
	fmt.Fprintf(b, `
## When none is accepted

Check the profile, the key and the domain once more, and that the control worked. Then tell the project (https://github.com/drtxt/drtxt/issues) the
versions of the clients and the table below. Never send a private key; send sets only after they have ended, or when key and domain are
thrown away anyway.

## Clean up

1. The off set of the scheme that was accepted stands; if none was, publish the off set of the last set that was tried, and of those before
   it where a client has not come back.
2. Wait %[1]s, and check that every test client is back.
3. Take the domain out of the test profile, and then its records out of the DNS.
4. Delete this folder. Until %[2]s whoever has the sets, and controls the DNS of %[3]s or of another domain whose clients have
   this key, could publish them again (the off sets for ever; they switch nothing on).

`, t.Try(), verify.FormatInstant(t.Activation.End, nil), t.Domain)
}

func (t *Trial) writeTable(b *strings.Builder) {
	b.WriteString("## Checklist\n\n| set | scheme | step | published at | clients looked at | followed, back? | remarks |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	b.WriteString("| control | unsigned | test | | | | |\n| control | unsigned | off | | | | |\n")
	for i := range t.Sets {
		fmt.Fprintf(b, "| %d | `%s` | test | | | | |\n", i+1, t.Sets[i].Scheme)
	}
	for _, step := range []string{"off", "test again", "off again"} {
		fmt.Fprintf(b, "| | of the one that was followed | %s | | | | |\n", step)
	}
}
