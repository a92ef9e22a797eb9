package runbook

import (
	"slices"
	"strconv"

	"github.com/drtxt/drtxt/txtrecord"
)

func (a *author) records() part {
	blocks := []block{a.timeline(), paragraph(a.zoneWords())}
	for _, set := range slices.Concat(a.sets(txtrecord.On), a.sets(txtrecord.Test)) {
		blocks = append(blocks, record{set, true, a.valuesOf(set)})
	}
	blocks = append(blocks, paragraph(say("The values of `off` stand in [%s].", headingComeBack)))
	return part{headingRecords, blocks}
}

// valuesOf are the window of a set, its values and its files.
func (a *author) valuesOf(set *Set) []block {
	var blocks []block
	if set.Status != txtrecord.Off {
		blocks = append(blocks, paragraph(say("From **%s**%s until **%s**%s.", utc(set.Start), a.local(set.Start), utc(set.End), a.local(set.End))))
	}
	for i, value := range set.Values {
		label := say("Value %s of %s, %s characters", strconv.Itoa(i+1), strconv.Itoa(len(set.Values)), strconv.Itoa(len(value)))
		blocks = append(blocks, paste{label, value})
	}
	if len(set.Files) == 0 {
		return blocks
	}
	files := say("Files:")
	for _, file := range set.Files {
		files = append(files, say(" `%s`", file.Path)...)
	}
	return append(blocks, paragraph(files))
}

func (a *author) unknown() part {
	takingPlace := "What a client does when a set of `on` ends is not published."
	if a.several(txtrecord.On) {
		takingPlace = "What a client does when one set of `on` takes the place of another, and when a window ends, is not published."
	}
	sources := []text{
		say("`https://help.zscaler.com/zscaler-deployments-operations/zpa-disaster-recovery-deployment-and-operations-guide`"),
		say("`https://help.zscaler.com/zpa/about-zscaler-dns-record-generator`"),
	}
	if a.Type != txtrecord.InternetAccess {
		sources = append(sources,
			say("`https://help.zscaler.com/zpa/troubleshooting-app-connectors`"),
			say("`https://help.zscaler.com/unified/troubleshooting-private-service-edges-private-applications`"),
		)
	}
	return part{headingUnknown, []block{
		list{entries: []text{
			say("Which bytes exactly are signed is not published in a way that settles it. These records: scheme `%s`, %s.", a.Scheme, a.Confirmation),
			say("How often App Connectors and Private Service Edges read the records is not published. For clients it is: every 200 seconds."),
			say("The curve of clients is an estimate. It holds for clients that are awake and reach the DNS."),
			say(takingPlace),
		}},
		paragraph(say("What this page says of the vendor's products stands in its public help pages, among them:")),
		list{entries: sources},
	}}
}
