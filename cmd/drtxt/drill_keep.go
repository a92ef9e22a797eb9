package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// checkMarkdown refuses, before anything is done, a file for the protocol that could not be
// written afterwards, that is needed otherwise, or that would be added to a kit.
func (o *drillOptions) checkMarkdown() error {
	if o.markdown == "" {
		return nil
	}
	elsewhere := "name another file with --markdown"
	for _, other := range append(append(o.public, o.out.path), o.out.needed...) {
		if other != "" && sameFile(o.markdown, other) {
			return refusal(fmt.Errorf("--markdown would overwrite %s, which this command needs or writes", quoted(other)), elsewhere)
		}
	}
	dir := filepath.Dir(o.markdown)
	if info, err := os.Stat(dir); err != nil {
		return withHint(pathError("writing into", dir, err), elsewhere)
	} else if !info.IsDir() {
		return withHint(pathError("writing into", dir, syscall.ENOTDIR), elsewhere)
	}
	if info, err := os.Stat(o.markdown); err == nil && info.IsDir() {
		return withHint(pathError("writing", o.markdown, syscall.EISDIR), elsewhere)
	}
	inside, err := kit.Encloses(dir)
	if err == nil && !inside && o.kit != "" {
		inside, err = kit.Holds(o.kit, o.markdown)
	}
	switch {
	case err != nil:
		return withHint(pathError("reading", dir, err), "check the path")
	case inside:
		return refusal(fmt.Errorf("--markdown %s lies in the folder of a kit, which nothing may be added to", quoted(o.markdown)), elsewhere)
	}
	return nil
}

// checkEmpty refuses a folder that holds anything, so that nothing in it can be
// mistaken for what the rehearsal leaves, or the other way round.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return refusal(pathError("reading the folder", dir, err), "name a new or an empty folder")
	case len(entries) > 0:
		return refusal(fmt.Errorf("the folder %s is not empty", quoted(dir)), "name a new or an empty folder")
	}
	return nil
}

// keepRehearsal leaves the key pair and each step's records, or nothing at all.
func keepRehearsal(ctx context.Context, env *environment, dir string, key *rsa.PrivateKey, r *drill.Rehearsal) error {
	_, err := os.Stat(dir)
	isNew := errors.Is(err, os.ErrNotExist)
	written, err := writeRehearsal(ctx, dir, key, r)
	if err != nil {
		for _, path := range written {
			os.Remove(path)
		}
		if isNew {
			os.Remove(dir) // succeeds only if it is empty
		}
		return refusal(err, "name another folder with --keep")
	}
	env.note("kept keys and records in %s", quoted(dir))
	return nil
}

// writeRehearsal returns what it wrote, even if it could not write all.
func writeRehearsal(ctx context.Context, dir string, key *rsa.PrivateKey, r *drill.Rehearsal) (written []string, err error) {
	if err := keygen.WritePair(dir, key); err != nil {
		return nil, err
	}
	written = append(written, filepath.Join(dir, keygen.PublicKeyFile), filepath.Join(dir, keygen.PrivateKeyFile))
	for i := range r.Steps {
		step := &r.Steps[i]
		for _, format := range export.Formats {
			if !step.Published() {
				continue
			}
			var b bytes.Buffer
			set := step.Set
			set.Target.LeastTTL = set.RRSets[0].TTL // for every host, Cloudflare's enterprise plan too
			if err := format.WriteSet(&b, &set); err != nil {
				return written, err
			}
			path := filepath.Join(dir, fmt.Sprintf("%d-%s.%s", i+1, step.Status, format.Extension))
			if err := writeFile(ctx, path, b.Bytes()); err != nil {
				return written, err
			}
			written = append(written, path)
		}
	}
	return written, nil
}
