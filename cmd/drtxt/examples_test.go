package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// An example is a line of a command's help.
type example struct{ of, line string }

// examples are those of every command's help, by the path of the command.
func examples() map[string][]example {
	found := map[string][]example{}
	everyCommand(wholeProgram(), func(cmd *cobra.Command) {
		if cmd.IsAdditionalHelpTopicCommand() {
			return // its page is commands and words
		}
		of := cmd.CommandPath()
		found[of] = nil
		for line := range strings.Lines(cmd.Example) {
			found[of] = append(found[of], example{of, strings.TrimSpace(line)})
		}
	})
	return found
}

// Every command's help has at least two examples, and they are of that command, or of one
// below it.
func TestHelpHasExamples(t *testing.T) {
	t.Parallel()
	for of, lines := range examples() {
		own := 0
		for _, example := range lines {
			if strings.HasPrefix(example.line+" ", of+" ") {
				own++
			}
		}
		if own < 2 {
			t.Errorf("the help of %s has %d examples of it, want two: %q", of, own, lines)
		}
	}
}
