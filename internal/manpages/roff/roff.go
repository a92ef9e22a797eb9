// Package roff writes the manual page of a command in the man macros of roff, see man(7).
//
// A page holds what the command's help says, and nothing else: neither the day nor the
// version, so that it changes only when the help does. The command's Long is plain text:
// paragraphs between blank lines, and lines that begin with two blanks, which stay as
// they are.
package roff

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Section is the section of the manual that the pages belong to: user commands.
const Section = "1"

// Name is the name of a command's page: its path, joined by hyphens.
func Name(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// Write writes the page of a command.
func Write(to io.Writer, cmd *cobra.Command) error {
	var p page
	p.line(".TH %s %s \"\" %s \"User Commands\"", quote(strings.ToUpper(Name(cmd))), Section, quote(cmd.Root().Name()))
	p.section("NAME")
	p.line("%s \\- %s", escape(Name(cmd)), escape(cmd.Short))
	if cmd.Runnable() {
		p.section("SYNOPSIS")
		p.line("%s", text(cmd.UseLine()))
	}
	if cmd.Long != "" {
		p.section("DESCRIPTION")
		p.prose(cmd.Long)
	}
	p.commands(cmd)
	p.flags("OPTIONS", cmd.NonInheritedFlags())
	p.flags("OPTIONS OF EVERY COMMAND", cmd.InheritedFlags())
	if cmd.Example != "" {
		p.section("EXAMPLES")
		p.prose(cmd.Example)
	}
	p.related(cmd)
	_, err := io.WriteString(to, p.String())
	return err
}

// A page is one that is being written.
type page struct{ strings.Builder }

func (p *page) line(format string, a ...any) { fmt.Fprintf(&p.Builder, format+"\n", a...) }

func (p *page) section(title string) { p.line(".SH %s", title) }

// prose writes paragraphs, and as they stand the lines that begin with two blanks.
func (p *page) prose(words string) {
	for i, paragraph := range strings.Split(strings.Trim(words, "\n"), "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		kept := false
		for line := range strings.SplitSeq(paragraph, "\n") {
			if keep := strings.HasPrefix(line, "  "); keep != kept {
				p.line("%s", map[bool]string{true: ".nf", false: ".fi"}[keep])
				kept = keep
			}
			p.line("%s", text(line))
		}
		if kept {
			p.line(".fi")
		}
	}
}

// commands lists what stands below a command.
func (p *page) commands(cmd *cobra.Command) {
	subs := below(cmd)
	if len(subs) > 0 {
		p.section("COMMANDS")
	}
	for _, sub := range subs {
		p.line(".TP\n\\fB%s\\fR\n%s", escape(sub.CommandPath()), text(sub.Short))
	}
}

func (p *page) flags(title string, flags *pflag.FlagSet) {
	if flags.HasAvailableFlags() {
		p.section(title)
	}
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(flag)
		name := "\\fB" + escape("--"+flag.Name) + "\\fR"
		if flag.Shorthand != "" {
			name = "\\fB" + escape("-"+flag.Shorthand) + "\\fR, " + name
		}
		if value != "" {
			name += " \\fI" + escape(value) + "\\fR"
		}
		if !slices.Contains([]string{"", "false", "0", "-1", "[]"}, flag.DefValue) {
			usage += " (default " + flag.DefValue + ")"
		}
		p.line(".TP\n%s\n%s", name, text(usage))
	})
}

// related names the pages of the command above and of those below.
func (p *page) related(cmd *cobra.Command) {
	var pages []string
	if cmd.HasParent() {
		pages = append(pages, Name(cmd.Parent()))
	}
	for _, sub := range below(cmd) {
		pages = append(pages, Name(sub))
	}
	if len(pages) > 0 {
		p.section("SEE ALSO")
	}
	for i, name := range pages {
		comma := ","
		if i == len(pages)-1 {
			comma = ""
		}
		p.line(".BR %s (%s)%s", escape(name), Section, comma)
	}
}

// below are a command's own commands and topics.
func below(cmd *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(cmd.Commands()), func(sub *cobra.Command) bool { return sub.Hidden })
}

// escape writes words so that they are shown as they are: a hyphen as one that can be
// copied.
func escape(words string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "'", `\(aq`).Replace(words)
}

// text is escape for a line of its own, which must not be taken for a macro.
func text(line string) string {
	line = escape(line)
	if strings.HasPrefix(line, ".") {
		return `\&` + line
	}
	return line
}

// quote writes an argument of a macro.
func quote(words string) string { return `"` + strings.ReplaceAll(escape(words), `"`, `\(dq`) + `"` }
