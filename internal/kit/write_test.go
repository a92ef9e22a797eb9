package kit_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// wantNothing asserts that a folder holds these names and nothing else.
func wantNames(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, names) {
		t.Errorf("%s holds %q, want %q", dir, got, names)
	}
}

// A kit takes the place of nothing, or of an empty folder.
func TestWriteWhere(t *testing.T) {
	t.Parallel()
	k := makeKit(t, options(t))
	for name, c := range map[string]struct {
		prepare func(parent string) error
		ok      bool
	}{
		"nothing":          {func(string) error { return nil }, true},
		"an empty folder":  {func(parent string) error { return os.Mkdir(filepath.Join(parent, "kit"), 0o755) }, true},
		"a file":           {func(parent string) error { return os.WriteFile(filepath.Join(parent, "kit"), nil, 0o600) }, false},
		"a folder in use":  {func(parent string) error { return os.MkdirAll(filepath.Join(parent, "kit", "x"), 0o755) }, false},
		"a hidden file":    {func(parent string) error { return write0(filepath.Join(parent, "kit"), ".x") }, false},
		"no parent":        {func(parent string) error { return os.Remove(parent) }, false},
		"a parent of none": {func(parent string) error { return errors.Join(os.Remove(parent), os.WriteFile(parent, nil, 0o600)) }, false},
	} {
		parent := filepath.Join(t.TempDir(), "parent")
		if err := errors.Join(os.Mkdir(parent, 0o755), c.prepare(parent)); err != nil {
			t.Fatal(err)
		}
		before := snapshot(parent)
		dir := filepath.Join(parent, "kit")
		vacant := kit.CheckVacant(dir)
		err := k.Write(t.Context(), dir)
		if (err == nil) != c.ok || (vacant == nil) != c.ok {
			t.Errorf("%s: %v, %v", name, vacant, err)
		}
		if !c.ok {
			if after := snapshot(parent); !slices.Equal(before, after) {
				t.Errorf("%s: it left %q, there was %q", name, after, before)
			}
			continue
		}
		wantNames(t, parent, "kit")
		if report := check(t, dir, policy(t)); report.Verdict() != verify.Valid || len(report.Findings) > 0 {
			t.Errorf("%s: %v", name, report.Findings)
		}
		// Never over a kit.
		if err := k.Write(t.Context(), dir); !is[*kit.OccupiedError](err) {
			t.Errorf("%s, once more: %v", name, err)
		}
	}
}

func write0(dir, name string) error {
	return errors.Join(os.Mkdir(dir, 0o755), os.WriteFile(filepath.Join(dir, name), nil, 0o600))
}

func snapshot(dir string) []string {
	var found []string
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			found = append(found, path+" "+d.Type().String())
		}
		return nil
	})
	return found
}

// A draft that is not written leaves nothing, and is nothing that is in the way.
func TestDraft(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "kit")
	draft, err := kit.Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(parent)
	if err != nil || len(entries) != 1 || entries[0].Name() == "kit" {
		t.Errorf("it begins with %v, %v", entries, err)
	}
	if err := errors.Join(draft.Discard(), draft.Discard()); err != nil {
		t.Error(err)
	}
	wantNames(t, parent)
	if draft, err = kit.Begin(dir); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(draft.Write(t.Context(), makeKit(t, options(t))), draft.Discard()); err != nil {
		t.Error(err)
	}
	wantNames(t, parent, "kit")
}

