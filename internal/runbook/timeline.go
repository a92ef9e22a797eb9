package runbook

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// timeline draws the windows of on, each in a row of its own; a table of them stands
// where they are needed.
func (a *author) timeline() block {
	caption := say("The window of `on`; days are those of UTC. Dates and times are in [%s].", headingSwitchOn)
	if a.several(txtrecord.On) {
		caption = say("The windows of `on`, one below the other; days are those of UTC. Dates and times are in [%s].", headingSwitchOn)
	}
	return chart{
		caption: caption,
		svg:     a.drawTimeline(a.sets(txtrecord.On)),
		lines:   writeTimeline(a.sets(txtrecord.On)),
	}
}

// columns are how finely the windows are drawn in letters.
const columns = 60

// writeTimeline is the picture in letters.
func writeTimeline(sets []*Set) []string {
	from, to := bounds(sets)
	x := scale{float64(from.Unix()), float64(to.Unix()), 0, columns}
	width := 0
	for _, set := range sets {
		width = max(width, len(set.Name))
	}
	lines := []string{fmt.Sprintf("%*s %-*s%s", width, "", columns-len(time.DateOnly)+2, from.Format(time.DateOnly), to.Format(time.DateOnly))}
	for _, set := range sets {
		left := min(int(x.at(float64(set.Start.Unix()))), columns-1)
		right := max(int(x.at(float64(set.End.Unix()))), left+1)
		lines = append(lines, fmt.Sprintf("%-*s |%s%s%s|", width, set.Name, strings.Repeat(" ", left), strings.Repeat("=", right-left), strings.Repeat(" ", columns-right)))
	}
	return lines
}

const (
	rowHeight    = 17.0 // of a few windows
	rowsHeight   = 360.0
	letterHeight = 12.0
)

func (a *author) drawTimeline(sets []*Set) string {
	from, to := bounds(sets)
	height := min(rowHeight, rowsHeight/float64(len(sets)))
	x := scale{float64(from.Unix()), float64(to.Unix()), 62, 348}
	top := 6.0
	bottom := top + height*float64(len(sets))
	d := &drawing{height: bottom + 24}
	a.drawDays(d, x, from, to, top, bottom)
	every := 1
	for height*float64(every) < letterHeight {
		every++
	}
	for i, set := range sets {
		y := top + height*float64(i)
		left, right := x.at(float64(set.Start.Unix())), x.at(float64(set.End.Unix()))
		d.rect("bar", left, y+height*0.15, max(right-left, 2), height*0.7)
		if i%every == 0 {
			d.label("end", x.low-6, y+height/2+4, shortened(set.Name))
		}
	}
	d.line("axis", x.low, bottom+2, x.high, bottom+2)
	return d.picture("timeline", fmt.Sprintf("The %s of on", count(len(sets), "window")),
		fmt.Sprintf("From %s to %s, each in a row of its own.", a.instant(from), a.instant(to)),
		fmt.Sprintf(` data-from="%d" data-to="%d" data-low="%s" data-high="%s" data-bottom="%s"`, from.Unix(), to.Unix(), number(x.low), number(x.high), number(bottom+2)))
}

// drawDays draws the ticks below the windows.
func (a *author) drawDays(d *drawing, x scale, from, to time.Time, top, bottom float64) {
	step := spacing(to.Sub(from), 5)
	layout := "2 Jan"
	if step < day {
		layout = "2 Jan 15:04"
		step = max(step, spacing(to.Sub(from), 2))
	}
	for t := from.UTC().Truncate(step).Add(step); !t.After(to); t = t.Add(step) {
		at := x.at(float64(t.Unix()))
		d.line("grid", at, top, at, bottom+6)
		d.label("middle", at, bottom+19, t.Format(layout))
	}
}

// bounds are the first start and the last end.
func bounds(sets []*Set) (from, to time.Time) {
	from, to = sets[0].Start, sets[0].End
	for _, set := range sets {
		if set.Start.Before(from) {
			from = set.Start
		}
		if set.End.After(to) {
			to = set.End
		}
	}
	return from.UTC(), to.UTC()
}

// shortened is a name that fits before its row.
func shortened(name string) string {
	if len(name) > 9 {
		return name[:8] + "."
	}
	return name
}
