package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A question is asked at the terminal, and again until its answer is understood.
type question struct {
	// title is what is asked, a sentence.
	title string
	// about says under it what hangs on the answer, "" for nothing; a line each paragraph.
	about string
	// choices are the answers that there are, nil for any text.
	choices []choice
	// open says that another text than the choices is an answer, too.
	open bool
	// prompt says what to type; where there are choices it may be empty.
	prompt string
	// preset is what an empty answer stands for, "" where something has to be typed.
	preset string
	// help is what ? says.
	help string
	// deliberate has what was typed before the answer was asked for thrown away.
	deliberate bool
	// accept takes an answer, or says what is wrong with it.
	accept func(answer string) error
}

// A choice is one of the answers to a question. Those without a meaning are not listed.
type choice struct{ name, meaning string }

// A stage is a place in an interview. It returns its question as it is to be asked now,
// nil where earlier answers have made it needless. Only accept changes anything.
type stage func() *question

// An interview asks questions one after the other, in plain lines: it writes only below
// what is there, in ASCII of its own, for any terminal and whatever reads it aloud.
type interview struct {
	env      *environment
	terminal io.ReadCloser
	// greeting stands above the first question.
	greeting string
	stages   []stage
	// instead is what to do where nobody can be asked.
	instead string
}

// What may be answered to every question.
const (
	answerBack = "back"
	answerHelp = "?"
	answerQuit = "quit"
)

const howToAnswer = "At every question, Enter takes the answer in [brackets]. Type ? for an explanation, back for the question before, quit to end."

var (
	errBack = errors.New("back to the question before")
	errQuit = errors.New("ended as you asked; nothing was written")
)

// run asks until every question is answered. After an error nothing may be written.
func (i *interview) run(ctx context.Context) error {
	terminal, err := i.env.terminal()
	if errors.Is(err, errNoTerminal) {
		return refusal(errors.New("there is no terminal to ask questions at"), i.instead)
	}
	if err != nil {
		return refusal(pathError("opening", "the terminal", err), i.instead)
	}
	defer terminal.Close()
	i.terminal, i.env.still = terminal, true
	ctx, release := untilInterrupted(ctx)
	defer release()
	i.say(i.greeting)
	i.say(howToAnswer)
	if err := i.askAll(ctx); err != nil {
		_ = discardTyped(terminal, quietAfterEnd) // a shell would take it for commands
		return i.ended(ctx, err)
	}
	return nil
}

func (i *interview) askAll(ctx context.Context) error {
	for at := 0; at < len(i.stages); {
		q := i.stages[at]()
		if q == nil {
			at++
			continue
		}
		i.show(q, i.number(at))
		err := i.ask(ctx, q, i.before(at) >= 0)
		switch {
		case errors.Is(err, errBack):
			at = i.before(at)
		case err != nil:
			return err
		default:
			at++
		}
	}
	return nil
}

// before is the stage whose question stands before the one at this place, -1 for none.
func (i *interview) before(at int) int {
	for at--; at >= 0 && i.stages[at]() == nil; at-- {
	}
	return at
}

// number counts the questions up to this place, from 1.
func (i *interview) number(at int) int {
	n := 0
	for ; at >= 0; at = i.before(at) {
		n++
	}
	return n
}

// ask asks until the question is answered. The error is errBack, errQuit, or why nobody
// answers any more.
func (i *interview) ask(ctx context.Context, q *question, mayGoBack bool) error {
	for {
		line, err := i.read(ctx, q)
		if err != nil {
			return err
		}
		answer, err := plainAnswer(line)
		if err == nil {
			switch word := strings.ToLower(answer); {
			case word == answerQuit:
				return errQuit
			case word == answerBack && mayGoBack:
				return errBack
			case word == answerBack:
				err = refusal(errors.New("this is the first question"), "answer it, or type quit to end")
			case word == answerHelp:
				i.explain(q)
				continue
			default:
				err = q.take(answer)
			}
		}
		if err == nil || errors.Is(err, errQuit) {
			return err
		}
		i.complain(err)
	}
}

// take has an answer accepted, or what an empty one stands for.
func (q *question) take(answer string) error {
	if answer == "" {
		answer = q.preset
	}
	if answer == "" {
		return refusal(errors.New("nothing was typed, and Enter stands for no answer here"), "type an answer; ? explains the question")
	}
	if q.choices == nil {
		return q.accept(answer)
	}
	name, ok := q.choose(answer)
	switch {
	case ok:
		return q.accept(name)
	case q.open:
		return q.accept(answer)
	}
	return refusal(fmt.Errorf("%s is none of the answers", quoted(answer)), "type "+list(q.names()))
}

// choose finds the choice with this number or name, or the only one that begins so.
func (q *question) choose(answer string) (name string, ok bool) {
	answer = strings.ToLower(answer)
	var begin []string
	for n, c := range q.choices {
		if answer == c.name || q.listed() && answer == fmt.Sprint(n+1) {
			return c.name, true
		}
		if strings.HasPrefix(c.name, answer) {
			begin = append(begin, c.name)
		}
	}
	if len(begin) != 1 || q.open {
		return "", false
	}
	return begin[0], true
}

func (q *question) names() []string {
	names := make([]string, len(q.choices))
	for n, c := range q.choices {
		names[n] = c.name
	}
	return names
}

// listed reports whether the choices stand in a list, with a number each.
func (q *question) listed() bool {
	return slices.ContainsFunc(q.choices, func(c choice) bool { return c.meaning != "" })
}

// maxAnswer bounds what is read of a line, in bytes.
const maxAnswer = 1023

// read shows what to type, and returns the line that was typed.
func (i *interview) read(ctx context.Context, q *question) (line []byte, err error) {
	if q.deliberate {
		if err := discardTyped(i.terminal, quietAfterPaste); err != nil {
			return nil, err
		}
	}
	fmt.Fprint(i.env.err, printableLine(q.invitation()))
	line, err = unlessDone(ctx, 0, func() ([]byte, error) {
		line, ended, err := readLine(i.terminal, maxAnswer)
		switch {
		case err != nil:
			return nil, err
		case len(line) > maxAnswer && !ended:
			discardLine(i.terminal)
		case !ended:
			return nil, io.EOF
		}
		return line, nil
	})
	if err != nil {
		fmt.Fprintln(i.env.err) // nobody has typed an end of line
	}
	return line, err
}

// plainAnswer is the text of a line, without the blanks around it.
func plainAnswer(line []byte) (string, error) {
	answer := strings.TrimSpace(string(line))
	const again = "type it again; Backspace takes back what was typed wrong"
	switch {
	case len(line) > maxAnswer:
		return "", refusal(fmt.Errorf("the answer has more than %d bytes", maxAnswer), again)
	case !utf8.ValidString(answer):
		return "", refusal(errors.New("the answer is not UTF-8 text"), again+", or set the terminal to UTF-8")
	case strings.ContainsFunc(answer, unprintable):
		return "", refusal(fmt.Errorf("the answer %s holds what does not print", quoted(answer)), again+"; the arrow keys leave such characters")
	}
	return answer, nil
}

// ended says why the questions were not answered to the end.
func (i *interview) ended(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		i.env.note("nothing was written")
		return context.Canceled
	case errors.Is(err, errInputKeepsComing):
		return err
	case errors.Is(err, errQuit):
		return refusal(err, "run it again when it suits; "+i.instead)
	case errors.Is(err, io.EOF):
		return refusal(errors.New("the input ended before the questions did; nothing was written"), "run it again; "+i.instead)
	}
	return refusal(fmt.Errorf("%w; nothing was written", pathError("reading from", "the terminal", err)), i.instead)
}
