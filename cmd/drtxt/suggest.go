package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownCommand refuses a name that is none of a command's own.
func unknownCommand(parent *cobra.Command, name string) error {
	path := strings.TrimPrefix(parent.CommandPath()+" "+name, parent.Root().Name()+" ")
	hint := "`" + parent.CommandPath() + " --help` lists the commands"
	meant, ok := closest(name, subcommandNames(parent))
	if !ok && !parent.HasParent() {
		meant, ok = otherNames[name]
	}
	if ok {
		hint = "did you mean `" + parent.CommandPath() + " " + meant + "`?"
	}
	return refusal(fmt.Errorf("there is no command %q", path), hint)
}

// otherNames are what people call what a command does.
var otherNames = map[string]string{
	"on": "record on", "off": "record off", "test": "record test", "sign": "record", "generate": "keygen",
	"status": "verify", "show": "verify", "undo": "publish --undo FILE", "rollback": "publish --undo FILE", "init": "config init", "pick": "kit pick",
}

func subcommandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return names
}

// withKnownArguments gives cobra's complaint about the number of arguments our
// status and a hint.
func withKnownArguments(cmd *cobra.Command) *cobra.Command {
	check := cmd.Args
	if check == nil {
		check = cobra.NoArgs
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if misspelled(cmd, args) {
			return unknownCommand(cmd, args[0])
		}
		if err := check(cmd, args); err != nil {
			return withHint(err, "usage: `"+cmd.UseLine()+"`")
		}
		return nil
	}
	return cmd
}

// subcommandsAlone refuses any argument: only the subcommands do something.
func subcommandsAlone(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return nil
}

// misspelled reports whether the first argument must be meant for a subcommand: it is
// nearly the name of one, and no domain.
func misspelled(cmd *cobra.Command, args []string) bool {
	if len(args) == 0 || strings.Contains(args[0], ".") {
		return false
	}
	_, near := closest(args[0], subcommandNames(cmd))
	return near
}

// flagHint names the flag that an unknown one was probably meant to be.
func flagHint(cmd *cobra.Command, err error) string {
	hint := "`" + cmd.CommandPath() + " --help` lists the flags"
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return hint
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if meant, ok := closest(unknown.GetSpecifiedName(), names); ok {
		return "did you mean --" + meant + "?"
	}
	return hint
}

// questionDomain warns of a domain that is nearly a configured one. It may well be meant.
func questionDomain(env *environment, cmd *cobra.Command) {
	text, given := domainArgument(cmd, cmd.Flags().Args())
	if !given || env.settings.file == nil {
		return
	}
	domain, err := canonicalDomain(text)
	configured := env.settings.file.Domains()
	if err != nil || slices.Contains(configured, domain) {
		return
	}
	if meant, ok := closest(domain, configured); ok {
		env.note("warning: %s is not in the configuration, which has %s", domain, inBothForms(env.settings.file, meant))
	}
}

// oneOf refuses a value that is not in the list, with the one that was probably
// meant.
func oneOf(what, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	hint := "use one of these; --help says more"
	if meant, ok := closest(value, known); ok {
		hint = "use " + what + " " + meant
	}
	return refusal(fmt.Errorf("%s %q is not one of %s", what, value, list(known)), hint)
}

// list words alternatives.
func list(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}

// maxTypos is how many typos a word may have and still be recognised. A short one may
// have fewer: half of its letters must be right.
const maxTypos = 2

// closest is the known word that was probably meant by another: the first that begins
// with it, else the one with the fewest typos. It is false where none is near.
func closest(word string, known []string) (string, bool) {
	word = strings.ToLower(word)
	best, least := "", min(maxTypos, len(word)/2)+1
	for _, k := range known {
		if len(word) > 1 && strings.HasPrefix(k, word) {
			return k, true
		}
		if d := typos(word, k); d < least {
			best, least = k, d
		}
	}
	return best, best != ""
}

// typos is the Levenshtein distance of two words.
func typos(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
