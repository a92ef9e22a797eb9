package clients

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The least size of a chart, in columns and lines, and what of it is not the curve: labels
// to its left, and axis, labels and two lines of legend below.
const (
	leastWidth, leastHeight = 40, 9
	leftOfChart             = len("100 % |")
	belowChart              = 4
)

// quarters are how many parts the axis of shares has.
const quarters = 4

// Draw draws the share of clients that have seen the change, over time, as lines of ASCII
// text: what was measured as an area, the closed form as a line over it. No line is longer
// than width, and there are no more of them than height; but it is never smaller than 40
// columns and 9 lines.
func (c *Curve) Draw(width, height int) []string {
	width, height = max(width, leastWidth), max(height, leastHeight)
	ch := &chart{
		curve:   c,
		columns: width - leftOfChart,
		levels:  (height - belowChart - 1) / quarters * quarters,
		end:     c.Change.WorstCase(),
	}
	if last := len(c.Seen) - 1; last >= 0 {
		ch.end = max(ch.end, c.Seen[last])
	}
	return append(append(ch.area(), ch.axis()...),
		"       seconds after the change",
		"       ::: measured   *** computed")
}

// A chart is the area in which a curve is drawn: the levels of share above its lowest
// line, and the columns of time.
type chart struct {
	curve           *Curve
	columns, levels int
	end             time.Duration
}

// at is the time of a column.
func (ch *chart) at(column int) time.Duration {
	return time.Duration(float64(ch.end) * float64(column) / float64(ch.columns-1))
}

// level is the level of a share, to the nearest.
func (ch *chart) level(share float64) int {
	return int(math.Round(share * float64(ch.levels)))
}

// area is the chart above its axis, from the top.
func (ch *chart) area() []string {
	var lines []string
	for level := ch.levels; level >= 0; level-- {
		label := strings.Repeat(" ", leftOfChart-1)
		if step := ch.levels / quarters; level%step == 0 {
			label = fmt.Sprintf("%3d %% ", level/step*100/quarters)
		}
		line := []byte(label + "|")
		for column := range ch.columns {
			line = append(line, ch.mark(column, level))
		}
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return lines
}

// mark is what stands at a place of the chart.
func (ch *chart) mark(column, level int) byte {
	at := ch.at(column)
	switch {
	case level == ch.level(ch.curve.Change.Share(at)):
		return '*'
	case level > 0 && level <= ch.level(ch.curve.Share(at)):
		return ':'
	}
	return ' '
}

// axis is the axis of time and its labels, in seconds.
func (ch *chart) axis() []string {
	line := []byte(strings.Repeat(" ", leftOfChart-1) + "+" + strings.Repeat("-", ch.columns))
	labels := []byte(strings.Repeat(" ", leftOfChart+ch.columns))
	step := spacing(ch.end.Seconds(), float64(ch.columns/len("1000000  ")))
	for tick := 0.0; tick <= ch.end.Seconds(); tick += step {
		column := leftOfChart
		if ch.end > 0 {
			column += int(math.Round(tick / ch.end.Seconds() * float64(ch.columns-1)))
		}
		if tick > 0 {
			line[column] = '+'
		}
		label := fmt.Sprintf("%.0f", tick)
		begin := min(column-len(label)/2, len(labels)-len(label))
		copy(labels[begin:], label)
	}
	return []string{string(line), strings.TrimRight(string(labels), " ")}
}

// spacing is the least of 1, 2, 5, 10, 20, 50 and so on that divides a length into at most
// so many parts.
func spacing(length, parts float64) float64 {
	for step := 1.0; ; step *= 10 {
		for _, factor := range []float64{1, 2, 5} {
			if length/(step*factor) <= parts {
				return step * factor
			}
		}
	}
}
