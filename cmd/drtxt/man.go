package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/manpages"
	"github.com/drtxt/drtxt/internal/shellwords"
)

func newManCommand(env *environment) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "man [COMMAND...]",
		Short: "Print the manual page of a command, or write all pages",
		Long: `Print the manual page of a command, drtxt's own where none is named, in the form that
man reads; or write the pages of all commands into a folder where man looks for them.

  drtxt man record | man -l -

shows one at the terminal.`,
		Example: `  drtxt man record > drtxt-record.1
  drtxt man --dir ~/.local/share/man/man1`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completePages,
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir != "" {
				return writeManual(cmd.Context(), env, dir, args)
			}
			return printPage(cmd.Context(), env, args)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write all pages into this `DIR`, made if missing")
	return cmd
}

// pageName is the name of the page of a command, given by its path below drtxt.
func pageName(path []string) string { return strings.Join(append([]string{"drtxt"}, path...), "-") }

func printPage(ctx context.Context, env *environment, path []string) error {
	page, ok := manpages.Page(pageName(path))
	if !ok {
		return noPage(path)
	}
	to := output{}
	if err := to.write(ctx, env, page); err != nil {
		return err
	}
	if env.outTerminal {
		env.note("hint: `%s | man -l -` shows it as a page", shellwords.Line(append([]string{"drtxt", "man"}, path...)))
	}
	return nil
}

func noPage(path []string) error {
	hint := "`drtxt --help` lists the commands"
	if meant, ok := closest(pageName(path), manpages.Names()); ok {
		hint = "did you mean `drtxt man" + strings.ReplaceAll(strings.TrimPrefix(meant, "drtxt"), "-", " ") + "`?"
	}
	return refusal(fmt.Errorf("there is no page about %q", strings.Join(path, " ")), hint)
}

// writeManual writes every page into a folder. Pages that are there already are replaced.
func writeManual(ctx context.Context, env *environment, dir string, args []string) error {
	if len(args) > 0 {
		return refusal(errors.New("--dir writes all pages, and a command is named"), "leave one of them out")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return outputError(pathError("making", dir, err))
	}
	for _, name := range manpages.Names() {
		page, _ := manpages.Page(name)
		if err := writeFile(ctx, filepath.Join(dir, manpages.FileName(name)), page); err != nil {
			return err
		}
	}
	env.note("wrote %d pages into %s", len(manpages.Names()), quoted(dir))
	return nil
}

// completePages completes the path of a command that has a page.
func completePages(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var next []string
	for _, name := range manpages.Names() {
		if rest, below := strings.CutPrefix(name, pageName(args)+"-"); below {
			word, _, _ := strings.Cut(rest, "-")
			next = append(next, word)
		}
	}
	return slices.Compact(next), cobra.ShellCompDirectiveNoFileComp
}
