package configuration_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/configuration"
)

// documented is a row of the tables of docs/configuration.md.
var documented = regexp.MustCompile("(?m)^(?:Under `([a-z]+)`:|\\| `([a-z-]+)` \\| ([^|]+) \\| (yes)? *\\|.*)$")

// docs/configuration.md has every key in its place, and no other.
func TestDocumentedKeys(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	section := configuration.General
	for _, row := range documented.FindAllStringSubmatch(string(text), -1) {
		if row[1] != "" {
			section = row[1]
			continue
		}
		got = append(got, fmt.Sprintf("%s: %s, chosen %t", configuration.Key{Section: section, Name: row[2]}, row[3], row[4] != ""))
	}
	var want []string
	for _, key := range configuration.Keys {
		want = append(want, fmt.Sprintf("%s: %s, chosen %t", key, inWords(key), key.Chosen))
	}
	if !slices.Equal(got, want) {
		t.Errorf("documented are\n%s\nthere are\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// durations are the keys whose values are lengths of time.
var durations = []string{"signer-timeout", "for", "ttl", "warn-before", "kit.window", "kit.overlap"}

func inWords(key configuration.Key) string {
	words := map[configuration.Shape]string{
		configuration.Text: "text", configuration.Texts: "text, or a list", configuration.List: "list",
		configuration.Switch: "true or false", configuration.Number: "whole number",
	}[key.Shape]
	switch {
	case slices.Contains(durations, key.String()):
		words = "duration"
	case key.Input:
		words = strings.Replace(words, "text", "file", 1)
	case key.Path:
		words = strings.Replace(words, "text", "path", 1)
	}
	return words
}

// Its example is a configuration, and shows most of them.
func TestDocumentedExample(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	example, _, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatal("there is no example")
	}
	f, err := configuration.Parse([]byte(example), "drtxt.yaml", disarming)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Domains()) != 2 || len(f.Settings) < 20 {
		t.Errorf("it has %d domains and %d settings", len(f.Domains()), len(f.Settings))
	}
}
