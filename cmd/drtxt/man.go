package main

import "github.com/spf13/cobra"

func newManCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "man", Short: "Print the manual page of a command", RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
}
