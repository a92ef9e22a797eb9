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
	var ways []text
	var steps []block
	for _, way := range []struct {
		name  string
		steps []step
	}{
		{"**drtxt**, which checks what it does: %s.", a.byDrtxt()},
		{"**Console**, by hand: %s.", a.byConsole()},
		{"**File**, with another program: %s.", a.byFile()},
		{"No window of this kit fits: %s, in place of all of these.", []step{a.step("Only if no window fits: sign new records", a.signAnew()...)}},
	} {
		if way.steps == nil {
			continue
		}
		ways = append(ways, say(way.name, stepWords(way.steps[0].number, way.steps[len(way.steps)-1].number)))
		for _, s := range way.steps {
			steps = append(steps, s)
		}
	}
	return part{headingSwitchOn, append(a.oneWay(ways), steps...)}
}

func (a *author) byDrtxt() []step {
	return []step{
		a.step("drtxt: see what would change",
			a.publish(txtrecord.On, "--dry-run"),
			outcome(say("Two lines with `+`, the new values with `b=on`. The last line begins with `nothing was changed`.")),
			otherwise(say("No window fits: look at the clock again, then at the last step of this part. Somebody else has changed the records: talk to them first.")),
		),
		a.step("drtxt: publish",
			a.publish(txtrecord.On),
			paragraph(say("It asks for the name. Type `%s`.", a.Domain)),
			a.published(),
			a.failed(),
			a.reload(),
			paragraph(say("The undo line at the end puts back what stood before. It is for a mistake that you see **right now**: keep it until you go on to [%s], and never use it after that. Where nothing stood before, it is refused. The way back is [%s].", headingArrive, headingComeBack)),
			blanks{"Published at (UTC)", "By"},
			a.wayDone(),
		),
	}
}

func (a *author) byConsole() []step {
	return []step{
		a.step("Console: find the window of now", a.findWindow(txtrecord.On)...),
		a.step("Console: replace the records",
			a.consoleSteps(),
			now{status: string(txtrecord.On), values: true},
			outcome(say("Exactly two TXT records that begin with `v=1`, each as long as its value is here.")),
			blanks{"Published at (UTC)", "By", "Records"},
			a.wayDone(),
		),
	}
}

// byFile is nil for a kit without files for other programs.
func (a *author) byFile() []step {
	files := a.otherFiles()
	if files == nil {
		return nil
	}
	s := a.step("File: apply a file of the kit", files...)
	a.file = s.heading()
	return []step{s}
}

// oneWay is a branching: each way is enough by itself.
func (a *author) oneWay(ways []text) []block {
	return []block{
		notice(say("**Take one way, and only that one.** Each replaces the records; to do it twice helps nobody.")),
		list{entries: ways},
	}
}

// wayDone ends a way of switching on.
func (a *author) wayDone() block {
	return paragraph(say("**Done? Skip the other ways** and go on with [%s].", headingArrive))
}

// published is what publish shows in the end: its beginning has scrolled away by then.
func (a *author) published() block {
	return outcome(say("The beginning scrolls away. Near the end a line begins with `verdict: valid`: published, read back and verified. A last line that begins with `nothing to do:` is as good: these records stand already."))
}

func (a *author) failed() block {
	return otherwise(say("Lines at the end that begin with `drtxt:` and `hint:` say what went wrong, and what to do."))
}

// findWindow is how the window of now is found by hand.
func (a *author) findWindow(status txtrecord.Status) []block {
	how := say("Take the row in which now lies between the two times. If two fit, take the one that ends later.")
	if !a.several(status) {
		how = say("Now must lie between the two times.")
	}
	anew := say("None fits: this kit is over or not begun. New records have to be signed: the last step of [%s].", headingSwitchOn)
	if status == txtrecord.Test {
		anew = say("None fits: this kit is over or not begun: a new one is needed.")
	}
	return []block{paragraph(how), now{status: string(status)}, a.windows(status), otherwise(anew)}
}

