package main

import (
	"context"
	"fmt"
	"os"
	"os/user"

	"github.com/drtxt/drtxt/internal/publish"
)

// An auditLog takes a line for each publication. It is opened before anything is
// changed, so that no change is made that could not be remembered.
type auditLog struct{ file *os.File }

func openAudit(ctx context.Context, path string) (*auditLog, error) {
	if path == "" {
		return &auditLog{}, nil
	}
	file, err := unlessDone(ctx, 0, func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600) })
	if err != nil {
		return nil, refusal(fmt.Errorf("the audit line cannot be written: %w; nothing was changed", pathError("writing", path, err)), "name another file with --audit")
	}
	return &auditLog{file}, nil
}

// write appends a whole line at once, so that lines of several writers do not mix.
func (l *auditLog) write(entry *publish.AuditEntry) error {
	if l.file == nil {
		return nil
	}
	line, err := entry.Line()
	if err != nil {
		return err
	}
	info, statErr := l.file.Stat()
	regular := statErr == nil && info.Mode().IsRegular()
	written, err := l.file.Write(line)
	if err == nil && regular {
		err = l.file.Sync()
	}
	if now, statErr := l.file.Stat(); regular && written < len(line) && statErr == nil && now.Size() == info.Size()+int64(written) {
		_ = l.file.Truncate(info.Size()) // half a line would spoil the next
	}
	if err != nil {
		return refusal(fmt.Errorf("the audit line was not written: %w", pathError("writing", l.file.Name(), err)), "what was published is told of above: note it down by hand")
	}
	return nil
}

func (l *auditLog) close() {
	if l.file != nil {
		l.file.Close()
	}
}

func (p *publication) auditEntry(undo *publish.Undo) *publish.AuditEntry {
	entry := &publish.AuditEntry{Time: p.at, Result: p.outcome, Undo: undo, UndoFile: p.undoFile, Key: p.signer()}
	if who, err := user.Current(); err == nil {
		entry.User = who.Username
	}
	entry.Host, _ = os.Hostname()
	return entry
}
