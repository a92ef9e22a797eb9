package main

import "github.com/spf13/cobra"

func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND...]",
		Short: "Say what a command does; `drtxt help incident` is the page for the night",
		Long: `Say what a command does, and which flags it has.

drtxt help incident is the page for the night on which disaster recovery has to be
switched on.`,
		Example: `  drtxt help incident
  drtxt help record`,
		// Whatever is wrong with the settings, help is to be had.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		ValidArgsFunction: completeTopics,
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && topic.HasSubCommands() {
				return unknownCommand(topic, rest[0])
			}
			if len(rest) > 0 && topic.IsAdditionalHelpTopicCommand() {
				return noTopicArgument(topic, rest[0])
			}
			topic.InitDefaultHelpFlag() // so that it is shown
			return topic.Help()
		},
	}
}

// completeTopics completes the path of a command.
func completeTopics(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	topic, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, sub := range topic.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
