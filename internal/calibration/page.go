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
which one a client follows it. The first that is accepted is the one.

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
		fmt.Fprintf(b, "Left out, because the signer that was used cannot do them: %s. If none of the others is accepted, make a trial with a key\nfile (`--key`) for these.\n\n", schemeNames(t.Omitted))
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
- **A test app profile.** Make an app profile for a handful of users (the vendor recommends as much) and in its disaster recovery
  settings name %[1]s as the activation domain, upload `+"`%[2]s`"+`, and make it part of the disaster recovery test group
  (published for Internet Access as "Part of ZIA Disaster Recovery Test Group"). How long a client takes to fetch a changed profile
  is not published here: have those users update the policy by hand, and check it.
- **A quiet time, announced.** Test mode is not harmless. Published: it restarts the services of the App Connectors (zpa-connector) and
  Private Service Edges (zpa-service-edge) that are designated for disaster recovery, and drops the sessions over them. These sets are for
  %[3]s. Whether a set for Internet Access alone restarts connectors and edges too is not published: expect it, unless the
  Private Access settings name another domain.
- **The way back.** Clients do not come back by themselves (published). Each folder has its own off set, signed under the same scheme.
- **First see that it works at all**, or "nothing was accepted" proves nothing. Give a second test profile the same domain and no public
  key, and publish an unsigned set: a client that does not follow that has another reason than the scheme.

      drtxt record test %[1]s --type %[4]s --unsigned --for 1h --format json --out control.json
      drtxt publish --records control.json --allow-unsigned --server "$SERVER" --zone "$ZONE" --tsig-file "$TSIG_FILE"

  Then publish its off in the same way (`+"`drtxt record off`"+`), see that client come back, and take that profile away.

Name the server once, in the shell in which you run the lines, check that the zone is the right one, and run them in this folder. Publish
shows what it is about to change, and asks for the domain's name:

    SERVER=ns1.example.com ZONE=%[5]s TSIG_FILE=update.key                 # a POSIX shell
    $SERVER="ns1.example.com"; $ZONE="%[5]s"; $TSIG_FILE="update.key"      # PowerShell

Where the zone's host takes no DNS updates, put the two lines of `+"`test.txt`"+` there by hand as two TXT records (never as one record of two
strings), in place of what stands, and skip the publish line; the watch line stays.

`, t.Domain, keygen.PublicKeyFile, t.products(), t.Activation.Type, parent(t.Domain))
	b.WriteString(`## What a client shows when a set is accepted

- Published: Client Connector shows the service status "Safe Mode" while disaster recovery is on, and a user who opens a page that is then
  blocked gets HTTP 403. The vendor's guides speak of waiting for Safe Mode after the TXT record was changed; that a client of the test
  group shows the same words in test mode is likely and not published.
- Published, for Private Access: the journal of a service edge (` + "`journalctl -f`" + `) says "DR mode is activated!".
- When a set is not accepted, nothing happens. Whether that is logged anywhere is not published.

`)
}

// parent is the zone that is assumed: what is above the name.
func parent(domain string) string {
	_, above, _ := strings.Cut(domain, ".")
	return above
}

func (t *Trial) writeSets(b *strings.Builder) {
	fmt.Fprintf(b, "## One after the other\n\nOne set at a time. Leave each for at least %s **after the watch line has ended**, look at every test client, and write down what you\nsee. Stop at the first that is accepted. The next set takes the place of the one before it; no off is needed in between.\n\nA client that follows late may follow the set before the one that stands. Only a set that is followed twice, with its off in between,\ncounts as accepted.\n", t.Try())
	for i := range t.Sets {
		s := &t.Sets[i]
		fmt.Fprintf(b, "\n### %d. `%s`\n\nSigned: %s.\n\n    %s\n    %s\n", i+1, s.Scheme, Words(s.Scheme), publishLine(s, "test"), watchLine(s, "test"))
	}
	b.WriteString("\n")
}

func publishLine(s *Set, status string) string {
	return fmt.Sprintf(`drtxt publish --records %[1]s/%[2]s.json --public %[3]s --scheme %[4]s --server "$SERVER" --zone "$ZONE" --tsig-file "$TSIG_FILE"`,
		s.Folder, status, keygen.PublicKeyFile, s.Scheme)
}

func watchLine(s *Set, status string) string {
	return fmt.Sprintf(`drtxt watch --records %[1]s/%[2]s.json --until %[2]s --public %[3]s --scheme %[4]s`, s.Folder, status, keygen.PublicKeyFile, s.Scheme)
}

func (t *Trial) writeAfter(b *strings.Builder) {
	first := &t.Sets[0]
	fmt.Fprintf(b, `## When one is accepted

Publish the off set **of the same folder**, and see the client come back: that it heeds this one too is the second half of the proof. For
`+"`%[1]s`"+`:

    %[2]s
    %[3]s

Then have it recorded, with the name of the scheme that was accepted:

    drtxt calibrate --accepted %[1]s --save --public %[4]s

From then on `+"`drtxt record`"+` signs under it, and says on which day it was confirmed.
`, first.Scheme, publishLine(first, "off"), watchLine(first, "off"), keygen.PublicKeyFile)
	if t.Activation.Domain == "" {
		b.WriteString("\nThe sets have no tag d: whether d is signed stays open. Do not use `--bind-domain`, or make another trial with it.\n")
	}
	fmt.Fprintf(b, `
## When none is accepted

Check the profile, the key and the domain once more, and that the control worked. Then tell the project (https://github.com/drtxt/drtxt/issues) the
versions of the clients and the table below. Never send a private key; send sets only after they have ended, or when key and domain are
thrown away anyway.

## Clean up

1. The off set of the scheme that was accepted stands; if none was, publish the off set of the first folder.
2. Wait %[1]s, and check that every test client is back.
3. Take the domain out of the test profile, and then its records out of the DNS.
4. Delete this folder. Until %[2]s whoever has the sets and controls the DNS of %[3]s could publish them again (the
   off sets for ever; they switch nothing on).

`, t.Try(), verify.FormatInstant(t.Activation.End, nil), t.Domain)
}

func (t *Trial) writeTable(b *strings.Builder) {
	b.WriteString("## Checklist\n\n| no. | scheme | published at | clients looked at | accepted? | remarks |\n| --- | --- | --- | --- | --- | --- |\n")
	for i := range t.Sets {
		fmt.Fprintf(b, "| %d | `%s` | | | | |\n", i+1, t.Sets[i].Scheme)
	}
	b.WriteString("| | off, of the one that was accepted | | | back? | |\n")
}
