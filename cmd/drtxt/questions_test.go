package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrapped(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("w", 30)
	for line, want := range map[string][]string{
		"":                               {""},
		"one two":                        {"one two"},
		"  from    now":                  {"  from    now"},
		strings.Repeat("x", 100):         {strings.Repeat("x", 100)},
		word + " " + word:                {word, "  " + word},
		"  " + word + " a  b " + word:    {"  " + word + " a  b", "  " + word},
		"x " + strings.Repeat("y", 60):   {"x", "  " + strings.Repeat("y", 60)},
		verbatim + word + " " + word:     {verbatim + word + " " + word},
		strings.Repeat("é ", 20) + "end": {strings.Repeat("é ", 19) + "é", "  end"},
	} {
		if got := wrapped(line, "  ", 40); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// Lines fit on a narrow terminal, and are not longer on a wide one.
func TestLineWidth(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]int{0: 20, 5: 20, 40: 39, 80: 79, 81: 79, 300: 79} {
		env := &environment{terminalSize: func() (int, int) { return width, 24 }}
		if got := lineWidth(env); got != want {
			t.Errorf("%d: %d, want %d", width, got, want)
		}
	}
}

// A typist answers the questions in this process, in the order of the lines.
func typist(lines ...string) func() (io.ReadCloser, error) {
	typed := strings.NewReader(strings.Join(lines, "\n") + "\n")
	return func() (io.ReadCloser, error) { return io.NopCloser(typed), nil }
}

// ask has an interview of these questions answered, and returns what was shown.
func ask(t *testing.T, stages []stage, lines ...string) (shown string, err error) {
	t.Helper()
	var text strings.Builder
	i := interview{stages: stages, instead: "use flags", env: &environment{
		err: &text, errTerminal: true, openTerminal: typist(lines...),
		terminalSize: func() (int, int) { return 80, 24 },
		getenv:       func(string) string { return "" },
	}}
	err = i.run(t.Context())
	for line := range strings.Lines(text.String()) {
		if utf8.RuneCountInString(line) > 80 || strings.ContainsFunc(line, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }) {
			t.Errorf("not a plain line: %q", line)
		}
	}
	return text.String(), err
}

// fixed is a stage whose question is always asked.
func fixed(q question, got *[]string) stage {
	if q.accept == nil {
		q.accept = func(answer string) error {
			*got = append(*got, answer)
			return nil
		}
	}
	return func() *question { return &q }
}

// What is answered to a list of choices: the number, the name in either case, or its only
// beginning.
func TestChoices(t *testing.T) {
	t.Parallel()
	listed := []choice{{"on", "a"}, {"off", "b"}, {"test", "c"}}
	for _, test := range []struct {
		q            question
		answer, want string // "" where it is refused
	}{
		{question{choices: listed}, "1", "on"},
		{question{choices: listed}, "3", "test"},
		{question{choices: listed}, "OFF", "off"},
		{question{choices: listed}, "  t ", "test"},
		{question{choices: listed}, "o", ""},
		{question{choices: listed}, "4", ""},
		{question{choices: listed}, "0", ""},
		{question{choices: listed}, "", ""},
		{question{choices: listed}, "tests", ""},
		{question{choices: listed, preset: "off"}, "", "off"},
		{question{choices: listed, open: true}, "2", "off"},
		{question{choices: listed, open: true}, "t", "t"},
		{question{choices: []choice{{name: "yes"}, {name: "no"}}}, "1", ""},
		{question{choices: []choice{{name: "yes"}, {name: "no"}}}, "N", "no"},
		{question{}, "anything", "anything"},
	} {
		var got []string
		shown, err := ask(t, []stage{fixed(test.q, &got)}, test.answer, "quit")
		if test.want != "" && (err != nil || !slices.Equal(got, []string{test.want})) {
			t.Errorf("%+v %q: %q, %v", test.q, test.answer, got, err)
		}
		if test.want == "" && (!errors.Is(err, errQuit) || len(got) > 0 || !strings.Contains(shown, "hint: ")) {
			t.Errorf("%+v %q is taken: %q, %v, shown %q", test.q, test.answer, got, err, shown)
		}
	}
}

