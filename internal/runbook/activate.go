package runbook

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
)

func (a *author) switchOn() part {
	blocks := []block{
		paragraph(say("There are two ways, **drtxt** and **Console**. Take one of them.")),
		a.unfilled(),
		a.step("drtxt: see what would change",
			a.publish(txtrecord.On, "--dry-run"),
			outcome(say("Which set was picked, and what would go and come: two new values with `b=on`. Nothing has been changed.")),
			remedy(say("No window fits: look at the clock again, then at the table below. Somebody else has changed the records: talk to them first.")),
		),
		a.step("drtxt: publish",
			a.publish(txtrecord.On),
			paragraph(say("It asks for the name. Type `%s`.", a.Domain)),
			outcome(say("It was published, read back and verified: `on`. The last line puts back what stood before; keep it. To end the activation follow [%s] instead.", headingComeBack)),
			blanks{"Published at (UTC)", "By"},
		),
		a.step("Console: find the window of now",
			paragraph(say("Take the row in which now lies between the two times. If two fit, take the one that ends later.")),
			now{status: string(txtrecord.On)},
			a.windows(txtrecord.On),
			remedy(say("If none fits, this kit is over or not begun. Sign new records where the key is: `%s`.", a.recordLine())),
		),
		a.step("Console: replace the records",
			a.consoleSteps(),
			now{status: string(txtrecord.On), values: true},
			outcome(say("Exactly two TXT records that begin with `v=1`, each as long as its value is here.")),
			blanks{"Published at (UTC)", "By", "Records"},
		),
	}
	if other := a.otherFiles(); other != nil {
		blocks = append(blocks, a.step("Or else: apply another file of the kit", other...))
	}
	return part{headingSwitchOn, blocks}
}

// unfilled says what has to be filled in, if anything.
func (a *author) unfilled() block {
	if len(a.Publish) > 0 {
		return nil
	}
	return paragraph(say("`YOUR-NAME-SERVER` and `KEY_FILE` were not known when this kit was made. Fill them in, or leave all of it out where the configuration of drtxt has them."))
}

// recordLine makes new records in place of those of a kit that is over.
func (a *author) recordLine() string {
	words := []string{"drtxt", "record", "on", a.Domain, "--for", "8h", "--type", string(a.Type)}
	if a.Forwarding != txtrecord.NoForwarding {
		words = append(words, "--forwarding", a.Forwarding.Name())
	}
	return shellwords.Line(words)
}

func (a *author) consoleSteps() block {
	return list{counted: true, entries: []text{
		say("Open the TXT records of `%s`.", a.Domain),
		say("Take out the old values that begin with `v=1`. Leave all others."),
		say("Add two TXT records with a TTL of %s seconds, one for each value of the window: [%s].", strconv.Itoa(int(a.TTL)), headingRecords),
		say("Paste each value whole: no blank, no line break, no third record."),
		say("Most consoles put the quotes themselves. One that takes lines of a zone file needs each value between double quotes, or it cuts it at the first semicolon."),
		say("Save everything as one change, if the console can."),
	}}
}

// windows is the table of the windows of a status.
func (a *author) windows(status txtrecord.Status) block {
	t := table{name: "Windows of " + string(status), head: []string{"Records", "From", "Until"}}
	for _, set := range a.sets(status) {
		t.rows = append(t.rows, row{[]text{linked(set.Name), a.moment(set.Start), a.moment(set.End)}, set})
	}
	return t
}

// moment is a time in a table: below it, where it differs, that of the readers.
func (a *author) moment(t time.Time) text {
	cell := say("%s", utc(t))
	if local, ok := strings.CutPrefix(a.local(t), " "); ok {
		cell = append(cell, span{text: " "}, span{style: aside, text: local})
	}
	return cell
}

// otherFiles say how each format is applied, but for those that the steps before are
// about. Files of all windows are applied alike.
func (a *author) otherFiles() []block {
	set := a.sets(txtrecord.On)[0]
	var blocks []block
	for _, file := range set.Files {
		if file.Format == "text" || file.Format == "json" || len(file.Apply) == 0 {
			continue
		}
		blocks = append(blocks, paragraph(say("As `%s`:", file.Format)))
		blocks = append(blocks, applied(file)...)
	}
	if blocks == nil {
		return nil
	}
	return append([]block{paragraph(say("`FILE` stands for the file of the window of now: [%s] names it. Apply one, by what you have.", headingRecords))}, blocks...)
}

