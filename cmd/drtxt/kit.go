package main

import "github.com/spf13/cobra"

func newKitCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "kit", Short: "Sign records ahead of time, with the runbook for the night", RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
}
