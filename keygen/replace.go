package keygen

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// replacementSuffix makes the name that a new private key file has, beside the
// old, for the moment before it replaces it.
const replacementSuffix = ".new"

// ReplacePrivateKey encrypts the private key file at path under another
// passphrase: the new file holds key, as [EncodeEncryptedPrivateKey] writes it.
// An empty passphrase is refused with [ErrNoPassphrase]; the caller clears it.
//
// The file, to which symbolic links are followed, is replaced whole or not at
// all. The new one has the owner and the group of the old, and of its mode what
// 0600 allows; access control lists are not carried over. It is on the disk,
// read back and decrypted, before it replaces the old, whose blocks the disk may
// keep. Whenever the process is killed, path names one of the two, whole; what
// a kill can leave is the new file under path's name with ".new" behind it. On
// Linux it has no other name before that, and that one only when it is
// complete; elsewhere, and on file systems without O_TMPFILE, it has that one
// while it is written. Where it stands, from a kill or because another
// replacement is under way, the error is [ErrReplacing].
//
// key is what was read from path, right before. The file there has to hold it
// still: an unencrypted one says so itself; one that is encrypted says nothing,
// but for the public key beside it, which has to be key's as
// [LoadPrivateKey] says. From then on until it is replaced it must not change by
// one byte. Else the error is [ErrChanged], or [ErrMismatch]. A file with a
// second hard link, which would keep the old content, is refused with
// [ErrLinked]. Where the context ends before anything is written, nothing is, and the
// error is its.
func ReplacePrivateKey(ctx context.Context, path string, key *rsa.PrivateKey, passphrase []byte) error {
	encode := func() ([]byte, error) { return EncodeEncryptedPrivateKey(key, passphrase) }
	again := func() ([]byte, error) { return bytes.Clone(passphrase), nil }
	return replace(ctx, path, key, encode, again)
}

// ReplacePrivateKeyUnencrypted is [ReplacePrivateKey], but the new file is as
// [EncodePrivateKey] writes it: it takes the encryption away.
func ReplacePrivateKeyUnencrypted(ctx context.Context, path string, key *rsa.PrivateKey) error {
	encode := func() ([]byte, error) { return EncodePrivateKey(key) }
	return replace(ctx, path, key, encode, nil)
}

// A replacement is the content of a new private key file.
type replacement struct {
	key        *rsa.PrivateKey
	data       []byte
	passphrase Passphrase
}

// replace looks at the old file first: encoding takes its time, in which somebody may
// put another there.
func replace(ctx context.Context, path string, key *rsa.PrivateKey, encode func() ([]byte, error), again Passphrase) error {
	if err := checkPair(key); err != nil {
		return atPath(err, path)
	}
	old, err := openOld(path)
	if err != nil {
		return err
	}
	defer old.close()
	if err := old.checkKey(key); err != nil {
		return err
	}
	data, err := encode()
	if err != nil {
		return atPath(err, path)
	}
	defer clear(data)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r := &replacement{key, data, again}
	directory := filepath.Dir(old.target)
	if err := syncDir(directory); err != nil { // better now than when it is too late
		return systemError(ErrNotReplaced, path, err)
	}
	name := old.target + replacementSuffix
	err = create(name, func(file *os.File) error { return r.fill(file, old.info) })
	if errors.Is(err, fs.ErrExist) {
		return &FileError{Path: name, Kind: ErrReplacing}
	}
	if err != nil {
		return systemError(ErrNotReplaced, path, err)
	}
	if err := old.giveWay(name); err != nil {
		return discard(name, err)
	}
	if err := syncDir(directory); err != nil {
		return systemError(ErrUnsynced, path, err)
	}
	return nil
}

// fill makes file what is to replace the file that info is about.
func (r *replacement) fill(file *os.File, info fs.FileInfo) error {
	if err := keepOwner(file, info); err != nil {
		return err
	}
	if err := file.Chmod(info.Mode() & fileMode); err != nil {
		return err
	}
	if err := writeSynced(file, r.data); err != nil {
		return err
	}
	return r.check(file)
}

var errReadBack = errors.New("what was written is not what is read back")

// check reads file back and takes the key out of it.
func (r *replacement) check(file *os.File) error {
	written := make([]byte, len(r.data))
	defer clear(written)
	if _, err := file.ReadAt(written, 0); err != nil {
		return err
	}
	key, err := ParsePrivateKey(written, r.passphrase)
	if err != nil || !key.Equal(r.key) {
		return errReadBack
	}
	return nil
}

// discard removes a new file that is of no use because of err, and adds to that
// where it is left behind.
func discard(path string, err error) error {
	if left := os.Remove(path); left != nil {
		return fmt.Errorf("%w; the new private key is left behind in %q: %w", err, path, systemError(ErrUnwritable, path, left))
	}
	return err
}

// An oldFile is the private key file that is to be replaced.
type oldFile struct {
	path    string // as it was given
	target  string // where symbolic links lead
	file    *os.File
	info    fs.FileInfo
	content []byte
}

func openOld(path string) (*oldFile, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, systemError(ErrUnreadable, path, err)
	}
	file, info, err := openRegular(target)
	if err != nil {
		return nil, namedAs(err, path)
	}
	old := &oldFile{path: path, target: target, file: file, info: info}
	if links(info) > 1 {
		err = &FileError{Kind: ErrLinked}
	} else {
		old.content, err = readCapped(file, "")
	}
	if err != nil {
		old.close()
		return nil, namedAs(err, path)
	}
	return old, nil
}

// namedAs calls the file in a refusal by the name that the caller gave it.
func namedAs(err error, path string) error {
	if refusal, ok := errors.AsType[*FileError](err); ok {
		refusal.Path = path
	}
	return err
}

func (o *oldFile) close() {
	clear(o.content)
	o.file.Close()
}

// checkKey refuses a file that does not hold key, as far as it can be known
// without its passphrase.
func (o *oldFile) checkKey(key *rsa.PrivateKey) error {
	found, err := ParsePrivateKey(o.content, nil)
	if err != nil && !errors.Is(err, ErrEncrypted) {
		return atPath(err, o.path)
	}
	if err == nil && !found.Equal(key) {
		return &FileError{Path: o.path, Kind: ErrChanged}
	}
	return checkBeside(o.path, &key.PublicKey)
}

// giveWay renames the new file over the old, unless that has changed.
func (o *oldFile) giveWay(name string) error {
	if !o.unchanged() {
		return &FileError{Path: o.path, Kind: ErrChanged}
	}
	o.file.Close() // Windows replaces no open file
	if err := os.Rename(name, o.target); err != nil {
		return systemError(ErrNotReplaced, o.path, err)
	}
	return nil
}

// unchanged reports whether the path leads to the same file still, and that to
// the same content.
func (o *oldFile) unchanged() bool {
	target, err := filepath.EvalSymlinks(o.path)
	if err != nil || target != o.target {
		return false
	}
	info, err := os.Lstat(target)
	if err != nil || !os.SameFile(info, o.info) || links(info) > 1 {
		return false
	}
	again := make([]byte, len(o.content)+1)
	defer clear(again)
	n, _ := o.file.ReadAt(again, 0)
	return bytes.Equal(again[:n], o.content)
}
