//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The commands of docs/kit.md run in their order, as they stand there.
func TestKitDocument(t *testing.T) {
	t.Parallel()
	r := &rotation{t: t, dir: t.TempDir(), server: servePrimary(t)}
	if err := os.WriteFile(filepath.Join(r.dir, "update.key"), []byte(updateKeyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	r.sh("drtxt keygen --no-passphrase --dir keys", 0)
	for _, section := range []string{"Make one", "Check one", "The night"} {
		for _, command := range documentedCommands(t, "kit.md", section) {
			r.sh(command.line, command.status)
		}
	}
	r.has(".", "keys", "kit", "off.json", "on.json", "state", "update.key")
}
