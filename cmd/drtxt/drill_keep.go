package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/filesystem"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// checkMarkdown refuses, before anything is done, a file for the protocol that could not be
// written afterwards, that is needed otherwise, or that would be added to a kit.
func (o *drillOptions) checkMarkdown() error {
	protocol := output{flag: "--markdown", path: o.markdown, needed: o.out.needed}
	if err := protocol.check(slices.Concat(o.public, []string{o.out.path})...); err != nil || o.markdown == "" || o.kit == "" {
		return err
	}
	if inside, err := kit.Holds(o.kit, o.markdown); err != nil {
		return withHint(pathError("reading", o.kit, err), "check the path")
	} else if inside {
		return refusal(fmt.Errorf("--markdown %s lies in the kit, which nothing may be added to", quoted(o.markdown)), protocol.elsewhere())
	}
	return nil
}

// elsewhereToKeep is the way out where there can be no folder as --keep names it.
const elsewhereToKeep = "name a new or an empty folder with --keep"

// beginKeeping begins the folder that keys and records are kept in, before anything is done,
// and keeps the results out of it: it gets its name as a whole.
func (o *drillOptions) beginKeeping() (err error) {
	if o.keep == "" {
		return nil
	}
	for _, result := range [][2]string{{"--out", o.out.path}, {"--markdown", o.markdown}} {
		if result[1] != "" && liesIn(o.keep, result[1]) {
			return refusal(fmt.Errorf("%s %s lies in the folder of --keep, which is for keys and records alone", result[0], quoted(result[1])), "name a file elsewhere")
		}
	}
	o.kept, err = kit.Begin(o.keep)
	return keepError(o.keep, err)
}

// keepError tells why there can be no folder.
func keepError(dir string, err error) error {
	occupied, there := errors.AsType[*kit.OccupiedError](err)
	switch {
	case err == nil, errors.Is(err, context.Canceled), there && occupied.MountPoint:
		return err // the last has a hint of its own
	case there:
		return refusal(err, elsewhereToKeep)
	case is[*fs.PathError](err):
		err = pathError("making the folder", dir, err)
	}
	return withHint(err, elsewhereToKeep)
}

// liesIn reports whether a path is that of a folder, or leads into it, whether or not either
// is there yet.
func liesIn(folder, path string) bool {
	folder, okFolder := realPath(folder)
	path, okPath := realPath(path)
	within, err := filepath.Rel(folder, path)
	return okFolder && okPath && err == nil && filepath.IsLocal(within)
}

// realPath is where a path leads to; false where there is no folder to lie in.
func realPath(path string) (real string, ok bool) {
	target, err := filesystem.FollowLinks(path)
	if err != nil {
		return "", false
	}
	if target, err = filepath.Abs(target); err != nil {
		return "", false
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(target))
	return filepath.Join(dir, filepath.Base(target)), err == nil
}

// discard takes back what was begun of the folder. Once it has its name there is nothing to
// take back.
func (o *drillOptions) discard() error {
	if o.kept == nil {
		return nil
	}
	return o.kept.Discard()
}

// keepRehearsal leaves the key pair and each step's records, or nothing at all.
func (o *drillOptions) keepRehearsal(ctx context.Context, env *environment, r *drill.Rehearsal) error {
	err := writeRehearsal(ctx, o.kept.Folder(), o.made, r)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = o.kept.Commit()
	}
	if err != nil {
		return keepError(o.keep, err)
	}
	env.note("kept keys and records in %s", quoted(o.keep))
	return nil
}

// writeRehearsal writes the files into a folder.
func writeRehearsal(ctx context.Context, dir string, key *rsa.PrivateKey, r *drill.Rehearsal) error {
	if err := keygen.WritePair(dir, key); err != nil {
		return err
	}
	for i := range r.Steps {
		for _, format := range export.Formats {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := writeStep(ctx, dir, i+1, &r.Steps[i], format); err != nil {
				return err
			}
		}
	}
	return filesystem.SyncDirectory(dir)
}

// writeStep writes what a step published, if anything, in a format.
func writeStep(ctx context.Context, dir string, number int, step *drill.Step, format export.Format) error {
	if !step.Published() {
		return nil
	}
	var b bytes.Buffer
	set := step.Set
	set.Target.LeastTTL = set.RRSets[0].TTL // for every host, Cloudflare's enterprise plan too
	if err := format.WriteSet(&b, &set); err != nil {
		return err
	}
	return writeFile(ctx, filepath.Join(dir, fmt.Sprintf("%d-%s.%s", number, step.Status, format.Extension)), b.Bytes())
}