// Answers that are refused whatever the question is; it is asked again, and what a line
// leaves is not taken for the next.
func TestUnreadableAnswers(t *testing.T) {
	t.Parallel()
	for answer, words := range map[string]string{
		"a\x1b[A":                       `"a\x1b[A" holds what does not print`,
		"a\tb":                          "does not print",
		"a\x00":                         "does not print",
		"\u202egro":                     "does not print",
		"a\u0085b":                      "does not print",
		"\xff":                          "not UTF-8",
		"\xc3":                          "not UTF-8",
		strings.Repeat("x", 1024):       "more than 1023 bytes",
		strings.Repeat("x", 1025):       "more than 1023 bytes",
		strings.Repeat("x", 1026):       "more than 1023 bytes",
		strings.Repeat("x yes ", 10000): "more than 1023 bytes",
	} {
		var got []string
		shown, err := ask(t, []stage{fixed(question{prompt: "word"}, &got)}, answer, "good")
		if err != nil || !slices.Equal(got, []string{"good"}) {
			t.Errorf("%.20q: %q, %v", answer, got, err)
		}
		if flat := strings.ReplaceAll(shown, "\n  ", " "); !strings.Contains(flat, words) || strings.Count(shown, "word: ") != 2 {
			t.Errorf("%.20q: shown %q", answer, shown)
		}
	}
	var got []string
	longest := strings.Repeat("x", 1023)
	if _, err := ask(t, []stage{fixed(question{}, &got)}, longest+"\r"); err != nil || !slices.Equal(got, []string{longest}) {
		t.Errorf("%d bytes: %v", len(longest), err)
	}
}

// Back goes to the question that stood before, over those that are not asked, and what
// was answered is offered again.
func TestBack(t *testing.T) {
	t.Parallel()
	var order []string
	skip := false
	named := func(name string) stage {
		return func() *question {
			if name == "b" && skip {
				return nil
			}
			return &question{title: name, accept: func(answer string) error {
				order = append(order, name+answer)
				skip = skip || answer == "skip"
				return nil
			}}
		}
	}
	shown, err := ask(t, []stage{named("a"), named("b"), named("c")},
		"back", "1", "BACK", "skip", "Back", "3", "4")
	if want := []string{"a1", "askip", "a3", "c4"}; err != nil || !slices.Equal(order, want) {
		t.Errorf("%q, want %q; %v", order, want, err)
	}
	if want := "drtxt: this is the first question"; strings.Count(shown, want) != 1 {
		t.Errorf("shown %q", shown)
	}
	if strings.Count(shown, "Question 2: c") != 2 || strings.Count(shown, "Question 2: b") != 1 {
		t.Errorf("the numbers: %q", shown)
	}
}

// How an interview ends before its last answer.
func TestInterviewEnded(t *testing.T) {
	t.Parallel()
	var got []string
	stages := []stage{fixed(question{help: "What it is about."}, &got), fixed(question{}, &got)}
	shown, err := ask(t, stages, "?", "one", "Quit")
	if !errors.Is(err, errQuit) || statusOf(err) != 2 || !strings.Contains(shown, "What it is about.") || !slices.Equal(got, []string{"one"}) {
		t.Errorf("quit: %v, %q, shown %q", err, got, shown)
	}
	for _, typed := range []string{"", "half"} {
		i := interview{stages: stages, instead: "use flags", env: &environment{
			err: io.Discard, errTerminal: true, terminalSize: func() (int, int) { return 80, 24 },
			openTerminal: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(typed)), nil },
		}}
		if err := i.run(t.Context()); statusOf(err) != 2 || !strings.Contains(fmt.Sprint(err), "nothing was written") {
			t.Errorf("%q and the end of input: %v", typed, err)
		}
	}
	if err := (&interview{env: &environment{}, instead: "use flags"}).run(t.Context()); statusOf(err) != 2 || !strings.Contains(fmt.Sprint(err), "no terminal") {
		t.Errorf("without a terminal: %v", err)
	}
}
