package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// requireKnownTopics makes cobra's own commands refuse what they do not know: help
// for no command, completion for no shell.
func requireKnownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = func(_ *cobra.Command, args []string) error {
				if found, _, err := root.Find(args); len(args) > 0 && (err != nil || found == root) {
					return unknownCommand(root, args[0])
				}
				return nil
			}
		case "completion":
			for _, shell := range cmd.Commands() {
				withKnownArguments(shell)
			}
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(cmd *cobra.Command, args []string) error {
				if len(args) > 0 {
					return refusal(fmt.Errorf("there is no completion for the shell %q", args[0]), "use bash, fish, powershell or zsh")
				}
				return cmd.Help()
			}
		}
	}
}

// flagHint names the flag that an unknown one was probably meant to be.
func flagHint(cmd *cobra.Command, err error) string {
	hint := "`" + cmd.CommandPath() + " --help` lists the flags"
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return hint
	}
	name := unknown.GetSpecifiedName()
	least := min(maxTypos, len(name)/2) + 1
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if d := typos(name, flag.Name); d < least {
			least, hint = d, "did you mean --"+flag.Name+"?"
		}
	})
	return hint
}

// maxTypos is how many typos a name may have and still be recognised.
const maxTypos = 2

// typos is the Levenshtein distance of two names.
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
