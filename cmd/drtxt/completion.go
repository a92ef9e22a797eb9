package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A completedShell is one that there is a completion script for.
type completedShell struct {
	name, into string
	// steps say how the script comes into use.
	steps string
	write func(root *cobra.Command, to io.Writer, descriptions bool) error
}

var completedShells = []completedShell{
	{
		"bash", "~/.drtxt-completion.bash",
		`It needs the package bash-completion. Add this line to ~/.bashrc:

  . ~/.drtxt-completion.bash`,
		func(root *cobra.Command, to io.Writer, descriptions bool) error {
			return root.GenBashCompletionV2(to, descriptions)
		},
	},
	{
		"fish", "~/.config/fish/completions/drtxt.fish",
		`fish reads it from that folder by itself.`,
		func(root *cobra.Command, to io.Writer, descriptions bool) error {
			return root.GenFishCompletion(to, descriptions)
		},
	},
	{
		"powershell", "drtxt-completion.ps1",
		`Add a line to the file that $PROFILE names, with the path of the script:

  . C:\path\to\drtxt-completion.ps1`,
		func(root *cobra.Command, to io.Writer, descriptions bool) error {
			if descriptions {
				return root.GenPowerShellCompletionWithDesc(to)
			}
			return root.GenPowerShellCompletion(to)
		},
	},
	{
		"zsh", "~/.zsh-completions/_drtxt",
		`Add these lines to ~/.zshrc:

  fpath=(~/.zsh-completions $fpath)
  autoload -U compinit && compinit`,
		func(root *cobra.Command, to io.Writer, descriptions bool) error {
			if descriptions {
				return root.GenZshCompletion(to)
			}
			return root.GenZshCompletionNoDesc(to)
		},
	},
}

func newCompletionCommand(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion",
		Short: "Print the script by which a shell completes commands, flags and values",
		Long: `Print the script by which a shell completes commands, flags and values: domains from
the configuration, formats, statuses, schemes. The help of each shell says how the
script comes into use.`,
		Example: `  drtxt completion bash > ~/.drtxt-completion.bash
  drtxt completion zsh --help`,
		Args: subcommandsAlone,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, shell := range completedShells {
		cmd.AddCommand(withKnownArguments(newShellCompletionCommand(env, shell)))
	}
	return cmd
}

func newShellCompletionCommand(env *environment, shell completedShell) *cobra.Command {
	bare := false
	cmd := &cobra.Command{
		Use:   shell.name,
		Short: "Print the completion script for " + shell.name,
		Long:  "Print the completion script for " + shell.name + ".\n\n" + shell.steps,
		Example: `  drtxt completion ` + shell.name + ` > ` + shell.into + `
  drtxt completion ` + shell.name + ` --no-descriptions > ` + shell.into,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var script bytes.Buffer
			if err := shell.write(cmd.Root(), &script, !bare); err != nil {
				return err
			}
			to := output{}
			return to.write(cmd.Context(), env, script.Bytes())
		},
	}
	cmd.Flags().BoolVar(&bare, "no-descriptions", false, "complete names without saying what each is")
	return cmd
}

// completeValues offers a flag's known values in the shell.
func completeValues(cmd *cobra.Command, flag string, values []string) {
	completeLater(cmd, flag, func() []string { return values })
}

// completeLater is completeValues for values that take time to make.
func completeLater(cmd *cobra.Command, flag string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag does not exist: a mistake in the program
	}
}

// completing reports whether it is the shell that asks, for what could come next.
func completing(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// completeTheRest completes what no command has said anything about: files only where a
// file or folder is meant.
func completeTheRest(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && !namesFile(cmd.Use) {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if _, known := cmd.GetFlagCompletionFunc(flag.Name); known {
			return
		}
		complete, ok := completedFlags[flag.Name]
		value, _ := pflag.UnquoteUsage(flag)
		switch {
		case ok:
		case value == "DIR":
			complete = foldersAlone
		case namesFile(value):
			return
		default:
			complete = cobra.NoFileCompletions
		}
		if err := cmd.RegisterFlagCompletionFunc(flag.Name, complete); err != nil {
			panic(fmt.Sprintf("--%s: %v", flag.Name, err)) // it was there just now
		}
	})
	for _, sub := range cmd.Commands() {
		completeTheRest(sub)
	}
}

// completedFlags are completed alike wherever they are.
var completedFlags = map[string]cobra.CompletionFunc{
	"dir": foldersAlone,
	"acknowledge": func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return warningCodes(), cobra.ShellCompDirectiveNoFileComp
	},
}

func foldersAlone(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// namesFile reports whether the name of a value or of an argument means a file or folder.
func namesFile(name string) bool {
	for _, word := range []string{"FILE", "DIR", "PATH", "EXPORT"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
