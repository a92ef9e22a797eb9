package main

import (
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
