package zonefile

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// journal is one in BIND's form with transactions between two serial numbers. That it
// is the form is shown by the interop test.
func journal(begin, end uint32) string {
	header := make([]byte, journalHeader)
	copy(header, ";BIND LOG V9.2\n")
	size := uint32(journalHeader)
	for i, field := range []uint32{begin, size, end, size + 100} {
		binary.BigEndian.PutUint32(header[journalBegin+4*i:], field)
	}
	return string(header) + strings.Repeat("x", 100)
}

func TestJournal(t *testing.T) {
	sound := journal(3, 7)
	for name, c := range map[string]struct {
		journal string
		kind    *Kind // nil: a warning
	}{
		"up to the file":   {sound, nil},
		"behind":           {journal(1, 6), nil},
		"around zero":      {journal(1<<32-5, 1<<32-1), nil},
		"ahead":            {journal(7, 8), ErrJournalAhead},
		"far ahead":        {journal(7, 7+1<<31-1), ErrJournalAhead},
		"undefined":        {journal(7, 7+1<<31), ErrJournalAhead},
		"older format":     {strings.Replace(journal(7, 9), "V9.2\n", "V9\n\x00\x00", 1), ErrJournalAhead},
		"older, behind":    {strings.Replace(journal(6, 7), "V9.2\n", "V9\n\x00\x00", 1), nil},
		"without changes":  {strings.Replace(journal(9, 9), "\x00\x00\x00\xa4", "\x00\x00\x00\x40", 1)[:journalHeader], nil},
		"empty file":       {"", ErrJournalUnknown},
		"short":            {sound[:journalHeader-1], ErrJournalUnknown},
		"cut":              {sound[:len(sound)-1], ErrJournalUnknown},
		"of another kind":  {"!" + sound[1:], ErrJournalUnknown},
		"of the future":    {strings.Replace(sound, "V9.2", "V9.3", 1), ErrJournalUnknown},
		"offsets reversed": {strings.Replace(sound, "\x00\x00\x00\x40", "\x00\x00\xff\xff", 1), ErrJournalUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "zone")
			writeFile(t, path, head)
			writeFile(t, path+".jnl", c.journal)
			f, err := Load(path, "", "dr.example.com", Options{})
			if c.kind != nil {
				wantJournalError(t, err, c.kind)
			} else if err != nil || len(f.Warnings()) != 1 {
				t.Fatalf("got %v", err)
			} else if _, ok := f.Warnings()[0].(JournalPresent); !ok {
				t.Errorf("warnings %v", f.Warnings())
			}
			f, err = Load(path, "", "dr.example.com", Options{IgnoreJournal: true})
			if err != nil || !slices.Equal(f.Warnings(), []Warning{JournalIgnored{path + ".jnl"}}) {
				t.Errorf("ignored: %v", err)
			}
		})
	}
}

func wantJournalError(t *testing.T, err error, kind *Kind) {
	t.Helper()
	refusal, ok := errors.AsType[*Error](err)
	if !ok || refusal.Kind != kind {
		t.Fatalf("got %v, want %v", err, kind)
	}
	if hint := refusal.Hint(); !strings.Contains(hint, "rndc freeze example.com") || !strings.Contains(hint, "--server") ||
		strings.Contains(hint, "--ignore-journal") != (kind == ErrJournalUnknown) {
		t.Errorf("hint %q", hint)
	}
	if !strings.Contains(err.Error(), ".jnl") {
		t.Errorf("says %v", err)
	}
}

// The server may know the zone by the link: the journal is beside it.
func TestJournalBesideLink(t *testing.T) {
	directory := t.TempDir()
	writeFile(t, filepath.Join(directory, "real"), head)
	link := filepath.Join(directory, "link")
	symlink(t, "real", link)
	writeFile(t, link+".jnl", journal(7, 8))
	if _, err := Load(link, "", "dr.example.com", Options{}); !errors.Is(err, ErrJournalAhead) {
		t.Errorf("got %v", err)
	}
	real := filepath.Join(directory, "real")
	if _, err := Load(real, "", "dr.example.com", Options{}); err != nil {
		t.Errorf("the file itself: %v", err)
	}
	if err := os.Rename(link+".jnl", real+".jnl"); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(link, "", "dr.example.com", Options{}); !errors.Is(err, ErrJournalAhead) {
		t.Errorf("beside the file: %v", err)
	}
}

func TestJournalDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	if err := os.Mkdir(path+".jnl", 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path, "", "dr.example.com", Options{})
	wantJournalError(t, err, ErrJournalUnknown)
}

// A journal that has come, or gone on, between reading and writing.
func TestJournalBeforeCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	edit := edited(t, path)
	writeFile(t, path+".jnl", journal(7, 8))
	wantJournalError(t, edit.Commit(context.Background()), ErrJournalAhead)
	wantUntouched(t, path, head)
}

func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}
