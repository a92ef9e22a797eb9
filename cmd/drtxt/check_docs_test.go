//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of docs/check.md run in their order, as they stand there, with a name server of
// the test in place of the delegation's.
func TestCheckDocument(t *testing.T) {
	t.Parallel()
	r := &rotation{t: t, dir: t.TempDir(), server: serveReady(t)}
	furnishCheck(t, r.dir)
	if err := os.WriteFile(filepath.Join(r.dir, "status.txt"), []byte(shownBlock(t, "check.md", "text")), 0o600); err != nil {
		t.Fatal(err)
	}
	r.sh("mkdir -m 700 keys && cp dr_privatekey.pem keys && chmod 600 keys/dr_privatekey.pem", 0)
	r.sh("drtxt kit dr.example.com --out kit --key keys/dr_privatekey.pem", 0)
	var done []result
	for _, section := range []string{"Once a quarter", "From cron"} {
		for _, command := range documentedCommands(t, "check.md", section) {
			done = append(done, r.sh("DRTXT_SERVER="+r.server+" "+command.line, command.status))
		}
	}
	for _, want := range []string{"dr.example.com is ready as far as was checked, with 1 warning; not known: scheme; 11 of 13 areas were checked.\n", "warning check-key-unencrypted: ", "TCP 443              not checked  --edges FILE --probe: "} {
		if got := done[0].stdout; !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if err := schemas(t).validate("check", readIn(t, filepath.Join(r.dir, "check.json"))); err != nil {
		t.Error(err)
	}
	exposed(t, []byte(readIn(t, filepath.Join(r.dir, "dr.example.com.prom"))))
}

// serveReady starts a name server at which everything is as furnishCheck's files have it.
func serveReady(t *testing.T) string {
	t.Helper()
	return serve(t, readyRecords(t, "203.0.113.10", "203.0.113.11")...)
}
