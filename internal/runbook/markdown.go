package runbook

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// renderMarkdown writes CommonMark (0.31) with GitHub's tables and task lists, and so
// that it can be read as it stands, in a terminal.
func renderMarkdown(p *page) []byte {
	var m markdownWriter
	m.heading(1, p.title)
	m.blocks(p.lead)
	for _, part := range p.parts {
		m.heading(2, part.title)
		m.blocks(part.blocks)
	}
	m.paragraph("---")
	m.paragraph(markdownText(p.footer))
	return bytes.TrimSuffix(m.Bytes(), []byte("\n"))
}

type markdownWriter struct{ bytes.Buffer }

// paragraph writes lines and the empty one after them.
func (m *markdownWriter) paragraph(lines ...string) {
	for _, line := range lines {
		m.WriteString(line + "\n")
	}
	m.WriteByte('\n')
}

func (m *markdownWriter) heading(level int, title string) {
	m.paragraph(strings.Repeat("#", level) + " " + escapeMarkdown(title))
}

func (m *markdownWriter) blocks(blocks []block) {
	for _, b := range blocks {
		m.block(b)
	}
}

func (m *markdownWriter) block(b block) {
	switch b := b.(type) {
	case nil, now:
	case paragraph:
		m.paragraph(markdownLine(text(b)))
	case notice:
		m.paragraph("> " + markdownText(text(b)))
	case outcome:
		m.paragraph("> **You should see:** " + markdownText(text(b)))
	case remedy:
		m.remedy(b)
	case list:
		m.list(b)
	case contents:
		m.list(list{entries: b})
	case step:
		m.heading(3, b.heading())
		m.blocks(b.blocks)
		m.paragraph("- [ ] Done")
	case command:
		m.fenced("sh", b...)
	case paste:
		m.paragraph(markdownText(b.label) + ":")
		m.fenced("text", b.value)
	case record:
		if b.heading {
			m.heading(3, b.set.Name)
		}
		m.blocks(b.blocks)
	case table:
		m.table(b)
	case chart:
		m.paragraph(markdownText(b.caption))
		if b.lines != nil {
			m.fenced("chart", b.lines...)
		}
	case blanks:
		for _, label := range b {
			m.WriteString("- " + label + ": ____________________\n")
		}
		m.WriteByte('\n')
	default:
		panic(fmt.Sprintf("no Markdown for %T", b)) // a mistake in this package
	}
}

func (m *markdownWriter) remedy(r remedy) {
	lines := []string{"> **If not:** " + markdownText(r.lead)}
	for i, way := range r.ways {
		if i == 0 {
			lines = append(lines, ">")
		}
		lines = append(lines, "> - "+markdownText(way))
	}
	m.paragraph(lines...)
}

func (m *markdownWriter) list(l list) {
	for i, entry := range l.entries {
		mark := "-"
		if l.counted {
			mark = fmt.Sprintf("%d.", i+1)
		}
		m.WriteString(mark + " " + markdownText(entry) + "\n")
	}
	m.WriteByte('\n')
}

// fenced writes lines as they are, between fences that none of them can end.
func (m *markdownWriter) fenced(language string, lines ...string) {
	fence := "```"
	for strings.Contains(strings.Join(lines, "\n"), fence) {
		fence += "`"
	}
	m.paragraph(append(append([]string{fence + language}, lines...), fence)...)
}

func (m *markdownWriter) table(t table) {
	m.paragraph("**" + t.name + "**")
	m.cells(t.head)
	m.WriteString("|" + strings.Repeat(" --- |", len(t.head)) + "\n")
	for _, row := range t.rows {
		var cells []string
		for _, cell := range row.cells {
			cells = append(cells, strings.ReplaceAll(markdownText(cell), "|", `\|`))
		}
		m.cells(cells)
	}
	m.WriteByte('\n')
}

func (m *markdownWriter) cells(cells []string) {
	m.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// beginning is what means something to Markdown at the beginning of a line alone.
var beginning = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d*)([-+=.)])`) })

// markdownLine is text that begins a line.
func markdownLine(t text) string { return beginning().ReplaceAllString(markdownText(t), `$1\$2`) }

func markdownText(t text) string {
	var b strings.Builder
	for _, s := range t {
		switch {
		case s.target != "":
			b.WriteString("[" + escapeMarkdown(s.text) + "](#" + s.target + ")")
		case s.style == code:
			b.WriteString(markdownCode(s.text))
		case s.style == strong:
			b.WriteString("**" + escapeMarkdown(s.text) + "**")
		default:
			b.WriteString(escapeMarkdown(s.text))
		}
	}
	return b.String()
}

// meaning is what means something to Markdown within a line, and to what looks for links
// in it.
var meaning = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[\\\\`*_\\[\\]<>#~&@!]|://|(?i:www)\\.") })

func escapeMarkdown(plain string) string {
	return meaning().ReplaceAllStringFunc(plain, func(mark string) string {
		if last := len(mark) - 1; last > 0 && mark[last] == '.' {
			return mark[:last] + `\.`
		}
		return `\` + mark
	})
}

// markdownCode is a code span that begins and ends with more backticks than stand in a row
// within it (CommonMark 0.31, §6.1).
func markdownCode(value string) string {
	fence := "`"
	for strings.Contains(value, fence) {
		fence += "`"
	}
	if strings.HasPrefix(value, "`") || strings.HasSuffix(value, "`") || strings.HasPrefix(value, " ") && strings.HasSuffix(value, " ") && strings.Trim(value, " ") != "" {
		value = " " + value + " "
	}
	return fence + value + fence
}
