// Package runbooktest has a runbook with genuine records for tests.
package runbooktest

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/runbook"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

const (
	week    = 7 * 24 * time.Hour
	overlap = 24 * time.Hour
	windows = 8
)

// New returns the runbook of a kit with eight windows of a week each, the first of which
// begins at start, signed with a test key of this repository.
func New(t testing.TB, start time.Time) *runbook.Runbook {
	t.Helper()
	location, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := &runbook.Runbook{
		Domain: "dr.example.com", Zone: "example.com", ZoneAssumed: true,
		Type: txtrecord.AllProducts, Forwarding: txtrecord.FailOpen, TTL: 30,
		Made: start.UTC(), Version: "v0.6.0",
		Scheme: "prefix", Confirmation: "as documented, not confirmed against the vendor's tool",
		Location: location,
		Publish:  []string{"--server", "ns1.example.com", "--zone", "example.com", "--tsig-file", "/etc/drtxt/update.key"},
		Trust:    []string{"--public", "/etc/drtxt/dr_publickey.pem"},
	}
	private, err := keygen.LoadPrivateKey(filepath.Join("..", "..", "testdata", "keys", "test-a.private.pem"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Key = keygen.Fingerprint(&private.PublicKey)
	sign := func(name string, status txtrecord.Status, from, to time.Time) {
		values, err := txtrecord.Sign(txtrecord.Activation{Type: r.Type, Status: status, Forwarding: r.Forwarding, Start: from, End: to}, txtrecord.Scheme{}, private)
		if err != nil {
			t.Fatal(err)
		}
		r.Sets = append(r.Sets, runbook.Set{Name: name, Status: status, Start: from, End: to, Values: values, Files: files(name, status)})
	}
	sign("off", txtrecord.Off, time.Time{}, time.Time{})
	for _, status := range []txtrecord.Status{txtrecord.Test, txtrecord.On} {
		for i := range windows {
			from := start.UTC().Truncate(time.Second).Add(time.Duration(i) * (week - overlap))
			sign(fmt.Sprintf("%s-%02d", status, i+1), status, from, from.Add(week))
		}
	}
	return r
}

func files(name string, status txtrecord.Status) []runbook.File {
	var files []runbook.File
	for _, format := range []string{"text", "json", "zone", "nsupdate"} {
		extension := format
		if format == "text" {
			extension = "txt"
		}
		path := fmt.Sprintf("%s/%s.%s", status, name, extension)
		files = append(files, runbook.File{Format: format, Path: path, Apply: apply[format](path)})
	}
	return files
}

// apply is what the guide of each format says, in brief.
var apply = map[string]func(path string) []string{
	"text": func(string) []string { return []string{"Enter each value as one TXT record."} },
	"json": func(path string) []string { return []string{"Apply it with:", "  drtxt publish --records " + path} },
	"zone": func(string) []string {
		return []string{"These lines replace every TXT record of dr.example.com: take the old ones out,", "raise the serial of the SOA record, and load the zone."}
	},
	"nsupdate": func(path string) []string { return []string{"Apply it with:", "  nsupdate -v -k KEY_FILE " + path} },
}
