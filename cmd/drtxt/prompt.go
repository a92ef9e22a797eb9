package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// A dialogue asks somebody at the terminal for what must not be seen, whatever standard
// input is. From the first question until it is closed the terminal shows nothing of
// what is typed, also what is typed too early.
type dialogue struct {
	env      *environment
	terminal io.ReadCloser
	show     func() // gives the terminal back what it was
}

func newDialogue(env *environment) *dialogue { return &dialogue{env: env, show: func() {}} }

// ask returns what was typed; the caller clears it.
func (d *dialogue) ask(ctx context.Context, question string) ([]byte, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	ctx, release := untilInterrupted(ctx)
	defer release()
	fmt.Fprint(d.env.err, printableLine(question))
	answer, err := unlessDone(ctx, 0, func() ([]byte, error) { return readAnswer(d.terminal) })
	fmt.Fprintln(d.env.err) // the end of line that was typed was not shown either
	return answer, err
}

// open hides what is typed from here on.
func (d *dialogue) open() error {
	if d.terminal != nil {
		return nil
	}
	terminal, err := d.env.terminal()
	if err != nil {
		return err
	}
	d.terminal = terminal
	if device, ok := terminal.(*os.File); ok {
		show, err := hideInput(device)
		if err != nil {
			return err
		}
		d.show = show
	}
	return nil
}

// close throws away what was typed and not asked for, lest a shell should take it for a
// command, and gives the terminal back. It is for every way out, and may be called twice:
// a read that was interrupted may go on.
func (d *dialogue) close() {
	d.show()
	if d.terminal != nil {
		d.terminal.Close()
	}
	d.terminal, d.show = nil, func() {}
}

// readAnswer reads a line to its end, however long it is. A Ctrl-Z, which stops nothing
// meanwhile, is no part of it.
func readAnswer(terminal io.Reader) ([]byte, error) {
	line, ended, err := readLine(terminal, maxPassphrase)
	if err != nil {
		return nil, err
	}
	if !ended && len(line) == 0 {
		return nil, io.EOF
	}
	if len(line) > maxPassphrase {
		discardLine(terminal)
	}
	const stop = 0x1a
	kept := line[:0]
	for _, b := range line {
		if b != stop {
			kept = append(kept, b)
		}
	}
	clear(line[len(kept):])
	return kept, nil
}

// discardLine reads up to the end of a line.
func discardLine(terminal io.Reader) {
	for {
		rest, ended, err := readLine(terminal, maxPassphrase)
		clear(rest)
		if ended || err != nil || len(rest) == 0 {
			return
		}
	}
}

// askingError says what a passphrase was needed for that could not be asked for, and
// what gives it otherwise.
func askingError(err error, need, hint string) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errNoTerminal):
		return refusal(errors.New(need+": nobody can be asked for it here"), hint)
	case errors.Is(err, io.EOF):
		return refusal(errors.New(need+": none was given"), "type it, or "+hint)
	}
	return refusal(pathError("reading from", "the terminal", err), hint)
}