// applied are the lines on a file: prose, and commands.
func applied(file File) []block {
	var blocks []block
	var prose []string
	flush := func() {
		if prose != nil {
			blocks = append(blocks, paragraph(quoted(strings.Join(prose, " "))))
			prose = nil
		}
	}
	for _, line := range file.Apply {
		line = strings.ReplaceAll(line, file.Path, "FILE")
		shell, ok := strings.CutPrefix(line, "  ")
		if !ok {
			prose = append(prose, strings.TrimSpace(line))
			continue
		}
		flush()
		blocks = append(blocks, command{shell})
	}
	flush()
	return blocks
}

// quoted is a sentence from outside in which pairs of backticks stand around code.
func quoted(sentence string) text {
	pieces := strings.Split(sentence, "`")
	if len(pieces)%2 == 0 || slices.Contains(pieces[1:], "") {
		return text{{text: sentence}}
	}
	var t text
	for i, piece := range pieces {
		t = append(t, span{style: []style{plain, code}[i%2], text: piece})
	}
	return t
}

func (a *author) seeItArrive() part {
	return part{headingArrive, []block{
		a.step("drtxt: wait until every server has it",
			a.verification("watch", "--until", "on"),
			outcome(say("It ends by itself when all that it asks serve `on`: the zone's name servers and the resolvers of this machine.")),
			remedy(say("It names the server that lags, and gives up after half an hour. Its finding says what to do.")),
		),
		a.step("drtxt: verify",
			a.verification("verify", "--expect", "on"),
			outcome(say("The first sentence says `on`, for which product and until when, as expected.")),
			remedy(say("Each finding below the table says what to do.")),
		),
		a.step("Console: ask the name servers",
			command{"dig +short NS " + a.Zone},
			a.otherZone(),
			paragraph(say("Ask each server of that list. On Windows use the second line.")),
			command{"dig +norecurse +short TXT " + a.Domain + " @NAME-SERVER"},
			command{"nslookup -type=TXT " + a.Domain + " NAME-SERVER"},
			outcome(say("The two values, each in quotes, in either order, from every server. No third one that begins with `v=1`.")),
		),
		a.step("Know when clients follow", a.curve()...),
		a.step("Ask the vendor's components", a.components()...),
	}}
}

// otherZone is what to do where the zone was only assumed.
func (a *author) otherZone() block {
	if !a.ZoneAssumed {
		return nil
	}
	return remedy(say("If it lists none, `%s` is no zone of its own: ask for the name above it.", a.Zone))
}

// components are what the vendor's own machines show [published].
func (a *author) components() []block {
	var blocks []block
	if a.Type != txtrecord.InternetAccess {
		blocks = append(blocks,
			paragraph(say("On a **Private Service Edge**:")),
			command{"curl 'localhost:8500/zpn/zpn_dr/resolve_dr_domain?record_type=txt'"},
			command{"journalctl -f"},
			paragraph(say("On an **App Connector**:")),
			command{"curl 'localhost:9000/assistant/zpn_dr/resolve_dr_domain?record_type=txt'"},
			outcome(say("The two values. In the journal of the edge: `DR mode is activated!`")),
		)
	}
	return append(blocks,
		outcome(say("On **clients**: Client Connector is in Safe Mode.")),
		paragraph(say("How often connectors and edges read the records is not published.")),
		blanks{"First client in Safe Mode at (UTC)"},
	)
}

func (a *author) whileOn() part {
	blocks := []block{
		a.step("Write down when it ends by itself",
			paragraph(say("After the end of its window a set is expired. It is a dead man's switch, not the way back: for that follow [%s].", headingComeBack)),
			blanks{"Window ends at (UTC)"},
		),
		a.step("Stay on beyond that", a.staying()...),
		a.step("Look every hour",
			a.verification("verify", "--expect", "on"),
			outcome(say("`on`, as expected. One hour before the end it begins to warn.")),
			blanks{"Who looks"},
		),
	}
	return part{headingWhileOn, blocks}
}

func (a *author) staying() []block {
	wait := say("When the next window has begun, do [%s] again.", headingSwitchOn)
	if overlap := a.overlap(); overlap > 0 {
		wait = say("Each window begins %s before the one before it ends. From then on do [%s] again: the new set takes the place of the old.", lengthWords(overlap), headingSwitchOn)
	}
	return []block{
		paragraph(wait),
		a.publish(txtrecord.On),
		outcome(say("The set with the later end. `on` stands all the time.")),
	}
}

// overlap is the least by which two windows of on that follow each other overlap, and not
// positive where two do not.
func (a *author) overlap() time.Duration {
	sets := a.sets(txtrecord.On)
	var least time.Duration
	for i := 1; i < len(sets); i++ {
		if d := sets[i-1].End.Sub(sets[i].Start); i == 1 || d < least {
			least = d
		}
	}
	return least
}
