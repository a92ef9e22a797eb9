package main

import "github.com/spf13/cobra"

func newConfigCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "config", Short: "Write a configuration, or show what is in force", RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
}
