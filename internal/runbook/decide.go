package runbook

import (
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
)

// decide comes before everything that has an effect.
func (a *author) decide() part {
	return part{headingDecide, []block{
		a.step("Make sure that it is the vendor's cloud",
			paragraph(say("Go on only if all of this is true:")),
			list{entries: []text{
				say("It fails for many people. One office, one device or one application of your own is something else."),
				say("You see it from two networks. One of them is not your company's: a mobile phone's will do."),
				say("Nobody can say that it is back sooner than a switch there and back takes. Each way it takes up to %s until the last client has seen it, by our estimate.", lengthWords(a.change().WorstCase())),
			}},
		),
		a.step("Know what it takes away", a.costs()),
		a.step("Get into the DNS",
			paragraph(say("Sign in now to the DNS console of `%s`, or to the machine that may update it. The way there must need **neither the vendor's cloud nor a single sign-on that runs through it**.", a.Zone)),
			a.shutOut(),
			outcome(say("The TXT records of `%s`, and that you could change them.", a.Domain)),
			otherwise(say("Use the emergency account, another network, or the DNS provider's telephone. Without the DNS nothing on this page can be done.")),
			blanks{"DNS console", "Emergency account is kept at", "Telephone of the DNS provider"},
		),
		a.step("Decide",
			paragraph(say("One person decides, knowing what the steps above say. Write it down before anything is changed.")),
			blanks{"Who decides", "Deputy", "Telephone", "Decision", "Time (UTC)", "Signature"},
		),
	}}
}

// costs are what the mode takes away, as far as the vendor's pages say. That of the
// applications and the sign-ins is in its Disaster Recovery Deployment and Operations
// Guide, under Considerations and Common Troubleshooting Items.
func (a *author) costs() block {
	costs := []text{
		say("Connectors and Private Service Edges that are designated for disaster recovery restart their services, and drop their sessions."),
		say("No new enrolments, no policy changes. The portal is unavailable."),
	}
	if a.Type != txtrecord.InternetAccess {
		costs = append(costs, say("Private Access: only the applications that are designated for disaster recovery can be reached. The vendor says to assume that there are no new sign-ins."))
	}
	if a.Type != txtrecord.PrivateAccess {
		costs = append(costs, say(internetTraffic[a.Forwarding]))
	}
	return list{entries: append(costs,
		say("**Clients do not come back by themselves** when the cloud recovers. Somebody has to publish `off`: [%s].", headingComeBack),
		say("`test` is not harmless: it drops sessions too."),
	)}
}

var internetTraffic = map[txtrecord.Forwarding]string{
	txtrecord.NoForwarding: "Internet Access: what happens to the traffic is as set in the portal. These records leave it so.",
	txtrecord.FailOpen:     "Internet Access: traffic goes direct (fail-open).",
	txtrecord.FailClose:    "Internet Access: the internet is disabled (fail-close).",
}

// shutOut warns of the machine that loses its way to the DNS; nil where none does.
func (a *author) shutOut() block {
	if sentence := shutOut[a.Forwarding]; sentence != "" && a.Type != txtrecord.PrivateAccess {
		return notice(say(sentence))
	}
	return nil
}

var shutOut = map[txtrecord.Forwarding]string{
	txtrecord.NoForwarding: "If the portal says fail-close, a machine that the company manages **may lose the internet** once it has seen `on`, and with it the way to the DNS: to look, and to switch back. If you do not know, work on a machine without Client Connector.",
	txtrecord.FailClose:    "These records say fail-close: a machine that the company manages **loses the internet** once it has seen `on`, and with it perhaps the way to the DNS: to look, and to switch back. Work on a machine without Client Connector.",
}

