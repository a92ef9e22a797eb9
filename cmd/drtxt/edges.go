package main

import "github.com/spf13/cobra"

func newEdgesCommand(env *environment) *cobra.Command {
	return &cobra.Command{Use: "edges EXPORT.json…"}
}
