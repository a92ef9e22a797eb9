package main

import (
	"io"
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

// A variable that no answer could make good is refused before anything is asked.
func TestWizardVariablesRefused(t *testing.T) {
	t.Parallel()
	public, other := publicKey("test-a.public.pem"), keyFile(t, "test-a.private.pem")
	for _, test := range []struct {
		variables map[string]string
		words     []string
	}{
		{map[string]string{"DRTXT_TTL": "99d"}, []string{"DRTXT_TTL", `"99d" is not a duration from 1s to 24h`}},
		{map[string]string{"DRTXT_SCHEME": "nope"}, []string{"DRTXT_SCHEME", "the name of a scheme"}},
		{map[string]string{"DRTXT_SIGNER_TIMEOUT": "x"}, []string{"DRTXT_SIGNER_TIMEOUT"}},
		{map[string]string{"DRTXT_FORWARDING": "zz"}, []string{"DRTXT_FORWARDING"}},
		{map[string]string{"DRTXT_TYPE": "both"}, []string{"DRTXT_TYPE"}},
		{map[string]string{"DRTXT_ZONE": "a..b"}, []string{"DRTXT_ZONE"}},
		{map[string]string{"DRTXT_BIND_DOMAIN": "perhaps"}, []string{"DRTXT_BIND_DOMAIN"}},
		{map[string]string{"DRTXT_SIGNER_ENVIRONMENT": "A,B-C"}, []string{"DRTXT_SIGNER_ENVIRONMENT", `"B-C"`}},
		{map[string]string{"DRTXT_SIGNER_COMMAND": "sign"}, []string{"DRTXT_SIGNER_COMMAND", "an absolute path"}},
		{map[string]string{"DRTXT_SIGNER_COMMAND": "/gone/sign"}, []string{"DRTXT_SIGNER_COMMAND", "no such file"}},
		{map[string]string{"DRTXT_KEY": "gone.pem"}, []string{"DRTXT_KEY", "gone.pem"}},
		{map[string]string{"DRTXT_PUBLIC": public + ",gone.pem"}, []string{"DRTXT_PUBLIC", "gone.pem"}},
		{map[string]string{"DRTXT_PUBLIC": other}, []string{"DRTXT_PUBLIC", "holds a private key"}},
		{map[string]string{"DRTXT_KEY": other, "DRTXT_SIGNER_AGENT": "true"}, []string{"DRTXT_KEY and DRTXT_SIGNER_AGENT contradict"}},
	} {
		r := call{env: test.variables, terminal: typist("quit")}.run("wizard")
		r.refused(t, 2, test.words...)
		if strings.Contains(r.stderr, "Question 1") {
			t.Errorf("%v: it asks: %s", test.variables, r.stderr)
		}
	}
	call{env: map[string]string{"DRTXT_FORWARDING": "portal", "DRTXT_START": "nonsense"}, terminal: typist("dr.example.com", "quit")}.run("wizard").want(t, 2)
}

// An agent that is not known by one public key cannot be chosen.
func TestWizardSignerWithoutItsKey(t *testing.T) {
	t.Parallel()
	variables := map[string]string{"DRTXT_SIGNER_AGENT": "true"}
	r := call{env: variables, terminal: typist("dr.example.com", "", "no", "configured", "file", "quit")}.run("wizard")
	r.want(t, 2)
	if !strings.Contains(r.stderr, "needs to know the public key, and 0 are given") || !strings.Contains(r.stderr, "In which file is the private key?") {
		t.Error(r.stderr)
	}
}

// A lateJump is a clock that an hour passes on once the last answer was looked at.
type lateJump struct {
	*strings.Reader
	looks int
}

func (j *lateJump) Close() error { return nil }

func (j *lateJump) now() time.Time {
	if j.Len() > 0 {
		return testNow
	}
	if j.looks++; j.looks > 1 {
		return testNow.Add(time.Hour)
	}
	return testNow
}

// Where the request itself is refused, no line is shown that would fail alike.
func TestWizardShowsNoLineThatFailsAlike(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new")
	answers := []string{"dr.example.com", "no", "", "", "", "on", "", "2m", folder, "yes"}
	j := &lateJump{Reader: strings.NewReader(strings.Join(answers, "\n") + "\n")}
	r := call{clock: j.now, terminal: func() (io.ReadCloser, error) { return j, nil }}.run("wizard").want(t, 2)
	if !strings.Contains(r.stderr, "lies in the past") || !strings.Contains(r.stderr, "nothing was written\n") || strings.Contains(r.stderr, "    drtxt record") {
		t.Error(r.stderr)
	}
}

// Configured domains are shown as the configuration writes them, too.
func TestWizardShowsULabels(t *testing.T) {
	t.Parallel()
	one := "domains:\n  bücher.example:\n    ttl: 1m\n"
	for _, text := range []string{one, one + "  dr.example.com: {}\n"} {
		r := call{terminal: typist("xn--bcher-kva.example", "quit")}.run("wizard", "--config", writeTemp(t, "mine.yaml", text))
		r.want(t, 2)
		if question, _, _ := strings.Cut(r.stderr, "Question 2"); !strings.Contains(question, "xn--bcher-kva.example") || !strings.Contains(question, "bücher.example") {
			t.Error(question)
		}
	}
}
