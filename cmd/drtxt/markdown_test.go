package main

import (
	"errors"
	"fmt"
	stdhtml "html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// hostileMarkdown is what means something to Markdown, or to what GitHub, GitLab and
// Jira do with its text.
var hostileMarkdown = []string{
	"a|b*c_d", "|", "||", `\|`, `\\|`, `a\`, `\`, "`", "``", "a`b`c", "`|`", "|`", "x` | y", "` `", "```", "~~~", "**bold**", "__a__", "~~a~~", "*", "_", "a*b*c",
	"<b>x</b>", "<!--", "<!-- x -->", "<script>alert(1)</script>", "<details>", "<", "&lt;", "&#124;", "&", "&nbsp;",
	"[a](http://evil.example)", "![a](http://evil.example/x.png)", "[a]: http://evil.example", "[a][b]", "[^1]", "[x]", "[ ] task", "]",
	"http://evil.example", "https://evil.example/?a=b", "HTTPS://EVIL.EXAMPLE", "(http://evil.example)", "\"http://evil.example\"", "www.evil.example", "(www.evil.example", "ftp://evil.example",
	"mailto:a@evil.example", "a@evil.example", "a.b@evil.example", "a@evil", "xmpp:a@evil.example", "@everyone", "(@all)", "\"@all\"", "x @here", "#123", "(#1)", "!12", "GH-123", "a/b#1", "a/b", "a/b@deadbeef", ":smile:", ":+1:", "(:100:", "a:smile:b", "$x$", "$`x`$", "~label", "%1", "{code}", "[~admin]",
	"# heading", "- item", "+ item", "* item", "1. item", "1) item", "> quote", "---", "===", "***", "    code", "/close", "| - |", "| --- |", ":---:", "-",
	" leading", "trailing ", "trailing  ", "  ", " ", "a  b", "a\n# b", "a\r\n| b |", "a\u2028b", "\x1b[31m", "a\tb", "\xff", "\u202e", "\x00",
	"15:04:05", "2026-12-01", "don't", "8h", "(a, b): c;", "äöü 日本語", "é", strings.Repeat("`", 100), strings.Repeat("|", 100), strings.Repeat("[", 1000),
}

// reportWith is a report on two servers with the text wherever text from outside can
// stand.
func reportWith(outside string) *verify.Report {
	ttl := uint32(30)
	report := verify.NewReport(verify.Judgement{
		Verdict: verify.Conflict,
		State:   verify.Products{InternetAccess: verify.StateUndetermined, PrivateAccess: verify.StateUndetermined},
		Findings: []verify.Finding{
			{Code: verify.CodeServersDiffer, Severity: verify.Error, Server: outside, Message: "it has " + outside, Advice: "run `drtxt verify dr.example.com --expect on`, then `drtxt watch`"},
			{Code: verify.CodeServerSilent, Severity: verify.Warning, Server: "192.0.2.1:53", Message: outside, Advice: outside},
		},
	}, verify.Policy{Domain: outside, At: testNow})
	report.Servers = []verify.ServerReport{
		{Server: outside, Address: outside, Role: verify.Authoritative, Outcome: verify.Answered, Transport: "udp", TTL: &ttl, RoundTrip: 12345 * time.Microsecond, Judgement: verify.Judgement{Verdict: verify.Valid}},
		{Server: "ns2.example.com", Role: verify.Authoritative, Outcome: verify.TimedOut, Err: errors.New(outside)},
	}
	return &report
}

// A parsed is a document's structure as a parser of the other side sees it.
type parsed struct {
	kinds string     // of the blocks at the top
	rows  [][]string // the text of the tables' cells
	items []string   // the text of the lists' items
	texts []string   // that of the paragraphs
}

// parseMarkdown reads a document with all of GitHub's extensions, and fails where
// there is something in it that is not ours.
func parseMarkdown(t *testing.T, source []byte) parsed {
	t.Helper()
	document := github.Parser().Parse(text.NewReader(source))
	var p parsed
	var kinds []string
	for block := document.FirstChild(); block != nil; block = block.NextSibling() {
		kinds = append(kinds, block.Kind().String())
		if block.Kind() == ast.KindParagraph {
			p.texts = append(p.texts, textOf(t, block, source))
		}
	}
	p.kinds = strings.Join(kinds, " ")
	err := ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *east.TableHeader, *east.TableRow:
			var cells []string
			for cell := node.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, textOf(t, cell, source))
			}
			p.rows = append(p.rows, cells)
		case *ast.ListItem:
			p.items = append(p.items, textOf(t, n, source))
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.Text, *ast.String, *ast.CodeSpan, *ast.Emphasis, *east.Table, *east.TableCell:
		default:
			return ast.WalkStop, fmt.Errorf("%s, which is not ours", node.Kind())
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Errorf("%v, in:\n%s", err, clip(string(source)))
	}
	return p
}

