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
	"github.com/drtxt/drtxt/txtrecord/export"
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
		set := runbook.Set{Name: name, Status: status, Start: from, End: to, Values: values}
		set.Files = files(t, set, []string{"text", "json", "zone", "nsupdate"})
		r.Sets = append(r.Sets, set)
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

// files are those of a set in some formats, with what the guides of these say.
func files(t testing.TB, set runbook.Set, formats []string) []runbook.File {
	t.Helper()
	var files []runbook.File
	for _, name := range formats {
		format, ok := export.Lookup(name)
		if !ok {
			t.Fatalf("there is no format %s", name)
		}
		guide, err := format.Guide(&export.RecordSet{
			RRSets:     []txtrecord.RRSet{{Name: "dr.example.com.", Type: "TXT", TTL: 60, Values: set.Values}},
			Activation: export.NewActivation(txtrecord.Activation{Type: txtrecord.AllProducts, Status: set.Status, Start: set.Start, End: set.End}),
			Signed:     true, Zone: "example.com", ZoneAssumed: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		path := fmt.Sprintf("%s/%s.%s", set.Status, set.Name, format.Extension)
		guide = guide.WithFile(path)
		files = append(files, runbook.File{Format: name, Path: path, Apply: guide.Apply, Effect: guide.Effect})
	}
	return files
}

// EveryFormat has the sets of a runbook in every format that there is.
func EveryFormat(t testing.TB, r *runbook.Runbook) {
	t.Helper()
	var names []string
	for _, format := range export.Formats {
		names = append(names, format.Name)
	}
	for i := range r.Sets {
		r.Sets[i].Files = files(t, r.Sets[i], names)
	}
}
