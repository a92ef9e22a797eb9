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
			outcome(say("The TXT records of `%s`, and that you could change them.", a.Domain)),
			remedy(say("Use the emergency account, another network, or the DNS provider's telephone. Without the DNS nothing on this page can be done.")),
			blanks{"DNS console", "Emergency account is kept at", "Telephone of the DNS provider"},
		),
		a.step("Decide",
			paragraph(say("One person decides, knowing what the steps above say. Write it down before anything is changed.")),
			blanks{"Who decides", "Deputy", "Telephone", "Decision", "Time (UTC)", "Signature"},
		),
	}}
}

// costs are what the mode takes away, as far as the vendor's pages say.
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

func (a *author) prepare() part {
	return part{headingPrepare, []block{
		paragraph(say("Steps named **drtxt** need the program drtxt, those named **Console** only a DNS console and any machine. All others are for both.")),
		a.step("drtxt: open a terminal in the folder of this page",
			command{"drtxt version"},
			outcome(say("A version. This kit was made by `%s`.", a.Version)),
			remedy(say("Go on with the steps named **Console**.")),
		),
		a.step("Check the clock",
			command{"date -u"},
			outcome(say("The time in UTC that another clock shows too, to the minute. Windows are chosen by it.")),
		),
		a.step("drtxt: check the kit",
			command{shellwords.Line(append([]string{"drtxt", "kit", "verify", "."}, a.Trust...))},
			outcome(say("No error. No file is missing or changed, and every set verifies under `%s`.", a.Key)),
			remedy(say("Publish nothing out of this folder. Take another copy of the kit, or sign new records. The public key is never taken out of the kit itself.")),
		),
		a.step("See what stands now",
			a.verification("verify"),
			paragraph(say("**Console**, or without drtxt:")),
			command{"dig +noall +answer TXT " + a.Domain},
			outcome(say("What the DNS tells clients to do; on a quiet day `off`, or nothing. The number behind the name is for how many seconds the answer is still kept.")),
			blanks{"What stood before", "Its TTL"},
		),
	}}
}