// github is Markdown with what GitHub adds to it; raw HTML would come through.
var github = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))

var (
	htmlTag  = regexp.MustCompile(`<[^>]*>`)
	htmlCode = regexp.MustCompile(`<code>[^<]*</code>`)
	// loose is what GitHub, after it has parsed the Markdown, would look for in text
	// outside of code: mentions, references, emoji, mathematics and links.
	loose = regexp.MustCompile(`[@#<>{}$~&!%*_/\\]|\[|\]|www|GH-|:(\d{3,}|[\w+-]*[a-zA-Z_+-][\w+-]*):`)
)

// textOf is what a reader sees of a node.
func textOf(t *testing.T, node ast.Node, source []byte) string {
	t.Helper()
	var b strings.Builder
	if err := github.Renderer().Render(&b, source, node); err != nil {
		t.Fatal(err)
	}
	if found := loose.FindString(withoutTags(htmlCode.ReplaceAllString(b.String(), "\n"))); found != "" {
		t.Errorf("%q outside of code in:\n%s", found, clip(b.String()))
	}
	return withoutTags(b.String())
}

func withoutTags(text string) string {
	return strings.Trim(stdhtml.UnescapeString(htmlTag.ReplaceAllString(text, "")), "\n")
}

func TestMarkdownKeepsItsStructure(t *testing.T) {
	t.Parallel()
	for _, outside := range append(hostileMarkdown, hostile...) {
		t.Run(fmt.Sprintf("%.20q", outside), func(t *testing.T) {
			t.Parallel()
			shown := printableLine(outside)
			document := renderMarkdown(reportWith(outside), "verdict: conflict; "+outside)
			if err := checkPrintable(string(document)); err != nil {
				t.Error(err)
			}
			p := parseMarkdown(t, document)
			if p.kinds != "Paragraph Table List Paragraph" {
				t.Errorf("the blocks are %s", p.kinds)
			}
			want := [][]string{serverColumns, {shown, "-", "answer", "valid", "-", "30 s", "udp", "12.35ms"}, {"ns2.example.com", "-", "timeout", "-", "-", "-", "-", "-"}}
			wantRows(t, p.rows, want)
			if len(p.items) != 2 {
				t.Fatalf("%d items: %q", len(p.items), p.items)
			}
			wantText(t, p.items[0], "error servers-differ: it has "+shown+"\nTo do: run drtxt verify dr.example.com --expect on, then drtxt watch")
			seen, _, _ := strings.Cut(p.items[1], "\nTo do:")
			wantText(t, seen, "warning server-silent: 192.0.2.1:53: "+shown)
			wantText(t, p.texts[0], printableLine(reportWith(outside).Sentence()))
			wantText(t, p.texts[1], "verdict: conflict; "+shown)
			if got := strings.Count(renderedBy(t, document), "<br>\nTo do:"); got != 2 {
				t.Errorf("%d of 2 advices begin on a line of their own", got)
			}
		})
	}
}

