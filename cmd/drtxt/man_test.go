package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/manpages"
	"github.com/drtxt/drtxt/internal/manpages/roff"
)

var update = flag.Bool("update", false, "write the manual pages anew")

const pagesDir = "../../internal/manpages/pages"

// The pages are what the help of the commands says, each command has one, and there is
// none without a command.
func TestManPages(t *testing.T) {
	t.Parallel()
	pages := writtenPages(t)
	if *update {
		replacePages(t, pages)
		return // what is embedded is known to the next run
	}
	for name, page := range pages {
		if is, ok := manpages.Page(name); !ok || !bytes.Equal(is, page) {
			t.Errorf("the page %s is not what the help says; go test ./cmd/drtxt -run TestManPages -update", name)
		}
	}
	for _, name := range manpages.Names() {
		if pages[name] == nil {
			t.Errorf("there is a page %s and no such command; go test ./cmd/drtxt -run TestManPages -update", name)
		}
	}
}

// writtenPages writes the page of every command and topic.
func writtenPages(t *testing.T) map[string][]byte {
	t.Helper()
	pages := map[string][]byte{}
	everyCommand(wholeProgram(), func(cmd *cobra.Command) {
		if cmd.IsAdditionalHelpTopicCommand() {
			cmd.Long = keptAsItIs(drtxt("help", cmd.Name()).want(t, 0).stdout)
		}
		cmd.InitDefaultHelpFlag()
		var page bytes.Buffer
		if err := roff.Write(&page, cmd); err != nil {
			t.Fatal(err)
		}
		pages[roff.Name(cmd)] = page.Bytes()
	})
	return pages
}

// wholeProgram is the root with everything below it.
func wholeProgram() *cobra.Command {
	root := newRoot(&environment{}, nil)
	root.InitDefaultHelpCmd()
	return root
}

// keptAsItIs indents every line, so that it stays one.
func keptAsItIs(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

func replacePages(t *testing.T, pages map[string][]byte) {
	t.Helper()
	stale, err := filepath.Glob(filepath.Join(pagesDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stale {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(pagesDir, manpages.FileName(name)), page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
