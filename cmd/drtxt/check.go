package main

import "github.com/spf13/cobra"

func newCheckCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "check [DOMAIN]"}
}
