package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page fits two screens of the smallest terminal, in plain ASCII.
func TestIncidentFits(t *testing.T) {
	t.Parallel()
	page := drtxt("help", "incident").want(t, 0).stdout
	if lines := strings.Count(page, "\n"); lines > 2*24 {
		t.Errorf("%d lines", lines)
	}
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > 79 || line != strings.TrimRight(line, " ") {
			t.Errorf("%d characters: %q", len(line), line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("not plain: %q", line)
		}
	}
	if again := drtxt("incident").want(t, 0).stdout; again != page {
		t.Errorf("drtxt incident is another page: %s", again)
	}
}

// At a terminal it is said how to see the first screen, too.
func TestIncidentAtATerminal(t *testing.T) {
	t.Parallel()
	if r := (call{color: true}).run("help", "incident").want(t, 0); !strings.Contains(r.stderr, "| more`") {
		t.Errorf("said %q", r.stderr)
	}
	if r := drtxt("help", "incident").want(t, 0); r.stderr != "" {
		t.Errorf("said %q", r.stderr)
	}
}

// With a configuration the page still fits two screens, and says which it is made with, and
// what of it cannot be.
func TestIncidentConfigured(t *testing.T) {
	t.Parallel()
	const domain = "domains:\n  dr.example.com:\n    key: gone.pem\n"
	for name, test := range map[string]struct {
		text            string
		stdout, stderr  string
		withoutSettings bool
	}{
		"one domain, its key gone": {domain, "FOR dr.example.com,", `names "`, false},
		"several":                  {domain + "  dr.example.net: {}\n", "It has several domains", "", false},
		"several, their key gone":  {"key: gone.pem\n" + "domains:\n  dr.example.com: {}\n  dr.example.net: {}\n", "FOR DOMAIN,", `names "`, false},
		"two that contradict":      {domain + "    signer-agent: true\n", "FOR DOMAIN,", "warning: this page is without the configuration: ", true},
	} {
		path := filepath.Join(t.TempDir(), "mine.yaml")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		r := drtxt("help", "incident", "--config", path).want(t, 0)
		if !strings.Contains(r.stdout, test.stdout) || !strings.Contains(r.stderr, test.stderr) || test.stderr == "" && r.stderr != "" {
			t.Errorf("%s: %q\n%s", name, r.stderr, r.stdout)
		}
		if test.withoutSettings == strings.Contains(r.stdout, "Made with the configuration "+path+".\n") {
			t.Errorf("%s: %s", name, r.stdout)
		}
		if strings.Count(r.stderr, "gone.pem") > 1 {
			t.Errorf("%s: said more than once: %s", name, r.stderr)
		}
	}
}

// What stands in a console beside the records belongs to others, and the TTL is that of the
// file.
func TestIncidentInAConsole(t *testing.T) {
	t.Parallel()
	page := strings.Join(strings.Fields(drtxt("help", "incident").want(t, 0).stdout), " ")
	for _, words := range []string{`with its "ttl" in seconds`, "Old ones (v=1;...) go, other TXT stays."} {
		if !strings.Contains(page, words) {
			t.Errorf("%q is missing", words)
		}
	}
}
