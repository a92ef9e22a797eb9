package runbook

import (
	"github.com/drtxt/drtxt/txtrecord"
)

func (a *author) comeBack() part {
	off := a.sets(txtrecord.Off)[0]
	steps := []step{
		a.step("Make sure that the cloud is back, and decide",
			list{entries: a.beforeReturn()},
			blanks{"Who decides", "Time (UTC)", "Signature"},
		),
		a.step("drtxt: publish off",
			a.publish(txtrecord.Off),
			paragraph(say("It asks for the name. Type `%s`.", a.Domain)),
			a.published(),
			a.failed(),
			a.reload(),
			notice(say("**Do not use the undo line** at the end: it would put `on` back.")),
			blanks{"Published at (UTC)", "By"},
		),
		a.step("Console: replace the records by these",
			paragraph(say("As for `on`: take out the old values that begin with `v=1`, add these two with a TTL of %s.", lengthWords(a.ttl()))),
			record{off, false, a.valuesOf(off)},
			blanks{"Published at (UTC)", "By"},
		),
		a.step("See it arrive", append(append([]block{
			a.verification("watch", "--until", "off"),
			a.verification("verify", "--expect", "off"),
			outcome(say("The last lines begin with `reached`, and with `verdict: valid, as expected`.")),
		}, a.withoutDrtxt(say("The two values with `b=off`, from every server, and no third one that begins with `v=1`."))...),
			paragraph(say("Clients follow as in [%s]: at most %s later, by our estimate.", headingArrive, lengthWords(a.change().WorstCase()))),
			blanks{"First client back at (UTC)"})...,
		),
		a.step("Leave off standing",
			paragraph(say("Do not take it away. While it stands no resolver remembers that there is nothing, which would make the next activation slower.")),
		),
	}
	blocks := []block{
		notice(say("**Publish off.** Clients do not come back by themselves, and to delete the records is not the same.")),
		paragraph(say("Again **one way is enough**:")),
		list{entries: append(a.sameWays(steps[1], steps[2], txtrecord.Off), say("Then, for all: %s.", stepWords(steps[3].number, a.steps)))},
	}
	for _, s := range steps {
		blocks = append(blocks, s)
	}
	return part{headingComeBack, blocks}
}

// sameWays are the ways of switching on, for another status.
func (a *author) sameWays(drtxt, console step, status txtrecord.Status) []text {
	ways := []text{
		say("**drtxt**: %s.", stepWords(drtxt.number, drtxt.number)),
		say("**Console**: %s.", stepWords(console.number, console.number)),
	}
	if a.file != "" {
		ways = append(ways, say("**File**: as in [%s], with a file out of the folder `%s`.", a.file, string(status)))
	}
	return ways
}

func (a *author) beforeReturn() []text {
	entries := []text{
		say("The vendor says so, and you see it from two networks."),
		say("Count on sessions dropping once more: what becomes of them is not published."),
	}
	if a.shutOut() != nil {
		entries = append(entries, say("You still reach the DNS. If the machine that you work on has lost the internet, take another: [%s].", headingDecide))
	}
	return entries
}

func (a *author) afterwards() part {
	return part{headingAfterwards, []block{
		list{entries: []text{
			say("Write down what happened when, and what this page did not say."),
			say("The records of this kit can be published again until **%s**%s. If somebody may have them who should not, rotate the key.", utc(a.end()), a.local(a.end())),
			say("Make a new kit before that day. It needs the private key:"),
		}},
		command{a.newKit()},
		paragraph(say("Further formats, and flags for them, are added as `manifest.json` of this kit has them.")),
		blanks{"Closed at (UTC)", "Name", "Signature"},
	}}
}

func (a *author) rehearse() part {
	drtxt := a.step("drtxt: publish test, and see it arrive",
		a.publish(txtrecord.Test),
		a.reload(),
		a.verification("watch", "--until", "test"),
		a.verification("verify", "--expect", "test"),
		outcome(say("The last lines begin with `reached`, and with `verdict: valid, as expected`.")),
		blanks{"Date", "Name"},
	)
	console := a.step("Console: find the window of now, and replace the records",
		append(append(a.findWindow(txtrecord.Test), now{status: string(txtrecord.Test), values: true}),
			a.withoutDrtxt(say("The two values with `b=test`, from every server, and no third one that begins with `v=1`."))...)...)
	return part{headingRehearse, []block{
		notice(say("**test is not harmless.** The designated connectors and edges restart their services and drop their sessions, as with `on`. Agree on a time.")),
		paragraph(say("A rehearsal is this page with `test` in place of `on`, and ends with [%s]. It is also what shows that the vendor's components believe these records.", headingComeBack)),
		list{entries: a.sameWays(drtxt, console, txtrecord.Test)},
		drtxt,
		console,
	}}
}
