package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lineWidth is how many characters a line has at most: what fits on the terminal, and on
// most others, where somebody may look at it later.
func lineWidth(env *environment) int {
	const most, least = 79, 20
	width, _ := env.terminalSize()
	return min(max(width-1, least), most)
}

// verbatim is what a line begins with that is a command, to be copied as it is.
const verbatim = "    "

// wrapped breaks a line at blanks into lines of that width at most; all but the first
// begin with the indent. A longer word stays whole: it may be a path.
func wrapped(line, indent string, width int) []string {
	if strings.HasPrefix(line, verbatim) {
		return []string{line}
	}
	var lines []string
	words := strings.Split(line, " ") // which keeps blanks in a row
	current := words[0]
	for _, word := range words[1:] {
		begun := strings.TrimLeft(current, " ") != ""
		if begun && utf8.RuneCountInString(current)+len(" ")+utf8.RuneCountInString(word) > width {
			lines = append(lines, strings.TrimRight(current, " "))
			current = indent + word
		} else {
			current += " " + word
		}
	}
	return append(lines, current)
}

// sayWrapped notes every line of a text, wrapped, with the indent where one goes on.
func sayWrapped(env *environment, text, indent string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		for _, part := range wrapped(line, indent, lineWidth(env)) {
			env.note("%s", part)
		}
	}
}

// say writes a text, each line of it a paragraph.
func (i *interview) say(text string) { sayWrapped(i.env, text, "") }

// show writes a question, below an empty line.
func (i *interview) show(q *question, number int) {
	i.say(fmt.Sprintf("\nQuestion %d: %s", number, q.title))
	if q.about != "" {
		i.say(q.about)
	}
	if q.listed() {
		for n, c := range q.choices {
			sayWrapped(i.env, fmt.Sprintf("  %d) %s: %s", n+1, c.name, c.meaning), "     ")
		}
	}
}

// explain says what the question is about, and what may be typed.
func (i *interview) explain(q *question) {
	i.say(q.help)
	i.say(howToAnswer)
}

// invitation is what stands before the answer, on its line.
func (q *question) invitation() string {
	what := q.prompt
	if what == "" {
		what = list(q.names())
	}
	if q.preset != "" {
		what += " [" + q.preset + "]"
	}
	return what + ": "
}

// complain says what is wrong with an answer.
func (i *interview) complain(err error) {
	sayWrapped(i.env, "drtxt: "+err.Error(), "  ")
	if _, hint := classify(err); hint != "" {
		sayWrapped(i.env, "hint: "+hint, "  ")
	}
}

// yesOrNo is a question with two answers.
func yesOrNo(q question, accept func(yes bool) error) *question {
	q.choices = []choice{{name: "yes"}, {name: "no"}}
	q.accept = func(answer string) error { return accept(answer == "yes") }
	return &q
}

// yesNo is the answer that a truth value stands for.
func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
