package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// valued are the flags that take one of some words, with one of these.
var valued = map[string]string{
	"type": "zpa", "forwarding": "fail-close", "format": "json", "scheme": "trimmed", "accepted": "trimmed",
	"expect": "none", "until": "none", "status": "test", "provider": "google", "file-format": "dig",
	"acknowledge": "ends-soon", "ttl-min": "30s", "octodns-escape": "false",
}

// Of every flag of every command the shell is offered the values, files, folders, or
// nothing, whichever the flag takes.
func TestFlagsComplete(t *testing.T) {
	t.Parallel()
	const files, nothing, folders = ":0", ":4", ":16"
	found := map[string]bool{}
	everyCommand(wholeProgram(), func(cmd *cobra.Command) {
		if cmd.IsAdditionalHelpTopicCommand() {
			return
		}
		cmd.InheritedFlags() // so that those of the root are there, too
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.NoOptDefVal != "" {
				return // it takes no value
			}
			path := strings.Fields(cmd.CommandPath())[1:]
			said := strings.Split(strings.TrimSpace(drtxt(slices.Concat([]string{"__completeNoDesc"}, path, []string{"--" + flag.Name, ""})...).want(t, 0).stdout), "\n")
			value, _ := pflag.UnquoteUsage(flag)
			want := nothing
			switch word := valued[flag.Name]; {
			case word != "":
				found[flag.Name] = true
				if !slices.Contains(said, word) {
					t.Errorf("%s --%s: %q is not offered, but %q", cmd.CommandPath(), flag.Name, word, said)
				}
			case value == "DIR", flag.Name == "dir":
				want = folders
			case strings.HasPrefix(value, "FILE"), value == "PATH":
				want = files
			}
			if got := said[len(said)-1]; got != want {
				t.Errorf("%s --%s: the directive is %s, want %s", cmd.CommandPath(), flag.Name, got, want)
			}
		})
	})
	for name := range valued {
		if !found[name] {
			t.Errorf("there is no flag --%s", name)
		}
	}
}
