//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of docs/edges.md run in their order, as they stand there, on the files that
// it shows.
func TestEdgesDocument(t *testing.T) {
	t.Parallel()
	r := &rotation{t: t, dir: t.TempDir(), server: servePrimary(t)}
	for name, content := range map[string]string{
		"update.key":     updateKeyFile,
		"edges.json":     shownBlock(t, "edges.md", "json"),
		"inventory.yaml": shownBlock(t, "edges.md", "yaml"),
	} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What stands on a quiet day.
	r.sh("drtxt keygen --no-passphrase --dir keys", 0)
	r.sh("drtxt record off dr.example.com --key keys/dr_privatekey.pem --format json | drtxt publish --public keys/dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key --confirm dr.example.com", 0)
	var done steps
	for _, section := range []string{"From an export", "From an inventory", "Publish the addresses"} {
		for _, command := range documentedCommands(t, "edges.md", section) {
			done = append(done, step{command, r.sh(command.line, command.status)})
		}
	}
	for has, want := range map[string]string{
		"drtxt edges edges.json":     "2 edges of 1 designated group give the disaster recovery domain 2 A records and 1 AAAA record.",
		"drtxt edges inventory.yaml": "1 edge of 1 designated group gives the disaster recovery domain 1 A record and 1 AAAA record.",
		"--format zone":              "dr.example.com.\t30\tIN\tA\t203.0.113.11\n",
	} {
		if said := done.one(t, has, "--out", " | ", "-4").stdout; !strings.Contains(said, want) {
			t.Errorf("%s: %q is missing in\n%s", has, want, said)
		}
	}
	r.sh("drtxt edges inventory.yaml --domain dr.example.com --format json --out other.json", 0)
	r.sh("drtxt verify dr.example.com --records other.json --server ns1.example.com", 1)
}

// The table of the document's own example fits into a terminal, with and without a probe.
func TestEdgesTableIsNarrow(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "edges.json", shownBlock(t, "edges.md", "json"))
	reached := network{"203.0.113.10": nil, "203.0.113.11": nil, "2001:db8::10": nil}
	for _, args := range [][]string{{file}, {file, "--probe"}} {
		table := reached.edges(t.Context(), args...).want(t, 0).stdout
		_, table, _ = strings.Cut(table, "\n\n")
		table, _, _ = strings.Cut(table, "\n\n")
		if strings.Count(table, "\n") != 4 {
			t.Fatal(table)
		}
		const most = 80 - len("999.9ms") + len("0s") // here a connection takes no time
		for line := range strings.Lines(table) {
			if width := len(strings.TrimSpace(line)); width > most {
				t.Errorf("%d columns: %s", width, line)
			}
		}
	}
}

// shownBlock is the first block of a document that is marked as of that language.
func shownBlock(t *testing.T, document, language string) string {
	t.Helper()
	_, block, begun := strings.Cut(readText(t, docsPath(document)), "\n```"+language+"\n")
	block, _, ended := strings.Cut(block, "```\n")
	if !begun || !ended {
		t.Fatalf("%s shows no %s", document, language)
	}
	return block
}
