package runbook

import (
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
)

func (a *author) comeBack() part {
	off := a.sets(txtrecord.Off)[0]
	return part{headingComeBack, []block{
		notice(say("**Publish off.** Clients do not come back by themselves, and to delete the records is not the same.")),
		a.step("Make sure that the cloud is back, and decide",
			list{entries: []text{
				say("The vendor says so, and you see it from two networks."),
				say("Count on sessions dropping once more: what becomes of them is not published."),
			}},
			blanks{"Who decides", "Time (UTC)", "Signature"},
		),
		a.step("drtxt: publish off",
			a.publish(txtrecord.Off),
			paragraph(say("It asks for the name. Type `%s`.", a.Domain)),
			outcome(say("It was published, read back and verified: `off`.")),
			blanks{"Published at (UTC)", "By"},
		),
		a.step("Console: replace the records by these",
			paragraph(say("As for `on`: take out the old values that begin with `v=1`, add these two with a TTL of %s.", lengthWords(a.ttl()))),
			record{off, false, a.valuesOf(off)},
			blanks{"Published at (UTC)", "By"},
		),
		a.step("See it arrive",
			a.verification("watch", "--until", "off"),
			a.verification("verify", "--expect", "off"),
			outcome(say("`off`, as expected. Clients follow as in [%s]: at most %s later, by our estimate.", headingArrive, lengthWords(a.change().WorstCase()))),
			blanks{"First client back at (UTC)"},
		),
		a.step("Leave off standing",
			paragraph(say("Do not take it away. While it stands no resolver remembers that there is nothing, which would make the next activation slower.")),
		),
	}}
}

func (a *author) afterwards() part {
	return part{headingAfterwards, []block{
		list{entries: []text{
			say("Write down what happened when, and what this page did not say."),
			say("The records of this kit can be published again until **%s**%s. If somebody may have them who should not, rotate the key.", utc(a.end()), a.local(a.end())),
			say("Make a new kit before that day. It needs an empty folder, and the key: `%s`.", shellwords.Line([]string{"drtxt", "kit", a.Domain, "--out", "FOLDER"})),
		}},
		blanks{"Closed at (UTC)", "Name", "Signature"},
	}}
}

func (a *author) rehearse() part {
	return part{headingRehearse, []block{
		notice(say("**test is not harmless.** The designated connectors and edges restart their services and drop their sessions, as with `on`. Agree on a time.")),
		paragraph(say("A rehearsal is this page with `test` in place of `on`, and ends with [%s]. It is also what shows that the vendor's components believe these records.", headingComeBack)),
		a.step("drtxt: publish test, and see it arrive",
			a.publish(txtrecord.Test),
			a.verification("watch", "--until", "test"),
			a.verification("verify", "--expect", "test"),
			outcome(say("`test`, as expected.")),
			blanks{"Date", "Name"},
		),
		a.step("Console: find the window of now, and replace the records",
			now{status: string(txtrecord.Test)},
			a.windows(txtrecord.Test),
			now{status: string(txtrecord.Test), values: true},
		),
	}}
}
