package main

import "github.com/spf13/cobra"

func newConfigCommand(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write a configuration, or show what is in force",
		Long: `The configuration, drtxt.yaml, holds what is not to be typed on the night: domains,
their keys, and where their records are published. docs/configuration.md explains it.`,
		Example: `  drtxt config init
  drtxt config show`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	make := newConfigInitCommand(env)
	annotate(make, noSettings, "") // it writes them
	cmd.AddCommand(withKnownArguments(make), withKnownArguments(newConfigShowCommand(env)))
	return cmd
}