// The folder that one works in does not vanish under one's feet.
func TestWriteNotHere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{".", dir, "../" + filepath.Base(dir)} {
		if err := kit.CheckVacant(name); !is[*kit.OccupiedError](err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Where writing ends early, nothing is left.
func TestWriteEndsEarly(t *testing.T) {
	t.Parallel()
	k := makeKit(t, options(t))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ctx := range map[string]context.Context{"at once": ended, "soon": &countdown{ended, 5}, "late": &countdown{ended, len(k.Files())}} {
		for _, vacant := range []bool{true, false} {
			parent := t.TempDir()
			var want []string
			if !vacant {
				want = []string{"kit"}
				if err := os.Mkdir(filepath.Join(parent, "kit"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := k.Write(ctx, filepath.Join(parent, "kit")); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
			wantNames(t, parent, want...)
			if !vacant {
				wantNames(t, filepath.Join(parent, "kit"))
			}
			if c, ok := ctx.(*countdown); ok {
				c.left = map[string]int{"soon": 5, "late": len(k.Files())}[name]
			}
		}
	}
}

// A countdown is a context that ends after it was asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left >= 0 {
		return nil
	}
	return c.Context.Err()
}

// A kit that does not verify is not left behind: one signed by another key than it says,
// under another scheme, or with another meaning.
func TestWriteChecksItself(t *testing.T) {
	t.Parallel()
	honest := signer(t, "test-a", txtrecord.Scheme{})
	for name, sign := range map[string]kit.Sign{
		"another key":    signer(t, "test-b", txtrecord.Scheme{}),
		"another scheme": signer(t, "test-a", scheme(t, "trimmed")),
		"another meaning": func(a txtrecord.Activation) ([]string, error) {
			if a.Status == txtrecord.On {
				a.End = a.End.Add(time.Hour)
			}
			return honest(a)
		},
		"one part": func(a txtrecord.Activation) ([]string, error) {
			values, err := honest(a)
			return values[:1], err
		},
	} {
		k, err := kit.Make(t.Context(), options(t), sign)
		if err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		if err := k.Write(t.Context(), filepath.Join(parent, "kit")); !is[*kit.SelfCheckError](err) {
			t.Errorf("%s: %v", name, err)
		}
		wantNames(t, parent)
	}
	for path := range makeKit(t, options(t)).Files() {
		k := makeKit(t, options(t))
		k.Spoil(path)
		parent := t.TempDir()
		if err := k.Write(t.Context(), filepath.Join(parent, "kit")); !is[*kit.SelfCheckError](err) {
			t.Errorf("%s: %v", path, err)
		}
		wantNames(t, parent)
	}
}

// A key that lies in the kit, or is led to by way of it, is not from elsewhere.
func TestHolds(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	for _, name := range []string{"kit/on", "elsewhere", "kit2"} {
		if err := os.MkdirAll(at(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"kit/in.pem", "kit/on/deep.pem", "elsewhere/out.pem", "kit2/out.pem"} {
		if err := os.WriteFile(at(name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(at("kit/in.pem"), at("elsewhere/hard.pem")); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{
		"elsewhere/soft.pem": "../kit/in.pem", "kit/away.pem": "../elsewhere/out.pem", "elsewhere/twice.pem": "../kit/away.pem",
		"alias": "kit", "elsewhere/loop.pem": "loop.pem",
	} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{
		"kit/in.pem": true, "kit/on/deep.pem": true, "kit/on/../in.pem": true, "elsewhere/../kit/in.pem": true, "elsewhere/hard.pem": true,
		"elsewhere/soft.pem": true, "kit/away.pem": true, "elsewhere/twice.pem": true, "alias/in.pem": true, "kit/not-yet": true, "alias/not-yet": true,
		"elsewhere/out.pem": false, "kit2/out.pem": false, "elsewhere/not-yet": false, "elsewhere/loop.pem": false, "kit2/../elsewhere/out.pem": false,
	} {
		for _, dir := range []string{"kit", "alias"} {
			if got, err := kit.Holds(at(dir), at(name)); err != nil || got != want {
				t.Errorf("%s by way of %s: %v, %v", name, dir, got, err)
			}
		}
	}
	if _, err := kit.Holds(at("none"), at("elsewhere/out.pem")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// A folder is of a kit by its manifest, whatever else is in it, and so are those in it.
func TestEncloses(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	if err := makeKit(t, options(t)).Write(t.Context(), at("kit")); err != nil {
		t.Fatal(err)
	}
	for name, manifest := range map[string]string{
		"broken": `{"schema": "drtxt/kit/v1", `, "later": `{"schema":"drtxt/kit/v9"}`, "foreign": `{"schema":"drtxt/recordset/v1"}`, "empty": "",
		"backup": `{"files":["backup/drtxt/kit/RUNBOOK.md"],"schema":"other"}`, "reordered": `{"x":1,"schema":"drtxt/kit/v1"}`,
	} {
		if err := errors.Join(os.MkdirAll(at(name+"/in"), 0o700), os.WriteFile(at(name+"/manifest.json"), []byte(manifest), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("broken/in/deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"to-on": "kit/on", "kit/away": "../foreign", "to-kit": "kit"} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{
		"kit": true, "kit/on": true, "to-on": true, "to-kit": true, "to-kit/off": true, "broken": true, "broken/in": true, "later": true, "reordered": true,
		".": false, "backup": false, "broken/in/deep": false, "foreign": false, "foreign/in": false, "empty": false, "kit/away": false,
	} {
		if got, err := kit.Encloses(at(name)); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := kit.Encloses(at("none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
