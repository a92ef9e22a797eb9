package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// A screen is a terminal that knows lines and the two sequences that a board uses:
// so many lines up, and clear from here.
type screen struct {
	mu    sync.Mutex
	lines []string
	most  int // lines that ever stood on it
	odd   string
}

var boardSequence = regexp.MustCompile(`^\r\x1b\[([0-9]+)A\x1b\[J`)

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := string(p)
	if up := boardSequence.FindStringSubmatch(text); up != nil {
		n, _ := strconv.Atoi(up[1])
		s.lines = s.lines[:len(s.lines)-n]
		text = text[len(up[0]):]
	}
	if strings.ContainsAny(text, "\x1b\r\x07") {
		s.odd = text
	}
	s.lines = append(s.lines, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
	if text == "" {
		s.lines = s.lines[:len(s.lines)-1]
	}
	s.most = max(s.most, len(s.lines))
	return len(p), nil
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

func boardOn(s *screen, width, height int) *environment {
	return &environment{
		err: s, errTerminal: true,
		getenv:       func(string) string { return "" },
		terminalSize: func() (int, int) { return width, height },
	}
}

// waitFor waits until the screen shows a text.
func (s *screen) waitFor(t *testing.T, text string) {
	t.Helper()
	for range 200 {
		if strings.Contains(s.text(), text) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%q never stood on the screen:\n%s", text, s.text())
}

// The table fills as answers come, hostile text included, and is gone at the end.
func TestBoard(t *testing.T) {
	t.Parallel()
	var s screen
	b := newBoard(boardOn(&s, 80, 24), func() string { return "asking \x1b[31mred" })
	b.update(verify.ServerReport{Server: "ns1.example.com", Address: "192.0.2.1:53"})
	b.update(verify.ServerReport{Server: "ns\x1b]0;owned\x07", Address: "192.0.2.2:53", Outcome: verify.TimedOut})
	s.waitFor(t, "timeout")
	if text := s.text(); !strings.Contains(text, "ns1.example.com   192.0.2.1:53  …") || !strings.Contains(text, `ns\x1b]0;owned\a`) {
		t.Errorf("%s", text)
	}
	b.update(verify.ServerReport{Server: "ns1.example.com", Address: "192.0.2.1:53", Outcome: verify.Answered})
	s.waitFor(t, "answer")
	b.update(verify.ServerReport{Server: "ns1.example.com", Address: "192.0.2.1:53"}) // asked again: the answer stays
	time.Sleep(2 * boardInterval)
	if text := s.text(); !strings.Contains(text, "answer") || strings.Count(text, "ns1.example.com") != 1 {
		t.Errorf("%s", text)
	}
	b.close()
	if s.text() != "" || s.odd != "" {
		t.Errorf("left on the screen: %q, raw: %q", s.text(), s.odd)
	}
}

// A board is never larger than the terminal, in either direction.
func TestBoardFits(t *testing.T) {
	t.Parallel()
	const width, height = 40, 10
	var s screen
	b := newBoard(boardOn(&s, width, height), func() string { return strings.Repeat("long ", 30) })
	for i := range 30 {
		b.update(verify.ServerReport{Server: fmt.Sprintf("ns%d.a-rather-long-name.example.com", i), Address: fmt.Sprintf("192.0.2.%d:53", i), Outcome: verify.Answered})
	}
	s.waitFor(t, "and 24 more")
	for line := range strings.Lines(s.text()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= width {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	b.close()
	if s.most >= height || s.text() != "" {
		t.Errorf("%d lines on a terminal of %d; left: %q", s.most, height, s.text())
	}
}

// What is over at once, and what is no terminal, shows no board.
func TestNoBoard(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]*environment{
		"at once":     boardOn(new(screen), 80, 24),
		"no terminal": {errTerminal: false},
		"dumb":        {errTerminal: true, getenv: func(string) string { return "dumb" }},
	} {
		var s screen
		env.err = &s
		b := newBoard(env, func() string { return "asking" })
		if name != "at once" {
			time.Sleep(boardDelay + boardInterval)
		}
		b.close()
		if s.most != 0 {
			t.Errorf("%s: %d lines were shown", name, s.most)
		}
	}
}
