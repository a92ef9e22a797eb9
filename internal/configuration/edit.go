package configuration

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A change puts a text into the place of the bytes from one offset to another.
type change struct {
	from, to int
	text     string
}

// An editor collects changes to the text of a configuration.
type editor struct {
	path    string
	data    []byte
	lines   []int // the offset of each line
	newline string
	changes []change
}

// edit returns the text with the scheme and its confirmation set. The caller checks
// that the result means what it should: what this cannot see through, it refuses with
// [ErrUneditable].
func edit(data []byte, path string, confirmed *Confirmed) ([]byte, error) {
	root, err := (&parser{file: &File{Path: path}}).root(data)
	if err != nil {
		return nil, err
	}
	e := newEditor(path, data)
	indent := ""
	if root != nil {
		if root.Style&yaml.FlowStyle != 0 {
			return nil, e.cannot(root, "its keys stand between braces")
		}
		indent = strings.Repeat(" ", root.Column-1)
	}
	if err := e.setScheme(root, indent, confirmed); err != nil {
		return nil, err
	}
	if err := e.setConfirmed(root, indent, confirmed); err != nil {
		return nil, err
	}
	return e.apply(), nil
}

func newEditor(path string, data []byte) *editor {
	e := &editor{path: path, data: data, lines: []int{0}, newline: "\n"}
	for i, c := range data {
		if c == '\n' {
			e.lines = append(e.lines, i+1)
		}
	}
	if bytes.Contains(data, []byte("\r\n")) {
		e.newline = "\r\n"
	}
	return e
}

func (e *editor) cannot(at *yaml.Node, why string) error {
	return &Error{Path: e.path, Line: at.Line, Column: at.Column, Kind: ErrUneditable, Detail: why}
}

func (e *editor) setScheme(root *yaml.Node, indent string, c *Confirmed) error {
	if node := child(root, schemeKey); node != nil {
		return e.set(node, c.Scheme.String())
	}
	e.add(indent + schemeKey + ": " + c.Scheme.String())
	return nil
}

func (e *editor) setConfirmed(root *yaml.Node, indent string, c *Confirmed) error {
	pairs := [][2]string{{schemeKey, c.Scheme.String()}, {dateKey, c.Day()}, {wayKey, string(c.Way)}, {keyKey, c.Key}, {openKey, flowList(c.Open)}}
	mapping := child(root, confirmedKey)
	if mapping == nil {
		e.add(indent + confirmedKey + ":")
		for _, pair := range pairs {
			if pair[1] != "" {
				e.add(indent + "  " + pair[0] + ": " + pair[1])
			}
		}
		return nil
	}
	for _, pair := range pairs {
		if err := e.setIn(mapping, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// setIn sets one key of a mapping, adds it, or takes its line away where there is no
// value.
func (e *editor) setIn(mapping *yaml.Node, name, value string) error {
	node := child(mapping, name)
	switch {
	case node == nil && value == "":
		return nil
	case node != nil && value != "":
		return e.set(node, value)
	case mapping.Style&yaml.FlowStyle != 0:
		return e.cannot(mapping, "the keys of "+confirmedKey+" stand between braces")
	case node == nil:
		last := mapping.Content[len(mapping.Content)-1]
		e.change(e.lineEnd(last.Line), e.lineEnd(last.Line), e.newline+strings.Repeat(" ", mapping.Column-1)+name+": "+value)
		return nil
	}
	return e.removeLine(mapping, node)
}

// flowList writes texts that need no quotes as a list on one line, "" for none.
func flowList(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// removeLine takes the line of a value away, which has to be its key's too, and not the
// first. What is put behind the line stays where it is.
func (e *editor) removeLine(mapping, node *yaml.Node) error {
	i := slices.Index(mapping.Content, node)
	_, to, ok := e.span(node)
	if !ok || mapping.Content[i-1].Line != node.Line {
		return e.cannot(node, "the value does not stand on its key's line")
	}
	if rest := e.data[to:e.lineEnd(node.Line)]; len(bytes.Trim(rest, " \t\"'")) > 0 {
		return e.cannot(node, "a comment would go with the line that is to go")
	}
	e.change(e.lineEnd(node.Line-1), e.lineEnd(node.Line), "")
	return nil
}

// set replaces a scalar, and keeps its quotes, or a list between brackets.
func (e *editor) set(node *yaml.Node, value string) error {
	from, to, ok := e.span(node)
	if !ok {
		return e.cannot(node, "the value is not written on one line as it is")
	}
	e.change(from, to, value)
	return nil
}

// span is where the text of a scalar stands, without its quotes, or a list with its
// brackets. ok is false where a scalar is written otherwise than it reads, or a list not
// on one line.
func (e *editor) span(node *yaml.Node) (from, to int, ok bool) {
	if node.Line < 1 || node.Line > len(e.lines) {
		return 0, 0, false
	}
	// A column counts characters, and what stands before these values is ASCII.
	from = e.lines[node.Line-1] + node.Column - 1
	if node.Kind == yaml.SequenceNode {
		line := e.data[min(from, len(e.data)):e.lineEnd(node.Line)]
		length := bytes.IndexByte(line, ']') + 1
		return from, from + length, bytes.HasPrefix(line, []byte("[")) && length > 0
	}
	if node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		from++
	}
	to = from + len(node.Value)
	return from, to, to <= len(e.data) && string(e.data[from:to]) == node.Value
}

// lineEnd is the offset behind a line's last byte, before its end of line.
func (e *editor) lineEnd(line int) int {
	end := len(e.data)
	if line < len(e.lines) {
		end = e.lines[line] - len("\n")
	}
	if end > 0 && end <= len(e.data) && line < len(e.lines) && e.data[end-1] == '\r' {
		end--
	}
	return end
}

func (e *editor) change(from, to int, text string) {
	e.changes = append(e.changes, change{from, to, text})
}

// add appends a line to the text.
func (e *editor) add(line string) {
	end := len(e.data)
	if end > 0 && e.data[end-1] != '\n' && !slices.ContainsFunc(e.changes, func(c change) bool { return c.from == end }) {
		line = e.newline + line
	}
	e.change(end, end, line+e.newline)
}

// apply makes the changes, which do not overlap.
func (e *editor) apply() []byte {
	slices.SortStableFunc(e.changes, func(a, b change) int { return cmp.Compare(a.from, b.from) })
	var text []byte
	at := 0
	for _, c := range e.changes {
		text = append(append(text, e.data[at:c.from]...), c.text...)
		at = c.to
	}
	return append(text, e.data[at:]...)
}

// child is the value of a mapping's key, nil where it has none.
func child(mapping *yaml.Node, name string) *yaml.Node {
	if mapping == nil {
		return nil
	}
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i+1]
		}
	}
	return nil
}
