package configuration_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/configuration"
)

// Every key that names a file to be read refuses one that is not there, with its place.
func TestRequireInputs(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inputs := 0
	for _, key := range configuration.Keys {
		if !key.Path && !key.Input {
			continue
		}
		line := key.Name + ": " + filepath.Join(dir, "missing")
		if key.Section != configuration.General {
			line = key.Section + ": {" + line + "}"
		}
		f, err := configuration.Parse([]byte(line+"\n"), filepath.Join(dir, "drtxt.yaml"), disarming)
		if err != nil {
			t.Fatal(err)
		}
		err = f.RequireInputs(f.Settings[0])
		refusal, ok := errors.AsType[*configuration.Error](err)
		if key.Input != ok || ok && (!errors.Is(err, configuration.ErrMissing) || refusal.Line != 1 || refusal.Column != strings.Index(line, dir)+1) {
			t.Errorf("%s: %v", line, err)
		}
		if key.Input {
			inputs++
		}
	}
	if inputs < 5 {
		t.Errorf("only %d keys name files that are read", inputs)
	}
	for text, at := range map[string]string{
		"public: [there, missing]\n":         "1:17",
		"public:\n  - there\n  - missing\n":  "3:5",
		"public: there\n":                    "",
		"key: " + there + "\n":               "",
		"key: there/below\n":                 "", // another fault: whoever opens it says which
		"publish:\n  undo-dir: missing\n":    "",
		"publish:\n  tsig-file: 'missing'\n": "2:14",
	} {
		f, err := configuration.Parse([]byte(text), filepath.Join(dir, "drtxt.yaml"), disarming)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		err = f.RequireInputs(f.Settings[0])
		if refusal, ok := errors.AsType[*configuration.Error](err); ok {
			got = fmt.Sprintf("%d:%d", refusal.Line, refusal.Column)
			if !strings.Contains(refusal.Error(), "missing\", which does not exist") || refusal.Hint() == "" {
				t.Errorf("%q: %v, hint %q", text, err, refusal.Hint())
			}
		}
		if got != at {
			t.Errorf("%q: at %q, want %q (%v)", text, got, at, err)
		}
	}
}

// A new configuration takes nothing's place, and is one.
func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "drtxt.yaml")
	if err := configuration.Create(path, []byte("ttl: soon\n"), disarming); !errors.Is(err, configuration.ErrValue) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("the folder was made for what is no configuration")
	}
	if err := configuration.Create(path, []byte("ttl: 30s\n"), disarming); err != nil || readFile(t, path) != "ttl: 30s\n" {
		t.Errorf("%v", err)
	}
	err := configuration.Create(path, []byte("ttl: 1m\n"), disarming)
	refusal, ok := errors.AsType[*configuration.Error](err)
	if !ok || !errors.Is(err, configuration.ErrExists) || readFile(t, path) != "ttl: 30s\n" || !strings.Contains(refusal.Hint(), "--config") {
		t.Errorf("%v", err)
	}
}
