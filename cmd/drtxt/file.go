package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/drtxt/drtxt/internal/filesystem"
)

// A pendingFile takes a result that becomes the file it is meant for as a whole, or not
// at all.
type pendingFile struct {
	*os.File
	to     io.Writer // the file itself, or what does not wait for the reader of a pipe
	path   string    // as it was named
	target string    // what is replaced, empty for a device or pipe, which is written to
	mode   os.FileMode
}

// newPendingFile begins a file. What a symbolic link points to is replaced, not the
// link. It has to be committed or dropped.
func newPendingFile(ctx context.Context, path string) (*pendingFile, error) {
	p := &pendingFile{path: path, target: path, mode: 0o666 &^ umask()}
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() && !info.Mode().IsRegular() {
			return p, p.failed(p.openDevice(ctx))
		}
		p.mode = info.Mode().Perm()
	}
	target, err := filesystem.FollowLinks(path)
	if err != nil {
		return nil, outputError(pathError("writing", path, err))
	}
	p.target = target
	p.File, err = os.CreateTemp(filepath.Dir(target), ".drtxt-"+filepath.Base(target)+"-*")
	p.to = p.File
	return p, p.failed(err)
}

// openDevice opens what is written to and not replaced. A pipe may have no reader.
func (p *pendingFile) openDevice(ctx context.Context) (err error) {
	path := p.target
	p.target = ""
	p.File, err = unlessDone(ctx, 0, func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) })
	p.to = &patientWriter{ctx, p.File}
	return err
}

func (p *pendingFile) Write(data []byte) (int, error) { return p.to.Write(data) }

func (p *pendingFile) failed(err error) error {
	if err == nil {
		return nil
	}
	return outputError(pathError("writing", p.path, err))
}

// commit puts the file in its place. After an error everything is as it was before.
func (p *pendingFile) commit() error {
	if p.target == "" {
		return p.failed(p.Close())
	}
	err := errors.Join(p.Chmod(p.mode), p.Sync(), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), p.target)
	}
	if err != nil {
		os.Remove(p.Name())
	}
	return p.failed(err)
}

// drop takes back what was begun.
func (p *pendingFile) drop() {
	p.Close()
	if p.target != "" {
		os.Remove(p.Name())
	}
}

// writeFile replaces the file as a whole, or leaves it as it was.
func writeFile(ctx context.Context, path string, data []byte) error {
	p, err := newPendingFile(ctx, path)
	if err != nil {
		return err
	}
	return p.fill(data)
}

// writePrivateFile is writeFile for a file that only its owner can read.
func writePrivateFile(ctx context.Context, path string, data []byte) error {
	p, err := newPendingFile(ctx, path)
	if err != nil {
		return err
	}
	p.mode = 0o600
	return p.fill(data)
}

// fill makes the data the whole of the file.
func (p *pendingFile) fill(data []byte) error {
	if _, err := p.Write(data); err != nil {
		p.drop()
		return p.failed(err)
	}
	return p.commit()
}
