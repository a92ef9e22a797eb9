package main

import (
	"github.com/spf13/cobra"
)

func newDrillCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "drill"}
}