// renderedBy is what GitHub shows.
func renderedBy(t *testing.T, document []byte) string {
	t.Helper()
	var b strings.Builder
	if err := github.Convert(document, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAfterToDo(t *testing.T) {
	t.Parallel()
	for advice, want := range map[string]string{
		"nothing to do: it is meant": "nothing: it is meant", "nothing to do": "nothing", "nothing, if it is meant": "nothing, if it is meant", "publish it again": "publish it again",
	} {
		if got := afterToDo(advice); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func wantRows(t *testing.T, got, want [][]string) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("the rows are\n%.2000q, want\n%.2000q", got, want)
	}
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("the text is\n%.1000q, want\n%.1000q", got, want)
	}
}

func TestMarkdownTableOfDomains(t *testing.T) {
	t.Parallel()
	document := renderMarkdownHeader()
	want := [][]string{{"DOMAIN", "VERDICT", "ZIA", "ZPA", "UNTIL", "STATUS", "FINDING"}}
	for _, outside := range hostileMarkdown {
		document = append(document, renderMarkdownRow(reportWith(outside))...)
		shown := printableLine(outside)
		want = append(want, []string{shown, "conflict", "undetermined", "undetermined", "-", "1", "servers-differ: it has " + shown})
	}
	ends := on(testNow.Add(time.Hour))
	document = append(document, renderMarkdownRow(&ends)...)
	want = append(want, []string{"dr.example.com", "valid", "on", "on", "2026-12-01T13:00:00Z", "0", "-"})
	nothing := verify.NewReport(verify.Judgement{Verdict: verify.None}, verify.Policy{At: testNow})
	document = append(document, renderMarkdownRow(&nothing)...)
	want = append(want, []string{"-", "none", "", "", "-", "3", "-"})
	p := parseMarkdown(t, document)
	if p.kinds != "Table" {
		t.Errorf("the blocks are %s", p.kinds)
	}
	wantRows(t, p.rows, want)
}

// on is a report on a good set with this end, none if it is zero.
func on(end time.Time) verify.Report {
	return verify.NewReport(verify.Judgement{
		Verdict: verify.Valid,
		State:   verify.Products{InternetAccess: verify.StateOn, PrivateAccess: verify.StateOn},
		Set:     &txtrecord.Set{Activation: txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On, End: end}},
	}, verify.Policy{Domain: "dr.example.com", At: testNow})
}

// Every advice there is reads as it was written, its command lines each as one piece
// of code.
func TestMarkdownShowsEveryAdvice(t *testing.T) {
	t.Parallel()
	for _, info := range verify.Codes() {
		source := []byte("To do: " + markdownAdvice(info.Advice) + "\n")
		p := parseMarkdown(t, source)
		wantText(t, strings.Join(p.texts, "\n"), "To do: "+strings.ReplaceAll(info.Advice, "`", ""))
		for _, command := range commandLine().FindAllString(info.Advice, -1) {
			if !strings.Contains(string(source), command) {
				t.Errorf("%s: %s is not one piece of code", info.Code, command)
			}
		}
	}
}

// A real verification, of a server and of a file.
func TestMarkdownOfTheCommand(t *testing.T) {
	t.Parallel()
	server := serve(t, txt("dr.example.com", 3600, "v=1;k=all;b=on", "a|b*c_d <b> `x` @all http://evil.example"))
	p := parseMarkdown(t, []byte(drtxt("verify", "dr.example.com", "--server", server, "--allow-unsigned", "--expect", "on", "--format", "markdown").want(t, 0).stdout))
	if p.kinds != "Paragraph Table List Paragraph" || len(p.rows) != 2 || len(p.rows[1]) != 8 || p.rows[1][0] != server || p.rows[1][2] != "answer" {
		t.Errorf("got %+v", p)
	}
	if !strings.HasPrefix(p.texts[0], "The DNS tells ") || !strings.HasPrefix(p.texts[1], "verdict: unsigned, as expected; ") {
		t.Errorf("got %q", p.texts)
	}
	file := writeTemp(t, "on|off.txt", "v=1;k=all;b=on;x=`|*|`\n")
	p = parseMarkdown(t, []byte(drtxt("verify", "--file", file, "--format", "markdown").want(t, 1).stdout))
	if p.kinds != "Paragraph List Paragraph" || !strings.Contains(p.texts[1], "on|off.txt") || !strings.Contains(strings.Join(p.items, ""), "`|*|`") {
		t.Errorf("got %+v", p)
	}
}
