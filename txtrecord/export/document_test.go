package export_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/export"
)

// docs/formats.md is made from the table and from what the formats write.
func TestDocument(t *testing.T) {
	compareGolden(t, filepath.FromSlash("../../docs/formats.md"), []byte(document(t)))
}

const documentHead = `# Output formats of drtxt

` + "`drtxt record --format FORMAT`" + ` writes the records for whatever hosts the domain. This page has a section for each format:
what it is, how it is applied, what becomes of the records that stand, an example, and what goes wrong there. It is made
from the program itself: ` + "`make golden`" + ` writes it.

- **Whatever replaces a set takes other TXT records of the name away too.** The disaster recovery domain should be a name
  of its own; where it is not, add the others to what is written.
- **Verify afterwards.** Each format names the command. That a host has taken a file proves nothing: a semicolon outside of
  quotes begins a comment in many of them, and what is then served is ` + "`v=1`" + `.
- Formats that have comments say all this in comments at their head; for the others ` + "`record`" + ` says it on standard error.
- Words in upper case (` + "`FILE`, `ZONE_ID`" + `) are to be filled in. FILE is what ` + "`--out FILE`" + ` wrote.
- Where the zone makes a difference it comes from ` + "`--zone`" + `. Without it the parent of the domain is taken, and the output says
  that this is an assumption. The other formats take the flag too, as a check that the
  domain lies in the zone.
- A TTL that the host refuses is an error, and so is a flag that says nothing to the format. Settings from the environment
  (` + "`DRTXT_ZONE_ID`, `DRTXT_ZONE`" + `) count where they apply.

## All formats

| format | what it is | applied | file name | TTL | flags |
| --- | --- | --- | --- | --- | --- |
`

func document(t *testing.T) string {
	var b strings.Builder
	b.WriteString(documentHead)
	for _, f := range export.Formats {
		writeRow(&b, f, fmt.Sprintf("[%s](#%[1]s)", f.Name), f.Summary)
		for _, form := range f.Providers {
			writeRow(&b, form, "– `--provider "+form.Name+"`", form.Summary)
		}
	}
	for _, f := range export.Formats {
		fmt.Fprintf(&b, "\n## %s\n\n%s.", f.Name, capital(f.Summary))
		if f.Effect != "" {
			fmt.Fprintf(&b, " %s.", capital(string(f.Effect)))
		}
		b.WriteString("\n")
		writeTraps(&b, f)
		if len(f.Providers) == 0 {
			writeForm(t, &b, form{f, ""})
		}
		for _, provider := range f.Providers {
			fmt.Fprintf(&b, "\n### %s\n\n`--provider %[1]s`: %s. %s.\n", provider.Name, provider.Summary, capital(string(provider.Effect)))
			writeTraps(&b, provider)
			writeForm(t, &b, form{f, export.Provider(provider.Name)})
		}
	}
	return b.String()
}

func writeRow(b *strings.Builder, f export.Format, name, summary string) {
	var flags []string
	for _, flag := range f.Flags {
		flags = append(flags, "`--"+flag+"`")
	}
	extension := ""
	if f.Extension != "" {
		extension = "`." + f.Extension + "`"
	}
	effect, ttl := string(f.Effect), ttlInWords(f.TTL)
	if len(f.Providers) > 0 {
		effect, ttl = "per provider", "per provider"
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", name, summary, effect, extension, ttl, strings.Join(flags, ", "))
}

func ttlInWords(r export.TTLRange) string {
	switch {
	case r.Most > 0:
		return fmt.Sprintf("%d s to %d s", r.Least, r.Most)
	case r.Least > 0:
		return fmt.Sprintf("%d s or more", r.Least)
	}
	return "any"
}

func writeTraps(b *strings.Builder, f export.Format) {
	b.WriteString("\n")
	for _, trap := range f.Traps {
		fmt.Fprintf(b, "- %s\n", trap)
	}
}

// writeForm shows what a form makes of a signed set.
func writeForm(t *testing.T, b *strings.Builder, f form) {
	t.Helper()
	set := f.suited(signedSet(t, activation))
	guide := f.guide(t, set)
	b.WriteString("\nHow to apply it:\n")
	writeApply(b, guide.Apply)
	b.WriteString("\nAfterwards:\n\n")
	for _, command := range commands(guide.Verify) {
		fmt.Fprintf(b, "    %s\n", command)
	}
	b.WriteString("\nExample:\n\n```\n" + string(f.written(t, set)) + "```\n")
}

// writeApply writes prose as a paragraph and commands as a block.
func writeApply(b *strings.Builder, lines []string) {
	inBlock := false
	for i, line := range lines {
		command, isCommand := strings.CutPrefix(line, "  ")
		switch {
		case line == "Apply it with:":
			continue
		case i == 0 || isCommand != inBlock:
			b.WriteString("\n")
		}
		if inBlock = isCommand; isCommand {
			command = "    " + command
		}
		b.WriteString(command + "\n")
	}
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