func (a *author) prepare() part {
	return part{headingPrepare, []block{
		paragraph(say("A step whose name begins with **drtxt** needs that program, with **Console** only a DNS console, with **File** another program, which takes a file of this kit. Skip what you do not have. All other steps are for everybody.")),
		a.step("drtxt: open a terminal in the folder of this page",
			command{"drtxt version"},
			outcome(say("A version. This kit was made by `%s`.", a.Version)),
			otherwise(say("Go on with the steps named **Console**.")),
		),
		a.step("drtxt: find the files that are kept elsewhere", a.elsewhere()...),
		a.step("Check the clock",
			command{"date -u"},
			paragraph(say("On Windows:")),
			command{"powershell -Command [DateTime]::UtcNow"},
			outcome(say("The time in UTC that another clock shows too, to the minute. The records of now are chosen by it.")),
		),
		a.step("drtxt: check the kit", a.checkKit()...),
		a.seeWhatStands(),
	}}
}

func (a *author) seeWhatStands() step {
	s := a.step("See what stands now",
		a.verification("verify"),
		outcome(say("The first sentence says what the DNS tells clients to do: on a quiet day `off`, or nothing.")),
		paragraph(say("Of what stands below the table **only errors are for tonight**. A `warning` that was there on the quiet day, or is there now, before anything is changed, can wait.")),
		paragraph(say("**Without drtxt**:")),
		command{"dig +noall +answer TXT " + a.Domain},
		outcome(say("On a quiet day two values with `b=off`, or nothing. The number behind the name is for how many seconds the answer is still kept.")),
		blanks{"Warnings on the quiet day", "What stood before", "Its TTL"},
	)
	a.before = s.heading()
	return s
}

// elsewhere names the files that the commands need and that are not in the kit.
func (a *author) elsewhere() []block {
	blocks := []block{
		paragraph(say("The **public key** tells true records from others. It is never taken out of this folder: whoever had exchanged the records would have exchanged it with them.")),
	}
	for _, path := range valuesOf(a.Trust, "--public") {
		blocks = append(blocks, command{shellwords.Line([]string{"drtxt", "keygen", "inspect", path})})
	}
	blocks = append(blocks, outcome(say("A public key with the fingerprint `%s`. Compare that with a note of it which is not in this folder, or with the file that was given to the vendor's portal.", a.Key)))
	kept := blanks{"Public key is kept at"}
	for _, path := range valuesOf(a.Publish, "--tsig-file") {
		blocks = append(blocks, paragraph(say("The **TSIG key** lets the name server know that you may change the zone. The commands have it as `%s`.", path)))
		kept = append(kept, "TSIG key is kept at")
	}
	for _, path := range valuesOf(a.Publish, "--zone-file") {
		blocks = append(blocks, paragraph(say("The **zone file** is changed in place: `%s`. Work on the machine where it lies.", path)))
		kept = append(kept, "Machine with the zone file")
	}
	return append(blocks,
		paragraph(say("**If they lie elsewhere tonight, change the paths in the commands.** They are those of the machine that this kit was made on.")),
		otherwise(say("Without the public key drtxt verifies nothing, and without the others it changes nothing. Find them, or go on with the steps named **Console**.")),
		kept)
}

// checkKit tells what can be wrong with the kit from what can be wrong with the question.
func (a *author) checkKit() []block {
	return []block{
		command{shellwords.Line(append([]string{"drtxt", "kit", "verify", "."}, a.Trust...))},
		outcome(say("The last line begins with `verdict: valid`, and there is no `error` above it: no file is missing or changed, and every set verifies under `%s`.", a.Key)),
		otherwise(say("What does it say?"),
			say("It shows no table, only a line that begins with `drtxt:` (status 2): it could not begin. Mostly the public key does not lie where the command has it, or this is not the folder of the kit. **Find the file**, change the path, and run it again. Nothing is said against the kit."),
			say("`kit-expired` is the only error: there are no records for now any more, but `off` **is still good**, and so is [%s]. For `on` sign new records: the last step of [%s].", headingComeBack, headingSwitchOn),
			say("`kit-other-version` is the only error: this drtxt is not the one that made the kit, and cannot tell. Check with `%s`.", a.Version),
			say("Any other error (status 1): the kit is wrong. **Publish nothing out of this folder, and nothing off this page.** Take another copy of the kit, or sign new records."),
		),
	}
}
