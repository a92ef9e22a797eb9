package zonefile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// diffContext is how many lines are shown before and behind each change.
const diffContext = 3

// A lineChange is what becomes of a run of whole lines.
type lineChange struct {
	span
	old, new [][]byte
	// line is the number of lines before it in the old text.
	line int
}

// writeDiff writes a unified diff of data and what pieces make of it.
func writeDiff(w io.Writer, path string, data []byte, pieces []piece) error {
	changes := lineChanges(data, pieces)
	if len(changes) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, "--- %s\n+++ %s\n", diffPath(path), diffPath(path)); err != nil {
		return err
	}
	shift := 0
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].line-changes[n-1].line-len(changes[n-1].old) <= 2*diffContext {
			n++
		}
		h := hunk{data: data, changes: changes[:n], shift: shift}
		if _, err := io.WriteString(w, h.String()); err != nil {
			return err
		}
		for _, c := range changes[:n] {
			shift += len(c.new) - len(c.old)
		}
		changes = changes[n:]
	}
	return nil
}

// diffPath quotes a path as git does where it has to.
func diffPath(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) {
		var b strings.Builder
		for i := range len(path) {
			switch c := path[i]; {
			case c == '"' || c == '\\':
				b.WriteString(`\` + string(rune(c)))
			case c == '\t':
				b.WriteString(`\t`)
			case c == '\n':
				b.WriteString(`\n`)
			case c < ' ' || c >= 0x7f:
				fmt.Fprintf(&b, `\%03o`, c)
			default:
				b.WriteByte(c)
			}
		}
		return `"` + b.String() + `"`
	}
	return path
}

// lineChanges widens pieces to whole lines, and joins those that meet.
func lineChanges(data []byte, pieces []piece) []lineChange {
	var changes []lineChange
	line, counted := 0, 0
	for len(pieces) > 0 {
		lines := wholeLines(data, pieces[0])
		n := 1
		for n < len(pieces) && pieces[n].start <= lines.end {
			lines.end = max(lines.end, wholeLines(data, pieces[n]).end)
			n++
		}
		line += bytes.Count(data[counted:lines.start], newline)
		counted = lines.start
		changes = appendChange(changes, lineChange{
			span: lines, line: line,
			old: bytes.SplitAfter(lines.of(data), newline),
			new: bytes.SplitAfter(replaced(data, lines, pieces[:n]), newline),
		})
		pieces = pieces[n:]
	}
	return changes
}

// wholeLines is the span of the lines that a piece touches: none where whole lines
// are inserted between two.
func wholeLines(data []byte, p piece) span {
	start := bytes.LastIndexByte(data[:p.start], '\n') + 1
	if start == p.start && strings.HasSuffix(p.text, "\n") && p.empty() {
		return p.span
	}
	if !p.empty() && data[p.end-1] == '\n' {
		return span{start, p.end}
	}
	if length := bytes.IndexByte(data[p.end:], '\n'); length >= 0 {
		return span{start, p.end + length + 1}
	}
	return span{start, len(data)}
}

// replaced is a part of data with the pieces put in.
func replaced(data []byte, lines span, pieces []piece) []byte {
	var b bytes.Buffer
	offset := lines.start
	for _, p := range pieces {
		b.Write(data[offset:p.start])
		b.WriteString(p.text)
		offset = p.end
	}
	b.Write(data[offset:lines.end])
	return b.Bytes()
}

// appendChange drops the empty last line that SplitAfter makes, and the lines that are
// equal at both ends.
func appendChange(changes []lineChange, c lineChange) []lineChange {
	c.old, c.new = withoutEmptyLast(c.old), withoutEmptyLast(c.new)
	for len(c.old) > 0 && len(c.new) > 0 && bytes.Equal(c.old[0], c.new[0]) {
		c.start += len(c.old[0])
		c.line++
		c.old, c.new = c.old[1:], c.new[1:]
	}
	for len(c.old) > 0 && len(c.new) > 0 && bytes.Equal(c.old[len(c.old)-1], c.new[len(c.new)-1]) {
		c.end -= len(c.old[len(c.old)-1])
		c.old, c.new = c.old[:len(c.old)-1], c.new[:len(c.new)-1]
	}
	if len(c.old)+len(c.new) == 0 {
		return changes
	}
	return append(changes, c)
}

func withoutEmptyLast(lines [][]byte) [][]byte {
	if len(lines[len(lines)-1]) == 0 {
		return lines[:len(lines)-1]
	}
	return lines
}

// A hunk is a run of changes with their context.
type hunk struct {
	data    []byte
	changes []lineChange
	// shift is by how many lines the new text is longer before the hunk.
	shift int

	body               strings.Builder
	oldLines, newLines int
}

func (h *hunk) String() string {
	first, last := h.changes[0], h.changes[len(h.changes)-1]
	before := linesBefore(h.data[:first.start])
	h.add(' ', before)
	for i, c := range h.changes {
		if i > 0 {
			h.add(' ', withoutEmptyLast(bytes.SplitAfter(h.data[h.changes[i-1].end:c.start], newline)))
		}
		h.add('-', c.old)
		h.add('+', c.new)
	}
	h.add(' ', linesBehind(h.data[last.end:]))
	start := first.line - len(before)
	return fmt.Sprintf("@@ -%s +%s @@\n%s", lineRange(start, h.oldLines), lineRange(start+h.shift, h.newLines), h.body.String())
}

func (h *hunk) add(mark byte, lines [][]byte) {
	for _, line := range lines {
		h.body.WriteByte(mark)
		h.body.Write(line)
		if !bytes.HasSuffix(line, newline) {
			h.body.WriteString("\n\\ No newline at end of file\n")
		}
		if mark != '+' {
			h.oldLines++
		}
		if mark != '-' {
			h.newLines++
		}
	}
}

// lineRange is a range behind so many lines. An empty one is named by the line before
// it.
func lineRange(before, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", before)
	case 1:
		return fmt.Sprint(before + 1)
	}
	return fmt.Sprintf("%d,%d", before+1, count)
}

func linesBefore(data []byte) [][]byte {
	start := len(data)
	var lines [][]byte
	for len(lines) < diffContext && start > 0 {
		begin := bytes.LastIndexByte(data[:start-1], '\n') + 1
		lines = append([][]byte{data[begin:start]}, lines...)
		start = begin
	}
	return lines
}

func linesBehind(data []byte) [][]byte {
	var lines [][]byte
	for len(lines) < diffContext && len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		if end == 0 {
			end = len(data)
		}
		lines = append(lines, data[:end])
		data = data[end:]
	}
	return lines
}
