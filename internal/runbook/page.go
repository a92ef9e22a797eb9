package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// A page is what the runbook says, in its order. Both documents are written from it, so
// that they cannot say different things.
type page struct {
	title  string
	lead   []block
	parts  []part
	footer text
}

// A part is a chapter of the page.
type part struct {
	title  string
	blocks []block
}

// A block is one of the types below.
type block any

type (
	// A paragraph is a paragraph.
	paragraph text

	// A notice is what must not be overlooked.
	notice text

	// A list has short entries, counted where their order matters.
	list struct {
		counted bool
		entries []text
	}

	// Contents are the parts, linked to, with the numbers of their steps.
	contents []text

	// A step is something to do, with what is seen then.
	step struct {
		title  string
		number int // from 1, over the whole page
		blocks []block
	}

	// A command is for a shell, one or more lines.
	command []string

	// An outcome is what should be seen after a step.
	outcome text

	// A remedy is what to do where that is not seen, or several ways, by what is seen
	// instead.
	remedy struct {
		lead text
		ways []text
	}

	// A table has a heading over each column.
	table struct {
		name string
		head []string
		rows []row
	}

	// Blanks are to be filled in, with a pen or on the screen.
	blanks []string

	// A record is a set, with its values. It stays on one sheet of paper.
	record struct {
		set     *Set
		heading bool // of its own
		blocks  []block
	}

	// A paste is a value that is to be pasted, byte for byte.
	paste struct {
		label text
		value string
	}

	// A chart is a picture of what a table says too.
	chart struct {
		caption text
		svg     string
		// lines are the picture in letters, where there is one.
		lines []string
	}

	// Now is where the HTML page shows the set of a status that fits the clock of the
	// machine that it is read on. The documents say nothing there.
	now struct {
		status string
		values bool // the values too
	}
)

// A row of a table is about a window where set is not nil.
type row struct {
	cells []text
	set   *Set
}

// otherwise is a remedy.
func otherwise(lead text, ways ...text) remedy { return remedy{lead, ways} }

// span are the numbers of the first and the last step of a part; zero where it has none.
func (p part) span() (first, last int) {
	for _, b := range p.blocks {
		if s, ok := b.(step); ok {
			first, last = cmp.Or(first, s.number), s.number
		}
	}
	return first, last
}

// hasRecords reports whether values stand in a part.
func (p part) hasRecords() bool { return holdsRecord(p.blocks) }

func holdsRecord(blocks []block) bool {
	return slices.ContainsFunc(blocks, func(b block) bool {
		switch b := b.(type) {
		case record:
			return true
		case step:
			return holdsRecord(b.blocks)
		}
		return false
	})
}

// stepWords name steps that follow each other.
func stepWords(first, last int) string {
	switch last - first {
	case 0:
		return fmt.Sprintf("step %d", first)
	case 1:
		return fmt.Sprintf("steps %d and %d", first, last)
	}
	return fmt.Sprintf("steps %d to %d", first, last)
}

func (s step) heading() string { return "Step " + strconv.Itoa(s.number) + ": " + s.title }
