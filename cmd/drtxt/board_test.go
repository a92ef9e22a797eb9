package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

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
	b := newBoard(boardOn(&s, 80, 24), func() []string { return []string{"asking \x1b[31mred"} })
	b.update(verify.ServerReport{Server: "ns1.example.com", Address: "192.0.2.1:53"})
	b.update(verify.ServerReport{Server: "ns\x1b]0;owned\x07", Address: "192.0.2.2:53", Outcome: verify.TimedOut})
	s.waitFor(t, "timeout")
	if text := s.text(); !strings.HasPrefix(text, "0s … asking \\x1b[31mred\n") || !strings.Contains(text, "ns1.example.com   192.0.2.1:53  …") || !strings.Contains(text, `ns\x1b]0;owned\a`) {
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
	b := newBoard(boardOn(&s, width, height), func() []string { return []string{strings.Repeat("long ", 30), "and more"} })
	for i := range 30 {
		b.update(verify.ServerReport{Server: fmt.Sprintf("ns%d.a-rather-long-name.example.com", i), Address: fmt.Sprintf("192.0.2.%d:53", i), Outcome: verify.Answered})
	}
	s.waitFor(t, "and 25 more")
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
		b := newBoard(env, func() []string { return []string{"asking"} })
		if name != "at once" {
			time.Sleep(boardDelay + boardInterval)
		}
		b.close()
		if s.most != 0 {
			t.Errorf("%s: %d lines were shown", name, s.most)
		}
	}
}

// A terminal that does not know escapes gets none, and watch speaks in lines.
func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env := &environment{err: &stderr, errTerminal: true, getenv: func(name string) string { return map[string]string{"TERM": "dumb"}[name] }}
	stop := showProgress(env, func() string { return "working" })
	clearProgress(env)
	time.Sleep(progressDelay + 100*time.Millisecond)
	stop()
	if stderr.Len() > 0 {
		t.Errorf("%q", stderr.String())
	}
	voice := watchVoice{env: env, domain: "dr.example.com", until: "on", begin: time.Now()}
	missing := verify.NewReport(verify.Judgement{Verdict: verify.None}, verify.Policy{Domain: "dr.example.com", At: testNow})
	voice.round(verify.Round{Number: 1, Report: missing})
	if text := stderr.String(); !strings.HasPrefix(text, "round 1, after 0s: There is no disaster recovery record at dr.example.com.") {
		t.Errorf("%q", text)
	}
}

// A line of progress fits, so that the next one can be written over it.
func TestProgressFits(t *testing.T) {
	t.Parallel()
	const width = 40
	var stderr bytes.Buffer
	env := boardOn(nil, width, 24)
	env.err = &stderr
	stop := showProgress(env, func() string { return strings.Repeat("long ", 30) })
	time.Sleep(progressDelay + 100*time.Millisecond)
	stop()
	line, _, _ := strings.Cut(strings.TrimPrefix(stderr.String(), "\r"), "\x1b[K")
	if !strings.HasPrefix(line, "2 s … long") || utf8.RuneCountInString(line) != width-1 {
		t.Errorf("%q", line)
	}
}

// What stands above the board fits a terminal of 80 columns.
func TestWatchTitle(t *testing.T) {
	t.Parallel()
	voice := watchVoice{domain: "dr.example.com", until: "on"}
	if got := voice.title(); !slices.Equal(got, []string{"waiting for on at dr.example.com"}) {
		t.Errorf("%q", got)
	}
	report := on(testNow.Add(time.Hour))
	voice.last = verify.Round{Number: 12, Report: report, Right: testNow, Remembered: 30 * time.Second}
	if got := voice.title(); !slices.Equal(got, []string{"waiting for on at dr.example.com, round 12: valid", "every client by 12:03:50 UTC at the latest, an estimate"}) {
		t.Errorf("%q", got)
	}
}

func TestWhom(t *testing.T) {
	t.Parallel()
	for want, servers := range map[string][]string{
		"the zone's name servers": nil, "a, b": {"a", "b"}, "3 servers": {"a", "b", "c"},
	} {
		if got := (&live{servers: servers}).whom(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStateCell(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		outcome  verify.Outcome
		zia, zpa verify.State
		want     string
	}{
		{verify.Answered, verify.StateOn, verify.StateOn, "on"},
		{verify.Answered, verify.StateOn, verify.StateNone, "zia on"},
		{verify.Answered, verify.StateNone, verify.StateOff, "zpa off"},
		{verify.Answered, verify.StateOn, verify.StateOff, "zia on, zpa off"},
		{verify.NoData, verify.StateNone, verify.StateNone, "none"},
		{verify.Answered, verify.StateUndetermined, verify.StateUndetermined, "undetermined"},
		{verify.TimedOut, "", "", "-"},
		{"", "", "", "-"},
	} {
		s := verify.ServerReport{Outcome: test.outcome, Judgement: verify.Judgement{State: verify.Products{InternetAccess: test.zia, PrivateAccess: test.zpa}}}
		if got := stateCell(&s); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}
