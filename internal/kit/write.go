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
	// MountPoint says that another file system is mounted there.
	MountPoint bool
}

func (e *OccupiedError) Error() string { return fmt.Sprintf("%q %s", e.Dir, e.Reason) }

// Hint is the way out.
func (e *OccupiedError) Hint() string {
	if e.MountPoint {
		return "name a folder below it that is not there yet"
	}
	return "name a folder that is not there yet, or an empty one: a kit stands alone"
}

// CheckVacant reports whether a kit can be made at a path: nothing is there, or an empty
// folder that is neither the working directory nor a mount point, and what it lies in is a
// folder, and of no kit. Errors are an [*OccupiedError] and those of the system.
func CheckVacant(dir string) error {
	if inside, err := Encloses(filepath.Dir(filepath.Clean(dir))); err == nil && inside {
		return &OccupiedError{Dir: dir, Reason: "lies in the folder of a kit, which nothing may be added to"}
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(dir); err == nil {
			return &OccupiedError{Dir: dir, Reason: "is a link that leads nowhere"}
		}
		return checkParent(dir)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &OccupiedError{Dir: dir, Reason: "is no folder"}
	}
	if here, err := os.Stat("."); err == nil && os.SameFile(here, info) {
		return &OccupiedError{Dir: dir, Reason: "is the folder that this runs in, and would be exchanged for another"}
	}
	if isMountPoint(dir) {
		return &OccupiedError{Dir: dir, Reason: "is a mount point, which cannot be exchanged for a folder", MountPoint: true}
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	switch _, err := folder.Readdirnames(1); {
	case err == nil:
		return &OccupiedError{Dir: dir, Reason: "is not empty"}
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

// A Draft is a folder beside the place of one that is to be made: nobody sees that before
// it is whole. [Draft.Write] makes a kit of it; what else is to be whole or not there at all
// is written into [Draft.Folder], before [Draft.Commit].
type Draft struct {
	place, folder string
}

// Begin makes the draft of a kit at a path, so that it is known before anything is signed
// whether there can be one. Errors are those of [CheckVacant] and of the system.
func Begin(dir string) (*Draft, error) {
	if err := CheckVacant(dir); err != nil {
		return nil, err
	}
	place, err := realPlace(dir)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(place), ".drtxt-"+filepath.Base(place)+"-*")
	if err != nil {
		return nil, err
	}
	return &Draft{place, folder}, nil
}

// Folder is where the draft lies.
func (d *Draft) Folder() string { return d.folder }

// Commit gives the draft its name, in one step. Where it fails, nothing is left.
func (d *Draft) Commit() error {
	if err := moveInto(d.place, d.folder); err != nil {
		return errors.Join(err, d.Discard())
	}
	return filesystem.SyncDirectory(filepath.Dir(d.place))
}

// Discard takes the draft away, with all that is in it. Once the kit has its place there
// is nothing to take away.
func (d *Draft) Discard() error { return os.RemoveAll(d.folder) }

// Write writes the kit into the draft, where every file is read back and every set
// verified again with the public key, and then gives it its name in one step. Where it
// fails or the context ends, nothing is left. Errors are an [*OccupiedError], a
// [*SelfCheckError], and those of the system.
func (d *Draft) Write(ctx context.Context, k *Kit) error {
	err := k.writeDraft(ctx, d.folder)
	if err == nil {
		err = k.checkDraft(d.folder)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return errors.Join(err, d.Discard())
	}
	return d.Commit()
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
		if read, _, err := folder.read(name, int64(len(data))); err != nil || !bytes.Equal(read, data) {
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
