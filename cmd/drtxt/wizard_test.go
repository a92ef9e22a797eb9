package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An end that was good when it was typed, and is over when it is confirmed, is refused
// then; back changes it.
func TestWizardEndPassedMeanwhile(t *testing.T) {
	t.Parallel()
	now := testNow
	clock := func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
	folder := filepath.Join(t.TempDir(), "new")
	r := call{clock: clock, terminal: typist("dr.example.com", "", "no", keyFile(t, "test-a.private.pem"), "", "", "", "on", "", "2m", folder,
		"yes", "back", "back", "365d", "", "yes")}.run("wizard").want(t, 0)
	if n := strings.Count(r.stderr, "lies in the past"); n != 1 {
		t.Errorf("it is refused %d times:\n%s", n, r.stderr)
	}
	if got := files(t, folder); got != "dr.example.com-on.json dr.example.com-on.txt" {
		t.Errorf("there is %s", got)
	}
}

// Whoever has lines read aloud does not have them written over.
func TestInterviewIsStill(t *testing.T) {
	t.Parallel()
	env := &environment{errTerminal: true, getenv: func(string) string { return "xterm" }, terminalSize: func() (int, int) { return 80, 24 },
		err: new(strings.Builder), openTerminal: typist("one")}
	if !env.animated() {
		t.Fatal("nothing is written over anyway")
	}
	i := interview{env: env, stages: []stage{fixed(question{}, new([]string))}}
	if err := i.run(t.Context()); err != nil || env.animated() {
		t.Errorf("it moves: %t, %v", env.animated(), err)
	}
}

func TestExpandHome(t *testing.T) {
	t.Setenv("HOME", "/home/test")
	t.Setenv("USERPROFILE", "/home/test")
	for path, want := range map[string]string{
		"~": "/home/test", "~/keys/a.pem": "/home/test/keys/a.pem", "~other/a.pem": "~other/a.pem", "a/~/b": "a/~/b", "a.pem": "a.pem", "~a": "~a",
	} {
		if got := filepath.ToSlash(expandHome(path)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// The longest domain leaves room for the names of the files, and one that is converted is
// shown as the DNS has it.
func TestWizardDomains(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("x", 60)
	longest := strings.Join([]string{label, label, label, label, "example"}, ".")
	folder := filepath.Join(t.TempDir(), "new")
	call{terminal: typist(longest, "no", "", "", "", "off", "", "", folder, "yes")}.run("wizard").want(t, 0)
	if names := strings.Fields(files(t, folder)); len(names) != 2 {
		t.Errorf("there is %q", names)
	}
	r := call{terminal: typist("bücher.example", "quit")}.run("wizard")
	r.want(t, 2)
	if !strings.Contains(r.stderr, "xn--bcher-kva.example") {
		t.Errorf("the name in the DNS is not said: %s", r.stderr)
	}
}
