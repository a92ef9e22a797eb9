package main

import "github.com/spf13/cobra"

func newWizardCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "wizard", Short: "Be asked what the records are to be, and make them", RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
}
