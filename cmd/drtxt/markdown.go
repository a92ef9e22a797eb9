package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// renderMarkdown writes a verification for a ticket: what the table format says, in
// GitHub's dialect of Markdown. closing is the verdict with its limits.
func renderMarkdown(report *verify.Report, closing string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "**%s**\n\n", markdownText(report.Sentence()))
	if len(report.Servers) > 0 {
		writeMarkdownServers(&b, report.Servers)
	}
	writeMarkdownFindings(&b, finding.FromVerify(report.Findings))
	fmt.Fprintf(&b, "*%s*\n", markdownText(closing))
	return b.Bytes()
}

func writeMarkdownServers(b *bytes.Buffer, servers []verify.ServerReport) {
	writeMarkdownHeader(b, serverColumns)
	for i := range servers {
		writeMarkdownCells(b, serverCells(&servers[i]))
	}
	b.WriteByte('\n')
}

// writeMarkdownFindings writes the findings in their order, which is by gravity.
func writeMarkdownFindings(b *bytes.Buffer, findings []finding.Finding) {
	for _, f := range findings {
		// The backslash keeps the line break (CommonMark 0.31.2, section 6.7).
		fmt.Fprintf(b, "- **%s** %s: %s\\\n", markdownText(string(f.Severity)), markdownCode(string(f.Code)), markdownText(findingText(f)))
		fmt.Fprintf(b, "  To do: %s\n", markdownAdvice(afterToDo(f.Advice)))
	}
	if len(findings) > 0 {
		b.WriteByte('\n')
	}
}

// afterToDo is an advice behind words that say already that it is something to do.
func afterToDo(advice string) string {
	if rest, ok := strings.CutPrefix(advice, "nothing to do"); ok {
		return "nothing" + rest
	}
	return advice
}

// findingText is a finding's message with its subject in front. A server that verify's own
// message names is not named again; another subject can be any word, which tells nothing in
// the message.
func findingText(f finding.Finding) string {
	_, ofVerify := verify.Lookup(verify.Code(f.Code))
	if f.Subject == "" || ofVerify && strings.Contains(f.Message, f.Subject) {
		return f.Message
	}
	return f.Subject + ": " + f.Message
}

// domainColumns are those of the tables in which every domain has a row.
var domainColumns = []string{"DOMAIN", "VERDICT", "ZIA", "ZPA", "UNTIL", "STATUS", "FINDING"}

// renderMarkdownHeader begins the table of many domains.
func renderMarkdownHeader() []byte {
	var b bytes.Buffer
	writeMarkdownHeader(&b, domainColumns)
	return b.Bytes()
}

// renderMarkdownRow is a domain's row in the table of many.
func renderMarkdownRow(report *verify.Report) []byte {
	var b bytes.Buffer
	writeMarkdownCells(&b, domainCells(report))
	return b.Bytes()
}

// domainCells are what a domain's row shows, in the order of [domainColumns].
func domainCells(report *verify.Report) []string {
	until, first := "-", "-"
	if end := report.End(); !end.IsZero() {
		until = end.UTC().Format(time.RFC3339)
	}
	if f := gravest(finding.FromVerify(report.Findings)); f != nil {
		first = string(f.Code) + ": " + findingText(*f)
	}
	return []string{
		orDash(report.Policy.Domain), string(report.Verdict), string(report.State.InternetAccess), string(report.State.PrivateAccess),
		until, strconv.Itoa(report.ExitStatus()), first,
	}
}

// gravest is the first finding that asks somebody to act, nil if there is none.
func gravest(findings []finding.Finding) *finding.Finding {
	if len(findings) == 0 || findings[0].Severity == verify.Info {
		return nil
	}
	return &findings[0]
}

func writeMarkdownHeader(b *bytes.Buffer, columns []string) {
	writeMarkdownCells(b, columns)
	fmt.Fprintln(b, "|"+strings.Repeat(" --- |", len(columns)))
}

// writeMarkdownCells writes a row of a table; the cells are escaped here.
func writeMarkdownCells(b *bytes.Buffer, cells []string) {
	b.WriteByte('|')
	for _, cell := range cells {
		fmt.Fprintf(b, " %s |", markdownText(cell))
	}
	b.WriteByte('\n')
}

// plainWord is a word in which nothing means anything: not to Markdown, and not to what
// GitHub and others make of its text afterwards, such as mentions, references to
// issues, emoji and links. It is letters, or a number with or without a unit, a date
// or a time of day; quotes, brackets and marks of punctuation only around it.
var plainWord = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^["'(]*(\pL+(['-]\pL+)*|\d+(ms|[smhd])?|\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?|-)?["').,;:?]*$`)
})

// markdownText makes text from outside safe in the middle of a line, in a table or
// not, and keeps it: spaces at its ends, which Markdown would take away, stand as
// character references.
func markdownText(text string) string {
	text = printableLine(text)
	inner := strings.Trim(text, " ")
	start, _, _ := strings.Cut(text, inner)
	if inner == "" {
		start = text
	}
	end := text[len(start)+len(inner):]
	return strings.ReplaceAll(start, " ", "&#32;") + markdownWords(inner) + strings.ReplaceAll(end, " ", "&#32;")
}

// markdownWords turns every word of printable text that is not plain into code, where
// nothing has a meaning, in Markdown itself or to what runs over its result. Escapes
// would not do: they are gone when mentions and links are looked for.
func markdownWords(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if plainWord().MatchString(word) {
			continue
		}
		core, around := strings.TrimLeft(word, "("), ".,;:?"
		before := word[:len(word)-len(core)]
		if before != "" {
			around += ")"
		}
		core = strings.TrimRight(core, around)
		words[i] = before + markdownCode(core) + word[len(before)+len(core):]
	}
	return strings.Join(words, " ")
}

// markdownCode is a word as code. What ends code, or a cell of a table even inside of
// code, stands outside as a character reference, which never has such a meaning
// (CommonMark 0.31.2, section 2.5).
func markdownCode(word string) string {
	var b strings.Builder
	for word != "" {
		i := strings.IndexAny(word, "`|")
		if i == 0 {
			fmt.Fprintf(&b, "&#%d;", word[0])
			word = word[1:]
			continue
		}
		if i < 0 {
			i = len(word)
		}
		b.WriteString("`" + word[:i] + "`")
		word = word[i:]
	}
	return b.String()
}

// commandLine is a command line in our advice.
var commandLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("`[^`|]+`") })

// markdownAdvice shows command lines as they are written, as one piece of code each.
// Nothing rests on the advice being ours: in code nothing has a meaning.
func markdownAdvice(advice string) string {
	advice = printableLine(advice)
	var b strings.Builder
	end := 0
	for _, at := range commandLine().FindAllStringIndex(advice, -1) {
		b.WriteString(markdownWords(advice[end:at[0]]) + advice[at[0]:at[1]])
		end = at[1]
	}
	return b.String() + markdownWords(advice[end:])
}
