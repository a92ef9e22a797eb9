package runbook

import (
	"slices"
	"strconv"
	"time"

	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// An author writes the page of one runbook and counts its steps.
type author struct {
	*Runbook
	steps int
	// before and file are the headings of two steps that others refer to: what stood before
	// anything was changed, and the way File, empty where there is none.
	before, file string
}

func newPage(r *Runbook) *page {
	a := &author{Runbook: r}
	p := &page{title: "Disaster recovery runbook: " + r.Domain}
	p.parts = []part{
		a.decide(), a.prepare(), a.switchOn(), a.seeItArrive(), a.whileOn(),
		a.comeBack(), a.afterwards(), a.rehearse(), a.records(), a.unknown(),
	}
	prepare := &p.parts[1]
	prepare.blocks = slices.Insert(prepare.blocks, 1, vocabulary(p.parts)...)
	p.lead = a.cover(p.parts)
	p.footer = say("Made at %s by drtxt `%s`.", r.instant(r.Made), r.Version)
	return p
}

// The headings that are linked to.
const (
	headingDecide     = "Part 1: Decide"
	headingPrepare    = "Part 2: Prepare"
	headingSwitchOn   = "Part 3: Switch on"
	headingArrive     = "Part 4: See it arrive"
	headingWhileOn    = "Part 5: While it is on"
	headingComeBack   = "Part 6: Come back"
	headingAfterwards = "Part 7: Afterwards"
	headingRehearse   = "Part 8: Rehearse with test"
	headingRecords    = "Part 9: The records"
	headingUnknown    = "Part 10: What is not known"
)

// cover says what the page is for, how it is to be guarded, and what is where.
func (a *author) cover(parts []part) []block {
	var contents contents
	for _, part := range parts {
		entry := linked(part.title)
		if first, last := part.span(); first > 0 {
			entry = append(entry, span{text: ", " + stepWords(first, last)})
		}
		contents = append(contents, entry)
	}
	return []block{
		paragraph(say("For the night on which the vendor's cloud (Zscaler) has failed. Work from top to bottom, step by step. **Decide first, then act.** Nothing here needs the network to be read.")),
		notice(say("**Guard this page and its folder like a key.** Whoever has them and can change the DNS of `%s` can switch to disaster recovery until **%s**%s.", a.Zone, utc(a.end()), a.local(a.end()))),
		now{status: string(txtrecord.On)},
		a.facts(),
		contents,
	}
}

func (a *author) facts() block {
	zone := say("`%s`, in the zone `%s`", a.Domain, a.Zone)
	if a.ZoneAssumed {
		zone = say("`%s`, in the zone `%s` (assumed: the name above it)", a.Domain, a.Zone)
	}
	rows := slices.Concat([]row{
		{cells: []text{say("Name"), zone}},
		{cells: []text{say("Switches"), say(productNames[a.Type])}},
		{cells: []text{say("Internet Access traffic"), say(forwardingWords[a.Forwarding])}},
	}, a.windowFacts(), []row{
		{cells: []text{say("Records"), say("two TXT records, TTL %s", lengthWords(a.ttl()))}},
		{cells: []text{say("Key"), say("`%s`", a.Key)}},
		{cells: []text{say("Scheme"), say("`%s`, %s", a.Scheme, a.Confirmation)}},
	})
	return table{name: "This kit", head: []string{"What", "In this kit"}, rows: rows}
}

func (a *author) windowFacts() []row {
	on := a.sets(txtrecord.On)
	from, to := bounds(on)
	if len(on) == 1 {
		return []row{{cells: []text{say("Window of on"), say("from %s until %s", a.instant(from), a.instant(to))}}}
	}
	return []row{
		{cells: []text{say("First window of on"), say("from %s", a.instant(from))}},
		{cells: []text{say("Last window of on"), say("until %s (%s in all)", a.instant(to), count(len(on), "window"))}},
	}
}

// several reports whether a status has more than one window.
func (a *author) several(status txtrecord.Status) bool { return len(a.sets(status)) > 1 }

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func (a *author) ttl() time.Duration { return time.Duration(a.TTL) * time.Second }

// change is one from records of this kit to others, as Client Connector sees it.
func (a *author) change() propagation.Change {
	return propagation.Change{Memory: a.ttl(), Interval: verify.PollInterval}
}

// step counts a step.
func (a *author) step(title string, blocks ...block) step {
	a.steps++
	return step{title, a.steps, blocks}
}