// signAnew is what is left where the kit has no set for now.
func (a *author) signAnew() []block {
	blocks := []block{
		paragraph(say("This needs drtxt and the private key. The first line signs records for eight hours and leaves them in `%s`, the second publishes them, the third waits until they are everywhere. If nothing can be written there, name another file in all three lines.", recordsFile)),
	}
	return append(append(blocks, a.renewal(a.signOn())...),
		outcome(say("The last line begins with `reached`: every server serves exactly these records.")),
		paragraph(say("**Console**: in place of the second and the third line, enter the two values of the file, under `values`, as above.")),
		blanks{"Published at (UTC)", "Ends at (UTC)", "By"},
		a.wayDone(),
	)
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
		blocks = append(blocks, a.applied(file)...)
		if file.Format == "nsupdate" {
			blocks = append(blocks, outcome(say("Nothing: it prints nothing when it has worked. `update failed` says that nothing was changed.")))
		}
	}
	if blocks == nil {
		return nil
	}
	return append([]block{
		paragraph(say("Take one format that fits what you have, and the file of the window of now: [%s] names it. Work in the folder of this page.", headingRecords)),
		paragraph(say("The ways above leave TXT records of others alone. **Most of these files do not: they replace every TXT record of the name.** Take one only if every TXT record there begins with `v=1`.")),
	}, append(blocks, blanks{"Published at (UTC)", "By", "File"}, a.wayDone())...)
}

// applied are the lines on a file: prose, and commands, with the TSIG key where that is
// known.
func (a *author) applied(file File) []block {
	var blocks []block
	var prose []string
	flush := func() {
		if prose != nil {
			blocks = append(blocks, paragraph(quoted(strings.Join(prose, " "))))
			prose = nil
		}
	}
	for _, line := range slices.Concat(file.Effect, file.Apply) {
		line = strings.ReplaceAll(line, file.Path, fileOfNow)
		shell, ok := strings.CutPrefix(line, "  ")
		if !ok {
			prose = append(prose, strings.TrimSpace(line))
			continue
		}
		flush()
		for _, path := range valuesOf(a.Publish, "--tsig-file") {
			shell = strings.ReplaceAll(shell, TSIGFile, shellwords.Word(path))
		}
		shell = a.atServer(file, shell)
		blocks = append(blocks, command{shell})
	}
	flush()
	return blocks
}

// atServer has nsupdate ask the server that is known, and not the one that the zone's SOA
// record names.
func (a *author) atServer(file File, shell string) string {
	servers := valuesOf(a.Publish, "--server")
	before, ok := strings.CutSuffix(shell, " "+fileOfNow)
	if file.Format != "nsupdate" || !ok || len(servers) == 0 || servers[0] == NameServer {
		return shell
	}
	m := hostAndPort().FindStringSubmatch(servers[0])
	words := []string{"server", servers[0]} // an address of IPv6 without brackets
	if m != nil {
		words = []string{"server", m[1] + m[2]}
		if m[3] != "" {
			words = append(words, m[3])
		}
	}
	return "{ echo " + shellwords.Line(words) + "; cat " + fileOfNow + "; } | " + before
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
			outcome(say("It ends by itself when all that it asks serve `on`: %s. The last line begins with `reached`.", a.asked())),
			otherwise(say("It names the server that lags, and gives up after half an hour. Its finding says what to do.")),
		),
		a.step("drtxt: verify",
			a.verification("verify", "--expect", "on"),
			outcome(say("The last line begins with `verdict: valid, as expected`. The first sentence says until when.")),
			otherwise(say("Do what is said below an `error`. A `warning` counts only if it was not there in [%s].", a.before)),
		),
		a.step("Without drtxt: ask the name servers", a.askByHand()...),
		a.step("Know when clients follow", a.curve()...),
		a.step("Ask the vendor's components", a.components()...),
	}}
}

