package kit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/drtxt/drtxt/internal/filesystem"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// The modes of a kit's files and folders.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// An OccupiedError says that a kit cannot be made where something stands.
type OccupiedError struct {
	Dir    string
	Reason string
}

func (e *OccupiedError) Error() string { return fmt.Sprintf("%q %s", e.Dir, e.Reason) }

// Hint is the way out.
func (e *OccupiedError) Hint() string {
	return "name a folder that is not there yet, or an empty one: a kit stands alone"
}

// CheckVacant reports whether a kit can be made at a path: nothing is there, or an empty
// folder that is not the working directory, and what it lies in is a folder. Errors are an
// [*OccupiedError] and those of the system.
func CheckVacant(dir string) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(dir); err == nil {
			return &OccupiedError{dir, "is a link that leads nowhere"}
		}
		return checkParent(dir)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &OccupiedError{dir, "is no folder"}
	}
	if here, err := os.Stat("."); err == nil && os.SameFile(here, info) {
		return &OccupiedError{dir, "is the folder that this runs in, and would be exchanged for another"}
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	switch _, err := folder.Readdirnames(1); {
	case err == nil:
		return &OccupiedError{dir, "is not empty"}
	case err != io.EOF:
		return err
	}
	return nil
}

// checkParent requires a folder that the kit can be made in.
func checkParent(dir string) error {
	parent := filepath.Dir(filepath.Clean(dir))
	info, err := os.Stat(parent)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "stat", Path: parent, Err: syscall.ENOTDIR}
	}
	return nil
}

// A SelfCheckError says that a kit that was just written does not pass its own check.
type SelfCheckError struct{ Findings []Finding }

func (e *SelfCheckError) Error() string {
	f := e.Findings[0]
	return fmt.Sprintf("the new kit does not pass its own check, and was taken back: %s: %s (%s)", f.Path, f.Message, f.Code)
}

// Hint is the way out.
func (e *SelfCheckError) Hint() string { return "check the disk and the memory of this machine" }

// Write makes the folder: beside its place first, where every file is read back and every
// set verified again with the public key, and then under its name in one step. Where it
// fails or the context ends, nothing is left. Errors are those of [CheckVacant], a
// [*SelfCheckError], and those of the system.
func (k *Kit) Write(ctx context.Context, dir string) error {
	if err := CheckVacant(dir); err != nil {
		return err
	}
	place, err := realPlace(dir)
	if err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(place), ".drtxt-"+filepath.Base(place)+"-*")
	if err != nil {
		return err
	}
	if err = k.writeDraft(ctx, draft); err == nil {
		err = k.checkDraft(draft)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = moveInto(place, draft)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(draft))
	}
	return filesystem.SyncDirectory(filepath.Dir(place))
}

// realPlace is where a path leads to, so that a link to an empty folder stays one.
func realPlace(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	place, err := filepath.EvalSymlinks(absolute)
	if errors.Is(err, fs.ErrNotExist) {
		return absolute, nil
	}
	return place, err
}

// writeDraft writes every file, and waits until the disk has them.
func (k *Kit) writeDraft(ctx context.Context, draft string) error {
	folders := []string{"off", "test", "on"}
	for _, name := range folders {
		if err := os.Mkdir(filepath.Join(draft, name), folderMode); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.files)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(draft, filepath.FromSlash(name)), k.files[name]); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(draft, ManifestFile), k.Manifest.Encode()); err != nil {
		return err
	}
	for _, name := range append(folders, ".") {
		dir := filepath.Join(draft, name)
		if err := errors.Join(os.Chmod(dir, folderMode), filesystem.SyncDirectory(dir)); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a new file, whatever the mask of the process.
func writeFile(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Chmod(fileMode), file.Sync(), file.Close())
}

// checkDraft reads everything back, compares it, and checks it as everybody's kit is.
func (k *Kit) checkDraft(draft string) error {
	folder, err := Open(draft)
	if err != nil {
		return err
	}
	for name, data := range k.files {
		if e, ok := folder.find(name); !ok || e.err != nil || !bytes.Equal(e.data, data) {
			return &SelfCheckError{[]Finding{newFinding(CodeFileChanged, name, "what was written is not what is read")}}
		}
	}
	scheme, err := txtrecord.ParseScheme(k.Manifest.Scheme)
	if err != nil {
		return err
	}
	report := folder.Check(Policy{
		Keys:   []verify.Key{{PublicKey: k.key, Name: keygen.Fingerprint(k.key)}},
		Scheme: scheme, At: k.Manifest.MadeAt(), Domain: k.Manifest.Domain, Version: k.Manifest.Version,
	})
	if report.Verdict() != verify.Valid {
		return &SelfCheckError{report.Findings}
	}
	return nil
}

// moveInto gives the draft its name. An empty folder that stands there is removed first,
// which fails if something came into it meanwhile, and comes back if that was in vain.
func moveInto(place, draft string) error {
	info, err := os.Stat(place)
	if err != nil {
		return os.Rename(draft, place)
	}
	if err := os.Remove(place); err != nil {
		return err
	}
	if err := os.Rename(draft, place); err != nil {
		return errors.Join(err, os.Mkdir(place, info.Mode().Perm()))
	}
	return nil
}
