package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord/zonefile"
	"github.com/drtxt/drtxt/verify"
)

// A fileTarget is a zone file that is changed in place.
type fileTarget struct {
	env  *environment
	o    *publishOptions
	d    destination
	path string // absolute
	// includes is the current folder, where a name server may read what the file includes
	// as this program does.
	includes []string

	file    *zonefile.File // as it was read last
	edit    *zonefile.Edit // nil before it is made, and once it is written
	serials *serialJSON
}

func (d destination) openFile(o *publishOptions, env *environment) (target, error) {
	switch {
	case env.typed["tsig-file"] || d.insecureNoTSIG:
		return nil, refusal(errors.New("--tsig-file and --insecure-no-tsig are about --server, which is not given"), "leave them out")
	case env.typedAny("ipv4", "ipv6", "question-timeout") && !o.wait:
		return nil, refusal(errors.New("-4, -6 and --question-timeout are about name servers, and with --zone-file none is asked unless --wait is given"), "leave them out")
	}
	t := &fileTarget{env: env, o: o, d: d, path: absolute(d.zoneFile)}
	if folder, err := os.Getwd(); err == nil {
		t.includes = []string{folder}
	}
	return t, nil
}

func (t *fileTarget) location() publish.Location {
	return publish.Location{ZoneFile: t.path, Zone: t.d.zone}
}

// Read reads the file anew.
func (t *fileTarget) Read(_ context.Context, domain string, types []string) (publish.Standing, error) {
	first := t.file == nil && t.serials == nil
	t.file = nil // a large one is not held twice
	file, err := zonefile.Load(t.path, t.d.zone, domain, zonefile.Options{IgnoreJournal: t.d.ignoreJournal, IncludeDirectories: t.includes})
	if err != nil {
		return publish.Standing{}, err
	}
	if first { // later it is read back
		t.warn(file.Warnings())
	}
	t.file, t.d.zone = file, strings.TrimSuffix(file.Zone(), ".")
	standing := publish.Standing{NegativeTTL: seconds(file.NegativeTTL())}
	for _, set := range file.Standing() {
		if slices.Contains(types, set.Type) {
			standing.Sets = append(standing.Sets, set)
		}
	}
	return standing, nil
}

func (t *fileTarget) warn(warnings []zonefile.Warning) {
	for _, w := range warnings {
		t.env.note("warning: %s", w)
	}
}

// prepare makes the edit in memory, and shows it as a difference between files.
func (t *fileTarget) prepare(plan *publish.Plan) ([]byte, error) {
	var changes []zonefile.Change
	for i := range plan.Changes {
		if c := &plan.Changes[i]; !c.Empty() {
			changes = append(changes, fileChange(c))
		}
	}
	edit, err := t.file.Edit(changes, t.env.now())
	if err != nil {
		return nil, err
	}
	before, after := edit.Serial()
	t.edit, t.serials = edit, &serialJSON{before, after}
	t.warn(edit.Warnings())
	var diff bytes.Buffer
	err = edit.WriteDiff(&diff)
	return diff.Bytes(), err
}

// fileChange writes all our records anew, in one place; foreign ones stay as they are.
func fileChange(c *publish.Change) zonefile.Change {
	before, after := c.Ours()
	return zonefile.Change{Type: c.Type(), Remove: before, Add: after, TTL: c.After.TTL}
}

// lockLimit is how long another program may hold the file.
const lockLimit = 30 * time.Second

// Replace writes the file.
func (t *fileTarget) Replace(ctx context.Context, _ *publish.Plan) error {
	limited, cancel := context.WithTimeout(ctx, lockLimit)
	defer cancel()
	err := t.edit.Commit(limited)
	t.edit, t.file = nil, nil
	if unsynced, ok := errors.AsType[*zonefile.UnsyncedError](err); ok {
		t.env.note("warning: %v", unsynced)
		return nil
	}
	if conflict, ok := errors.AsType[*zonefile.ConflictError](err); ok {
		return &publish.ConflictError{Err: conflict}
	}
	return err
}

// verify judges what the file holds now.
func (t *fileTarget) verify(_ context.Context, in *intent) (verify.Report, error) {
	contents := recordfile.Contents{Domain: in.domain}
	for _, set := range t.file.Standing() {
		if set.Type == "TXT" {
			contents.Records, contents.TTLs = publish.TXT(set.WireRRSet), set.TTLs
		}
	}
	report := judgeContents(contents, in.policy)
	t.o.checkClaims(&report)
	return report, nil
}

// keptTTL has nothing to say: the kept lines keep theirs, and the edit's warnings say what
// servers make of that.
func (t *fileTarget) keptTTL(_, _ uint32) string { return "" }

func (t *fileTarget) serial() *serialJSON {
	return t.serials
}

// afterwards says how the server learns of it.
func (t *fileTarget) afterwards() string {
	return fmt.Sprintf("have the name server read the file, nothing of it is served before: `rndc reload %[1]s` (BIND), `nsd-control reload %[1]s`, `knotc zone-reload %[1]s` or `pdns_control bind-reload-now %[1]s`", t.location().Zone)
}

func (t *fileTarget) flags() []string {
	return append([]string{"--zone-file", t.path, "--zone", t.location().Zone}, t.undoFlags()...)
}

func (t *fileTarget) undoFlags() []string {
	if t.d.ignoreJournal {
		return []string{"--ignore-journal"}
	}
	return nil
}
