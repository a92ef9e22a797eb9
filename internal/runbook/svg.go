package runbook

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// A drawing is an SVG picture in units of its own, 360 wide, so that its letters can be
// read on a telephone. Its looks are in the style sheet.
type drawing struct {
	strings.Builder
	height float64
}

const drawingWidth = 360

// picture closes a drawing: its title and description are what is read aloud.
func (d *drawing) picture(id, title, description, attributes string) string {
	return fmt.Sprintf(`<svg class="drawing" viewBox="0 0 %d %s" role="img" aria-labelledby="%s-title %s-description"%s><title id="%s-title">%s</title><desc id="%s-description">%s</desc>%s</svg>`,
		drawingWidth, number(d.height), id, id, attributes, id, html.EscapeString(title), id, html.EscapeString(description), d.String())
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(d, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, number(x1), number(y1), number(x2), number(y2))
}

func (d *drawing) rect(class string, x, y, width, height float64) {
	fmt.Fprintf(d, `<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="2"/>`, class, number(x), number(y), number(width), number(height))
}

// label writes text; anchor is start, middle or end.
func (d *drawing) label(anchor string, x, y float64, text string) {
	fmt.Fprintf(d, `<text text-anchor="%s" x="%s" y="%s">%s</text>`, anchor, number(x), number(y), html.EscapeString(text))
}

// number is a coordinate to a tenth.
func number(f float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0")
}

// A scale lays a range of values onto a range of coordinates.
type scale struct{ from, to, low, high float64 }

func (s scale) at(value float64) float64 {
	if s.to == s.from {
		return s.low
	}
	return s.low + (value-s.from)/(s.to-s.from)*(s.high-s.low)
}

// spacings are distances between ticks that people count in.
var spacings = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	day, 2 * day, 4 * day, 7 * day, 14 * day, 28 * day, 56 * day, 112 * day, 364 * day, 10 * 364 * day, 100 * 364 * day,
}

const day = 24 * time.Hour

// spacing is the least of the spacings that gives at most so many ticks.
func spacing(length time.Duration, ticks int) time.Duration {
	for _, s := range spacings {
		if length/s <= time.Duration(ticks) {
			return s
		}
	}
	return spacings[len(spacings)-1]
}
