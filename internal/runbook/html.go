package runbook

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
)

//go:embed style.css
var styleSheet string

//go:embed script.js
var script string

// renderHTML writes one file that loads nothing. Its Content-Security-Policy allows the
// one style sheet and the one script in it, by their hashes, and nothing else.
func renderHTML(p *page) []byte {
	styles := styleSheet + sheetFeet(p.parts)
	var h htmlWriter
	h.printf(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>%s</style>
</head>
<body>
<header>
<h1>%s</h1>
`, sourceHash(styles), sourceHash(script), html.EscapeString(p.title), styles, html.EscapeString(p.title))
	h.WriteString("</header>\n<main>\n")
	h.blocks(p.lead)
	for i, part := range p.parts {
		id := anchor(part.title)
		h.printf("<section class=\"part part-%d\" aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", i+1, id, id, html.EscapeString(part.title))
		h.blocks(part.blocks)
		h.WriteString("</section>\n")
	}
	h.printf("</main>\n<footer>\n<p>%s</p>\n</footer>\n<script>%s</script>\n</body>\n</html>\n", htmlText(p.footer), script)
	return h.Bytes()
}

// sheetFeet are the styles by which sheets of paper name at their foot what they are about:
// a link on paper cannot be followed. A part with values to be pasted has sheets of its
// own; the parts between share theirs.
func sheetFeet(parts []part) string {
	var b strings.Builder
	b.WriteString("@media print {\n")
	for first := 0; first < len(parts); {
		end := first + 1
		for !parts[first].hasRecords() && end < len(parts) && !parts[end].hasRecords() {
			end++
		}
		foot := parts[first].title
		if end > first+1 {
			foot = fmt.Sprintf("Parts %d to %d", first+1, end)
		}
		name := "" // of the sheets that the cover stands on too
		if first > 0 {
			name = fmt.Sprintf("from-%d ", first+1)
			for i := first; i < end; i++ {
				fmt.Fprintf(&b, "  .part-%d { page: %s; }\n", i+1, name)
			}
		}
		fmt.Fprintf(&b, "  @page %s{ @bottom-left { content: %q; font: 9pt sans-serif; } }\n", name, foot)
		first = end
	}
	b.WriteString("}\n")
	return b.String()
}

// sourceHash is how a Content-Security-Policy names an inline source (CSP 3, §2.3.1).
func sourceHash(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

type htmlWriter struct{ bytes.Buffer }

func (h *htmlWriter) printf(format string, values ...any) { fmt.Fprintf(h, format, values...) }

func (h *htmlWriter) blocks(blocks []block) {
	for _, b := range blocks {
		h.block(b)
	}
}

func (h *htmlWriter) block(b block) {
	switch b := b.(type) {
	case nil:
	case paragraph:
		h.printf("<p>%s</p>\n", htmlText(text(b)))
	case notice:
		h.printf("<p class=\"notice\">%s</p>\n", htmlText(text(b)))
	case outcome:
		h.printf("<p class=\"outcome\"><strong>You should see:</strong> %s</p>\n", htmlText(text(b)))
	case remedy:
		h.remedy(b)
	case list:
		h.list(b)
	case contents:
		h.WriteString("<nav aria-label=\"Contents\">\n<ul>\n")
		for _, entry := range b {
			h.printf("<li>%s</li>\n", htmlText(entry))
		}
		h.WriteString("</ul>\n</nav>\n")
	case step:
		h.step(b)
	case command:
		h.printf("<pre class=\"command\" data-name=\"command\"><code>%s</code></pre>\n", htmlCommand(b))
	case paste:
		h.printf("<p class=\"label\">%s:</p>\n<pre class=\"value\" data-name=\"%s\"><code>%s</code></pre>\n", htmlText(b.label), html.EscapeString(b.label[0].text), html.EscapeString(b.value))
	case record:
		h.record(b)
	case table:
		h.table(b)
	case chart:
		h.printf("<figure>\n%s\n<figcaption>%s</figcaption>\n</figure>\n", b.svg, htmlText(b.caption))
	case blanks:
		h.WriteString("<div class=\"blanks\">\n")
		for _, label := range b {
			h.printf("<label><span>%s:</span> <input type=\"text\" autocomplete=\"off\" spellcheck=\"false\"></label>\n", html.EscapeString(label))
		}
		h.WriteString("</div>\n")
	case now:
		h.printf("<div class=\"now\" data-status=\"%s\" data-values=\"%t\" hidden></div>\n", html.EscapeString(b.status), b.values)
	default:
		panic(fmt.Sprintf("no HTML for %T", b)) // a mistake in this package
	}
}

func (h *htmlWriter) remedy(r remedy) {
	h.printf("<div class=\"remedy\">\n<p><strong>If not:</strong> %s</p>\n", htmlText(r.lead))
	if r.ways != nil {
		h.list(list{entries: r.ways})
	}
	h.WriteString("</div>\n")
}

func (h *htmlWriter) list(l list) {
	element := "ul"
	if l.counted {
		element = "ol"
	}
	h.printf("<%s>\n", element)
	for _, entry := range l.entries {
		h.printf("<li>%s</li>\n", htmlText(entry))
	}
	h.printf("</%s>\n", element)
}

func (h *htmlWriter) step(s step) {
	h.printf("<div class=\"step\">\n<h3 id=\"%s\"><span class=\"number\">Step %d:</span> %s</h3>\n", anchor(s.heading()), s.number, html.EscapeString(s.title))
	h.blocks(s.blocks)
	h.printf("<label class=\"done\"><input type=\"checkbox\" autocomplete=\"off\" aria-label=\"Done with step %d\"> Done</label>\n</div>\n", s.number)
}

func (h *htmlWriter) record(r record) {
	h.printf("<div class=\"record\" data-set=\"%s\"%s>\n", html.EscapeString(r.set.Name), window(r.set))
	if r.heading {
		h.printf("<h3 id=\"%s\">%s</h3>\n", html.EscapeString(anchor(r.set.Name)), html.EscapeString(r.set.Name))
	}
	h.blocks(r.blocks)
	h.WriteString("</div>\n")
}

// window are the attributes by which the script finds the set of now.
func window(set *Set) string {
	if set == nil || set.Start.IsZero() {
		return ""
	}
	return fmt.Sprintf(` data-status="%s" data-start="%d" data-end="%d"`, html.EscapeString(string(set.Status)), set.Start.Unix(), set.End.Unix())
}

func (h *htmlWriter) table(t table) {
	h.printf("<table>\n<caption>%s</caption>\n<thead><tr>", html.EscapeString(t.name))
	for _, head := range t.head {
		h.printf("<th scope=\"col\">%s</th>", html.EscapeString(head))
	}
	h.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.rows {
		h.printf("<tr%s>", window(row.set))
		for i, cell := range row.cells {
			element := "td"
			if i == 0 {
				element = `th scope="row"`
			}
			h.printf("<%s>%s</%s>", element, htmlText(cell), element[:2])
		}
		h.WriteString("</tr>\n")
	}
	h.WriteString("</tbody>\n</table>\n")
}

// Pieces of a command or of a sentence that a line had better not end in: flags and paths,
// with the bar behind them, and dates.
var (
	shellPiece = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^ \n]*[-/][^ \n]*( \|)?`) })
	date       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`) })
)

// htmlCommand has each line of a command in an element of its own, so that what does not
// fit can be set in below it.
func htmlCommand(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(`<span class="line">` + htmlPieces(line) + `</span>`)
	}
	return b.String()
}

// htmlPieces has flags and paths break only where they do not fit into a line.
func htmlPieces(line string) string {
	var b strings.Builder
	for line != "" {
		at := shellPiece().FindStringIndex(line)
		if at == nil {
			at = []int{len(line), len(line)}
		}
		b.WriteString(html.EscapeString(line[:at[0]]))
		if at[0] < at[1] {
			b.WriteString(`<span class="piece">` + html.EscapeString(line[at[0]:at[1]]) + `</span>`)
		}
		line = line[at[1]:]
	}
	return b.String()
}

func htmlText(t text) string {
	var b strings.Builder
	for _, s := range t {
		escaped := date().ReplaceAllString(html.EscapeString(s.text), `<span class="date">$0</span>`)
		switch {
		case s.target != "":
			fmt.Fprintf(&b, `<a href="#%s">%s</a>`, html.EscapeString(s.target), escaped)
		case s.style == code:
			fmt.Fprintf(&b, "<code>%s</code>", escaped)
		case s.style == strong:
			fmt.Fprintf(&b, "<strong>%s</strong>", escaped)
		case s.style == aside:
			fmt.Fprintf(&b, `<span class="aside">%s</span>`, escaped)
		default:
			b.WriteString(escaped)
		}
	}
	return b.String()
}
