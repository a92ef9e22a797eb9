package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page's commands are run as they stand there, in their order, by the shell, at a
// terminal: without a configuration, with one that has a domain and its key, and with one
// that leaves nothing to type.
func TestIncidentLines(t *testing.T) {
	t.Parallel()
	template := newExampleFolder(t)
	const key = "domains:\n  dr.example.com:\n    public: dr_publickey.pem\n"
	for name, test := range map[string]struct {
		configuration string
		lacks         []string // words of the page without a configuration
	}{
		"none": {"", nil},
		"key":  {key, []string{"DOMAIN", "--public"}},
		"all": {
			key + "    key: dr_privatekey.pem\n    zone: example.com\n    publish:\n      server: ns1.example.com\n      tsig-file: update.key\n",
			[]string{"DOMAIN", "NAME_SERVER", "ZONE", "UPDATE_KEY", "--public", "--key", "--server", "--zone", "--tsig-file"},
		},
		"zone file": {
			key + "    key: dr_privatekey.pem\n    zone: example.com\n    publish:\n      zone-file: example.com.zone\n",
			[]string{"DOMAIN", "NAME_SERVER", "ZONE", "UPDATE_KEY", "--public", "--key", "--server", "--zone", "--tsig-file"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := template.copy(t, "")
			f.act("rm on.json off.json")
			if test.configuration != "" {
				f.configure(test.configuration)
			}
			lines := f.incident()
			if len(lines) != 9 {
				t.Fatalf("%d commands: %q", len(lines), lines)
			}
			for _, line := range lines {
				for _, word := range test.lacks {
					if strings.Contains(line, word) {
						t.Errorf("%q has %q", line, word)
					}
				}
				if name == "zone file" && (strings.HasPrefix(line, "drtxt watch") || strings.HasPrefix(line, "drtxt verify")) {
					continue // nobody serves it
				}
				f.converse(line, asked(line))
			}
		})
	}
}

func (f *exampleFolder) configure(text string) {
	f.t.Helper()
	f.act("mkdir config/drtxt && cp dr_publickey.pem dr_privatekey.pem update.key example.com.zone config/drtxt")
	if err := os.WriteFile(filepath.Join(f.dir, "config", "drtxt", "drtxt.yaml"), []byte(f.replaced(text)), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// incident are the commands of the page, with what is the test's in place of the words in
// capitals.
func (f *exampleFolder) incident() []string {
	f.t.Helper()
	f.act("drtxt help incident > page.txt")
	page := strings.ReplaceAll(readText(f.t, filepath.Join(f.dir, "page.txt")), " \\\n", " ")
	var lines []string
	for line := range strings.Lines(page) {
		if command, ok := strings.CutPrefix(line, "     drtxt "); ok {
			lines = append(lines, strings.NewReplacer("KIT", "kit", "NAME_SERVER", f.server, "ZONE", "example.com", "UPDATE_KEY", "update.key", "DOMAIN", "dr.example.com").
				Replace("drtxt "+strings.TrimSpace(command)))
		}
	}
	return lines
}

// asked is what a line of the page leads to.
func asked(line string) []exchange {
	if strings.HasPrefix(line, "drtxt publish") {
		return typeDomain
	}
	return nil
}
