package publish

import (
	"encoding/json"
	"time"
)

// An AuditEntry is one publication, or the attempt, as it is remembered.
type AuditEntry struct {
	Time time.Time
	// User and Host are who ran the program, and where.
	User, Host string
	// Key is the fingerprint of the key that the new records verify under, empty where
	// there is none.
	Key string
	// Result is how it ended.
	Result Outcome
	// Undo is what was replaced by what, and where.
	Undo *Undo
	// UndoFile is where that is kept.
	UndoFile string
}

// An Outcome is how a publication ended.
type Outcome string

// The outcomes.
const (
	// Published: what was to stand does, as was read back.
	Published Outcome = "published"
	// Unchanged: it stood already, nothing was sent.
	Unchanged Outcome = "unchanged"
	// Planned: nothing was sent, as asked.
	Planned Outcome = "planned"
	// Conflicted: something else stands than was to be replaced; nothing was changed.
	Conflicted Outcome = "conflict"
	// Refused: the server, or the state of the zone file, forbids it; nothing was
	// changed.
	Refused Outcome = "refused"
	// NotSent: the server was not reached; nothing was changed.
	NotSent Outcome = "not-sent"
	// Unknown: whether it was carried out, or will be, could not be found out.
	Unknown Outcome = "unknown"
)

// An auditSet is one set of our records, before or after.
type auditSet struct {
	Type string `json:"type"`
	UndoSet
}

// Line is the entry as one line of JSON.
func (e *AuditEntry) Line() ([]byte, error) {
	entry := struct {
		Time     string     `json:"time"`
		User     string     `json:"user"`
		Host     string     `json:"host"`
		Domain   string     `json:"domain"`
		Target   Location   `json:"target"`
		Before   []auditSet `json:"before"`
		After    []auditSet `json:"after"`
		Key      string     `json:"key,omitempty"`
		Result   Outcome    `json:"result"`
		UndoFile string     `json:"undo_file,omitempty"`
	}{
		Time: e.Time.UTC().Format(time.RFC3339), User: e.User, Host: e.Host,
		Domain: e.Undo.Domain, Target: e.Undo.Location, Key: e.Key, Result: e.Result, UndoFile: e.UndoFile,
	}
	for _, change := range e.Undo.Changes {
		entry.Before = append(entry.Before, auditSet{change.Type, change.Before})
		entry.After = append(entry.After, auditSet{change.Type, change.After})
	}
	line, err := json.Marshal(entry)
	return append(line, '\n'), err
}