// askByHand asks each name server, and then the resolver that this machine has.
func (a *author) askByHand() []block {
	var blocks []block
	which := say("Ask each server for the records. On Windows use the last line, with each of them.")
	if !slices.Contains(a.Asking, "--server") {
		blocks = append(blocks, command{"dig +short NS " + a.Zone}, a.otherZone())
		which = say("Ask each server of that list for the records. On Windows use the last line.")
	}
	blocks = append(append(blocks, paragraph(which)), a.digs()...)
	return append(blocks,
		command{"nslookup -type=TXT " + a.Domain + " " + anyNameServer},
		outcome(say("The two values with `b=on` that you have published, each in quotes, in either order, from every server. No third one that begins with `v=1`. Some write a backslash before each semicolon.")),
		otherwise(say("The old values, from some servers: ask again in a minute. Others than yours: somebody else has changed them.")),
		paragraph(say("Then the resolver of this machine, which may keep the old answer for as long as its TTL says:")),
		command{"dig +short TXT " + a.Domain},
		outcome(say("The same two values.")),
	)
}

// otherZone is what to do where the zone was only assumed.
func (a *author) otherZone() block {
	if !a.ZoneAssumed {
		return nil
	}
	return otherwise(say("If it lists none, `%s` is no zone of its own: ask for the name above it.", a.Zone))
}

// components are what the vendor's own machines show: the commands are in its pages
// Troubleshooting App Connectors and Troubleshooting Private Service Edges, the line of
// the journal and Safe Mode in its Disaster Recovery Deployment and Operations Guide.
func (a *author) components() []block {
	var blocks []block
	if a.Type != txtrecord.InternetAccess {
		blocks = append(blocks,
			paragraph(say("On a **Private Service Edge**:")),
			command{"curl 'localhost:8500/zpn/zpn_dr/resolve_dr_domain?record_type=txt'"},
			paragraph(say("On an **App Connector**:")),
			command{"curl 'localhost:9000/assistant/zpn_dr/resolve_dr_domain?record_type=txt'"},
			outcome(say("The two values.")),
			paragraph(say("On either, what the journal has of the last six hours:")),
			command{"sudo journalctl --since=-6h | grep 'DR mode is activated!'"},
			outcome(say("A line with `DR mode is activated!`, not older than what you have published. The vendor names it for edges; that an App Connector writes it is not published.")),
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
			paragraph(say("After its end a set is expired. That is a dead man's switch, not the way back: for that follow [%s].", headingComeBack)),
			blanks{"Ends at (UTC)"},
		),
		a.step("Stay on beyond that", a.staying()...),
		a.step("Look every hour", append(append([]block{
			a.verification("verify", "--expect", "on"),
			outcome(say("`verdict: valid, as expected`, and in the first sentence until when. Once the end is nearer than `--warn-before` says, it warns (`ends-soon`).")),
		}, a.withoutDrtxt(say("The two values that you have published, from every server, and no third one that begins with `v=1`."))...),
			blanks{"Who looks"})...,
		),
	}
	return part{headingWhileOn, blocks}
}

// staying is how on stands longer than its set.
func (a *author) staying() []block {
	if !a.several(txtrecord.On) {
		return []block{paragraph(say("This kit has no other window. Sign new records before its end: the last step of [%s].", headingSwitchOn))}
	}
	when := say("When the next window has begun, its set takes the place of the old one.")
	if overlap := a.overlap(); overlap > 0 {
		when = say("Each window begins %s before the one before it ends. From then on its set can take the place of the old one.", lengthWords(overlap))
	}
	blocks := []block{
		paragraph(when),
		paragraph(say("**drtxt**: the first line leaves the set of now in `%s`, the second publishes it, the third waits for exactly that set: `on` alone is what the old one says too. If nothing can be written there, name another file in all three lines.", recordsFile)),
	}
	return append(append(blocks, a.renewal(a.pick(txtrecord.On, "--out", recordsFile))...),
		outcome(say("The last line begins with `reached`: every server serves the set with the later end. `on` stands all the time.")),
		paragraph(say("**Without drtxt**: replace the records as in [%s], and ask the name servers as in [%s].", headingSwitchOn, headingArrive)),
		paragraph(say("Beyond the last window sign new records: the last step of [%s].", headingSwitchOn)),
	)
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
